"""Imports that someone is shown before they say yes, in Postgres: one of each account, sealed."""

import base64
from dataclasses import dataclass

from rightsd.db import sealing
from rightsd.db.tx import Tx


@dataclass(frozen=True, slots=True)
class Draft:
    """An import that is not applied yet.

    Attributes:
        source: The name of a table, or the address of a site.
        names: Further names of a site.
        lift: Lift what the site reserved once and does not any more.
        content: The table; None: it is a site, which is asked again.
    """

    id: str
    source: str
    names: tuple[str, ...] = ()
    lift: bool = False
    content: bytes | None = None


def put(tx: Tx, account_id: str, draft: Draft) -> None:
    """Keep a draft instead of the one that the account had."""
    said = {
        "source": draft.source,
        "names": draft.names,
        "lift": draft.lift,
        "content": None if draft.content is None else base64.b64encode(draft.content).decode(),
    }
    sealed = sealing.seal(tx, said, about=[account_id], place=_place(draft.id))
    tx.conn.execute(
        """
        INSERT INTO rights.import_draft (account_id, id, sealed, kept_at) VALUES (%s, %s, %s, %s)
        ON CONFLICT (account_id) DO UPDATE
        SET id = EXCLUDED.id, sealed = EXCLUDED.sealed, kept_at = EXCLUDED.kept_at
        """,
        (account_id, draft.id, sealed, tx.now),
    )


def find(tx: Tx, account_id: str, draft_id: str) -> Draft | None:
    """Return a draft of an account, unless another one has taken its place."""
    row = tx.conn.execute(
        """
        SELECT sealed, rights.keys_of(ARRAY[account_id]) FROM rights.import_draft
        WHERE account_id = %s AND id = %s
        """,
        (account_id, draft_id),
    ).fetchone()
    if row is None:
        return None
    sealed, keys = row
    said = sealing.unseal(tx, sealed, about=[account_id], keys=keys, place=_place(draft_id))
    if said is None:
        return None
    content = said["content"]
    return Draft(
        id=draft_id,
        source=said["source"],
        names=tuple(said["names"]),
        lift=said["lift"],
        content=None if content is None else base64.b64decode(content),
    )


def delete(tx: Tx, account_id: str) -> None:
    """Delete the draft of an account, if it has one."""
    tx.conn.execute("DELETE FROM rights.import_draft WHERE account_id = %s", (account_id,))


def _place(draft_id: str) -> str:
    return f"import_draft.sealed/{draft_id}"
