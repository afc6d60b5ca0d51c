import ArgumentParser
import Foundation
import Scheduler

/// `muster token create`.
struct CreateTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a token and print its secret, once.",
        discussion: """
            Roles: viewer looks at everything but params; operator submits, cancels and retries too; admin may do everything.

            EXAMPLES
              muster token create --name dashboard --role viewer
              muster token create --name nightly --role operator --expires-in 90d --json
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "What people call it; shown in the audit log.")
    var name: String

    @Option(help: "What its bearer may do: viewer, operator or admin.")
    var role: Role

    @Option(help: "When it stops working by itself, such as 90d; never unless given.")
    var expiresIn: DurationArgument?

    func validate() throws {
        guard (1...100).contains(name.utf8.count), !name.unicodeScalars.contains(where: InertText.isDangerous) else {
            throw ValidationError("--name must be 1 to 100 bytes without control characters.")
        }
        if let expiresIn, expiresIn.duration <= .zero { throw ValidationError("--expires-in must be longer than nothing.") }
    }

    func run() async throws {
        let (token, secret) = try await DatabaseSession.with(database) { session in
            var expiresAt: Date?
            if let expiresIn {
                expiresAt = try await session.scheduler.now().addingTimeInterval(expiresIn.duration / .seconds(1))
            }
            let made = try await session.scheduler.createToken(
                name: name, role: role, expiresAt: expiresAt, requestedBy: SystemUser.who, auditedFrom: SystemUser.origin)
            return (made.token, made.secret)
        }
        if output.json { return try Printer.json(TokenOutput(token, secret: secret)) }
        Printer.line(secret)
        Printer.remark("Token \(token.id) '\(token.name)' (\(token.role.rawValue)). Keep the secret now: it is not shown again.")
    }
}

/// A token as `--json` prints it.
struct TokenOutput: Encodable, Sendable {
    var id: Int64
    var name: String
    var role: Role
    var createdAt: Date
    var expiresAt: Date?
    var revokedAt: Date?
    var token: String?

    enum CodingKeys: String, CodingKey {
        case id, name, role, token
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
    }

    /// A token; its secret only when it was just made.
    init(_ token: AccessToken, secret: String? = nil) {
        id = token.id
        name = token.name
        role = token.role
        createdAt = token.createdAt
        expiresAt = token.expiresAt
        revokedAt = token.revokedAt
        self.token = secret
    }
}
