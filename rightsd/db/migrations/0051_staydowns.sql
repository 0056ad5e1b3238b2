-- Stay-down: entries by fingerprint alone, what matched them, exemptions, and what platforms say.

-- Of the file that an entry was made of, digests and a fingerprint are kept.
CREATE TABLE rights.staydown (
    id         text PRIMARY KEY CONSTRAINT staydown_id CHECK (id LIKE 'std\_%'),
    account_id text NOT NULL REFERENCES rights.account,  -- The reviewer who added it.
    kind       text NOT NULL CONSTRAINT staydown_kind
        CHECK (kind IN ('copyright', 'trademark', 'likeness', 'privacy', 'intimate')),
    sha256     text NOT NULL CONSTRAINT staydown_sha256 CHECK (length(sha256) = 64),
    md5        text NOT NULL CONSTRAINT staydown_md5 CHECK (length(md5) = 32),
    seconds    real NOT NULL CONSTRAINT staydown_seconds CHECK (seconds >= 0),
    reason     text NOT NULL,  -- In the words of staff, who name nobody.
    salt       bytea NOT NULL CONSTRAINT staydown_salt CHECK (octet_length(salt) = 32),
    state      text NOT NULL CONSTRAINT staydown_state CHECK (state IN ('standing', 'ended')),
    added_at   timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT staydown_ended CHECK ((state = 'standing') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX staydown_once ON rights.staydown (sha256) WHERE state = 'standing';
CREATE INDEX staydown_by_md5 ON rights.staydown (md5) WHERE state = 'standing';
CREATE INDEX staydown_newest ON rights.staydown (added_at DESC, id);

-- As those of references, these are written by one transaction at a time: see 0025.
ALTER TABLE rights.fingerprint
    ADD COLUMN staydown_id text REFERENCES rights.staydown,
    DROP CONSTRAINT fingerprint_of_one_thing,
    ADD CONSTRAINT fingerprint_of_one_thing
        CHECK (num_nonnulls(generation_id, reference_id, staydown_id) = 1);
CREATE INDEX fingerprint_by_staydown ON rights.fingerprint (staydown_id)
    WHERE staydown_id IS NOT NULL;
DROP INDEX rights.fingerprint_of_references;
CREATE INDEX fingerprint_of_references ON rights.fingerprint (id) WHERE generation_id IS NULL;

-- SHA-256 names an output in its row; other systems look for MD5.
CREATE TABLE rights.output_md5 (
    generation_id text PRIMARY KEY REFERENCES rights.generation,
    md5           text NOT NULL CONSTRAINT output_md5_length CHECK (length(md5) = 32)
);
CREATE INDEX output_md5_by_md5 ON rights.output_md5 (md5);

-- What showed something that is to stay down: a clip before its release, one that is out, or a file
-- that came with a request. Ids alone, so that precision can be counted.
CREATE TABLE rights.staydown_match (
    thing      text NOT NULL,  -- The output or the entry that it shows.
    found_in   text NOT NULL,
    account_id text NOT NULL REFERENCES rights.account,  -- Whose clip or file it is.
    strong     boolean NOT NULL,  -- Counts without a person having looked.
    at         timestamptz NOT NULL,
    finding    text CONSTRAINT staydown_match_finding CHECK (finding IN ('confirmed', 'overturned')),
    PRIMARY KEY (thing, found_in)
);
CREATE INDEX staydown_match_by_time ON rights.staydown_match (thing, at);
CREATE INDEX staydown_match_newest ON rights.staydown_match (at);
CREATE INDEX staydown_match_found_in ON rights.staydown_match (found_in);

-- Who may show copies of something all the same.
CREATE TABLE rights.exemption (
    id         text PRIMARY KEY CONSTRAINT exemption_id CHECK (id LIKE 'exm\_%'),
    thing      text NOT NULL,
    account_id text REFERENCES rights.account,  -- Whose copies: an account, a platform's too,
    licence_id text REFERENCES rights.licence,  -- or the holder of a licence while it is active.
    ground     text NOT NULL CONSTRAINT exemption_ground
        CHECK (ground IN ('own_release', 'news', 'licensed', 'error')),
    reason     text NOT NULL,  -- In the words of staff, who name nobody.
    granted_by text NOT NULL REFERENCES rights.account,
    state      text NOT NULL CONSTRAINT exemption_state CHECK (state IN ('granted', 'ended')),
    granted_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT exemption_for_one CHECK (num_nonnulls(account_id, licence_id) = 1),
    CONSTRAINT exemption_ended CHECK ((state = 'granted') = (ended_at IS NULL))
);
CREATE INDEX exemption_granted ON rights.exemption (thing) WHERE state = 'granted';
CREATE INDEX exemption_newest ON rights.exemption (granted_at DESC, id);

-- What platforms say of an entry of the hash feed, the last word of each.
CREATE TABLE rights.hash_feedback (
    thing      text NOT NULL,
    account_id text NOT NULL REFERENCES rights.account,
    feedback   text NOT NULL CONSTRAINT hash_feedback_word
        CHECK (feedback IN ('Blocked', 'NotBlocked')),
    at         timestamptz NOT NULL,
    PRIMARY KEY (thing, account_id)
);

ALTER TABLE rights.review
    DROP CONSTRAINT review_kind,
    ADD CONSTRAINT review_kind
        CHECK (kind IN ('use', 'output', 'claim', 'conflict', 'sample', 'flood'));
CREATE INDEX review_of_flood ON rights.review ((things[1])) WHERE kind = 'flood';
