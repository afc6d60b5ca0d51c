-- The schema after all numbered scripts, written by scripts/dump-schema. Not to be edited, and never run: `muster migrate` runs the scripts.

CREATE SCHEMA muster;

CREATE TYPE muster.final_status AS ENUM (
    'complete',
    'failed',
    'cancelled'
);

CREATE FUNCTION muster.add_partition(from_id bigint, until_id bigint, most integer) RETURNS text
    LANGUAGE plpgsql
    SET lock_timeout TO '500ms'
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    first bigint := from_id;
    stray bigint[];
    label text;
BEGIN
    LOCK TABLE muster.task_default, muster.done_default IN ACCESS EXCLUSIVE MODE;
    stray := ARRAY(
        SELECT t.id FROM muster.task_default t WHERE t.id >= first AND t.id < add_partition.until_id ORDER BY t.id LIMIT most + 1);
    IF cardinality(stray) > most THEN
        first := (SELECT max(t.id) + 1 FROM muster.task_default t WHERE t.id < add_partition.until_id);
        stray := '{}';
    END IF;
    IF first >= until_id THEN
        RETURN NULL;
    END IF;
    label := regexp_replace(
        'p' || to_char(to_timestamp((first >> 20) / 1000.0) AT TIME ZONE 'UTC', 'YYYYMMDD"t"HH24MISSMS'), 't000000000$', '');
    EXECUTE format('CREATE TABLE muster.%I (LIKE muster.task INCLUDING ALL)', 'task_' || label);
    EXECUTE format('CREATE TABLE muster.%I (LIKE muster.done INCLUDING ALL)', 'done_' || label);
    IF cardinality(stray) > 0 THEN
        EXECUTE format('WITH gone AS (DELETE FROM muster.task_default WHERE id = ANY ($1) RETURNING *)
            INSERT INTO muster.%I SELECT * FROM gone', 'task_' || label) USING stray;
        EXECUTE format('WITH gone AS (DELETE FROM muster.done_default WHERE id = ANY ($1) RETURNING *)
            INSERT INTO muster.%I SELECT * FROM gone', 'done_' || label) USING stray;
    END IF;
    EXECUTE format('ALTER TABLE muster.task ATTACH PARTITION muster.%I FOR VALUES FROM (%s) TO (%s)', 'task_' || label, first, until_id);
    EXECUTE format('ALTER TABLE muster.done ATTACH PARTITION muster.%I FOR VALUES FROM (%s) TO (%s)', 'done_' || label, first, until_id);
    INSERT INTO muster.partition (label, from_id, until_id) VALUES (label, first, until_id);
    RETURN label;
END $_$;

CREATE FUNCTION muster.add_partitions(width_ms bigint, most integer) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    begins bigint := floor(extract(epoch FROM muster.clock()) * 1000)::bigint / width_ms * width_ms;
    covered bigint;
    made text;
BEGIN
    FOR step IN 1..2 LOOP
        covered := (SELECT max(p.until_id) FROM muster.partition p);
        IF covered IS NULL OR covered < (begins + step * width_ms) << 20 THEN
            made := muster.add_partition(coalesce(covered, begins << 20), (begins + step * width_ms) << 20, most);
            IF made IS NOT NULL THEN
                RETURN NEXT made;
            END IF;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION muster.clock() RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN now();

CREATE FUNCTION muster.drop_partition(gone text, complete_ms bigint, failed_ms bigint, cancelled_ms bigint, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET lock_timeout TO '500ms'
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    span muster.partition;
    kept bigint[];
BEGIN
    SELECT p.* INTO span FROM muster.partition p WHERE p.label = gone FOR UPDATE;
    IF span.label IS NULL THEN
        RETURN NULL;
    END IF;
    -- What autovacuum has not summarised yet would be read from end to end, and again under the lock.
    PERFORM brin_summarize_new_values(x.indexrelid)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
    WHERE x.indrelid = to_regclass(format('muster.%I', 'done_' || gone)) AND m.amname = 'brin';
    -- Once without the lock, so that claims do not wait for a partition that stays.
    kept := muster.kept_in_partition(gone, span.from_id, span.until_id, complete_ms, failed_ms, cancelled_ms, most + 1);
    IF cardinality(kept) > most THEN
        RETURN NULL;
    END IF;
    LOCK TABLE muster.task, muster.done IN ACCESS EXCLUSIVE MODE;
    kept := muster.kept_in_partition(gone, span.from_id, span.until_id, complete_ms, failed_ms, cancelled_ms, most + 1);
    IF cardinality(kept) > most THEN
        RETURN NULL;
    END IF;
    EXECUTE format('ALTER TABLE muster.task DETACH PARTITION muster.%I', 'task_' || gone);
    EXECUTE format('ALTER TABLE muster.done DETACH PARTITION muster.%I', 'done_' || gone);
    IF cardinality(kept) > 0 THEN
        EXECUTE format('INSERT INTO muster.task_default SELECT * FROM muster.%I WHERE id = ANY ($1)', 'task_' || gone) USING kept;
        EXECUTE format('INSERT INTO muster.done_default SELECT * FROM muster.%I WHERE id = ANY ($1)', 'done_' || gone) USING kept;
    END IF;
    EXECUTE format('DROP TABLE muster.%I, muster.%I', 'task_' || gone, 'done_' || gone);
    DELETE FROM muster.partition p WHERE p.label = gone;
    RETURN cardinality(kept);
END $_$;

CREATE FUNCTION muster.id_at(at timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ((floor((EXTRACT(epoch FROM at) * (1000)::numeric)))::bigint << 20);

CREATE FUNCTION muster.kept_in_partition(label text, from_id bigint, until_id bigint, complete_ms bigint, failed_ms bigint, cancelled_ms bigint, most integer) RETURNS bigint[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    kept bigint[];
BEGIN
    EXECUTE format('SELECT ARRAY(
        (SELECT id FROM muster.ready WHERE id >= $1 AND id < $2 LIMIT $6)
        UNION ALL (SELECT id FROM muster.deferred WHERE id >= $1 AND id < $2 LIMIT $6)
        UNION ALL (SELECT id FROM muster.active WHERE id >= $1 AND id < $2 LIMIT $6)
        UNION ALL (SELECT id FROM muster.parked WHERE id >= $1 AND id < $2 LIMIT $6)
        UNION ALL (SELECT id FROM muster.%1$I WHERE status = ''complete'' AND finished_at >= muster.clock() - $3 * interval ''1 ms'' LIMIT $6)
        UNION ALL (SELECT id FROM muster.%1$I WHERE status <> ''complete'' AND finished_at >= muster.clock() - greatest($4, $5) * interval ''1 ms''
            AND finished_at >= muster.clock() - CASE status WHEN ''failed'' THEN $4 ELSE $5 END * interval ''1 ms'' LIMIT $6)
        LIMIT $6)', 'done_' || label)
    INTO kept USING from_id, until_id, complete_ms, failed_ms, cancelled_ms, most;
    RETURN kept;
END $_$;

CREATE FUNCTION muster.task_moment() RETURNS bigint
    LANGUAGE sql
    RETURN ((floor((EXTRACT(epoch FROM clock_timestamp()) * (1000)::numeric)))::bigint << 20);

CREATE SEQUENCE muster.task_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE FUNCTION muster.next_task_id() RETURNS bigint
    LANGUAGE sql
    RETURN (muster.task_moment() | (nextval('muster.task_number'::regclass) & (524287)::bigint));

CREATE FUNCTION muster.sweep_partition(label text, complete_ms bigint, failed_ms bigint, cancelled_ms bigint, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    removed integer;
BEGIN
    EXECUTE format('WITH old AS (
            DELETE FROM muster.%1$I WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM muster.%1$I
                WHERE finished_at < muster.clock() - least($1, $2, $3) * interval ''1 ms''
                    AND finished_at < muster.clock() - CASE status WHEN ''complete'' THEN $1 WHEN ''failed'' THEN $2 ELSE $3 END * interval ''1 ms''
                LIMIT $4 FOR UPDATE SKIP LOCKED
            )) RETURNING id
        ), body AS (DELETE FROM muster.%2$I t USING old WHERE t.id = old.id),
        counters AS (DELETE FROM muster.progress g USING old WHERE g.id = old.id),
        tries AS (DELETE FROM muster.attempt_end e USING old WHERE e.task = old.id),
        keys AS (DELETE FROM muster.idempotency i USING old WHERE i.id = old.id)
        SELECT count(*)::integer FROM old', 'done_' || label, 'task_' || label)
    INTO removed USING complete_ms, failed_ms, cancelled_ms, most;
    RETURN removed;
END $_$;

CREATE TABLE muster.access_token (
    id bigint NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT access_token_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT access_token_name_check CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 100))),
    CONSTRAINT access_token_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text])))
);

