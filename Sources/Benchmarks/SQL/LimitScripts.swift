/// The tables and statements of the limit: the least that a durable queue must do, and nothing for anybody's comfort.
///
/// A task moves from `ready` to `active`, which is the claim, and from there to `done`, which is only ever appended to: two commits, fenced by
/// incarnation, history kept, claims in order behind a floor. Params travel with the row.
enum LimitScripts {
    /// Empty tables.
    static let tables = """
        CREATE SCHEMA limits;
        CREATE TABLE limits.ready (
            id bigint GENERATED ALWAYS AS IDENTITY,
            action smallint NOT NULL DEFAULT 1,
            priority smallint NOT NULL DEFAULT 5,
            attempt smallint NOT NULL DEFAULT 0,
            run_at timestamptz NOT NULL DEFAULT now(),
            params text NOT NULL,
            PRIMARY KEY (action, priority, id)
        );
        CREATE TABLE limits.active (
            id bigint PRIMARY KEY,
            action smallint NOT NULL,
            priority smallint NOT NULL,
            attempt smallint NOT NULL,
            run_at timestamptz NOT NULL,
            started_at timestamptz NOT NULL,
            incarnation uuid NOT NULL,
            params text NOT NULL
        );
        CREATE TABLE limits.done (
            id bigint NOT NULL,
            action smallint NOT NULL,
            attempt smallint NOT NULL,
            status smallint NOT NULL,
            run_at timestamptz NOT NULL,
            started_at timestamptz NOT NULL,
            finished_at timestamptz NOT NULL,
            incarnation uuid NOT NULL,
            params text NOT NULL
        ) PARTITION BY RANGE (finished_at);
        CREATE TABLE limits.done_all PARTITION OF limits.done FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
        CREATE INDEX ON limits.done (id);
        """

    /// Tasks with params of a size, made in the server.
    static func fill(_ tasks: Int, paramsBytes: Int) -> String {
        "INSERT INTO limits.ready (params) SELECT repeat('x', \(max(0, paramsBytes))) FROM generate_series(1, \(tasks))"
    }

    /// `$1` tasks behind the floor `$2`, the lowest ids first.
    static let claim = """
        WITH taken AS (
            DELETE FROM limits.ready WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM limits.ready WHERE action = 1 AND priority = 5 AND id > $2::bigint
                ORDER BY id LIMIT $1::int FOR UPDATE SKIP LOCKED))
            RETURNING id, action, priority, attempt, run_at, params
        )
        INSERT INTO limits.active (id, action, priority, attempt, run_at, started_at, incarnation, params)
        SELECT id, action, priority, (attempt + 1)::smallint, run_at, now(), '00000000-0000-4000-8000-000000000001', params FROM taken
        RETURNING id, attempt, params
        """

    /// Ends the tasks `$1`, if they are still held.
    static let finish = """
        WITH ended AS (
            DELETE FROM limits.active WHERE id = ANY ($1::bigint[]) AND incarnation = '00000000-0000-4000-8000-000000000001'
            RETURNING id, action, attempt, run_at, started_at, incarnation, params
        )
        INSERT INTO limits.done (id, action, attempt, status, run_at, started_at, finished_at, incarnation, params)
        SELECT id, action, attempt, 1, run_at, started_at, now(), incarnation, params FROM ended
        """

    /// The settings of the connection that claims.
    static let claimingSession = """
        SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off
        """
    /// The settings of the connection that finishes: durable.
    static let finishingSession = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off"
}
