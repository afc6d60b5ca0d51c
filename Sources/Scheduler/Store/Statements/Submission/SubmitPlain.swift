import Postgres

/// Stores tasks that nothing can stand in the way of: without keys, without unique places, due at once.
///
/// Gives back their ids in order. A fraction of ``SubmitTasks`` in what the server has to set up, which is most of the cost of storing a single task. Locks nothing but
/// its own new rows and waits for nobody; reads no table.
struct SubmitPlain: Statement {
    typealias Row = Int64

    static let name = "submit_plain"
    static let sql = PlainSubmission.sql(audited: false)

    let items: [SubmitTasks.Item]

    func bind(_ binds: inout Binds) { PlainSubmission.bind(items, &binds) }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
