"""What showed something that is to stay down, in Postgres, and what people found of it."""

from collections.abc import Sequence
from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.flood import HISTORY, OF_ACCOUNT_MAX, RECENT, Matched, Precision, precision
from rightsd.domain.staydown import Found


def insert(tx: Tx, found: Found, *, found_in: str, account_id: str) -> bool:
    """Note that a clip or a file of an account shows something; False when that was known."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.staydown_match (thing, found_in, account_id, strong, at)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (thing, found_in) DO UPDATE SET strong = true
            WHERE EXCLUDED.strong AND NOT staydown_match.strong
        """,
        (found.thing, found_in, account_id, found.strong, tx.now),
    )
    return cursor.rowcount == 1


def found_in(tx: Tx, ids: Sequence[str]) -> list[Found]:
    """Return what clips or files were found to show, but for what a reviewer overturned."""
    cursor = tx.conn.cursor(row_factory=rows_of(Found))
    return cursor.execute(
        """
        SELECT thing, bool_or(strong) AS strong FROM rights.staydown_match
        WHERE found_in = ANY(%s) AND finding IS DISTINCT FROM 'overturned'
        GROUP BY thing ORDER BY thing
        """,
        (list(ids),),
    ).fetchall()


def overturned_in(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Return what a reviewer found that clips or files do not show after all."""
    rows = tx.conn.execute(
        """
        SELECT thing FROM rights.staydown_match
        WHERE found_in = ANY(%s) AND finding = 'overturned'
        """,
        (list(ids),),
    )
    return {row[0] for row in rows}


def strong(tx: Tx, generation_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return by output what it shows beyond doubt, whether or not that is to stay down by now."""
    rows = tx.conn.execute(
        """
        SELECT found_in, array_agg(thing ORDER BY thing) FROM rights.staydown_match
        WHERE found_in = ANY(%s) AND strong AND finding IS DISTINCT FROM 'overturned'
        GROUP BY found_in
        """,
        (list(generation_ids),),
    )
    return dict(rows.fetchall())


def outputs_with(tx: Tx, thing: str) -> list[str]:
    """Return the published outputs that were found to show something."""
    rows = tx.conn.execute(
        """
        SELECT generation.id FROM rights.staydown_match AS match
        JOIN rights.generation ON generation.id = match.found_in
        WHERE match.thing = %s AND match.strong AND generation.state = 'published'
        ORDER BY generation.id
        """,
        (thing,),
    )
    return [row[0] for row in rows]


def count(tx: Tx, thing: str) -> int:
    """Return how many clips and files showed something, but for what a reviewer overturned."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.staydown_match
        WHERE thing = %s AND finding IS DISTINCT FROM 'overturned'
        """,
        (thing,),
    ).fetchone()
    assert row is not None
    return row[0]


def settle(tx: Tx, thing: str, ids: Sequence[str], *, right: bool) -> None:
    """Note what a reviewer found of a match."""
    tx.conn.execute(
        """
        UPDATE rights.staydown_match SET finding = %s WHERE thing = %s AND found_in = ANY(%s)
        """,
        ("confirmed" if right else "overturned", thing, list(ids)),
    )


def matched(tx: Tx, thing: str, *, confirmed_at: datetime | None) -> Matched:
    """Return how much something has matched, and what of it since a reviewer confirmed it."""
    since = tx.now - RECENT
    recently = since if confirmed_at is None else max(since, confirmed_at)
    cursor = tx.conn.cursor(row_factory=rows_of(Matched))
    found = cursor.execute(
        """
        SELECT COALESCE(sum(least(recent, %(most)s)), 0)::integer AS recent,
            COALESCE(sum(before), 0)::integer AS before, min(first_at) AS first_at
        FROM (
            SELECT count(*) FILTER (WHERE at > %(recently)s) AS recent,
                count(*) FILTER (WHERE at <= %(since)s) AS before, min(at) AS first_at
            FROM rights.staydown_match WHERE thing = %(thing)s AND at > %(history)s
            GROUP BY account_id) AS of_account
        """,
        {
            "thing": thing,
            "recently": recently,
            "since": since,
            "history": since - HISTORY,
            "most": OF_ACCOUNT_MAX,
        },
    ).fetchone()
    assert found is not None
    return found


def floods(tx: Tx, things: Sequence[str]) -> dict[str, datetime | None]:
    """Return of what a reviewer was ever asked whether it is right, since it matched too much.

    None says that it is not confirmed: nobody has answered, or the answer was no. Otherwise it is
    the time of the answer.
    """
    rows = tx.conn.execute(
        """
        SELECT DISTINCT ON (things[1]) things[1],
            CASE WHEN COALESCE(last_finding, finding) = 'refuse'
                THEN COALESCE(last_at, decided_at) END
        FROM rights.review WHERE kind = 'flood' AND things[1] = ANY(%s)
        ORDER BY things[1], opened_at DESC, id
        """,
        (list(things),),
    )
    return dict(rows.fetchall())


def insert_feedback(tx: Tx, thing: str, account_id: str, feedback: str) -> None:
    """Note what a platform says of something, instead of what it said before."""
    tx.conn.execute(
        """
        INSERT INTO rights.hash_feedback (thing, account_id, feedback, at) VALUES (%s, %s, %s, %s)
        ON CONFLICT (thing, account_id) DO UPDATE SET feedback = EXCLUDED.feedback, at = EXCLUDED.at
        """,
        (thing, account_id, feedback, tx.now),
    )


def precisions(tx: Tx, things: Sequence[str]) -> dict[str, Precision]:
    """Return how often what things matched was a copy, as reviewers and platforms found."""
    rows = tx.conn.execute(
        """
        SELECT thing,
            (SELECT count(*) FROM rights.staydown_match AS match WHERE match.thing = asked.thing),
            (SELECT count(*) FROM rights.staydown_match AS match
                WHERE match.thing = asked.thing AND finding = 'confirmed')
            + (SELECT count(*) FROM rights.hash_feedback AS said
                WHERE said.thing = asked.thing AND feedback = 'Blocked'),
            (SELECT count(*) FROM rights.staydown_match AS match
                WHERE match.thing = asked.thing AND finding = 'overturned')
            + (SELECT count(*) FROM rights.hash_feedback AS said
                WHERE said.thing = asked.thing AND feedback = 'NotBlocked')
        FROM unnest(%s::text[]) AS asked (thing)
        """,
        (list(things),),
    )
    return {
        thing: precision(matches, confirmed=confirmed, overturned=overturned)
        for thing, matches, confirmed, overturned in rows
    }


def busiest(tx: Tx, *, limit: int) -> list[str]:
    """Return what matched most in the last weeks, here and with platforms that said so."""
    rows = tx.conn.execute(
        """
        SELECT thing FROM (
            SELECT thing FROM rights.staydown_match WHERE at > %(since)s
            UNION ALL SELECT thing FROM rights.hash_feedback WHERE at > %(since)s) AS matched
        GROUP BY thing ORDER BY count(*) DESC, thing LIMIT %(limit)s
        """,
        {"since": tx.now - HISTORY, "limit": limit},
    )
    return [row[0] for row in rows]
