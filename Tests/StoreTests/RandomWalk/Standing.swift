import Foundation
import Postgres

@testable import Scheduler

/// Where one task stands, as the tables say it and as the walk expects it.
struct Standing: Sendable, Hashable, CustomStringConvertible {
    var place = "ready"
    var attempt: Int16 = 0
    var failures: Int16 = 0
    var crashes: Int16 = 0
    var interruptions: Int16 = 0
    /// Whose claim it is, or who ended it; nil where nobody has it.
    var incarnation: UUID?

    var description: String {
        "\(place) attempt \(attempt), \(failures) failures, \(crashes) crashes, \(interruptions) interruptions, \(incarnation?.uuidString ?? "nobody")"
    }
}

/// Where every task stands: a row for each place it is found in, so that one in two places has two rows and a lost one has place `nowhere`.
struct ReadStandings: Statement {
    typealias Row = (id: Int64, standing: Standing)

    static let name = "read_standings"
    static let sql = """
        SELECT t.id, coalesce(p.place, 'nowhere'), coalesce(p.attempt, 0::smallint), coalesce(p.failures, 0::smallint),
            coalesce(p.crashes, 0::smallint), coalesce(p.interruptions, 0::smallint), p.incarnation
        FROM muster.task t LEFT JOIN (
            SELECT id, 'ready' AS place, attempt, failures, crashes, interruptions, NULL::uuid AS incarnation FROM muster.ready
            UNION ALL SELECT id, 'deferred', attempt, failures, crashes, interruptions, NULL FROM muster.deferred
            UNION ALL SELECT id, 'parked', attempt, failures, crashes, interruptions, NULL FROM muster.parked
            UNION ALL SELECT id, 'active', attempt, failures, crashes, interruptions, incarnation FROM muster.active
            UNION ALL SELECT id, status::text, attempt, failures, crashes, interruptions, incarnation FROM muster.done
        ) p ON p.id = t.id
        ORDER BY t.id
        """

    static func decode(_ row: inout RowReader) throws -> Row {
        let id: Int64 = try row.next()
        let standing = Standing(
            place: try row.next(), attempt: try row.next(), failures: try row.next(), crashes: try row.next(),
            interruptions: try row.next(), incarnation: try row.next())
        return (id, standing)
    }
}

/// What a crash of the server does to a claim that was not on disk: the row is ready again, as if it had never been claimed.
struct UndoClaim: Statement {
    static let name = "undo_claim"
    static let sql = """
        WITH undone AS (DELETE FROM muster.active WHERE id = $1::bigint RETURNING *)
        INSERT INTO muster.ready (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed)
        SELECT id, run_at, action, priority, attempt - 1, failures, crashes, interruptions, keyed FROM undone
        """

    let id: Int64

    func bind(_ binds: inout Binds) { binds.add(id) }
}
