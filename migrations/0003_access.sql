-- Access: Muster's own tokens, and who changed what.

-- The secret itself is nowhere: only its SHA-256.
CREATE TABLE muster.access_token (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 100),
    role text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX access_token_one_of_a_name ON muster.access_token (name) WHERE revoked_at IS NULL;

CREATE TABLE muster.audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    who text NOT NULL CHECK (octet_length(who) <= 1024),
    origin text NOT NULL CHECK (octet_length(origin) <= 255),
    verb text NOT NULL CHECK (octet_length(verb) BETWEEN 1 AND 100),
    subject text NOT NULL CHECK (octet_length(subject) <= 1024),
    action text
);
CREATE INDEX audit_by_time ON muster.audit USING brin (at);
