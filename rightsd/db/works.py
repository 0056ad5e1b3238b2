"""Works and the names they go by, in Postgres."""

from collections.abc import Sequence
from typing import Any

from rightsd.db import vocabulary
from rightsd.db.rows import rows_by, rows_of
from rightsd.db.tx import Tx
from rightsd.domain import matching, naming
from rightsd.domain.naming import Name
from rightsd.domain.policy import OptedOut
from rightsd.domain.work import Alias, Work


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


def find(tx: Tx, work_id: str) -> Work | None:
    """Return a work."""
    cursor = tx.conn.cursor(row_factory=rows_of(Work))
    return cursor.execute(
        """
        SELECT id, account_id, kind, title, state, registered_at
        FROM rights.work WHERE id = %s
        """,
        (work_id,),
    ).fetchone()


def named_in(tx: Tx, prompt: str) -> list[OptedOut]:
    """Return the opted-out works that a prompt names, each once, at the first place."""
    words = vocabulary.load()
    reading = naming.read(prompt, words)
    spelt = opted_out_by_skeletons(tx, reading.texts)
    near = opted_out_near(tx, list(reading.windows)) if reading.windows else []
    found: dict[str, OptedOut] = {}
    for mention in naming.mentions(reading, spelt, near, words):
        name = mention.name
        if name.work_id not in found:
            shown = prompt[mention.start : mention.end]
            found[name.work_id] = OptedOut(
                *(name.optout_id, name.work_id, name.title, shown, mention.start),
                tier=mention.tier,
            )
    return list(found.values())


def opted_out_by_skeletons(tx: Tx, texts: Sequence[str]) -> list[Name]:
    """Return the names of opted-out works whose skeletons are beginnings of one of these texts."""
    cursor = tx.conn.cursor(row_factory=rows_of(Name))
    return cursor.execute(
        """
        SELECT alias.work_id, optout.id AS optout_id, work.title, alias.shown, alias.folded,
            alias.skeleton, alias.common, alias.excluded
        FROM (SELECT DISTINCT found COLLATE "C" AS skeleton
            FROM rights.skeletons_in(%s::text[]) AS found) AS spelt
        JOIN rights.alias ON alias.skeleton = spelt.skeleton
        JOIN rights.optout ON optout.work_id = alias.work_id AND optout.state = 'standing'
        JOIN rights.work ON work.id = alias.work_id
        ORDER BY alias.work_id, alias.folded
        """,
        (list(texts),),
    ).fetchall()


def opted_out_near(tx: Tx, skeletons: Sequence[str]) -> list[tuple[str, Name]]:
    """Return names of opted-out works that may be a slip away from a word, each after the word."""
    cursor = tx.conn.cursor(row_factory=rows_by(_near))
    return cursor.execute(
        """
        SELECT word.skeleton AS word, alias.work_id, optout.id AS optout_id, work.title,
            alias.shown, alias.folded, alias.skeleton, alias.common, alias.excluded
        FROM unnest(%s::text[]) AS word (skeleton)
        JOIN rights.alias ON alias.near && rights.near(word.skeleton)
        JOIN rights.optout ON optout.work_id = alias.work_id AND optout.state = 'standing'
        JOIN rights.work ON work.id = alias.work_id
        ORDER BY alias.work_id, alias.folded, word.skeleton
        """,
        (list(skeletons),),
    ).fetchall()


def _near(row: dict[str, Any]) -> tuple[str, Name]:
    return row.pop("word"), Name(**row)


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Work]:
    """Return the works that an account registered, newest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Work))
    return cursor.execute(
        """
        SELECT id, account_id, kind, title, state, registered_at
        FROM rights.work WHERE account_id = %s ORDER BY registered_at DESC, id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()
