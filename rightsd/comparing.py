"""What a clip shows of all that is known, for whoever decides what that does.

Whole frames tell of whole pictures; of parts, turned pictures, pictures in others and sounds the
cascade tells. What also moves like the original is a copy, and counts as the nearest frames do. A
person looks where that cannot be told, and at what only sounds alike: music is used by many.
Another take of the same scene is nothing, unless whole frames are those of the original: then a
person looks, too.
"""

import itertools
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fingerprint import cascade, passages
from fingerprint.align import Match, Segment
from fingerprint.bundle import Fingerprint as Content
from fingerprint.verdict import Kind, Verdict, rank
from rightsd.adapters import fingerprints as files
from rightsd.adapters import index, recall
from rightsd.adapters.recall import Among
from rightsd.db import fingerprints
from rightsd.db.tx import Tx
from rightsd.domain.fingerprint import Fingerprint
from rightsd.domain.resemblance import By, Resemblance, clearest
from rightsd.domain.staydown import is_entry
from rightsd.runtime import Runtime

# So often what is found is set aside and more is looked for: each time 24 by each channel. Else
# whoever has as many references, or outputs, that look like one of somebody else's would hide it.
ROUNDS_MAX = 4
# What nobody waits for looks at all that there is: ten thousand copies are not met, but a bound.
JOB_ROUNDS_MAX = 400

logger = logging.getLogger(__name__)

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


@dataclass(frozen=True, slots=True)
class Entry:
    """A stay-down entry that a clip shows beyond doubt, and from when to when."""

    entry_id: str
    where: Segment


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
    return Shows(
        copies=tuple(sorted(copies)),
        likes=tuple(sorted(likes)),
        found=tuple(references(rt, whole, answer.references)),
        through=answer.references_through,
        horizon=answer.horizon,
    )


def outputs(rt: Runtime, whole: Content) -> list[Resemblance]:
    """Return the outputs of which a clip shows a part, by its pictures.

    An engine says the same words in the same way in any clip, so of outputs sound tells nothing.
    """
    return _told((), find(rt, replace(whole, sound=None), Among.OUTPUTS))


def references(rt: Runtime, whole: Content, matches: Sequence[Match]) -> list[Resemblance]:
    """Return the references and stay-down entries that a clip shows, or sounds like, each once.

    Args:
        rt: The runtime.
        whole: The clip.
        matches: Of its whole frames.
    """
    verdicts = find(rt, whole, Among.REFERENCES, framed=_assets(matches))
    return _told(matches, verdicts)


def entries(rt: Runtime, whole: Content, matches: Sequence[Match]) -> list[Entry]:
    """Return the stay-down entries that a clip shows beyond doubt, each once.

    Args:
        rt: The runtime.
        whole: The clip; without points, only its whole frames tell.
        matches: Of these.
    """
    verdicts = list[Verdict]()
    if whole.features is not None:
        pictures = replace(whole, sound=None)
        verdicts = find(rt, pictures, Among.REFERENCES, framed=_assets(matches))
    where = {match.asset_id: match.query for match in matches}
    for verdict in verdicts:
        copied = (each for each in verdict.passages if each.kind is Kind.COPY)
        for passage in copied:
            where.setdefault(verdict.asset_id, passages.whole(passage.query))
    told = (one for one in _told(matches, verdicts) if one.strong)
    return [
        Entry(one.reference_id, where[one.reference_id])
        for one in told
        if is_entry(one.reference_id)
    ]


def outputs_that_show(rt: Runtime, whole: Content) -> list[tuple[str, Resemblance]]:
    """Return the outputs that show a reference or an entry, each once, and how they resemble it.

    Outputs are what is looked through here, so what they show is on the other side.
    """
    matches = rt.match(whole.content)
    framed = _assets(matches)
    verdicts = find(rt, whole, Among.OUTPUTS, framed=framed, rounds_max=JOB_ROUNDS_MAX)
    return [(one.reference_id, one) for one in _told(matches, verdicts, at_reference=True)]


