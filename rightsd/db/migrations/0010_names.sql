-- Names by their skeleton, and by what is left of it without one letter: rightsd/domain/matching.py
-- and naming.py say what for. Both are made here, from the key, so that rows which code before this
-- file wrote and writes have them as well.

CREATE FUNCTION rights.skeleton(key text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    bare   text COLLATE "C" := translate(key,
        'ıłøđðþŧħɑɡɩʀʟᴀʙᴄᴅᴇꜰɢʜɪᴊᴋᴍɴᴏᴘꜱᴛᴜᴠᴡʏᴢσημθбзичшщьєґօոսհցー',
        'iioddpthagiriagcdefghijkmnopstuvwyzonuogeuawwgeronuhg');
    made   text COLLATE "C" := '';
    before text COLLATE "C" := '';
    letter text COLLATE "C";
BEGIN
    -- A regular expression that looks back would take four times as long.
    FOR place IN 1 .. length(bare) LOOP
        letter := substr(bare, place, 1);
        IF NOT (letter = before AND letter BETWEEN 'a' AND 'z' OR letter = 'う' AND before <> ''
            AND strpos('おこそとのほもよろごぞどぼぽょうくすつぬふむゆるぐずづぶぷゅ', before) > 0)
        THEN
            made := made || letter;
            before := letter;
        END IF;
    END LOOP;
    RETURN made;
END $$;

-- Two words of which one makes the other by one letter more, less, wrong or swapped share one of
-- these. Short words do not count, since they are one slip away from too many others.
CREATE FUNCTION rights.near(skeleton text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    made text[] := ARRAY[skeleton];
BEGIN
    IF length(skeleton) NOT BETWEEN 6 AND 66 OR skeleton COLLATE "C" ~ '[^a-z]' THEN
        RETURN NULL;
    END IF;
    FOR place IN 1 .. length(skeleton) LOOP
        made[place + 1] := left(skeleton, place - 1) || substr(skeleton, place + 1);
    END LOOP;
    RETURN made;
END $$;

ALTER TABLE rights.alias
    ADD COLUMN skeleton text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (rights.skeleton(key)) STORED,
    ADD COLUMN near text[] COLLATE "C"
        GENERATED ALWAYS AS (rights.near(rights.skeleton(key))) STORED,
    -- Whether it counts only in context, if its owner says so; if not, the vocabulary does.
    ADD COLUMN common boolean,
    -- Phrases in which it does not count.
    ADD COLUMN excluded text[] NOT NULL DEFAULT '{}'
        CONSTRAINT alias_excluded CHECK (cardinality(excluded) <= 20);
CREATE INDEX alias_by_skeleton ON rights.alias (skeleton);
-- Without fastupdate, which leaves a list that every reader goes through.
CREATE INDEX alias_by_near ON rights.alias USING gin (near) WITH (fastupdate = off);

-- The names whose skeletons are beginnings of texts, each of a least length; and those that have one
-- of some skeletons without a letter.
--
-- A step towards a beginning finds the greatest skeleton up to what is left of a text: either it is
-- a beginning, or all that are lie in what the two have in common. So it takes one step or a few a
-- text, however many names there are. It is a function so that the plan is made once and expects
-- few rows: for a join the planner would expect thousands, and read whole tables.
CREATE FUNCTION rights.names_in(texts text[], leasts integer[], slips text[])
RETURNS TABLE (near boolean, work_id text, folded text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 5
-- For so many slips the planner expects a third of all names, and would read them all.
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    rest  text COLLATE "C";
    found text COLLATE "C";
    least integer;
    most  integer;
    half  integer;
    spelt text[] := '{}';
BEGIN
    FOR place IN 1 .. cardinality(texts) LOOP
        rest := texts[place];
        least := leasts[place];
        WHILE length(rest) >= least LOOP
            SELECT alias.skeleton INTO found FROM rights.alias
            WHERE alias.skeleton <= rest ORDER BY alias.skeleton DESC LIMIT 1;
            EXIT WHEN found IS NULL OR left(found, least) <> left(rest, least);
            most := length(found);
            IF left(rest, most) = found THEN
                spelt := spelt || found;
                rest := left(rest, most - 1);
            ELSE
                half := least;
                WHILE left(found, half + 1) = left(rest, half + 1) LOOP
                    half := half + 1;
                END LOOP;
                rest := left(rest, half);
            END IF;
        END LOOP;
    END LOOP;
    IF spelt <> '{}' THEN
        RETURN QUERY
            SELECT false, alias.work_id, alias.folded
            FROM rights.alias WHERE alias.skeleton = ANY(spelt);
    END IF;
    -- A scan goes through all it looks for at every row it meets: so a few at a time.
    FOR place IN 0 .. (cardinality(slips) - 1) / 200 LOOP
        RETURN QUERY
            SELECT true, alias.work_id, alias.folded FROM rights.alias
            WHERE alias.near && slips[place * 200 + 1 : place * 200 + 200];
    END LOOP;
END $$;
