-- What platforms say, under their own keys, that became of what they were sent; where copies of
-- outputs went; and what was done about platforms that say nothing.
CREATE TABLE rights.acknowledgement (
    id          text PRIMARY KEY CONSTRAINT acknowledgement_id CHECK (id LIKE 'ack\_%'),
    delivery_id text NOT NULL REFERENCES rights.delivery,
    platform_id text NOT NULL REFERENCES rights.platform,
    outcome     text NOT NULL CONSTRAINT acknowledgement_outcome
        CHECK (outcome IN ('received', 'removed', 'refused')),
    refusal     text CONSTRAINT acknowledgement_refusal CHECK (refusal IN (
        'no_copy', 'unidentified', 'licensed', 'disputed', 'law', 'other')),
    statement   bytea NOT NULL,  -- What was signed: see api-specs/acknowledgements.md.
    signature   bytea NOT NULL CONSTRAINT acknowledgement_signature
        CHECK (octet_length(signature) = 64),
    public_key  bytea NOT NULL CONSTRAINT acknowledgement_public_key
        CHECK (octet_length(public_key) = 32),
    sealed      bytea,           -- What the platform wrote beside it, about its account.
    state       text NOT NULL CONSTRAINT acknowledgement_state CHECK (state IN ('recorded')),
    received_at timestamptz NOT NULL,
    CONSTRAINT acknowledgement_once UNIQUE (delivery_id, outcome),
    CONSTRAINT acknowledgement_refused_for_a_reason
        CHECK ((outcome = 'refused') = (refusal IS NOT NULL))
);
CREATE INDEX acknowledgement_by_platform ON rights.acknowledgement (platform_id, received_at);

CREATE TABLE rights.copy (
    id                 text PRIMARY KEY CONSTRAINT copy_id CHECK (id LIKE 'cpy\_%'),
    platform_id        text NOT NULL REFERENCES rights.platform,
    generation_id      text NOT NULL REFERENCES rights.generation,
    sealed             bytea NOT NULL,  -- Its URL and the commitment's salt, about the account.
    url_mac            bytea NOT NULL CONSTRAINT copy_url_mac CHECK (octet_length(url_mac) = 32),
    published_at       timestamptz NOT NULL,  -- By the platform's word.
    state              text NOT NULL CONSTRAINT copy_state CHECK (state IN ('noted', 'removed')),
    noted_at           timestamptz NOT NULL,
    removed_at         timestamptz,
    acknowledgement_id text REFERENCES rights.acknowledgement,
    CONSTRAINT copy_removed_at CHECK ((state = 'removed') = (removed_at IS NOT NULL)),
    CONSTRAINT copy_acknowledged_when_removed
        CHECK (acknowledgement_id IS NULL OR state = 'removed')
);
CREATE UNIQUE INDEX copy_once ON rights.copy (platform_id, url_mac) WHERE state = 'noted';
CREATE INDEX copy_by_generation ON rights.copy (generation_id, platform_id, state);
CREATE INDEX copy_by_platform ON rights.copy (platform_id, noted_at, id);

-- The ladder of an unanswered delivery: how far up it is, and since when the platform knows.
ALTER TABLE rights.delivery
    ADD COLUMN received_at timestamptz,
    ADD COLUMN steps smallint NOT NULL DEFAULT 0;
CREATE INDEX delivery_unreceived ON rights.delivery
    (platform_id, steps, (coalesce(first_attempt_at, event_at)))
    WHERE kind = 'generation.withdrawn' AND state IN ('due', 'sent', 'escalated')
        AND received_at IS NULL;
CREATE INDEX delivery_unremoved ON rights.delivery
    (platform_id, steps, (coalesce(first_attempt_at, event_at)))
    WHERE kind = 'generation.withdrawn' AND state IN ('due', 'sent', 'escalated')
        AND received_at IS NOT NULL;

CREATE TABLE rights.escalation (
    delivery_id text NOT NULL REFERENCES rights.delivery,
    of          text NOT NULL CONSTRAINT escalation_of CHECK (of IN ('receipt', 'removal')),
    step        text NOT NULL CONSTRAINT escalation_step
        CHECK (step IN ('resent', 'mailed', 'listed')),
    at          timestamptz NOT NULL,
    PRIMARY KEY (delivery_id, of, step)
);
CREATE INDEX escalation_by_time ON rights.escalation (at);

-- Copies are noted by the digest of a file as well.
CREATE INDEX generation_by_sha256 ON rights.generation (sha256) WHERE sha256 IS NOT NULL;
