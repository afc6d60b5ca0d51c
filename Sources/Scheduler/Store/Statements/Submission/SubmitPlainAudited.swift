import Postgres

/// ``SubmitPlain`` with a line in the audit log for each task whose request says where it came from: both are committed, or neither.
///
/// Locks nothing but its own new rows and waits for nobody; reads no table.
struct SubmitPlainAudited: Statement {
    typealias Row = Int64

    static let name = "submit_plain_audited"
    static let sql = PlainSubmission.sql(audited: true)

    let items: [SubmitTasks.Item]

    func bind(_ binds: inout Binds) {
        PlainSubmission.bind(items, &binds)
        binds.add(items.map(\.auditOrigin))
        binds.add(items.map(\.actionName.rawValue))
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
