"""Fingerprints in Postgres: the truth that every process's index is derived from."""

from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.fingerprint import Fingerprint, Packed


@dataclass(frozen=True, slots=True)
class Change:
    """A fingerprint that was added, or that nothing is compared with any more."""

    id: int
    stands: bool


def insert(tx: Tx, asset_id: str, packed: Sequence[Packed]) -> None:
    """Add what is kept of an output, a reference or a stay-down entry; what is empty is not.

    Those of references and entries are added while releases are kept out: see `of_references`.
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
                    "data": one.data,
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
