-- Platforms that show our outputs, and what each of them is sent: see rightsd/domain/delivery.py.
CREATE TABLE rights.platform (
    id                  text PRIMARY KEY CONSTRAINT platform_id CHECK (id LIKE 'plt\_%'),
    account_id          text NOT NULL REFERENCES rights.account,
    name                text NOT NULL,   -- Of a service, not of a person: everyone may read it.
    sealed              bytea NOT NULL,  -- Endpoint, contact and secrets, about the account.
    types               text[] NOT NULL,
    schemes             text[] NOT NULL CONSTRAINT platform_schemes
        CHECK (schemes <@ ARRAY['v1', 'v1a'] AND cardinality(schemes) > 0),
    capabilities        text[] NOT NULL CONSTRAINT platform_capabilities
        CHECK (capabilities <@ ARRAY['remove', 'restore', 'match']),
    acknowledge_hours   integer NOT NULL CONSTRAINT platform_acknowledge_hours
        CHECK (acknowledge_hours BETWEEN 1 AND 720),
    remove_hours        integer NOT NULL CONSTRAINT platform_remove_hours
        CHECK (remove_hours BETWEEN 1 AND 720),
    acknowledgement_key text,            -- whpk_…: what it signs acknowledgements with.
    key_number          integer NOT NULL CONSTRAINT platform_key_number CHECK (key_number > 0),
    state               text NOT NULL CONSTRAINT platform_state
        CHECK (state IN ('registered', 'disabled', 'closed')),
    disabled_because    text CONSTRAINT platform_disabled_because
        CHECK (disabled_because IN ('asked', 'gone', 'unreachable')),
    registered_at       timestamptz NOT NULL,
    ended_at            timestamptz,
    CONSTRAINT platform_disabled_for_a_reason CHECK (
        state = 'closed' OR (state = 'disabled') = (disabled_because IS NOT NULL)),
    CONSTRAINT platform_ended_when_closed CHECK ((state = 'closed') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX platform_of_account ON rights.platform (account_id) WHERE state <> 'closed';

-- How sending to a platform goes. Whoever takes or settles deliveries of it locks this row.
CREATE TABLE rights.platform_line (
    platform_id text PRIMARY KEY REFERENCES rights.platform,
    permits     integer NOT NULL CONSTRAINT platform_line_permits CHECK (permits > 0),
    failures    integer NOT NULL DEFAULT 0,  -- One after the other.
    rests_until timestamptz,
    trouble     text,         -- Of the last failure; NULL once something is taken.
    trouble_at  timestamptz,
    taken_at    timestamptz,  -- When it last took something.
    pinged_at   timestamptz,
    CONSTRAINT platform_line_failures CHECK (failures >= 0),
    CONSTRAINT platform_line_trouble_at CHECK ((trouble IS NULL) = (trouble_at IS NULL))
);

-- One event that one platform is told of. The row is no event: there are too many.
CREATE TABLE rights.delivery (
    id               text PRIMARY KEY CONSTRAINT delivery_id CHECK (id LIKE 'dlv\_%'),
    platform_id      text NOT NULL REFERENCES rights.platform,
    position         bigint NOT NULL,  -- Index of the event's entry in the log: the order.
    event_id         text NOT NULL,
    kind             text NOT NULL,
    generation_id    text NOT NULL REFERENCES rights.generation,
    because_of       text,             -- Id of the cause.
    event_at         timestamptz NOT NULL,
    state            text NOT NULL CONSTRAINT delivery_state CHECK (state IN (
        'due', 'sent', 'escalated', 'acknowledged', 'refused', 'dropped')),
    attempts         integer NOT NULL DEFAULT 0,
    due_at           timestamptz,      -- When to send it (again); NULL: not to be sent.
    leased_until     timestamptz,      -- Someone is sending it.
    first_attempt_at timestamptz,
    sent_at          timestamptz,
    acknowledged_at  timestamptz,
    CONSTRAINT delivery_of_event UNIQUE (platform_id, event_id),
    CONSTRAINT delivery_attempts CHECK (attempts >= 0)
);
CREATE INDEX delivery_by_position ON rights.delivery (platform_id, position);
CREATE INDEX delivery_due ON rights.delivery (platform_id, due_at, position)
    WHERE due_at IS NOT NULL;
CREATE INDEX delivery_in_turn ON rights.delivery (platform_id, generation_id, position)
    WHERE due_at IS NOT NULL;
CREATE INDEX delivery_leased ON rights.delivery (platform_id) WHERE leased_until IS NOT NULL;
CREATE INDEX delivery_by_cause ON rights.delivery (because_of);
CREATE INDEX delivery_by_generation ON rights.delivery (generation_id);

-- How far the log has been turned into deliveries.
CREATE TABLE rights.delivery_cursor (
    singleton boolean PRIMARY KEY DEFAULT true CONSTRAINT delivery_cursor_single CHECK (singleton),
    next      bigint NOT NULL CONSTRAINT delivery_cursor_natural CHECK (next >= 0)
);
-- What happened before there were platforms is nobody's to be told.
INSERT INTO rights.delivery_cursor (next)
SELECT coalesce(max("index") + 1, 0) FROM ledger.entry;
