-- Notices by what the law asks for: more kinds and states, clocks, counter-notices and appeals.
ALTER TABLE rights.notice
    ALTER COLUMN generation_id DROP NOT NULL,  -- Until a reviewer has identified the output.
    DROP CONSTRAINT notice_kind,
    ADD CONSTRAINT notice_kind CHECK (kind IN (
        'copyright', 'trademark', 'likeness', 'intimate', 'privacy', 'illegal')),
    DROP CONSTRAINT notice_state,
    ADD CONSTRAINT notice_state CHECK (state IN (
        'received', 'deficient', 'upheld', 'rejected', 'retracted', 'countered', 'kept',
        'restored', 'appealed', 'affirmed', 'reversed', 'closed')),
    DROP CONSTRAINT notice_decided_when_not_received,
    ADD COLUMN stands       boolean NOT NULL DEFAULT false,  -- The output is down because of it.
    ADD COLUMN whole_at     timestamptz,  -- Since when nothing has been missing.
    ADD COLUMN due_at       timestamptz,  -- When the shortest of its clocks runs out.
    ADD COLUMN restore_at   timestamptz,  -- From when on what was countered is put back.
    ADD COLUMN account_id   text REFERENCES rights.account,  -- The claimant's, if they have one.
    ADD COLUMN flagger_id   text REFERENCES rights.flagger,
    ADD COLUMN claimant_mac bytea CHECK (octet_length(claimant_mac) = 32),
    ADD COLUMN origin_mac   bytea CHECK (octet_length(origin_mac) = 32),  -- Whence it came; a day.
    ADD COLUMN confirmed_at timestamptz,  -- When the claimant followed the link in our mail.
    ADD COLUMN abusive      boolean NOT NULL DEFAULT false,
    ADD COLUMN reviewers    text[] NOT NULL DEFAULT '{}',
    ADD COLUMN appealed_by  text[] NOT NULL DEFAULT '{}',
    ADD COLUMN appealed_at  timestamptz,
    ADD COLUMN countered_at timestamptz,
    ADD COLUMN countered_by text REFERENCES rights.account,
    ADD COLUMN counter      bytea,  -- What the counter-notice says, under both their keys.
    ADD CONSTRAINT notice_undecided CHECK (
        state NOT IN ('received', 'deficient') OR decided_at IS NULL),
    ADD CONSTRAINT notice_stands_where_it_can CHECK (
        NOT stands OR (generation_id IS NOT NULL AND state IN (
            'upheld', 'countered', 'kept', 'appealed', 'affirmed', 'reversed', 'closed'))),
    ADD CONSTRAINT notice_countered_by_someone CHECK (
        (countered_at IS NULL) = (countered_by IS NULL)
        AND (state <> 'countered' OR restore_at IS NOT NULL));

UPDATE rights.notice SET whole_at = received_at, stands = (state = 'upheld');

CREATE INDEX notice_waiting ON rights.notice (due_at, received_at, id)
    WHERE state IN ('received', 'deficient', 'appealed');
CREATE INDEX notice_standing ON rights.notice (generation_id) WHERE stands;
CREATE INDEX notice_to_restore ON rights.notice (restore_at, id) WHERE state = 'countered';
CREATE INDEX notice_to_close ON rights.notice (decided_at, id) WHERE state IN (
    'upheld', 'rejected', 'retracted', 'restored', 'affirmed', 'reversed');
CREATE INDEX notice_by_claimant ON rights.notice (claimant_mac, received_at);
CREATE INDEX notice_by_origin ON rights.notice (origin_mac, received_at)
    WHERE origin_mac IS NOT NULL;

-- What was decided, each time, and why: for both sides, and for whoever publishes decisions.
CREATE TABLE rights.statement_of_reasons (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    notice_id  text NOT NULL REFERENCES rights.notice,
    outcome    text NOT NULL CONSTRAINT statement_outcome
        CHECK (outcome IN ('disabled', 'left', 'restored')),
    decided_at timestamptz NOT NULL,
    sealed     bytea NOT NULL  -- The reason, under the notice's key.
);
CREATE INDEX statement_by_notice ON rights.statement_of_reasons (notice_id, id);
