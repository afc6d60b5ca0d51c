import Postgres

/// Notes that a running task is to be cancelled.
///
/// Shares a lock on the task's row in `active`, so that the note cannot outlive a claim that ends at the same moment unseen; served by
/// the primary keys. No row: the task is not active. Noting it twice keeps the first note.
struct RequestCancel: Statement {
    typealias Row = Int64

    static let name = "request_cancel"
    static let sql = """
        INSERT INTO muster.cancel_request (id, requested_at, requested_by)
        SELECT id, muster.clock(), $2::text FROM muster.active WHERE id = $1::bigint FOR KEY SHARE
        ON CONFLICT (id) DO UPDATE SET requested_at = cancel_request.requested_at
        RETURNING id
        """

    let id: TaskID
    let requestedBy: String?

    func bind(_ binds: inout Binds) {
        binds.add(id.rawValue)
        binds.add(requestedBy)
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
