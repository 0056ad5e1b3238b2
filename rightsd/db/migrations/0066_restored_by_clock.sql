-- What was put back since the law's time was over was decided by nobody.
ALTER TABLE rights.statement_of_reasons ADD COLUMN by_clock boolean NOT NULL DEFAULT false;
UPDATE rights.statement_of_reasons SET by_clock = true
FROM ledger.entry
WHERE entry.subject = notice_id AND entry.kind = 'notice.restored' AND outcome = 'restored'
    AND convert_from(body, 'UTF8')::json -> 'data' ->> 'reviewer_id' IS NULL
    AND (convert_from(body, 'UTF8')::json ->> 'at')::timestamptz = decided_at;
