import Postgres

/// Takes an exclusive key for a running attempt (I10).
///
/// A key belongs to its holder only while the holder's claim exists: one whose holder is gone is taken over. The takeover looks only at
/// keys taken before this statement began, because a holder's claim is committed before its key is taken; so a holder that appeared
/// meanwhile is never mistaken for one that is gone. A key that was taken a minute ahead of the clock was taken before the clock was set back. Shares a lock on the own claim and locks the key's row. Served by the primary keys.
/// Gives back whether the claim is still held and whether the key was taken.
struct AcquireKey: Statement {
    typealias Row = (claimHeld: Bool, taken: Bool)

    static let name = "acquire_key"
    static let sql = """
        WITH mine AS (
            SELECT id, attempt, incarnation FROM muster.active
            WHERE id = $1::bigint AND attempt = $2::smallint AND incarnation = $3::uuid FOR KEY SHARE
        ), taken AS (
            INSERT INTO muster.exclusive_key AS k (key, id, attempt, incarnation, taken_at)
            SELECT $4::text, id, attempt, incarnation, muster.clock() FROM mine
            ON CONFLICT (key) DO UPDATE SET
                id = excluded.id, attempt = excluded.attempt, incarnation = excluded.incarnation, taken_at = excluded.taken_at
            WHERE (k.id = excluded.id AND k.attempt = excluded.attempt AND k.incarnation = excluded.incarnation)
                OR ((k.taken_at < muster.clock() OR k.taken_at > muster.clock() + interval '1 minute') AND NOT EXISTS (
                    SELECT 1 FROM muster.active h WHERE h.id = k.id AND h.attempt = k.attempt AND h.incarnation = k.incarnation))
            RETURNING key
        )
        SELECT EXISTS (SELECT 1 FROM mine), EXISTS (SELECT 1 FROM taken)
        """

    let fence: AttemptFence
    let key: String

    func bind(_ binds: inout Binds) {
        fence.bind(&binds)
        binds.add(key)
    }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
