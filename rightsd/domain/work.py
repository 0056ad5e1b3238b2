"""Work: a protected work, character, mark, style or site, with the names people call it by."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain import matching
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError

TITLE_LENGTH_MAX = 200
ALIASES_MAX = 200
EXCLUDED_MAX = 20  # Phrases of one name.
DOCUMENTS_MAX = 10  # Of one work.
# Of an account, as they are looked up: each is compared with every prompt that has one of them.
ALIKE_MAX = 1_000
CROWDED = (
    f"more than {ALIKE_MAX} of your names differ in repeated letters, or signs for letters, alone;"
    " one of them finds all of these"
)


class Kind(StrEnum):
    """What is protected. A SITE is all that a host serves; its title is the host's name.

    A VOICE is one that people know by a name; whoever enrols with theirs is a subject.
    """

    WORK = "work"
    CHARACTER = "character"
    MARK = "mark"
    STYLE = "style"
    VOICE = "voice"
    SITE = "site"


class State(StrEnum):
    """Where a registration stands."""

    REGISTERED = "registered"


class Ownership(StrEnum):
    """What a claim to a work rests on, from the least to the most."""

    ASSERTED = "asserted"  # Whoever registered it says so.
    DOCUMENTED = "documented"  # They named a registration, and the hash of a document.
    VERIFIED = "verified"  # A reviewer has found so, or the site itself says so.


class Standing(StrEnum):
    """What a name of a work counts for when the work is opted out."""

    CLAIMED = "claimed"  # It refuses.
    OWNED = "owned"  # It refuses, and is theirs as a reviewer found.
    CONTESTED = "contested"  # Someone else has the better claim meanwhile: it holds for review.
    WAITING = "waiting"  # It would refuse so much that a reviewer is asked first: it does nothing.
    LOST = "lost"  # A reviewer found that it is not theirs: it does nothing.


MACHINE: Machine[State] = Machine(
    {
        (None, "work.registered"): State.REGISTERED,
        (State.REGISTERED, "work.described"): State.REGISTERED,
        (State.REGISTERED, "work.documented"): State.REGISTERED,
        (State.REGISTERED, "work.verified"): State.REGISTERED,
        # By a reviewer: a name is this work's, or is not.
        (State.REGISTERED, "work.confirmed"): State.REGISTERED,
        (State.REGISTERED, "work.ceded"): State.REGISTERED,
    }
)


@dataclass(frozen=True, slots=True)
class Work:
    """One registered work.

    Attributes:
        ownership: What the claim to it rests on.
    """

    id: str
    account_id: str
    kind: Kind
    title: str
    state: State
    registered_at: datetime
    ownership: Ownership = Ownership.ASSERTED


@dataclass(frozen=True, slots=True)
class Document:
    """What is said to prove that a work is whose it is said to be.

    Attributes:
        registry: Where it is registered: "EUIPO", "US Copyright Office".
        number: Under which number.
        sha256: Of the document that shows it, hexadecimal. The document stays with its owner.
        salt: Of the log's commitment to registry and number, 32 bytes.
    """

    registry: str
    number: str
    sha256: str
    salt: bytes = field(repr=False)

    def shown(self) -> dict[str, str]:
        """Return it as a reviewer sees it."""
        return {"registry": self.registry, "number": self.number, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that a work goes by.

    Attributes:
        excluded: Phrases in which it does not mean the work, as in "ironman triathlon".
        common: Whether it counts only in context; None leaves that to the vocabulary.
    """

    shown: str
    excluded: tuple[str, ...] = ()
    common: bool | None = field(default=None, kw_only=True)


def evolve(work: Work | None, event: Event, *, title: str = "") -> Work:
    """Return the work after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(work and work.state, event.kind)
    if work is None:
        kind = Kind(str(event.data["kind"]))
        return Work(event.subject, str(event.data["account_id"]), kind, title, state, event.at)
    assert work.id == event.subject
    if event.kind == "work.verified":
        return replace(work, ownership=Ownership.VERIFIED)
    if event.kind == "work.documented" and work.ownership is Ownership.ASSERTED:
        return replace(work, ownership=Ownership.DOCUMENTED)
    return work


def named(alias: Alias) -> Alias:
    """Return a name as it is kept.

    Raises:
        RightsError: INVALID, when it is too long or too short, or is excluded where it is not.
    """
    shown, folded = alias.shown, matching.fold(alias.shown)
    if len(shown) > TITLE_LENGTH_MAX or len(folded) > matching.RUN_LENGTH_MAX:
        detail = (
            f"“{shown[:40]}…” is too long for a name: {matching.RUN_LENGTH_MAX} letters at most"
        )
        raise RightsError(Code.INVALID, detail)
    if matching.is_too_short(folded):
        detail = f"“{shown}” is too short for a name: it would be found in other words' company"
        raise RightsError(Code.INVALID, detail)
    for phrase in alias.excluded:
        if folded not in (whole := matching.fold(phrase)) or folded == whole:
            detail = f"“{phrase[:40]}” is no phrase in which “{shown}” stands beside other words"
            raise RightsError(Code.INVALID, detail)
    excluded = tuple(phrase.strip() for phrase in alias.excluded)
    return Alias(shown.strip(), excluded, common=alias.common)
