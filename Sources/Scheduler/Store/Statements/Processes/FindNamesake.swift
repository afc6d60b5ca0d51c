import Foundation
import Postgres

/// The living process of this instance name, as of now.
///
/// Locks nothing; served by `process_one_of_a_name`.
struct FindNamesake: Statement {
    /// Who has the name, and how old its heartbeat is.
    struct Row: Sendable {
        var incarnation: UUID
        var host: String
        var place: String
        var pid: Int32
        var beatAt: Date
        var isExpired: Bool
    }

    static let name = "find_namesake"
    static let sql = """
        SELECT incarnation, host, place, pid, beat_at, beat_at <= muster.clock() - $2::bigint::float8 * interval '1 ms'
        FROM muster.process WHERE instance = $1::text AND state IN ('running', 'draining')
        """

    let instance: String
    let deadAfter: Duration

    func bind(_ binds: inout Binds) {
        binds.add(instance)
        binds.add(deadAfter.milliseconds)
    }

    static func decode(_ row: inout RowReader) throws -> Row {
        Row(
            incarnation: try row.next(), host: try row.next(), place: try row.next(), pid: try row.next(), beatAt: try row.next(),
            isExpired: try row.next())
    }
}
