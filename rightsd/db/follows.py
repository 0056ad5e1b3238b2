"""Who follows whom, in Postgres. It is in no log: who knows whom is nobody's business."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx


@dataclass(frozen=True, slots=True)
class Follow:
    """One account follows another.

    Attributes:
        mutual: The other follows it as well.
    """

    follower_id: str
    followed_id: str
    followed_at: datetime
    mutual: bool


def insert(tx: Tx, follower_id: str, followed_id: str) -> bool:
    """Follow; False when that was so already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.follow (follower_id, followed_id, followed_at) VALUES (%s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        (follower_id, followed_id, tx.now),
    )
    return cursor.rowcount == 1


def delete(tx: Tx, follower_id: str, followed_id: str) -> bool:
    """Follow no more; False when there was nothing to end. Waits for decisions that rest on it."""
    cursor = tx.conn.execute(
        "DELETE FROM rights.follow WHERE follower_id = %s AND followed_id = %s",
        (follower_id, followed_id),
    )
    return cursor.rowcount == 1


def count(tx: Tx, follower_id: str) -> int:
    """Return how many an account follows."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.follow WHERE follower_id = %s", (follower_id,)
    ).fetchone()
    assert row is not None
    return row[0]


def find(tx: Tx, follower_id: str, followed_id: str) -> Follow | None:
    """Return a follow."""
    cursor = tx.conn.cursor(row_factory=rows_of(Follow))
    return cursor.execute(
        """
        SELECT follower_id, followed_id, followed_at, EXISTS (
            SELECT FROM rights.follow AS back
            WHERE back.follower_id = follow.followed_id AND back.followed_id = follow.follower_id
        ) AS mutual
        FROM rights.follow WHERE follower_id = %s AND followed_id = %s
        """,
        (follower_id, followed_id),
    ).fetchone()


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Follow]:
    """Return whom an account follows and who follows it, newest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Follow))
    return cursor.execute(
        """
        SELECT follower_id, followed_id, followed_at, EXISTS (
            SELECT FROM rights.follow AS back
            WHERE back.follower_id = follow.followed_id AND back.followed_id = follow.follower_id
        ) AS mutual
        FROM rights.follow WHERE follower_id = %(account)s OR followed_id = %(account)s
        ORDER BY followed_at DESC, follower_id, followed_id LIMIT %(limit)s
        """,
        {"account": account_id, "limit": limit},
    ).fetchall()


def mutuals(tx: Tx, account_id: str, others: Sequence[str]) -> set[str]:
    """Return which of some accounts follow an account and are followed by it."""
    rows = tx.conn.execute(
        """
        SELECT follower_id, followed_id FROM rights.follow
        WHERE (follower_id = %(account)s AND followed_id = ANY(%(others)s))
            OR (followed_id = %(account)s AND follower_id = ANY(%(others)s))
        """,
        {"account": account_id, "others": list(others)},
    )
    return _both_ways(rows.fetchall(), account_id)


def hold_mutuals(tx: Tx, account_id: str, others: Sequence[str]) -> set[str]:
    """Return the same as `mutuals`, held so that none of it can end before the commit."""
    rows = tx.conn.execute(
        """
        SELECT follower_id, followed_id FROM rights.follow
        WHERE (follower_id = %(account)s AND followed_id = ANY(%(others)s))
            OR (followed_id = %(account)s AND follower_id = ANY(%(others)s))
        ORDER BY follower_id, followed_id FOR SHARE
        """,
        {"account": account_id, "others": list(others)},
    )
    return _both_ways(rows.fetchall(), account_id)


def _both_ways(rows: Sequence[tuple[str, str]], account_id: str) -> set[str]:
    following = {followed for follower, followed in rows if follower == account_id}
    return following & {follower for follower, followed in rows if followed == account_id}
