import ArgumentParser
import Foundation
import Scheduler

/// `muster token`: Muster's own tokens for its HTTP API.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Create, list and revoke Muster's own access tokens.",
        discussion: """
            A token is stored as a hash only and shown once, when it is created.

            EXAMPLES
              muster token create --name nightly --role operator --expires-in 90d
              muster token list
              muster token revoke 3
            """,
        subcommands: [CreateTokenCommand.self, ListTokensCommand.self, RevokeTokenCommand.self],
        defaultSubcommand: ListTokensCommand.self)
}

/// `muster token list`.
struct ListTokensCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tokens, never their secrets.",
        discussion: """
            EXAMPLES
              muster token list --config-path shared.yaml
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (tokens, now) = try await DatabaseSession.with(database) { session in
            (try await session.scheduler.tokens(), try await session.scheduler.now())
        }
        if output.json { return try Printer.json(["tokens": tokens.map { TokenOutput($0) }]) }
        guard !tokens.isEmpty else {
            return Printer.remark("There is no token; make one with muster token create --name NAME --role ROLE.")
        }
        Printer.lines(Self.table(tokens, now: now).lines(on: .output))
    }

    /// One token a row.
    static func table(_ tokens: [AccessToken], now: Date) -> Table {
        Table(
            columns: [
                .init("ID", isRight: true), .init("NAME", shrinks: true), .init("ROLE"), .init("CREATED"), .init("EXPIRES"), .init("STATE"),
            ],
            rows: tokens.map { token in
                let state = state(token, now: now)
                return [
                    .init("\(token.id)"), .init(token.name), .init(token.role.rawValue), .init(Moment.relative(token.createdAt, to: now)),
                    .init(token.expiresAt.map { Moment.relative($0, to: now) } ?? "never"), .init(state, state == "valid" ? .green : .dim),
                ]
            })
    }

    private static func state(_ token: AccessToken, now: Date) -> String {
        if token.revokedAt != nil { return "revoked" }
        if let expiresAt = token.expiresAt, expiresAt <= now { return "expired" }
        return "valid"
    }
}

/// `muster token revoke`.
struct RevokeTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a token for good.",
        discussion: """
            Exits with 2 when there is no such token or it was revoked before.

            EXAMPLES
              muster token revoke 3 --config-path shared.yaml
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The token's number, as muster token list shows it.")
    var id: Int64

    @OptionGroup var confirmation: Confirmation

    func run() async throws {
        try confirmation.ask("Whoever uses token \(id) is locked out for good.")
        let isRevoked = try await DatabaseSession.with(database) { session in
            try await session.scheduler.revokeToken(id, requestedBy: SystemUser.who, auditedFrom: SystemUser.origin)
        }
        guard isRevoked else { throw CommandFailure(.notFound, "There is no valid token \(id); see muster token list.") }
        if output.json { return try Printer.json(["id": id]) }
        Printer.line("Token \(id) is revoked.")
    }
}
