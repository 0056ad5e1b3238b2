-- The public keys of the log, from its first rotation on. Before that there is one, and no row.
CREATE TABLE rights.log_key (
    id            text PRIMARY KEY CONSTRAINT log_key_id CHECK (id LIKE 'lky\_%'),
    number        integer NOT NULL CONSTRAINT log_key_is_numbered_once UNIQUE
        CONSTRAINT log_key_number CHECK (number >= 1),
    vkey          text NOT NULL CONSTRAINT log_key_is_introduced_once UNIQUE,
    state         text NOT NULL CONSTRAINT key_state CHECK (state IN ('introduced', 'retired')),
    introduced_at timestamptz NOT NULL,
    retired_at    timestamptz,
    CONSTRAINT log_key_ended_when_retired CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
