"""Works and the names they go by, in Postgres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rightsd.db import vocabulary
from rightsd.db.rows import rows_by, rows_of
from rightsd.db.tx import Tx
from rightsd.domain import matching, naming
from rightsd.domain.naming import Name
from rightsd.domain.policy import OptedOut
from rightsd.domain.rulebook.books import Default
from rightsd.domain.work import Alias, Kind, Ownership, Work

SHARED_MAX = 20  # Works of one name that a prompt is compared with; no more are cited.


@dataclass(frozen=True, slots=True)
class Listed:
    """A work as a line of a list.

    Attributes:
        opted_out: An opt-out stands over it.
        references: How many files it is compared by.
        contested: Others claim one of its names with more right so far.
        waiting: One of its names waits for a reviewer.
    """

    id: str
    kind: Kind
    title: str
    registered_at: datetime
    opted_out: bool
    references: int
    contested: bool
    waiting: bool


def insert(tx: Tx, work: Work) -> None:
    """Add a work."""
    tx.conn.execute(
        """
        INSERT INTO rights.work (id, account_id, kind, title, state, registered_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (work.id, work.account_id, work.kind, work.title, work.state, work.registered_at),
    )


def insert_aliases(tx: Tx, work_id: str, aliases: Sequence[Alias]) -> None:
    """Add the names of a work; names that fold alike are one."""
    rows: list[tuple[object, ...]] = []
    for alias in aliases:
        folded = matching.fold(alias.shown)
        key = matching.key(folded)
        rows.append((work_id, alias.shown, folded, key, alias.common, list(alias.excluded)))
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.alias (work_id, shown, folded, key, common, excluded)
            VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT DO NOTHING
            """,
            rows,
        )


def aliases_of(tx: Tx, work_ids: Sequence[str]) -> dict[str, list[Alias]]:
    """Return the names of works, by the work's id."""
    rows = tx.conn.execute(
        """
        SELECT work_id, shown, common, excluded FROM rights.alias
        WHERE work_id = ANY(%s) ORDER BY work_id, folded
        """,
        (list(work_ids),),
    )
    found: dict[str, list[Alias]] = {}
    for work_id, shown, common, excluded in rows.fetchall():
        found.setdefault(work_id, []).append(Alias(shown, tuple(excluded), common=common))
    return found


def crowded(tx: Tx, account_id: str, skeletons: Sequence[str], *, most: int) -> str | None:
    """Return one of some skeletons that more than so many different names of an account have."""
    row = tx.conn.execute(
        """
        SELECT alias.skeleton
        FROM rights.alias JOIN rights.work ON work.id = alias.work_id
        WHERE alias.skeleton = ANY(%s) AND work.account_id = %s
        GROUP BY alias.skeleton HAVING count(DISTINCT alias.folded) > %s LIMIT 1
        """,
        (list(skeletons), account_id, most),
    ).fetchone()
    return row and row[0]


def find(tx: Tx, work_id: str) -> Work | None:
    """Return a work."""
    cursor = tx.conn.cursor(row_factory=rows_of(Work))
    return cursor.execute(
        """
        SELECT id, account_id, kind, title, state, registered_at, ownership
        FROM rights.work WHERE id = %s
        """,
        (work_id,),
    ).fetchone()


