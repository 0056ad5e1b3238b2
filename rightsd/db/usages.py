"""What was used under licences, in Postgres: one row a released output and licence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.offer import Share
from rightsd.domain.price import Per, Price
from rightsd.domain.statement import Entry


def insert(tx: Tx, licence_id: str, generation_id: str, *, seconds: int, amount: int) -> bool:
    """Note that an output was released under a licence; False when that is noted already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.usage (licence_id, generation_id, used_at, seconds, amount)
        VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
        """,
        (licence_id, generation_id, tx.now, seconds, amount),
    )
    return cursor.rowcount == 1


def count(tx: Tx, licence_id: str) -> int:
    """Return how many outputs were released under a licence."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.usage WHERE licence_id = %s", (licence_id,)
    ).fetchone()
    assert row is not None
    return row[0]


def entries(
    tx: Tx, account_id: str, *, begins: datetime, ends: datetime, limit: int
) -> list[Entry]:
    """Return what was used in a period, licence by licence, as far as it concerns an account.

    That are the licences that it has, and those that it has a share in.

    Args:
        tx: The transaction.
        account_id: The account.
        begins: From when on.
        ends: Until before when.
        limit: How many licences.
    """
    cursor = tx.conn.cursor(row_factory=rows_by(_entry))
    return cursor.execute(
        """
        SELECT licence.id, licence.offer_id, licence.creator_id, offer.price,
            rights.shares_of(offer.id) AS shares, used.uses, used.seconds, used.amount,
            licence.issued_at >= %(begins)s AND licence.issued_at < %(ends)s AS begun
        FROM rights.licence JOIN rights.offer ON offer.id = licence.offer_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS uses, coalesce(sum(seconds), 0)::bigint AS seconds,
                coalesce(sum(amount), 0)::bigint AS amount
            FROM rights.usage
            WHERE licence_id = licence.id AND used_at >= %(begins)s AND used_at < %(ends)s
        ) AS used
        WHERE (licence.creator_id = %(account)s OR offer.id IN (
                SELECT offer_id FROM rights.offer_share WHERE account_id = %(account)s))
            AND (used.uses > 0 OR (offer.price->>'per' = 'flat'
                AND licence.issued_at >= %(begins)s AND licence.issued_at < %(ends)s))
        ORDER BY licence.id LIMIT %(limit)s
        """,
        {"account": account_id, "begins": begins, "ends": ends, "limit": limit},
    ).fetchall()


def _entry(row: dict[str, Any]) -> Entry:
    written: dict[str, Any] = row["price"]
    price = Price(written["amount"], written["currency"], Per(written["per"]))
    shares: Sequence[Sequence[Any]] = row["shares"]
    return Entry(
        licence_id=row["id"],
        offer_id=row["offer_id"],
        creator_id=row["creator_id"],
        price=price,
        shares=tuple(Share(*share) for share in shares),
        uses=row["uses"],
        seconds=row["seconds"],
        amount=row["amount"] + (price.of_licence() if row["begun"] else 0),
    )
