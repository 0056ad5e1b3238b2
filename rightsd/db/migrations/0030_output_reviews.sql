-- Reviews of outputs that are out already and may show an opted-out work.
ALTER TABLE rights.review
    DROP CONSTRAINT review_kind,
    ADD CONSTRAINT review_kind CHECK (kind IN ('use', 'output', 'claim', 'conflict', 'sample'));
CREATE INDEX review_of_generation ON rights.review ((things[1])) WHERE kind IN ('use', 'output');
DROP INDEX rights.review_of_use;
CREATE INDEX review_of_open_uses ON rights.review (id) WHERE kind = 'use' AND state = 'opened';
