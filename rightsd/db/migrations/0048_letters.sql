-- Letters that are due, whatever they are about. What one says is made of the rows when it goes out.
CREATE TABLE rights.letter (
    id        bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    owner_id  text NOT NULL,         -- A declaration or a notice; under its key lies the address.
    kind      text NOT NULL CONSTRAINT letter_kind CHECK (kind IN (
        'declaration.confirm', 'notice.received', 'notice.amended', 'notice.decided',
        'notice.countered', 'notice.restored', 'suspension.imposed', 'suspension.decided')),
    posted_at timestamptz NOT NULL,
    due_at    timestamptz,           -- When to try to send it; NULL: it was sent, or given up.
    attempts  integer NOT NULL DEFAULT 0,
    sent_at   timestamptz
);
CREATE INDEX letter_due ON rights.letter (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX letter_by_owner ON rights.letter (owner_id);

INSERT INTO rights.letter (owner_id, kind, posted_at, due_at, attempts)
SELECT id, 'declaration.confirm', declared_at, mail_due_at, attempts
FROM rights.declaration WHERE mail_due_at IS NOT NULL;
UPDATE rights.declaration SET mail_due_at = NULL WHERE mail_due_at IS NOT NULL;
