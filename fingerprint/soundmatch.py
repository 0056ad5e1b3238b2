"""From landmarks in common to copies of a sound: which stretch, at what speed, and how sure.

What an index takes for a candidate is laid over the reference, peak by peak. A peak that has one of
the reference at its place speaks for a copy, by how rare that is there by chance; one that has none
speaks against it, a little. The stretch for which most is said is a segment.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerprint import soundevidence, soundpeaks
from fingerprint.align import Segment
from fingerprint.landmarks import Landmarks
from fingerprint.soundevidence import Line
from fingerprint.soundindex import Candidate, LandmarkIndex
from fingerprint.soundpairs import Warp

# In decades; see `SoundMatch.evidence`. No verdict: twelve minutes of unrelated music, speech and
# scenes, against 64 sounds, reached 5.8. By that, chance reaches 10 once in 20 to 180 hours, and 16
# to 20 once in a million, as the tail is taken for exponential or for that of Gumbel.
EVIDENCE_MIN: Final = 10.0

WINDOW_SECONDS: Final = 10.0
_STEP_SECONDS: Final = 5.0
_LAID_MAX: Final = 16  # Candidates of a window that are laid over their references.
_FITS: Final = 4

# How near peaks are sought before the speed is known better than the warps of a search say:
# seconds, and tones.
_WIDE: Final = (0.30, 3.0)
_FIT_TEMPO: Final = 0.02
_FIT_STEPS: Final = 21
_FIT_SECONDS: Final = 0.02
_EDGE_SECONDS: Final = 0.4  # Of nothing that stands out, at the ends of a segment.

# A part is explained if nearly all of it is in a segment of which this share of peaks agrees: what
# repeats itself is a bad copy of itself at other places and speeds.
_EXPLAINED: Final = (0.8, 0.4)

_ORIGINAL: Final = Warp(1.0, 1.0)


def _warps() -> tuple[Warp, ...]:
    """Return how a sound is usually played otherwise: tempo, pitch, or both as one."""
    fast = np.exp(np.arange(1, 12) * 0.0203).tolist()
    speeds = [*fast, *(1.0 / each for each in fast)]
    tempos = [speed for number, speed in enumerate(speeds) if number % 11 % 2 == 1]
    tempos += [speeds[10], speeds[21]]
    both = [Warp(speed, speed) for speed in speeds]
    return (*both, *(Warp(each, 1.0) for each in tempos), *(Warp(1.0, each) for each in speeds))


WARPS: Final = _warps()


@dataclass(frozen=True, slots=True)
class SoundSegment:
    """A stretch of the query that is a copy of a stretch of an asset.

    Attributes:
        query: In seconds.
        reference: In seconds.
        warp: How the query is played.
        peaks: How many landmarks agree.
        share: Of those of the query.
        evidence: See `SoundMatch`.
    """

    query: Segment
    reference: Segment
    warp: Warp
    peaks: int
    share: float
    evidence: float


@dataclass(frozen=True, slots=True)
class SoundMatch:
    """What of a query is the sound of one asset.

    Attributes:
        asset: The id of the asset; 0 from `compare`.
        segments: In the order of the query, not overlapping.
        evidence: Of the clearest segment, EVIDENCE_MIN or more: the logarithm, base 10, of how many
            times likelier the landmarks are if it is a copy.
    """

    asset: int
    segments: tuple[SoundSegment, ...]
    evidence: float


def find(
    query: Landmarks,
    *,
    search: Callable[[Landmarks, Sequence[Warp]], list[Candidate]],
    look_up: Callable[[int], Landmarks | None],
    evidence_min: float = EVIDENCE_MIN,
) -> list[SoundMatch]:
    """Return the assets of which a query has sound, the clearest first.

    Stretches that nothing explains as they are are looked for at other speeds and pitches.

    Args:
        query: Of any length.
        search: `LandmarkIndex.search`, or the same somewhere else.
        look_up: Returns the landmarks of an asset; those of which there are none do not count.
        evidence_min: What is less clear is left out.
    """
    found: dict[int, list[SoundSegment]] = {}
    known: dict[int, Landmarks | None] = {}
    for part in _windows(query):
        explained = _explained(found, part)
        for warps in ((_ORIGINAL,), WARPS):
            if explained:
                break
            for candidate in search(part, warps)[:_LAID_MAX]:
                if candidate.asset not in known:
                    known[candidate.asset] = look_up(candidate.asset)
                reference = known[candidate.asset]
                if reference is None or _is_known(candidate, found, part):
                    continue
                segment = lay(query, reference, candidate, part)
                if segment is not None and segment.evidence >= evidence_min:
                    found.setdefault(candidate.asset, []).append(segment)
            explained = _explained(found, part)
    matches = [_match(asset, segments) for asset, segments in found.items()]
    return sorted(matches, key=lambda match: (-match.evidence, match.asset))


def compare(
    query: Landmarks, reference: Landmarks, *, evidence_min: float = EVIDENCE_MIN
) -> SoundMatch | None:
    """Return what one sound has of another, or None."""
    index = LandmarkIndex()
    index.add(0, reference)
    matches = find(
        query, search=index.search, look_up=lambda _: reference, evidence_min=evidence_min
    )
    return matches[0] if matches else None


def lay(
    query: Landmarks, reference: Landmarks, candidate: Candidate, part: Landmarks
) -> SoundSegment | None:
    """Return the stretch of a query that is a copy of a reference; None if there is none.

    Args:
        query: All of it.
        reference: What it may be a copy of.
        candidate: Where in that the part seems to come from.
        part: Of the query; the stretch may go on beyond.
    """
    if not len(reference) or not len(part):
        return None
    line = _fit(part, reference, candidate)
    begun, segment = part, None
    for _ in range(_FITS):
        # First the part alone: a tempo that is a little off would lose what is far from it.
        near, (first, behind, total) = soundevidence.weigh(begun, reference, line)
        if behind - first < 2 or total <= 0.0:
            return segment
        at = np.flatnonzero(near[first:behind] >= 0) + first
        line = _refit(begun, reference, line, at, near[at])
        segment = _segment(begun, line, at, total)
        start, end = segment.query.start, segment.query.end
        wider = end - start + WINDOW_SECONDS
        if begun is query:
            continue
        begun = query.between(start - wider, end + wider)
        if len(begun) == len(query):
            begun = query
    return segment


def _fit(part: Landmarks, reference: Landmarks, candidate: Candidate) -> Line:
    """Return the line near a candidate on which most peaks of the part lie."""
    warp = candidate.warp
    coarse = Line(warp.tempo, candidate.offset, warp.pitch)
    rows, others = soundevidence.correspond(part, reference, coarse, _WIDE)
    if not len(rows):
        return coarse
    seconds = part.seconds[rows]
    middle = float(np.mean(part.seconds[[0, -1]]))
    off = reference.seconds[others] - coarse.tempo * seconds - coarse.offset
    higher = soundevidence.tones_of(part, coarse.pitch)[rows] - reference.tones[others]
    best = (-1, coarse)
    for change in np.linspace(-_FIT_TEMPO, _FIT_TEMPO, _FIT_STEPS).tolist():
        rest = off - coarse.tempo * change * (seconds - middle)
        # A cell each of time and of pitch, counted with its neighbours.
        cells = np.floor(rest / _FIT_SECONDS).astype(np.int64) + 64
        tones = np.floor(higher / 0.5).astype(np.int64) + 16
        counts = np.bincount(cells * 32 + tones, minlength=128 * 32).reshape(-1, 32)
        sums = counts[:-1] + counts[1:]
        sums = sums[:, :-1] + sums[:, 1:]
        cell, tone = divmod(int(sums.argmax()), sums.shape[1])
        if sums[cell, tone] > best[0]:
            tempo = coarse.tempo * (1.0 + change)
            offset = coarse.offset + (cell + 1 - 64) * _FIT_SECONDS
            offset -= coarse.tempo * change * middle
            pitch = coarse.pitch * _ratio((tone + 1 - 16) * 0.5)
            best = (int(sums[cell, tone]), Line(tempo, offset, pitch))
    return best[1]


def _ratio(tones: float) -> float:
    """Return how many times higher something is, for tones around the middle of the scale."""
    middle = np.array([60.0, 60.0 + tones])
    low, high = soundpeaks.hertz_of(middle).tolist()
    return high / low


def _refit(
    query: Landmarks,
    reference: Landmarks,
    line: Line,
    rows: NDArray[np.int64],
    others: NDArray[np.int64],
) -> Line:
    """Return the line through peaks that agree."""
    at, found = query.seconds[rows], reference.seconds[others]
    pitch = line.pitch * _ratio(
        float(np.median(soundevidence.tones_of(query, line.pitch)[rows] - reference.tones[others]))
    )
    if len(rows) < 8 or at[-1] - at[0] < 1.0:
        return Line(
            line.tempo, line.offset + float(np.mean(found - line.tempo * at - line.offset)), pitch
        )
    tempo, offset = np.polyfit(at, found, 1).tolist()
    return Line(tempo, offset, pitch)


def _segment(
    query: Landmarks, line: Line, rows: NDArray[np.int64], evidence: float
) -> SoundSegment:
    """Return a segment, half way from the last peak that agrees to the next that does not."""
    seconds = query.seconds
    first, last = int(rows[0]), int(rows[-1])
    start, end = float(seconds[first]), float(seconds[last])
    before = float(seconds[first - 1]) if first else -start
    after = float(seconds[last + 1]) if last + 1 < len(seconds) else 2.0 * query.seconds_long - end
    start -= min((start - before) / 2.0, _EDGE_SECONDS)
    end += min((after - end) / 2.0, _EDGE_SECONDS)
    there = (max(0.0, line.tempo * each + line.offset) for each in (start, end))
    return SoundSegment(
        query=Segment(start, end),
        reference=Segment(*there),
        warp=Warp(line.tempo, line.pitch),
        peaks=len(rows),
        share=len(rows) / (last - first + 1),
        evidence=evidence,
    )


def _windows(query: Landmarks) -> Iterator[Landmarks]:
    """Return parts of a query that overlap by half, the last as long as the others."""
    if not len(query):
        return
    first, last = float(query.seconds[0]), float(query.seconds[-1])
    start = first
    while True:
        yield query.between(start, start + WINDOW_SECONDS)
        if start + WINDOW_SECONDS >= last:
            return
        start = min(start + _STEP_SECONDS, last - WINDOW_SECONDS + 0.01)


def _explained(found: dict[int, list[SoundSegment]], part: Landmarks) -> bool:
    """Return whether nearly all of a part is in a segment."""
    inside = np.zeros(len(part), np.bool_)
    for segments in found.values():
        for each in segments:
            if each.share >= _EXPLAINED[1]:
                inside |= (part.seconds >= each.query.start) & (part.seconds <= each.query.end)
    return float(inside.mean()) > _EXPLAINED[0]


def _is_known(candidate: Candidate, found: dict[int, list[SoundSegment]], part: Landmarks) -> bool:
    """Return whether a candidate says what a segment says already."""
    middle = float(np.mean(part.seconds[[0, -1]]))
    there = candidate.warp.tempo * middle + candidate.offset
    for each in found.get(candidate.asset, ()):
        tempo = each.warp.tempo
        line = each.reference.start + tempo * (middle - each.query.start)
        if each.query.start <= middle <= each.query.end and abs(line - there) < 0.5:
            return True
    return False


def _match(asset: int, segments: list[SoundSegment]) -> SoundMatch:
    """Return the clearest of some segments that do not overlap in the query."""
    kept: list[SoundSegment] = []
    for each in sorted(segments, key=lambda one: -one.evidence):
        start, end = each.query.start, each.query.end
        if all(end <= other.query.start or start >= other.query.end for other in kept):
            kept.append(each)
    kept.sort(key=lambda each: each.query.start)
    return SoundMatch(asset, tuple(kept), max(each.evidence for each in kept))