ALTER TABLE muster.access_token ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME muster.access_token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE muster.action (
    id smallint NOT NULL,
    name text NOT NULL,
    max_attempts integer NOT NULL,
    backoff_initial_ms bigint NOT NULL,
    backoff_factor double precision NOT NULL,
    backoff_maximum_ms bigint NOT NULL,
    backoff_jitter double precision NOT NULL,
    deadline_ms bigint,
    unique_by_resource boolean NOT NULL,
    uncovered_since timestamp with time zone,
    updated_at timestamp with time zone DEFAULT muster.clock() NOT NULL,
    CONSTRAINT action_backoff_factor_check CHECK (((backoff_factor >= (1)::double precision) AND (backoff_factor <= (100)::double precision))),
    CONSTRAINT action_backoff_initial_ms_check CHECK ((backoff_initial_ms > 0)),
    CONSTRAINT action_backoff_jitter_check CHECK (((backoff_jitter >= (0)::double precision) AND (backoff_jitter <= (1)::double precision))),
    CONSTRAINT action_check CHECK ((backoff_maximum_ms >= backoff_initial_ms)),
    CONSTRAINT action_deadline_ms_check CHECK ((deadline_ms > 0)),
    CONSTRAINT action_max_attempts_check CHECK (((max_attempts >= 1) AND (max_attempts <= 1000))),
    CONSTRAINT action_name_check CHECK ((name ~ '^[a-z][a-z0-9_.-]{0,99}$'::text))
);

