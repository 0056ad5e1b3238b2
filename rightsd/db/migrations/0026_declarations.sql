-- Opt-outs that are declared without an account, and put into effect by a link sent by mail.
CREATE TABLE rights.declaration (
    id           text PRIMARY KEY CONSTRAINT declaration_id CHECK (id LIKE 'dec\_%'),
    language     text NOT NULL CONSTRAINT declaration_language CHECK (language IN ('en', 'ja')),
    sealed       bytea NOT NULL,  -- Who declares what, under a key of its own.
    email_mac    bytea NOT NULL CHECK (octet_length(email_mac) = 32),
    address_mac  bytea CHECK (octet_length(address_mac) = 32),  -- Whence it came; for a day.
    declared_at  timestamptz NOT NULL,
    mail_due_at  timestamptz,     -- When to try to send the link; NULL: it was sent, or given up.
    attempts     integer NOT NULL DEFAULT 0,
    confirmed_at timestamptz,
    account_id   text REFERENCES rights.account,
    optout_id    text REFERENCES rights.optout,
    CONSTRAINT declaration_whole_when_confirmed CHECK (
        (confirmed_at IS NULL) = (account_id IS NULL)
        AND (confirmed_at IS NULL) = (optout_id IS NULL))
);
CREATE INDEX declaration_by_email ON rights.declaration (email_mac, declared_at);
CREATE INDEX declaration_by_address ON rights.declaration (address_mac, declared_at)
    WHERE address_mac IS NOT NULL;
CREATE INDEX declaration_by_age ON rights.declaration (declared_at);
CREATE INDEX declaration_to_mail ON rights.declaration (mail_due_at) WHERE mail_due_at IS NOT NULL;
