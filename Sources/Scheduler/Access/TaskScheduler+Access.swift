import Crypto
public import Foundation
import Postgres

extension TaskScheduler {
    /// What Muster's own tokens begin with, so that nobody sends one to a homeserver.
    public static let tokenPrefix = "mst_"
    /// How many letters and digits follow that.
    public static let tokenLetters = 40

    /// Makes a token; its secret is returned once and stored as a hash only.
    ///
    /// - Parameters:
    ///   - requestedBy: who asks, for the audit log
    ///   - origin: where the request came from; then the audit log gets a line of the change, in the same commit
    /// - Throws: ``SchedulerError`` with code `invalid_request` when the name is in use or not 1 to 100 bytes.
    public func createToken(
        name: String, role: Role, expiresAt: Date?, requestedBy: String? = nil, auditedFrom origin: String? = nil
    ) async throws -> (token: AccessToken, secret: String) {
        guard (1...100).contains(name.utf8.count), !name.utf8.contains(0) else {
            throw SchedulerError(.invalidRequest, "The token's name must have 1 to 100 bytes.", field: "name")
        }
        var random = SystemRandomNumberGenerator()
        let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        // 40 letters of 56 are 232 bits.
        let secret =
            Self.tokenPrefix + String((0..<Self.tokenLetters).map { _ in letters[Int.random(in: letters.indices, using: &random)] })
        do {
            let insert = InsertToken(tokenName: name, role: role, hash: Self.hash(secret), expiresAt: expiresAt)
            let line = AuditEntry.line("token_create", name, by: requestedBy, from: origin)
            guard let token = try await change(insert, audited: line).first else {
                throw SchedulerError(.database, "The token was not stored.")
            }
            return (token, secret)
        } catch let error as PostgresError where error.constraint == "access_token_one_of_a_name" {
            throw SchedulerError(.invalidRequest, "A token named '\(name)' exists; revoke it first, or choose another name.", field: "name")
        } catch let error as PostgresError {
            throw StoreFailure.translate(error, while: "creating a token")
        }
    }

    /// The token with this secret, unless it is unknown, has expired or was revoked; remembered for a second.
    public func token(secret: String) async throws -> AccessToken? {
        guard secret.hasPrefix(Self.tokenPrefix), secret.utf8.count <= 100 else { return nil }
        let hash = SHA256.hash(data: Data(secret.utf8))
        if let token = knownTokens.find(hash) { return token }
        let found = try await StoreFailure.wrapping("looking a token up") {
            try await client.execute(FindToken(hash: Array(hash))).first
        }
        if let found { knownTokens.remember(found, hash) }
        return found
    }

    /// All tokens, oldest first.
    public func tokens() async throws -> [AccessToken] {
        try await StoreFailure.wrapping("listing tokens") { try await client.execute(ListTokens()) }
    }

    /// Revokes a token.
    ///
    /// - Parameters:
    ///   - requestedBy: who asks, for the audit log
    ///   - origin: where the request came from; then the audit log gets a line of the change, in the same commit
    /// - Returns: false when there is none with this number, or it was revoked before.
    public func revokeToken(_ id: Int64, requestedBy: String? = nil, auditedFrom origin: String? = nil) async throws -> Bool {
        defer { knownTokens.forgetAll() }
        let line = AuditEntry.line("token_revoke", "\(id)", by: requestedBy, from: origin)
        return try await StoreFailure.wrapping("revoking a token") { try await !change(RevokeToken(id: id), audited: line).isEmpty }
    }

    /// Writes a line of the audit log by itself; changes of the scheduler's own take their line along.
    public func record(_ entry: AuditEntry) async throws {
        let bounded = entry.bounded
        try await StoreFailure.wrapping("writing the audit log") { _ = try await client.execute(InsertAudit(entry: bounded)) }
    }

    /// Runs a statement that answers what it changed; when it changed anything, the line of the audit log is committed with it, or neither is.
    func change<Change: Statement>(_ statement: Change, audited line: AuditEntry?) async throws -> [Change.Row] {
        guard let line = line?.bounded else { return try await client.execute(statement) }
        return try await client.transaction { connection in
            let rows = try connection.run(statement)
            if !rows.isEmpty { _ = try connection.run(InsertAudit(entry: line)) }
            return rows
        }
    }

    /// The newest lines of the audit log, 1 to 1,000.
    public func auditLog(limit: Int) async throws -> [AuditEntry] {
        try await StoreFailure.wrapping("reading the audit log") { try await client.execute(ListAudit(limit: min(max(limit, 1), 1000))) }
    }

    private static func hash(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Data(secret.utf8))) }
}
