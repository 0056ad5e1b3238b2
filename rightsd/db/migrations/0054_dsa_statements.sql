-- Statements of reasons for the DSA Transparency Database: one for each withdrawal in the log, under
-- its index there. They are drawn up from the log and are about nobody; what the database took is
-- never sent again.
CREATE TABLE rights.dsa_statement (
    "index"      bigint PRIMARY KEY,
    puid         text NOT NULL CONSTRAINT dsa_statement_puid_once UNIQUE,
    written      jsonb NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    due_at       timestamptz NOT NULL,
    submitted_at timestamptz,
    trouble      text  -- Why the database did not take it, the last time.
);
CREATE INDEX dsa_statement_due ON rights.dsa_statement (due_at, "index")
    WHERE submitted_at IS NULL;

-- Up to where the log was read. Whoever reads on holds the row.
CREATE TABLE rights.dsa_cursor (
    singleton boolean PRIMARY KEY DEFAULT true CONSTRAINT dsa_cursor_single CHECK (singleton),
    next      bigint NOT NULL
);
INSERT INTO rights.dsa_cursor (next) VALUES (0);

-- The public list of notices, newest first.
CREATE INDEX notice_received_at ON rights.notice (received_at, id);
