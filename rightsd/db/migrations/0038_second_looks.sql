-- Published outputs that are to be looked at anew: since they came out someone has enrolled, or a
-- recording of a work was registered. Whoever asks again while one is looked at has it done again.
CREATE TABLE rights.look (
    generation_id text PRIMARY KEY REFERENCES rights.generation,
    asked         bigint NOT NULL DEFAULT 1,
    tries         smallint NOT NULL DEFAULT 0,
    taken_until   timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX look_due ON rights.look (tries, taken_until);

-- Of whom who enrolled later an output was found to hold the likeness. By what they were recognised
-- is not kept.
CREATE TABLE rights.likeness (
    generation_id text NOT NULL REFERENCES rights.generation,
    subject_id    text NOT NULL REFERENCES rights.subject,
    kind          text NOT NULL CONSTRAINT likeness_kind CHECK (kind IN ('face', 'voice')),
    certain       boolean NOT NULL,
    at_seconds    real NOT NULL,
    doubted       boolean NOT NULL DEFAULT false,  -- The log has said so.
    PRIMARY KEY (generation_id, subject_id, kind)
);
CREATE INDEX likeness_by_subject ON rights.likeness (subject_id);
