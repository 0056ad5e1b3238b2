-- Outputs from before their points, their sound and their motion were kept, until a worker has made
-- these of the file.
CREATE TABLE rights.unindexed (
    generation_id text PRIMARY KEY REFERENCES rights.generation,
    tries         integer NOT NULL DEFAULT 0,
    taken_until   timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO rights.unindexed (generation_id)
SELECT id FROM rights.generation
WHERE state IN ('published', 'withdrawn') AND sha256 IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM rights.fingerprint WHERE asset_id = generation.id AND channel = 'motion');
CREATE INDEX unindexed_next ON rights.unindexed (tries, generation_id);
