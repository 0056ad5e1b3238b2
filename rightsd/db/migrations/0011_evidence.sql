-- What imported opt-outs rest on. The bytes themselves are blobs, named by their SHA-256.
CREATE TABLE rights.evidence (
    id          text PRIMARY KEY CONSTRAINT evidence_id CHECK (id LIKE 'evd\_%'),
    account_id  text NOT NULL REFERENCES rights.account,
    kind        text NOT NULL CONSTRAINT evidence_kind
        CHECK (kind IN ('robots', 'tdmrep', 'rsl', 'page', 'media', 'catalogue')),
    fetched     boolean NOT NULL,  -- By us, from where it says; otherwise someone sent it.
    sha256      text NOT NULL CONSTRAINT evidence_sha256 CHECK (length(sha256) = 64),
    size        bigint NOT NULL CONSTRAINT evidence_size CHECK (size > 0),
    sealed      bytea NOT NULL,    -- Where it comes from, and the salt of the log's commitment.
    state       text NOT NULL CONSTRAINT evidence_state CHECK (state IN ('recorded')),
    recorded_at timestamptz NOT NULL
);
CREATE INDEX evidence_by_account ON rights.evidence (account_id, recorded_at);

ALTER TABLE rights.optout
    ADD COLUMN evidence_id text CONSTRAINT optout_evidence REFERENCES rights.evidence;
CREATE INDEX optout_by_evidence ON rights.optout (evidence_id) WHERE evidence_id IS NOT NULL;

ALTER TABLE rights.work
    DROP CONSTRAINT work_kind,
    ADD CONSTRAINT work_kind CHECK (kind IN ('work', 'character', 'mark', 'style', 'site'));
-- An import finds what it names, a million times; an export pages through as many.
CREATE INDEX work_by_title ON rights.work (account_id, title, id);
