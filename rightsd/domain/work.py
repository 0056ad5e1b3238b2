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
# Of an account, as they are looked up: each is compared with every prompt that has one of them.
ALIKE_MAX = 1_000
CROWDED = (
    f"more than {ALIKE_MAX} of your names differ in repeated letters, or signs for letters, alone;"
    " one of them finds all of these"
)


class Kind(StrEnum):
    """What is protected. A SITE is all that a host serves; its title is the host's name."""

    WORK = "work"
    CHARACTER = "character"
    MARK = "mark"
    STYLE = "style"
    SITE = "site"


class State(StrEnum):
    """Where a registration stands."""

    REGISTERED = "registered"


MACHINE: Machine[State] = Machine(
    {
        (None, "work.registered"): State.REGISTERED,
        (State.REGISTERED, "work.described"): State.REGISTERED,
    }
)


@dataclass(frozen=True, slots=True)
class Work:
    """One registered work."""

    id: str
    account_id: str
    kind: Kind
    title: str
    state: State
    registered_at: datetime


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


def evolve(work: Work | None, event: Event, *, title: str) -> Work:
    """Return the work after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(work and work.state, event.kind)
    if work is not None:
        return replace(work, state=state)
    kind = Kind(str(event.data["kind"]))
    return Work(event.subject, str(event.data["account_id"]), kind, title, state, event.at)


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
