-- People who sign in for an account, and the ways in which they do.
CREATE TABLE rights.member (
    id          text PRIMARY KEY CONSTRAINT member_id CHECK (id LIKE 'mem\_%'),
    account_id  text NOT NULL REFERENCES rights.account,
    duty        text NOT NULL CONSTRAINT member_duty CHECK (duty IN ('owner', 'member')),
    address_mac bytea CONSTRAINT member_address_mac CHECK (octet_length(address_mac) = 32),
    sealed      bytea,               -- The e-mail address, under the account's key.
    language    text CONSTRAINT member_language CHECK (language IN ('en', 'ja')),
    joined_at   timestamptz NOT NULL,
    left_at     timestamptz,
    CONSTRAINT member_address_until_left CHECK (
        (left_at IS NULL) = (sealed IS NOT NULL) AND (left_at IS NULL) = (address_mac IS NOT NULL))
);
CREATE UNIQUE INDEX member_of_account ON rights.member (account_id, address_mac)
    WHERE left_at IS NULL;
CREATE INDEX member_by_address ON rights.member (address_mac) WHERE left_at IS NULL;

CREATE TABLE rights.session (
    id         text PRIMARY KEY CONSTRAINT session_id CHECK (id LIKE 'ses\_%'),
    member_id  text NOT NULL REFERENCES rights.member,
    token_hash bytea NOT NULL CONSTRAINT session_token_hash CHECK (octet_length(token_hash) = 32),
    way        text NOT NULL CONSTRAINT session_way CHECK (way IN ('link', 'passkey', 'invite')),
    browser    text NOT NULL,        -- Its make and system, such as "Firefox, Linux"; no more.
    opened_at  timestamptz NOT NULL,
    used_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE UNIQUE INDEX session_by_token ON rights.session (token_hash);
CREATE INDEX session_by_member ON rights.session (member_id, opened_at);
CREATE INDEX session_to_forget ON rights.session (expires_at);

-- Links by which people sign in. There is a row for whoever asks, known or not, so that what is
-- counted tells nobody who is known. The secret of a link is kept nowhere.
CREATE TABLE rights.sign_in (
    id           text PRIMARY KEY CONSTRAINT sign_in_id CHECK (id LIKE 'sgn\_%'),
    address_mac  bytea NOT NULL CONSTRAINT sign_in_address_mac
        CHECK (octet_length(address_mac) = 32),
    browser_hash bytea,              -- Of the browser that asked; NULL: the operator did.
    language     text NOT NULL CONSTRAINT sign_in_language CHECK (language IN ('en', 'ja')),
    asked_at     timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz
);
CREATE INDEX sign_in_by_address ON rights.sign_in (address_mac, asked_at);
CREATE INDEX sign_in_to_forget ON rights.sign_in (expires_at);

CREATE TABLE rights.passkey (
    id            text PRIMARY KEY CONSTRAINT passkey_id CHECK (id LIKE 'pky\_%'),
    member_id     text NOT NULL REFERENCES rights.member,
    credential_id bytea NOT NULL CONSTRAINT passkey_credential_id
        CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    public_key    bytea NOT NULL,
    sign_count    bigint NOT NULL,
    name          text NOT NULL,
    made_at       timestamptz NOT NULL,
    used_at       timestamptz
);
CREATE UNIQUE INDEX passkey_by_credential ON rights.passkey (credential_id);
CREATE INDEX passkey_by_member ON rights.passkey (member_id, made_at);

-- What a passkey is to sign next, one for each browser and purpose.
CREATE TABLE rights.passkey_challenge (
    asker      bytea PRIMARY KEY CONSTRAINT passkey_challenge_asker
        CHECK (octet_length(asker) = 32),
    challenge  bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX passkey_challenge_to_forget ON rights.passkey_challenge (expires_at);

CREATE TABLE rights.invite (
    id                text PRIMARY KEY CONSTRAINT invite_id CHECK (id LIKE 'inv\_%'),
    account_id        text NOT NULL REFERENCES rights.account,
    invited_by        text NOT NULL REFERENCES rights.member,
    address_mac       bytea NOT NULL CONSTRAINT invite_address_mac
        CHECK (octet_length(address_mac) = 32),
    sealed            bytea NOT NULL, -- The invitee's address, under the key of who invites.
    opens             text CONSTRAINT invite_opens
        CHECK (opens IN ('person', 'creator', 'rights_holder')), -- NULL: joins the account.
    language          text NOT NULL CONSTRAINT invite_language CHECK (language IN ('en', 'ja')),
    made_at           timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    withdrawn_at      timestamptz,
    used_at           timestamptz,
    opened_account_id text REFERENCES rights.account,
    CONSTRAINT invite_ends_once CHECK (withdrawn_at IS NULL OR used_at IS NULL),
    CONSTRAINT invite_opened CHECK (opened_account_id IS NULL OR used_at IS NOT NULL)
);
CREATE INDEX invite_by_account ON rights.invite (account_id, made_at);
CREATE UNIQUE INDEX invite_of_account_opened ON rights.invite (opened_account_id);

ALTER TABLE rights.api_key ADD COLUMN sealed bytea; -- What its owner calls it; NULL: nothing.
ALTER TABLE rights.api_key ADD COLUMN used_at timestamptz;
ALTER TABLE rights.api_key ADD COLUMN revoked_at timestamptz;
CREATE INDEX api_key_by_account ON rights.api_key (account_id, created_at);

ALTER TABLE rights.letter DROP CONSTRAINT letter_kind;
ALTER TABLE rights.letter ADD CONSTRAINT letter_kind CHECK (kind IN (
    'declaration.confirm', 'notice.received', 'notice.amended', 'notice.decided',
    'notice.countered', 'notice.restored', 'notice.lapsed', 'notice.appealed',
    'suspension.imposed', 'suspension.decided', 'platform.overdue', 'platform.disabled',
    'sign_in.confirm', 'invite.accept'));

ALTER TABLE rights.account DROP CONSTRAINT account_state;
ALTER TABLE rights.account ADD CONSTRAINT account_state CHECK (state IN ('open', 'closed'));
