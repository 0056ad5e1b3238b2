-- What a claim to a work rests on, and what each of its names counts for when it is opted out.
ALTER TABLE rights.work
    ADD COLUMN ownership text NOT NULL DEFAULT 'asserted' CONSTRAINT work_ownership
        CHECK (ownership IN ('asserted', 'documented', 'verified'));

ALTER TABLE rights.alias
    ADD COLUMN standing text NOT NULL DEFAULT 'claimed' CONSTRAINT alias_standing
        CHECK (standing IN ('claimed', 'owned', 'contested', 'waiting', 'lost'));
CREATE INDEX alias_contested ON rights.alias (work_id) WHERE standing = 'contested';

CREATE TABLE rights.document (
    id       bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    work_id  text NOT NULL REFERENCES rights.work,
    sha256   text NOT NULL CONSTRAINT document_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    sealed   bytea NOT NULL,  -- Registry, number, and the salt of the log's commitment to them.
    added_at timestamptz NOT NULL,
    CONSTRAINT document_is_added_once UNIQUE (work_id, sha256)
);

-- Claims are measured by what was asked for lately.
CREATE INDEX generation_by_time ON rights.generation (requested_at);

-- The worse claims to names that works share with those of other accounts, where one of the two is
-- opted out. A name that is someone's own, as a reviewer found, comes before one that is not, and then
-- the earlier one: what anyone can say of themselves weakens nobody's opt-out. It is a function for the sake of its settings: an import asks about thousands of works
-- that share hardly a name, and the planner, who cannot know that, would read whole tables.
CREATE FUNCTION rights.worse_claims(work_ids text[]) RETURNS TABLE (work_id text, folded text)
LANGUAGE sql STABLE STRICT ROWS 5
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    SELECT DISTINCT
        CASE WHEN (mine.standing <> 'owned', my_work.registered_at, my_work.id)
            < (theirs.standing <> 'owned', work.registered_at, work.id)
        THEN work.id ELSE my_work.id END,
        mine.folded
    FROM unnest(work_ids) AS asked (id)
    JOIN rights.work AS my_work ON my_work.id = asked.id
    JOIN rights.alias AS mine ON mine.work_id = my_work.id
    JOIN rights.alias AS theirs ON theirs.key = mine.key AND theirs.folded = mine.folded
        AND theirs.work_id <> mine.work_id
    JOIN rights.work ON work.id = theirs.work_id AND work.account_id <> my_work.account_id
    WHERE (mine.standing, theirs.standing)
            IN (('claimed', 'claimed'), ('claimed', 'owned'), ('owned', 'claimed'))
        AND EXISTS (
            SELECT FROM rights.optout
            WHERE optout.work_id IN (my_work.id, work.id) AND state = 'standing')
$$;
