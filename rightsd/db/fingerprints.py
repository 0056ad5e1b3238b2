"""Fingerprints in Postgres: the truth that every process's index is derived from."""

from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The hash of one moment of one output.

    Attributes:
        at_seconds: Where in the output, in seconds.
        code: 32 bytes.
        quality: 0..100.
    """

    id: int
    generation_id: str
    at_seconds: float
    code: bytes
    quality: int


def insert(
    tx: Tx, generation_id: str, algorithm: str, moments: Sequence[tuple[float, bytes, int]]
) -> None:
    """Add the fingerprint of an output: its moments as (seconds, code, quality)."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.fingerprint (generation_id, algorithm, at_seconds, code, quality)
            VALUES (%s, %s, %s, %s, %s)
            """,
            [(generation_id, algorithm, *moment) for moment in moments],
        )


def of_generation(tx: Tx, generation_id: str, algorithm: str) -> list[Fingerprint]:
    """Return the fingerprint of one output, in order."""
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, generation_id, at_seconds, code, quality
        FROM rights.fingerprint WHERE generation_id = %s AND algorithm = %s
        ORDER BY at_seconds, id
        """,
        (generation_id, algorithm),
    ).fetchall()


def horizon(tx: Tx) -> int:
    """Return the first transaction that may still be running: all before it have ended."""
    row = tx.conn.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetchone()
    assert row is not None
    return row[0]


def since(tx: Tx, algorithm: str, horizon: int) -> list[Fingerprint]:
    """Return what was written by transactions from a horizon on, as far as it is visible.

    A row that commits late has a writer at or after the horizon of every earlier look, so looking
    from the last horizon on misses nothing, and can repeat what was seen already.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, generation_id, at_seconds, code, quality
        FROM rights.fingerprint
        WHERE algorithm = %s AND written_by >= %s::text::xid8 ORDER BY id
        """,
        (algorithm, horizon),
    ).fetchall()
