-- Offers, licences under them, what rests on licences, and what was used.

ALTER TABLE rights.consent ADD COLUMN price jsonb;  -- See rightsd/domain/price.py.

CREATE TABLE rights.offer (
    id            text PRIMARY KEY CHECK (id LIKE 'off\_%'),
    account_id    text NOT NULL REFERENCES rights.account,
    work_id       text REFERENCES rights.work,
    consent_id    text REFERENCES rights.consent,
    terms         jsonb NOT NULL,
    terms_version integer NOT NULL CONSTRAINT offer_terms_version CHECK (terms_version > 0),
    price         jsonb NOT NULL,
    stays_after   text[] NOT NULL CONSTRAINT offer_stays_after
        CHECK (stays_after <@ ARRAY['expired', 'revoked']),
    salt          bytea,          -- NULL once the person is erased.
    digest        text NOT NULL,  -- The ledger's commitment to what creators are shown.
    state         text NOT NULL CONSTRAINT offer_state
        CHECK (state IN ('proposed', 'offered', 'withdrawn')),
    made_at       timestamptz NOT NULL,
    ended_at      timestamptz,
    CONSTRAINT offer_on_one_thing CHECK (num_nonnulls(work_id, consent_id) = 1),
    CONSTRAINT offer_ended_when_withdrawn CHECK ((state = 'withdrawn') = (ended_at IS NOT NULL))
);
CREATE INDEX offer_by_work ON rights.offer (work_id) WHERE work_id IS NOT NULL;
CREATE INDEX offer_by_consent ON rights.offer (consent_id) WHERE consent_id IS NOT NULL;
CREATE INDEX offer_by_account ON rights.offer (account_id);
CREATE INDEX offer_newest ON rights.offer (made_at) WHERE state = 'offered';

-- Who gets how much of what an offer earns.
CREATE TABLE rights.offer_share (
    offer_id     text NOT NULL REFERENCES rights.offer,
    account_id   text NOT NULL REFERENCES rights.account,
    basis_points integer NOT NULL
        CONSTRAINT offer_share_basis_points CHECK (basis_points BETWEEN 1 AND 10000),
    accepted_at  timestamptz,
    PRIMARY KEY (offer_id, account_id)
);
CREATE INDEX offer_share_by_account ON rights.offer_share (account_id);

CREATE FUNCTION rights.shares_of(offer text) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_array(account_id, basis_points, accepted_at IS NOT NULL)
        ORDER BY account_id)
    FROM rights.offer_share WHERE offer_id = offer
$$;

CREATE TABLE rights.licence (
    id         text PRIMARY KEY CHECK (id LIKE 'lic\_%'),
    offer_id   text NOT NULL REFERENCES rights.offer,
    creator_id text NOT NULL REFERENCES rights.account,
    expires_at timestamptz,  -- The offer's, for who looks for what has run out.
    state      text NOT NULL CONSTRAINT licence_state
        CHECK (state IN ('active', 'revoked', 'expired', 'exhausted')),
    issued_at  timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT licence_ended_when_not_active CHECK ((state = 'active') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX licence_active ON rights.licence (creator_id, offer_id) WHERE state = 'active';
CREATE INDEX licence_by_offer ON rights.licence (offer_id);
CREATE INDEX licence_by_creator ON rights.licence (creator_id, issued_at);
CREATE INDEX licence_due ON rights.licence (expires_at) WHERE state = 'active';

-- What a generation rests on beside consents: see rights.reliance.
CREATE TABLE rights.licence_reliance (
    generation_id text NOT NULL REFERENCES rights.generation,
    licence_id    text NOT NULL REFERENCES rights.licence,
    PRIMARY KEY (licence_id, generation_id)
);
CREATE INDEX licence_reliance_by_generation ON rights.licence_reliance (generation_id);

-- One released output under one licence, written in the transaction that released it.
CREATE TABLE rights.usage (
    licence_id    text NOT NULL REFERENCES rights.licence,
    generation_id text NOT NULL REFERENCES rights.generation,
    used_at       timestamptz NOT NULL,
    seconds       integer NOT NULL CONSTRAINT usage_seconds CHECK (seconds > 0),
    amount        bigint NOT NULL CONSTRAINT usage_amount CHECK (amount >= 0),
    PRIMARY KEY (licence_id, generation_id)
);
CREATE INDEX usage_by_time ON rights.usage (licence_id, used_at);
CREATE INDEX usage_by_generation ON rights.usage (generation_id);
