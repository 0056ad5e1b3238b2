"""Fingerprints in Postgres: the truth that every process's index is derived from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db import sealing
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.fingerprint import Channel, Fingerprint, Packed


@dataclass(frozen=True, slots=True)
class Change:
    """A fingerprint that was added, or that nothing is compared with any more."""

    id: int
    stands: bool


def insert(
    tx: Tx, asset_id: str, packed: Sequence[Packed], *, account_id: str | None = None
) -> None:
    """Add what is kept of an output, a reference or a stay-down entry; what is empty is not.

    Those of references and entries are added while releases are kept out: see `of_references`.

    Args:
        tx: The transaction.
        asset_id: Of what.
        packed: What is kept.
        account_id: Whose reference or entry it is: a grey copy, which shows it, is sealed for them.
    """
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.fingerprint
                (generation_id, reference_id, staydown_id, channel, algorithm, codes, data)
            VALUES (
                CASE left(%(asset)s, 4) WHEN 'gen_' THEN %(asset)s END,
                CASE left(%(asset)s, 4) WHEN 'ref_' THEN %(asset)s END,
                CASE left(%(asset)s, 4) WHEN 'std_' THEN %(asset)s END,
                %(channel)s, %(algorithm)s, %(codes)s, %(data)s)
            """,
            [
                {
                    "asset": asset_id,
                    "channel": one.channel,
                    "algorithm": one.algorithm,
                    "codes": one.codes,
                    "data": _seal(tx, asset_id, one, account_id),
                }
                for one in packed
                if one.codes
            ],
        )


def clear(tx: Tx, asset_id: str) -> None:
    """Delete what is kept of an asset: every index forgets it at its next look."""
    tx.conn.execute(
        """
        UPDATE rights.fingerprint
        SET codes = 0, data = NULL, written_by = pg_current_xact_id()
        WHERE asset_id = %s AND data IS NOT NULL
        """,
        (asset_id,),
    )


def find(tx: Tx, asset_id: str, algorithm: str) -> bytes | None:
    """Return what an algorithm made of an asset, packed."""
    row = tx.conn.execute(
        "SELECT data FROM rights.fingerprint WHERE asset_id = %s AND algorithm = %s",
        (asset_id, algorithm),
    ).fetchone()
    return row and row[0]


def of_asset(tx: Tx, asset_id: str) -> list[tuple[str, bytes]]:
    """Return all that is kept of an asset: each algorithm, and what it made."""
    rows = tx.conn.execute(
        """
        SELECT algorithm, data, CASE channel WHEN 'motion'
                THEN coalesce(reference.account_id, staydown.account_id) END
        FROM rights.fingerprint
        LEFT JOIN rights.reference ON reference.id = fingerprint.reference_id
        LEFT JOIN rights.staydown ON staydown.id = fingerprint.staydown_id
        WHERE asset_id = %s AND data IS NOT NULL ORDER BY algorithm
        """,
        (asset_id,),
    )
    kept: list[tuple[str, bytes]] = []
    for algorithm, data, account_id in rows.fetchall():
        opened = data if account_id is None else _unseal(tx, asset_id, data, account_id)
        if opened is not None:
            kept.append((algorithm, opened))
    return kept


def of_assets(tx: Tx, asset_ids: Sequence[str], algorithm: str) -> list[Fingerprint]:
    """Return what an algorithm made of some assets, in the order of the rows."""
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, asset_id, generation_id IS NULL AS of_reference, algorithm, data
        FROM rights.fingerprint
        WHERE asset_id = ANY(%s) AND algorithm = %s AND data IS NOT NULL ORDER BY id
        """,
        (list(asset_ids), algorithm),
    ).fetchall()


def of_references(tx: Tx, algorithm: str, *, after: int, limit: int) -> list[Fingerprint]:
    """Return those of references and stay-down entries behind a row, in the order of the rows.

    These are registered one at a time, each keeping others out until it has committed: so
    whoever sees one row sees all that came before it.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, asset_id, true AS of_reference, algorithm, data
        FROM rights.fingerprint
        WHERE generation_id IS NULL AND id > %s AND algorithm = %s AND data IS NOT NULL
        ORDER BY id LIMIT %s
        """,
        (after, algorithm, limit),
    ).fetchall()


def horizon(tx: Tx) -> int:
    """Return the first transaction that may still be running: all before it have ended."""
    row = tx.conn.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetchone()
    assert row is not None
    return row[0]


def watermark(tx: Tx) -> int:
    """Return which watermark an answer has, or is to have, that knows what this transaction wrote.

    The next one: all that transactions before a watermark wrote is known.
    """
    row = tx.conn.execute("SELECT pg_current_xact_id()::text::bigint + 1").fetchone()
    assert row is not None
    return row[0]


def outputs_since(tx: Tx, algorithm: str, horizon: int) -> list[str]:
    """Return the outputs that were written by transactions from a horizon on: see `changes`."""
    rows = tx.conn.execute(
        """
        SELECT generation_id FROM rights.fingerprint
        WHERE algorithm = %s AND written_by >= %s::text::xid8 AND generation_id IS NOT NULL
            AND data IS NOT NULL
        ORDER BY generation_id
        """,
        (algorithm, horizon),
    )
    return [row[0] for row in rows]


def changes(tx: Tx, algorithm: str, horizon: int) -> list[Change]:
    """Return what transactions from a horizon on have added or emptied, as far as it is visible.

    A row that commits late has a writer at or after the horizon of every earlier look, so looking
    from the last horizon on misses nothing, and can repeat what was seen already.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Change))
    return cursor.execute(
        """
        SELECT id, data IS NOT NULL AS stands FROM rights.fingerprint
        WHERE algorithm = %s AND written_by >= %s::text::xid8 ORDER BY id
        """,
        (algorithm, horizon),
    ).fetchall()


