"""Works and the names they go by, in Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain import matching
from rightsd.domain.policy import OptedOut
from rightsd.domain.work import Work


@dataclass(frozen=True, slots=True)
class NamedWork:
    """A name of an opted-out work, and what stands over it."""

    work_id: str
    optout_id: str
    title: str
    folded: str
    key: str


def insert(tx: Tx, work: Work) -> None:
    """Add a work."""
    tx.conn.execute(
        """
        INSERT INTO rights.work (id, account_id, kind, title, state, registered_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (work.id, work.account_id, work.kind, work.title, work.state, work.registered_at),
    )


def insert_aliases(tx: Tx, work_id: str, aliases: Sequence[tuple[str, str, str]]) -> None:
    """Add the names of a work, each as (shown, folded, key); names that fold alike are one."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.alias (work_id, shown, folded, key) VALUES (%s, %s, %s, %s)
            ON CONFLICT DO NOTHING
            """,
            [(work_id, *alias) for alias in aliases],
        )


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
    runs = list(matching.runs(prompt))
    by_key: dict[str, list[NamedWork]] = {}
    for named in opted_out_by_keys(tx, sorted({run.key for run in runs})):
        by_key.setdefault(named.key, []).append(named)
    found: dict[str, OptedOut] = {}
    for run in runs:
        for named in by_key.get(run.key, ()):
            if named.work_id not in found and matching.spells(run.folded, named.folded):
                words = prompt[run.start : run.end]
                found[named.work_id] = OptedOut(
                    named.optout_id, named.work_id, named.title, words, run.start
                )
    return list(found.values())


def opted_out_by_keys(tx: Tx, keys: Sequence[str]) -> list[NamedWork]:
    """Return the names, with one of these keys, of works over which an opt-out stands."""
    cursor = tx.conn.cursor(row_factory=rows_of(NamedWork))
    return cursor.execute(
        """
        SELECT alias.work_id, optout.id AS optout_id, work.title, alias.folded, alias.key
        FROM rights.alias
        JOIN rights.optout ON optout.work_id = alias.work_id AND optout.state = 'standing'
        JOIN rights.work ON work.id = alias.work_id
        WHERE alias.key = ANY(%s) ORDER BY alias.work_id, alias.folded
        """,
        (list(keys),),
    ).fetchall()


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
