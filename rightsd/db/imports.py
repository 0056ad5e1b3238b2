"""Works, names and opt-outs by the thousand, in Postgres: one statement a batch and table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.catalogue import Name
from rightsd.domain.optout import Optout
from rightsd.domain.work import Kind, Work


@dataclass(frozen=True, slots=True)
class Known:
    """A work that an account has registered, and the opt-out that stands over it, if one does."""

    work_id: str
    kind: Kind
    title: str
    optout_id: str | None
    evidence_id: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A work with its names, the title left out, and whether an opt-out stands over it."""

    work_id: str
    kind: Kind
    title: str
    aliases: list[str]
    opted_out: bool


def hold_account(tx: Tx, account_id: str) -> None:
    """Keep other imports of an account out until the transaction ends."""
    tx.conn.execute(
        "SELECT 1 FROM rights.account WHERE id = %s FOR NO KEY UPDATE", (account_id,)
    ).fetchone()


def mark(tx: Tx) -> None:
    """Begin what `undo` undoes."""
    tx.conn.execute("SAVEPOINT preview")


def undo(tx: Tx) -> None:
    """Undo what was written since `mark`, as if it had never been."""
    tx.conn.execute("ROLLBACK TO SAVEPOINT preview")
    tx.events.clear()


def known(tx: Tx, account_id: str, wanted: Iterable[tuple[Kind, str]]) -> list[Known]:
    """Return the account's works of these kinds and titles, the oldest first."""
    pairs = list(wanted)
    cursor = tx.conn.cursor(row_factory=rows_of(Known))
    return cursor.execute(
        """
        SELECT work.id AS work_id, work.kind, work.title, optout.id AS optout_id,
            optout.evidence_id
        FROM unnest(%s::text[], %s::text[]) AS wanted (kind, title)
        JOIN rights.work ON work.account_id = %s AND work.title = wanted.title
            AND work.kind = wanted.kind
        LEFT JOIN rights.optout ON optout.work_id = work.id AND optout.state = 'standing'
        ORDER BY work.registered_at, work.id
        """,
        ([kind for kind, _ in pairs], [title for _, title in pairs], account_id),
    ).fetchall()


def page_of_works(tx: Tx, account_id: str, *, after: tuple[str, str], limit: int) -> list[Listed]:
    """Return an account's works by title and id, from behind a certain one on."""
    title, work_id = after
    cursor = tx.conn.cursor(row_factory=rows_of(Listed))
    return cursor.execute(
        """
        SELECT id AS work_id, kind, title,
            ARRAY(
                SELECT shown FROM rights.alias
                WHERE alias.work_id = work.id AND shown <> work.title ORDER BY shown
            ) AS aliases,
            EXISTS (
                SELECT FROM rights.optout
                WHERE optout.work_id = work.id AND optout.state = 'standing'
            ) AS opted_out
        FROM rights.work
        WHERE account_id = %s AND (title, id) > (%s, %s)
        ORDER BY title, id LIMIT %s
        """,
        (account_id, title, work_id, limit),
    ).fetchall()


def insert_works(tx: Tx, works: Sequence[Work]) -> None:
    """Add works."""
    with (
        tx.conn.cursor() as cursor,
        cursor.copy(
            """
            COPY rights.work (id, account_id, kind, title, state, registered_at) FROM STDIN
            """
        ) as copy,
    ):
        for work in works:
            copy.write_row(
                (work.id, work.account_id, work.kind, work.title, work.state, work.registered_at)
            )


def insert_names(tx: Tx, names: Sequence[tuple[str, Name]]) -> int:
    """Add names, each to the work of that id; return how many were not there yet."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.alias (work_id, shown, folded, key)
        SELECT work_id, shown, folded, key
        FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
            AS name (work_id, shown, folded, key)
        ON CONFLICT DO NOTHING
        """,
        (
            [work_id for work_id, _ in names],
            [name.shown for _, name in names],
            [name.folded for _, name in names],
            [name.key for _, name in names],
        ),
    )
    return cursor.rowcount


def insert_new_names(tx: Tx, names: Sequence[tuple[str, Name]]) -> None:
    """Add names to works that this transaction has added, each folded form once."""
    with (
        tx.conn.cursor() as cursor,
        cursor.copy("COPY rights.alias (work_id, shown, folded, key) FROM STDIN") as copy,
    ):
        for work_id, name in names:
            copy.write_row((work_id, name.shown, name.folded, name.key))


def insert_optouts(tx: Tx, optouts: Sequence[Optout]) -> set[str]:
    """Add opt-outs; return the ids of those over whose work none was standing."""
    rows = tx.conn.execute(
        """
        INSERT INTO rights.optout
            (id, work_id, account_id, state, registered_at, ended_at, evidence_id)
        SELECT id, work_id, account_id, state, registered_at, NULL, evidence_id
        FROM unnest(
            %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[]
        ) AS optout (id, work_id, account_id, state, registered_at, evidence_id)
        ON CONFLICT (work_id) WHERE state = 'standing' DO NOTHING
        RETURNING id
        """,
        (
            [optout.id for optout in optouts],
            [optout.work_id for optout in optouts],
            [optout.account_id for optout in optouts],
            [optout.state for optout in optouts],
            [optout.registered_at for optout in optouts],
            [optout.evidence_id for optout in optouts],
        ),
    )
    return {row[0] for row in rows}


def insert_new_optouts(tx: Tx, optouts: Sequence[Optout]) -> None:
    """Add opt-outs over works that this transaction has added."""
    with (
        tx.conn.cursor() as cursor,
        cursor.copy(
            """
            COPY rights.optout (id, work_id, account_id, state, registered_at, evidence_id)
            FROM STDIN
            """
        ) as copy,
    ):
        for optout in optouts:
            copy.write_row(
                (
                    optout.id,
                    optout.work_id,
                    optout.account_id,
                    optout.state,
                    optout.registered_at,
                    optout.evidence_id,
                )
            )


def analyse(tx: Tx) -> None:
    """Tell the planner how much there is now, rather than when it next looks for itself.

    Until then it would read the whole table of names for every prompt.
    """
    tx.conn.execute("ANALYZE rights.work, rights.alias, rights.optout")
