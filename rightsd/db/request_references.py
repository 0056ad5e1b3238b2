"""Pictures and clips that creators sent for a request, in Postgres. The files are not kept."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.recognition import UNSEEN, Seen
from rightsd.domain.resemblance import By, Resemblance, clearest
from rightsd.domain.template import Kind, Sighting, Template
from rightsd.errors import Code, RightsError

Moments = Sequence[tuple[float, bytes, int]]  # (seconds, code, quality)
Channels = Sequence[tuple[str, bytes]]  # (algorithm, what it made)
MASK_CHARS = 16  # Enough to tell apart whoever is found in one file.


@dataclass(frozen=True, slots=True)
class RequestReference:
    """One of them.

    Attributes:
        moments: The codes of its frames.
        channels: What else it is recognised by: each algorithm, and what it made.
        copies: Ids of outputs that it shows.
        likes: Ids of outputs of which it may show a part.
        matched_through: The last row of a reference's fingerprint that it was held against.
        seen: Who is seen and heard in it; UNSEEN once the request is over.
        generation_id: The request that it was used for; None: for none yet.
    """

    id: str
    account_id: str
    sha256: str
    moments: Moments
    channels: Channels
    copies: tuple[str, ...]
    likes: tuple[str, ...]
    matched_through: int
    seen: Seen
    uploaded_at: datetime
    generation_id: str | None


def insert(tx: Tx, sent: RequestReference, thumbnail: bytes | None) -> None:
    """Add one; what is kept of it is sealed under the key of the account. Sound has no picture."""
    written = [[at, base64.b64encode(code).decode(), quality] for at, code, quality in sent.moments]
    tx.conn.execute(
        """
        INSERT INTO rights.request_reference
            (id, account_id, sha256, sealed, channels, copies, likes, matched_through, seen,
                thumbnail, uploaded_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            sent.id,
            sent.account_id,
            sent.sha256,
            sealing.seal(tx, written, about=[sent.account_id], place=_place(sent.id)),
            sealing.seal(
                tx,
                {name: base64.b64encode(data).decode() for name, data in sent.channels},
                about=[sent.account_id],
                place=_place_of_channels(sent.id),
            ),
            list(sent.copies),
            list(sent.likes),
            sent.matched_through,
            sealing.seal(
                tx,
                _written(sent.seen),
                about=[sent.account_id],
                place=_place_of_seen(sent.id),
            ),
            None
            if thumbnail is None
            else sealing.seal_bytes(
                tx, thumbnail, about=[sent.account_id], place=_place_of_thumbnail(sent.id)
            ),
            sent.uploaded_at,
        ),
    )


def lock(tx: Tx, ids: Sequence[str]) -> list[RequestReference]:
    """Return those with these ids, locked until the transaction ends, in the order of their ids."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_sent, tx)))
    return cursor.execute(
        """
        SELECT id, account_id, sha256, sealed, channels, rights.keys_of(ARRAY[account_id]) AS keys,
            copies, likes, matched_through, seen, uploaded_at, generation_id
        FROM rights.request_reference WHERE id = ANY(%s) ORDER BY id FOR UPDATE
        """,
        (list(ids),),
    ).fetchall()


def of_generation(tx: Tx, generation_id: str) -> list[RequestReference]:
    """Return those of a request, in the order of their ids."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_sent, tx)))
    return cursor.execute(
        """
        SELECT id, account_id, sha256, sealed, channels, rights.keys_of(ARRAY[account_id]) AS keys,
            copies, likes, matched_through, seen, uploaded_at, generation_id
        FROM rights.request_reference WHERE generation_id = %s ORDER BY id
        """,
        (generation_id,),
    ).fetchall()


