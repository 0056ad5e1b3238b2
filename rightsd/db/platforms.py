"""Platforms in Postgres, and how sending to each goes."""

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from psycopg.rows import dict_row

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.delivery import Line
from rightsd.domain.platform import Because, Capability, Integration, Platform, Secrets, State
from rightsd.domain.webhook import Scheme
from rightsd.errors import RightsError


@dataclass(frozen=True, slots=True)
class Sending:
    """How sending to a platform goes.

    Attributes:
        trouble: Of the last failure; None once something is taken.
        taken_at: When it last took something.
        waiting: How many deliveries are to be sent.
        waiting_since: When the first of their events happened.
    """

    permits: int
    failures: int
    rests_until: datetime | None
    trouble: str | None
    trouble_at: datetime | None
    taken_at: datetime | None
    waiting: int
    waiting_since: datetime | None


def insert(tx: Tx, platform: Platform) -> bool:
    """Add a platform; return whether the account had none."""
    said = platform.integration
    inserted = tx.conn.execute(
        """
        INSERT INTO rights.platform
            (id, account_id, name, sealed, types, schemes, capabilities, acknowledge_hours,
             remove_hours, acknowledgement_key, key_number, state, disabled_because,
             registered_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (account_id) WHERE state <> 'closed' DO NOTHING
        """,
        (
            platform.id,
            platform.account_id,
            said.name,
            _seal(tx, platform),
            list(said.types),
            list(said.schemes),
            list(said.capabilities),
            said.acknowledge_hours,
            said.remove_hours,
            said.acknowledgement_key,
            platform.secrets.key_number,
            platform.state,
            platform.disabled_because,
            platform.registered_at,
            platform.ended_at,
        ),
    )
    if inserted.rowcount != 1:
        return False
    tx.conn.execute(
        "INSERT INTO rights.platform_line (platform_id, permits) VALUES (%s, %s)",
        (platform.id, Line().permits),
    )
    return True


def update(tx: Tx, platform: Platform) -> None:
    """Write what can change of a platform."""
    said = platform.integration
    tx.conn.execute(
        """
        UPDATE rights.platform
        SET name = %s, sealed = %s, types = %s, schemes = %s, capabilities = %s,
            acknowledge_hours = %s, remove_hours = %s, acknowledgement_key = %s, key_number = %s,
            state = %s, disabled_because = %s, ended_at = %s
        WHERE id = %s
        """,
        (
            said.name,
            _seal(tx, platform),
            list(said.types),
            list(said.schemes),
            list(said.capabilities),
            said.acknowledge_hours,
            said.remove_hours,
            said.acknowledgement_key,
            platform.secrets.key_number,
            platform.state,
            platform.disabled_because,
            platform.ended_at,
            platform.id,
        ),
    )


def find(tx: Tx, platform_id: str) -> Platform | None:
    """Return a platform."""
    rows = _sealed(tx, [platform_id])
    return _platform(tx, rows[0]) if rows else None


def find_open(tx: Tx, platform_ids: Sequence[str]) -> dict[str, Platform]:
    """Return platforms by their ids, without those that do not open: the others do not wait."""
    found: dict[str, Platform] = {}
    for row in _sealed(tx, platform_ids):
        with contextlib.suppress(RightsError):
            found[row["id"]] = _platform(tx, row)
    return found


def _sealed(tx: Tx, platform_ids: Sequence[str]) -> list[dict[str, Any]]:
    return (
        tx.conn.cursor(row_factory=dict_row)
        .execute(
            """
            SELECT id, account_id, name, sealed, rights.keys_of(ARRAY[account_id]) AS keys, types,
                schemes, capabilities, acknowledge_hours, remove_hours, acknowledgement_key,
                key_number, state, disabled_because, registered_at, ended_at
            FROM rights.platform WHERE id = ANY(%s)
            """,
            (list(platform_ids),),
        )
        .fetchall()
    )


def known_as(tx: Tx, names: Collection[str]) -> dict[str, list[str]]:
    """Return ids of the platforms that are not closed and that uses name so, by the name."""
    rows = tx.conn.execute(
        """
        SELECT known_as, array_agg(id ORDER BY id) FROM rights.platform
        WHERE known_as = ANY(%s) AND state <> 'closed' GROUP BY known_as
        """,
        (list(names),),
    )
    return dict(rows.fetchall())


