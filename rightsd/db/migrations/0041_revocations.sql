-- What people had let others do and take back, for now or for good.
CREATE TABLE rights.revocation (
    id            text PRIMARY KEY CONSTRAINT revocation_id CHECK (id LIKE 'rvk\_%'),
    scope         text NOT NULL,
    generation_id text REFERENCES rights.generation,
    requester_id  text REFERENCES rights.account,
    platform      text,  -- As uses name it.
    consent_id    text REFERENCES rights.consent,
    licence_id    text REFERENCES rights.licence,
    subject_id    text REFERENCES rights.subject,
    work_id       text REFERENCES rights.work,
    account_id    text NOT NULL REFERENCES rights.account,
    by_staff      boolean NOT NULL,
    sealed        bytea,  -- What staff gave as the reason, and its salt, about their account.
    state         text NOT NULL
        CONSTRAINT revocation_state CHECK (state IN ('suspended', 'revoked', 'lifted')),
    made_at       timestamptz NOT NULL,
    turned_at     timestamptz NOT NULL,
    CONSTRAINT revocation_names_its_scope CHECK (
        num_nonnulls(generation_id, requester_id, platform, consent_id, licence_id)
            = CASE WHEN scope IN ('subject', 'work') THEN 0 ELSE 1 END
        AND num_nonnulls(subject_id, work_id)
            = CASE WHEN scope IN ('requester', 'platform', 'subject', 'work') THEN 1 ELSE 0 END
        AND CASE scope
            WHEN 'generation' THEN generation_id WHEN 'requester' THEN requester_id
            WHEN 'platform' THEN platform WHEN 'consent' THEN consent_id
            WHEN 'licence' THEN licence_id WHEN 'subject' THEN subject_id
            WHEN 'work' THEN work_id END IS NOT NULL)
);
-- The same is suspended once by whom it belongs to, and once by staff.
CREATE UNIQUE INDEX revocation_suspended ON rights.revocation (
    scope, by_staff, coalesce(subject_id, ''), coalesce(work_id, ''),
    coalesce(generation_id, requester_id, platform, consent_id, licence_id, ''))
    WHERE state = 'suspended';
CREATE INDEX revocation_of_generation ON rights.revocation (generation_id)
    WHERE generation_id IS NOT NULL;
CREATE INDEX revocation_of_consent ON rights.revocation (consent_id) WHERE consent_id IS NOT NULL;
CREATE INDEX revocation_of_licence ON rights.revocation (licence_id) WHERE licence_id IS NOT NULL;
CREATE INDEX revocation_of_subject ON rights.revocation (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX revocation_of_work ON rights.revocation (work_id) WHERE work_id IS NOT NULL;
CREATE INDEX revocation_by_account ON rights.revocation (account_id, made_at);
CREATE INDEX revocation_by_time ON rights.revocation (made_at);

-- What else happened in the same commit: consents, licences and offers that ended, an opt-out.
CREATE TABLE rights.consequence (
    revocation_id text NOT NULL REFERENCES rights.revocation,
    thing_id      text NOT NULL,
    PRIMARY KEY (revocation_id, thing_id)
);
CREATE INDEX consequence_by_thing ON rights.consequence (thing_id);

-- What ended for which cause and when, whatever became of it later: for the stopwatch.
CREATE TABLE rights.ending (
    because_of    text NOT NULL,
    generation_id text NOT NULL REFERENCES rights.generation,
    state         text NOT NULL CONSTRAINT ending_state CHECK (state IN ('refused', 'withdrawn')),
    ended_at      timestamptz NOT NULL,
    PRIMARY KEY (because_of, generation_id, ended_at)
);
CREATE FUNCTION rights.note_ending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rights.ending (because_of, generation_id, state, ended_at)
    VALUES (NEW.because_of, NEW.id, NEW.state, NEW.ended_at) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER generation_ended AFTER UPDATE ON rights.generation FOR EACH ROW
    WHEN (NEW.because_of IS NOT NULL AND OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION rights.note_ending();

-- When what ends clips took effect, whatever it is. An objection has no moment of its own here.
CREATE FUNCTION rights.causes() RETURNS TABLE (id text, committed_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT id, ended_at FROM rights.consent WHERE ended_at IS NOT NULL
    UNION ALL SELECT id, ended_at FROM rights.licence WHERE state IN ('revoked', 'expired')
    UNION ALL SELECT id, registered_at FROM rights.optout
    UNION ALL SELECT id, decided_at FROM rights.notice WHERE state = 'upheld'
    UNION ALL SELECT id, made_at FROM rights.revocation
$$;
