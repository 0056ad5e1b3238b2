"""On which registered platforms outputs may not be shown that are out on others, in Postgres."""

import itertools
from collections.abc import Sequence

from rightsd.db import platforms, standing
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation


def barred(tx: Tx, outputs: Sequence[Generation]) -> dict[str, dict[str, list[str]]]:
    """Return, by output, the registered platforms on which it may not be shown, each with causes.

    One that was told so under another name is still meant. This is what stands now: `noted` is
    what was made of it.
    """
    not_on = standing.not_on(tx, outputs)
    known = platforms.known_as(tx, {name for named in not_on.values() for name in named})
    told = noted(tx, list(not_on))
    found: dict[str, dict[str, list[str]]] = {}
    for generation_id, named in not_on.items():
        found[generation_id] = {
            platform_id: causes
            for name, causes in named.items()
            for platform_id in known.get(name, ())
        }
        standing_ = set(itertools.chain(*named.values()))
        for platform_id, because_of in told.get(generation_id, {}).items():
            if because_of in standing_:
                found[generation_id].setdefault(platform_id, [because_of])
    return found


def noted(tx: Tx, generation_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return, by output, the platforms that were told that it is taken from them, and for what."""
    rows = tx.conn.execute(
        """
        SELECT generation_id, jsonb_object_agg(platform_id, because_of) FROM rights.delisting
        WHERE generation_id = ANY(%s) GROUP BY generation_id
        """,
        (list(generation_ids),),
    )
    return dict(rows.fetchall())


def page(tx: Tx, because_of: str, *, after: str, limit: int) -> list[str]:
    """Return ids of the outputs that a revocation keeps from platforms, in order."""
    rows = tx.conn.execute(
        """
        SELECT DISTINCT generation_id FROM rights.delisting
        WHERE because_of = %s AND generation_id > %s ORDER BY generation_id LIMIT %s
        """,
        (because_of, after, limit),
    )
    return [row[0] for row in rows]


def insert(tx: Tx, generation_id: str, platform_id: str, because_of: str) -> None:
    """Note that an output is taken from a platform, and when it was, for the stopwatch."""
    tx.conn.execute(
        """
        WITH ended AS (
            INSERT INTO rights.ending (because_of, generation_id, state, ended_at)
            VALUES (%(cause)s, %(generation)s, 'delisted', %(now)s) ON CONFLICT DO NOTHING)
        INSERT INTO rights.delisting (generation_id, platform_id, because_of)
        VALUES (%(generation)s, %(platform)s, %(cause)s)
        """,
        {
            "generation": generation_id,
            "platform": platform_id,
            "cause": because_of,
            "now": tx.now,
        },
    )


def keep(tx: Tx, generation_id: str, platform_id: str, because_of: str) -> None:
    """Note that another revocation keeps an output from a platform from now on."""
    tx.conn.execute(
        "UPDATE rights.delisting SET because_of = %s WHERE generation_id = %s AND platform_id = %s",
        (because_of, generation_id, platform_id),
    )


def delete(tx: Tx, generation_id: str, platform_id: str) -> None:
    """Note that an output may be shown on a platform again."""
    tx.conn.execute(
        "DELETE FROM rights.delisting WHERE generation_id = %s AND platform_id = %s",
        (generation_id, platform_id),
    )
