-- Whose output was withdrawn as someone's likeness has a reviewer look at it: see
-- rightsd/workflows/generations/reviewing.py.
ALTER TABLE rights.review DROP CONSTRAINT review_kind;
ALTER TABLE rights.review ADD CONSTRAINT review_kind
    CHECK (kind IN ('use', 'output', 'claim', 'conflict', 'sample', 'flood', 'likeness'));
CREATE INDEX review_of_likeness ON rights.review ((things[1])) WHERE kind = 'likeness';

-- What an output was withdrawn for because of someone's likeness took effect with that.
CREATE OR REPLACE FUNCTION rights.causes() RETURNS TABLE (id text, committed_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT id, ended_at FROM rights.consent WHERE ended_at IS NOT NULL
    UNION ALL SELECT id, ended_at FROM rights.licence WHERE state IN ('revoked', 'expired')
    UNION ALL SELECT id, registered_at FROM rights.optout
    UNION ALL SELECT id, down_at FROM rights.notice WHERE down_at IS NOT NULL
    UNION ALL SELECT id, added_at FROM rights.staydown
    UNION ALL SELECT id, made_at FROM rights.revocation
    UNION ALL SELECT likeness.id, min(ending.ended_at) FROM rights.likeness
        JOIN rights.ending ON ending.because_of = likeness.id GROUP BY likeness.id
$$;
