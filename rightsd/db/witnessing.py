"""Whose turn it is to ask witnesses, and what went wrong with them."""

from dataclasses import dataclass
from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx

LOCK = 0x57_4954_4E45_5353  # "WITNESS": advisory, so that a dead session lets it go.


@dataclass(frozen=True, slots=True)
class WitnessTrouble:
    """Why a witness gave no cosignature.

    Attributes:
        name: Of the witness's key.
        key_id: Of the witness's key.
        size: Of the checkpoint that it was asked to cosign.
        trouble: What kind of trouble, `adapters.witness.Trouble`.
        detail: The same in a sentence.
        found_at: When.
    """

    name: str
    key_id: bytes
    size: int
    trouble: str
    detail: str
    found_at: datetime


def lock(tx: Tx) -> bool:
    """Take the turn until the transaction ends; return whether it was to be had."""
    row = tx.conn.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,)).fetchone()
    assert row is not None
    return row[0]


def insert(tx: Tx, trouble: WitnessTrouble) -> None:
    """Keep what went wrong, for good."""
    tx.conn.execute(
        """
        INSERT INTO rights.witness_trouble (name, key_id, size, trouble, detail, found_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (
            trouble.name,
            trouble.key_id,
            trouble.size,
            trouble.trouble,
            trouble.detail,
            trouble.found_at,
        ),
    )


def count(tx: Tx, name: str, key_id: bytes, *, trouble: str, since: datetime) -> int:
    """Return how often a certain trouble with a witness was kept since a time."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.witness_trouble
        WHERE name = %s AND key_id = %s AND trouble = %s AND found_at > %s
        """,
        (name, key_id, trouble, since),
    ).fetchone()
    assert row is not None
    return row[0]


def last(tx: Tx, name: str, key_id: bytes, *, trouble: str | None = None) -> WitnessTrouble | None:
    """Return what went wrong with a witness last, if anything ever did; or of one kind only."""
    cursor = tx.conn.cursor(row_factory=rows_of(WitnessTrouble))
    return cursor.execute(
        """
        SELECT name, key_id, size, trouble, detail, found_at FROM rights.witness_trouble
        WHERE name = %(name)s AND key_id = %(key_id)s
          AND (%(trouble)s::text IS NULL OR trouble = %(trouble)s)
        ORDER BY id DESC LIMIT 1
        """,
        {"name": name, "key_id": key_id, "trouble": trouble},
    ).fetchone()
