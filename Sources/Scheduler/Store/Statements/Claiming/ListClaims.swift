import Foundation
import Postgres

/// What the store holds as claimed by one incarnation.
///
/// Locks nothing; reads the whole of `active`, which holds only what runs now. Sent after a claim whose answer was lost, and now and then.
struct ListClaims: Statement {
    typealias Row = (id: Int64, attempt: Int16, runAt: Date)

    static let name = "list_claims"
    static let sql = "SELECT id, attempt, run_at FROM muster.active WHERE incarnation = $1::uuid"

    let incarnation: UUID

    func bind(_ binds: inout Binds) { binds.add(incarnation) }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next(), try row.next()) }
}
