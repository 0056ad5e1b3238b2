-- Whether a small grey copy of a reference is kept, by which is told whether what looks the same is
-- the same recording. Its owner says so; of those from before there is none.
ALTER TABLE rights.reference
    ADD COLUMN grey_copy boolean NOT NULL DEFAULT false
        CONSTRAINT reference_grey_copy CHECK (NOT grey_copy OR kind = 'video');
