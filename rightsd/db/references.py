"""References of works in Postgres. Of the file there are a fingerprint and a sealed thumbnail.

Of a voice there is, sealed in the place of the thumbnail, by what it is recognised.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db import fingerprints, sealing
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.reference import Reference
from rightsd.domain.template import Kind, Template


@dataclass(frozen=True, slots=True)
class OptedOut:
    """A standing reference whose work is opted out."""

    reference_id: str
    work_id: str
    optout_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A recording of a work as a reader of changes sees it; no template: it was removed."""

    id: str
    template: Template | None


def insert(tx: Tx, reference: Reference, kept: bytes | Template) -> bool:
    """Add a reference; False when this very file is a reference of the work already.

    Args:
        tx: The transaction.
        reference: The reference.
        kept: Its thumbnail, a JPEG; of a voice, by what it is recognised.
    """
    model, content = (kept.model, kept.vector) if isinstance(kept, Template) else (None, kept)
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.reference
            (id, work_id, account_id, kind, sha256, seconds, grey_copy, model, sealed, state,
                registered_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (work_id, sha256) WHERE state = 'standing' DO NOTHING
        """,
        (
            reference.id,
            reference.work_id,
            reference.account_id,
            reference.kind,
            reference.sha256,
            reference.seconds,
            reference.grey_copy,
            model,
            sealing.seal(
                tx,
                base64.b64encode(content).decode(),
                about=[reference.account_id],
                place=_place(reference.id),
            ),
            reference.state,
            reference.registered_at,
            reference.ended_at,
        ),
    )
    return cursor.rowcount == 1


def find(tx: Tx, reference_id: str) -> Reference | None:
    """Return a reference."""
    cursor = tx.conn.cursor(row_factory=rows_of(Reference))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, kind, sha256, seconds, grey_copy, state, registered_at,
            ended_at
        FROM rights.reference WHERE id = %s
        """,
        (reference_id,),
    ).fetchone()


def lock(tx: Tx, reference_id: str) -> Reference | None:
    """Return a reference, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Reference))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, kind, sha256, seconds, grey_copy, state, registered_at,
            ended_at
        FROM rights.reference WHERE id = %s FOR UPDATE
        """,
        (reference_id,),
    ).fetchone()


def end(tx: Tx, reference: Reference) -> None:
    """Write that a reference is removed, and delete what was kept of it."""
    tx.conn.execute(
        """
        UPDATE rights.reference
        SET state = %s, ended_at = %s, grey_copy = %s, sealed = NULL,
            changed_by = pg_current_xact_id()
        WHERE id = %s
        """,
        (reference.state, reference.ended_at, reference.grey_copy, reference.id),
    )
    fingerprints.clear(tx, reference.id)


def of_work(tx: Tx, work_id: str) -> list[Reference]:
    """Return the standing references of a work, oldest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Reference))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, kind, sha256, seconds, grey_copy, state, registered_at,
            ended_at
        FROM rights.reference WHERE work_id = %s AND state = 'standing'
        ORDER BY registered_at, id
        """,
        (work_id,),
    ).fetchall()


def count(tx: Tx, work_id: str) -> int:
    """Return how many references a work has."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.reference WHERE work_id = %s AND state = 'standing'",
        (work_id,),
    ).fetchone()
    assert row is not None
    return row[0]


def thumbnail(tx: Tx, reference_id: str) -> tuple[str, bytes] | None:
    """Return whose a standing reference is that shows something, and its thumbnail, a JPEG."""
    row = tx.conn.execute(
        """
        SELECT account_id, sealed, rights.keys_of(ARRAY[account_id]) FROM rights.reference
        WHERE id = %s AND state = 'standing' AND kind <> 'voice'
        """,
        (reference_id,),
    ).fetchone()
    if row is None:
        return None
    account_id, sealed, keys = row
    place = _place(reference_id)
    opened = sealing.unseal(tx, sealed, about=[account_id], keys=keys, place=place)
    return None if opened is None else (account_id, base64.b64decode(opened))


def opted_out(tx: Tx, reference_ids: Sequence[str]) -> dict[str, OptedOut]:
    """Return which of these references stand and are of works that are opted out, by their id."""
    cursor = tx.conn.cursor(row_factory=rows_of(OptedOut))
    found = cursor.execute(
        """
        SELECT reference.id AS reference_id, reference.work_id, optout.id AS optout_id, work.title
        FROM rights.reference
        JOIN rights.work ON work.id = reference.work_id
        JOIN rights.optout ON optout.work_id = work.id AND optout.state = 'standing'
        WHERE reference.id = ANY(%s) AND reference.state = 'standing'
        """,
        (list(reference_ids),),
    ).fetchall()
    return {one.reference_id: one for one in found}


def voices_since(tx: Tx, horizon: int) -> list[Voice]:
    """Return the recordings added or removed by transactions from a horizon on: `templates.since`.

    What this very transaction has written is left out: it may not come to be.
    """
    rows = tx.conn.execute(
        """
        SELECT id, account_id, model, sealed, rights.keys_of(ARRAY[account_id])
        FROM rights.reference WHERE kind = 'voice' AND changed_by >= %s::text::xid8
            AND changed_by IS DISTINCT FROM pg_current_xact_id_if_assigned()
        """,
        (horizon,),
    )
    return [_voice(tx, *row) for row in rows]


def are_unheard(tx: Tx, model: str | None) -> bool:
    """Say whether there are voices of opted-out works that this model cannot be asked about.

    Args:
        tx: The transaction.
        model: What was listened with; None: nothing.
    """
    row = tx.conn.execute(
        """
        SELECT EXISTS (
            SELECT FROM rights.reference
            JOIN rights.optout ON optout.work_id = reference.work_id AND optout.state = 'standing'
            WHERE reference.kind = 'voice' AND reference.state = 'standing'
                AND reference.model IS DISTINCT FROM %s)
        """,
        (model,),
    ).fetchone()
    assert row is not None
    return row[0]


def _voice(
    tx: Tx,
    reference_id: str,
    account_id: str,
    model: str,
    sealed: bytes | None,
    keys: Sequence[bytes | None],
) -> Voice:
    place = _place(reference_id)
    vector = sealing.unseal(tx, sealed, about=[account_id], keys=keys, place=place)
    if vector is None:
        return Voice(reference_id, None)
    return Voice(reference_id, Template(Kind.VOICE, model, base64.b64decode(vector)))


def _place(reference_id: str) -> str:
    return f"reference.sealed/{reference_id}"
