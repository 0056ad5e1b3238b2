-- The marks in the pictures of outputs, as they were read back; none of outputs made before.
CREATE TABLE rights.picture_mark (
    generation_id text PRIMARY KEY REFERENCES rights.generation,
    tenant        text NOT NULL,  -- Whose key its forensic layer has.
    strength      double precision NOT NULL
        CONSTRAINT picture_mark_strength CHECK (strength > 0),
    log10_p       double precision NOT NULL
        CONSTRAINT picture_mark_log10_p CHECK (log10_p <= -4),
    z             double precision NOT NULL
        CONSTRAINT picture_mark_z CHECK (z > 0),
    copy_log10_p  double precision NOT NULL
        CONSTRAINT picture_mark_copy_log10_p CHECK (copy_log10_p <= 0),
    margin_db     double precision
        CONSTRAINT picture_mark_margin CHECK ((margin_db IS NULL) = (copy_log10_p = 0))
);
