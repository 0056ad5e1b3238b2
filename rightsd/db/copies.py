"""Copies of outputs on platforms in Postgres. Their URLs are sealed for the platform's account."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.copy import Copy, State


def hold_platform_of(tx: Tx, account_id: str) -> str | None:
    """Return the platform of an account, which is not closed before the transaction ends."""
    row = tx.conn.execute(
        "SELECT id FROM rights.platform WHERE account_id = %s AND state <> 'closed' FOR SHARE",
        (account_id,),
    ).fetchone()
    return None if row is None else row[0]


def generation_of_file(tx: Tx, sha256: str) -> str | None:
    """Return the generation whose output has a digest, hexadecimal."""
    row = tx.conn.execute(
        """
        SELECT id FROM rights.generation
        WHERE sha256 = %s AND state IN ('published', 'withdrawn') ORDER BY id LIMIT 1
        """,
        (sha256,),
    ).fetchone()
    return None if row is None else row[0]


def insert(tx: Tx, copy: Copy, *, account_id: str) -> bool:
    """Add a copy on a platform of an account; return whether none was noted at its URL."""
    private = {"url": copy.url, "salt": copy.salt.hex()}
    inserted = tx.conn.execute(
        """
        INSERT INTO rights.copy
            (id, platform_id, generation_id, sealed, url_mac, published_at, state, noted_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (platform_id, url_mac) WHERE state = 'noted' DO NOTHING
        """,
        (
            copy.id,
            copy.platform_id,
            copy.generation_id,
            sealing.seal(tx, private, about=[account_id], place=_place(copy.id)),
            _mac(tx, copy.url),
            copy.published_at,
            copy.state,
            copy.noted_at,
        ),
    )
    return inserted.rowcount == 1


def find_at(tx: Tx, platform_id: str, url: str) -> Copy | None:
    """Return the copy that a platform has noted at a URL, and not removed."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_copy, tx)))
    return cursor.execute(
        """
        SELECT copy.id, platform_id, generation_id, copy.sealed, platform.account_id,
            rights.keys_of(ARRAY[platform.account_id]) AS keys, published_at, copy.state,
            noted_at, removed_at, acknowledgement_id
        FROM rights.copy JOIN rights.platform ON platform.id = platform_id
        WHERE platform_id = %s AND url_mac = %s AND copy.state = 'noted'
        """,
        (platform_id, _mac(tx, url)),
    ).fetchone()


def lock(tx: Tx, copy_id: str) -> Copy | None:
    """Return a copy, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_copy, tx)))
    return cursor.execute(
        """
        SELECT copy.id, platform_id, generation_id, copy.sealed, platform.account_id,
            rights.keys_of(ARRAY[platform.account_id]) AS keys, published_at, copy.state,
            noted_at, removed_at, acknowledgement_id
        FROM rights.copy JOIN rights.platform ON platform.id = platform_id
        WHERE copy.id = %s FOR UPDATE OF copy
        """,
        (copy_id,),
    ).fetchone()


def lock_noted(tx: Tx, platform_id: str, generation_id: str) -> list[Copy]:
    """Return the copies of an output that a platform has noted and not removed, locked."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_copy, tx)))
    return cursor.execute(
        """
        SELECT copy.id, platform_id, generation_id, copy.sealed, platform.account_id,
            rights.keys_of(ARRAY[platform.account_id]) AS keys, published_at, copy.state,
            noted_at, removed_at, acknowledgement_id
        FROM rights.copy JOIN rights.platform ON platform.id = platform_id
        WHERE platform_id = %s AND generation_id = %s AND copy.state = 'noted'
        ORDER BY copy.id FOR UPDATE OF copy
        """,
        (platform_id, generation_id),
    ).fetchall()


def count_noted(tx: Tx, platform_id: str, generation_id: str) -> int:
    """Return how many copies of an output a platform has noted and not removed."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.copy
        WHERE platform_id = %s AND generation_id = %s AND state = 'noted'
        """,
        (platform_id, generation_id),
    ).fetchone()
    assert row is not None
    return row[0]


def noted_of(
    tx: Tx,
    generation_ids: Sequence[str],
    delisted: Sequence[str],
    *,
    on: Sequence[str],
    first: int,
) -> tuple[int, list[str]]:
    """Return how many copies platforms have noted and not removed, and the first ids.

    Args:
        tx: The transaction.
        generation_ids: Of these outputs, on whatever platform.
        delisted: Of these, on some platforms.
        on: Ids of those platforms.
        first: How many ids.
    """
    row = tx.conn.execute(
        """
        SELECT count(*), coalesce((array_agg(id ORDER BY noted_at, id))[:%(first)s], '{}')
        FROM rights.copy
        WHERE state = 'noted' AND (generation_id = ANY(%(ids)s)
            OR (generation_id = ANY(%(delisted)s) AND platform_id = ANY(%(on)s)))
        """,
        {"ids": list(generation_ids), "delisted": list(delisted), "on": list(on), "first": first},
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def page(
    tx: Tx,
    *,
    platform_id: str | None,
    generation_id: str | None,
    after: tuple[datetime, str],
    limit: int,
) -> list[Copy]:
    """Return copies on a platform, of an output, or both, in the order in which they were noted."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_copy, tx)))
    return cursor.execute(
        """
        SELECT copy.id, platform_id, generation_id, copy.sealed, platform.account_id,
            rights.keys_of(ARRAY[platform.account_id]) AS keys, published_at, copy.state,
            noted_at, removed_at, acknowledgement_id
        FROM rights.copy JOIN rights.platform ON platform.id = platform_id
        WHERE (%(platform)s::text IS NULL OR platform_id = %(platform)s)
            AND (%(generation)s::text IS NULL OR generation_id = %(generation)s)
            AND (noted_at, copy.id) > (%(at)s, %(id)s)
        ORDER BY noted_at, copy.id LIMIT %(limit)s
        """,
        {
            "platform": platform_id,
            "generation": generation_id,
            "at": after[0],
            "id": after[1],
            "limit": limit,
        },
    ).fetchall()


def update(tx: Tx, copy: Copy) -> None:
    """Write what an event can change."""
    tx.conn.execute(
        "UPDATE rights.copy SET state = %s, removed_at = %s, acknowledgement_id = %s WHERE id = %s",
        (copy.state, copy.removed_at, copy.acknowledgement_id, copy.id),
    )


def _copy(tx: Tx, row: dict[str, Any]) -> Copy:
    about, place = [row["account_id"]], _place(row["id"])
    private = sealing.unseal(tx, row["sealed"], about=about, keys=row["keys"], place=place)
    private = private or {"url": "", "salt": ""}
    return Copy(
        id=row["id"],
        platform_id=row["platform_id"],
        generation_id=row["generation_id"],
        url=private["url"],
        salt=bytes.fromhex(private["salt"]),
        published_at=row["published_at"],
        state=State(row["state"]),
        noted_at=row["noted_at"],
        removed_at=row["removed_at"],
        acknowledgement_id=row["acknowledgement_id"],
    )


def _mac(tx: Tx, url: str) -> bytes:
    return sealing.index_of(tx, "copy.url", url)


def _place(copy_id: str) -> str:
    return f"copy.sealed/{copy_id}"
