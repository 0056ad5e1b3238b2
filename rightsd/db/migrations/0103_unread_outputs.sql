-- Why an output that is to be read again could not be read the last time, and when that was.
ALTER TABLE rights.unindexed ADD COLUMN failed_at timestamptz, ADD COLUMN why text;
