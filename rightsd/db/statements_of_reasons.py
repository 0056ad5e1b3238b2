"""Statements of reasons in Postgres: one for each decision on a notice; the reason is sealed."""

from functools import partial
from typing import Any

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.regime import Kind
from rightsd.domain.statement_of_reasons import Outcome, Statement


def insert(tx: Tx, statement: Statement) -> None:
    """Add the statement of a decision that is being made."""
    notice_id = statement.notice_id
    sealed = sealing.seal(
        tx, {"reason": statement.reason}, about=[notice_id], place=_place(notice_id)
    )
    tx.conn.execute(
        """
        INSERT INTO rights.statement_of_reasons (notice_id, outcome, decided_at, by_clock, sealed)
        VALUES (%s, %s, %s, %s, %s)
        """,
        (notice_id, statement.outcome, statement.decided_at, statement.by_clock, sealed),
    )


def of_notice(tx: Tx, notice_id: str) -> list[Statement]:
    """Return the statements on a notice, in order."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_statement, tx)))
    return cursor.execute(
        """
        SELECT notice_id, outcome, statement_of_reasons.decided_at, statement_of_reasons.sealed,
            by_clock,
            rights.keys_of(ARRAY[notice_id]) AS keys, generation_id, kind, flagger_id
        FROM rights.statement_of_reasons JOIN rights.notice ON notice.id = notice_id
        WHERE notice_id = %s ORDER BY statement_of_reasons.id
        """,
        (notice_id,),
    ).fetchall()


def _statement(tx: Tx, row: dict[str, Any]) -> Statement:
    notice_id = row["notice_id"]
    opened: Any = sealing.unseal(
        tx, row["sealed"], about=[notice_id], keys=row["keys"], place=_place(notice_id)
    )
    return Statement(
        notice_id=notice_id,
        generation_id=row["generation_id"],
        kind=Kind(row["kind"]),
        outcome=Outcome(row["outcome"]),
        decided_at=row["decided_at"],
        reason=opened["reason"] if opened else "",
        trusted=row["flagger_id"] is not None,
        by_clock=row["by_clock"],
    )


def _place(notice_id: str) -> str:
    return f"statement_of_reasons.sealed/{notice_id}"
