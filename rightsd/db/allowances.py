"""Allowances in Postgres."""

from collections.abc import Collection

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain import wording
from rightsd.domain.allowance import Allowance
from rightsd.domain.wording import Phrase


def insert(tx: Tx, allowance: Allowance) -> bool:
    """Add an allowance; False when it stands already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.allowance
            (id, account_id, rule, phrase, reason, salt, state, added_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (rule, lower(phrase)) WHERE state = 'standing' DO NOTHING
        """,
        (
            allowance.id,
            allowance.account_id,
            allowance.rule,
            allowance.phrase,
            allowance.reason,
            allowance.salt,
            allowance.state,
            allowance.added_at,
            allowance.ended_at,
        ),
    )
    return cursor.rowcount == 1


def count_standing(tx: Tx, rule: str) -> int:
    """Return how many phrases of a rule stand in the bank."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.allowance WHERE rule = %s AND state = 'standing'", (rule,)
    ).fetchone()
    assert row is not None
    return row[0]


def lock(tx: Tx, allowance_id: str) -> Allowance | None:
    """Return an allowance, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Allowance))
    return cursor.execute(
        """
        SELECT id, account_id, rule, phrase, reason, salt, state, added_at, ended_at
        FROM rights.allowance WHERE id = %s FOR UPDATE
        """,
        (allowance_id,),
    ).fetchone()


def update_state(tx: Tx, allowance: Allowance) -> None:
    """Write an allowance's state."""
    tx.conn.execute(
        "UPDATE rights.allowance SET state = %s, ended_at = %s WHERE id = %s",
        (allowance.state, allowance.ended_at, allowance.id),
    )


def newest(tx: Tx, *, limit: int) -> list[Allowance]:
    """Return allowances, the newest first, lifted ones too."""
    cursor = tx.conn.cursor(row_factory=rows_of(Allowance))
    return cursor.execute(
        """
        SELECT id, account_id, rule, phrase, reason, salt, state, added_at, ended_at
        FROM rights.allowance ORDER BY added_at DESC, id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def banked(tx: Tx, rules: Collection[str]) -> dict[str, list[Phrase]]:
    """Return the phrases that stand in the bank for rules, by the rule's id."""
    if not rules:
        return {}
    rows = tx.conn.execute(
        """
        SELECT rule, array_agg(phrase ORDER BY id) FROM rights.allowance
        WHERE rule = ANY(%s) AND state = 'standing' GROUP BY rule
        """,
        (sorted(rules),),
    )
    return {rule: [wording.phrase(text) for text in texts] for rule, texts in rows.fetchall()}
