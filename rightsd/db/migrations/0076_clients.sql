-- Programs that ask the Soft Binding Resolution API, by OAuth 2 client credentials.
CREATE TABLE rights.client (
    id            text PRIMARY KEY CONSTRAINT client_id CHECK (id LIKE 'cli\_%'),
    account_id    text NOT NULL REFERENCES rights.account,
    scopes        text[] NOT NULL CONSTRAINT client_scopes CHECK (
        cardinality(scopes) BETWEEN 1 AND 3
        AND scopes <@ ARRAY['fetch:manifests', 'store:manifests', 'store:bindings']),
    secret_hash   bytea NOT NULL CONSTRAINT client_secret_hash
        CHECK (octet_length(secret_hash) = 32),
    state         text NOT NULL CONSTRAINT client_state CHECK (state IN ('open', 'closed')),
    registered_at timestamptz NOT NULL,
    closed_at     timestamptz,
    CONSTRAINT client_closed_at CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX client_by_account ON rights.client (account_id, registered_at);
