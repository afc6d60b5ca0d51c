-- Limits for single actions, kept by the whole fleet: how many attempts at once, how many a second. 0004 and this one need nothing of each other.

-- Set by a claim that was made under a limit: only these are counted, and only these cost an index entry.
ALTER TABLE muster.active ADD COLUMN limited boolean NOT NULL DEFAULT false;
CREATE INDEX active_limited ON muster.active (action) WHERE limited;

-- What a rate has left: tokens come back with the database's time, each claim takes one.
CREATE TABLE muster.action_rate (
    action smallint PRIMARY KEY,
    tokens double precision NOT NULL CHECK (tokens >= 0),
    refilled_at timestamptz NOT NULL
) WITH (fillfactor = 50);
