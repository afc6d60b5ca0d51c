import Logging
import Postgres

/// Looks at Synapse's own tasks, in its database, and changes nothing there.
enum SynapseTasks {
    /// A stuck row, why it is stuck, and the event up to which it purges.
    struct Stuck: Sendable {
        var task: SynapseTask
        var trouble: SynapseTask.Trouble
        var purgeEvent: String?
    }

    /// The stuck rows, oldest write first.
    ///
    /// - Parameters:
    ///   - dsn: how Synapse's database is reached
    ///   - olderThan: since when nothing was written to a row that counts as stuck
    ///   - ids: the rows to look at; empty looks at all
    static func stuck(dsn: String, olderThan: Duration, ids: Set<String>) async throws -> [Stuck] {
        var configuration = PostgresConfiguration(conninfo: dsn)
        configuration.poolSize = 1
        configuration.applicationName = "muster-import"
        let client = PostgresClient(configuration, logger: Logs.forCommands.logger("muster"))
        do {
            let stuck = try await client.transaction { connection in
                _ = try await connection.execute(ReadOnly())
                var stuck: [Stuck] = []
                for task in try await connection.execute(ReadSynapseTasks()) where ids.isEmpty || ids.contains(task.id) {
                    guard let trouble = task.trouble(olderThan: olderThan) else { continue }
                    var event: String?
                    if let place = task.purgeBound, let room = task.resourceID {
                        event = try await connection.execute(FindSynapseEvent(place: place, room: room)).first
                    }
                    stuck.append(Stuck(task: task, trouble: trouble, purgeEvent: event))
                }
                return stuck
            }
            await client.shutdown()
            return stuck
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
