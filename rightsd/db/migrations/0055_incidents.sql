-- Compound cases: what belongs together, who does what, and what was written down.
CREATE TABLE rights.incident (
    id           text PRIMARY KEY CONSTRAINT incident_id CHECK (id LIKE 'inc\_%'),
    account_id   text NOT NULL REFERENCES rights.account,  -- Who opened it.
    severity     text NOT NULL CONSTRAINT incident_severity
        CHECK (severity IN ('critical', 'high', 'moderate', 'low')),
    sealed       bytea NOT NULL,  -- Title, salt, lessons.
    runbook      integer NOT NULL,
    state        text NOT NULL CONSTRAINT incident_state
        CHECK (state IN ('open', 'contained', 'resolved', 'closed')),
    detected_at  timestamptz NOT NULL,
    opened_at    timestamptz NOT NULL,
    contained_at timestamptz,
    resolved_at  timestamptz,
    closed_at    timestamptz,
    CONSTRAINT incident_detected_before_opened CHECK (detected_at <= opened_at),
    CONSTRAINT incident_contained_when_it_is CHECK ((state = 'open') = (contained_at IS NULL)),
    CONSTRAINT incident_resolved_when_it_is
        CHECK ((state IN ('resolved', 'closed')) = (resolved_at IS NOT NULL)),
    CONSTRAINT incident_closed_when_it_is CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX incident_newest ON rights.incident (opened_at DESC, id);

CREATE TABLE rights.incident_link (
    incident_id text NOT NULL REFERENCES rights.incident,
    thing_id    text NOT NULL,
    strand      text NOT NULL CONSTRAINT incident_link_strand
        CHECK (strand IN ('consent', 'copyright', 'safety', 'communication')),
    linked_at   timestamptz NOT NULL,
    PRIMARY KEY (incident_id, thing_id)
);
CREATE INDEX incident_link_by_thing ON rights.incident_link (thing_id);

CREATE TABLE rights.incident_part (
    incident_id text NOT NULL REFERENCES rights.incident,
    part        text NOT NULL CONSTRAINT incident_part_name CHECK (part IN
        ('lead', 'consent', 'copyright', 'safety', 'communication', 'scribe')),
    account_id  text NOT NULL REFERENCES rights.account,
    PRIMARY KEY (incident_id, part)
);

CREATE TABLE rights.incident_note (
    event_id    text PRIMARY KEY,
    incident_id text NOT NULL REFERENCES rights.incident,
    account_id  text NOT NULL REFERENCES rights.account,
    strand      text NOT NULL CONSTRAINT incident_note_strand
        CHECK (strand IN ('consent', 'copyright', 'safety', 'communication')),
    sealed      bytea NOT NULL,
    noted_at    timestamptz NOT NULL
);
CREATE INDEX incident_note_by_incident ON rights.incident_note (incident_id, noted_at);

CREATE TABLE rights.incident_step (
    incident_id text NOT NULL REFERENCES rights.incident,
    step_id     text NOT NULL,
    account_id  text NOT NULL REFERENCES rights.account,
    done_at     timestamptz NOT NULL,
    PRIMARY KEY (incident_id, step_id)
);
