-- References: pictures and clips of works, which outputs resemble them, and those of requests.

CREATE TABLE rights.reference (
    id            text PRIMARY KEY CONSTRAINT reference_id CHECK (id LIKE 'ref\_%'),
    work_id       text NOT NULL REFERENCES rights.work,
    account_id    text NOT NULL REFERENCES rights.account,
    kind          text NOT NULL CONSTRAINT reference_kind CHECK (kind IN ('picture', 'video')),
    sha256        text NOT NULL CONSTRAINT reference_sha256 CHECK (length(sha256) = 64),
    seconds       real NOT NULL CONSTRAINT reference_seconds CHECK (seconds >= 0),
    sealed        bytea,  -- A thumbnail. The file itself is not kept.
    state         text NOT NULL CONSTRAINT reference_state CHECK (state IN ('standing', 'removed')),
    registered_at timestamptz NOT NULL,
    ended_at      timestamptz,
    CONSTRAINT reference_ended_when_removed CHECK (
        (state = 'standing') = (ended_at IS NULL) AND (state = 'standing') = (sealed IS NOT NULL))
);
CREATE UNIQUE INDEX reference_once ON rights.reference (work_id, sha256) WHERE state = 'standing';
CREATE INDEX reference_by_work ON rights.reference (work_id);

-- Those of references are written by one transaction at a time: their ids rise as they commit.
ALTER TABLE rights.fingerprint
    ALTER COLUMN generation_id DROP NOT NULL,
    ADD COLUMN reference_id text REFERENCES rights.reference,
    ADD CONSTRAINT fingerprint_of_one_thing CHECK (num_nonnulls(generation_id, reference_id) = 1);
CREATE INDEX fingerprint_of_references ON rights.fingerprint (id) WHERE reference_id IS NOT NULL;
CREATE INDEX fingerprint_by_reference ON rights.fingerprint (reference_id)
    WHERE reference_id IS NOT NULL;

-- Whatever an output resembles, opted out or not: an opt-out then counts with its commit.
CREATE TABLE rights.resemblance (
    generation_id text NOT NULL REFERENCES rights.generation,
    reference_id  text NOT NULL REFERENCES rights.reference,
    score         real NOT NULL CONSTRAINT resemblance_score CHECK (score BETWEEN 0 AND 1),
    bits          smallint NOT NULL CONSTRAINT resemblance_bits CHECK (bits BETWEEN 0 AND 256),
    at_seconds    real NOT NULL,  -- In the output.
    doubted       boolean NOT NULL DEFAULT false,  -- The log or a decision has said so.
    PRIMARY KEY (generation_id, reference_id)
);
CREATE INDEX resemblance_by_reference ON rights.resemblance (reference_id);

CREATE TABLE rights.thumbnail (
    generation_id text PRIMARY KEY REFERENCES rights.generation,
    sealed        bytea NOT NULL
);

-- A picture or clip that a creator sent for one request. The file is not kept.
CREATE TABLE rights.request_reference (
    id              text PRIMARY KEY CONSTRAINT request_reference_id CHECK (id LIKE 'rqr\_%'),
    account_id      text NOT NULL REFERENCES rights.account,
    sha256          text NOT NULL CHECK (length(sha256) = 64),
    sealed          bytea NOT NULL,   -- Its fingerprint.
    copies          text[] NOT NULL,  -- Outputs that it shows.
    matched_through bigint NOT NULL,  -- The last row of a reference's fingerprint it was held against.
    uploaded_at     timestamptz NOT NULL,
    generation_id   text REFERENCES rights.generation  -- The one request that it was used for.
);
CREATE INDEX request_reference_by_generation ON rights.request_reference (generation_id)
    WHERE generation_id IS NOT NULL;
CREATE INDEX request_reference_unused ON rights.request_reference (account_id, uploaded_at)
    WHERE generation_id IS NULL;

CREATE TABLE rights.request_resemblance (
    request_reference_id text NOT NULL REFERENCES rights.request_reference ON DELETE CASCADE,
    reference_id         text NOT NULL REFERENCES rights.reference,
    score                real NOT NULL,
    bits                 smallint NOT NULL,
    PRIMARY KEY (request_reference_id, reference_id)
);
