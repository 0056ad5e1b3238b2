"""What happened: one event is one ledger entry, one webhook type, one step of a state machine."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from rightsd.domain import ids

Value = str | int | bool | None | Sequence[str]
MEMBERS = frozenset({"at", "data", "id", "kind", "subject"})
# `Event.body` writes a time in this one way; the ranges are left to the calendar, but for 24:00.
AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def _new_id() -> str:
    return ids.new("evt")


@dataclass(frozen=True, slots=True)
class Event:
    """One fact about one thing.

    Attributes:
        kind: What happened, "noun.participle", as in "consent.revoked".
        subject: Id of the thing it happened to.
        at: When, UTC, microseconds.
        data: Facts that everyone may read: ids, states, digests; never personal data.
        id: Name of the event, "evt_…".
    """

    kind: str
    subject: str
    at: datetime
    data: Mapping[str, Value]
    id: str = field(default_factory=_new_id)

    def body(self) -> dict[str, object]:
        """Return the event as the body of a ledger entry (api-specs/ledger.md)."""
        at = written(self.at)
        data = {
            key: list(value)
            if isinstance(value, Sequence) and not isinstance(value, str)
            else value
            for key, value in self.data.items()
        }
        return {"id": self.id, "kind": self.kind, "subject": self.subject, "at": at, "data": data}


def written(at: datetime) -> str:
    """Return a time as an entry writes it."""
    assert at.utcoffset() == UTC.utcoffset(None)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_at(text: str) -> datetime:
    """Return the time that an entry writes so.

    Raises:
        ValueError: It is not written as it should be.
    """
    if not AT.fullmatch(text):
        raise ValueError("the time of an entry is written YYYY-MM-DDThh:mm:ss.ffffffZ")
    return datetime.fromisoformat(text)


def from_body(body: Mapping[str, object]) -> Event:
    """Return the event of a ledger entry's body.

    Raises:
        ValueError: The body is not one that `Event.body` makes.
    """
    if len(body) != len(MEMBERS) or not MEMBERS.issuperset(body):
        raise ValueError("an entry has the members at, data, id, kind and subject")
    event_id, kind, subject, at = body["id"], body["kind"], body["subject"], body["at"]
    if not (
        isinstance(event_id, str)
        and isinstance(kind, str)
        and isinstance(subject, str)
        and isinstance(at, str)
        and isinstance(body["data"], dict)
    ):
        # It is the text that is wrong, not the caller.
        raise ValueError("id, kind, subject and at are strings, and data an object")  # noqa: TRY004
    facts = cast("dict[str, Value]", body["data"])
    return Event(kind, subject, read_at(at), facts, event_id)
