-- In the order in which live processes take them: this script and the next, one transaction, would take them the other way round.
LOCK TABLE muster.deferred, muster.parked IN ACCESS EXCLUSIVE MODE;

-- Whose database this is, so that a restored copy does not run the tasks of the original.

-- One row once somebody has said who owns the tasks; what the text means is the caller's affair.
CREATE TABLE muster.owner (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 1024),
    since timestamptz NOT NULL DEFAULT muster.clock()
);

-- What was pending when another owner adopted the database waits for a person.
ALTER TABLE muster.parked DROP CONSTRAINT parked_reason_check;
ALTER TABLE muster.parked ADD CONSTRAINT parked_reason_check CHECK (reason IN ('no_handler', 'schema_mismatch', 'adopted'));
