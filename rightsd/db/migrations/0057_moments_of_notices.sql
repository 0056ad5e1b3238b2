-- When a notice took its output down, the last time it did, whatever became of it later.
ALTER TABLE rights.notice ADD COLUMN down_at timestamptz;
-- What turned a notice around on appeal is the last thing that was decided; before that a notice
-- could be upheld once, and later decisions wrote over when.
UPDATE rights.notice SET down_at = COALESCE(
    CASE WHEN stands AND state = 'reversed' THEN decided_at END,
    (SELECT max((convert_from(body, 'UTF8')::json ->> 'at')::timestamptz) FROM ledger.entry
        WHERE subject = notice.id AND entry.kind = 'notice.upheld'),
    CASE WHEN stands THEN decided_at END);
CREATE FUNCTION rights.note_down() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.down_at := NEW.decided_at;
    RETURN NEW;
END $$;
CREATE TRIGGER notice_takes_down BEFORE UPDATE ON rights.notice FOR EACH ROW
    WHEN (NEW.stands AND NOT OLD.stands)
    EXECUTE FUNCTION rights.note_down();

CREATE OR REPLACE FUNCTION rights.causes() RETURNS TABLE (id text, committed_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT id, ended_at FROM rights.consent WHERE ended_at IS NOT NULL
    UNION ALL SELECT id, ended_at FROM rights.licence WHERE state IN ('revoked', 'expired')
    UNION ALL SELECT id, registered_at FROM rights.optout
    UNION ALL SELECT id, down_at FROM rights.notice WHERE down_at IS NOT NULL
    UNION ALL SELECT id, added_at FROM rights.staydown
    UNION ALL SELECT id, made_at FROM rights.revocation
$$;

-- The log names what was found of someone's likeness by an id of its own. It leads to the person
-- only as long as the row is here, which is until they leave.
ALTER TABLE rights.likeness ADD COLUMN id text;
UPDATE rights.likeness SET id = 'lik_' || replace(gen_random_uuid()::text, '-', '');
ALTER TABLE rights.likeness
    ALTER COLUMN id SET NOT NULL,
    ADD CONSTRAINT likeness_id CHECK (id LIKE 'lik\_%');
CREATE UNIQUE INDEX likeness_by_id ON rights.likeness (id);
