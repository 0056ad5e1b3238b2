"""Deposit: a manifest store of someone else's, kept so that stripped copies find it again."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine

BINDING_CHARS_MAX = 8192
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


class State(StrEnum):
    """Where a deposit stands."""

    STORED = "stored"
    REMOVED = "removed"


MACHINE: Machine[State] = Machine(
    {(None, "deposit.stored"): State.STORED, (State.STORED, "deposit.removed"): State.REMOVED}
)


@dataclass(frozen=True, slots=True)
class Deposit:
    """One deposit.

    Attributes:
        manifest_id: Label of the store's active manifest. It is whatever its maker wrote, so the
            log does not hold it: the digest of the store stands for both.
        account_id: Whose it is.
        event_id: What put it on record.
        size: Of the store, in bytes.
    """

    id: str
    manifest_id: str
    account_id: str
    event_id: str
    sha256: str
    size: int
    state: State
    stored_at: datetime
    removed_at: datetime | None


def store(event: Event, *, manifest_id: str, size: int) -> Deposit:
    """Return the deposit that an event makes."""
    return Deposit(
        id=event.subject,
        manifest_id=manifest_id,
        account_id=str(event.data["account_id"]),
        event_id=event.id,
        sha256=str(event.data["sha256"]),
        size=size,
        state=MACHINE.next(None, event.kind),
        stored_at=event.at,
        removed_at=None,
    )


def evolve(deposit: Deposit, event: Event) -> Deposit:
    """Return the deposit after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    assert deposit.id == event.subject
    return replace(deposit, state=MACHINE.next(deposit.state, event.kind), removed_at=event.at)


def binding_key(value: str) -> bytes:
    """Return what a binding is found by, 32 bytes: the same for one value in any form of base64.

    What is not base64 is a value as well: the text itself.
    """
    return hashlib.sha256(decode(value) or b"\0" + value.encode()).digest()


def decode(value: str) -> bytes | None:
    """Return the bytes of a value in base64 or base64url, padded or not; None: it is neither."""
    if not _BASE64.fullmatch(value):
        return None
    bare = value.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None
