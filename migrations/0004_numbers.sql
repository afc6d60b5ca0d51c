-- Numbers: a large batch takes the ids of all its tasks in a few steps, instead of one step a task.

-- The upper bits of an id: milliseconds since 1970.
CREATE FUNCTION muster.task_moment() RETURNS bigint LANGUAGE sql VOLATILE AS
    $$ SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint << 20 $$;

-- The lower 20 bits: numbers below 524288 are given out one by one, those above in blocks of 1024.
CREATE SEQUENCE muster.task_block;
CREATE OR REPLACE FUNCTION muster.next_task_id() RETURNS bigint LANGUAGE sql VOLATILE AS
    $$ SELECT muster.task_moment() | (nextval('muster.task_number') & 524287) $$;
