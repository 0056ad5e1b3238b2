-- Recordings of works that are voices. What a voice is recognised by lies in `sealed`, in the place
-- of a picture.
ALTER TABLE rights.reference
    DROP CONSTRAINT reference_kind,
    ADD CONSTRAINT reference_kind CHECK (kind IN ('picture', 'video', 'voice')),
    ADD COLUMN model text,
    ADD CONSTRAINT reference_model CHECK ((kind = 'voice') = (model IS NOT NULL)),
    ADD COLUMN changed_by xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX reference_of_voices ON rights.reference (changed_by) WHERE kind = 'voice';

-- Of a voice nothing has bits: the model says what its number amounts to, when it is compared.
ALTER TABLE rights.resemblance
    ALTER COLUMN bits DROP NOT NULL,
    ADD COLUMN certain boolean,
    ADD CONSTRAINT resemblance_of_one_kind CHECK (num_nonnulls(bits, certain) = 1);
