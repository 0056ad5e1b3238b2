-- What people decide: uses that rules doubt, claims, conflicts, and samples that measure the gate.
CREATE TABLE rights.review (
    id            text PRIMARY KEY CONSTRAINT review_id CHECK (id LIKE 'rev\_%'),
    kind          text NOT NULL CONSTRAINT review_kind
        CHECK (kind IN ('use', 'claim', 'conflict', 'sample')),
    things        text[] NOT NULL CONSTRAINT review_things CHECK (cardinality(things) IN (1, 2)),
    parties       text[] NOT NULL CONSTRAINT review_parties CHECK (cardinality(parties) IN (1, 2)),
    about         text[] NOT NULL,
    rules         text[] NOT NULL,
    names         text[] NOT NULL,
    sealed        bytea,  -- The evidence, and what reviewers and who appealed wrote.
    state         text NOT NULL CONSTRAINT review_state CHECK (state IN
        ('opened', 'decided', 'appealed', 'overturned', 'affirmed', 'lapsed')),
    opened_at     timestamptz NOT NULL,
    due_at        timestamptz NOT NULL,
    held_by       text REFERENCES rights.account,
    held_until    timestamptz,
    decided_by    text REFERENCES rights.account,
    decided_at    timestamptz,
    finding       text CONSTRAINT review_finding
        CHECK (finding IN ('allow', 'refuse', 'first', 'second')),
    against_right text CONSTRAINT review_right
        CHECK (against_right IN ('likeness', 'work', 'safety')),
    appealed_at   timestamptz,
    last_by       text REFERENCES rights.account,
    last_at       timestamptz,
    last_finding  text CONSTRAINT review_last_finding
        CHECK (last_finding IN ('allow', 'refuse', 'first', 'second')),
    CONSTRAINT review_held_for_a_while CHECK ((held_by IS NULL) = (held_until IS NULL)),
    CONSTRAINT review_found_when_decided CHECK (
        (state IN ('opened', 'lapsed')) = (decided_by IS NULL)
        AND (decided_by IS NULL) = (finding IS NULL)
        AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT review_found_again_when_appealed CHECK (
        (state IN ('overturned', 'affirmed')) = (last_by IS NOT NULL)
        AND (last_by IS NULL) = (last_finding IS NULL)
        AND (last_by IS NULL) = (last_at IS NULL)
        AND (state NOT IN ('appealed', 'overturned', 'affirmed') OR appealed_at IS NOT NULL)),
    CONSTRAINT review_appealed_to_another CHECK (last_by <> decided_by),
    CONSTRAINT review_by_no_party
        CHECK (NOT parties && array_remove(ARRAY[held_by, decided_by, last_by], NULL))
);
-- One question at a time about the same things; of samples each is drawn once anyway.
CREATE UNIQUE INDEX review_open ON rights.review (kind, things) WHERE state = 'opened';
CREATE INDEX review_waiting ON rights.review (due_at) WHERE state IN ('opened', 'appealed');
CREATE INDEX review_of_samples ON rights.review (decided_at) WHERE kind = 'sample';
CREATE INDEX review_of_use ON rights.review ((things[1])) WHERE kind = 'use';
CREATE INDEX review_of_works ON rights.review USING gin (things)
    WHERE kind IN ('claim', 'conflict');
CREATE INDEX review_by_party ON rights.review USING gin (parties);
CREATE INDEX review_by_about ON rights.review USING gin (about);
CREATE INDEX review_by_holder ON rights.review (held_by) WHERE held_by IS NOT NULL;

-- What the gate said of a request of which a sample asks. It stands apart from the review, so that
-- nothing that shows a review can show it.
CREATE TABLE rights.sample (
    review_id   text PRIMARY KEY REFERENCES rights.review,
    outcome     text NOT NULL CONSTRAINT sample_outcome CHECK (outcome IN ('allow', 'refuse')),
    rules       text[] NOT NULL,
    language    text NOT NULL,
    territories text[] NOT NULL,
    probability double precision NOT NULL
        CONSTRAINT sample_probability CHECK (probability > 0 AND probability <= 1)
);
