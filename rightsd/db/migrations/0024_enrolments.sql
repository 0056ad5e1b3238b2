-- Sessions in which faces and voices are measured.
CREATE TABLE rights.enrolment (
    id           text PRIMARY KEY CONSTRAINT enrolment_id CHECK (id LIKE 'enr\_%'),
    subject_id   text NOT NULL REFERENCES rights.subject,
    account_id   text NOT NULL REFERENCES rights.account,  -- The person's, or their guardian's.
    keep_media   boolean NOT NULL,
    sealed       bytea,  -- What was drawn, which text was shown, what was sent and measured, salt.
    state        text NOT NULL CONSTRAINT enrolment_state
        CHECK (state IN ('open', 'submitted', 'passed', 'failed', 'expired')),
    opened_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    submitted_at timestamptz,
    ended_at     timestamptz,
    CONSTRAINT enrolment_ended_when_over
        CHECK ((state IN ('open', 'submitted')) = (ended_at IS NULL)),
    CONSTRAINT enrolment_readable_while_it_runs CHECK (sealed IS NOT NULL OR ended_at IS NOT NULL)
);
CREATE INDEX enrolment_by_subject ON rights.enrolment (subject_id, opened_at);
CREATE UNIQUE INDEX enrolment_running ON rights.enrolment (subject_id) WHERE ended_at IS NULL;

-- What was sent to a session is a file as well, sealed under the subject's key.
ALTER TABLE rights.file
    ALTER COLUMN generation_id DROP NOT NULL,
    ADD COLUMN enrolment_id text CONSTRAINT file_enrolment REFERENCES rights.enrolment,
    ADD CONSTRAINT file_is_of_one_thing CHECK ((generation_id IS NULL) <> (enrolment_id IS NULL));
CREATE INDEX file_by_enrolment ON rights.file (enrolment_id) WHERE enrolment_id IS NOT NULL;
