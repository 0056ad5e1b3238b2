"""Batches of files to be verified, in Postgres. What they name and are told is sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from rightsd.db import sealing
from rightsd.db.rows import rows_by, rows_of
from rightsd.db.tx import Tx
from rightsd.domain.batch import Answer, Batch
from rightsd.errors import Code


@dataclass(frozen=True, slots=True)
class Taken:
    """A file whose turn it is.

    Attributes:
        tries: How often it has been taken, with this time.
        url: Where it is; None: the account was erased.
    """

    batch_id: str
    account_id: str
    layers: str
    number: int
    tries: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """How many batches of an account there are."""

    running: int
    count: int


def insert(tx: Tx, batch: Batch, urls: Sequence[str]) -> None:
    """Add a batch, and the files that it names."""
    tx.conn.execute(
        """
        INSERT INTO rights.batch
            (id, account_id, layers, size, done, state, opened_at, ended_at, expires_at, served_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '-infinity')
        """,
        (
            batch.id,
            batch.account_id,
            batch.layers,
            batch.size,
            batch.done,
            batch.state,
            batch.opened_at,
            batch.ended_at,
            batch.expires_at,
        ),
    )
    about, keys = [batch.account_id], _keys(tx, batch.account_id)
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO rights.batch_item (batch_id, number, sealed) VALUES (%s, %s, %s)",
            [
                (
                    batch.id,
                    number,
                    sealing.seal(
                        tx, url, about=about, keys=keys, place=_place("sealed", batch.id, number)
                    ),
                )
                for number, url in enumerate(urls)
            ],
        )


def find(tx: Tx, batch_id: str) -> Batch | None:
    """Return a batch."""
    cursor = tx.conn.cursor(row_factory=rows_of(Batch))
    return cursor.execute(
        """
        SELECT id, account_id, layers, size, done, state, opened_at, ended_at, expires_at
        FROM rights.batch WHERE id = %s
        """,
        (batch_id,),
    ).fetchone()


def lock(tx: Tx, batch_id: str) -> Batch | None:
    """Return a batch, locked until the transaction ends: before any of its files."""
    cursor = tx.conn.cursor(row_factory=rows_of(Batch))
    return cursor.execute(
        """
        SELECT id, account_id, layers, size, done, state, opened_at, ended_at, expires_at
        FROM rights.batch WHERE id = %s FOR UPDATE
        """,
        (batch_id,),
    ).fetchone()


def update(tx: Tx, batch: Batch) -> None:
    """Write how far a batch is."""
    tx.conn.execute(
        "UPDATE rights.batch SET done = %s, state = %s, ended_at = %s WHERE id = %s",
        (batch.done, batch.state, batch.ended_at, batch.id),
    )


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Batch]:
    """Return the batches of an account, the newest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Batch))
    return cursor.execute(
        """
        SELECT id, account_id, layers, size, done, state, opened_at, ended_at, expires_at
        FROM rights.batch WHERE account_id = %s ORDER BY opened_at DESC, id DESC LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()


def kept(tx: Tx, account_id: str) -> Kept:
    """Return how many batches of an account there are."""
    cursor = tx.conn.cursor(row_factory=rows_of(Kept))
    found = cursor.execute(
        """
        SELECT count(*) FILTER (WHERE state = 'running') AS running, count(*) AS count
        FROM rights.batch WHERE account_id = %s
        """,
        (account_id,),
    ).fetchone()
    assert found is not None
    return found


def verdicts(tx: Tx, batch_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return, by batch, how many of its files got each verdict."""
    rows = tx.conn.execute(
        """
        SELECT batch_id, verdict, count(*) FROM rights.batch_item
        WHERE batch_id = ANY(%s) AND verdict IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
        """,
        (list(batch_ids),),
    )
    counted: dict[str, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
    for batch_id, verdict, count in rows:
        counted[batch_id][verdict] = count
    return counted


def take(tx: Tx, *, until: datetime) -> Taken | None:
    """Return the next file, of the batch that has waited longest; nobody takes it until then."""
    row = tx.conn.execute(
        """
        UPDATE rights.batch SET served_at = %(now)s WHERE id = (
            SELECT id FROM rights.batch
            WHERE state = 'running' AND EXISTS (
                SELECT FROM rights.batch_item
                WHERE batch_id = batch.id AND place IS NULL AND taken_until <= %(now)s)
            ORDER BY served_at, id LIMIT 1 FOR UPDATE)
        RETURNING id
        """,
        {"now": tx.now},
    ).fetchone()
    if row is None:
        return None
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_taken, tx)))
    return cursor.execute(
        """
        UPDATE rights.batch_item SET tries = tries + 1, taken_until = %(until)s
        FROM rights.batch
        WHERE batch.id = %(batch)s AND batch_id = batch.id AND number = (
            SELECT number FROM rights.batch_item
            WHERE batch_id = %(batch)s AND place IS NULL AND taken_until <= %(now)s
            ORDER BY tries, number LIMIT 1)
        RETURNING batch_id, account_id, layers, number, tries, sealed,
            rights.keys_of(ARRAY[account_id]) AS keys
        """,
        {"batch": row[0], "until": until, "now": tx.now},
    ).fetchone()


