-- Lists that begin with the newest, however long they are.
CREATE INDEX work_newest ON rights.work (account_id, registered_at, id);
CREATE INDEX reference_by_account ON rights.reference (account_id);
CREATE INDEX notice_by_account ON rights.notice (account_id, received_at)
    WHERE account_id IS NOT NULL;

-- A table of works between the moment in which someone is shown what it would change, and the one
-- in which they say yes. An account has one at a time.
CREATE TABLE rights.import_draft (
    account_id text PRIMARY KEY REFERENCES rights.account,
    id         text NOT NULL CONSTRAINT import_draft_id CHECK (id LIKE 'idr\_%'),
    sealed     bytea NOT NULL,
    kept_at    timestamptz NOT NULL
);
