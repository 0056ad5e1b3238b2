"""Stay-down: what was taken down is recognised when it comes back, as a copy or a near copy.

It stays down while the notice that took it down stands, or, for what is no output of ours, while
its entry does. Nothing is remembered beside those: what ends the one ends the other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain import rulebook
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.resemblance import Resemblance
from rightsd.domain.rulebook import Reason

PREFIX = "std_"
SALT_BYTES = 32
CITED_MAX = 20  # In one decision; more help nobody.


class Kind(StrEnum):
    """On what ground: those of notices, and intimate images without consent."""

    COPYRIGHT = "copyright"
    TRADEMARK = "trademark"
    LIKENESS = "likeness"
    PRIVACY = "privacy"
    INTIMATE = "intimate"


# Where too many matches may mean that the entry is wrong, a person decides meanwhile. For all other
# grounds, which may be about intimate images or crimes, what matches is kept out all the same.
HOLDABLE = frozenset({Kind.COPYRIGHT, Kind.TRADEMARK, Kind.LIKENESS, Kind.PRIVACY})
# Rights in works: whoever sends a reference of a work may own what was taken down for them.
OF_WORKS = frozenset({Kind.COPYRIGHT, Kind.TRADEMARK})


class State(StrEnum):
    """Where an entry stands."""

    STANDING = "standing"
    ENDED = "ended"


MACHINE: Machine[State] = Machine(
    {
        (None, "staydown.added"): State.STANDING,
        (State.STANDING, "staydown.ended"): State.ENDED,
    }
)


@dataclass(frozen=True, slots=True)
class Staydown:
    """An entry for what is no output of ours; of the file digests and a fingerprint are kept.

    Attributes:
        account_id: The reviewer who added it.
        reason: Why, in their words.
        salt: SALT_BYTES that open the ledger's commitment to the file's SHA-256: the digest itself
            would tell whoever has the file that someone had it put here.
    """

    id: str
    account_id: str
    kind: Kind
    sha256: str
    md5: str
    seconds: float
    reason: str
    salt: bytes
    state: State
    added_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """What of an entry's file and its reason the ledger does not hold."""

    sha256: str
    md5: str
    seconds: float
    reason: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that is to stay down.

    Attributes:
        thing: An output, or an entry.
        kinds: On what grounds.
        flooded: It matched too much, and no reviewer has confirmed it since.
    """

    thing: str
    kinds: tuple[str, ...]
    flooded: bool

    @property
    def closed(self) -> bool:
        """Whether no doubt about it, and no exemption, opens the gate."""
        return not HOLDABLE.issuperset(self.kinds)

    @property
    def held(self) -> bool:
        """Whether what matches it waits for a reviewer instead of being refused."""
        return self.flooded and not self.closed


@dataclass(frozen=True, slots=True)
class Found:
    """Something of others that a file shows.

    Attributes:
        strong: It counts without a person having looked.
    """

    thing: str
    strong: bool = True


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What is to stay down and a file shows.

    Attributes:
        doubtful: A reviewer has to look first.
    """

    thing: str
    doubtful: bool = False


def evolve(staydown: Staydown | None, event: Event, *, file: File | None = None) -> Staydown:
    """Return the entry after an event; the file comes with the first.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(staydown and staydown.state, event.kind)
    if staydown is None:
        assert file is not None
        return Staydown(
            id=event.subject,
            account_id=str(event.data["account_id"]),
            kind=Kind(str(event.data["kind"])),
            sha256=file.sha256,
            md5=file.md5,
            seconds=file.seconds,
            reason=file.reason,
            salt=file.salt,
            state=state,
            added_at=event.at,
            ended_at=None,
        )
    assert staydown.id == event.subject
    return replace(staydown, state=state, ended_at=event.at)


def is_entry(thing: str) -> bool:
    """Say whether something is an entry, and no output."""
    return thing.startswith(PREFIX)


def found(
    copies: Iterable[str], resembled: Iterable[Resemblance], *, likes: Iterable[str] = ()
) -> list[Found]:
    """Return the outputs and the stay-down entries that something shows, out of all it shows.

    Args:
        copies: Outputs that it shows.
        resembled: What it resembles of references and entries.
        likes: Outputs of which it may show a part.
    """
    outputs = [Found(copy) for copy in copies] + [Found(like, strong=False) for like in likes]
    entries = [
        Found(one.reference_id, one.strong) for one in resembled if is_entry(one.reference_id)
    ]
    return [*outputs, *entries]


def reasons(clip: Sequence[TakenDown], sent: Sequence[TakenDown]) -> Iterator[Reason]:
    """Yield what speaks against a wish whose clip, or what came with it, shows these."""
    for what, found in (("the finished clip", clip), ("a reference of the request", sent)):
        for one in sorted(found, key=lambda one: one.doubtful)[:CITED_MAX]:
            name = "staydown_id" if is_entry(one.thing) else "generation_id"
            if one.doubtful:
                rule = rulebook.OUTPUT_RESEMBLES_TAKEN_DOWN
                detail = f"{what} may be a copy of one that was taken down; a reviewer has to look"
            else:
                rule = rulebook.OUTPUT_TAKEN_DOWN
                detail = f"{what} is a copy of one that was taken down"
            yield rulebook.reason(rule, detail, {name: one.thing})