def read(tx: Tx, ids: Sequence[int]) -> list[Fingerprint]:
    """Return fingerprints by their rows, in the order of these; what was emptied is left out."""
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, asset_id, generation_id IS NULL AS of_reference, algorithm, data
        FROM rights.fingerprint WHERE id = ANY(%s) AND data IS NOT NULL ORDER BY id
        """,
        (list(ids),),
    ).fetchall()


@dataclass(frozen=True, slots=True)
class Unindexed:
    """An output from before all that it is compared by was kept."""

    generation_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Unread:
    """An output that could not be read the last time."""

    generation_id: str
    failed_at: datetime
    why: str


def take_unindexed(tx: Tx, *, until: datetime, later: datetime, tries_max: int) -> Unindexed | None:
    """Return an output that is to be read again, which nobody else takes until a moment.

    Args:
        tx: The transaction.
        until: The moment.
        later: The moment if it was tried so often.
        tries_max: How often that is.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Unindexed))
    return cursor.execute(
        """
        UPDATE rights.unindexed SET tries = tries + 1, taken_until =
            CASE WHEN tries + 1 < %(tries_max)s THEN %(until)s ELSE %(later)s END::timestamptz
        FROM rights.generation
        WHERE generation.id = unindexed.generation_id AND unindexed.generation_id = (
            SELECT generation_id FROM rights.unindexed WHERE taken_until <= %(now)s
            ORDER BY tries, generation_id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING unindexed.generation_id, generation.sha256
        """,
        {"until": until, "later": later, "now": tx.now, "tries_max": tries_max},
    ).fetchone()


def note_unread(tx: Tx, generation_id: str, why: str) -> None:
    """Note that an output could not be read."""
    tx.conn.execute(
        "UPDATE rights.unindexed SET failed_at = %s, why = %s WHERE generation_id = %s",
        (tx.now, why, generation_id),
    )


def count_unindexed(tx: Tx) -> int:
    """Return how many outputs are still to be read again."""
    row = tx.conn.execute("SELECT count(*) FROM rights.unindexed").fetchone()
    assert row is not None
    return row[0]


def unread(tx: Tx, *, limit: int) -> list[Unread]:
    """Return the outputs that could not be read, those that failed last first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Unread))
    return cursor.execute(
        """
        SELECT generation_id, failed_at, why FROM rights.unindexed
        WHERE failed_at IS NOT NULL ORDER BY failed_at DESC, generation_id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def lock_unindexed(tx: Tx, generation_id: str) -> bool:
    """Hold an output that is being read again until the commit; False when that is done."""
    row = tx.conn.execute(
        "SELECT FROM rights.unindexed WHERE generation_id = %s FOR UPDATE", (generation_id,)
    ).fetchone()
    return row is not None


def end_unindexed(tx: Tx, generation_id: str) -> None:
    """Note that all is kept of an output by now."""
    tx.conn.execute("DELETE FROM rights.unindexed WHERE generation_id = %s", (generation_id,))


def _seal(tx: Tx, asset_id: str, one: Packed, account_id: str | None) -> bytes:
    if account_id is None or one.channel is not Channel.MOTION:
        return one.data
    return sealing.seal_bytes(tx, one.data, about=[account_id], place=_place(asset_id))


def _unseal(tx: Tx, asset_id: str, data: bytes, account_id: str) -> bytes | None:
    return sealing.unseal_bytes(tx, data, about=[account_id], place=_place(asset_id))


def _place(asset_id: str) -> str:
    return f"fingerprint.motion/{asset_id}"
