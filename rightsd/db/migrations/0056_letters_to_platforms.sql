-- Platforms that do not answer are written to: see rightsd/workflows/escalations.py.
ALTER TABLE rights.letter DROP CONSTRAINT letter_kind;
ALTER TABLE rights.letter ADD CONSTRAINT letter_kind CHECK (kind IN (
    'declaration.confirm', 'notice.received', 'notice.amended', 'notice.decided',
    'notice.countered', 'notice.restored', 'suspension.imposed', 'suspension.decided',
    'platform.overdue'));
