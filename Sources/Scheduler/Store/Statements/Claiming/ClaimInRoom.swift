import Foundation
import Postgres

/// Takes due tasks as ``ClaimTasks`` does, those of limited actions too, where room for all of them is known of without a count.
///
/// One statement in place of the transaction of ``LockLimits``, ``FindRoom`` and ``ClaimMarked``. The server's session knows how many can
/// run at most: what its last count found and everything that it claimed since. That holds for as long as nobody else has claimed under a
/// limit, which the number of marks given out says: whoever does takes one, under the turn. So the turn of all the actions is tried
/// first, then the number is read, and what this claim may take is noted before it takes anything.
/// No rows: as there; or somebody else has a turn or has claimed, or the room is not known to be enough. Then ``LimitedClaims`` counts.
struct ClaimInRoom: Statement {
    static let name = "claim_in_room"
    // `held` stands in each part that must come after the turn, so that it can be evaluated no earlier.
    static let sql = ClaimTasks.text(
        mark: ClaimTasks.mark("(SELECT mark FROM noted)", limited: "$9::smallint[]"),
        before: """
            turn AS MATERIALIZED (
                SELECT pg_catalog.count(*) AS held FROM pg_catalog.unnest($9::smallint[]) AS l(action)
                WHERE pg_catalog.pg_try_advisory_xact_lock(1836413812, l.action::integer)
            ), known AS MATERIALIZED (
                SELECT
                    held = pg_catalog.cardinality($9::smallint[]) AND (
                        SELECT pg_catalog.bool_and(coalesce(
                            pg_catalog.current_setting('muster.counted_' || l.action::text, true) = s.last_value::text
                            AND nullif(pg_catalog.current_setting('muster.running_' || l.action::text, true), '')::bigint + $5::integer <= l.concurrency,
                            false))
                        FROM unnest($9::smallint[], $10::integer[]) AS l(action, concurrency)
                        CROSS JOIN LATERAL (SELECT q.last_value FROM muster.limit_mark q WHERE held > 0 OFFSET 0) s
                    ) AS suffices
                FROM turn
            ), marked AS MATERIALIZED (
                SELECT pg_catalog.nextval('muster.limit_mark') AS mark FROM known WHERE suffices
            ), noted AS MATERIALIZED (
                SELECT
                    m.mark,
                    pg_catalog.count(pg_catalog.set_config('muster.counted_' || l.action::text, m.mark::text, false)),
                    pg_catalog.count(pg_catalog.set_config(
                        'muster.running_' || l.action::text,
                        (pg_catalog.current_setting('muster.running_' || l.action::text)::bigint + $5::integer)::text, false))
                FROM marked m CROSS JOIN pg_catalog.unnest($9::smallint[]) AS l(action)
                GROUP BY m.mark
            ),
            """ + " ",
        condition: "EXISTS (SELECT 1 FROM noted)")

    let claim: ClaimTasks
    let limited: [(action: Int16, concurrency: Int32)]

    func bind(_ binds: inout Binds) {
        claim.bind(&binds)
        binds.add(limited.map(\.action))
        binds.add(limited.map(\.concurrency))
    }

    static func decode(_ row: inout RowReader) throws -> ClaimTasks.Row { try ClaimTasks.decode(&row) }
}
