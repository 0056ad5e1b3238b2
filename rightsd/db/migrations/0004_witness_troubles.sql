-- Why witnesses gave no cosignature: kept for people to look at, a row whenever it becomes another
-- reason. A witness that saw two histories of the log is the one sign of it that no one can undo.
CREATE TABLE rights.witness_trouble (
    id       bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name     text   NOT NULL,  -- Of the witness's key, as is its id.
    key_id   bytea  NOT NULL CHECK (octet_length(key_id) = 4),
    size     bigint NOT NULL CHECK (size >= 0),  -- Of the checkpoint that it was asked to cosign.
    trouble  text   NOT NULL CONSTRAINT witness_trouble_kind
        CHECK (trouble IN ('unreachable', 'unknown-log', 'untrusted', 'forked', 'ahead',
                           'contested', 'broken')),
    detail   text   NOT NULL CHECK (length(detail) <= 500),
    found_at timestamptz NOT NULL
);
CREATE INDEX witness_trouble_by_witness ON rights.witness_trouble (name, key_id, id);

CREATE FUNCTION rights.keep_witness_troubles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rights.witness_trouble: % is refused', TG_OP;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rights.witness_trouble
    FOR EACH STATEMENT EXECUTE FUNCTION rights.keep_witness_troubles();
