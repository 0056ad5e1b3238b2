-- Who else has appealed, by account: each once, and none of them decides on it.
ALTER TABLE rights.notice ADD COLUMN appellants text[] NOT NULL DEFAULT '{}';
UPDATE rights.notice SET appellants = found.accounts
FROM (SELECT subject, array_agg(body ->> 'account_id' ORDER BY index) AS accounts
    FROM (SELECT subject, index, convert_from(body, 'UTF8')::json -> 'data' AS body
        FROM ledger.entry WHERE kind = 'notice.appealed') AS appeal
    WHERE body ->> 'party' = 'other' AND body ->> 'account_id' IS NOT NULL
    GROUP BY subject) AS found
WHERE found.subject = notice.id;
CREATE INDEX notice_of_appellants ON rights.notice USING gin (appellants)
    WHERE state = 'appealed';
