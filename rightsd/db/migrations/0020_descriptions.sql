-- What works are like, in words: a prompt may describe a work that it does not name.
CREATE TABLE rights.description (
    id           text PRIMARY KEY CHECK (id LIKE 'dsc\_%'),
    work_id      text NOT NULL REFERENCES rights.work,
    shown        text NOT NULL CONSTRAINT description_length CHECK (length(shown) <= 400),
    read         text NOT NULL,   -- In English and without names: rightsd/domain/describing.py.
    common       real NOT NULL CONSTRAINT description_common CHECK (common BETWEEN -1 AND 1),
    model        text NOT NULL,   -- What made the vector. Vectors of two models are never compared.
    vector       bytea NOT NULL,  -- Half precision, little-endian.
    described_at timestamptz NOT NULL
);
CREATE INDEX description_by_work ON rights.description (work_id);

-- Which works' standing descriptions have changed, for readers who remember them.
CREATE TABLE rights.description_change (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    work_id    text NOT NULL REFERENCES rights.work,
    -- Lets a reader fetch what became visible since it last looked, whatever the commit order.
    written_by xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX description_change_by_writer ON rights.description_change (written_by);

CREATE FUNCTION rights.note_described() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Against an opt-out that is registered beside it, which would not see the description: its
    -- foreign key waits here, and looks after it has waited.
    PERFORM FROM rights.work
        WHERE id IN (SELECT work_id FROM changed) ORDER BY id FOR UPDATE;
    INSERT INTO rights.description_change (work_id) SELECT DISTINCT work_id FROM changed;
    RETURN NULL;
END $$;

CREATE FUNCTION rights.note_opted_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rights.description_change (work_id)
        SELECT DISTINCT work_id FROM changed
        WHERE EXISTS (SELECT FROM rights.description WHERE work_id = changed.work_id);
    RETURN NULL;
END $$;

CREATE TRIGGER description_inserted AFTER INSERT ON rights.description
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rights.note_described();
CREATE TRIGGER optout_inserted AFTER INSERT ON rights.optout
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rights.note_opted_out();
CREATE TRIGGER optout_updated AFTER UPDATE ON rights.optout
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rights.note_opted_out();
