-- Since when the owner of the reference has not been shown this any more, as they asked.
ALTER TABLE rights.resemblance ADD COLUMN aside_at timestamptz;
