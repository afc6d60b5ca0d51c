-- Functions that mean the same under every caller's search_path, and that make and drop partitions for roles that do not own the tables.

-- Bodies of SQL are bound to what they name now, once and for all. A SET on them would keep them from being inlined into statements.
CREATE OR REPLACE FUNCTION muster.clock() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.now();
CREATE OR REPLACE FUNCTION muster.id_at(at timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN floor(extract(epoch FROM at) * 1000)::bigint << 20;
CREATE OR REPLACE FUNCTION muster.task_moment() RETURNS bigint LANGUAGE sql VOLATILE
    RETURN floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint << 20;
CREATE OR REPLACE FUNCTION muster.next_task_id() RETURNS bigint LANGUAGE sql VOLATILE
    RETURN muster.task_moment() | (nextval('muster.task_number'::regclass) & 524287::bigint);

-- PL/pgSQL reads its text anew in each session, so the path goes with the function.
ALTER FUNCTION muster.add_partition(bigint, bigint, integer) SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION muster.kept_in_partition(text, bigint, bigint, bigint, bigint, bigint, integer) SET search_path = pg_catalog, pg_temp;

-- Only an owner may attach, detach and drop tables. These three do it in the owner's name for whoever may call them, which is not everybody.
ALTER FUNCTION muster.add_partitions(bigint, integer) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION muster.drop_partition(text, bigint, bigint, bigint, integer) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION muster.sweep_partition(text, bigint, bigint, bigint, integer) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
REVOKE EXECUTE ON FUNCTION
    muster.add_partition(bigint, bigint, integer), muster.add_partitions(bigint, integer),
    muster.kept_in_partition(text, bigint, bigint, bigint, bigint, bigint, integer),
    muster.drop_partition(text, bigint, bigint, bigint, integer), muster.sweep_partition(text, bigint, bigint, bigint, integer)
FROM PUBLIC;
