-- An approval is of a use under a consent: once that has ended, another one asks anew.
ALTER TABLE rights.approval
    ADD COLUMN consent_id text REFERENCES rights.consent,
    DROP CONSTRAINT approval_pkey;
UPDATE rights.approval SET consent_id = consent.id
FROM rights.reliance JOIN rights.consent ON consent.id = reliance.consent_id
WHERE reliance.generation_id = approval.generation_id
    AND consent.subject_id = approval.subject_id;
-- What code before this file writes names no consent, and counts for none.
CREATE UNIQUE INDEX approval_once ON rights.approval (generation_id, subject_id, consent_id)
    NULLS NOT DISTINCT;
