"""Uses of a likeness in Postgres: the generations that would cast someone, and who approved."""

from collections.abc import Sequence
from datetime import datetime

from rightsd.db.tx import Tx


def of_subjects(
    tx: Tx, subject_ids: Sequence[str], *, before: datetime | None, limit: int
) -> list[str]:
    """Return ids of the generations that would cast one of these subjects, newest first."""
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.generation
        WHERE about && %(subjects)s::text[]
            AND (%(before)s::timestamptz IS NULL OR requested_at < %(before)s)
        ORDER BY requested_at DESC, id LIMIT %(limit)s
        """,
        {"subjects": list(subject_ids), "before": before, "limit": limit},
    )
    return [row[0] for row in rows]


def rest_on(
    tx: Tx, subject_ids: Sequence[str], generation_ids: Sequence[str]
) -> dict[str, list[tuple[str, int]]]:
    """Return on which consents of some people uses rest now, and in which version of their terms.

    What was refused rests on none.
    """
    rows = tx.conn.execute(
        """
        SELECT reliance.generation_id, consent.id, consent.terms_version
        FROM rights.reliance
        JOIN rights.consent ON consent.id = reliance.consent_id
            AND consent.subject_id = ANY(%s)
        JOIN rights.generation ON generation.id = reliance.generation_id
            AND generation.state <> 'refused'
        WHERE reliance.generation_id = ANY(%s) ORDER BY consent.id
        """,
        (list(subject_ids), list(generation_ids)),
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for generation_id, consent_id, terms_version in rows:
        found.setdefault(generation_id, []).append((consent_id, terms_version))
    return found


def approve(tx: Tx, generation_id: str, consent_id: str) -> bool:
    """Note that a use was approved under a consent; False when it was before."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.approval (generation_id, subject_id, consent_id, approved_at)
        SELECT %s, subject_id, id, %s FROM rights.consent WHERE id = %s
        ON CONFLICT DO NOTHING
        """,
        (generation_id, tx.now, consent_id),
    )
    return cursor.rowcount == 1


def approved_under(tx: Tx, generation_id: str) -> set[str]:
    """Return ids of the consents under which a use was approved."""
    rows = tx.conn.execute(
        """
        SELECT consent_id FROM rights.approval
        WHERE generation_id = %s AND consent_id IS NOT NULL
        """,
        (generation_id,),
    )
    return {row[0] for row in rows}


def held_before(tx: Tx, moment: datetime, *, limit: int) -> list[str]:
    """Return ids of uses that wait for approval since before a moment, in their order.

    One that was refused and reinstated on appeal waits since then.
    """
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.generation
        WHERE state = 'held' AND requested_at < %(moment)s AND NOT EXISTS (
            SELECT FROM rights.review
            WHERE kind = 'use' AND things[1] = generation.id AND last_at >= %(moment)s)
        ORDER BY id LIMIT %(limit)s
        """,
        {"moment": moment, "limit": limit},
    )
    return [row[0] for row in rows]


def count_held(tx: Tx, account_id: str) -> int:
    """Return how many uses that an account asked for wait for approval."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.generation WHERE account_id = %s AND state = 'held'",
        (account_id,),
    ).fetchone()
    assert row is not None
    return row[0]
