CREATE SCHEMA rights;

CREATE TABLE rights.account (
    id        text PRIMARY KEY CHECK (id LIKE 'acc\_%'),
    role      text NOT NULL CONSTRAINT account_role CHECK (role IN (
        'person', 'rights_holder', 'creator', 'platform', 'reviewer', 'auditor', 'admin')),
    name      text NOT NULL,
    state     text NOT NULL CONSTRAINT account_state CHECK (state IN ('open')),
    opened_at timestamptz NOT NULL
);

CREATE TABLE rights.api_key (
    id          text PRIMARY KEY CHECK (id LIKE 'key\_%'),
    account_id  text NOT NULL REFERENCES rights.account,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    created_at  timestamptz NOT NULL
);

CREATE TABLE rights.subject (
    id          text PRIMARY KEY CHECK (id LIKE 'sub\_%'),
    account_id  text NOT NULL REFERENCES rights.account,
    handle      text NOT NULL CONSTRAINT subject_handle_is_taken UNIQUE,
    likeness    jsonb NOT NULL,  -- Personal data.
    state       text NOT NULL CONSTRAINT subject_state CHECK (state IN ('enrolled')),
    enrolled_at timestamptz NOT NULL
);
CREATE INDEX subject_by_account ON rights.subject (account_id);

CREATE TABLE rights.consent (
    id         text PRIMARY KEY CHECK (id LIKE 'con\_%'),
    subject_id text NOT NULL REFERENCES rights.subject,
    account_id text NOT NULL REFERENCES rights.account,
    grantee_id text NOT NULL REFERENCES rights.account,
    state      text NOT NULL CONSTRAINT consent_state
        CHECK (state IN ('granted', 'revoked', 'expired')),
    granted_at timestamptz NOT NULL,
    expires_at timestamptz,
    ended_at   timestamptz,
    CONSTRAINT consent_ended_when_not_granted CHECK ((state = 'granted') = (ended_at IS NULL))
);
CREATE INDEX consent_by_subject ON rights.consent (subject_id, grantee_id);
CREATE INDEX consent_by_account ON rights.consent (account_id);
CREATE INDEX consent_due ON rights.consent (expires_at) WHERE state = 'granted';

CREATE TABLE rights.work (
    id            text PRIMARY KEY CHECK (id LIKE 'wrk\_%'),
    account_id    text NOT NULL REFERENCES rights.account,
    kind          text NOT NULL CONSTRAINT work_kind
        CHECK (kind IN ('work', 'character', 'mark', 'style')),
    title         text NOT NULL,
    state         text NOT NULL CONSTRAINT work_state CHECK (state IN ('registered')),
    registered_at timestamptz NOT NULL
);
CREATE INDEX work_by_account ON rights.work (account_id);

CREATE TABLE rights.alias (
    work_id text NOT NULL REFERENCES rights.work,
    shown   text NOT NULL,
    folded  text NOT NULL,  -- See rightsd/domain/matching.py.
    key     text NOT NULL,
    PRIMARY KEY (work_id, folded)
);
CREATE INDEX alias_by_key ON rights.alias (key);

