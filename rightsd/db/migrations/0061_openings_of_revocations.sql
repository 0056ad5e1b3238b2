-- The log has commitments to who took back what, and to who turned that; what opens the first is
-- sealed for the account that made it, with the reason, and what opens the second for this one.
ALTER TABLE rights.revocation
    ADD COLUMN turned_by text REFERENCES rights.account,
    ADD COLUMN turned_sealed bytea;
