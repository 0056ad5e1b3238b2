-- Whom we trust. A list is known by its digest; of two that are the same there is one.
CREATE TABLE rights.trust_list (
    sha256 text NOT NULL,
    claims_pem text NOT NULL,
    time_stamps_pem text NOT NULL,
    CONSTRAINT trust_list_pkey PRIMARY KEY (sha256),
    CONSTRAINT trust_list_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$')
);

-- And from when on, until the next.
CREATE TABLE rights.trust_snapshot (
    id bigint GENERATED ALWAYS AS IDENTITY,
    sha256 text NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT trust_snapshot_pkey PRIMARY KEY (id),
    CONSTRAINT trust_snapshot_list FOREIGN KEY (sha256) REFERENCES rights.trust_list
);

-- Under which certificate the manifest of an output was signed, whom we trusted then, and when a
-- time-stamping authority saw it, if one did.
CREATE TABLE rights.signing (
    generation_id text NOT NULL,
    certificate_sha256 text NOT NULL,
    serial text NOT NULL,
    subject text NOT NULL,
    trust_list text NOT NULL,
    time_stamped_at timestamptz,
    CONSTRAINT signing_pkey PRIMARY KEY (generation_id),
    CONSTRAINT signing_generation FOREIGN KEY (generation_id) REFERENCES rights.generation,
    CONSTRAINT signing_trust_list FOREIGN KEY (trust_list) REFERENCES rights.trust_list,
    CONSTRAINT signing_certificate_sha256 CHECK (certificate_sha256 ~ '^[0-9a-f]{64}$')
);

CREATE INDEX signing_certificate ON rights.signing (certificate_sha256);
