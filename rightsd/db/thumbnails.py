"""Thumbnails of outputs in Postgres, sealed under the keys of all whom the output is about."""

import base64
from collections.abc import Sequence

from rightsd.db import sealing
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation


def insert(tx: Tx, generation: Generation, jpeg: bytes) -> None:
    """Keep the thumbnail of an output, or of a clip that is not released yet."""
    written = base64.b64encode(jpeg).decode()
    sealed = sealing.seal(tx, written, about=generation.about, place=_place(generation.id))
    tx.conn.execute(
        """
        INSERT INTO rights.thumbnail (generation_id, sealed) VALUES (%s, %s)
        ON CONFLICT (generation_id) DO UPDATE SET sealed = EXCLUDED.sealed
        """,
        (generation.id, sealed),
    )


def find(tx: Tx, generation_id: str) -> bytes | None:
    """Return a thumbnail, a JPEG; None when there is none, or someone whom it shows was erased."""
    row = tx.conn.execute(
        """
        SELECT thumbnail.sealed, generation.about, rights.keys_of(generation.about)
        FROM rights.thumbnail JOIN rights.generation ON generation.id = thumbnail.generation_id
        WHERE thumbnail.generation_id = %s
        """,
        (generation_id,),
    ).fetchone()
    if row is None:
        return None
    sealed, about, keys = row
    opened = sealing.unseal(tx, sealed, about=about, keys=keys, place=_place(generation_id))
    return None if opened is None else base64.b64decode(opened)


def clear_about(tx: Tx, subject_id: str) -> None:
    """Delete the thumbnails of outputs about a subject."""
    tx.conn.execute(
        """
        DELETE FROM rights.thumbnail WHERE generation_id IN (
            SELECT id FROM rights.generation WHERE about @> ARRAY[%s])
        """,
        (subject_id,),
    )


def which(tx: Tx, generation_ids: Sequence[str]) -> frozenset[str]:
    """Return those of some generations of which there is a picture."""
    rows = tx.conn.execute(
        "SELECT generation_id FROM rights.thumbnail WHERE generation_id = ANY(%s)",
        (list(generation_ids),),
    )
    return frozenset(generation_id for (generation_id,) in rows)


def _place(generation_id: str) -> str:
    return f"thumbnail.sealed/{generation_id}"
