-- Certificates of ours that are not good any more: what they signed from `revoked_from` on.
CREATE TABLE rights.revoked_certificate (
    sha256 text NOT NULL,
    serial text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    revoked_from timestamptz NOT NULL,
    revoked_at timestamptz NOT NULL,
    CONSTRAINT revoked_certificate_pkey PRIMARY KEY (sha256),
    CONSTRAINT revoked_certificate_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT certificate_state CHECK (state = 'revoked'),
    CONSTRAINT revoked_certificate_from CHECK (revoked_from <= revoked_at)
);

CREATE INDEX revoked_certificate_serial ON rights.revoked_certificate (serial);
