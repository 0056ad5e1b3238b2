"""Samples in Postgres: what the gate said of a request, beside the review that asks about it."""

from typing import Any

from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.policy import Outcome
from rightsd.domain.rates import Answered, Sample
from rightsd.domain.review import Finding, Right

ANSWERS_MAX = 10_000  # The newest: as many tell as much as anyone needs.


def insert(tx: Tx, review_id: str, sample: Sample) -> None:
    """Keep what the gate said."""
    tx.conn.execute(
        """
        INSERT INTO rights.sample
            (review_id, outcome, rules, language, territories, probability)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (
            review_id,
            sample.outcome,
            list(sample.rules),
            sample.language,
            list(sample.territories),
            sample.probability,
        ),
    )


def decided(tx: Tx, *, days: int) -> list[Answered]:
    """Return the samples that were decided in the last days; of whom they were is not in it."""
    cursor = tx.conn.cursor(row_factory=rows_by(_answered))
    return cursor.execute(
        """
        SELECT outcome, sample.rules, language, territories, probability, finding, against_right
        FROM rights.review JOIN rights.sample ON sample.review_id = review.id
        WHERE review.kind = 'sample' AND review.state = 'decided'
            AND decided_at > %s - make_interval(days => %s)
        ORDER BY decided_at DESC LIMIT %s
        """,
        (tx.now, days, ANSWERS_MAX),
    ).fetchall()


def _answered(row: dict[str, Any]) -> Answered:
    right = row["against_right"]
    sample = Sample(
        Outcome(row["outcome"]),
        tuple(row["rules"]),
        row["language"],
        tuple(row["territories"]),
        row["probability"],
    )
    return Answered(sample, Finding(row["finding"]), None if right is None else Right(right))
