import Logging
import Postgres

extension RealSynapse {
    /// How many ends each of some rooms has: events that no other event follows.
    public func forwardExtremities(in rooms: [String]) async throws -> [String: Int] {
        let client = PostgresClient(
            PostgresConfiguration(conninfo: databaseDSN), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do {
            let all = try await client.execute(ForwardExtremities())
            await client.shutdown()
            return all.reduce(into: [:]) { counts, row in if rooms.contains(row.room) { counts[row.room] = Int(row.ends) } }
        } catch {
            await client.shutdown()
            throw error
        }
    }
}

private struct ForwardExtremities: Statement {
    static let name = "forward_extremities"
    static let sql = "SELECT room_id, count(*)::bigint FROM event_forward_extremities GROUP BY room_id"

    static func decode(_ row: inout RowReader) throws -> (room: String, ends: Int64) {
        (room: try row.next(), ends: try row.next())
    }
}
