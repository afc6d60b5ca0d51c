-- Tasks: what is asked for, where each one stands, and what became of it.
--
-- A task's body is written once. Where it stands is a row in one of five narrow tables, and moving it is one statement:
--
--   ready ──claim──> active ──end──> done
--     ^                │
--     └── deferred <───┘   (due later: scheduled, retry, snoozed)
--     └── parked           (accepted, but no live process may run it)

-- The one clock that decides due, dead and expired (I6). Every statement asks it, never now() or a process's clock.
CREATE FUNCTION muster.clock() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT now()';

-- Ids grow with time: milliseconds since 1970 in the upper bits, a running number in the lower 20.
CREATE SEQUENCE muster.task_number;
CREATE FUNCTION muster.next_task_id() RETURNS bigint LANGUAGE sql VOLATILE AS
    $$ SELECT (floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint << 20) | (nextval('muster.task_number') & 1048575) $$;

CREATE TYPE muster.final_status AS ENUM ('complete', 'failed', 'cancelled');

-- Every action that was ever in a catalogue, with the policies that any process can apply without its code.
CREATE TABLE muster.action (
    id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9_.-]{0,99}$'),
    max_attempts integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 1000),
    backoff_initial_ms bigint NOT NULL CHECK (backoff_initial_ms > 0),
    backoff_factor double precision NOT NULL CHECK (backoff_factor BETWEEN 1 AND 100),
    backoff_maximum_ms bigint NOT NULL CHECK (backoff_maximum_ms >= backoff_initial_ms),
    backoff_jitter double precision NOT NULL CHECK (backoff_jitter BETWEEN 0 AND 1),
    deadline_ms bigint CHECK (deadline_ms > 0),
    unique_by_resource boolean NOT NULL,
    uncovered_since timestamptz,
    updated_at timestamptz NOT NULL DEFAULT muster.clock()
);

-- The body: written at submission, read at each claim, removed when the history is.
CREATE TABLE muster.task (
    id bigint PRIMARY KEY,
    action smallint NOT NULL,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
    max_attempts smallint CHECK (max_attempts BETWEEN 1 AND 1000),
    run_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    resource_id text CHECK (octet_length(resource_id) BETWEEN 1 AND 1024),
    requested_by text CHECK (octet_length(requested_by) <= 1024),
    params text NOT NULL
);
CREATE INDEX task_by_resource ON muster.task (resource_id, id) WHERE resource_id IS NOT NULL;

-- Due now. The claim's index is exactly its order; the action stands first, so that work nobody can run delays nothing else (I3).
CREATE TABLE muster.ready (
    id bigint PRIMARY KEY,
    run_at timestamptz NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
    attempt smallint NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    failures smallint NOT NULL DEFAULT 0 CHECK (failures >= 0),
    crashes smallint NOT NULL DEFAULT 0 CHECK (crashes >= 0),
    interruptions smallint NOT NULL DEFAULT 0 CHECK (interruptions >= 0),
    keyed boolean NOT NULL DEFAULT false
);
CREATE INDEX ready_claim ON muster.ready (action, priority, run_at, id);

-- Due later.
CREATE TABLE muster.deferred (
    id bigint PRIMARY KEY,
    run_at timestamptz NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
    attempt smallint NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    failures smallint NOT NULL DEFAULT 0 CHECK (failures >= 0),
    crashes smallint NOT NULL DEFAULT 0 CHECK (crashes >= 0),
    interruptions smallint NOT NULL DEFAULT 0 CHECK (interruptions >= 0),
    keyed boolean NOT NULL DEFAULT false,
    reason text NOT NULL CHECK (octet_length(reason) <= 1024)
);
CREATE INDEX deferred_due ON muster.deferred (run_at);

-- Running. The row is the claim: who deletes it, by id, attempt and incarnation, has ended the attempt (I4).
CREATE TABLE muster.active (
    id bigint PRIMARY KEY,
    run_at timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    incarnation uuid NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
    attempt smallint NOT NULL CHECK (attempt >= 1),
    failures smallint NOT NULL CHECK (failures >= 0),
    crashes smallint NOT NULL CHECK (crashes >= 0),
    interruptions smallint NOT NULL CHECK (interruptions >= 0),
    keyed boolean NOT NULL
);

