-- When a checkpoint was signed, and when it was published: how long everyone has been able to see an
-- entry follows from that. For checkpoints from before it is no earlier than this migration.
ALTER TABLE ledger.checkpoint ADD COLUMN signed_at timestamptz NOT NULL DEFAULT now();

-- Checkpoints that were found to have their quorum: the search for the newest one ends at these.
CREATE TABLE ledger.publication (
    policy       bytea  NOT NULL,  -- SHA-256 of who must cosign. See ledger/cosigning.py.
    size         bigint NOT NULL CONSTRAINT publication_of_checkpoint REFERENCES ledger.checkpoint,
    published_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (policy, size),
    CONSTRAINT publication_policy_length CHECK (octet_length(policy) = 32)
);
CREATE INDEX publication_by_size ON ledger.publication (size);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.publication
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
