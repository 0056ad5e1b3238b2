"""Which clips show what references show, in Postgres, whether or not it is opted out by now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.generation import State
from rightsd.domain.reference import Kind
from rightsd.domain.resemblance import STRONG_BITS_MAX, By, Resemblance, clearest


@dataclass(frozen=True, slots=True)
class Match:
    """A clip that resembles a reference, as the owner of the reference sees it.

    Attributes:
        account_id: Who asked for the clip.
        clip_seconds: Its length.
        reference_seconds: Length of the reference; 0 of a picture.
        opted_out: The work is opted out now.
        score: As of a resemblance, and so are `bits`, `certain`, `by` and `at_seconds`.
        aside: Its owner has put it aside.
        notice_id: The latest notice that its owner has given against the clip, if any.
    """

    generation_id: str
    account_id: str
    state: State
    requested_at: datetime
    clip_seconds: int
    reference_id: str
    reference_kind: Kind
    reference_seconds: float
    work_id: str
    title: str
    opted_out: bool
    score: float
    bits: int | None
    certain: bool | None
    by: By
    at_seconds: float
    aside: bool
    notice_id: str | None

    @property
    def resemblance(self) -> Resemblance:
        """How the clip resembles the reference."""
        return Resemblance(
            self.reference_id,
            self.score,
            self.bits,
            self.at_seconds,
            self.certain,
            self.by,
        )

    @property
    def mark(self) -> str:
        """What tells it from others of the same moment."""
        return f"{self.generation_id} {self.reference_id}"


def insert(
    tx: Tx, generation_id: str, found: Sequence[Resemblance], *, doubted: Sequence[str] = ()
) -> None:
    """Note what a clip resembles, each reference once; whatever is removed already is left out.

    What is noted already stays, unless it was doubtful and is certain by now.

    Args:
        tx: The transaction.
        generation_id: Whose clip it is, released or not.
        found: What it resembles.
        doubted: Ids of the references of which its decision has taken account.
    """
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.resemblance
                (generation_id, reference_id, score, bits, certain, at_seconds, doubted, by)
            SELECT %(generation)s, id, %(score)s, %(bits)s, %(certain)s, %(at)s, %(doubted)s,
                %(by)s
            FROM rights.reference WHERE id = %(reference)s AND state = 'standing'
            ON CONFLICT (generation_id, reference_id) DO UPDATE
            SET score = EXCLUDED.score, bits = EXCLUDED.bits, certain = EXCLUDED.certain,
                at_seconds = EXCLUDED.at_seconds, by = EXCLUDED.by, aside_at = NULL
            WHERE coalesce(EXCLUDED.certain, EXCLUDED.bits <= %(strong)s)
                AND NOT coalesce(resemblance.certain, resemblance.bits <= %(strong)s)
            """,
            [
                {
                    "generation": generation_id,
                    "score": one.score,
                    "bits": one.bits,
                    "certain": one.certain,
                    "at": one.at_seconds,
                    "doubted": one.reference_id in doubted,
                    "by": one.by,
                    "reference": one.reference_id,
                    "strong": STRONG_BITS_MAX,
                }
                for one in clearest(found)
            ],
        )


def of_generation(tx: Tx, generation_id: str) -> list[Resemblance]:
    """Return what a clip was found to resemble when it was last drawn."""
    cursor = tx.conn.cursor(row_factory=rows_of(Resemblance))
    return cursor.execute(
        """
        SELECT reference_id, score, bits, at_seconds, certain,
            coalesce(by, CASE WHEN certain IS NULL THEN 'frames' ELSE 'voice' END) AS by
        FROM rights.resemblance WHERE generation_id = %s ORDER BY reference_id
        """,
        (generation_id,),
    ).fetchall()