def lock(tx: Tx, work_id: str) -> Work | None:
    """Return a work, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Work))
    return cursor.execute(
        """
        SELECT id, account_id, kind, title, state, registered_at, ownership
        FROM rights.work WHERE id = %s FOR NO KEY UPDATE
        """,
        (work_id,),
    ).fetchone()


def update(tx: Tx, work: Work) -> None:
    """Write what an event can change."""
    tx.conn.execute(
        "UPDATE rights.work SET ownership = %s WHERE id = %s", (work.ownership, work.id)
    )


def named_in(tx: Tx, prompt: str) -> list[OptedOut]:
    """Return the opted-out works that a prompt names, each once, at the first place."""
    return [work for work in named(tx, prompt, strict_kinds=()) if work.optout_id]


def named(tx: Tx, prompt: str, *, strict_kinds: Sequence[str]) -> list[OptedOut]:
    """Return the works that a prompt names and that may not be free, each once, at the first place.

    A name that nobody else claims comes before one that is contested.

    Args:
        tx: The transaction.
        prompt: The words.
        strict_kinds: Kinds of works that are not free where nobody has said anything.

    Returns:
        Those that are opted out; and with an empty `optout_id` those of which their owner says
        more than that, and those of the strict kinds.
    """
    words = vocabulary.load()
    reading = naming.read(prompt, words)
    names = opted_out_names(tx, reading.texts, list(reading.slips), strict_kinds)
    spelt = [name for near, name in names if not near]
    near = [name for near, name in names if near]
    found: dict[str, OptedOut] = {}
    for mention in naming.mentions(reading, spelt, near, words):
        name = mention.name
        known = found.get(name.work_id)
        if known is None or (known.contested and not name.contested):
            shown = prompt[mention.start : mention.end]
            found[name.work_id] = OptedOut(
                *(name.optout_id, name.work_id, name.title, shown, mention.start),
                tier=mention.tier,
                ownership=name.ownership,
                contested=name.contested,
            )
    return list(found.values())


def opted_out_names(
    tx: Tx, texts: Mapping[str, int], slips: Sequence[str], strict_kinds: Sequence[str] = ()
) -> list[tuple[bool, Name]]:
    """Return the names of works that may not be free and may be meant.

    Of works that share a name, only the first SHARED_MAX, the opted-out ones first: they are all
    refused for it, and someone may give thousands of works the name of their house.

    Args:
        tx: The transaction.
        texts: Skeletons of which a name's may be the beginning, and how long that is at least.
        slips: What misspelt names share with names.
        strict_kinds: See `named`.

    Returns:
        Each name after whether it shares a slip; otherwise its skeleton is a beginning.
    """
    cursor = tx.conn.cursor(row_factory=_NAMES)
    return cursor.execute(
        """
        SELECT near, work_id, optout_id, title, shown, folded, skeleton, common, excluded,
            ownership, contested
        FROM (
            SELECT named.near, alias.work_id, coalesce(optout.id, '') AS optout_id, work.title,
                alias.shown, alias.folded, alias.skeleton, alias.common, alias.excluded,
                work.ownership, alias.standing = 'contested' AS contested,
                row_number() OVER (
                    PARTITION BY named.near, alias.folded, alias.common, alias.excluded
                    ORDER BY optout.id IS NULL AND reservation.opted_in IS TRUE,
                        alias.standing = 'contested', optout.registered_at, optout.id,
                        work.registered_at, work.id
                ) AS place
            FROM (
                SELECT DISTINCT near, work_id, folded
                FROM rights.names_in(%s::text[], %s::integer[], %s::text[])
            ) AS named
            JOIN rights.alias ON alias.work_id = named.work_id AND alias.folded = named.folded
                AND alias.standing IN ('claimed', 'owned', 'contested')
            JOIN rights.work ON work.id = named.work_id
            LEFT JOIN rights.optout
                ON optout.work_id = named.work_id AND optout.state = 'standing'
            LEFT JOIN rights.reservation ON reservation.work_id = named.work_id
            WHERE optout.id IS NOT NULL OR reservation.least <> 'opt_out'
                OR alias.standing <> 'contested' AND work.kind = ANY(%s)
        ) AS meant
        WHERE place <= %s
        ORDER BY work_id, folded, near
        """,
        (list(texts), list(texts.values()), list(slips), list(strict_kinds), SHARED_MAX),
    ).fetchall()


def stances(tx: Tx, work_ids: Sequence[str]) -> dict[str, tuple[str, Default, bool]]:
    """Return of works their kind, the least default that their owner asks for, and an opt-in."""
    rows = tx.conn.execute(
        """
        SELECT work.id, work.kind, coalesce(reservation.least, 'opt_out'),
            coalesce(reservation.opted_in, false)
        FROM rights.work LEFT JOIN rights.reservation ON reservation.work_id = work.id
        WHERE work.id = ANY(%s)
        """,
        (list(work_ids),),
    )
    return {work_id: (kind, Default(least), opted_in) for work_id, kind, least, opted_in in rows}


def _named(row: dict[str, Any]) -> tuple[bool, Name]:
    row["ownership"] = Ownership(row["ownership"])
    return row.pop("near"), Name(**row)


_NAMES = rows_by(_named)


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Work]:
    """Return the works that an account registered, newest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Work))
    return cursor.execute(
        """
        SELECT id, account_id, kind, title, state, registered_at, ownership
        FROM rights.work WHERE account_id = %s ORDER BY registered_at DESC, id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()


def page(
    tx: Tx, account_id: str, *, folded: str, before: tuple[datetime, str] | None, limit: int
) -> list[Listed]:
    """Return works that an account registered, newest first.

    Args:
        tx: The transaction.
        account_id: Whose.
        folded: Only those of which a name holds this, folded; empty: all.
        before: When the last one of the page before was registered, and its id; None: the first.
        limit: How many.
    """
    at, work_id = before or (None, None)
    cursor = tx.conn.cursor(row_factory=rows_of(Listed))
    return cursor.execute(
        """
        SELECT work.id, work.kind, work.title, work.registered_at,
            EXISTS (
                SELECT FROM rights.optout
                WHERE optout.work_id = work.id AND optout.state = 'standing'
            ) AS opted_out,
            (
                SELECT count(*) FROM rights.reference
                WHERE reference.work_id = work.id AND reference.state = 'standing'
            ) AS references,
            EXISTS (
                SELECT FROM rights.alias
                WHERE alias.work_id = work.id AND alias.standing = 'contested'
            ) AS contested,
            EXISTS (
                SELECT FROM rights.alias
                WHERE alias.work_id = work.id AND alias.standing = 'waiting'
            ) AS waiting
        FROM rights.work
        WHERE work.account_id = %(account)s
            AND (%(at)s::timestamptz IS NULL
                OR (work.registered_at, work.id) < (%(at)s, %(work)s))
            AND (%(folded)s = '' OR EXISTS (
                SELECT FROM rights.alias
                WHERE alias.work_id = work.id AND strpos(alias.folded, %(folded)s) > 0))
        ORDER BY work.registered_at DESC, work.id DESC LIMIT %(limit)s
        """,
        {"account": account_id, "at": at, "work": work_id, "folded": folded, "limit": limit},
    ).fetchall()