def put_off(tx: Tx, taken: Taken, *, until: datetime) -> None:
    """Have a file taken again, but not before then."""
    tx.conn.execute(
        """
        UPDATE rights.batch_item SET taken_until = %s
        WHERE batch_id = %s AND number = %s AND place IS NULL
        """,
        (until, taken.batch_id, taken.number),
    )


def end(tx: Tx, taken: Taken, *, place: int, verdict: str | None, told: object) -> bool:
    """Keep what was told of a file; return whether nothing had been before."""
    sealed = sealing.seal(
        tx, told, about=[taken.account_id], place=_place("told", taken.batch_id, taken.number)
    )
    updated = tx.conn.execute(
        """
        UPDATE rights.batch_item SET place = %s, verdict = %s, told = %s
        WHERE batch_id = %s AND number = %s AND place IS NULL
        """,
        (place, verdict, sealed, taken.batch_id, taken.number),
    )
    return updated.rowcount == 1


def drop_rest(tx: Tx, batch_id: str) -> None:
    """Forget the files of a batch that have no answer."""
    tx.conn.execute(
        "DELETE FROM rights.batch_item WHERE batch_id = %s AND place IS NULL", (batch_id,)
    )


def answers(tx: Tx, batch: Batch, *, after: int, limit: int) -> list[Answer]:
    """Return answers in the order in which they came, behind one of them."""
    rows = tx.conn.execute(
        """
        SELECT number, place, sealed, told FROM rights.batch_item
        WHERE batch_id = %s AND place > %s ORDER BY place LIMIT %s
        """,
        (batch.id, after, limit),
    ).fetchall()
    about, keys = [batch.account_id], _keys(tx, batch.account_id)

    def opened(column: str, number: int, sealed: bytes) -> Any:
        place = _place(column, batch.id, number)
        return sealing.unseal(tx, sealed, about=about, keys=keys, place=place)

    return [
        _answer(number, place, opened("sealed", number, sealed), opened("told", number, told))
        for number, place, sealed, told in rows
    ]


def delete_expired(tx: Tx, *, limit: int) -> int:
    """Forget batches that are kept no longer; return how many."""
    deleted = tx.conn.execute(
        """
        DELETE FROM rights.batch WHERE id IN (
            SELECT id FROM rights.batch WHERE expires_at <= %s
            ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED)
        """,
        (tx.now, limit),
    )
    return deleted.rowcount


def _taken(tx: Tx, row: dict[str, Any]) -> Taken:
    about, place = [row["account_id"]], _place("sealed", row["batch_id"], row["number"])
    url = sealing.unseal(tx, row["sealed"], about=about, keys=row["keys"], place=place)
    columns = ("batch_id", "account_id", "layers", "number", "tries")
    return Taken(**{name: row[name] for name in columns}, url=url)


def _answer(number: int, place: int, url: str | None, told: Mapping[str, Any] | None) -> Answer:
    """Return an answer; when the account was erased, one that says nothing."""
    told = told or {}
    problem = told.get("problem")
    return Answer(
        number=number,
        place=place,
        url=url or "",
        verification=told.get("verification"),
        problem=problem and (Code(problem["code"]), problem["detail"]),
    )


def _keys(tx: Tx, account_id: str) -> list[bytes | None]:
    row = tx.conn.execute("SELECT rights.keys_of(%s::text[])", ([account_id],)).fetchone()
    assert row is not None
    return row[0]


def _place(column: str, batch_id: str, number: int) -> str:
    return f"batch_item.{column}/{batch_id}/{number}"
