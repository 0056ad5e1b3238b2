-- Entries are found by what they are about: all of a case, all of a person.
ALTER TABLE ledger.intake DISABLE TRIGGER USER;
ALTER TABLE ledger.intake ADD COLUMN subject text;
UPDATE ledger.intake SET subject = convert_from(body, 'UTF8')::jsonb ->> 'subject';
ALTER TABLE ledger.intake ALTER COLUMN subject SET NOT NULL,
    ADD CONSTRAINT intake_subject_length CHECK (octet_length(subject) BETWEEN 1 AND 200);
ALTER TABLE ledger.intake ENABLE TRIGGER USER;

ALTER TABLE ledger.entry DISABLE TRIGGER USER;
ALTER TABLE ledger.entry ADD COLUMN subject text;
UPDATE ledger.entry SET subject = convert_from(body, 'UTF8')::jsonb ->> 'subject';
ALTER TABLE ledger.entry ALTER COLUMN subject SET NOT NULL,
    ADD CONSTRAINT entry_subject_length CHECK (octet_length(subject) BETWEEN 1 AND 200);
ALTER TABLE ledger.entry ENABLE TRIGGER USER;
CREATE INDEX entry_by_subject ON ledger.entry (subject, "index");

CREATE OR REPLACE FUNCTION ledger.refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM taken
        WHERE NOT EXISTS (
            SELECT FROM ledger.entry
            WHERE entry.event_id = taken.event_id
              AND entry.kind = taken.kind
              AND entry.subject = taken.subject
              AND entry.body = taken.body
        )
    ) THEN
        RAISE EXCEPTION 'ledger.intake: DELETE is refused for what is not yet an entry';
    END IF;
    RETURN NULL;
END $$;
