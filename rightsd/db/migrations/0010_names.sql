-- Names by their skeleton, and by what is left of it without one letter: rightsd/domain/matching.py
-- and naming.py say what for. Both are made here, from the key, so that rows which code before this
-- file wrote and writes have them as well.

CREATE FUNCTION rights.skeleton(key text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(
        regexp_replace(
            translate(key COLLATE "C",
                'ıłøđðþŧħɑɡɩʀʟᴀʙᴄᴅᴇꜰɢʜɪᴊᴋᴍɴᴏᴘꜱᴛᴜᴠᴡʏᴢσημθбзичшщьєґօոսհցー',
                'iioddpthagiriagcdefghijkmnopstuvwyzonuogeuawwgeronuhg'),
            '([おこそとのほもよろごぞどぼぽょうくすつぬふむゆるぐずづぶぷゅ])う+', '\1', 'g'),
        '([a-z])\1+', '\1', 'g')
$$;

-- Two words of which one makes the other by one letter more, less, wrong or swapped share one of
-- these. Short words do not count, since they are one slip away from too many others.
CREATE FUNCTION rights.near(skeleton text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN skeleton COLLATE "C" ~ '^[a-z]{6,66}$' THEN ARRAY(
        SELECT DISTINCT left(skeleton, place) || substr(skeleton, place + 2)
        FROM generate_series(0, length(skeleton)) AS place
    ) END
$$;

ALTER TABLE rights.alias
    ADD COLUMN skeleton text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (rights.skeleton(key)) STORED,
    ADD COLUMN near text[] COLLATE "C"
        GENERATED ALWAYS AS (rights.near(rights.skeleton(key))) STORED,
    -- The owner says that it is a common word, too: it counts only in context.
    ADD COLUMN common boolean NOT NULL DEFAULT false,
    -- Phrases in which it does not count.
    ADD COLUMN excluded text[] NOT NULL DEFAULT '{}'
        CONSTRAINT alias_excluded CHECK (cardinality(excluded) <= 20);
CREATE INDEX alias_by_skeleton ON rights.alias (skeleton);
-- Without fastupdate, which leaves a list that every reader goes through.
CREATE INDEX alias_by_near ON rights.alias USING gin (near) WITH (fastupdate = off);

-- The skeletons of names that are beginnings of a text, for each of some texts. Each step finds the
-- greatest skeleton up to what is left of the text: either it is a beginning, or all that are lie in
-- what the two have in common. So it takes a few steps a text, however many names there are.
CREATE FUNCTION rights.skeletons_in(texts text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    rest  text COLLATE "C";
    found text COLLATE "C";
    least integer;
    most  integer;
    half  integer;
BEGIN
    FOREACH rest IN ARRAY texts LOOP
        WHILE rest <> '' LOOP
            SELECT alias.skeleton INTO found FROM rights.alias
            WHERE alias.skeleton <= rest ORDER BY alias.skeleton DESC LIMIT 1;
            EXIT WHEN found IS NULL;
            IF starts_with(rest, found) THEN
                RETURN NEXT found;
                rest := left(found, -1);
            ELSE
                least := 0;
                most := length(found);
                WHILE least < most LOOP
                    half := (least + most + 1) / 2;
                    IF left(found, half) = left(rest, half) THEN
                        least := half;
                    ELSE
                        most := half - 1;
                    END IF;
                END LOOP;
                rest := left(rest, least);
            END IF;
        END LOOP;
    END LOOP;
END $$;
