"""Recognition: of whom some media hold the likeness, and what that means for a wish."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rightsd.domain import rulebook
from rightsd.domain.resemblance import Resemblance
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
class Likeness:
    """Someone enrolled whose likeness some media hold, or may hold, without casting them.

    Attributes:
        certain: Whether it is taken to be them without a person having looked.
    """

    subject_id: str
    kind: Kind
    certain: bool
    at_seconds: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """What comes of comparing what was seen with everyone enrolled, and with voices of works.

    Attributes:
        unchecked: Of what someone who is enrolled was not looked for, or could not be.
        voices: Recordings of works that have a voice which was heard, opted out or not.
        unheard: Whether voices of opted-out works were not listened for, or could not be.
    """

    lookalikes: tuple[Lookalike, ...] = ()
    unchecked: tuple[Kind, ...] = ()
    voices: tuple[Resemblance, ...] = ()
    unheard: bool = False


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
    unheard: Rule


@dataclass(frozen=True, slots=True)
class Sent:
    """What comes of comparing a reference of a request with everyone who is enrolled.

    Attributes:
        recognition: Of it.
        masks: What reasons call those who are found, by their ids: not who they are, since anyone
            can send a picture of a face or ask for clips, and the same each time.
    """

    request_reference_id: str
    recognition: Recognition
    masks: Mapping[str, str]


NOTHING = Recognition()
UNSEEN = Seen(frozenset(), ())  # Nobody has looked.
OUTPUT = Rules(
    "the finished clip",
    rulebook.OUTPUT_LIKENESS,
    rulebook.OUTPUT_LOOKALIKE,
    rulebook.OUTPUT_UNCHECKED,
    rulebook.OUTPUT_UNHEARD,
)
REFERENCE = Rules(
    "a reference of the request",
    rulebook.REFERENCE_LIKENESS,
    rulebook.REFERENCE_LOOKALIKE,
    rulebook.REFERENCE_UNCHECKED,
    rulebook.REFERENCE_UNHEARD,
)


def found(recognition: Recognition, cast: Collection[str]) -> Iterator[Likeness]:
    """Yield whose likeness media hold, given who is cast: consents are asked about those anyway.

    Args:
        recognition: Of the media.
        cast: Ids of the subjects who are cast.
    """
    for each in recognition.lookalikes:
        best = _unexplained(each.findings, cast)
        if best is not None:
            certain = best.level is Level.ACCEPT
            yield Likeness(best.subject_id, each.kind, certain, each.at_seconds)


def reasons(
    recognition: Recognition, cast: Collection[str], rules: Rules, masks: Mapping[str, str]
) -> Iterator[Reason]:
    """Yield what speaks against media, given who is cast.

    Args:
        recognition: Of the media.
        cast: Ids of the subjects who are cast.
        rules: For this kind of media.
        masks: What reasons call those who are found, by their ids.
    """
    for likeness in found(recognition, cast):
        yield reason_of(likeness, rules, masks[likeness.subject_id])
    for kind in recognition.unchecked:
        detail = f"{rules.subject} could not be checked for the {_PLURAL[kind]} of those enrolled"
        yield rulebook.reason(rules.unchecked, detail, {"kind": kind.value})
    if recognition.unheard:
        detail = f"{rules.subject} could not be checked for voices that are opted out"
        yield rulebook.reason(rules.unheard, detail, {})


def reason_of(likeness: Likeness, rules: Rules, mask: str) -> Reason:
    """Return what a likeness says against media; whose it is, it does not tell."""
    whom = "someone enrolled who is not cast"
    if likeness.certain:
        rule, detail = rules.likeness, f"{rules.subject} {_SHOWS[likeness.kind]} of {whom}"
    else:
        rule, detail = rules.lookalike, f"{rules.subject} may be of {whom}, by the {likeness.kind}"
    evidence = {"person": mask, "kind": likeness.kind.value, "at_seconds": int(likeness.at_seconds)}
    return rulebook.reason(rule, detail, evidence)


def reasons_of_sent(sent: Sent, cast: Collection[str]) -> Iterator[Reason]:
    """Yield what speaks against a reference of a request."""
    for one in reasons(sent.recognition, cast, REFERENCE, sent.masks):
        evidence = {"request_reference_id": sent.request_reference_id, **one.evidence}
        yield replace(one, evidence=evidence)


def _unexplained(findings: Sequence[Finding], cast: Collection[str]) -> Finding | None:
    """Return whom a sighting may be of who is not cast, and how sure that is; None: of nobody.

    Someone who is cast explains it, unless it is as surely somebody else. That may be a sister; or
    the one who is cast has enrolled with pictures of the other. A person has to look then.
    """
    explained = findings[0].subject_id in cast or any(
        finding.subject_id in cast and finding.level is Level.ACCEPT for finding in findings
    )
    if not explained:
        return findings[0]
    sure = (
        finding
        for finding in findings
        if finding.subject_id not in cast and finding.level is Level.ACCEPT
    )
    other = next(sure, None)
    return None if other is None else replace(other, level=Level.REVIEW)
