"""C2PA manifests of outputs in Postgres: what is served when a copy has lost its own."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db import sealing
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation
from rightsd.domain.manifest import State


@dataclass(frozen=True, slots=True)
class Redaction:
    """What became of the manifest of an output that was withdrawn.

    Attributes:
        manifest_id: The manifest that is redacted.
        update_id: The update manifest that says so.
        assertions: Labels of what is gone.
        reason: Why, in words of C2PA.
    """

    manifest_id: str
    update_id: str
    generation_id: str
    state: State
    assertions: Sequence[str]
    reason: str
    redacted_at: datetime


def insert(tx: Tx, generation: Generation, *, manifest_id: str, store: bytes) -> None:
    """Keep the manifest store of an output, sealed: it holds a thumbnail."""
    written = base64.b64encode(store).decode()
    place = _place(manifest_id)
    tx.conn.execute(
        "INSERT INTO rights.manifest (id, generation_id, sealed) VALUES (%s, %s, %s)",
        (
            manifest_id,
            generation.id,
            sealing.seal(tx, written, about=generation.about, place=place),
        ),
    )


def insert_shots(tx: Tx, generation_id: str, manifest_ids: Sequence[str]) -> None:
    """Note the manifests of an output's shots, which are in its manifest store."""
    tx.conn.execute(
        "INSERT INTO rights.shot_manifest (id, generation_id) SELECT unnest(%s::text[]), %s",
        (list(manifest_ids), generation_id),
    )


def is_shot(tx: Tx, manifest_id: str) -> bool:
    """Say whether a manifest is that of a shot of an output."""
    row = tx.conn.execute(
        "SELECT 1 FROM rights.shot_manifest WHERE id = %s", (manifest_id,)
    ).fetchone()
    return row is not None


def store(tx: Tx, generation: Generation) -> bytes | None:
    """Return the manifest store of an output; None when someone whom it is about was erased."""
    assert generation.output is not None
    manifest_id = generation.output.manifest_id
    row = tx.conn.execute(
        "SELECT sealed FROM rights.manifest WHERE id = %s", (manifest_id,)
    ).fetchone()
    opened = None if row is None else _open(tx, generation, row[0], manifest_id)
    return None if opened is None else base64.b64decode(json.loads(opened))


def redact(tx: Tx, generation: Generation, redaction: Redaction, *, store: bytes) -> None:
    """Keep what is served of a manifest from now on while its output may not be shown."""
    place = _place(redaction.update_id)
    tx.conn.execute(
        """
        INSERT INTO rights.redaction (manifest_id, update_id, generation_id, state, assertions,
            reason, redacted_at, sealed)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            redaction.manifest_id,
            redaction.update_id,
            redaction.generation_id,
            redaction.state,
            list(redaction.assertions),
            redaction.reason,
            redaction.redacted_at,
            sealing.seal_bytes(tx, store, about=generation.about, place=place),
        ),
    )


def redaction_of(tx: Tx, generation_id: str) -> Redaction | None:
    """Return what became of the manifest of an output, if anything did."""
    cursor = tx.conn.cursor(row_factory=rows_of(Redaction))
    return cursor.execute(
        """
        SELECT manifest_id, update_id, generation_id, state, assertions, reason, redacted_at
        FROM rights.redaction WHERE generation_id = %s
        """,
        (generation_id,),
    ).fetchone()


def redacted_store(tx: Tx, generation: Generation, redaction: Redaction) -> bytes | None:
    """Return a redacted manifest store; None when someone whom it is about was erased."""
    row = tx.conn.execute(
        "SELECT sealed FROM rights.redaction WHERE update_id = %s", (redaction.update_id,)
    ).fetchone()
    assert row is not None
    return _open(tx, generation, row[0], redaction.update_id)


def find_generation(tx: Tx, name: str) -> str | None:
    """Return the output that a name means: its id, or that of a manifest of it or of its shots."""
    row = tx.conn.execute(
        """
        SELECT id FROM rights.generation WHERE id = %(name)s
        UNION ALL SELECT id FROM rights.generation WHERE manifest_id = %(name)s
        UNION ALL SELECT generation_id FROM rights.redaction WHERE update_id = %(name)s
        UNION ALL SELECT generation_id FROM rights.shot_manifest WHERE id = %(name)s
        """,
        {"name": name},
    ).fetchone()
    return None if row is None else row[0]


def _open(tx: Tx, generation: Generation, sealed: bytes | None, name: str) -> bytes | None:
    # Cleared, or a key destroyed: either way it is gone.
    if sealed is None:
        return None
    return sealing.unseal_bytes(tx, sealed, about=generation.about, place=_place(name))


def _place(manifest_id: str) -> str:
    return f"manifest.sealed/{manifest_id}"