ALTER TABLE muster.action ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME muster.action_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE muster.action_rate (
    action smallint NOT NULL,
    tokens double precision NOT NULL,
    refilled_at timestamp with time zone NOT NULL,
    CONSTRAINT action_rate_tokens_check CHECK ((tokens >= (0)::double precision))
)
WITH (fillfactor='50');

CREATE SEQUENCE muster.limit_mark
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE muster.active (
    id bigint NOT NULL,
    run_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone NOT NULL,
    incarnation uuid NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL,
    attempt smallint NOT NULL,
    failures smallint NOT NULL,
    crashes smallint NOT NULL,
    interruptions smallint NOT NULL,
    keyed boolean NOT NULL,
    limited boolean DEFAULT false NOT NULL,
    mark bigint DEFAULT nextval('muster.limit_mark'::regclass),
    CONSTRAINT active_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT active_crashes_check CHECK ((crashes >= 0)),
    CONSTRAINT active_failures_check CHECK ((failures >= 0)),
    CONSTRAINT active_interruptions_check CHECK ((interruptions >= 0)),
    CONSTRAINT active_priority_check CHECK (((priority >= 0) AND (priority <= 9)))
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000', autovacuum_vacuum_cost_delay='0');

CREATE TABLE muster.attempt_end (
    task bigint NOT NULL,
    attempt smallint NOT NULL,
    outcome text NOT NULL,
    incarnation uuid,
    started_at timestamp with time zone,
    ended_at timestamp with time zone NOT NULL,
    error text,
    unread_by text,
    CONSTRAINT attempt_end_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT attempt_end_check CHECK (((outcome = 'parked'::text) = (unread_by IS NOT NULL))),
    CONSTRAINT attempt_end_outcome_check CHECK ((outcome = ANY (ARRAY['retry'::text, 'failed'::text, 'cancelled'::text, 'snoozed'::text, 'interrupted'::text, 'crashed'::text, 'parked'::text])))
);

CREATE TABLE muster.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    who text NOT NULL,
    origin text NOT NULL,
    verb text NOT NULL,
    subject text NOT NULL,
    action text,
    CONSTRAINT audit_origin_check CHECK ((octet_length(origin) <= 255)),
    CONSTRAINT audit_subject_check CHECK ((octet_length(subject) <= 1024)),
    CONSTRAINT audit_verb_check CHECK (((octet_length(verb) >= 1) AND (octet_length(verb) <= 100))),
    CONSTRAINT audit_who_check CHECK ((octet_length(who) <= 1024))
);

