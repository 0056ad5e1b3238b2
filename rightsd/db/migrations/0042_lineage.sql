-- Which outputs are made of which, and whose parent was withdrawn and has not been followed yet.
CREATE TABLE rights.lineage (
    child_id  text NOT NULL REFERENCES rights.generation,
    parent_id text NOT NULL REFERENCES rights.generation,
    found_by  text NOT NULL CONSTRAINT lineage_found_by CHECK (found_by IN ('named', 'shown')),
    severed   boolean NOT NULL DEFAULT false,
    PRIMARY KEY (child_id, parent_id),
    CONSTRAINT lineage_of_another CHECK (child_id <> parent_id)
);
CREATE INDEX lineage_by_parent ON rights.lineage (parent_id);
CREATE INDEX lineage_severed ON rights.lineage (child_id) WHERE severed;
CREATE FUNCTION rights.sever_lineage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Also where it is severed: who is following it must not take this for what was followed.
    UPDATE rights.lineage SET severed = true WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER generation_withdrawn AFTER UPDATE ON rights.generation FOR EACH ROW
    WHEN (OLD.state = 'published' AND NEW.state = 'withdrawn')
    EXECUTE FUNCTION rights.sever_lineage();
