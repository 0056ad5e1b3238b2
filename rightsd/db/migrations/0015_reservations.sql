-- What the owner of a work says of it beyond opting it out.
CREATE TABLE rights.reservation (
    id         text PRIMARY KEY CHECK (id LIKE 'rsv\_%'),
    work_id    text NOT NULL UNIQUE REFERENCES rights.work,
    account_id text NOT NULL REFERENCES rights.account,
    least      text NOT NULL
        CONSTRAINT reservation_least CHECK (least IN ('opt_out', 'opt_in', 'licensed_only')),
    opted_in   boolean NOT NULL,
    state      text NOT NULL CONSTRAINT reservation_state CHECK (state IN ('stated')),
    stated_at  timestamptz NOT NULL
);
