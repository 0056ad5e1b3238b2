"""The feed of hashes in Postgres: derived from the log, the notices and the stay-down entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain import hash as domain
from rightsd.domain.fingerprint import Fingerprint
from rightsd.domain.hash import Change


@dataclass(frozen=True, slots=True)
class Digests:
    """Of a file; those of our outputs as they were handed out.

    Attributes:
        md5: None for what was published before it was kept.
    """

    thing: str
    sha256: str
    md5: str | None


def insert_md5(tx: Tx, generation_id: str, md5: str) -> None:
    """Note the MD5 of an output's file."""
    tx.conn.execute(
        "INSERT INTO rights.output_md5 (generation_id, md5) VALUES (%s, %s)", (generation_id, md5)
    )


@dataclass(frozen=True, slots=True)
class Unhashed:
    """An output from before its MD5 and PDQ hashes were kept."""

    generation_id: str
    sha256: str


def take_unhashed(tx: Tx, *, until: datetime, tries_max: int) -> Unhashed | None:
    """Return an output that is to be hashed, which nobody else takes until a moment."""
    cursor = tx.conn.cursor(row_factory=rows_of(Unhashed))
    return cursor.execute(
        """
        UPDATE rights.unhashed SET tries = tries + 1, taken_until = %(until)s
        FROM rights.generation
        WHERE generation.id = unhashed.generation_id AND unhashed.generation_id = (
            SELECT generation_id FROM rights.unhashed
            WHERE taken_until <= %(now)s AND tries < %(tries_max)s
            ORDER BY tries, generation_id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING unhashed.generation_id, generation.sha256
        """,
        {"until": until, "now": tx.now, "tries_max": tries_max},
    ).fetchone()


def end_unhashed(tx: Tx, generation_id: str) -> bool:
    """Note that an output is being hashed by us; False when somebody else has done it."""
    cursor = tx.conn.execute(
        "DELETE FROM rights.unhashed WHERE generation_id = %s", (generation_id,)
    )
    return cursor.rowcount == 1


def changes(tx: Tx, *, after: int, limit: int) -> list[Change]:
    """Return what began or ceased to stay down, each thing once, where the log says so last.

    What only ever was asked for is not in it. Entries of the log appear in the order of their
    indexes and whole batches at a time, so whoever goes on from the last index misses nothing.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Change))
    return cursor.execute(
        """
        SELECT entry."index", about.thing
        FROM ledger.entry
        LEFT JOIN rights.notice ON notice.id = entry.subject
        CROSS JOIN LATERAL (
            SELECT COALESCE(notice.generation_id, entry.subject) AS thing,
                ARRAY(SELECT id FROM rights.notice AS other
                    WHERE other.generation_id = notice.generation_id
                    UNION SELECT entry.subject) AS subjects) AS about
        WHERE (entry.kind LIKE 'notice.%%' OR entry.kind LIKE 'staydown.%%')
            AND entry.kind = ANY(%(changing)s) AND entry."index" > %(after)s
            AND NOT EXISTS (
                SELECT FROM ledger.entry AS later
                WHERE later.subject = ANY(about.subjects) AND later.kind = ANY(%(changing)s)
                    AND later."index" > entry."index")
            AND EXISTS (
                SELECT FROM ledger.entry AS first
                WHERE first.subject = ANY(about.subjects) AND first.kind = ANY(%(beginning)s)
                    AND first."index" <= entry."index")
        ORDER BY entry."index" LIMIT %(limit)s
        """,
        {
            "changing": sorted(domain.CHANGING),
            "beginning": sorted(domain.BEGINNING),
            "after": after,
            "limit": limit,
        },
    ).fetchall()


def digests(tx: Tx, things: Sequence[str]) -> dict[str, Digests]:
    """Return the digests of files, by the thing."""
    cursor = tx.conn.cursor(row_factory=rows_of(Digests))
    found = cursor.execute(
        """
        SELECT generation.id AS thing, generation.sha256, output_md5.md5
        FROM rights.generation
        LEFT JOIN rights.output_md5 ON output_md5.generation_id = generation.id
        WHERE generation.id = ANY(%(things)s) AND generation.sha256 IS NOT NULL
        UNION ALL
        SELECT id, sha256, md5 FROM rights.staydown WHERE id = ANY(%(things)s)
        """,
        {"things": list(things)},
    ).fetchall()
    return {one.thing: one for one in found}


def codes(tx: Tx, things: Sequence[str]) -> dict[str, list[Fingerprint]]:
    """Return what exchanges compare of outputs and stay-down entries, by the thing."""
    cursor = tx.conn.cursor(row_factory=rows_of(Fingerprint))
    rows = cursor.execute(
        """
        SELECT id, asset_id, false AS of_reference, algorithm, data FROM rights.fingerprint
        WHERE asset_id = ANY(%s) AND channel IN ('frames', 'pdq') AND data IS NOT NULL
        ORDER BY algorithm
        """,
        (list(things),),
    )
    found: dict[str, list[Fingerprint]] = {}
    for row in rows:
        found.setdefault(row.asset_id, []).append(row)
    return found


def content_ids(tx: Tx, things: Sequence[str]) -> dict[str, int]:
    """Return a number for each thing, by which matchers that know numbers alone call it."""
    rows = tx.conn.execute(
        """
        SELECT asset_id, min(id) FROM rights.fingerprint
        WHERE asset_id = ANY(%s) AND data IS NOT NULL GROUP BY asset_id
        """,
        (list(things),),
    )
    return dict(rows.fetchall())


def with_md5(tx: Tx, md5: str) -> list[str]:
    """Return the outputs and standing stay-down entries whose file has this MD5."""
    rows = tx.conn.execute(
        """
        SELECT generation_id FROM rights.output_md5 WHERE md5 = %(md5)s
        UNION ALL SELECT id FROM rights.staydown WHERE md5 = %(md5)s AND state = 'standing'
        """,
        {"md5": md5},
    )
    return [row[0] for row in rows]


def sizes(tx: Tx) -> dict[str, int]:
    """Return how many hashes there are to be looked up, by algorithm, and of files under "md5"."""
    rows = tx.conn.execute(
        """
        SELECT algorithm, sum(codes)::bigint FROM rights.fingerprint
        WHERE reference_id IS NULL AND channel IN ('frames', 'pdq') GROUP BY algorithm
        UNION ALL SELECT 'md5', (SELECT count(*) FROM rights.output_md5)
            + (SELECT count(*) FROM rights.staydown WHERE state = 'standing')
        """
    )
    return dict(rows.fetchall())
