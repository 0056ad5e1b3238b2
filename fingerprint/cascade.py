"""From fingerprints to a verdict: cheap and common first, and dear ones for what is left.

Whole frames are compared as they are, then mirrored and turned where nothing explains them; points
then say which part of a picture is shown, and find what frames do not; sound is compared beside
both. Whatever agrees is held against how the recordings move.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import log10

import numpy as np
from numpy.typing import NDArray

from fingerprint import (
    align,
    decoys,
    descriptor,
    features,
    frozen,
    landmarks,
    local,
    looks,
    motion,
    passages,
    placement,
    soundmatch,
    verdict,
    views,
)
from fingerprint.align import Trace
from fingerprint.bundle import Extent, Fingerprint, Library
from fingerprint.descriptor import Descriptors
from fingerprint.features import Features
from fingerprint.geometry import Geometry
from fingerprint.local import LocalMatch
from fingerprint.motion import Motion
from fingerprint.proxy import Proxy
from fingerprint.timeline import Segment
from fingerprint.verdict import LOG10_P_MAX, Frames, Kind, Passage, Points, Sounds, Verdict
from fingerprint.views import View

# What is nearer than this among many is looked at; against one asset more counts: `align.trace`.
FRAME_BITS_MAX = align.RADIUS
# A frame that agrees alone decides only if it is this near: a logo card is one frame, too.
ALONE_BITS_MAX = 44
CANDIDATES_MAX = 24
# What is left over at a cut is less than a passage.
LEFT_SECONDS_MIN = 1.0
PASSAGES_BY_POINTS_MAX = 8
# What pictures say may be so many powers of ten too little, if motion then says the rest: what is
# called the same recording is that by its law, at least.
MOTION_DECADES = 6.0
_HOUR = 3600.0
_SAME = "same recording"


def compare(
    query: Fingerprint,
    reference: Fingerprint,
    *,
    asset_id: str = "",
    among: Extent | None = None,
) -> Verdict:
    """Return what one clip is to another.

    Args:
        query: The clip that may be a copy.
        reference: What it may be a copy of.
        asset_id: What `reference` is called.
        among: How much the reference was picked from, which is what chance had; without it, the
            reference alone.
    """
    total = reference.extent if among is None else among
    found = [_confirm(each, query, reference) for each in _by_frames(query, reference, total)]
    found += _by_points(query, reference, total, found)
    moved = [_move(each, query, reference) for each in found]
    sure = [passage for passage in moved if passage.log10_p <= LOG10_P_MAX]
    return Verdict(asset_id, tuple(passages.apart(sure)), _by_sound(query, reference, total))


def find(query: Fingerprint, library: Library) -> list[Verdict]:
    """Return what a clip is to each known asset that it is anything to, the best first."""
    total = library.extent
    verdicts: dict[str, Verdict] = {}
    for candidates in _rounds(query, library, verdicts):
        for asset_id in candidates:
            if asset_id in verdicts:
                continue
            reference = library.look_up(asset_id)
            if reference is not None:
                verdicts[asset_id] = compare(query, reference, asset_id=asset_id, among=total)
    said = (each for each in verdicts.values() if each.kind is not Kind.NONE)
    return sorted(said, key=verdict.rank)


def _rounds(
    query: Fingerprint, library: Library, verdicts: dict[str, Verdict]
) -> Iterator[list[str]]:
    """Yield the assets that each channel brings up, each for what is not explained by then."""
    for around in ((View.UPRIGHT,), views.UNUSUAL):
        if query.frames is not None:
            rows = _left(query.frames, _passages(verdicts))
            yield _near_frames(query.frames.codes[rows], library, around)
    if query.features is not None:
        points = _rest(query.features, _passages(verdicts))
        if len(points):
            yield library.near_points(points)[:CANDIDATES_MAX]
    if query.sound is not None:
        yield library.near_sounds(query.sound)[:CANDIDATES_MAX]


def _near_frames(codes: NDArray[np.uint8], library: Library, around: Sequence[View]) -> list[str]:
    votes: Counter[str] = Counter()
    for view in around:
        hits = set(library.near_frames(views.undo(codes, view), FRAME_BITS_MAX))
        votes.update(asset_id for _, asset_id in hits)
    most = sorted(votes.items(), key=lambda each: (-each[1], each[0]))
    return [asset_id for asset_id, _ in most[:CANDIDATES_MAX]]


def _passages(verdicts: dict[str, Verdict]) -> list[Passage]:
    return [passage for each in verdicts.values() for passage in each.passages]


def _by_frames(query: Fingerprint, reference: Fingerprint, total: Extent) -> Iterator[Passage]:
    """Yield the passages that whole frames show."""
    if query.frames is None or reference.frames is None:
        return
    law = decoys.LAWS[descriptor.ALGORITHM]
    clip, rows = query.frames, query.frames.searchable()
    chances = _chances(len(rows) * len(View), total.rows, query)
    for view in (View.UPRIGHT, *views.UNUSUAL):
        traces = align.trace(clip, reference.frames, rows=rows, view=view) if len(rows) else []
        for trace in traces:
            log10_p = chances - decoys.score(law, trace.bits, share=trace.share)
            alone = len(trace.bits) == 1 and trace.bits[0] > ALONE_BITS_MAX
            if log10_p <= LOG10_P_MAX + MOTION_DECADES and not alone:
                if log10_p <= LOG10_P_MAX:
                    rows = rows[~passages.within(clip.seconds[rows], trace.parts)]
                yield _passage(trace, log10_p)


def _passage(trace: Trace, log10_p: float) -> Passage:
    return Passage(
        query=trace.parts,
        reference=tuple(part.shown(trace.line.speed, trace.line.offset) for part in trace.parts),
        speed=trace.line.speed,
        offset=trace.line.offset,
        view=trace.view,
        geometry=None,
        frames=Frames(len(trace.bits), min(trace.bits), log10_p),
        points=None,
        moves=None,
        log10_p=log10_p,
    )


def _confirm(passage: Passage, query: Fingerprint, reference: Fingerprint) -> Passage:
    """Return a passage with what points say of it, in the frames around its line."""
    if query.features is None or reference.features is None:
        return passage
    here, there = passages.whole(passage.query), passages.whole(passage.reference)
    some = query.features.between(
        here.start - passages.AROUND_SECONDS, here.end + passages.AROUND_SECONDS
    )
    others = reference.features.between(
        there.start - passages.AROUND_SECONDS, there.end + passages.AROUND_SECONDS
    )
    match = local.match(some, others)
    if match is None or not _on(passage, match):
        return passage
    pairs = len(some.seconds) * len(others.seconds)
    law = decoys.LAWS[features.ALGORITHM]
    log10_p = min(0.0, law.log10_p(match.evidence) + log10(pairs))
    return replace(
        passage,
        geometry=match.geometry,
        points=Points(match.evidence, match.frames, log10_p),
        log10_p=passage.log10_p + log10_p,
    )


def _on(passage: Passage, match: LocalMatch) -> bool:
    """Return whether points say what frames said about when and which way round."""
    middle = (match.query.start + match.query.end) / 2
    apart = (match.speed - passage.speed) * middle + match.offset - passage.offset
    same_side = match.geometry.mirrored == (passage.view is View.MIRRORED)
    return abs(apart) <= passages.AROUND_SECONDS and same_side


def _by_points(
    query: Fingerprint, reference: Fingerprint, total: Extent, known: Sequence[Passage]
) -> list[Passage]:
    """Return the passages that points show where frames show none."""
    if query.features is None or reference.features is None:
        return []
    chances = _chances(len(query.features.seconds) * 2, total.pictures, query)
    law = decoys.LAWS[features.ALGORITHM]
    known = [passage for passage in known if passage.log10_p <= LOG10_P_MAX]
    found: list[Passage] = []
    while len(found) < PASSAGES_BY_POINTS_MAX:
        rest = _rest(query.features, [*known, *found])
        match = local.match(rest, reference.features) if len(rest) else None
        if match is None:
            break
        log10_p = chances + law.log10_p(match.evidence)
        if log10_p > LOG10_P_MAX + MOTION_DECADES:
            break
        found.append(
            Passage(
                query=(match.query,),
                reference=(match.reference,),
                speed=match.speed,
                offset=match.offset,
                view=View.MIRRORED if match.geometry.mirrored else View.UPRIGHT,
                geometry=match.geometry,
                frames=None,
                points=Points(match.evidence, match.frames, log10_p),
                moves=None,
                log10_p=log10_p,
            )
        )
    return found


def _move(passage: Passage, query: Fingerprint, reference: Fingerprint) -> Passage:
    """Return a passage with what motion says of it, and where it then lies exactly."""
    if query.motion is None or reference.motion is None:
        return passage
    if not len(query.motion) or not len(reference.motion):
        return passage
    longest = max(passage.query, key=lambda part: part.end - part.start)
    geometry, told = _best(passage, longest, query.motion, reference.motion)
    if passages.rules_out(told) and _is_frozen(passage, longest, query.motion, reference.motion):
        told = replace(told, agreement=motion.NOTHING)
    passage = replace(passage, geometry=geometry, moves=told)
    if passages.rules_out(told) or not told.agreement.moving:
        return passage
    said = 0.0
    if told.agreement.decision == _SAME:
        said = max(decoys.LAWS[motion.ALGORITHM].log10_p(told.agreement.weakest), -MOTION_DECADES)
    parts = passages.join(
        [Segment(told.start, told.end), *(part for part in passage.query if part is not longest)]
    )
    return replace(
        passage,
        query=parts,
        reference=tuple(part.shown(told.line.speed, told.line.offset) for part in parts),
        log10_p=passage.log10_p + said,
        offset=told.line.offset,
        speed=told.line.speed,
        geometry=replace(geometry, matrix=told.matrix),
    )


def _is_frozen(passage: Passage, part: Segment, query: Proxy, reference: Proxy) -> bool:
    """Return whether a part is held in places, and where it is not, moves in no other way."""
    line = looks.Line(passage.speed, passage.offset)
    rest = frozen.rest(query, reference, line, part)
    return rest is not None and not any(
        passages.rules_out(_best(passage, each, query, reference)[1]) for each in rest
    )


def _best(
    passage: Passage, part: Segment, query: Proxy, reference: Proxy
) -> tuple[Geometry, Motion]:
    """Return in which way of those that are likely a part agrees best, and how well."""
    tried: list[tuple[Geometry, Motion]] = []
    for geometry in _geometries(passage, query, reference):
        for line in _lines(passage, part):
            told = motion.consistency(
                query,
                reference,
                matrix=geometry.matrix,
                mirrored=geometry.mirrored,
                line=line,
                start=part.start,
                end=part.end,
            )
            tried.append((geometry, told))
            if told.agreement.decision == _SAME:
                return geometry, told
    return max(tried, key=lambda each: (not passages.rules_out(each[1]), each[1].agreement.mean))


def _geometries(passage: Passage, query: Proxy, reference: Proxy) -> Iterator[Geometry]:
    """Yield how a clip may show the picture: as points say, and all of it, if frames say so.

    Points on what moves by itself say little of the rest of a picture.
    """
    if passage.geometry is not None:
        yield passage.geometry
    if passage.frames is not None:
        yield placement.of_view(passage.view, query, reference)


def _lines(passage: Passage, part: Segment) -> Iterator[looks.Line]:
    """Yield the time line of a passage, and the one of the speed as it was, which is likeliest.

    In a few seconds, frames cannot always tell one from the other.
    """
    yield looks.Line(passage.speed, passage.offset)
    if passage.speed != 1.0:
        middle = (part.start + part.end) / 2
        yield looks.Line(1.0, (passage.speed - 1.0) * middle + passage.offset)


def _by_sound(query: Fingerprint, reference: Fingerprint, total: Extent) -> Sounds | None:
    """Return what sound says, if that is more than chance does."""
    if query.sound is None or reference.sound is None:
        return None
    match = soundmatch.compare(query.sound, reference.sound)
    if match is None:
        return None
    chances = _chances(query.extent.seconds, total.seconds, query)
    log10_p = chances + decoys.LAWS[landmarks.ALGORITHM].log10_p(match.evidence)
    if log10_p > LOG10_P_MAX:
        return None
    return Sounds(match.segments, match.evidence, log10_p)


def _chances(probes: float, among: float, query: Fingerprint) -> float:
    """Return the power of ten of how many comparisons an hour of such queries makes."""
    return log10(max(1.0, probes) * max(1.0, among) * _HOUR / query.seconds)


def _left(clip: Descriptors, known: Iterable[Passage]) -> NDArray[np.int64]:
    """Return the rows of what no passage explains; none where it is too short for one."""
    rows = clip.searchable()
    lengths = np.diff(clip.seconds, append=clip.seconds[-1:])
    rest = rows[
        ~passages.within(clip.seconds[rows], [part for each in known for part in each.query])
    ]
    short = len(rest) < len(rows) and float(lengths[rest].sum()) < LEFT_SECONDS_MIN
    return rest[:0] if short else rest


def _rest(points: Features, known: Iterable[Passage]) -> Features:
    """Return the points of frames that no passage explains."""
    explained = passages.within(points.seconds, [part for each in known for part in each.query])
    return points.only(~explained[points.frame])
