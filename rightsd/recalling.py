"""What frames do not find of a file: parts of pictures, pictures in others, and sounds.

Here only what also moves or sounds like an output is taken for it. What looks alike and does not
move may be another take of the same scene: that counts if the output's mark is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fingerprint.align import RADIUS, Match, Segment
from fingerprint.bundle import Fingerprint as Content
from fingerprint.landmarks import Landmarks
from fingerprint.parts import PART_SECONDS_MIN, Explanation, Part
from fingerprint.verdict import Kind, Passage, Verdict
from rightsd import comparing
from rightsd.adapters.recall import Among
from rightsd.domain import verdict
from rightsd.runtime import Runtime

PARTS_MAX = 8  # Each may be laid over its output.
# Music beds are shared: another output whose sound is nearly as like says that this one is not.
RIVAL_SHARE_MAX = 0.8


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a file shows, and what of it has yet to be proved.

    Attributes:
        explanation: With the parts that were found here.
        doubtful: The outputs in parts that nothing but a mark makes certain.
    """

    explanation: Explanation
    doubtful: frozenset[str] = frozenset()

    def without_unproved(
        self, explanation: Explanation, named: Sequence[str | None]
    ) -> tuple[Explanation, list[int]]:
        """Return the parts that are certain or proved, and their numbers.

        Args:
            explanation: The parts as they are by now.
            named: Of each, the output that a mark in it names, if any does. Another one's mark
                proves nothing.
        """
        kept = [
            number
            for number, part in enumerate(explanation.parts)
            if named[number] in _assets(part) or not self.doubtful.intersection(_assets(part))
        ]
        gone = [part for number, part in enumerate(explanation.parts) if number not in kept]
        elsewhere = explanation.elsewhere + sum(map(_length, gone))
        return Explanation(tuple(explanation.parts[number] for number in kept), elsewhere), kept


def recall(rt: Runtime, whole: Content, explanation: Explanation, *, still: bool) -> Recalled:
    """Return an explanation with what points, motion and sound add to it.

    Args:
        rt: The runtime.
        whole: The file.
        explanation: What codes of frames say.
        still: The file is one picture.

    Raises:
        RightsError: UNAVAILABLE: what is known could not be brought up to date.
    """
    if explanation.parts and explanation.elsewhere < verdict.ELSEWHERE_SECONDS_MIN:
        return Recalled(explanation)
    known = {asset for part in explanation.parts for asset in _assets(part)}
    parts, doubtful = list(explanation.parts), set[str]()
    elsewhere = explanation.elsewhere
    for found in comparing.find(rt, replace(whole, sound=None), Among.OUTPUTS):
        # What frames show elsewhere in the file may be here, too, cut out; what only may be that
        # is no reason to doubt what frames show.
        doubted = found.kind is Kind.PROBABLE and found.asset_id not in known
        if found.kind is not Kind.COPY and not doubted:
            continue
        for passage in found.passages:
            if passage.kind is not found.kind or len(parts) == PARTS_MAX:
                continue
            stretches = _uncovered(passage.query, parts, still=still)
            if not stretches:
                continue
            parts.append(Part((_match(found, passage),), stretches))
            elsewhere = max(0.0, elsewhere - _length(parts[-1]))
            if doubted:
                doubtful.add(found.asset_id)
    parts.sort(key=lambda part: part.start)
    return Recalled(Explanation(tuple(parts), elsewhere), frozenset(doubtful))


def recall_sound(rt: Runtime, sound: Landmarks) -> str | None:
    """Return the output whose sound this is, if there is one and no other is nearly as like."""
    found = rt.find(Content(sound=sound), Among.OUTPUTS).verdicts
    ranked = sorted(
        ((one.sound.evidence, one.asset_id) for one in found if one.sound is not None), reverse=True
    )
    if not ranked or (len(ranked) > 1 and ranked[1][0] > RIVAL_SHARE_MAX * ranked[0][0]):
        return None
    return ranked[0][1]


def _match(found: Verdict, passage: Passage) -> Match:
    """Return a passage as a match of whole frames would be; its bits are the most that count."""
    return Match(
        asset_id=found.asset_id,
        score=passage.score,
        frames=passage.agreeing,
        bits=passage.frames.bits if passage.frames else RADIUS,
        query=Segment(passage.query[0].start, passage.query[-1].end),
        reference=Segment(passage.reference[0].start, passage.reference[-1].end),
        mirrored=passage.geometry is not None and passage.geometry.mirrored,
        speed=passage.speed,
    )


def _uncovered(
    stretches: Sequence[Segment], parts: Sequence[Part], *, still: bool
) -> tuple[Segment, ...]:
    """Return what of some stretches is in no part yet, but for what is too short to be one."""
    if still:
        return () if parts else tuple(stretches)
    left = list(stretches)
    for taken in (each for part in parts for each in part.stretches):
        left = [
            Segment(start, end)
            for one in left
            for start, end in (
                (one.start, min(one.end, taken.start)),
                (max(one.start, taken.end), one.end),
            )
            if start < end
        ]
    return tuple(one for one in left if one.end - one.start >= PART_SECONDS_MIN)


def _assets(part: Part) -> set[str]:
    return {match.asset_id for match in part.matches}


def _length(part: Part) -> float:
    return sum(stretch.end - stretch.start for stretch in part.stretches)
