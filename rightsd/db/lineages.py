"""What outputs are made of, in Postgres: outputs."""

from collections.abc import Mapping, Sequence

from rightsd.db import generations
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation
from rightsd.domain.lineage import DEPTH_MAX, By


def insert(tx: Tx, child_id: str, parents: Mapping[str, By]) -> None:
    """Note of what a clip is made."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO rights.lineage (child_id, parent_id, found_by) VALUES (%s, %s, %s)",
            [(child_id, parent_id, by) for parent_id, by in sorted(parents.items())],
        )


def parents(tx: Tx, child_id: str, *, limit: int) -> list[str]:
    """Return of which outputs a clip is made: those that its request names first."""
    rows = tx.conn.execute(
        """
        SELECT parent_id FROM rights.lineage WHERE child_id = %s
        ORDER BY found_by = 'named' DESC, parent_id LIMIT %s
        """,
        (child_id, limit),
    )
    return [row[0] for row in rows]


def children(tx: Tx, parent_id: str, account_id: str, *, limit: int) -> list[str]:
    """Return ids of the outputs of an account that are made of one, in order."""
    rows = tx.conn.execute(
        """
        SELECT child_id FROM rights.lineage JOIN rights.generation ON generation.id = child_id
        WHERE parent_id = %s AND account_id = %s AND sha256 IS NOT NULL
        ORDER BY child_id LIMIT %s
        """,
        (parent_id, account_id, limit),
    )
    return [row[0] for row in rows]


def above(tx: Tx, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return of what clips are made, by id, and of what that is made in turn: ids, in order."""
    rows = tx.conn.execute(
        """
        WITH RECURSIVE above AS (
            SELECT child_id, parent_id, 1 AS depth FROM rights.lineage WHERE child_id = ANY(%s)
            UNION
            SELECT above.child_id, lineage.parent_id, depth + 1
            FROM above JOIN rights.lineage ON lineage.child_id = above.parent_id
            WHERE depth < %s
        )
        SELECT child_id, array_agg(DISTINCT parent_id ORDER BY parent_id) FROM above
        GROUP BY child_id
        """,
        (list(ids), DEPTH_MAX),
    )
    return dict(rows.fetchall())


def depth(tx: Tx, ids: Sequence[str]) -> int:
    """Return how long the longest line of outputs is, each made of the next, that begins here."""
    row = tx.conn.execute(
        """
        WITH RECURSIVE above AS (
            SELECT unnest(%s::text[]) AS id, 1 AS depth
            UNION
            SELECT lineage.parent_id, depth + 1
            FROM above JOIN rights.lineage ON lineage.child_id = above.id WHERE depth < %s
        )
        SELECT max(depth) FROM above
        """,
        (list(ids), DEPTH_MAX),
    ).fetchone()
    assert row is not None
    return row[0]


def lock(tx: Tx, child_id: str) -> Generation | None:
    """Return a generation, locked until the transaction ends, with all that it is made of held.

    In the order of their ids, as whoever locks several generations does.
    """
    locked = None
    for each in sorted({child_id, *above(tx, [child_id]).get(child_id, ())}):
        if each == child_id:
            locked = generations.lock(tx, each)
        else:
            generations.hold(tx, each)
    return locked


def severed(tx: Tx, *, limit: int) -> list[str]:
    """Return ids of clips that are made of one that was withdrawn since they were looked at."""
    rows = tx.conn.execute(
        "SELECT DISTINCT child_id FROM rights.lineage WHERE severed ORDER BY child_id LIMIT %s",
        (limit,),
    )
    return [row[0] for row in rows]


def note_followed(tx: Tx, child_id: str) -> None:
    """Note that a clip was looked at after what it is made of was withdrawn."""
    tx.conn.execute(
        "UPDATE rights.lineage SET severed = false WHERE child_id = %s AND severed", (child_id,)
    )


def remixes(tx: Tx, ids: Sequence[str], *, after: str, most: int) -> list[str]:
    """Return ids of live clips that are made of these, at any remove, in order; so many at most."""
    rows = tx.conn.execute(
        """
        WITH RECURSIVE below AS (
            SELECT child_id, 1 AS depth FROM rights.lineage WHERE parent_id = ANY(%(ids)s)
            UNION
            SELECT lineage.child_id, depth + 1
            FROM below JOIN rights.lineage ON lineage.parent_id = below.child_id
            WHERE depth < %(depth)s
        )
        SELECT id FROM rights.generation
        WHERE id IN (SELECT child_id FROM below) AND id <> ALL (%(ids)s) AND id > %(after)s
            AND state IN ('held', 'requested', 'published')
        ORDER BY id LIMIT %(most)s
        """,
        {"ids": list(ids), "depth": DEPTH_MAX, "after": after, "most": most},
    )
    return [row[0] for row in rows]
