import Postgres

/// Stores tasks, all or none, by the leanest statement that is right for all of them.
enum LeanestSubmission {
    /// Stores tasks in a transaction of their own, which is one statement for nearly all.
    ///
    /// - Parameter patience: how long to wait for each lock before the whole fails; nil for as long as a statement may run
    static func store(_ items: [SubmitTasks.Item], _ client: PostgresClient, patience: Duration? = nil) async throws -> [SubmitTasks.Row] {
        let rows: [SubmitTasks.Row]
        if items.contains(where: \.mayTakeInVain) {
            rows = try await client.transaction { connection in try store(items, on: connection, patience: patience) }
        } else if items.contains(where: \.needsCare) {
            rows = try await client.execute(SubmitTasks(items: items, patience: patience))
        } else if items.contains(where: { $0.keyed || $0.auditOrigin != nil }) {
            rows = try await client.execute(SubmitKeyed(items: items, patience: patience)).map {
                SubmitTasks.Row(id: $0 ?? 0, isNew: $0 != nil)
            }
        } else {
            rows = try await client.execute(SubmitPlain(items: items)).map { SubmitTasks.Row(id: $0, isNew: true) }
        }
        guard rows.count == items.count else { throw unanswered }
        return rows
    }

    /// Stores tasks in an open transaction.
    ///
    /// - Parameter patience: as above; it holds for the rest of the transaction as well
    static func store(
        _ items: [SubmitTasks.Item], on connection: isolated PostgresConnection, patience: Duration? = nil
    ) throws -> [SubmitTasks.Row] {
        if items.allSatisfy({ $0.isPlain && $0.auditOrigin == nil }) {
            return try connection.run(SubmitPlain(items: items)).map { SubmitTasks.Row(id: $0, isNew: true) }
        }
        let rows = try connection.run(SubmitTasks(items: items, patience: patience))
        let unborn = zip(rows, items).filter { row, item in !row.isNew && item.mayTakeInVain }.map(\.0.id)
        if !unborn.isEmpty { _ = try connection.run(ForgetKeys(ids: unborn)) }
        return rows
    }

    static let unanswered = PostgresError(
        code: .decode, message: "the store did not answer every submission", statement: SubmitTasks.name)
}
