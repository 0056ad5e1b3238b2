"""Acknowledgement: what a platform says, under its own key, that became of a delivery.

`received` says that it knows; `removed` and `refused` end the matter, of which a refusal may still
become a removal. What is signed is a statement of one form (api-specs/acknowledgements.md).
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError

TYPE = "rightsd.acknowledgement.v1"  # In what is signed, so that it can pass for nothing else.
SIGNATURE_BYTES = 64  # Of Ed25519 (RFC 8032).
STATEMENT_BYTES_MAX = 1000  # Twice the longest that there is.
NOTE_LENGTH_MAX = 2000
CLOCKS_APART = timedelta(minutes=5)  # How far a platform's clock may be from ours.
AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")
_ID = re.compile(r"[a-z]{3}_[0-9a-z]{1,64}")

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class Outcome(StrEnum):
    """What a platform did."""

    RECEIVED = "received"
    REMOVED = "removed"
    REFUSED = "refused"


FINAL = frozenset({Outcome.REMOVED, Outcome.REFUSED})


class Refusal(StrEnum):
    """Why a platform removed nothing."""

    NO_COPY = "no_copy"  # It has none, or none any more.
    UNIDENTIFIED = "unidentified"  # It cannot tell which of its files is meant.
    LICENSED = "licensed"  # Whoever uploaded it has shown a licence.
    DISPUTED = "disputed"  # Whoever uploaded it disputes the takedown.
    LAW = "law"  # A law or a court says otherwise.
    OTHER = "other"


class State(StrEnum):
    """Where an acknowledgement stands: it never changes."""

    RECORDED = "recorded"


MACHINE: Machine[State] = Machine({(None, "acknowledgement.received"): State.RECORDED})


@dataclass(frozen=True, slots=True)
class Statement:
    """What a platform signs.

    Attributes:
        event_id: The event that was delivered.
        refusal: Why, if and only if the outcome is `refused`.
        at: When it did what it says, by its own clock; as it wrote it, in the form of AT.
    """

    delivery_id: str
    event_id: str
    generation_id: str
    platform_id: str
    outcome: Outcome
    refusal: Refusal | None
    at: str

    def encode(self) -> bytes:
        """Return the bytes that are signed: canonical JSON (RFC 8785), as all of it is ASCII."""
        return _ENCODER.encode(
            {
                "at": self.at,
                "delivery_id": self.delivery_id,
                "event_id": self.event_id,
                "generation_id": self.generation_id,
                "outcome": self.outcome.value,
                "platform_id": self.platform_id,
                "refusal": self.refusal and self.refusal.value,
                "type": TYPE,
            }
        ).encode()

    @property
    def said_at(self) -> datetime:
        """When it did what it says, by its own clock."""
        return datetime.fromisoformat(self.at).astimezone(UTC)

    @property
    def digest(self) -> str:
        """SHA-256 of the signed bytes, hexadecimal: what the log holds."""
        return hashlib.sha256(self.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One acknowledgement, as it was taken in.

    Attributes:
        signature: The platform's, over the statement, 64 bytes.
        key: The platform's public key that it verified under, 32 bytes.
        received_at: When we took it in.
        note: What the platform wrote beside it, for reviewers; not signed.
    """

    id: str
    statement: Statement
    signature: bytes
    key: bytes
    received_at: datetime
    note: str | None = None


def read(data: bytes) -> Statement:
    """Return the statement of bytes that were signed.

    Raises:
        ValueError: They are not those of any statement.
    """
    if len(data) > STATEMENT_BYTES_MAX:
        raise ValueError(f"a statement has at most {STATEMENT_BYTES_MAX} bytes")
    said: Any = json.loads(data)
    try:
        refusal = said["refusal"]
        statement = Statement(
            *(said[name] for name in ("delivery_id", "event_id", "generation_id", "platform_id")),
            outcome=Outcome(said["outcome"]),
            refusal=None if refusal is None else Refusal(refusal),
            at=said["at"],
        )
        require_form(statement)
    except (KeyError, TypeError, RightsError) as error:
        raise ValueError(f"this is no statement of a platform: {error}") from error
    if statement.encode() != data:
        raise ValueError("the statement is not in its one form")
    return statement


def require_form(statement: Statement) -> None:
    """Check a statement by itself.

    Raises:
        RightsError: INVALID.
    """
    named = (statement.delivery_id, statement.event_id, statement.generation_id)
    if not all(_ID.fullmatch(name) for name in (*named, statement.platform_id)):
        raise RightsError(Code.INVALID, "a statement names delivery, event, generation, platform")
    if not AT.fullmatch(statement.at) or not _is_time(statement.at):
        raise RightsError(Code.INVALID, "`at` is a time in UTC, as in 2030-01-02T03:04:05Z")
    if (statement.refusal is None) == (statement.outcome is Outcome.REFUSED):
        raise RightsError(Code.INVALID, "a refusal, and nothing else, says why: name the reason")


def require_next(
    statement: Statement, before: Statement | None, *, delivered_at: datetime, now: datetime
) -> None:
    """Check that a statement can follow what the platform said of the delivery before.

    Args:
        statement: The statement.
        before: The last one; None for none.
        delivered_at: When what was delivered happened.
        now: The time.

    Raises:
        RightsError: CONFLICT, out of order; INVALID, at a time that cannot be.
    """
    if statement.said_at > now + CLOCKS_APART:
        raise RightsError(Code.INVALID, "`at` lies ahead: compare your clock with ours")
    if statement.said_at < delivered_at - CLOCKS_APART:
        raise RightsError(Code.INVALID, "`at` is before the event that this acknowledges")
    if before is None:
        return
    if statement.outcome is before.outcome or before.outcome is Outcome.REMOVED:
        detail = f"this delivery is acknowledged as {before.outcome} already, at {before.at}"
        raise RightsError(Code.CONFLICT, detail)
    if statement.outcome is Outcome.RECEIVED:
        detail = f"this delivery is {before.outcome} by your word; it cannot be received after that"
        raise RightsError(Code.CONFLICT, detail)
    if statement.said_at < before.said_at:
        detail = f"`at` is before {before.at}, when this delivery was {before.outcome}"
        raise RightsError(Code.CONFLICT, detail)


def event_of(ack_id: str, statement: Statement, at: datetime) -> Event:
    """Return the event of taking a statement in."""
    facts = {
        "delivery_id": statement.delivery_id,
        "event_id": statement.event_id,
        "generation_id": statement.generation_id,
        "platform_id": statement.platform_id,
        "outcome": statement.outcome.value,
        "refusal": statement.refusal and statement.refusal.value,
        "statement": statement.digest,
    }
    event = Event("acknowledgement.received", ack_id, at, facts)
    MACHINE.next(None, event.kind)
    return event


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
