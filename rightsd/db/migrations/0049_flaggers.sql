-- Whose notices come first, and whose are not taken for a while. Claimants are known by a MAC: of
-- their account, or of their mailbox.
CREATE TABLE rights.flagger (
    id         text PRIMARY KEY CONSTRAINT flagger_id CHECK (id LIKE 'flg\_%'),
    name       text NOT NULL,  -- Public: trusted flaggers are organisations, and are published.
    claimant_mac bytea NOT NULL CHECK (octet_length(claimant_mac) = 32),
    state      text NOT NULL CONSTRAINT flagger_state CHECK (state IN ('granted', 'ended')),
    granted_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT flagger_ended_when_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX flagger_once ON rights.flagger (claimant_mac) WHERE state = 'granted';

CREATE TABLE rights.suspension (
    id           text PRIMARY KEY CONSTRAINT suspension_id CHECK (id LIKE 'sus\_%'),
    notice_id    text NOT NULL REFERENCES rights.notice,  -- The last abusive one: by it they appeal.
    claimant_mac bytea NOT NULL CHECK (octet_length(claimant_mac) = 32),
    state        text NOT NULL CONSTRAINT suspension_state
        CHECK (state IN ('imposed', 'appealed', 'affirmed', 'lifted')),
    imposed_at   timestamptz NOT NULL,
    until_at     timestamptz NOT NULL,
    reviewer_id  text NOT NULL,  -- Who found the last notice abusive: somebody else decides.
    sealed       bytea           -- What the appeal and its decision say, under the notice's key.
);
CREATE INDEX suspension_by_claimant ON rights.suspension (claimant_mac, until_at);
CREATE INDEX suspension_appealed ON rights.suspension (imposed_at) WHERE state = 'appealed';