CREATE TABLE rights.optout (
    id            text PRIMARY KEY CHECK (id LIKE 'opt\_%'),
    work_id       text NOT NULL REFERENCES rights.work,
    account_id    text NOT NULL REFERENCES rights.account,
    state         text NOT NULL CONSTRAINT optout_state CHECK (state IN ('standing', 'lifted')),
    registered_at timestamptz NOT NULL,
    ended_at      timestamptz,
    CONSTRAINT optout_ended_when_lifted CHECK ((state = 'standing') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX optout_standing ON rights.optout (work_id) WHERE state = 'standing';
CREATE INDEX optout_by_account ON rights.optout (account_id);

CREATE TABLE rights.generation (
    id           text PRIMARY KEY CHECK (id LIKE 'gen\_%'),
    account_id   text NOT NULL REFERENCES rights.account,
    prompt       text NOT NULL,  -- Personal data.
    cameos       text[] NOT NULL,
    seed         integer NOT NULL CHECK (seed >= 0),
    seconds      integer NOT NULL CHECK (seconds BETWEEN 1 AND 60),
    width        integer NOT NULL CHECK (width > 0),
    height       integer NOT NULL CHECK (height > 0),
    salt         bytea NOT NULL CHECK (octet_length(salt) = 32),
    decision     jsonb NOT NULL,
    watermark_id bigint CONSTRAINT generation_watermark UNIQUE,
    state        text NOT NULL CONSTRAINT generation_state
        CHECK (state IN ('requested', 'refused', 'failed', 'published', 'withdrawn')),
    requested_at timestamptz NOT NULL,
    ended_at     timestamptz,
    sha256       text CHECK (length(sha256) = 64),
    size         bigint,
    manifest_id  text CONSTRAINT generation_manifest UNIQUE,
    event_id     text,  -- Of the publication.
    reason       text,
    storyboard   jsonb,
    stage        text NOT NULL DEFAULT 'waiting',  -- For people who watch; decides nothing.
    progress     real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    CONSTRAINT generation_ended_when_done CHECK ((state = 'requested') = (ended_at IS NULL)),
    CONSTRAINT generation_has_output CHECK (
        (state IN ('published', 'withdrawn')) = (sha256 IS NOT NULL)
        AND (sha256 IS NULL) = (manifest_id IS NULL)
        AND (sha256 IS NULL) = (event_id IS NULL)
        AND (sha256 IS NULL) = (size IS NULL))
);
CREATE INDEX generation_by_account ON rights.generation (account_id, requested_at);

-- What an output rests on: the consents that its release locked.
CREATE TABLE rights.reliance (
    generation_id text NOT NULL REFERENCES rights.generation,
    consent_id    text NOT NULL REFERENCES rights.consent,
    PRIMARY KEY (consent_id, generation_id)
);
CREATE INDEX reliance_by_generation ON rights.reliance (generation_id);

CREATE TABLE rights.manifest (
    id            text PRIMARY KEY,
    generation_id text NOT NULL REFERENCES rights.generation,
    store         bytea NOT NULL  -- JUMBF bytes, as embedded in the file.
);

CREATE TABLE rights.fingerprint (
    id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    generation_id text NOT NULL REFERENCES rights.generation,
    algorithm     text NOT NULL,
    at_seconds    real NOT NULL,
    code          bytea NOT NULL CHECK (octet_length(code) = 32),
    quality       smallint NOT NULL CHECK (quality BETWEEN 0 AND 100),
    -- Lets a reader fetch what became visible since it last looked, whatever the commit order.
    written_by    xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX fingerprint_by_generation ON rights.fingerprint (generation_id);
CREATE INDEX fingerprint_by_writer ON rights.fingerprint (written_by);

CREATE TABLE rights.notice (
    id             text PRIMARY KEY CHECK (id LIKE 'ntc\_%'),
    generation_id  text NOT NULL REFERENCES rights.generation,
    kind           text NOT NULL CONSTRAINT notice_kind
        CHECK (kind IN ('copyright', 'trademark', 'likeness', 'privacy')),
    claimant_name  text NOT NULL,  -- Personal data, as are the next two.
    claimant_email text NOT NULL,
    statement      text NOT NULL,
    state          text NOT NULL CONSTRAINT notice_state
        CHECK (state IN ('received', 'upheld', 'rejected', 'retracted')),
    received_at    timestamptz NOT NULL,
    decided_at     timestamptz,
    reason         text,
    token_hash     bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    CONSTRAINT notice_decided_when_not_received
        CHECK ((state = 'received') = (decided_at IS NULL))
);
CREATE INDEX notice_by_generation ON rights.notice (generation_id);
CREATE INDEX notice_open ON rights.notice (received_at) WHERE state = 'received';

-- Answers to requests that carried an Idempotency-Key, so that a retry gets the same one.
CREATE TABLE rights.answer (
    scope      text NOT NULL,  -- The account, or 'public'.
    key        text NOT NULL,
    request    bytea NOT NULL CHECK (octet_length(request) = 32),  -- SHA-256 of route and body.
    status     integer,
    body       jsonb,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX answer_by_age ON rights.answer (created_at);
