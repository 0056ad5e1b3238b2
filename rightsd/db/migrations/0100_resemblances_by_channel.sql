-- What tells that something resembles a reference: frames have bits, all else is certain or not.
ALTER TABLE rights.resemblance
    ADD COLUMN by text  -- NULL, of rows from before: frames where there are bits, else a voice.
        CONSTRAINT resemblance_by CHECK (by IN ('frames', 'scene', 'points', 'sound', 'voice')),
    ADD CONSTRAINT resemblance_by_frames CHECK ((by = 'frames') = (bits IS NOT NULL));
ALTER TABLE rights.request_resemblance
    ALTER COLUMN bits DROP NOT NULL,
    ADD COLUMN certain boolean,
    ADD COLUMN by text  -- NULL, of rows from before: frames.
        CONSTRAINT request_resemblance_by CHECK (by IN ('frames', 'scene', 'points', 'sound')),
    ADD CONSTRAINT request_resemblance_by_frames CHECK ((by = 'frames') = (bits IS NOT NULL)),
    ADD CONSTRAINT request_resemblance_of_one_kind CHECK (num_nonnulls(bits, certain) = 1);

-- What comes with a request is known by more than the codes of its frames.
ALTER TABLE rights.request_reference
    ADD COLUMN channels bytea,  -- Sealed: its points and its sound. NULL of rows from before.
    ADD COLUMN likes text[] NOT NULL DEFAULT '{}';  -- Outputs of which it may show a part.
