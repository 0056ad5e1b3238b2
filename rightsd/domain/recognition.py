"""Recognition: of whom some media hold the likeness, and what that means for a wish."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rightsd.domain import rulebook
from rightsd.domain.rulebook import Reason, Rule
from rightsd.domain.template import Kind, Level, Sighting

FINDINGS_MAX = 5  # People named for one sighting; more help nobody.
REASONS_MAX = 20

_SHOWS = {Kind.FACE: "shows the face", Kind.VOICE: "has the voice"}
_PLURAL = {Kind.FACE: "faces", Kind.VOICE: "voices"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen and heard in some media.

    Attributes:
        kinds: What was looked and listened for.
    """

    kinds: frozenset[Kind]
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Someone enrolled whom a sighting is like.

    Attributes:
        level: REVIEW or ACCEPT.
        value: The model's number. It is for thresholds and for tests, and told to nobody: whoever
            knew it could change a picture until it passes.
    """

    subject_id: str
    level: Level
    value: float


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A sighting of someone who may be enrolled.

    Attributes:
        findings: Who it may be, the most alike first, FINDINGS_MAX at most.
    """

    kind: Kind
    at_seconds: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What comes of comparing what was seen with everyone who is enrolled.

    Attributes:
        unchecked: Of what someone who is enrolled was not looked for, or could not be.
    """

    lookalikes: tuple[Lookalike, ...] = ()
    unchecked: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rules speak against the likeness of somebody in some media.

    Attributes:
        subject: What the media are, as the beginning of a sentence.
    """

    subject: str
    likeness: Rule
    lookalike: Rule
    unchecked: Rule


NOTHING = Recognition()
OUTPUT = Rules(
    "the finished clip",
    rulebook.OUTPUT_LIKENESS,
    rulebook.OUTPUT_LOOKALIKE,
    rulebook.OUTPUT_UNCHECKED,
)


def reasons(recognition: Recognition, cast: Collection[str], rules: Rules) -> Iterator[Reason]:
    """Yield what speaks against media, given who is cast: consents are asked about those anyway.

    Args:
        recognition: Of the media.
        cast: Ids of the subjects who are cast.
        rules: For this kind of media.
    """
    unexplained = [each for each in recognition.lookalikes if not _is_cast(each.findings, cast)]
    for each in unexplained:
        best = each.findings[0]
        sure = best.level is Level.ACCEPT
        whom = "someone enrolled who is not cast"
        detail = f"{rules.subject} {_SHOWS[each.kind]} of {whom}"
        if not sure:
            detail = f"{rules.subject} may be of {whom}, by the {each.kind}"
        evidence: dict[str, str | int] = {
            "subject_id": best.subject_id,
            "kind": each.kind.value,
            "at_seconds": int(each.at_seconds),
        }
        yield rulebook.reason(rules.likeness if sure else rules.lookalike, detail, evidence)
    for kind in recognition.unchecked:
        detail = f"{rules.subject} could not be checked for the {_PLURAL[kind]} of those enrolled"
        yield rulebook.reason(rules.unchecked, detail, {"kind": kind.value})


def _is_cast(findings: Sequence[Finding], cast: Collection[str]) -> bool:
    """Return whether someone who is cast explains a sighting: siblings may be enrolled, too."""
    return findings[0].subject_id in cast or any(
        finding.subject_id in cast and finding.level is Level.ACCEPT for finding in findings
    )
