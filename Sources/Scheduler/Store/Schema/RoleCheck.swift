public import Postgres

/// What the role of a process may do in the database, found out at its start rather than on the day when it matters.
public struct RoleCheck: Sendable {
    private let client: PostgresClient

    /// A check of the role that this client's connections have.
    public init(client: PostgresClient) { self.client = client }

    /// Makes sure that the role may do all that a process does; a database without Muster's schema passes.
    ///
    /// - Returns: whether it may vacuum as well; where it may not, autovacuum does alone what it does in any case.
    /// - Throws: ``SchedulerError`` with code `configuration` that names what is missing.
    public func verify() async throws -> Bool {
        try await StoreFailure.wrapping("looking at the role's privileges") {
            let missing = try await client.execute(FindMissingPrivileges())
            guard missing.isEmpty else { throw SchedulerError(.configuration, Self.refusal(missing)) }
            return try await client.execute(FindVacuumRight()).first ?? true
        }
    }

    static func refusal(_ missing: [String]) -> String {
        let shown = missing.prefix(6).joined(separator: ", ")
        let rest = missing.count > 6 ? " and \(missing.count - 6) more" : ""
        return "The role of this process lacks privileges that it needs: \(shown)\(rest). "
            + "As the schema's owner, give it the grants of docs/operations.md, section \"A role that only uses the tables\"; "
            + "they are needed again after a migration that makes tables."
    }
}
