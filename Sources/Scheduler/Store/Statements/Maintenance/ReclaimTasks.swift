import Postgres

/// Takes back the tasks of processes that are gone (I5, I8).
///
/// A dead process counts a crash against each of its tasks: the task is ready again at once, or, at the limit, quarantined: `failed`,
/// with that reason. One that was asked to be cancelled is cancelled. A process that stopped by itself and left claims counts an
/// interruption only. Repeated at every turn, so that a claim that was being made while its process was declared dead is found the next
/// time.
///
/// Locks the claims that it takes. Reads the whole of `active`, with what a long transaction keeps of ended attempts, and therefore
/// only when a process has ended of late, or when all that ever ended are asked for.
struct ReclaimTasks: Statement {
    typealias Row = (id: Int64, ending: String)

    static let name = "reclaim_tasks"
    static let sql = """
        WITH lost AS (
            DELETE FROM muster.active a USING muster.process p
            WHERE p.incarnation = a.incarnation AND p.state IN ('dead', 'stopped')
                AND ($2::boolean OR EXISTS (SELECT 1 FROM muster.process e WHERE e.ended_at > muster.clock() - interval '10 minutes'))
            RETURNING a.*, p.state = 'dead' AS crashed, p.instance
        ), judged AS (
            SELECT l.*, CASE
                WHEN EXISTS (SELECT 1 FROM muster.cancel_request c WHERE c.id = l.id) THEN 'cancelled'
                WHEN crashed AND crashes + 1 >= $1::integer THEN 'failed'
                ELSE 'ready' END AS ending
            FROM lost l
        ), again AS (
            INSERT INTO muster.ready (id, run_at, action, priority, attempt, failures, crashes, interruptions, keyed)
            SELECT id, run_at, action, priority, attempt - (NOT crashed)::integer, failures, crashes + crashed::integer,
                least(interruptions + (NOT crashed)::integer, 32767), keyed
            FROM judged WHERE ending = 'ready'
        ), history AS (
            INSERT INTO muster.done
                (id, finished_at, started_at, incarnation, action, attempt, failures, crashes, interruptions, status, error)
            SELECT id, muster.clock(), started_at, incarnation, action, attempt, failures, crashes + crashed::integer,
                least(interruptions + (NOT crashed)::integer, 32767), ending::muster.final_status,
                CASE ending WHEN 'failed' THEN 'Quarantined: the process running it died ' || (crashes + 1)::text || ' times, last on '
                    || instance || '. Retry it once the cause is known.' ELSE 'Cancelled while its process was gone.' END
            FROM judged WHERE ending <> 'ready'
        ), tries AS (
            INSERT INTO muster.attempt_end (task, attempt, outcome, incarnation, started_at, ended_at, error)
            SELECT id, attempt, CASE WHEN crashed THEN 'crashed' ELSE 'interrupted' END, incarnation, started_at, muster.clock(),
                CASE WHEN crashed THEN 'Its process on ' || instance || ' died or could not be reached.' END
            FROM judged
        ), places AS (
            DELETE FROM muster.unique_task u USING judged j WHERE j.ending <> 'ready' AND j.keyed AND u.id = j.id
        ), keys AS (
            DELETE FROM muster.exclusive_key k USING judged j WHERE k.id = j.id
        ), requests AS (
            DELETE FROM muster.cancel_request c USING judged j WHERE c.id = j.id
        )
        SELECT id, ending FROM judged
        """

    let maximumCrashes: Int
    /// Whether to look although no process has ended for ten minutes.
    var always = true

    func bind(_ binds: inout Binds) {
        binds.add(Int32(maximumCrashes))
        binds.add(always)
    }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}
