"""What a rulebook that is tried out says, in Postgres: outcomes and rules, and nobody's words."""

from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.backtest import Judged
from rightsd.domain.generation import Generation
from rightsd.domain.policy import Outcome


@dataclass(frozen=True, slots=True)
class Count:
    """How many requests were decided alike.

    Attributes:
        live: What was decided.
        outcome: What the rulebook that is tried out says.
        rules: That it cites for it, as "rule@version".
    """

    rulebook: str
    live: Outcome
    outcome: Outcome
    rules: list[str]
    requests: int


def insert(tx: Tx, generation: Generation, *, rulebook: str, judged: Judged) -> None:
    """Note what was said of a request."""
    tx.conn.execute(
        """
        INSERT INTO rights.shadow (generation_id, rulebook, live, outcome, rules, decided_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (
            generation.id,
            rulebook,
            generation.decision.outcome,
            judged.outcome,
            sorted({reason.key for reason in judged.reasons}),
            tx.now,
        ),
    )


def counts(tx: Tx, *, limit: int) -> list[Count]:
    """Return how many requests were decided alike, the most first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Count))
    return cursor.execute(
        """
        SELECT rulebook, live, outcome, rules, count(*) AS requests FROM rights.shadow
        GROUP BY rulebook, live, outcome, rules
        ORDER BY rulebook, requests DESC, live, outcome, rules LIMIT %s
        """,
        (limit,),
    ).fetchall()
