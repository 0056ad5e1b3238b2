"""What part of the log a bundle holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from ledger import merkle
from rightsd.errors import Code, RightsError

ENTRIES_MAX = 10_000  # Each carries its proof; whoever wants more takes the whole, in less space.
SUBJECT = re.compile(r"[a-z]{3}_[0-9a-f]{32}")
CASE = re.compile(r"ntc_[0-9a-f]{32}")
PLATFORM = re.compile(r"plt_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Range:
    """The entries with start <= index < end."""

    start: int
    end: int

    def said(self) -> dict[str, object]:
        """Return the scope as in `bundle.json`."""
        return {"entries": {"from": self.start, "to": self.end}}


@dataclass(frozen=True, slots=True)
class About:
    """All entries about one thing."""

    subject: str

    def said(self) -> dict[str, object]:
        """Return the scope as in `bundle.json`."""
        return {"subject": self.subject}


@dataclass(frozen=True, slots=True)
class Case:
    """All entries about a notice, the generation it is against, and the consents behind that."""

    notice: str

    def said(self) -> dict[str, object]:
        """Return the scope as in `bundle.json`."""
        return {"case": self.notice}


@dataclass(frozen=True, slots=True)
class Takedown:
    """What came of a cause: what was withdrawn, who was told, and what they answered.

    Attributes:
        cause: Its id.
        platform: The one whose part it is; None for all.
    """

    cause: str
    platform: str | None = None

    def said(self) -> dict[str, object]:
        """Return the scope as in `bundle.json`."""
        if self.platform is None:
            return {"takedown": self.cause}
        return {"platform": self.platform, "takedown": self.cause}


Part = Range | About | Case
Scope = Part | Takedown


def takedown(cause: str, *, platform: str | None = None) -> Takedown:
    """Return the scope of the proof of a takedown.

    Raises:
        RightsError: INVALID: these are not ids.
    """
    if not SUBJECT.fullmatch(cause):
        raise RightsError(Code.INVALID, "a cause is an id, as in ntc_ and 32 hex digits")
    if platform is not None and not PLATFORM.fullmatch(platform):
        raise RightsError(Code.INVALID, "a platform is an id, plt_ and 32 hex digits")
    return Takedown(cause, platform)


def wanted(
    *,
    start: int | None = None,
    end: int | None = None,
    subject: str | None = None,
    case: str | None = None,
) -> Part | None:
    """Return the part of the log that someone asks for; None for everything.

    A range has an end, and without a start it begins with the first entry.

    Raises:
        RightsError: INVALID: more than one is asked for, or it is out of bounds.
    """
    ranged = start is not None or end is not None
    if ranged + (subject is not None) + (case is not None) > 1:
        detail = "a bundle is about a range of entries, a subject or a case: ask for one of them"
        raise RightsError(Code.INVALID, detail)
    if subject is not None:
        if not SUBJECT.fullmatch(subject):
            raise RightsError(Code.INVALID, "a subject is an id, as in con_ and 32 hex digits")
        return About(subject)
    if case is not None:
        if not CASE.fullmatch(case):
            raise RightsError(Code.INVALID, "a case is the id of a notice, ntc_ and 32 hex digits")
        return Case(case)
    if not ranged:
        return None
    start = 0 if start is None else start
    if end is None or not 0 <= start < end <= merkle.SIZE_MAX:
        detail = "a range needs an end, after its start: the index after its last entry"
        raise RightsError(Code.INVALID, detail)
    if end - start > ENTRIES_MAX:
        detail = f"a range has at most {ENTRIES_MAX} entries; take the whole log for more"
        raise RightsError(Code.INVALID, detail)
    return Range(start, end)


def read(said: object) -> Scope | None:
    """Return the scope that a bundle says it has.

    Raises:
        ValueError: It says none that there is.
    """
    scope: Scope | None
    match said:
        case None:
            return None
        case {"entries": {"from": int(start), "to": int(end)}}:
            scope = wanted(start=int(start), end=int(end))  # To Python, true is 1.
        case {"subject": str(subject)}:
            scope = wanted(subject=subject)
        case {"case": str(notice)}:
            scope = wanted(case=notice)
        case {"takedown": str(cause), "platform": str(platform)}:
            scope = takedown(cause, platform=platform)
        case {"takedown": str(cause)}:
            scope = takedown(cause)
        case _:
            raise ValueError("the scope is none that there is")
    if scope is None or scope.said() != cast("Mapping[str, object]", said):
        raise ValueError("the scope is none that there is")
    return scope
