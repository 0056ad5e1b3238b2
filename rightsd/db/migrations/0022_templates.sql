-- What people's faces and voices are recognised by, sealed under the person's key. Whoever leaves
-- has theirs cleared at once. A cleared row stays, so that every process learns that it is gone.
CREATE TABLE rights.template (
    id         text PRIMARY KEY CHECK (id LIKE 'tpl\_%'),
    subject_id text NOT NULL REFERENCES rights.subject,
    kind       text NOT NULL CONSTRAINT template_kind CHECK (kind IN ('face', 'voice')),
    model      text NOT NULL,
    sealed     bytea,
    made_at    timestamptz NOT NULL,
    -- Lets a reader fetch what became visible since it last looked, whatever the commit order.
    changed_by xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX template_by_subject ON rights.template (subject_id);
CREATE INDEX template_by_change ON rights.template (changed_by);
