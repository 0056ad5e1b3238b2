-- Verifications in bulk: what a platform asks of many files at once, and what it is told. Workers
-- take one file after another. Rows and no events: what a file is changes nobody's rights. What was
-- named and what was told are sealed for the account.
CREATE TABLE rights.batch (
    id         text PRIMARY KEY CONSTRAINT batch_id CHECK (id LIKE 'bat\_%'),
    account_id text NOT NULL REFERENCES rights.account,
    layers     text NOT NULL CONSTRAINT batch_layers CHECK (layers IN ('all', 'manifest')),
    size       integer NOT NULL CONSTRAINT batch_size CHECK (size > 0),
    done       integer NOT NULL CONSTRAINT batch_done CHECK (done BETWEEN 0 AND size),
    state      text NOT NULL
        CONSTRAINT batch_state CHECK (state IN ('running', 'finished', 'cancelled')),
    opened_at  timestamptz NOT NULL,
    ended_at   timestamptz,
    expires_at timestamptz NOT NULL,
    served_at  timestamptz NOT NULL, -- When a worker last took one of its files: next, the others'.
    CONSTRAINT batch_ended_at CHECK ((state = 'running') = (ended_at IS NULL)),
    CONSTRAINT batch_finished CHECK ((state = 'finished') = (done = size))
);
CREATE INDEX batch_by_account ON rights.batch (account_id, opened_at, id);
CREATE INDEX batch_by_turn ON rights.batch (served_at, id) WHERE state = 'running';
CREATE INDEX batch_by_expiry ON rights.batch (expires_at);

CREATE TABLE rights.batch_item (
    batch_id    text NOT NULL REFERENCES rights.batch ON DELETE CASCADE,
    number      integer NOT NULL CONSTRAINT batch_item_number CHECK (number >= 0),
    sealed      bytea NOT NULL, -- Where the file is.
    tries       integer NOT NULL DEFAULT 0,
    taken_until timestamptz NOT NULL DEFAULT '-infinity',
    place       integer CONSTRAINT batch_item_place CHECK (place > 0), -- Among those that are done.
    verdict     text, -- NULL: there is none, or not yet.
    told        bytea, -- Sealed as well.
    PRIMARY KEY (batch_id, number),
    CONSTRAINT batch_item_once UNIQUE (batch_id, place),
    CONSTRAINT batch_item_told CHECK ((place IS NULL) = (told IS NULL)),
    CONSTRAINT batch_item_verdict CHECK (verdict IS NULL OR told IS NOT NULL)
);
CREATE INDEX batch_item_due ON rights.batch_item (batch_id, tries, number) WHERE place IS NULL;
