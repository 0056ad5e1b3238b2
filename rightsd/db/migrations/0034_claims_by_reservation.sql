-- Whoever reserves a work for licences keeps others from its names as an opt-out does: so claims are
-- contested for that as well. Otherwise as in 0017.
CREATE OR REPLACE FUNCTION rights.worse_claims(work_ids text[]) RETURNS TABLE (work_id text, folded text)
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
        AND (EXISTS (
            SELECT FROM rights.optout
            WHERE optout.work_id IN (my_work.id, work.id) AND state = 'standing')
            OR EXISTS (
            SELECT FROM rights.reservation
            WHERE reservation.work_id IN (my_work.id, work.id) AND least <> 'opt_out'))
$$;