-- Accepted, but no live process may run it, or none could read its params.
CREATE TABLE muster.parked (
    id bigint PRIMARY KEY,
    run_at timestamptz NOT NULL,
    parked_at timestamptz NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
    attempt smallint NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    failures smallint NOT NULL DEFAULT 0 CHECK (failures >= 0),
    crashes smallint NOT NULL DEFAULT 0 CHECK (crashes >= 0),
    interruptions smallint NOT NULL DEFAULT 0 CHECK (interruptions >= 0),
    keyed boolean NOT NULL DEFAULT false,
    reason text NOT NULL CHECK (reason IN ('no_handler', 'schema_mismatch')),
    note text CHECK (octet_length(note) <= 1024)
);
CREATE INDEX parked_by_action ON muster.parked (action);

-- Ended, kept for the retention.
CREATE TABLE muster.done (
    id bigint PRIMARY KEY,
    finished_at timestamptz NOT NULL,
    started_at timestamptz,
    incarnation uuid,
    action smallint NOT NULL,
    attempt smallint NOT NULL CHECK (attempt >= 0),
    failures smallint NOT NULL CHECK (failures >= 0),
    crashes smallint NOT NULL CHECK (crashes >= 0),
    interruptions smallint NOT NULL CHECK (interruptions >= 0),
    status muster.final_status NOT NULL,
    result text,
    error text,
    CHECK (status <> 'failed' OR error IS NOT NULL),
    CHECK (status <> 'complete' OR (error IS NULL AND started_at IS NOT NULL AND attempt >= 1))
);
CREATE INDEX done_by_time ON muster.done USING brin (finished_at);

-- Counters for people and the state from which a next attempt resumes; written only by attempts that have any.
CREATE TABLE muster.progress (
    id bigint PRIMARY KEY,
    attempt smallint NOT NULL CHECK (attempt >= 1),
    done bigint NOT NULL CHECK (done >= 0),
    total bigint CHECK (total >= 0),
    failed bigint NOT NULL CHECK (failed >= 0),
    checkpoint text,
    updated_at timestamptz NOT NULL
);

-- Attempts that ended in anything but completion.
CREATE TABLE muster.attempt_end (
    task bigint NOT NULL,
    attempt smallint NOT NULL CHECK (attempt >= 0),
    outcome text NOT NULL CHECK (outcome IN ('retry', 'failed', 'cancelled', 'snoozed', 'interrupted', 'crashed', 'parked')),
    incarnation uuid,
    started_at timestamptz,
    ended_at timestamptz NOT NULL,
    error text,
    -- The build that could not read the params: its version and its schema digest.
    unread_by text,
    CHECK ((outcome = 'parked') = (unread_by IS NOT NULL))
);
CREATE INDEX attempt_end_by_task ON muster.attempt_end (task, ended_at);

-- One unfinished task for one resource, where the action asks for it.
CREATE TABLE muster.unique_task (
    action smallint NOT NULL,
    resource_id text NOT NULL,
    id bigint NOT NULL UNIQUE,
    PRIMARY KEY (action, resource_id)
);

-- Two requests with one key make one task.
CREATE TABLE muster.idempotency (
    key text PRIMARY KEY CHECK (octet_length(key) BETWEEN 1 AND 255),
    id bigint NOT NULL UNIQUE,
    digest bytea NOT NULL
);

-- What an attempt holds alone, such as room:!id (I10). Freed with its claim.
CREATE TABLE muster.exclusive_key (
    key text PRIMARY KEY CHECK (octet_length(key) BETWEEN 1 AND 1024),
    id bigint NOT NULL,
    attempt smallint NOT NULL,
    incarnation uuid NOT NULL,
    taken_at timestamptz NOT NULL
);
CREATE INDEX exclusive_key_by_task ON muster.exclusive_key (id);

-- Running tasks that somebody asked to cancel.
CREATE TABLE muster.cancel_request (
    id bigint PRIMARY KEY,
    requested_at timestamptz NOT NULL,
    requested_by text
);

-- The hot tables turn over completely: vacuum them early and without rest.
ALTER TABLE muster.ready SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE muster.active SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE muster.deferred SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
