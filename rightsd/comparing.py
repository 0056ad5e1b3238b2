"""What a clip shows of all that is known, for whoever decides what that does.

Whole frames tell of whole pictures; of parts, turned pictures, pictures in others and sounds the
cascade tells. What also moves like the original is a copy, and counts as the nearest frames do. A
person looks where that cannot be told, and at what only sounds alike: music is used by many.
Another take of the same scene is nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fingerprint.align import Match
from fingerprint.bundle import Fingerprint as Content
from fingerprint.verdict import Kind, Passage, Verdict
from rightsd.adapters import fingerprints as files
from rightsd.adapters import recall
from rightsd.db import fingerprints
from rightsd.db.tx import Tx
from rightsd.domain.resemblance import By, Resemblance, clearest
from rightsd.runtime import Runtime

_SURE: Final = ((Kind.COPY, True), (Kind.PROBABLE, False))


@dataclass(frozen=True, slots=True)
class Shows:
    """What a clip shows of what is known.

    Attributes:
        copies: Outputs that it shows.
        likes: Outputs of which it may show a part.
        found: References of works and stay-down entries that it shows or sounds like, each once.
        through: The last row of those that `found` takes account of.
        horizon: The transactions before it are those whose outputs are taken account of.
    """

    copies: tuple[str, ...]
    likes: tuple[str, ...]
    found: tuple[Resemblance, ...]
    through: int
    horizon: int


def compare(rt: Runtime, whole: Content) -> Shows:
    """Return what a clip shows of all outputs, references and stay-down entries.

    Raises:
        RightsError: UNAVAILABLE: what is known could not be brought up to date, or searched.
    """
    # First: what else is kept of the assets that frames know by then is known after that.
    answer = rt.compare(whole.content)
    parts = outputs(rt, whole)
    copies = {match.asset_id for match in answer.outputs}
    copies |= {one.reference_id for one in parts if one.strong}
    likes = {one.reference_id for one in parts} - copies
    found = [*of_frames(answer.references), *references(rt, whole)]
    return Shows(
        copies=tuple(sorted(copies)),
        likes=tuple(sorted(likes)),
        found=tuple(clearest(found)),
        through=answer.references_through,
        horizon=answer.horizon,
    )


def outputs(rt: Runtime, whole: Content) -> list[Resemblance]:
    """Return the outputs of which a clip shows a part, by its pictures.

    An engine says the same words in the same way in any clip, so of outputs sound tells nothing.
    """
    return _of_verdicts(rt.recall_outputs(replace(whole, sound=None)))


def references(rt: Runtime, whole: Content) -> list[Resemblance]:
    """Return the references and stay-down entries of which a clip shows a part, or the sound."""
    return _of_verdicts(rt.recall_references(whole))


def outputs_that_show(rt: Runtime, whole: Content) -> list[tuple[str, Resemblance]]:
    """Return the outputs that show a reference or an entry, each once, and how they resemble it.

    Outputs are what is looked through here, so what they show is on the other side.
    """
    found = [
        Resemblance(one.asset_id, one.score, one.bits, one.reference.start)
        for one in rt.match(whole.content)
    ]
    for verdict in rt.recall_outputs(whole):
        found += _of_verdict(verdict, at_reference=True)
    return [(one.reference_id, one) for one in clearest(found)]


def among(tx: Tx, whole: Content, asset_ids: Sequence[str]) -> list[Resemblance]:
    """Return of which of a few assets a clip shows a part, or the sound, as a transaction sees."""
    rows = [
        row
        for algorithm in recall.ALGORITHMS
        for row in fingerprints.of_assets(tx, asset_ids, algorithm)
    ]

    def look_up(asset_id: str) -> Content:
        return files.unpack_whole(fingerprints.of_asset(tx, asset_id))

    return _of_verdicts(recall.find_among(whole, rows, look_up)) if rows else []


def of_frames(found: Iterable[Match]) -> list[Resemblance]:
    """Return matches of whole frames as resemblances."""
    return [Resemblance(one.asset_id, one.score, one.bits, one.query.start) for one in found]


def _of_verdicts(found: Iterable[Verdict]) -> list[Resemblance]:
    return [one for verdict in found for one in _of_verdict(verdict, at_reference=False)]


def _of_verdict(verdict: Verdict, *, at_reference: bool) -> Iterator[Resemblance]:
    """Yield what most clearly tells that something is shown, if anything does."""
    for kind, certain in _SURE:
        passage = next((each for each in verdict.passages if each.kind is kind), None)
        if passage is not None:
            where = passage.reference if at_reference else passage.query
            at_seconds, score = where[0].start, _score(passage)
            yield Resemblance(verdict.asset_id, score, None, at_seconds, certain, By.POINTS)
            return
    if verdict.sound is not None:
        loudest = max(verdict.sound.segments, key=lambda each: each.evidence)
        at_seconds = (loudest.reference if at_reference else loudest.query).start
        yield Resemblance(
            verdict.asset_id, loudest.share, None, at_seconds, certain=False, by=By.SOUND
        )


def _score(passage: Passage) -> float:
    """Return a score as frames have one: the more of them agree, the higher."""
    frames = passage.points.frames if passage.points else 0
    frames += passage.frames.distinct if passage.frames else 0
    return 1.0 - 0.5 ** max(frames, 1)
