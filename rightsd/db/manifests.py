"""C2PA manifests of outputs in Postgres: what is served when a copy has lost its own."""

import base64

from rightsd.db import sealing
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation


def insert(tx: Tx, generation: Generation, *, manifest_id: str, store: bytes) -> None:
    """Keep the manifest store of an output, sealed: it holds a thumbnail."""
    written = base64.b64encode(store).decode()
    place = f"manifest.sealed/{manifest_id}"
    tx.conn.execute(
        "INSERT INTO rights.manifest (id, generation_id, sealed) VALUES (%s, %s, %s)",
        (
            manifest_id,
            generation.id,
            sealing.seal(tx, written, about=generation.about, place=place),
        ),
    )
