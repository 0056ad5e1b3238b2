"""What happened: one event is one ledger entry, one webhook type, one step of a state machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from rightsd.domain import ids

Value = str | int | bool | None | Sequence[str]


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
        assert self.at.utcoffset() == UTC.utcoffset(None)
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        data = {
            key: list(value)
            if isinstance(value, Sequence) and not isinstance(value, str)
            else value
            for key, value in self.data.items()
        }
        return {"id": self.id, "kind": self.kind, "subject": self.subject, "at": at, "data": data}


def from_body(body: Mapping[str, object]) -> Event:
    """Return the event of a ledger entry's body.

    Raises:
        ValueError: The body is not one that `Event.body` makes.
    """
    if set(body) != {"id", "kind", "subject", "at", "data"}:
        raise ValueError("an entry has the members at, data, id, kind and subject")
    texts = [body[name] for name in ("id", "kind", "subject", "at")]
    data = body["data"]
    if not all(isinstance(text, str) for text in texts) or not isinstance(data, dict):
        raise ValueError("id, kind, subject and at are strings, and data is an object")
    event_id, kind, subject, at = cast("list[str]", texts)
    when = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return Event(kind, subject, when, cast("dict[str, Value]", data), event_id)