def lock(tx: Tx, platform_id: str) -> Platform | None:
    """Return a platform, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_platform, tx)))
    return cursor.execute(
        """
        SELECT id, account_id, name, sealed, rights.keys_of(ARRAY[account_id]) AS keys, types,
            schemes, capabilities, acknowledge_hours, remove_hours, acknowledgement_key,
            key_number, state, disabled_because, registered_at, ended_at
        FROM rights.platform WHERE id = %s FOR UPDATE
        """,
        (platform_id,),
    ).fetchone()


def newest(tx: Tx, *, account_id: str | None, limit: int) -> list[Platform]:
    """Return the platforms of an account, or of all (None), the newest first."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_platform, tx)))
    return cursor.execute(
        """
        SELECT id, account_id, name, sealed, rights.keys_of(ARRAY[account_id]) AS keys, types,
            schemes, capabilities, acknowledge_hours, remove_hours, acknowledgement_key,
            key_number, state, disabled_because, registered_at, ended_at
        FROM rights.platform
        WHERE %(account)s::text IS NULL OR account_id = %(account)s
        ORDER BY registered_at DESC, id LIMIT %(limit)s
        """,
        {"account": account_id, "limit": limit},
    ).fetchall()


def sending(tx: Tx, platform_ids: Sequence[str]) -> dict[str, Sending]:
    """Return how sending to platforms goes, by their ids."""
    rows = tx.conn.execute(
        """
        SELECT platform_id, permits, failures, rests_until, trouble, trouble_at, taken_at,
            coalesce(waiting, 0), waiting_since
        FROM rights.platform_line LEFT JOIN (
            SELECT platform_id, count(*) AS waiting, min(event_at) AS waiting_since
            FROM rights.delivery
            WHERE platform_id = ANY(%(ids)s) AND due_at IS NOT NULL GROUP BY platform_id
        ) AS due USING (platform_id)
        WHERE platform_id = ANY(%(ids)s)
        """,
        {"ids": list(platform_ids)},
    )
    return {platform_id: Sending(*values) for platform_id, *values in rows}


def take_ping(tx: Tx, platform_id: str, *, before: datetime) -> bool:
    """Note a ping; return whether the last one was before a moment."""
    cursor = tx.conn.execute(
        """
        UPDATE rights.platform_line SET pinged_at = %s
        WHERE platform_id = %s AND (pinged_at IS NULL OR pinged_at < %s)
        """,
        (tx.now, platform_id, before),
    )
    return cursor.rowcount == 1


def _platform(tx: Tx, row: dict[str, Any]) -> Platform:
    opened = sealing.unseal(
        tx, row["sealed"], about=[row["account_id"]], keys=row["keys"], place=_place(row["id"])
    )
    private: dict[str, Any] = opened or {"url": "", "contact": "", "secret": ""}
    previous, until = private.get("previous"), private.get("overlap_until")
    return Platform(
        id=row["id"],
        account_id=row["account_id"],
        integration=Integration(
            name=row["name"],
            url=private["url"],
            contact=private["contact"],
            types=tuple(row["types"]),
            schemes=tuple(map(Scheme, row["schemes"])),
            capabilities=tuple(map(Capability, row["capabilities"])),
            acknowledge_hours=row["acknowledge_hours"],
            remove_hours=row["remove_hours"],
            acknowledgement_key=row["acknowledgement_key"],
        ),
        secrets=Secrets(
            secret=bytes.fromhex(private["secret"]),
            previous=None if previous is None else bytes.fromhex(previous),
            key_number=row["key_number"],
            overlap_until=None if until is None else datetime.fromisoformat(until),
        ),
        state=State(row["state"]),
        disabled_because=None
        if row["disabled_because"] is None
        else Because(row["disabled_because"]),
        registered_at=row["registered_at"],
        ended_at=row["ended_at"],
    )


def _seal(tx: Tx, platform: Platform) -> bytes:
    said, signing = platform.integration, platform.secrets
    until = signing.overlap_until
    private = {
        "url": said.url,
        "contact": said.contact,
        "secret": signing.secret.hex(),
        "previous": None if signing.previous is None else signing.previous.hex(),
        "overlap_until": None if until is None else until.isoformat(),
    }
    return sealing.seal(tx, private, about=[platform.account_id], place=_place(platform.id))


def _place(platform_id: str) -> str:
    return f"platform.sealed/{platform_id}"
