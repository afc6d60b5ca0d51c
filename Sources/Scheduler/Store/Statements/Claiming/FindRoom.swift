import Postgres

/// How many tasks of each limited action may be claimed now.
///
/// Sent in the transaction that holds their turn (``LockLimits``), as a statement of its own: it sees what the last holder committed.
/// Locks nothing; served by `active_limited` and the primary key of `action_rate`. Tokens come back by the database's clock (I6);
/// a rate that was spent a minute ahead of it, before the clock was set back, has them all.
///
/// The count begins at the oldest mark that was alive at this server connection's last count, or the last one given out: under the turn marks
/// only grow, so nothing stands below it, and what a long transaction keeps of ended attempts is not walked over again. The connection's
/// session remembers it, and not this process: after a crash or a failover of the server, where the sequence of marks may step back, there
/// is none. It remembers as well how many will run at most when all the room is taken, and at which mark: ``ClaimInRoom`` goes on from there.
struct FindRoom: Statement {
    /// The room of one action, at most ``most``; `tokens` is nil where no rate is set.
    struct Row: Sendable {
        var action: Int16
        var room: Int32
        var tokens: Double?
        /// What a claim in this transaction marks its tasks with.
        var mark: Int64
        /// What the concurrency leaves free when all that room is taken; nil where only a rate is set.
        var left: Int64?
    }

    static let name = "find_room"
    static let sql = """
        WITH turn AS MATERIALIZED (SELECT pg_catalog.nextval('muster.limit_mark') AS mark)
        SELECT
            l.action,
            given.room,
            t.tokens,
            turn.mark,
            l.concurrency - running.number - given.room,
            CASE WHEN l.concurrency IS NOT NULL THEN
                pg_catalog.set_config(f.setting, least(running.oldest, turn.mark)::text, false)
                || pg_catalog.set_config('muster.counted_' || l.action::text, turn.mark::text, false)
                || pg_catalog.set_config('muster.running_' || l.action::text, (running.number + given.room)::text, false)
            END
        FROM unnest($1::smallint[], $2::integer[], $3::double precision[], $4::double precision[]) AS l(action, concurrency, rate, burst)
        CROSS JOIN turn
        LEFT JOIN muster.action_rate b ON b.action = l.action
        CROSS JOIN LATERAL (SELECT 'muster.oldest_mark_' || l.action::text AS setting) f
        CROSS JOIN LATERAL (
            SELECT pg_catalog.count(*) AS number, pg_catalog.min(a.mark) AS oldest FROM muster.active a
            WHERE l.concurrency IS NOT NULL AND a.action = l.action AND a.limited
                AND a.mark >= coalesce(nullif(pg_catalog.current_setting(f.setting, true), ''), '0')::bigint
        ) running
        CROSS JOIN LATERAL (
            SELECT CASE WHEN l.rate IS NOT NULL THEN
                least(
                    l.burst,
                    coalesce(
                        CASE WHEN b.refilled_at <= muster.clock() + interval '1 minute' THEN
                            b.tokens + greatest(0, extract(epoch FROM muster.clock() - b.refilled_at)::double precision) * l.rate
                        END,
                        l.burst))
            END AS tokens
        ) t
        CROSS JOIN LATERAL (
            SELECT greatest(0, least($5::integer, l.concurrency - running.number, pg_catalog.floor(t.tokens)))::integer AS room
        ) given
        """

    let limits: [(action: Int16, limit: ActionLimit)]
    let most: Int

    func bind(_ binds: inout Binds) {
        binds.add(limits.map(\.action))
        binds.add(limits.map { $0.limit.concurrency.map { Int32($0) } })
        binds.add(limits.map { $0.limit.rate?.perSecond })
        binds.add(limits.map { $0.limit.rate?.burst })
        binds.add(Int32(most))
    }

    static func decode(_ row: inout RowReader) throws -> Row {
        Row(action: try row.next(), room: try row.next(), tokens: try row.next(), mark: try row.next(), left: try row.next())
    }
}
