-- Every consent has a place in a status list: list number * 131072 + index, drawn at random, so that
-- it tells neither when the consent was granted nor whose it is. See rightsd/domain/status.py.
ALTER TABLE rights.consent ADD COLUMN status_number bigint;

-- Those that are there: at most half of each list is filled here.
UPDATE rights.consent SET status_number = drawn.number
FROM (
    SELECT shuffled.id, shuffled.place / 65536 * 131072 + slot."index" AS number
    FROM (
        SELECT id, row_number() OVER (ORDER BY gen_random_uuid()) - 1 AS place FROM rights.consent
    ) AS shuffled
    JOIN (
        SELECT list, "index", row_number() OVER (PARTITION BY list ORDER BY gen_random_uuid()) - 1
            AS place
        FROM generate_series(0, (SELECT count(*) / 65536 FROM rights.consent)) AS list,
            generate_series(0, 131071) AS "index"
    ) AS slot ON slot.list = shuffled.place / 65536 AND slot.place = shuffled.place % 65536
) AS drawn
WHERE drawn.id = consent.id;

-- A free number in the newest list; a full list is followed by the next. A list counts as full when
-- 32 draws hit nothing free, which is to be expected at about four fifths.
CREATE FUNCTION rights.free_status_number() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    list bigint := coalesce((SELECT max(status_number) FROM rights.consent) / 131072, 0);
    drawn bigint;
BEGIN
    LOOP
        FOR attempt IN 1..32 LOOP
            drawn := list * 131072 + floor(random() * 131072)::bigint;
            -- Held until the commit: nobody else draws it while it cannot be seen.
            CONTINUE WHEN NOT pg_try_advisory_xact_lock(1398030676, drawn::integer);  -- "STAT"
            CONTINUE WHEN EXISTS (SELECT FROM rights.consent WHERE status_number = drawn);
            RETURN drawn;
        END LOOP;
        list := list + 1;
    END LOOP;
END $$;

ALTER TABLE rights.consent
    ALTER COLUMN status_number SET DEFAULT rights.free_status_number(),
    ALTER COLUMN status_number SET NOT NULL,
    ADD CONSTRAINT consent_status_is_its_own UNIQUE (status_number),
    ADD CONSTRAINT consent_status_number CHECK (status_number >= 0);
-- What a list has to say of more than "valid".
CREATE INDEX consent_status_told ON rights.consent (status_number) INCLUDE (state)
    WHERE state <> 'granted';
-- Whose consents are suspended while they have paused.
CREATE INDEX subject_paused ON rights.subject (id) WHERE state = 'paused';

-- A place is for good: another consent there would inherit what was said of this one.
CREATE FUNCTION rights.keep_status_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rights.consent: the status number of % is for good', OLD.id;
END $$;
CREATE TRIGGER status_number_is_for_good BEFORE UPDATE OF status_number ON rights.consent
    FOR EACH ROW WHEN (OLD.status_number IS DISTINCT FROM NEW.status_number)
    EXECUTE FUNCTION rights.keep_status_number();
