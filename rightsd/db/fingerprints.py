"""Fingerprints in Postgres: the truth that every process's index is derived from."""

from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx

Moments = Sequence[tuple[float, bytes, int]]  # (seconds, code, quality)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The hash of one moment of an output, of a reference of a work, or of a stay-down entry.

    Attributes:
        asset_id: The output, the reference or the entry.
        of_reference: It is no output.
        at_seconds: Where in it, in seconds.
        code: 32 bytes.
        quality: 0..100.
    """

    id: int
    asset_id: str
    of_reference: bool
    at_seconds: float
    code: bytes
    quality: int


def insert(tx: Tx, generation_id: str, algorithm: str, moments: Moments) -> None:
    """Add the fingerprint of an output."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.fingerprint (generation_id, algorithm, at_seconds, code, quality)
            VALUES (%s, %s, %s, %s, %s)
            """,
            [(generation_id, algorithm, *moment) for moment in moments],
        )


def insert_of_reference(tx: Tx, reference_id: str, algorithm: str, moments: Moments) -> None:
    """Add the fingerprint of a reference, while releases are kept out: see `of_references`."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.fingerprint (reference_id, algorithm, at_seconds, code, quality)
            VALUES (%s, %s, %s, %s, %s)
            """,
            [(reference_id, algorithm, *moment) for moment in moments],
        )


def insert_of_staydown(tx: Tx, staydown_id: str, algorithm: str, moments: Moments) -> None:
    """Add the fingerprint of a stay-down entry, while releases are kept out: see below."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.fingerprint (staydown_id, algorithm, at_seconds, code, quality)
            VALUES (%s, %s, %s, %s, %s)
            """,
            [(staydown_id, algorithm, *moment) for moment in moments],
        )


def of_staydown(tx: Tx, staydown_id: str, algorithm: str) -> list[Fingerprint]:
    """Return the fingerprint of one stay-down entry, in order."""
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, staydown_id AS asset_id, true AS of_reference, at_seconds, code, quality
        FROM rights.fingerprint WHERE staydown_id = %s AND algorithm = %s
        ORDER BY at_seconds, id
        """,
        (staydown_id, algorithm),
    ).fetchall()


def of_generation(tx: Tx, generation_id: str, algorithm: str) -> list[Fingerprint]:
    """Return the fingerprint of one output, in order."""
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, generation_id AS asset_id, false AS of_reference, at_seconds, code, quality
        FROM rights.fingerprint WHERE generation_id = %s AND algorithm = %s
        ORDER BY at_seconds, id
        """,
        (generation_id, algorithm),
    ).fetchall()


def of_reference(tx: Tx, reference_id: str, algorithm: str) -> list[Fingerprint]:
    """Return the fingerprint of one reference, in order."""
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, reference_id AS asset_id, true AS of_reference, at_seconds, code, quality
        FROM rights.fingerprint WHERE reference_id = %s AND algorithm = %s
        ORDER BY at_seconds, id
        """,
        (reference_id, algorithm),
    ).fetchall()


def of_references(tx: Tx, algorithm: str, *, after: int, limit: int) -> list[Fingerprint]:
    """Return the moments of references and stay-down entries behind a row, in their ids' order.

    These are registered one at a time, each keeping others out until it has committed: so
    whoever sees one row sees all that came before it.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, coalesce(reference_id, staydown_id) AS asset_id, true AS of_reference,
            at_seconds, code, quality
        FROM rights.fingerprint
        WHERE generation_id IS NULL AND id > %s AND algorithm = %s ORDER BY id LIMIT %s
        """,
        (after, algorithm, limit),
    ).fetchall()


def horizon(tx: Tx) -> int:
    """Return the first transaction that may still be running: all before it have ended."""
    row = tx.conn.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetchone()
    assert row is not None
    return row[0]


def outputs_since(tx: Tx, algorithm: str, horizon: int) -> list[str]:
    """Return the outputs that were written by transactions from a horizon on: see `since`."""
    rows = tx.conn.execute(
        """
        SELECT DISTINCT generation_id FROM rights.fingerprint
        WHERE algorithm = %s AND written_by >= %s::text::xid8 AND generation_id IS NOT NULL
        ORDER BY generation_id
        """,
        (algorithm, horizon),
    )
    return [row[0] for row in rows]


def since(tx: Tx, algorithm: str, horizon: int) -> list[Fingerprint]:
    """Return what was written by transactions from a horizon on, as far as it is visible.

    A row that commits late has a writer at or after the horizon of every earlier look, so looking
    from the last horizon on misses nothing, and can repeat what was seen already.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    return cursor.execute(
        """
        SELECT id, coalesce(generation_id, reference_id, staydown_id) AS asset_id,
            generation_id IS NULL AS of_reference, at_seconds, code, quality
        FROM rights.fingerprint
        WHERE algorithm = %s AND written_by >= %s::text::xid8 ORDER BY id
        """,
        (algorithm, horizon),
    ).fetchall()
