-- A small picture of what came with a request, for the reviewer whom it waits for: sealed under the
-- key of the account that sent it, and cleared when the request is over.
ALTER TABLE rights.request_reference ADD COLUMN thumbnail bytea;

CREATE INDEX review_of_open_outputs ON rights.review (id) WHERE kind = 'output' AND state = 'opened';
