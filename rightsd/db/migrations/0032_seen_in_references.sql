-- Who is seen and heard in what came with a request: by what they are recognised, sealed under the
-- key of the account that sent it, and cleared when the request is over.
ALTER TABLE rights.request_reference ADD COLUMN seen bytea;
CREATE INDEX request_reference_seen ON rights.request_reference (generation_id)
    WHERE seen IS NOT NULL AND generation_id IS NOT NULL;
