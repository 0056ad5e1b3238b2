-- Fingerprints by the asset: all codes of one that an algorithm made are one row, packed.

CREATE TEMPORARY TABLE packed ON COMMIT DROP AS
    SELECT min(id) AS id, generation_id, reference_id, staydown_id, algorithm,
        count(*)::integer AS codes,
        -- As fingerprint/descriptor.py packs: ten-thousandths of seconds, qualities, codes.
        (CASE algorithm WHEN 'pdq' THEN '\x5001' ELSE '\x4701' END)::bytea
            || string_agg(substr(int8send(round(at_seconds::numeric * 10000)::bigint), 5),
                ''::bytea ORDER BY at_seconds, id)
            || string_agg(substr(int2send(quality), 2), ''::bytea ORDER BY at_seconds, id)
            || string_agg(code, ''::bytea ORDER BY at_seconds, id) AS data,
        max(written_by) AS written_by
    FROM rights.fingerprint GROUP BY generation_id, reference_id, staydown_id, algorithm;
CREATE TEMPORARY TABLE packed_until ON COMMIT DROP AS
    SELECT last_value, is_called FROM rights.fingerprint_id_seq;

DROP TABLE rights.fingerprint;
CREATE TABLE rights.fingerprint (
    -- Those of references and stay-down entries are written by one transaction at a time: their ids
    -- rise as they commit. Of rows from before, the first of the ids that their codes had: platforms
    -- know an asset by it.
    id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    generation_id text REFERENCES rights.generation,
    reference_id  text REFERENCES rights.reference,
    staydown_id   text REFERENCES rights.staydown,
    asset_id      text NOT NULL
        GENERATED ALWAYS AS (coalesce(generation_id, reference_id, staydown_id)) STORED,
    channel       text NOT NULL CONSTRAINT fingerprint_channel
        CHECK (channel IN ('frames', 'pdq', 'features', 'sound', 'motion')),
    algorithm     text NOT NULL,
    codes         integer NOT NULL,  -- How many there are.
    data          bytea,  -- As the algorithm packs them. NULL: nothing is compared with it any more.
    -- Lets a reader fetch what has changed since it last looked, whatever the commit order. So that
    -- readers forget it, a row is emptied and not deleted.
    written_by    xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT fingerprint_of_one_thing
        CHECK (num_nonnulls(generation_id, reference_id, staydown_id) = 1),
    CONSTRAINT fingerprint_has_codes CHECK (codes >= 0 AND (codes = 0) = (data IS NULL)),
    CONSTRAINT fingerprint_once UNIQUE (asset_id, channel, algorithm)
);
ALTER TABLE rights.fingerprint ALTER COLUMN data SET STORAGE EXTERNAL;  -- It cannot be compressed.

INSERT INTO rights.fingerprint
    (id, generation_id, reference_id, staydown_id, channel, algorithm, codes, data, written_by)
OVERRIDING SYSTEM VALUE
SELECT id, generation_id, reference_id, staydown_id,
    CASE algorithm WHEN 'pdq' THEN 'pdq' ELSE 'frames' END, algorithm, codes, data, written_by
FROM packed;
-- Behind all ids of before: what was held against references is noted by their ids.
SELECT setval('rights.fingerprint_id_seq', last_value, is_called) FROM packed_until;

CREATE INDEX fingerprint_by_writer ON rights.fingerprint (algorithm, written_by);
CREATE INDEX fingerprint_of_references ON rights.fingerprint (algorithm, id)
    WHERE generation_id IS NULL;