ALTER TABLE muster.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME muster.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE muster.cancel_request (
    id bigint NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    requested_by text
);

CREATE TABLE muster.deferred (
    id bigint NOT NULL,
    run_at timestamp with time zone NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    failures smallint DEFAULT 0 NOT NULL,
    crashes smallint DEFAULT 0 NOT NULL,
    interruptions smallint DEFAULT 0 NOT NULL,
    keyed boolean DEFAULT false NOT NULL,
    reason text NOT NULL,
    since timestamp with time zone DEFAULT muster.clock() NOT NULL,
    CONSTRAINT deferred_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT deferred_crashes_check CHECK ((crashes >= 0)),
    CONSTRAINT deferred_failures_check CHECK ((failures >= 0)),
    CONSTRAINT deferred_interruptions_check CHECK ((interruptions >= 0)),
    CONSTRAINT deferred_priority_check CHECK (((priority >= 0) AND (priority <= 9))),
    CONSTRAINT deferred_reason_check CHECK ((octet_length(reason) <= 1024))
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000', autovacuum_vacuum_cost_delay='0');

CREATE TABLE muster.done (
    id bigint NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    incarnation uuid,
    action smallint NOT NULL,
    attempt smallint NOT NULL,
    failures smallint NOT NULL,
    crashes smallint NOT NULL,
    interruptions smallint NOT NULL,
    status muster.final_status NOT NULL,
    result text,
    error text,
    CONSTRAINT done_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT done_check CHECK (((status <> 'failed'::muster.final_status) OR (error IS NOT NULL))),
    CONSTRAINT done_check1 CHECK (((status <> 'complete'::muster.final_status) OR ((error IS NULL) AND (started_at IS NOT NULL) AND (attempt >= 1)))),
    CONSTRAINT done_crashes_check CHECK ((crashes >= 0)),
    CONSTRAINT done_failures_check CHECK ((failures >= 0)),
    CONSTRAINT done_interruptions_check CHECK ((interruptions >= 0))
)
PARTITION BY RANGE (id);

CREATE TABLE muster.done_default (
    id bigint NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    incarnation uuid,
    action smallint NOT NULL,
    attempt smallint NOT NULL,
    failures smallint NOT NULL,
    crashes smallint NOT NULL,
    interruptions smallint NOT NULL,
    status muster.final_status NOT NULL,
    result text,
    error text,
    CONSTRAINT done_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT done_check CHECK (((status <> 'failed'::muster.final_status) OR (error IS NOT NULL))),
    CONSTRAINT done_check1 CHECK (((status <> 'complete'::muster.final_status) OR ((error IS NULL) AND (started_at IS NOT NULL) AND (attempt >= 1)))),
    CONSTRAINT done_crashes_check CHECK ((crashes >= 0)),
    CONSTRAINT done_failures_check CHECK ((failures >= 0)),
    CONSTRAINT done_interruptions_check CHECK ((interruptions >= 0))
);

CREATE TABLE muster.duty (
    name text NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    taken_by uuid NOT NULL
);

CREATE TABLE muster.exclusive_key (
    key text NOT NULL,
    id bigint NOT NULL,
    attempt smallint NOT NULL,
    incarnation uuid NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    CONSTRAINT exclusive_key_key_check CHECK (((octet_length(key) >= 1) AND (octet_length(key) <= 1024)))
);

CREATE TABLE muster.idempotency (
    key text NOT NULL,
    id bigint NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT idempotency_key_check CHECK (((octet_length(key) >= 1) AND (octet_length(key) <= 255)))
);

CREATE TABLE muster.owner (
    is_only boolean DEFAULT true NOT NULL,
    name text NOT NULL,
    since timestamp with time zone DEFAULT muster.clock() NOT NULL,
    CONSTRAINT owner_is_only_check CHECK (is_only),
    CONSTRAINT owner_name_check CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 1024)))
);

