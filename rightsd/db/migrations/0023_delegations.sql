-- Who may act for a subject.
CREATE TABLE rights.delegation (
    id          text PRIMARY KEY CONSTRAINT delegation_id CHECK (id LIKE 'del\_%'),
    subject_id  text NOT NULL REFERENCES rights.subject,
    account_id  text NOT NULL REFERENCES rights.account,  -- The subject's.
    delegate_id text NOT NULL REFERENCES rights.account,
    sealed      bytea,  -- What they are to the person, what they may do, and evidence of a death.
    state       text NOT NULL CONSTRAINT delegation_state
        CHECK (state IN ('offered', 'accepted', 'active', 'declined', 'ended')),
    offered_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    CONSTRAINT delegation_to_someone_else CHECK (delegate_id <> account_id),
    CONSTRAINT delegation_ended_when_over
        CHECK ((state IN ('offered', 'accepted', 'active')) = (ended_at IS NULL)),
    CONSTRAINT delegation_readable_while_it_stands
        CHECK (sealed IS NOT NULL OR ended_at IS NOT NULL)
);
CREATE UNIQUE INDEX delegation_standing ON rights.delegation (subject_id, delegate_id)
    WHERE ended_at IS NULL;
CREATE INDEX delegation_by_account ON rights.delegation (account_id);
CREATE INDEX delegation_by_delegate ON rights.delegation (delegate_id);
