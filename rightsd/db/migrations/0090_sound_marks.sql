-- The marks in the sound of outputs, as they were read back; none where the sound cannot carry one.
CREATE TABLE rights.sound_mark (
    generation_id    text PRIMARY KEY REFERENCES rights.generation,
    strength         double precision NOT NULL
        CONSTRAINT sound_mark_strength CHECK (strength > 0),
    log10_p          double precision NOT NULL
        CONSTRAINT sound_mark_log10_p CHECK (log10_p <= -4),
    copy_log10_p     double precision NOT NULL
        CONSTRAINT sound_mark_copy_log10_p CHECK (copy_log10_p <= 0),
    noise_to_mask_db double precision NOT NULL
);
