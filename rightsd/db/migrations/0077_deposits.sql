-- Manifest stores of others, which clients of the Soft Binding Resolution API deposit, and the soft
-- bindings under which they are found. A store holds thumbnails and names: it is sealed for the
-- account. Of a binding its digest is enough.
CREATE TABLE rights.deposit (
    id          text PRIMARY KEY CONSTRAINT deposit_id CHECK (id LIKE 'dep\_%'),
    manifest_id text NOT NULL CONSTRAINT deposit_manifest_id
        CHECK (length(manifest_id) BETWEEN 1 AND 200),
    account_id  text NOT NULL REFERENCES rights.account,
    event_id    text NOT NULL,
    sha256      text NOT NULL CONSTRAINT deposit_sha256 CHECK (length(sha256) = 64),
    size        integer NOT NULL CONSTRAINT deposit_size CHECK (size > 0),
    sealed      bytea,
    state       text NOT NULL CONSTRAINT deposit_state CHECK (state IN ('stored', 'removed')),
    stored_at   timestamptz NOT NULL,
    removed_at  timestamptz,
    CONSTRAINT deposit_removed_at CHECK ((state = 'removed') = (removed_at IS NOT NULL)),
    CONSTRAINT deposit_gone_when_removed CHECK ((state = 'removed') = (sealed IS NULL))
);
CREATE UNIQUE INDEX deposit_once ON rights.deposit (manifest_id) WHERE state = 'stored';
CREATE INDEX deposit_by_account ON rights.deposit (account_id) WHERE state = 'stored';

CREATE TABLE rights.binding (
    account_id   text NOT NULL REFERENCES rights.account,
    value_sha256 bytea NOT NULL CONSTRAINT binding_value_sha256
        CHECK (octet_length(value_sha256) = 32),
    deposit_id   text NOT NULL REFERENCES rights.deposit,
    bound_at     timestamptz NOT NULL,
    PRIMARY KEY (account_id, value_sha256)
);
CREATE INDEX binding_by_value ON rights.binding (value_sha256, bound_at);
CREATE INDEX binding_by_deposit ON rights.binding (deposit_id);
