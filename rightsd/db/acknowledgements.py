"""Acknowledgements in Postgres, and what they make of deliveries.

The note beside one is sealed for the platform's account. Whoever acknowledges holds the platform,
so that its key stays what it is until the commit, and then locks the delivery.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from rightsd.db import sealing
from rightsd.db.rows import rows_by, rows_of
from rightsd.db.tx import Tx
from rightsd.domain import acknowledgement as domain
from rightsd.domain.acknowledgement import Acknowledgement
from rightsd.domain.delivery import State


@dataclass(frozen=True, slots=True)
class Delivered:
    """What is acknowledged: a delivery, and whose it is.

    Attributes:
        account_id: Of the platform.
        key: What the platform signs with, `whpk_…`.
    """

    id: str
    platform_id: str
    account_id: str
    key: str | None
    event_id: str
    kind: str
    generation_id: str
    event_at: datetime


def find_delivered(tx: Tx, delivery_id: str) -> Delivered | None:
    """Return a delivery."""
    cursor = tx.conn.cursor(row_factory=rows_of(Delivered))
    return cursor.execute(
        """
        SELECT delivery.id, platform_id, platform.account_id, acknowledgement_key AS key,
            event_id, kind, generation_id, event_at
        FROM rights.delivery JOIN rights.platform ON platform.id = platform_id
        WHERE delivery.id = %s
        """,
        (delivery_id,),
    ).fetchone()


def lock_delivered(tx: Tx, delivery_id: str) -> Delivered | None:
    """Return a delivery, locked until the transaction ends; its platform is held."""
    tx.conn.execute(
        """
        SELECT FROM rights.platform
        WHERE id = (SELECT platform_id FROM rights.delivery WHERE id = %s) FOR SHARE
        """,
        (delivery_id,),
    )
    tx.conn.execute("SELECT FROM rights.delivery WHERE id = %s FOR UPDATE", (delivery_id,))
    return find_delivered(tx, delivery_id)


def insert(tx: Tx, acknowledgement: Acknowledgement, *, account_id: str) -> None:
    """Add an acknowledgement of a platform of an account."""
    said, note = acknowledgement.statement, acknowledgement.note
    sealed = None
    if note is not None:
        place = _place(acknowledgement.id)
        sealed = sealing.seal(tx, {"note": note}, about=[account_id], place=place)
    tx.conn.execute(
        """
        INSERT INTO rights.acknowledgement
            (id, delivery_id, platform_id, outcome, refusal, statement, signature, public_key,
             sealed, state, received_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'recorded', %s)
        """,
        (
            acknowledgement.id,
            said.delivery_id,
            said.platform_id,
            said.outcome,
            said.refusal,
            said.encode(),
            acknowledgement.signature,
            acknowledgement.key,
            sealed,
            acknowledgement.received_at,
        ),
    )


def of_delivery(tx: Tx, delivery_id: str) -> list[Acknowledgement]:
    """Return what was said of a delivery, the earliest first."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_acknowledgement, tx)))
    return cursor.execute(
        """
        SELECT acknowledgement.id, statement, signature, public_key, acknowledgement.sealed,
            platform.account_id, rights.keys_of(ARRAY[platform.account_id]) AS keys, received_at
        FROM rights.acknowledgement JOIN rights.platform ON platform.id = platform_id
        WHERE delivery_id = %s
        ORDER BY array_position(ARRAY['received', 'refused', 'removed'], outcome)
        """,
        (delivery_id,),
    ).fetchall()


def note_received(tx: Tx, delivery_id: str) -> None:
    """Note that a platform knows of a delivery: it is not sent any more, and climbs anew."""
    tx.conn.execute(
        """
        UPDATE rights.delivery
        SET received_at = coalesce(received_at, %(now)s), due_at = NULL, steps = 0,
            state = CASE WHEN state IN ('due', 'dropped', 'escalated') THEN 'sent' ELSE state END
        WHERE id = %(id)s
        """,
        {"id": delivery_id, "now": tx.now},
    )


def end(tx: Tx, delivery_id: str, state: State) -> None:
    """Note that a platform has answered for a delivery: there is nothing to send any more."""
    tx.conn.execute(
        """
        UPDATE rights.delivery
        SET received_at = coalesce(received_at, %(now)s), acknowledged_at = %(now)s,
            due_at = NULL, state = %(state)s
        WHERE id = %(id)s
        """,
        {"id": delivery_id, "state": state, "now": tx.now},
    )


def _acknowledgement(tx: Tx, row: dict[str, Any]) -> Acknowledgement:
    about, place = [row["account_id"]], _place(row["id"])
    private: Any = sealing.unseal(tx, row["sealed"], about=about, keys=row["keys"], place=place)
    return Acknowledgement(
        id=row["id"],
        statement=domain.read(bytes(row["statement"])),
        signature=bytes(row["signature"]),
        key=bytes(row["public_key"]),
        received_at=row["received_at"],
        note=None if private is None else private["note"],
    )


def _place(acknowledgement_id: str) -> str:
    return f"acknowledgement.sealed/{acknowledgement_id}"


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a platform is told of, and what it has answered.

    Attributes:
        position: Index of the event's entry in the log.
        outcome: What it said last; None: nothing yet.
        refusal: Why it refused, if it did.
    """

    delivery_id: str
    position: int
    event_id: str
    kind: str
    generation_id: str
    state: State
    attempts: int
    event_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    acknowledged_at: datetime | None
    outcome: str | None
    refusal: str | None


def told(tx: Tx, platform_id: str, *, below: int, limit: int) -> list[Told]:
    """Return what a platform is told of, the newest first, of entries below an index."""
    cursor = tx.conn.cursor(row_factory=rows_of(Told))
    return cursor.execute(
        """
        SELECT delivery.id AS delivery_id, position, delivery.event_id, kind, generation_id, state,
            attempts, event_at, sent_at, delivery.received_at, acknowledged_at,
            last.outcome, last.refusal
        FROM rights.delivery
        LEFT JOIN LATERAL (
            SELECT outcome, refusal FROM rights.acknowledgement
            WHERE delivery_id = delivery.id
            ORDER BY array_position(ARRAY['removed', 'refused', 'received'], outcome) LIMIT 1
        ) AS last ON true
        WHERE platform_id = %s AND position < %s
        ORDER BY position DESC LIMIT %s
        """,
        (platform_id, below, limit),
    ).fetchall()
