-- When a notice was closed, and since when nothing that anyone wrote in it opens any more.
ALTER TABLE rights.notice
    ADD COLUMN closed_at timestamptz,
    ADD COLUMN erased_at timestamptz,
    ADD CONSTRAINT notice_erased_once_closed CHECK (erased_at IS NULL OR state = 'closed');
UPDATE rights.notice SET closed_at = COALESCE(
    (SELECT max((convert_from(body, 'UTF8')::json ->> 'at')::timestamptz) FROM ledger.entry
        WHERE subject = notice.id AND entry.kind = 'notice.closed'),
    now()) WHERE state = 'closed';
CREATE INDEX notice_to_lapse ON rights.notice (received_at, id) WHERE state = 'deficient';
CREATE INDEX notice_to_erase ON rights.notice (kind, closed_at, id)
    WHERE state = 'closed' AND erased_at IS NULL;

ALTER TABLE rights.letter DROP CONSTRAINT letter_kind;
ALTER TABLE rights.letter ADD CONSTRAINT letter_kind CHECK (kind IN (
    'declaration.confirm', 'notice.received', 'notice.amended', 'notice.decided',
    'notice.countered', 'notice.restored', 'notice.lapsed', 'notice.appealed',
    'suspension.imposed', 'suspension.decided', 'platform.overdue', 'platform.disabled'));
