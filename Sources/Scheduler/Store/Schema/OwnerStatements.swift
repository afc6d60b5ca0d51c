import Foundation
import Migrations
import Postgres

/// Whose database this is; no row while nobody has said it.
struct FindOwner: Statement {
    typealias Row = String

    static let name = "find_owner"
    static let sql = "SELECT name FROM muster.owner"

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

/// Says whose database this is, unless somebody has; the answer is whose it is then, and empty when another does so at this moment.
struct ClaimOwnership: Statement {
    typealias Row = String

    static let name = "claim_ownership"
    static let sql = """
        WITH claimed AS (INSERT INTO muster.owner (name) VALUES ($1::text) ON CONFLICT (is_only) DO NOTHING RETURNING name)
        SELECT name FROM claimed UNION ALL SELECT name FROM muster.owner
        """

    let owner: String

    func bind(_ binds: inout Binds) { binds.add(owner) }

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

/// Makes the database another owner's.
struct ReplaceOwner: Statement {
    static let name = "replace_owner"
    static let sql = """
        INSERT INTO muster.owner (name) VALUES ($1::text)
        ON CONFLICT (is_only) DO UPDATE SET name = excluded.name, since = muster.clock()
        """

    let owner: String

    func bind(_ binds: inout Binds) { binds.add(owner) }
}

/// The processes that may still be at work: heartbeats of the last minute.
///
/// Locks nothing; reads the processes that have not ended.
struct FindLiveInstances: Statement {
    typealias Row = String

    static let name = "find_live_instances"
    static let sql = """
        SELECT instance FROM muster.process
        WHERE state IN ('running', 'draining') AND beat_at > muster.clock() - interval '1 minute' ORDER BY instance
        """

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

/// Parks everything that is unfinished until a person lets it go; running attempts are given back.
///
/// For a database that nobody works on: locks every unfinished row. Gives back how many there are. The claims of the original's processes
/// end here, so that nothing of theirs is taken back into the queue later.
///
/// Muster 0.2.0 would let them go: until ``ResumeAdopted`` it finds a version that it was not made for, and does not start.
struct ParkAdopted: Statement {
    typealias Row = Int64

    static let name = "park_adopted"
    static let sql = """
        WITH r AS (DELETE FROM muster.ready RETURNING id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed),
        f AS (DELETE FROM muster.deferred RETURNING id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed),
        a AS (DELETE FROM muster.active
            RETURNING id, run_at + interval '1 microsecond', action, priority, (attempt - 1)::smallint, failures, crashes, interruptions, keyed),
        free AS (DELETE FROM muster.exclusive_key),
        bar AS (INSERT INTO muster.schema_version (version, name) VALUES ($1::bigint, 'adopted') ON CONFLICT (version) DO NOTHING),
        again AS (UPDATE muster.parked SET reason = 'adopted', note = NULL WHERE reason <> 'adopted' RETURNING id),
        aside AS (
            INSERT INTO muster.parked
                (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed, parked_at, reason)
            SELECT x.*, muster.clock(), 'adopted'
            FROM (SELECT * FROM r UNION ALL SELECT * FROM f UNION ALL SELECT * FROM a) x
            RETURNING id
        )
        SELECT (SELECT pg_catalog.count(*) FROM aside) + (SELECT pg_catalog.count(*) FROM again)
        """

    func bind(_ binds: inout Binds) { binds.add(Int64(Migrations.lastStrict + 1)) }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

/// Lets tasks go that were parked because another owner adopted their database: they go on as soon as somebody can run them.
struct ResumeAdopted: Statement {
    typealias Row = Int64

    static let name = "resume_adopted"
    static let sql = """
        WITH gone AS (UPDATE muster.parked SET reason = 'no_handler' WHERE reason = 'adopted' RETURNING id),
        bar AS (DELETE FROM muster.schema_version WHERE name = 'adopted'),
        -- The turn that lets them go is then due at the next heartbeat.
        turn AS (UPDATE muster.duty SET taken_at = taken_at - interval '10 minutes' WHERE name = 'roll_call')
        SELECT pg_catalog.count(*) FROM gone
        """

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}
