"""What a shard of the fingerprint index reads of fingerprints: those that fall to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx


@dataclass(frozen=True, slots=True)
class Change:
    """A fingerprint that was added, or emptied.

    Attributes:
        id: Its row.
        of_reference: It is none of an output.
        codes: How many codes it has; 0: nothing is compared with it any more.
    """

    id: int
    of_reference: bool
    codes: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one code comes from.

    Attributes:
        id: The fingerprint's row.
        place: Which code of that it is.
        ticks: When the asset shows it, as it is packed.
    """

    id: int
    place: int
    asset_id: str
    ticks: bytes


def changes(tx: Tx, algorithm: str, horizon: int, *, number: int, of: int) -> list[Change]:
    """Return what transactions from a horizon on have changed: see `fingerprints.changes`.

    Args:
        tx: The transaction that looks.
        algorithm: Whose fingerprints.
        horizon: That of an earlier look, or 0.
        number: Of the shard that they fall to, by `fingerprint.shards.owners`.
        of: How many shards there are.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Change))
    return cursor.execute(
        """
        SELECT id, generation_id IS NULL AS of_reference, codes FROM rights.fingerprint
        WHERE algorithm = %s AND written_by >= %s::text::xid8
            AND ((((id & 2147483647) * 2654435769) >> 20) %% %s) = %s
        ORDER BY id
        """,
        (algorithm, horizon, of, number),
    ).fetchall()


def last_reference(tx: Tx, algorithm: str) -> int:
    """Return the last row of a reference or a stay-down entry, and with it all those before."""
    row = tx.conn.execute(
        """
        SELECT coalesce(max(id), 0) FROM rights.fingerprint
        WHERE algorithm = %s AND generation_id IS NULL
        """,
        (algorithm,),
    ).fetchone()
    assert row is not None
    return row[0]


def locate(tx: Tx, numbers: Sequence[int], places: Sequence[int], *, ticks: int) -> list[Place]:
    """Return what single codes are of, and when; those of emptied fingerprints are left out.

    Args:
        tx: The transaction that looks.
        numbers: The fingerprints' rows.
        places: The codes' places in these, as many.
        ticks: Where packed times begin: `fingerprint.descriptor.pack`.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Place))
    return cursor.execute(
        """
        SELECT id, place, asset_id, substr(data, (%(ticks)s + 4 * place + 1)::integer, 4) AS ticks
        FROM unnest(%(numbers)s::bigint[], %(places)s::bigint[]) AS wanted (number, place)
        JOIN rights.fingerprint ON id = number
        WHERE data IS NOT NULL AND place < codes
        """,
        {"numbers": list(numbers), "places": list(places), "ticks": ticks},
    ).fetchall()
