-- What was given up before it was overdue is asked about as well: see rightsd/db/escalations.py.
DROP INDEX rights.delivery_unreceived;
CREATE INDEX delivery_unreceived ON rights.delivery
    (platform_id, steps, (coalesce(first_attempt_at, event_at)))
    WHERE kind = 'generation.withdrawn' AND state IN ('due', 'sent', 'escalated', 'dropped')
        AND received_at IS NULL;
DROP INDEX rights.delivery_unremoved;
CREATE INDEX delivery_unremoved ON rights.delivery
    (platform_id, steps, (coalesce(first_attempt_at, event_at)))
    WHERE kind = 'generation.withdrawn' AND state IN ('due', 'sent', 'escalated', 'dropped')
        AND received_at IS NOT NULL;
