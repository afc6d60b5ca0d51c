import Postgres

/// Writes an attempt's counters, and its checkpoint if one is given.
///
/// Shares a lock on the claim, so that it cannot end meanwhile, and locks the progress row. Served by the primary keys. No row: the claim
/// was lost, and nothing was written (I4).
struct SaveProgress: Statement {
    typealias Row = Int64

    static let name = "save_progress"
    static let sql = """
        INSERT INTO muster.progress AS p (id, attempt, done, total, failed, checkpoint, updated_at)
        SELECT a.id, a.attempt, coalesce($4::bigint, 0), $5::bigint, coalesce($6::bigint, 0), $7::text, muster.clock()
        FROM muster.active a WHERE a.id = $1::bigint AND a.attempt = $2::smallint AND a.incarnation = $3::uuid FOR KEY SHARE
        ON CONFLICT (id) DO UPDATE SET
            attempt = excluded.attempt,
            done = CASE WHEN $4::bigint IS NULL THEN p.done ELSE excluded.done END,
            total = CASE WHEN $4::bigint IS NULL THEN p.total ELSE excluded.total END,
            failed = CASE WHEN $4::bigint IS NULL THEN p.failed ELSE excluded.failed END,
            checkpoint = coalesce(excluded.checkpoint, p.checkpoint),
            updated_at = excluded.updated_at
        RETURNING id
        """

    let fence: AttemptFence
    let progress: TaskProgress?
    let checkpoint: String?

    func bind(_ binds: inout Binds) {
        fence.bind(&binds)
        binds.add(progress?.done)
        binds.add(progress?.total)
        binds.add(progress?.failed)
        binds.add(checkpoint)
    }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
