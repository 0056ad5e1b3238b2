-- Phrases in which staff have said that a rule about words does not count.
CREATE TABLE rights.allowance (
    id         text PRIMARY KEY CHECK (id LIKE 'alw\_%'),
    account_id text NOT NULL REFERENCES rights.account,
    rule       text NOT NULL,
    phrase     text NOT NULL CONSTRAINT allowance_phrase CHECK (phrase <> ''),
    reason     text NOT NULL CONSTRAINT allowance_reason CHECK (reason <> ''),
    salt       bytea NOT NULL,  -- Opens the ledger's commitment to the phrase.
    state      text NOT NULL CONSTRAINT allowance_state CHECK (state IN ('standing', 'lifted')),
    added_at   timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT allowance_ended_when_lifted CHECK ((state = 'standing') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX allowance_standing ON rights.allowance (rule, lower(phrase))
    WHERE state = 'standing';

-- What a version of the rulebook that is tried out would have said of a request: never applied.
CREATE TABLE rights.shadow (
    generation_id text NOT NULL REFERENCES rights.generation,
    rulebook      text NOT NULL,
    live          text NOT NULL CONSTRAINT shadow_live CHECK (live IN ('allow', 'hold', 'refuse')),
    outcome       text NOT NULL
        CONSTRAINT shadow_outcome CHECK (outcome IN ('allow', 'hold', 'refuse')),
    rules         text[] NOT NULL,
    decided_at    timestamptz NOT NULL,
    PRIMARY KEY (generation_id, rulebook)
);

-- Requests in the order in which a backtest goes through them.
CREATE INDEX generation_by_request ON rights.generation (requested_at, id);