def digests(tx: Tx, generation_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the ids and SHA-256 of what came with requests, by the request."""
    rows = tx.conn.execute(
        """
        SELECT generation_id, id, sha256 FROM rights.request_reference
        WHERE generation_id = ANY(%s) ORDER BY generation_id, id
        """,
        (list(generation_ids),),
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for generation_id, sent_id, sha256 in rows.fetchall():
        found.setdefault(generation_id, []).append((sent_id, sha256))
    return found


def use(tx: Tx, ids: Sequence[str], generation_id: str) -> None:
    """Note the one request for which these are used."""
    tx.conn.execute(
        "UPDATE rights.request_reference SET generation_id = %s WHERE id = ANY(%s)",
        (generation_id, list(ids)),
    )


def count_unused(tx: Tx, account_id: str, *, since: datetime) -> int:
    """Return how many an account has sent since a moment and not used."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.request_reference
        WHERE account_id = %s AND generation_id IS NULL AND uploaded_at > %s
        """,
        (account_id, since),
    ).fetchone()
    assert row is not None
    return row[0]


def delete_unused(tx: Tx, *, before: datetime, limit: int) -> int:
    """Delete those that were sent before a moment and never used; return how many."""
    cursor = tx.conn.execute(
        """
        DELETE FROM rights.request_reference WHERE id IN (
            SELECT id FROM rights.request_reference
            WHERE generation_id IS NULL AND uploaded_at < %s
            ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
        """,
        (before, limit),
    )
    return cursor.rowcount


def mask(tx: Tx, thing_id: str, subject_id: str) -> str:
    """Return what someone in one of these, or in an output, is called there: not who it is."""
    masked = sealing.index_of(tx, f"request_reference.person/{thing_id}", subject_id)
    return masked.hex()[:MASK_CHARS]


def thumbnail(tx: Tx, generation_id: str, sent_id: str) -> bytes | None:
    """Return a small picture of a reference of a request, a JPEG, while the request is not over."""
    row = tx.conn.execute(
        """
        SELECT account_id, thumbnail FROM rights.request_reference
        WHERE id = %s AND generation_id = %s
        """,
        (sent_id, generation_id),
    ).fetchone()
    if row is None or row[1] is None:
        return None
    account_id, sealed = row
    place = _place_of_thumbnail(sent_id)
    return sealing.unseal_bytes(tx, sealed, about=[account_id], place=place)


def clear_seen(tx: Tx, *, limit: int) -> int:
    """Clear pictures of references of requests that are over, and who was seen; return how many.

    One that comes back from there cannot be checked any more, and waits for a reviewer.
    """
    cursor = tx.conn.execute(
        """
        UPDATE rights.request_reference SET seen = NULL, thumbnail = NULL WHERE id IN (
            SELECT sent.id FROM rights.request_reference AS sent
            JOIN rights.generation ON generation.id = sent.generation_id
            WHERE sent.seen IS NOT NULL AND generation.state NOT IN ('requested', 'held')
            ORDER BY sent.id LIMIT %s FOR UPDATE OF sent SKIP LOCKED)
        """,
        (limit,),
    )
    return cursor.rowcount


def insert_resemblances(
    tx: Tx, sent_id: str, found: Sequence[Resemblance], *, through: int
) -> None:
    """Note what one resembles, and up to which row of references that is all."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.request_resemblance
                (request_reference_id, reference_id, score, bits, certain, by)
            SELECT %s, id, %s, %s, %s, %s FROM rights.reference WHERE id = %s
            ON CONFLICT DO NOTHING
            """,
            [
                (sent_id, one.score, one.bits, one.certain, one.by, one.reference_id)
                for one in clearest(found)
            ],
        )
    tx.conn.execute(
        "UPDATE rights.request_reference SET matched_through = %s WHERE id = %s",
        (through, sent_id),
    )


def resemblances(tx: Tx, ids: Sequence[str]) -> list[tuple[str, Resemblance]]:
    """Return what these resemble, each after the id of the one that does."""
    rows = tx.conn.execute(
        """
        SELECT request_reference_id, reference_id, score, bits, 0.0::double precision, certain,
            coalesce(by, 'frames')
        FROM rights.request_resemblance
        WHERE request_reference_id = ANY(%s) ORDER BY request_reference_id, reference_id
        """,
        (list(ids),),
    )
    return [(sent_id, Resemblance(*found, by=By(by))) for sent_id, *found, by in rows]


def _sent(tx: Tx, row: dict[str, Any]) -> RequestReference:
    sealed, keys = row.pop("sealed"), row.pop("keys")
    about, place = [row["account_id"]], _place(row["id"])
    written: Any = sealing.unseal(tx, sealed, about=about, keys=keys, place=place)
    if written is None:
        raise RightsError(Code.UNAVAILABLE, "a reference of a request does not open")
    moments = [(float(at), base64.b64decode(code), int(quality)) for at, code, quality in written]
    place = _place_of_seen(row["id"])
    seen = sealing.unseal(tx, row.pop("seen"), about=about, keys=keys, place=place)
    place = _place_of_channels(row["id"])
    packed: dict[str, str] | None = sealing.unseal(
        tx, row.pop("channels"), about=about, keys=keys, place=place
    )
    channels = [(name, base64.b64decode(data)) for name, data in (packed or {}).items()]
    row["copies"], row["likes"] = tuple(row["copies"]), tuple(row["likes"])
    return RequestReference(
        moments=moments, channels=channels, seen=UNSEEN if seen is None else _seen(seen), **row
    )


def _written(seen: Seen) -> dict[str, Any]:
    """Return what was seen as JSON can write it."""
    sightings = [
        {
            "kind": one.template.kind,
            "model": one.template.model,
            "vector": base64.b64encode(one.template.vector).decode(),
            "at_seconds": one.at_seconds,
            "looks": one.looks,
        }
        for one in seen.sightings
    ]
    return {"kinds": sorted(seen.kinds), "sightings": sightings}


def _seen(written: dict[str, Any]) -> Seen:
    sightings = tuple(
        Sighting(
            Template(Kind(one["kind"]), one["model"], base64.b64decode(one["vector"])),
            one["at_seconds"],
            one["looks"],
        )
        for one in written["sightings"]
    )
    return Seen(frozenset(map(Kind, written["kinds"])), sightings)


def _place(sent_id: str) -> str:
    return f"request_reference.sealed/{sent_id}"


def _place_of_channels(sent_id: str) -> str:
    return f"request_reference.channels/{sent_id}"


def _place_of_thumbnail(sent_id: str) -> str:
    return f"request_reference.thumbnail/{sent_id}"


def _place_of_seen(sent_id: str) -> str:
    return f"request_reference.seen/{sent_id}"
