-- Partitions: the bodies and the history of one stretch of time lie together, so that dropping them costs nothing.
--
-- task and done are cut at the same ids, and ids grow with time. What comes before the first partition, or would come after the last,
-- is in the default partition: the few rows that were kept longer than their neighbours, and new ones when nobody made partitions ahead.

ALTER TABLE muster.task RENAME TO task_p0;
ALTER INDEX muster.task_pkey RENAME TO task_p0_pkey;
ALTER INDEX muster.task_by_resource RENAME TO task_p0_by_resource;
CREATE TABLE muster.task (LIKE muster.task_p0 INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE INDEX task_by_resource ON muster.task (resource_id, id) WHERE resource_id IS NOT NULL;
CREATE TABLE muster.task_default PARTITION OF muster.task DEFAULT;

ALTER TABLE muster.done RENAME TO done_p0;
ALTER INDEX muster.done_pkey RENAME TO done_p0_pkey;
ALTER INDEX muster.done_by_time RENAME TO done_p0_by_time;
CREATE TABLE muster.done (LIKE muster.done_p0 INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE INDEX done_by_time ON muster.done USING brin (finished_at);
-- What did not complete is kept longer; this finds the few such rows in a partition that is otherwise due.
CREATE INDEX done_exceptions ON muster.done (finished_at) WHERE status <> 'complete';
CREATE TABLE muster.done_default PARTITION OF muster.done DEFAULT;

-- The partitions of task and done, by the part of their names that follows `task_` and `done_`.
CREATE TABLE muster.partition (
    label text PRIMARY KEY,
    from_id bigint NOT NULL UNIQUE,
    until_id bigint NOT NULL UNIQUE,
    CHECK (from_id < until_id)
);

-- The smallest id that a task submitted at this time can have.
CREATE FUNCTION muster.id_at(at timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT floor(extract(epoch FROM at) * 1000)::bigint << 20 $$;

-- Makes the partitions for ids from one on up to another, and moves there what is in the default partitions already: at most so many
-- rows. Where there are more, the partition begins after them.
CREATE FUNCTION muster.add_partition(from_id bigint, until_id bigint, most integer) RETURNS text
LANGUAGE plpgsql SET lock_timeout = '500ms' AS $$
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
END $$;

-- Makes the partition of now and the next one, each of this width, where they are missing. Gives back the labels of those that it made.
CREATE FUNCTION muster.add_partitions(width_ms bigint, most integer) RETURNS SETOF text LANGUAGE plpgsql AS $$
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

-- The ids in a partition that may not go yet: unfinished tasks, and ended ones within their retention. At most so many.
CREATE FUNCTION muster.kept_in_partition(
    label text, from_id bigint, until_id bigint, complete_ms bigint, failed_ms bigint, cancelled_ms bigint, most integer
) RETURNS bigint[] LANGUAGE plpgsql AS $$
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
END $$;

-- Drops a partition in one short transaction; the few rows that may not go yet move to the default partitions. Nothing is read or written
-- under the lock but those. Gives back how many were kept; NULL when there are too many, and then nothing was done.
CREATE FUNCTION muster.drop_partition(
    gone text, complete_ms bigint, failed_ms bigint, cancelled_ms bigint, most integer
) RETURNS integer LANGUAGE plpgsql SET lock_timeout = '500ms' AS $$
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
END $$;

-- Removes ended tasks of one partition whose retention has passed, row by row, at most so many; for what no dropped partition takes along.
CREATE FUNCTION muster.sweep_partition(
    label text, complete_ms bigint, failed_ms bigint, cancelled_ms bigint, most integer
) RETURNS integer LANGUAGE plpgsql AS $$
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
END $$;

-- The view goes on over the new tables.
DROP VIEW muster.task_status;
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

-- What is there already becomes the first partition, as it is. An empty database begins with the partitions of now.
DO $$
DECLARE
    week CONSTANT bigint := 7 * 86400000::bigint;
    until_id bigint := (floor(extract(epoch FROM muster.clock()) * 1000)::bigint / week + 1) * week << 20;
BEGIN
    IF EXISTS (SELECT 1 FROM muster.task_p0) OR EXISTS (SELECT 1 FROM muster.done_p0) THEN
        -- A clock that was set back may have left ids of the future.
        until_id := greatest(until_id, (SELECT max(id) + 1 FROM muster.task_p0), (SELECT max(id) + 1 FROM muster.done_p0));
        CREATE INDEX done_p0_exceptions ON muster.done_p0 (finished_at) WHERE status <> 'complete';
        EXECUTE format('ALTER TABLE muster.task ATTACH PARTITION muster.task_p0 FOR VALUES FROM (MINVALUE) TO (%s)', until_id);
        EXECUTE format('ALTER TABLE muster.done ATTACH PARTITION muster.done_p0 FOR VALUES FROM (MINVALUE) TO (%s)', until_id);
        INSERT INTO muster.partition (label, from_id, until_id) VALUES ('p0', -9223372036854775808, until_id);
    ELSE
        DROP TABLE muster.task_p0, muster.done_p0;
    END IF;
    PERFORM muster.add_partitions(week, 10000);
END $$;
