-- Processes: who is there, what each can do, and whose turn each duty is.

-- One row a start. Its heartbeat, by the database's clock, says whether it lives.
CREATE TABLE muster.process (
    incarnation uuid PRIMARY KEY,
    instance text NOT NULL CHECK (octet_length(instance) BETWEEN 1 AND 255),
    host text NOT NULL,
    -- The boot and the namespace that pid counts in: only there can anybody tell whether it is gone.
    place text NOT NULL,
    pid integer NOT NULL,
    version text NOT NULL,
    config_digest text NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'draining', 'stopped', 'dead')),
    started_at timestamptz NOT NULL,
    beat_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((state IN ('stopped', 'dead')) = (ended_at IS NOT NULL))
);

-- A second live process with the same name cannot register.
CREATE UNIQUE INDEX process_one_of_a_name ON muster.process (instance) WHERE state IN ('running', 'draining');

-- The manifest: what each process can run.
CREATE TABLE muster.process_handler (
    incarnation uuid NOT NULL REFERENCES muster.process ON DELETE CASCADE,
    action text NOT NULL,
    schema_digest text NOT NULL,
    ready boolean NOT NULL,
    reason text,
    PRIMARY KEY (incarnation, action),
    CHECK (ready OR reason IS NOT NULL)
);

-- A duty is done by whichever process takes its turn first; no leader, no session locks.
CREATE TABLE muster.duty (
    name text PRIMARY KEY,
    taken_at timestamptz NOT NULL,
    taken_by uuid NOT NULL
);

-- One task and where it stands. Meant to be asked for by id: every join is one look at a primary key.
CREATE VIEW muster.task_status AS
SELECT
    t.id,
    a.name AS action,
    CASE
        WHEN d.id IS NOT NULL THEN d.status::text
        WHEN r.id IS NOT NULL OR f.id IS NOT NULL THEN 'scheduled'
        WHEN k.id IS NOT NULL THEN 'parked'
        ELSE 'active'
    END AS status,
    t.resource_id,
    t.params,
    t.priority,
    coalesce(x.attempt, d.attempt, r.attempt, f.attempt, k.attempt, 0)::smallint AS attempt,
    coalesce(t.max_attempts::integer, a.max_attempts) AS max_attempts,
    coalesce(x.failures, d.failures, r.failures, f.failures, k.failures, 0)::smallint AS failures,
    coalesce(x.crashes, d.crashes, r.crashes, f.crashes, k.crashes, 0)::smallint AS crashes,
    coalesce(x.interruptions, d.interruptions, r.interruptions, f.interruptions, k.interruptions, 0)::smallint AS interruptions,
    coalesce(x.run_at, r.run_at, f.run_at, k.run_at, t.run_at) AS run_at,
    t.created_at,
    coalesce(x.started_at, d.started_at) AS started_at,
    d.finished_at,
    greatest(t.created_at, coalesce(x.started_at, d.finished_at), k.parked_at, g.updated_at, e.ended_at) AS updated_at,
    t.requested_by,
    p.instance,
    g.done AS progress_done,
    g.total AS progress_total,
    g.failed AS progress_failed,
    d.result,
    CASE WHEN d.id IS NULL THEN e.error ELSE d.error END AS error,
    coalesce(f.reason, k.reason) AS reason,
    k.note,
    c.id IS NOT NULL AND d.id IS NULL AS cancel_requested
FROM muster.task t
JOIN muster.action a ON a.id = t.action
LEFT JOIN muster.ready r ON r.id = t.id
LEFT JOIN muster.deferred f ON f.id = t.id
LEFT JOIN muster.active x ON x.id = t.id
LEFT JOIN muster.parked k ON k.id = t.id
LEFT JOIN muster.done d ON d.id = t.id
LEFT JOIN muster.progress g ON g.id = t.id
LEFT JOIN muster.cancel_request c ON c.id = t.id
LEFT JOIN LATERAL (
    SELECT z.ended_at, z.error FROM muster.attempt_end z WHERE z.task = t.id ORDER BY z.ended_at DESC LIMIT 1
) e ON true
LEFT JOIN muster.process p ON p.incarnation = coalesce(x.incarnation, d.incarnation);
