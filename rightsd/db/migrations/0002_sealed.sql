-- Personal data lie sealed under the keys of those whom they are about: rightsd/db/sealing.py.

-- What is there in the clear cannot be sealed by SQL, and must not stay.
DO $$ BEGIN
    IF EXISTS (SELECT FROM rights.account) THEN
        RAISE EXCEPTION 'this database is of a version before 0.1 that kept personal data in the '
            'clear: start the daemon on a fresh one (another RIGHTSD_HOME or RIGHTSD_DATABASE_URL)';
    END IF;
END $$;

-- Rows are deleted to erase, so this table belongs into no backup that is kept for long.
CREATE TABLE rights.data_key (
    owner_id text PRIMARY KEY,  -- An account, a subject or a notice.
    wrapped  bytea NOT NULL     -- Under the key-encryption key.
);
-- The keys of owners in their order; NULL where one was destroyed.
CREATE FUNCTION rights.keys_of(owners text[]) RETURNS bytea[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(data_key.wrapped ORDER BY owner.place)
    FROM unnest(owners) WITH ORDINALITY AS owner (id, place)
    LEFT JOIN rights.data_key ON data_key.owner_id = owner.id
$$;

-- Tells whether a process has the key-encryption key that the keys above are wrapped with.
CREATE TABLE rights.key_check (
    singleton boolean PRIMARY KEY DEFAULT true,
    mac       bytea NOT NULL,
    CONSTRAINT key_check_single CHECK (singleton)
);

ALTER TABLE rights.account DROP COLUMN name, ADD COLUMN sealed bytea;

ALTER TABLE rights.subject
    DROP COLUMN handle, DROP COLUMN likeness, DROP CONSTRAINT subject_state,
    ADD COLUMN handle_index bytea CONSTRAINT subject_handle_is_taken UNIQUE,
    ADD COLUMN sealed bytea,
    ADD COLUMN ended_at timestamptz,
    ADD CONSTRAINT subject_state CHECK (state IN ('enrolled', 'unenrolled', 'erased')),
    ADD CONSTRAINT subject_ended_when_not_enrolled
        CHECK ((state = 'enrolled') = (ended_at IS NULL)),
    ADD CONSTRAINT subject_cleared_when_erased CHECK (
        (state = 'erased') = (sealed IS NULL) AND (sealed IS NULL) = (handle_index IS NULL));
CREATE INDEX subject_leaving ON rights.subject (ended_at) WHERE state = 'unenrolled';

ALTER TABLE rights.generation
    DROP COLUMN prompt, DROP COLUMN cameos, DROP COLUMN salt, DROP COLUMN reason,
    DROP COLUMN storyboard,
    ADD COLUMN about text[] NOT NULL,  -- The account that asked, then the subjects it would cast.
    ADD COLUMN sealed bytea,
    ADD COLUMN storyboard bytea,       -- Sealed as well.
    -- What can be made or shown can be read: nobody is erased before their clips have ended.
    ADD CONSTRAINT generation_about_who_asked CHECK (about[1] = account_id),
    ADD CONSTRAINT generation_readable_while_live
        CHECK (sealed IS NOT NULL OR state NOT IN ('requested', 'published'));
CREATE INDEX generation_about ON rights.generation USING gin (about);

ALTER TABLE rights.manifest DROP COLUMN store, ADD COLUMN sealed bytea NOT NULL;

-- Files are noted here before they are stored: what is on no list could never be deleted.
CREATE TABLE rights.file (
    sha256        text PRIMARY KEY CHECK (length(sha256) = 64),
    generation_id text NOT NULL REFERENCES rights.generation,
    noted_at      timestamptz NOT NULL
);
CREATE INDEX file_by_generation ON rights.file (generation_id);

ALTER TABLE rights.notice
    DROP COLUMN claimant_name, DROP COLUMN claimant_email, DROP COLUMN statement,
    DROP COLUMN reason,
    ADD COLUMN sealed bytea;

ALTER TABLE rights.answer
    DROP COLUMN body,
    ADD COLUMN about text[],
    ADD COLUMN sealed bytea,
    ADD COLUMN events text[];  -- What the request recorded.
CREATE INDEX answer_about ON rights.answer USING gin (about);
