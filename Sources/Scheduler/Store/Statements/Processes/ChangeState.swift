import Foundation
import Postgres

/// Says that a process drains, or that it left.
///
/// Locks the process's row; served by its primary key. No row: it was declared dead before.
struct ChangeState: Statement {
    typealias Row = UUID

    static let name = "change_state"
    static let sql = """
        UPDATE muster.process
        SET state = $2::text, ended_at = CASE WHEN $2::text = 'stopped' THEN muster.clock() END
        WHERE incarnation = $1::uuid AND state IN ('running', 'draining')
        RETURNING incarnation
        """

    let incarnation: UUID
    let state: ProcessState

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(state.rawValue)
    }

    static func decode(_ row: inout RowReader) throws -> UUID { try row.next() }
}
