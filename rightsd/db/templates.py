"""Templates of faces and voices in Postgres, sealed under the key of whom they are of."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db import sealing
from rightsd.db.tx import Tx
from rightsd.domain import ids, template
from rightsd.domain.template import Kind, Template

PER_SUBJECT_MAX = 40  # Of each kind: some models times some pictures.


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a reader of changes sees it.

    Attributes:
        template: None when it was cleared, or its subject's key was destroyed.
    """

    id: str
    subject_id: str
    template: Template | None


def insert(tx: Tx, subject_id: str, made: Template) -> str:
    """Add a template of someone; return its id.

    The caller holds the subject, so that they cannot leave before the commit.

    Raises:
        RightsError: INVALID: it is not a template. CONFLICT: they have left.
    """
    template.check(made)
    template_id = ids.new("tpl")
    private = {"vector": base64.b64encode(made.vector).decode()}
    sealed = sealing.seal(tx, private, about=[subject_id], place=_place(template_id))
    tx.conn.execute(
        """
        INSERT INTO rights.template (id, subject_id, kind, model, sealed, made_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (template_id, subject_id, made.kind, made.model, sealed, tx.now),
    )
    return template_id


def of_subject(tx: Tx, subject_id: str) -> list[Template]:
    """Return someone's templates, oldest first."""
    rows = tx.conn.execute(
        """
        SELECT id, subject_id, kind, model, sealed, rights.keys_of(ARRAY[subject_id])
        FROM rights.template WHERE subject_id = %s AND sealed IS NOT NULL
        ORDER BY made_at, id LIMIT %s
        """,
        (subject_id, 2 * PER_SUBJECT_MAX),
    )
    opened = [_row(tx, *row) for row in rows]
    return [row.template for row in opened if row.template is not None]


def clear_of(tx: Tx, subject_id: str, kind: Kind | None = None) -> int:
    """Clear someone's templates, of one kind or all; return how many there were."""
    cursor = tx.conn.execute(
        """
        UPDATE rights.template SET sealed = NULL, changed_by = pg_current_xact_id()
        WHERE subject_id = %(subject)s AND sealed IS NOT NULL
            AND (%(kind)s::text IS NULL OR kind = %(kind)s)
        """,
        {"subject": subject_id, "kind": kind},
    )
    return cursor.rowcount


def horizon(tx: Tx) -> int:
    """Return the first transaction that may still be running: all before it have ended."""
    row = tx.conn.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetchone()
    assert row is not None
    return row[0]


def since(tx: Tx, horizon: int) -> list[Row]:
    """Return what was added or cleared by transactions from a horizon on, as far as it is visible.

    What changes late has a writer at or after the horizon of every earlier look, so looking from
    the last horizon on misses nothing, and can repeat what was seen already. What this very
    transaction has written is left out: it may not come to be.
    """
    rows = tx.conn.execute(
        """
        SELECT id, subject_id, kind, model, sealed, rights.keys_of(ARRAY[subject_id])
        FROM rights.template WHERE changed_by >= %s::text::xid8
            AND changed_by IS DISTINCT FROM pg_current_xact_id_if_assigned()
        """,
        (horizon,),
    )
    return [_row(tx, *row) for row in rows]


def _row(
    tx: Tx,
    template_id: str,
    subject_id: str,
    kind: str,
    model: str,
    sealed: bytes | None,
    keys: Sequence[bytes | None],
) -> Row:
    private = sealing.unseal(tx, sealed, about=[subject_id], keys=keys, place=_place(template_id))
    if private is None:
        return Row(template_id, subject_id, None)
    vector = base64.b64decode(private["vector"])
    return Row(template_id, subject_id, Template(Kind(kind), model, vector))


def _place(template_id: str) -> str:
    return f"template.sealed/{template_id}"
