-- On which registered platforms outputs may not be shown that stay out on the others. The log tells
-- each platform of it: a row is there from `generation.delisted` until `generation.relisted`.
CREATE TABLE rights.delisting (
    generation_id text NOT NULL REFERENCES rights.generation,
    platform_id   text NOT NULL REFERENCES rights.platform,
    because_of    text NOT NULL REFERENCES rights.revocation,
    PRIMARY KEY (generation_id, platform_id)
);
CREATE INDEX delisting_by_cause ON rights.delisting (because_of, generation_id);

-- A platform as uses and revocations name it: its name in lower case, a hyphen for each space.
ALTER TABLE rights.platform ADD COLUMN known_as text NOT NULL
    GENERATED ALWAYS AS (lower(regexp_replace(btrim(name), '\s+', '-', 'g'))) STORED;
CREATE INDEX platform_known_as ON rights.platform (known_as) WHERE state <> 'closed';

ALTER TABLE rights.ending DROP CONSTRAINT ending_state, ADD CONSTRAINT ending_state
    CHECK (state IN ('refused', 'withdrawn', 'delisted'));
