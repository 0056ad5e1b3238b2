-- A witness that names a smaller size than one of its cosignatures has forgotten what it promised.
ALTER TABLE rights.witness_trouble
    DROP CONSTRAINT witness_trouble_kind,
    ADD CONSTRAINT witness_trouble_kind
        CHECK (trouble IN ('unreachable', 'unknown-log', 'untrusted', 'forked', 'ahead',
                           'rolled-back', 'contested', 'broken'));
CREATE INDEX witness_trouble_by_kind ON rights.witness_trouble (name, key_id, trouble, id);
