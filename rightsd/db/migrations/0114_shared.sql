-- Outputs that their creators show to everyone. A row is there from `generation.shared` until
-- `generation.unshared`; whether one may be shown at all is asked apart, each time.
CREATE TABLE rights.share (
    generation_id text PRIMARY KEY REFERENCES rights.generation,
    shared_at     timestamptz NOT NULL
);
CREATE INDEX share_by_time ON rights.share (shared_at, generation_id);