def copies_of_parts(rt: Runtime, whole: Content) -> list[str]:
    """Return all outputs that show a part of another, and move like it."""
    pictures = replace(whole, sound=None)
    found = _told((), find(rt, pictures, Among.OUTPUTS, rounds_max=JOB_ROUNDS_MAX))
    return [one.reference_id for one in found if one.strong]


def find(
    rt: Runtime,
    whole: Content,
    among: Among,
    *,
    framed: Sequence[str] = (),
    rounds_max: int = ROUNDS_MAX,
) -> list[Verdict]:
    """Return what a clip is to assets, of which so many are looked at at a time, the best first.

    What was looked at once is set aside, whether it was anything or not, and the next are looked
    at, until none of them is anything.
    """
    verdicts, looked = list[Verdict](), set[str]()
    for _ in range(rounds_max):
        found = rt.find(whole, among, framed=framed, but=looked)
        verdicts += found.verdicts
        looked |= found.looked
        if not found.verdicts:
            break
    else:
        logger.warning("more %s than were looked at may be shown by one clip", among)
    return sorted(verdicts, key=rank)


def among(tx: Tx, whole: Content, kept: Sequence[Fingerprint]) -> list[Resemblance]:
    """Return what a clip shows of some assets, or sounds like, as a transaction sees them.

    Args:
        tx: The transaction.
        whole: The clip.
        kept: Their frames.
    """
    # No more at once than can all be looked at; and points take much more room than frames.
    firsts = range(0, len(kept), cascade.CANDIDATES_MAX)
    few = (kept[first : first + cascade.CANDIDATES_MAX] for first in firsts)
    return clearest(itertools.chain.from_iterable(_among_few(tx, whole, each) for each in few))


def _among_few(tx: Tx, whole: Content, kept: Sequence[Fingerprint]) -> list[Resemblance]:
    ids = [one.asset_id for one in kept]
    matches = index.match_among(whole.content, kept)
    rows = [
        row for algorithm in recall.ALGORITHMS for row in fingerprints.of_assets(tx, ids, algorithm)
    ]

    def look_up(asset_id: str) -> Content:
        return files.unpack_whole(fingerprints.of_asset(tx, asset_id))

    return _told(matches, recall.find_among(whole, rows, look_up, framed=_assets(matches)))


def of_frames(found: Iterable[Match], *, at_reference: bool = False) -> list[Resemblance]:
    """Return matches of whole frames as resemblances."""
    return [
        Resemblance(
            one.asset_id,
            one.score,
            one.bits,
            (one.reference if at_reference else one.query).start,
        )
        for one in found
    ]


def _assets(matches: Iterable[Match]) -> list[str]:
    return [match.asset_id for match in matches]


def _told(
    matches: Iterable[Match], verdicts: Sequence[Verdict], *, at_reference: bool = False
) -> list[Resemblance]:
    """Return what tells most clearly of each asset that it is shown.

    What frames show and motion says is another take, a person looks at.
    """
    takes = {verdict.asset_id for verdict in verdicts if _is_take(verdict)}
    found = [
        replace(one, bits=None, certain=False, by=By.SCENE) if one.reference_id in takes else one
        for one in of_frames(matches, at_reference=at_reference)
    ]
    for verdict in verdicts:
        found += _of_verdict(verdict, at_reference=at_reference)
    return clearest(found)


def _is_take(verdict: Verdict) -> bool:
    kinds = {passage.kind for passage in verdict.passages}
    return kinds == {Kind.SAME_SCENE}


def _of_verdict(verdict: Verdict, *, at_reference: bool) -> Iterator[Resemblance]:
    """Yield what most clearly tells that something is shown, if anything does."""
    for kind, certain in _SURE:
        passage = next((each for each in verdict.passages if each.kind is kind), None)
        if passage is not None:
            where = passage.reference if at_reference else passage.query
            at_seconds = where[0].start
            yield Resemblance(verdict.asset_id, passage.score, None, at_seconds, certain, By.POINTS)
            return
    if verdict.sound is not None:
        loudest = max(verdict.sound.segments, key=lambda each: each.evidence)
        at_seconds = (loudest.reference if at_reference else loudest.query).start
        yield Resemblance(
            verdict.asset_id, loudest.share, None, at_seconds, certain=False, by=By.SOUND
        )
