-- What ended a generation: it is shown again when that is over, and counted by what ended it.
ALTER TABLE rights.generation
    ADD COLUMN because_of text,
    ADD CONSTRAINT generation_because_of_when_ended
        CHECK (because_of IS NULL OR state IN ('refused', 'withdrawn'));
CREATE INDEX generation_because_of ON rights.generation (because_of, requested_at, id)
    WHERE because_of IS NOT NULL;