def strong(tx: Tx, generation_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return by output the opt-outs of which it shows a reference beyond doubt: of which work."""
    rows = tx.conn.execute(
        """
        SELECT resemblance.generation_id, jsonb_object_agg(optout.id, optout.work_id)
        FROM rights.resemblance
        JOIN rights.reference ON reference.id = resemblance.reference_id
            AND reference.state = 'standing'
        JOIN rights.optout ON optout.work_id = reference.work_id AND optout.state = 'standing'
        WHERE resemblance.generation_id = ANY(%s)
            AND coalesce(resemblance.certain, resemblance.bits <= %s)
        GROUP BY resemblance.generation_id
        """,
        (list(generation_ids), STRONG_BITS_MAX),
    )
    return dict(rows.fetchall())


def doubtful(tx: Tx, generation_ids: Sequence[str]) -> Mapping[str, list[str]]:
    """Return by output the references of opted-out works that it may show, not yet on record."""
    rows = tx.conn.execute(
        """
        SELECT resemblance.generation_id, array_agg(reference.id ORDER BY reference.id)
        FROM rights.resemblance
        JOIN rights.reference ON reference.id = resemblance.reference_id
            AND reference.state = 'standing'
        JOIN rights.optout ON optout.work_id = reference.work_id AND optout.state = 'standing'
        WHERE resemblance.generation_id = ANY(%s)
            AND NOT coalesce(resemblance.certain, resemblance.bits <= %s)
            AND NOT resemblance.doubted
        GROUP BY resemblance.generation_id
        """,
        (list(generation_ids), STRONG_BITS_MAX),
    )
    return dict(rows.fetchall())


def doubt(tx: Tx, generation_id: str, reference_ids: Sequence[str]) -> list[str]:
    """Note that the log says that an output may show these; return those of which it did not."""
    rows = tx.conn.execute(
        """
        UPDATE rights.resemblance SET doubted = true
        WHERE generation_id = %s AND reference_id = ANY(%s) AND NOT doubted
        RETURNING reference_id
        """,
        (generation_id, list(reference_ids)),
    )
    return sorted(row[0] for row in rows)


def of_account(
    tx: Tx,
    account_id: str,
    *,
    limit: int,
    work_id: str | None = None,
    aside: bool | None = None,
    one: tuple[str, str] | None = None,
    before: tuple[datetime, str] | None = None,
) -> list[Match]:
    """Return the clips that resemble standing references of an account, newest first.

    Args:
        tx: The transaction.
        account_id: Whose references.
        limit: How many.
        work_id: Only of this work.
        aside: Only those that were put aside, or only the others.
        one: Only this clip, and this reference.
        before: When the last one of the page before was asked for, and its `mark`.
    """
    generation_id, reference_id = one or (None, None)
    at, mark = before or (None, None)
    cursor = tx.conn.cursor(row_factory=rows_of(Match))
    return cursor.execute(
        """
        SELECT generation.id AS generation_id, generation.account_id, generation.state,
            generation.requested_at, generation.seconds AS clip_seconds,
            reference.id AS reference_id, reference.kind AS reference_kind,
            reference.seconds AS reference_seconds, work.id AS work_id, work.title,
            EXISTS (
                SELECT FROM rights.optout
                WHERE optout.work_id = work.id AND optout.state = 'standing'
            ) AS opted_out,
            resemblance.score, resemblance.bits, resemblance.certain,
            coalesce(
                resemblance.by,
                CASE WHEN resemblance.certain IS NULL THEN 'frames' ELSE 'voice' END
            ) AS by,
            resemblance.at_seconds, resemblance.aside_at IS NOT NULL AS aside,
            (
                SELECT notice.id FROM rights.notice
                WHERE notice.generation_id = generation.id
                    AND notice.account_id = reference.account_id
                ORDER BY notice.received_at DESC LIMIT 1
            ) AS notice_id
        FROM rights.reference
        JOIN rights.work ON work.id = reference.work_id
        JOIN rights.resemblance ON resemblance.reference_id = reference.id
        JOIN rights.generation ON generation.id = resemblance.generation_id
        WHERE reference.account_id = %(account)s AND reference.state = 'standing'
            AND (%(work)s::text IS NULL OR reference.work_id = %(work)s)
            AND (%(aside)s::boolean IS NULL OR (resemblance.aside_at IS NOT NULL) = %(aside)s)
            AND (%(generation)s::text IS NULL OR generation.id = %(generation)s)
            AND (%(reference)s::text IS NULL OR reference.id = %(reference)s)
            AND (%(at)s::timestamptz IS NULL
                OR (generation.requested_at, generation.id || ' ' || reference.id)
                    < (%(at)s, %(mark)s))
        ORDER BY generation.requested_at DESC, generation.id || ' ' || reference.id DESC
        LIMIT %(limit)s
        """,
        {
            "account": account_id,
            "work": work_id,
            "aside": aside,
            "generation": generation_id,
            "reference": reference_id,
            "at": at,
            "mark": mark,
            "limit": limit,
        },
    ).fetchall()


def put_aside(tx: Tx, generation_id: str, reference_id: str, *, aside: bool) -> None:
    """Note that the owner of a reference does not want to be shown a match, or does again."""
    tx.conn.execute(
        """
        UPDATE rights.resemblance SET aside_at = %s WHERE generation_id = %s AND reference_id = %s
        """,
        (tx.now if aside else None, generation_id, reference_id),
    )
