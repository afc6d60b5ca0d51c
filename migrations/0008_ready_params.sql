-- Small params travel with the task that waits, so that a claim need not look for its body among the partitions of muster.task.
--
-- Written with a plain submission only: the row of a task that waits again (after a retry, a release, a promotion) has none, and its claim
-- reads muster.task. All four belong together: where params is NULL the others say nothing.
ALTER TABLE muster.ready
    ADD COLUMN params text,
    ADD COLUMN resource_id text,
    ADD COLUMN requested_by text,
    ADD COLUMN max_attempts smallint;
