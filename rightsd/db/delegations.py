"""Delegations in Postgres: what someone may do for another lies under the subject's key."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from psycopg.rows import BaseRowFactory

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.ceiling import Ceiling
from rightsd.domain.delegation import Delegation, Kind, Scope, State, Verb
from rightsd.domain.terms import Audience, Purpose
from rightsd.domain.topics import Topic


def insert(tx: Tx, delegation: Delegation) -> bool:
    """Add a delegation; False when one between these two stands for this subject."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.delegation
            (id, subject_id, account_id, delegate_id, sealed, state, offered_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (subject_id, delegate_id) WHERE ended_at IS NULL DO NOTHING
        """,
        (
            delegation.id,
            delegation.subject_id,
            delegation.account_id,
            delegation.delegate_id,
            _seal(tx, delegation),
            delegation.state,
            delegation.offered_at,
            delegation.ended_at,
        ),
    )
    return cursor.rowcount == 1


def find(tx: Tx, delegation_id: str) -> Delegation | None:
    """Return a delegation."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, delegate_id, sealed, state, offered_at, ended_at,
            rights.keys_of(ARRAY[subject_id]) AS keys
        FROM rights.delegation WHERE id = %s
        """,
        (delegation_id,),
    ).fetchone()


def lock(tx: Tx, delegation_id: str) -> Delegation | None:
    """Return a delegation, locked against everything done under it until the commit."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, delegate_id, sealed, state, offered_at, ended_at,
            rights.keys_of(ARRAY[subject_id]) AS keys
        FROM rights.delegation WHERE id = %s FOR UPDATE
        """,
        (delegation_id,),
    ).fetchone()


def hold_between(tx: Tx, subject_id: str, delegate_id: str) -> Delegation | None:
    """Return what stands for a subject with one account, which cannot end before the commit."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, delegate_id, sealed, state, offered_at, ended_at,
            rights.keys_of(ARRAY[subject_id]) AS keys
        FROM rights.delegation
        WHERE subject_id = %s AND delegate_id = %s AND ended_at IS NULL FOR SHARE
        """,
        (subject_id, delegate_id),
    ).fetchone()


def lock_of_subject(tx: Tx, subject_id: str) -> list[str]:
    """Return the ids, in their order, of the delegations of a subject that stand, locked."""
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.delegation
        WHERE subject_id = %s AND ended_at IS NULL ORDER BY id FOR UPDATE
        """,
        (subject_id,),
    )
    return [row[0] for row in rows]


def standing_of(tx: Tx, subject_id: str) -> list[Delegation]:
    """Return the delegations of a subject that stand."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, delegate_id, sealed, state, offered_at, ended_at,
            rights.keys_of(ARRAY[subject_id]) AS keys
        FROM rights.delegation WHERE subject_id = %s AND ended_at IS NULL ORDER BY id
        """,
        (subject_id,),
    ).fetchall()


def standing_with(tx: Tx, delegate_id: str) -> list[Delegation]:
    """Return the delegations that stand with an account as the one who acts."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, delegate_id, sealed, state, offered_at, ended_at,
            rights.keys_of(ARRAY[subject_id]) AS keys
        FROM rights.delegation WHERE delegate_id = %s AND ended_at IS NULL ORDER BY id
        """,
        (delegate_id,),
    ).fetchall()


def people_of(tx: Tx, delegate_id: str, subject_ids: Sequence[str]) -> set[str]:
    """Return those of some subjects for whom an account may act, or once did."""
    rows = tx.conn.execute(
        """
        SELECT subject_id FROM rights.delegation
        WHERE delegate_id = %s AND subject_id = ANY(%s) AND state IN ('accepted', 'active', 'ended')
        """,
        (delegate_id, list(subject_ids)),
    )
    return {row[0] for row in rows}


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Delegation]:
    """Return the delegations that an account offered or was offered, newest first."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, delegate_id, sealed, state, offered_at, ended_at,
            rights.keys_of(ARRAY[subject_id]) AS keys
        FROM rights.delegation WHERE account_id = %(account)s OR delegate_id = %(account)s
        ORDER BY offered_at DESC, id LIMIT %(limit)s
        """,
        {"account": account_id, "limit": limit},
    ).fetchall()


def update(tx: Tx, delegation: Delegation) -> None:
    """Write what an event can change."""
    tx.conn.execute(
        "UPDATE rights.delegation SET state = %s, sealed = %s, ended_at = %s WHERE id = %s",
        (delegation.state, _seal(tx, delegation), delegation.ended_at, delegation.id),
    )


def end(tx: Tx, delegation_id: str, state: State) -> None:
    """Write how a delegation ended, now."""
    tx.conn.execute(
        "UPDATE rights.delegation SET state = %s, ended_at = %s WHERE id = %s",
        (state, tx.now, delegation_id),
    )


def clear_about(tx: Tx, subject_id: str) -> None:
    """Clear what every delegation of a subject said."""
    tx.conn.execute(
        "UPDATE rights.delegation SET sealed = NULL WHERE subject_id = %s AND sealed IS NOT NULL",
        (subject_id,),
    )


def _seal(tx: Tx, delegation: Delegation) -> bytes:
    assert delegation.scope is not None
    scope = asdict(delegation.scope)
    for name in ("starts_at", "ends_at"):
        scope[name] = scope[name] and scope[name].isoformat()
    private = {"scope": scope, "salt": delegation.salt.hex(), "evidence": delegation.evidence}
    return sealing.seal(tx, private, about=[delegation.subject_id], place=_place(delegation.id))


def _rows(tx: Tx) -> BaseRowFactory[Delegation]:
    return rows_by(partial(_delegation, tx))


def _delegation(tx: Tx, row: dict[str, Any]) -> Delegation:
    private = sealing.unseal(
        tx, row["sealed"], about=[row["subject_id"]], keys=row["keys"], place=_place(row["id"])
    )
    return Delegation(
        id=row["id"],
        subject_id=row["subject_id"],
        account_id=row["account_id"],
        delegate_id=row["delegate_id"],
        scope=None if private is None else _scope(private["scope"]),
        salt=b"" if private is None else bytes.fromhex(private["salt"]),
        evidence="" if private is None else private["evidence"],
        state=State(row["state"]),
        offered_at=row["offered_at"],
        ended_at=row["ended_at"],
    )


def _scope(written: dict[str, Any]) -> Scope:
    ceiling = written["ceiling"]
    return Scope(
        kind=Kind(written["kind"]),
        verbs=tuple(map(Verb, written["verbs"])),
        ceiling=Ceiling(
            audience=Audience(ceiling["audience"]),
            purposes=tuple(map(Purpose, ceiling["purposes"])),
            denied_topics=tuple(map(Topic, ceiling["denied_topics"])),
            territories=tuple(ceiling["territories"]),
            platforms=tuple(ceiling["platforms"]),
            languages=tuple(ceiling["languages"]),
            days=ceiling["days"],
            quota_total=ceiling["quota_total"],
            strict=ceiling["strict"],
            per_use_approval=ceiling["per_use_approval"],
        ),
        starts_at=_time(written["starts_at"]),
        ends_at=_time(written["ends_at"]),
    )


def _time(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def _place(delegation_id: str) -> str:
    return f"delegation.sealed/{delegation_id}"
