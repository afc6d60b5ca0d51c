import Foundation
import Postgres

/// The newest lines of the audit log.
///
/// Locks nothing; served by the primary key, read backwards.
struct ListAudit: Statement {
    typealias Row = AuditEntry

    static let name = "list_audit"
    static let sql = "SELECT at, who, origin, verb, subject, action FROM muster.audit ORDER BY id DESC LIMIT $1::integer"

    let limit: Int

    func bind(_ binds: inout Binds) { binds.add(Int32(limit)) }

    static func decode(_ row: inout RowReader) throws -> AuditEntry {
        let at: Date = try row.next()
        let who: String = try row.next()
        let origin: String = try row.next()
        let verb: String = try row.next()
        let subject: String = try row.next()
        let action: String? = try row.next()
        return AuditEntry(at: at, who: who, origin: origin, verb: verb, subject: subject, action: action.map(ActionName.init(rawValue:)))
    }
}
