-- The transparency log. Events wait in `intake`; one sequencer turns them into entries; entries,
-- nodes and checkpoints are added and never changed. See ledger/log.py.
CREATE SCHEMA ledger;

-- Written in the transaction of whatever happened. Writers share nothing but the identity's
-- counter, so that they do not wait for one another.
CREATE TABLE ledger.intake (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id text   NOT NULL CONSTRAINT intake_event_id_once UNIQUE,
    kind     text   NOT NULL,
    body     bytea  NOT NULL,
    -- The same limits as in `entry`: what was taken in can always be sequenced.
    CONSTRAINT intake_event_id_length CHECK (octet_length(event_id) BETWEEN 1 AND 200),
    CONSTRAINT intake_kind_length CHECK (octet_length(kind) BETWEEN 1 AND 100),
    CONSTRAINT intake_body_length CHECK (octet_length(body) BETWEEN 1 AND 65535)
);

CREATE TABLE ledger.entry (
    "index"   bigint PRIMARY KEY,
    event_id  text   NOT NULL CONSTRAINT entry_event_id_once UNIQUE,
    kind      text   NOT NULL,
    body      bytea  NOT NULL,  -- The bytes that are hashed; canonical JSON, see ledger/entry.py.
    leaf_hash bytea  NOT NULL GENERATED ALWAYS AS (sha256('\x00'::bytea || body)) STORED,
    CONSTRAINT entry_index_natural CHECK ("index" >= 0),
    CONSTRAINT entry_event_id_length CHECK (octet_length(event_id) BETWEEN 1 AND 200),
    CONSTRAINT entry_kind_length CHECK (octet_length(kind) BETWEEN 1 AND 100),
    CONSTRAINT entry_body_length CHECK (octet_length(body) BETWEEN 1 AND 65535)
);

-- Hashes of the tiles above the lowest: at level L the hash of 256**L entries, complete ones only.
-- The lowest level is entry.leaf_hash; what lies between two levels is hashed again when asked for.
CREATE TABLE ledger.node (
    level   smallint NOT NULL,
    "index" bigint   NOT NULL,
    hash    bytea    NOT NULL,
    PRIMARY KEY (level, "index"),
    CONSTRAINT node_level_range CHECK (level BETWEEN 1 AND 7),
    CONSTRAINT node_index_natural CHECK ("index" >= 0),
    CONSTRAINT node_hash_length CHECK (octet_length(hash) = 32)
);

CREATE TABLE ledger.checkpoint (
    size bigint PRIMARY KEY,
    root bytea  NOT NULL,
    note bytea  NOT NULL,  -- The signed note, byte for byte.
    CONSTRAINT checkpoint_size_natural CHECK (size >= 0),
    CONSTRAINT checkpoint_root_length CHECK (octet_length(root) = 32)
);

-- The one row that is updated, by the sequencer alone.
CREATE TABLE ledger.head (
    singleton boolean PRIMARY KEY DEFAULT true,
    origin    text,              -- Whose log this is; set by the first checkpoint.
    size      bigint  NOT NULL,
    edge      bytea[] NOT NULL,  -- Hashes of the full subtrees, from left to right.
    CONSTRAINT head_single CHECK (singleton)
);
INSERT INTO ledger.head (size, edge) VALUES (0, '{}');

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger.%: % is refused', TG_TABLE_NAME, TG_OP;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.node
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON ledger.head
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON ledger.intake
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE FUNCTION ledger.refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size < OLD.size OR NEW.origin IS DISTINCT FROM coalesce(OLD.origin, NEW.origin) THEN
        RAISE EXCEPTION 'ledger.head: a log only grows, and keeps its origin';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grows BEFORE UPDATE ON ledger.head
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_shrinking();

-- An event leaves the intake only as an entry. The trigger runs at the end of the statement that
-- deletes, and sees what that same statement inserted; a DELETE alone is refused.
CREATE FUNCTION ledger.refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM taken
        WHERE NOT EXISTS (
            SELECT FROM ledger.entry
            WHERE entry.event_id = taken.event_id
              AND entry.kind = taken.kind
              AND entry.body = taken.body
        )
    ) THEN
        RAISE EXCEPTION 'ledger.intake: DELETE is refused for what is not yet an entry';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER nothing_lost AFTER DELETE ON ledger.intake REFERENCING OLD TABLE AS taken
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_loss();

-- An event id that is already an entry would stop the sequencer for good, so it never gets in. The
-- trigger runs after the unique index was waited for, and under READ COMMITTED sees whatever the
-- sequencer committed meanwhile; under a stricter level it might not, so that is refused.
CREATE FUNCTION ledger.refuse_repeat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ledger.intake: events are recorded under READ COMMITTED only';
    END IF;
    IF EXISTS (SELECT FROM ledger.entry WHERE entry.event_id = NEW.event_id) THEN
        RAISE unique_violation USING
            MESSAGE = 'ledger.intake: this event is already an entry',
            CONSTRAINT = 'entry_event_id_once';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER once AFTER INSERT ON ledger.intake
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_repeat();
