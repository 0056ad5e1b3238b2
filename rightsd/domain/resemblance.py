"""What an output, or what comes with a request, has in common with opted-out works."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rightsd.domain import rulebook
from rightsd.domain.rulebook import Reason

# Of the nearest frame, of 256 bits. Copies of clips were within 22, the same place drawn again for
# another prompt was 24 away and more: tests/bench/results/references.md. Beyond, a person looks.
STRONG_BITS_MAX = 23
_BITS = 256
SHOWN_MAX = 20  # Cited in one decision; more help nobody.


class By(StrEnum):
    """What tells that something resembles something."""

    FRAMES = "frames"  # Whole frames.
    SCENE = "scene"  # Whole frames, of another take: it moves in another way.
    POINTS = "points"  # Points of the picture, of which any part may be shown.
    SOUND = "sound"  # The recording that is heard.
    VOICE = "voice"  # Who is heard to speak.


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A reference of a work that something shows or sounds like.

    Or a stay-down entry, or an output: those are told apart by their ids, and stay down or not.

    Attributes:
        score: Of the match, 0 to 1; many frames that agree a little make a high one, too.
            Of a voice the model's number, which is told to nobody: see `recognition.Finding`.
        bits: How far the nearest frame is, of 256; None where whole frames do not tell it.
        at_seconds: Where in the output; 0 for what came with the request.
        certain: Whether it is taken to be the same without a person having looked; None where
            whole frames tell.
    """

    reference_id: str
    score: float
    bits: int | None
    at_seconds: float = 0.0
    certain: bool | None = None
    by: By = By.FRAMES

    def __post_init__(self) -> None:
        """Check that it says how sure it is in one way."""
        assert (self.by is By.FRAMES) == (self.bits is not None) == (self.certain is None)

    @property
    def strong(self) -> bool:
        """Whether it counts without a person having looked."""
        return bool(self.certain) if self.bits is None else self.bits <= STRONG_BITS_MAX

    @property
    def rank(self) -> tuple[bool, float]:
        """By which the clearest comes first; of what is alike sure, what frames tell."""
        return (not self.strong, _BITS - self.score if self.bits is None else self.bits)


@dataclass(frozen=True, slots=True)
class Depiction:
    """A resemblance to a work that its owner has opted out.

    Attributes:
        request_reference_id: What came with the request and shows it; None: the output does.
    """

    resemblance: Resemblance
    work_id: str
    optout_id: str
    title: str
    request_reference_id: str | None = None


# What is said of something certain, and of something that a person has to look at.
_SAID = {
    By.FRAMES: ("shows", "resembles"),
    By.SCENE: ("shows the scene of", "shows the scene of"),
    By.POINTS: ("shows a part of", "may show a part of"),
    By.SOUND: ("has the sound of", "may have the sound of"),
    By.VOICE: ("has the voice of", "may have the voice of"),
}


def clearest(found: Iterable[Resemblance]) -> list[Resemblance]:
    """Return of each thing what tells it most clearly, in the order of their ids."""
    nearest = {one.reference_id: one for one in sorted(found, key=_rank, reverse=True)}
    return [nearest[each] for each in sorted(nearest)]


def reasons(depictions: Sequence[Depiction]) -> Iterator[Reason]:
    """Yield what speaks against a request or an output, the clearest first."""
    ordered = sorted(depictions, key=lambda one: (one.resemblance.rank, one.work_id))
    for depiction in ordered:
        yield _reason(depiction)


def _reason(depiction: Depiction) -> Reason:
    found, sent = depiction.resemblance, depiction.request_reference_id
    what = "the finished clip" if sent is None else "a reference of the request"
    evidence: dict[str, str | int] = {
        "work_id": depiction.work_id,
        "optout_id": depiction.optout_id,
        "title": depiction.title,
        "reference_id": found.reference_id,
    }
    shows, resembles = _SAID[found.by]
    if found.bits is not None:
        evidence |= {"score_percent": round(100 * found.score), "bits": found.bits}
    elif found.by is not By.VOICE:
        evidence["by"] = found.by
    if sent is None:
        evidence["at_milliseconds"] = round(1000 * found.at_seconds)
    else:
        evidence["request_reference_id"] = sent
    if found.strong:
        rule = rulebook.OUTPUT_OPTED_OUT if sent is None else rulebook.REFERENCE_OPTED_OUT
        return rulebook.reason(
            rule, f"{what} {shows} a work that its owner has opted out", evidence
        )
    rule = rulebook.OUTPUT_RESEMBLES if sent is None else rulebook.REFERENCE_RESEMBLES
    detail = f"{what} {resembles} a work that its owner has opted out; a reviewer has to look"
    return rulebook.reason(rule, detail, evidence)


def _rank(one: Resemblance) -> tuple[bool, float]:
    return one.rank
