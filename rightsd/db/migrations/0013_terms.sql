-- Terms of consents, who follows whom, uses that wait for approval, and people who pause.

-- A consent that was there before keeps its meaning: its grantee is approved, all else is open.
ALTER TABLE rights.consent
    ALTER COLUMN grantee_id DROP NOT NULL,
    ADD COLUMN audience text NOT NULL DEFAULT 'approved' CONSTRAINT consent_audience
        CHECK (audience IN ('only_me', 'approved', 'mutuals', 'everyone')),
    ADD COLUMN further_grantees text[] NOT NULL DEFAULT '{}',
    ADD COLUMN blocked text[] NOT NULL DEFAULT '{}',
    ADD COLUMN purposes text[] NOT NULL DEFAULT '{}',
    ADD COLUMN denied_topics text[] NOT NULL DEFAULT '{}',
    ADD COLUMN territories text[] NOT NULL DEFAULT '{}',
    ADD COLUMN platforms text[] NOT NULL DEFAULT '{}',
    ADD COLUMN languages text[] NOT NULL DEFAULT '{}',
    ADD COLUMN starts_at timestamptz,
    ADD COLUMN quota_total integer CONSTRAINT consent_quota_total CHECK (quota_total > 0),
    ADD COLUMN quota_30_days integer CONSTRAINT consent_quota_30_days CHECK (quota_30_days > 0),
    ADD COLUMN strict boolean NOT NULL DEFAULT false,
    ADD COLUMN per_use_approval boolean NOT NULL DEFAULT false,
    ADD COLUMN terms_version integer NOT NULL DEFAULT 1
        CONSTRAINT consent_terms_version CHECK (terms_version > 0),
    ADD COLUMN sealed bytea,  -- Restrictions in people's own words, and the salt of the terms.
    ADD CONSTRAINT consent_names_whom_it_approves CHECK (
        (audience = 'approved') = (grantee_id IS NOT NULL)
        AND (audience = 'approved' OR further_grantees = '{}')),
    ADD CONSTRAINT consent_begins_before_it_ends CHECK (starts_at < expires_at);
CREATE INDEX consent_to_many ON rights.consent (subject_id)
    WHERE state = 'granted' AND audience IN ('mutuals', 'everyone');
CREATE INDEX consent_to_several ON rights.consent USING gin (further_grantees)
    WITH (fastupdate = off) WHERE further_grantees <> '{}';
CREATE INDEX consent_by_grantee ON rights.consent (grantee_id);

CREATE TABLE rights.follow (
    follower_id text NOT NULL REFERENCES rights.account,
    followed_id text NOT NULL REFERENCES rights.account,
    followed_at timestamptz NOT NULL,
    PRIMARY KEY (follower_id, followed_id),
    CONSTRAINT follow_someone_else CHECK (follower_id <> followed_id)
);
CREATE INDEX follow_by_followed ON rights.follow (followed_id);

ALTER TABLE rights.generation
    DROP CONSTRAINT generation_state, DROP CONSTRAINT generation_ended_when_done,
    DROP CONSTRAINT generation_readable_while_live,
    ADD CONSTRAINT generation_state CHECK (state IN
        ('held', 'requested', 'refused', 'failed', 'published', 'withdrawn')),
    ADD CONSTRAINT generation_ended_when_done
        CHECK ((state IN ('held', 'requested')) = (ended_at IS NULL)),
    ADD CONSTRAINT generation_readable_while_live
        CHECK (sealed IS NOT NULL OR state NOT IN ('held', 'requested', 'published'));
CREATE INDEX generation_held ON rights.generation (requested_at) WHERE state = 'held';

-- Who has approved a use of their likeness.
CREATE TABLE rights.approval (
    generation_id text NOT NULL REFERENCES rights.generation,
    subject_id    text NOT NULL REFERENCES rights.subject,
    approved_at   timestamptz NOT NULL,
    PRIMARY KEY (generation_id, subject_id)
);

ALTER TABLE rights.subject
    DROP CONSTRAINT subject_state, DROP CONSTRAINT subject_ended_when_not_enrolled,
    ADD CONSTRAINT subject_state CHECK (state IN ('enrolled', 'paused', 'unenrolled', 'erased')),
    ADD CONSTRAINT subject_ended_when_gone
        CHECK ((state IN ('enrolled', 'paused')) = (ended_at IS NULL));
