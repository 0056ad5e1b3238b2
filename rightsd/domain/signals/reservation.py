"""What every signal comes down to: which use of what is denied, and by whom it was said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

TEXT_CHARS_MAX = 500  # Of one value that is shown to people.
RESERVATIONS_MAX = 2_000  # Of one document. More is refused: half of what was said is not said.


class SignalError(ValueError):
    """The document is not one of its kind, or is beyond a limit. The text is a sentence's part."""


class Source(StrEnum):
    """The standard in which a reservation was written."""

    ROBOTS = "robots"
    AIPREF = "aipref"
    CONTENT_SIGNAL = "content_signal"
    TDMREP = "tdmrep"
    RSL = "rsl"
    IPTC = "iptc"
    CAWG = "cawg"


class Use(StrEnum):
    """What a machine does with a work."""

    TRAIN = "train"
    MINE = "mine"
    INPUT = "input"
    GENERATE = "generate"
    SEARCH = "search"


class Stance(StrEnum):
    """What is said of a use. A use of which nothing is said is not in a reservation."""

    ALLOW = "allow"
    CONSTRAINED = "constrained"  # Only on terms: a licence is asked for, or conditions are made.
    DENY = "deny"


# Finding a page is not making anything of it; all other uses feed a generator.
RESERVING = frozenset({Use.TRAIN, Use.MINE, Use.INPUT, Use.GENERATE})
_ORDER = (Stance.ALLOW, Stance.CONSTRAINED, Stance.DENY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """One statement.

    Attributes:
        source: The standard.
        scope: A path pattern as in robots.txt, a URL as it was written, or empty: the document.
        uses: What is said of each use.
        agents: The crawlers whom it addresses; empty: everyone.
        holder: Who has the rights, as the document says.
        contact: Where to ask, as the document says.
        policy_url: Where the terms are, as the document says. Never fetched here.
    """

    source: Source
    scope: str
    uses: Mapping[Use, Stance]
    agents: tuple[str, ...] = ()
    holder: str | None = None
    contact: str | None = None
    policy_url: str | None = None

    @property
    def reserves(self) -> bool:
        """Whether it keeps a generator from something: denied, or allowed on terms only."""
        return any(
            use in RESERVING and stance is not Stance.ALLOW for use, stance in self.uses.items()
        )


def combine(statements: Iterable[Mapping[Use, Stance]]) -> dict[Use, Stance]:
    """Return what holds when several statements are about the same thing: the strictest."""
    combined: dict[Use, Stance] = {}
    for uses in statements:
        for use, stance in uses.items():
            known = combined.get(use, Stance.ALLOW)
            combined[use] = max(known, stance, key=_ORDER.index)
    return combined


def shown(text: str | None) -> str | None:
    """Return a stranger's text if it can be shown on a line, without the space around it."""
    stripped = (text or "").strip()
    return stripped if stripped.isprintable() and 0 < len(stripped) <= TEXT_CHARS_MAX else None


def require_few(reservations: list[Reservation]) -> tuple[Reservation, ...]:
    """Return the reservations of a document, unless they are too many.

    Raises:
        SignalError: There are more than RESERVATIONS_MAX.
    """
    if len(reservations) > RESERVATIONS_MAX:
        raise SignalError(f"it makes more than {RESERVATIONS_MAX} statements")
    return tuple(reservations)
