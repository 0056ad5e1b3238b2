-- What was put back since the law's time was over was decided by nobody.
ALTER TABLE rights.statement_of_reasons ADD COLUMN by_clock boolean NOT NULL DEFAULT false;
UPDATE rights.statement_of_reasons SET by_clock = true
FROM ledger.entry
WHERE entry.subject = notice_id AND entry.kind = 'notice.restored' AND outcome = 'restored'
    AND convert_from(body, 'UTF8')::json -> 'data' ->> 'reviewer_id' IS NULL
    AND (convert_from(body, 'UTF8')::json ->> 'at')::timestamptz = decided_at;

-- Outputs from before their MD5 and PDQ hashes were kept, until a worker has made these of the file.
CREATE TABLE rights.unhashed (
    generation_id text PRIMARY KEY REFERENCES rights.generation,
    tries         integer NOT NULL DEFAULT 0,
    taken_until   timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO rights.unhashed (generation_id)
SELECT id FROM rights.generation
WHERE state IN ('published', 'withdrawn') AND sha256 IS NOT NULL
    AND NOT EXISTS (SELECT FROM rights.output_md5 WHERE generation_id = generation.id);
CREATE INDEX unhashed_next ON rights.unhashed (tries, generation_id);
