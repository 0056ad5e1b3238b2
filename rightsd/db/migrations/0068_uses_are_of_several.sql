-- One use is of several: of whom it casts, and whose work it rests on. Each account suspends it for
-- itself, and what one of them lifts, the others have not.
DROP INDEX rights.revocation_suspended;
CREATE UNIQUE INDEX revocation_suspended ON rights.revocation (
    scope, by_staff, (coalesce(subject_id, '')), (coalesce(work_id, '')),
    (coalesce(generation_id, requester_id, platform, consent_id, licence_id, '')),
    (CASE WHEN scope = 'generation' AND NOT by_staff THEN account_id ELSE '' END)
) WHERE state = 'suspended';
