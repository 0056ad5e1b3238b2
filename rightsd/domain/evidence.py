"""Evidence: what an imported opt-out rests on, kept as it was found."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine

SOURCE_CHARS_MAX = 2_048


class Kind(StrEnum):
    """What was found.

    PAGE is a page with the header fields that it came with; MEDIA a picture or video; CATALOGUE a
    table of works that their owner sent.
    """

    ROBOTS = "robots"
    TDMREP = "tdmrep"
    RSL = "rsl"
    PAGE = "page"
    MEDIA = "media"
    CATALOGUE = "catalogue"


class State(StrEnum):
    """Where a piece of evidence stands."""

    RECORDED = "recorded"


MACHINE: Machine[State] = Machine({(None, "evidence.recorded"): State.RECORDED})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a piece of evidence comes from. May name a person, so it is sealed.

    Attributes:
        source: URL or file name.
        salt: Of the commitment to the source in the log, 32 bytes.
    """

    source: str
    salt: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence.

    Attributes:
        fetched: We fetched it from its source; otherwise it was sent, and the source is hearsay.
        sha256: Of its bytes, which are the blob of this name.
        size: How many there are.
        origin: None once it was erased.
    """

    id: str
    account_id: str
    kind: Kind
    fetched: bool
    sha256: str
    size: int
    origin: Origin | None
    state: State
    recorded_at: datetime


def evolve(evidence: Evidence | None, event: Event, *, size: int, origin: Origin) -> Evidence:
    """Return the evidence after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(evidence and evidence.state, event.kind)
    return Evidence(
        id=event.subject,
        account_id=str(event.data["account_id"]),
        kind=Kind(str(event.data["kind"])),
        fetched=event.data["fetched"] is True,
        sha256=str(event.data["sha256"]),
        size=size,
        origin=origin,
        state=state,
        recorded_at=event.at,
    )
