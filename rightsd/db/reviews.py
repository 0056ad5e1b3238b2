"""Reviews in Postgres. Evidence and words are sealed under the keys of all whom they are about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from psycopg.rows import BaseRowFactory

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import review as domain
from rightsd.domain.events import Event
from rightsd.domain.review import Finding, Kind, Opening, Review, Right, Ruling, State


def begin(tx: Tx, opening: Opening) -> Review | None:
    """Open a review and put it on record; None when one about the same things is open already.

    Commands of several nouns do this, each in its own transaction.
    """
    event = Event("review.opened", ids.new("rev"), tx.now, domain.facts(opening))
    review = domain.opened(opening, event)
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.review
            (id, kind, things, parties, about, rules, names, sealed, state, opened_at, due_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (kind, things) WHERE state = 'opened' DO NOTHING
        """,
        (
            review.id,
            review.kind,
            list(review.things),
            list(review.parties),
            list(review.about),
            list(review.rules),
            list(review.names),
            _seal(tx, review),
            review.state,
            review.opened_at,
            review.due_at,
        ),
    )
    if cursor.rowcount == 0:
        return None
    tx.record(event)
    return review


def await_reviewer(tx: Tx, opening: Opening) -> None:
    """Ask a reviewer, or put into the review that is open what is known by now."""
    while begin(tx, opening) is None:
        review = open_about(tx, opening.kind, opening.things)
        if review is not None:  # Otherwise it was decided just now: this is asked anew.
            _add(tx, review, opening)
            return


def _add(tx: Tx, review: Review, opening: Opening) -> None:
    if review.evidence is None:
        return
    names = tuple(dict.fromkeys([*review.names, *opening.names]))
    evidence = dict(review.evidence) | dict(opening.evidence)
    # Whoever has it has not seen all of it by now, and has to take it again.
    tx.conn.execute(
        """
        UPDATE rights.review
        SET rules = %s, names = %s, sealed = %s, held_by = NULL, held_until = NULL WHERE id = %s
        """,
        (list(opening.rules), list(names), _seal(tx, review, evidence), review.id),
    )


def lapse(tx: Tx, review: Review) -> None:
    """End a locked review that nobody has decided in time."""
    event = Event("review.lapsed", review.id, tx.now, {})
    update(tx, domain.evolve(review, event))
    tx.record(event)


def drop(tx: Tx, review: Review) -> None:
    """End a locked review that has nothing left to decide; what it was about goes on."""
    event = Event("review.dropped", review.id, tx.now, {})
    update(tx, domain.evolve(review, event))
    tx.record(event)


def update(tx: Tx, review: Review) -> None:
    """Write everything of a review that an event can change; what was erased stays erased."""
    first, last = review.first, review.last
    tx.conn.execute(
        """
        UPDATE rights.review
        SET state = %s, due_at = %s, held_by = %s, held_until = %s, decided_by = %s,
            decided_at = %s, finding = %s, against_right = %s, appealed_at = %s, last_by = %s,
            last_at = %s, last_finding = %s, sealed = COALESCE(%s, sealed)
        WHERE id = %s
        """,
        (
            review.state,
            review.due_at,
            review.held_by,
            review.held_until,
            first and first.reviewer_id,
            first and first.at,
            first and first.finding,
            first and first.right,
            review.appealed_at,
            last and last.reviewer_id,
            last and last.at,
            last and last.finding,
            None if review.evidence is None else _seal(tx, review),
            review.id,
        ),
    )


def hold(tx: Tx, review_id: str, reviewer_id: str | None, until: datetime | None) -> None:
    """Give a review to a reviewer until a moment, or back to the queue."""
    tx.conn.execute(
        "UPDATE rights.review SET held_by = %s, held_until = %s WHERE id = %s",
        (reviewer_id, until, review_id),
    )


def find(tx: Tx, review_id: str) -> Review | None:
    """Return a review."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM rights.review WHERE id = %s
        """,
        (review_id,),
    ).fetchone()


def lock(tx: Tx, review_id: str) -> Review | None:
    """Return a review, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM rights.review WHERE id = %s FOR UPDATE
        """,
        (review_id,),
    ).fetchone()


def open_about(tx: Tx, kind: Kind, things: tuple[str, ...]) -> Review | None:
    """Return the review about some things that nobody has decided, locked."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM rights.review WHERE kind = %s AND things = %s AND state = 'opened' FOR UPDATE
        """,
        (kind, list(things)),
    ).fetchone()


def open_about_outputs(tx: Tx, generation_ids: Sequence[str]) -> list[Review]:
    """Return the reviews of some outputs that nobody has decided, locked, in id order."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT review.id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM unnest(%s::text[]) AS one (id)
        JOIN rights.review ON kind = 'output' AND things = ARRAY[one.id] AND state = 'opened'
        ORDER BY review.id FOR UPDATE OF review
        """,
        (list(generation_ids),),
    ).fetchall()


def page_of_open_uses(tx: Tx, *, after: str, limit: int) -> list[Review]:
    """Return the undecided reviews of uses that are about works, in id order, those after one id.

    Which works is sealed.
    """
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM rights.review
        WHERE kind = 'use' AND state = 'opened' AND id > %s AND EXISTS (
            SELECT FROM unnest(rules) AS rule
            WHERE starts_with(rule, 'work.') OR starts_with(rule, 'output.')
                OR starts_with(rule, 'reference.'))
        ORDER BY id LIMIT %s
        """,
        (after, limit),
    ).fetchall()


def page_of_open_outputs(tx: Tx, *, after: str, limit: int) -> list[tuple[str, str]]:
    """Return undecided reviews of outputs, those after one id: their ids, and the generations'."""
    rows = tx.conn.execute(
        """
        SELECT id, things[1] FROM rights.review
        WHERE kind = 'output' AND state = 'opened' AND id > %s ORDER BY id LIMIT %s
        """,
        (after, limit),
    )
    return rows.fetchall()


