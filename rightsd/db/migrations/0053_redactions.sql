-- What became of the manifests of outputs that were withdrawn: the manifest store with an update
-- manifest that redacts the first one, sealed under the keys of all whom the output is about. What
-- it says of itself in the clear is in the log as well, and stays when they are erased.
CREATE TABLE rights.redaction (
    manifest_id   text PRIMARY KEY,  -- The manifest that is redacted.
    update_id     text NOT NULL CONSTRAINT redaction_update_id_once UNIQUE,
    generation_id text NOT NULL CONSTRAINT redaction_generation_id_once UNIQUE
        REFERENCES rights.generation,
    state         text NOT NULL CONSTRAINT manifest_state CHECK (state IN ('redacted')),
    assertions    text[] NOT NULL CONSTRAINT redaction_assertions_some
        CHECK (cardinality(assertions) BETWEEN 1 AND 64),
    reason        text NOT NULL,
    redacted_at   timestamptz NOT NULL,
    sealed        bytea
);
-- A manifest is found by its output.
CREATE INDEX manifest_generation_id ON rights.manifest (generation_id);
