"""What an output, or what comes with a request, has in common with opted-out works."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rightsd.domain import rulebook
from rightsd.domain.rulebook import Reason

# Of the nearest frame, of 256 bits. Copies of clips were within 22, the same place drawn again for
# another prompt was 24 away and more: tests/bench/results/references.md. Beyond, a person looks.
STRONG_BITS_MAX = 23
SHOWN_MAX = 20  # Cited in one decision; more help nobody.


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A reference of a work that something shows or sounds like.

    Attributes:
        score: Of the match, 0 to 1; many frames that agree a little make a high one, too.
            Of a voice the model's number, which is told to nobody: see `recognition.Finding`.
        bits: How far the nearest frame is, of 256; None of a voice.
        at_seconds: Where in the output; 0 for what came with the request.
        certain: Of a voice, whether it is taken to be the same; None of a picture.
    """

    reference_id: str
    score: float
    bits: int | None
    at_seconds: float = 0.0
    certain: bool | None = None

    @property
    def strong(self) -> bool:
        """Whether it counts without a person having looked."""
        return bool(self.certain) if self.bits is None else self.bits <= STRONG_BITS_MAX

    @property
    def rank(self) -> tuple[bool, float]:
        """By which the clearest comes first."""
        return (not self.strong, -self.score if self.bits is None else self.bits)


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
    shows, resembles = "shows", "resembles"
    if found.bits is None:
        shows, resembles = "has the voice of", "may have the voice of"
    else:
        evidence |= {"score_percent": round(100 * found.score), "bits": found.bits}
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