def open_conflicts_over(tx: Tx, work_id: str, names: tuple[str, ...]) -> list[Review]:
    """Return the undecided conflicts of a work over any of these names, locked, in id order."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM rights.review
        WHERE kind = 'conflict' AND things @> ARRAY[%s] AND names && %s AND state = 'opened'
        ORDER BY id FOR UPDATE
        """,
        (work_id, list(names)),
    ).fetchall()


def due(tx: Tx, *, limit: int) -> list[Review]:
    """Return the reviews that nobody decided in time and that lapse, locked; not what is locked."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM rights.review
        WHERE state = 'opened' AND due_at <= %s AND kind = ANY(%s)
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (tx.now, sorted(domain.LAPSING), limit),
    ).fetchall()


def queue(
    tx: Tx, reviewer_id: str, *, behind: tuple[datetime, str] | None, limit: int
) -> list[Review]:
    """Return what waits for this reviewer or another, what is due first; nothing of their own.

    `behind`: only those behind one, by when it is due and its id.
    """
    at, review_id = behind or (None, None)
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM rights.review
        WHERE state IN ('opened', 'appealed') AND NOT parties @> ARRAY[%(reviewer)s]
            AND decided_by IS DISTINCT FROM %(reviewer)s
            AND (%(at)s::timestamptz IS NULL OR (due_at, id) > (%(at)s, %(id)s::text))
        ORDER BY due_at, id LIMIT %(limit)s
        """,
        {"reviewer": reviewer_id, "at": at, "id": review_id, "limit": limit},
    ).fetchall()


def of_party(tx: Tx, account_id: str, *, limit: int) -> list[Review]:
    """Return the reviews that can go against an account, newest first; no samples."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM rights.review WHERE parties @> ARRAY[%s] AND kind <> 'sample'
        ORDER BY opened_at DESC, id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()


def count_held(tx: Tx, reviewer_id: str) -> int:
    """Return how many reviews a reviewer has at this moment."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.review WHERE held_by = %s AND held_until > %s",
        (reviewer_id, tx.now),
    ).fetchone()
    assert row is not None
    return row[0]


def cleared(tx: Tx, generation_id: str) -> set[str]:
    """Return what reviewers have cleared of what they were shown of a use: see `Reason.matter`.

    That a rule was doubted for one thing says nothing of another that the rule finds later.
    """
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    found = cursor.execute(
        """
        SELECT id, kind, things, parties, about, rights.keys_of(about) AS keys, rules, names,
            sealed, state, opened_at, due_at, held_by, held_until, decided_by, decided_at,
            finding, against_right, appealed_at, last_by, last_at, last_finding
        FROM rights.review
        WHERE (kind IN ('use', 'output') AND things[1] = %(generation)s
                OR kind = 'likeness' AND things[1] = %(generation)s)
            AND COALESCE(last_finding, finding) = 'allow'
        """,
        {"generation": generation_id},
    )
    return {reason.matter for review in found for reason in review.reasons}


def has_confirmed(tx: Tx, generation_id: str) -> bool:
    """Return whether a reviewer found that an output is of whom it was withdrawn for."""
    row = tx.conn.execute(
        """
        SELECT FROM rights.review WHERE kind = 'likeness' AND things[1] = %s
            AND COALESCE(last_finding, finding) = 'refuse'
        """,
        (generation_id,),
    ).fetchone()
    return row is not None


def clear_about(tx: Tx, subject_id: str) -> None:
    """Clear the evidence and words about a subject, which no key opens any more."""
    tx.conn.execute(
        "UPDATE rights.review SET sealed = NULL WHERE about @> ARRAY[%s] AND sealed IS NOT NULL",
        (subject_id,),
    )


def _seal(tx: Tx, review: Review, evidence: Mapping[str, Any] | None = None) -> bytes:
    private = {
        "evidence": review.evidence if evidence is None else evidence,
        "first": review.first and review.first.reason,
        "objection": review.objection,
        "last": review.last and review.last.reason,
    }
    return sealing.seal(tx, private, about=review.about, place=_place(review.id))


def _rows(tx: Tx) -> BaseRowFactory[Review]:
    return rows_by(partial(_review, tx))


def _review(tx: Tx, row: dict[str, Any]) -> Review:
    private = sealing.unseal(
        tx, row["sealed"], about=row["about"], keys=row["keys"], place=_place(row["id"])
    )
    private = private or {"evidence": None, "first": None, "objection": None, "last": None}
    return Review(
        id=row["id"],
        kind=Kind(row["kind"]),
        things=tuple(row["things"]),
        parties=tuple(row["parties"]),
        about=tuple(row["about"]),
        evidence=private["evidence"],
        rules=tuple(row["rules"]),
        names=tuple(row["names"]),
        state=State(row["state"]),
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        held_by=row["held_by"],
        held_until=row["held_until"],
        first=_ruling(
            row["decided_by"],
            row["decided_at"],
            row["finding"],
            row["against_right"],
            private["first"],
        ),
        appealed_at=row["appealed_at"],
        objection=private["objection"],
        last=_ruling(row["last_by"], row["last_at"], row["last_finding"], None, private["last"]),
    )


def _ruling(
    by: str | None, at: datetime | None, finding: str | None, right: str | None, reason: str | None
) -> Ruling | None:
    if by is None or at is None or finding is None:
        return None
    return Ruling(by, at, Finding(finding), Right(right) if right else None, reason or "")


def _place(review_id: str) -> str:
    return f"review.sealed/{review_id}"
