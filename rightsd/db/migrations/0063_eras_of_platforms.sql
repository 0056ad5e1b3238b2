-- Another endpoint, or an enabled one, begins an era: see rightsd/domain/delivery.py, Line. What the
-- platform missed before that is then looked through, and told if it is so still.
ALTER TABLE rights.platform_line
    ADD COLUMN era          integer NOT NULL DEFAULT 0,
    ADD COLUMN missed_after bigint;  -- Behind this position of the log; NULL: that is done.
CREATE INDEX delivery_missed ON rights.delivery (platform_id, position)
    WHERE due_at IS NULL AND sent_at IS NULL AND state IN ('dropped', 'escalated');

-- Whoever is disabled by us is written to.
ALTER TABLE rights.letter DROP CONSTRAINT letter_kind;
ALTER TABLE rights.letter ADD CONSTRAINT letter_kind CHECK (kind IN (
    'declaration.confirm', 'notice.received', 'notice.amended', 'notice.decided',
    'notice.countered', 'notice.restored', 'suspension.imposed', 'suspension.decided',
    'platform.overdue', 'platform.disabled'));

-- What is being sent is found by when its lease ends: without statistics, as after a great many
-- deliveries at once, the planner took the index of all of a platform's deliveries before.
DROP INDEX rights.delivery_leased;
CREATE INDEX delivery_leased ON rights.delivery (platform_id, leased_until)
    WHERE leased_until IS NOT NULL;
