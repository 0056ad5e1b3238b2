-- By what whoever was suspended was known goes when their notice is erased.
ALTER TABLE rights.suspension ALTER COLUMN claimant_mac DROP NOT NULL;
UPDATE rights.suspension SET claimant_mac = NULL
FROM rights.notice WHERE notice.id = notice_id AND erased_at IS NOT NULL;
