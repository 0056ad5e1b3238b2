-- Voices are registered like other works.
ALTER TABLE rights.work
    DROP CONSTRAINT work_kind,
    ADD CONSTRAINT work_kind
        CHECK (kind IN ('work', 'character', 'mark', 'style', 'voice', 'site'));