CREATE TABLE muster.parked (
    id bigint NOT NULL,
    run_at timestamp with time zone NOT NULL,
    parked_at timestamp with time zone NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    failures smallint DEFAULT 0 NOT NULL,
    crashes smallint DEFAULT 0 NOT NULL,
    interruptions smallint DEFAULT 0 NOT NULL,
    keyed boolean DEFAULT false NOT NULL,
    reason text NOT NULL,
    note text,
    CONSTRAINT parked_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT parked_crashes_check CHECK ((crashes >= 0)),
    CONSTRAINT parked_failures_check CHECK ((failures >= 0)),
    CONSTRAINT parked_interruptions_check CHECK ((interruptions >= 0)),
    CONSTRAINT parked_note_check CHECK ((octet_length(note) <= 1024)),
    CONSTRAINT parked_priority_check CHECK (((priority >= 0) AND (priority <= 9))),
    CONSTRAINT parked_reason_check CHECK ((reason = ANY (ARRAY['no_handler'::text, 'schema_mismatch'::text, 'adopted'::text])))
);

CREATE TABLE muster.partition (
    label text NOT NULL,
    from_id bigint NOT NULL,
    until_id bigint NOT NULL,
    CONSTRAINT partition_check CHECK ((from_id < until_id))
);

CREATE TABLE muster.process (
    incarnation uuid NOT NULL,
    instance text NOT NULL,
    host text NOT NULL,
    place text NOT NULL,
    pid integer NOT NULL,
    version text NOT NULL,
    config_digest text NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    beat_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT process_check CHECK (((state = ANY (ARRAY['stopped'::text, 'dead'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT process_instance_check CHECK (((octet_length(instance) >= 1) AND (octet_length(instance) <= 255))),
    CONSTRAINT process_state_check CHECK ((state = ANY (ARRAY['running'::text, 'draining'::text, 'stopped'::text, 'dead'::text])))
);

CREATE TABLE muster.process_handler (
    incarnation uuid NOT NULL,
    action text NOT NULL,
    schema_digest text NOT NULL,
    ready boolean NOT NULL,
    reason text,
    CONSTRAINT process_handler_check CHECK ((ready OR (reason IS NOT NULL)))
);

CREATE TABLE muster.progress (
    id bigint NOT NULL,
    attempt smallint NOT NULL,
    done bigint NOT NULL,
    total bigint,
    failed bigint NOT NULL,
    checkpoint text,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT progress_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT progress_done_check CHECK ((done >= 0)),
    CONSTRAINT progress_failed_check CHECK ((failed >= 0)),
    CONSTRAINT progress_total_check CHECK ((total >= 0))
);

CREATE TABLE muster.ready (
    id bigint NOT NULL,
    run_at timestamp with time zone NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    failures smallint DEFAULT 0 NOT NULL,
    crashes smallint DEFAULT 0 NOT NULL,
    interruptions smallint DEFAULT 0 NOT NULL,
    keyed boolean DEFAULT false NOT NULL,
    params text,
    resource_id text,
    requested_by text,
    max_attempts smallint,
    CONSTRAINT ready_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT ready_crashes_check CHECK ((crashes >= 0)),
    CONSTRAINT ready_failures_check CHECK ((failures >= 0)),
    CONSTRAINT ready_interruptions_check CHECK ((interruptions >= 0)),
    CONSTRAINT ready_priority_check CHECK (((priority >= 0) AND (priority <= 9)))
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000', autovacuum_vacuum_cost_delay='0');

CREATE TABLE muster.schema_change (
    version integer NOT NULL,
    name text NOT NULL,
    oldest_schema integer NOT NULL,
    oldest_release text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT schema_change_check CHECK (((oldest_schema >= 1) AND (oldest_schema <= version))),
    CONSTRAINT schema_change_version_check CHECK ((version > 0))
);

CREATE TABLE muster.schema_version (
    version integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT schema_version_version_check CHECK ((version > 0))
);

CREATE TABLE muster.task (
    id bigint NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL,
    max_attempts smallint,
    run_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    resource_id text,
    requested_by text,
    params text NOT NULL,
    CONSTRAINT task_max_attempts_check CHECK (((max_attempts >= 1) AND (max_attempts <= 1000))),
    CONSTRAINT task_priority_check CHECK (((priority >= 0) AND (priority <= 9))),
    CONSTRAINT task_requested_by_check CHECK ((octet_length(requested_by) <= 1024)),
    CONSTRAINT task_resource_id_check CHECK (((octet_length(resource_id) >= 1) AND (octet_length(resource_id) <= 1024)))
)
PARTITION BY RANGE (id);

CREATE SEQUENCE muster.task_block
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE muster.task_default (
    id bigint NOT NULL,
    action smallint NOT NULL,
    priority smallint NOT NULL,
    max_attempts smallint,
    run_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    resource_id text,
    requested_by text,
    params text NOT NULL,
    CONSTRAINT task_max_attempts_check CHECK (((max_attempts >= 1) AND (max_attempts <= 1000))),
    CONSTRAINT task_priority_check CHECK (((priority >= 0) AND (priority <= 9))),
    CONSTRAINT task_requested_by_check CHECK ((octet_length(requested_by) <= 1024)),
    CONSTRAINT task_resource_id_check CHECK (((octet_length(resource_id) >= 1) AND (octet_length(resource_id) <= 1024)))
);

CREATE VIEW muster.task_status AS
 SELECT t.id,
    a.name AS action,
        CASE
            WHEN (d.id IS NOT NULL) THEN (d.status)::text
            WHEN ((r.id IS NOT NULL) OR (f.id IS NOT NULL)) THEN 'scheduled'::text
            WHEN (k.id IS NOT NULL) THEN 'parked'::text
            ELSE 'active'::text
        END AS status,
    t.resource_id,
    t.params,
    t.priority,
    (COALESCE((x.attempt)::integer, (d.attempt)::integer, (r.attempt)::integer, (f.attempt)::integer, (k.attempt)::integer, 0))::smallint AS attempt,
    COALESCE((t.max_attempts)::integer, a.max_attempts) AS max_attempts,
    (COALESCE((x.failures)::integer, (d.failures)::integer, (r.failures)::integer, (f.failures)::integer, (k.failures)::integer, 0))::smallint AS failures,
    (COALESCE((x.crashes)::integer, (d.crashes)::integer, (r.crashes)::integer, (f.crashes)::integer, (k.crashes)::integer, 0))::smallint AS crashes,
    (COALESCE((x.interruptions)::integer, (d.interruptions)::integer, (r.interruptions)::integer, (f.interruptions)::integer, (k.interruptions)::integer, 0))::smallint AS interruptions,
    COALESCE(x.run_at, r.run_at, f.run_at, k.run_at, t.run_at) AS run_at,
    t.created_at,
    COALESCE(x.started_at, d.started_at) AS started_at,
    d.finished_at,
    GREATEST(t.created_at, COALESCE(x.started_at, d.finished_at), k.parked_at, g.updated_at, e.ended_at) AS updated_at,
    t.requested_by,
    p.instance,
    g.done AS progress_done,
    g.total AS progress_total,
    g.failed AS progress_failed,
    d.result,
        CASE
            WHEN (d.id IS NULL) THEN e.error
            ELSE d.error
        END AS error,
    COALESCE(f.reason, k.reason) AS reason,
    k.note,
    ((c.id IS NOT NULL) AND (d.id IS NULL)) AS cancel_requested
   FROM ((((((((((muster.task t
     JOIN muster.action a ON ((a.id = t.action)))
     LEFT JOIN muster.ready r ON ((r.id = t.id)))
     LEFT JOIN muster.deferred f ON ((f.id = t.id)))
     LEFT JOIN muster.active x ON ((x.id = t.id)))
     LEFT JOIN muster.parked k ON ((k.id = t.id)))
     LEFT JOIN muster.done d ON ((d.id = t.id)))
     LEFT JOIN muster.progress g ON ((g.id = t.id)))
     LEFT JOIN muster.cancel_request c ON ((c.id = t.id)))
     LEFT JOIN LATERAL ( SELECT z.ended_at,
            z.error
           FROM muster.attempt_end z
          WHERE (z.task = t.id)
          ORDER BY z.ended_at DESC
         LIMIT 1) e ON (true))
     LEFT JOIN muster.process p ON ((p.incarnation = COALESCE(x.incarnation, d.incarnation))));

CREATE TABLE muster.unique_task (
    action smallint NOT NULL,
    resource_id text NOT NULL,
    id bigint NOT NULL
);

ALTER TABLE ONLY muster.done ATTACH PARTITION muster.done_default DEFAULT;

ALTER TABLE ONLY muster.task ATTACH PARTITION muster.task_default DEFAULT;

ALTER TABLE ONLY muster.access_token
    ADD CONSTRAINT access_token_hash_key UNIQUE (hash);

ALTER TABLE ONLY muster.access_token
    ADD CONSTRAINT access_token_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.action
    ADD CONSTRAINT action_name_key UNIQUE (name);

ALTER TABLE ONLY muster.action
    ADD CONSTRAINT action_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.action_rate
    ADD CONSTRAINT action_rate_pkey PRIMARY KEY (action);

ALTER TABLE ONLY muster.active
    ADD CONSTRAINT active_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.cancel_request
    ADD CONSTRAINT cancel_request_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.deferred
    ADD CONSTRAINT deferred_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.done
    ADD CONSTRAINT done_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.done_default
    ADD CONSTRAINT done_default_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.duty
    ADD CONSTRAINT duty_pkey PRIMARY KEY (name);

ALTER TABLE ONLY muster.exclusive_key
    ADD CONSTRAINT exclusive_key_pkey PRIMARY KEY (key);

ALTER TABLE ONLY muster.idempotency
    ADD CONSTRAINT idempotency_id_key UNIQUE (id);

ALTER TABLE ONLY muster.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (key);

ALTER TABLE ONLY muster.owner
    ADD CONSTRAINT owner_pkey PRIMARY KEY (is_only);

ALTER TABLE ONLY muster.parked
    ADD CONSTRAINT parked_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.partition
    ADD CONSTRAINT partition_from_id_key UNIQUE (from_id);

ALTER TABLE ONLY muster.partition
    ADD CONSTRAINT partition_pkey PRIMARY KEY (label);

ALTER TABLE ONLY muster.partition
    ADD CONSTRAINT partition_until_id_key UNIQUE (until_id);

ALTER TABLE ONLY muster.process_handler
    ADD CONSTRAINT process_handler_pkey PRIMARY KEY (incarnation, action);

ALTER TABLE ONLY muster.process
    ADD CONSTRAINT process_pkey PRIMARY KEY (incarnation);

ALTER TABLE ONLY muster.progress
    ADD CONSTRAINT progress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.ready
    ADD CONSTRAINT ready_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.schema_change
    ADD CONSTRAINT schema_change_pkey PRIMARY KEY (version);

ALTER TABLE ONLY muster.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);

ALTER TABLE ONLY muster.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.task_default
    ADD CONSTRAINT task_default_pkey PRIMARY KEY (id);

ALTER TABLE ONLY muster.unique_task
    ADD CONSTRAINT unique_task_id_key UNIQUE (id);

ALTER TABLE ONLY muster.unique_task
    ADD CONSTRAINT unique_task_pkey PRIMARY KEY (action, resource_id);

CREATE UNIQUE INDEX access_token_one_of_a_name ON muster.access_token USING btree (name) WHERE (revoked_at IS NULL);

CREATE INDEX active_limited ON muster.active USING btree (action, mark) WHERE limited;

CREATE INDEX attempt_end_by_task ON muster.attempt_end USING btree (task, ended_at);

CREATE INDEX audit_by_time ON muster.audit USING brin (at);

CREATE INDEX deferred_due ON muster.deferred USING btree (run_at);

CREATE INDEX done_by_time ON ONLY muster.done USING brin (finished_at);

CREATE INDEX done_default_finished_at_idx ON muster.done_default USING brin (finished_at);

CREATE INDEX done_exceptions ON ONLY muster.done USING btree (finished_at) WHERE (status <> 'complete'::muster.final_status);

CREATE INDEX done_default_finished_at_idx1 ON muster.done_default USING btree (finished_at) WHERE (status <> 'complete'::muster.final_status);

CREATE INDEX done_ended_badly ON ONLY muster.done USING btree (status, id) WHERE (status <> 'complete'::muster.final_status);

CREATE INDEX done_default_status_id_idx ON muster.done_default USING btree (status, id) WHERE (status <> 'complete'::muster.final_status);

CREATE INDEX exclusive_key_by_task ON muster.exclusive_key USING btree (id);

CREATE INDEX parked_by_action ON muster.parked USING btree (action);

CREATE UNIQUE INDEX process_one_of_a_name ON muster.process USING btree (instance) WHERE (state = ANY (ARRAY['running'::text, 'draining'::text]));

CREATE INDEX ready_claim ON muster.ready USING btree (action, priority, run_at, id);

CREATE INDEX task_by_resource ON ONLY muster.task USING btree (resource_id, id) WHERE (resource_id IS NOT NULL);

CREATE INDEX task_default_resource_id_id_idx ON muster.task_default USING btree (resource_id, id) WHERE (resource_id IS NOT NULL);

ALTER INDEX muster.done_by_time ATTACH PARTITION muster.done_default_finished_at_idx;

ALTER INDEX muster.done_exceptions ATTACH PARTITION muster.done_default_finished_at_idx1;

ALTER INDEX muster.done_pkey ATTACH PARTITION muster.done_default_pkey;

ALTER INDEX muster.done_ended_badly ATTACH PARTITION muster.done_default_status_id_idx;

ALTER INDEX muster.task_pkey ATTACH PARTITION muster.task_default_pkey;

ALTER INDEX muster.task_by_resource ATTACH PARTITION muster.task_default_resource_id_id_idx;

ALTER TABLE ONLY muster.process_handler
    ADD CONSTRAINT process_handler_incarnation_fkey FOREIGN KEY (incarnation) REFERENCES muster.process(incarnation) ON DELETE CASCADE;
