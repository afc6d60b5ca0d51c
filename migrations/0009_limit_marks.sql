-- Attempts under a limit carry a running number, so that their count begins at the oldest that still runs.
--
-- Without it each count walks over the index entries of all attempts that ended since the oldest snapshot of anybody was taken.

-- Taken only by who has the action's turn, so that of one action what was claimed later has the higher number. Each claim takes one.
CREATE SEQUENCE muster.limit_mark;

ALTER TABLE muster.active ADD COLUMN mark bigint;
UPDATE muster.active SET mark = nextval('muster.limit_mark') WHERE limited;
-- For processes of the version before, which name no mark when they claim.
ALTER TABLE muster.active ALTER COLUMN mark SET DEFAULT nextval('muster.limit_mark');

DROP INDEX muster.active_limited;
CREATE INDEX active_limited ON muster.active (action, mark) WHERE limited;
