-- What witnesses said of checkpoints, as it came in. See ledger/cosigning.py.
CREATE TABLE ledger.cosignature (
    size        bigint NOT NULL CONSTRAINT cosignature_of_checkpoint REFERENCES ledger.checkpoint,
    name        text   COLLATE "C" NOT NULL,  -- Of the witness's key.
    key_id      bytea  NOT NULL,
    "timestamp" bigint NOT NULL,  -- POSIX seconds, by the witness's clock.
    signature   bytea  NOT NULL,
    -- In this order, so that what a witness cosigned last is found at once.
    PRIMARY KEY (name, key_id, size),
    CONSTRAINT cosignature_name_length CHECK (octet_length(name) BETWEEN 1 AND 255),
    CONSTRAINT cosignature_key_id_length CHECK (octet_length(key_id) = 4),
    CONSTRAINT cosignature_timestamp_positive CHECK ("timestamp" > 0),
    CONSTRAINT cosignature_signature_length CHECK (octet_length(signature) = 64)
);
CREATE INDEX cosignature_by_size ON ledger.cosignature (size);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
