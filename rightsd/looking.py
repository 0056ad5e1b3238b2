"""What a file shows: decoded once, compared with all outputs, and explained.

Verifications judge by it, and resolutions lead from it to a manifest: both find the same.
"""

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fingerprint import align, descriptor, features, parts
from fingerprint.align import Match
from fingerprint.bundle import Fingerprint as Content
from fingerprint.descriptor import Descriptors
from fingerprint.parts import Explanation, Part
from rightsd import comparing, listening, proving, recalling
from rightsd.adapters import crops, media, readings, rescues
from rightsd.adapters import fingerprints as files
from rightsd.adapters.marks import Marks
from rightsd.adapters.readings import Reading
from rightsd.comparing import Entry
from rightsd.db import fingerprints, generations
from rightsd.domain import verdict
from rightsd.domain.resemblance import STRONG_BITS_MAX
from rightsd.errors import Code, RightsError
from rightsd.listening import Listening
from rightsd.proving import Proved
from rightsd.recalling import Recalled
from rightsd.runtime import Runtime
from watermark.detect import Detection

logger = logging.getLogger(__name__)

# What a stranger's file may cost: two minutes of video.
LIMITS = replace(media.LIMITS, seconds_max=120.0, frames_max=7_200, cpu_seconds=120)
BINDINGS_MAX = 4  # Parts of a file, the longest: each is laid over the output that its mark names.


@dataclass(frozen=True, slots=True)
class Look:
    """What a file shows.

    Attributes:
        pictures: It shows something; else it is sound alone, and only that and `seconds` tell.
        still: It is one picture.
        seconds: Time of its last frame, or the length of its sound.
        mark: The watermark in it as a whole.
        compared: The fingerprint index was asked what it shows; if not, nothing is known of that.
        gone: The file was cropped or turned, and what its mark names is gone: whether it shows that
            cannot be told.
        explanation: Which outputs are where in it.
        marks: The watermark in each part, where it counts.
        doubted: In each part, whether a watermark names what it shows and does not count, because
            it cannot be told whether the picture is that of the output.
        proved: In each part, the output whose mark was verified with its file, where none was read.
        entries: Stay-down entries that it shows beyond doubt.
        sound: What its sound says; None: it has none that can be heard, or nobody listened.
    """

    pictures: bool
    still: bool
    seconds: float
    mark: Detection
    compared: bool
    gone: bool
    explanation: Explanation
    marks: tuple[Detection, ...]
    doubted: tuple[bool, ...]
    proved: tuple[Proved | None, ...]
    entries: tuple[Entry, ...]
    sound: Listening | None


@dataclass(frozen=True, slots=True)
class _Hidden:
    """An output that only a mark told of.

    Attributes:
        content: Its fingerprint, changed as the mark says that it was; None: its file is gone.
    """

    generation_id: str
    content: Descriptors | None

    def among(self, matches: list[Match], query: Descriptors) -> list[Match]:
        """Return what a query matches, with this output, the best first."""
        assert self.content is not None
        one = align.compare(query, self.content)
        found = [match for match in matches if match.asset_id != self.generation_id]
        if one is not None:
            found.append(replace(one, asset_id=self.generation_id))
        return sorted(found, key=lambda match: (-match.score, match.bits))


@dataclass(frozen=True, slots=True)
class _Compared:
    """What a file shows of what we know; see `Look`."""

    recalled: Recalled
    entries: tuple[Entry, ...] = ()
    gone: bool = False


def look(rt: Runtime, path: Path, *, hears: bool, binds: bool = True) -> Look:
    """Return what a file shows, and what its sound says.

    Args:
        rt: The runtime.
        path: The file.
        hears: Listen to its sound, too, and to files that are sound alone.
        binds: Lay it over the outputs that its marks name, and believe only what agrees.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be read as video, picture or
            sound.
    """
    marks = Marks(rt.watermark_keys.all())
    try:
        reading = readings.read(
            path, limits=LIMITS, watches=[marks.look], points=features.for_query()
        )
    except RightsError as error:
        # It may have been refused because it has no picture.
        maybe = hears and error.code is Code.INVALID
        alone = listening.listen_alone(rt, path, limits=LIMITS) if maybe else None
        if alone is None:
            raise
        return _hear(alone)
    mark = marks.find()
    compared = _compare(rt, reading, marks, mark, binds=binds)
    found = compared or _Compared(Recalled(Explanation((), 0.0)))
    explanation = found.recalled.explanation
    sound = None
    if hears and reading.has_sound:
        shown = {match.asset_id for part in explanation.parts for match in part.matches}
        sound = listening.listen(rt, path, limits=LIMITS, shown=shown)
    one = len(explanation.parts) == 1 and explanation.elsewhere < verdict.ELSEWHERE_SECONDS_MIN
    read = tuple(
        mark if one else marks.find_between(part.start, part.end, effort="quick")
        for part in explanation.parts
    )
    bound = _Bound(explanation, read, (False,) * len(read), (None,) * len(read), mark)
    if binds:
        bound = _bind(rt, path, bound)
    bound = replace(
        bound, proved=proving.prove(rt, path, bound.explanation, bound.marks, limits=LIMITS)
    )
    bound = _without_unproved(rt, bound, found.recalled)
    return Look(
        pictures=True,
        still=reading.still,
        seconds=reading.seconds,
        mark=bound.mark,
        compared=compared is not None,
        gone=found.gone,
        explanation=bound.explanation,
        marks=bound.marks,
        doubted=bound.doubted,
        proved=bound.proved,
        entries=found.entries,
        sound=sound,
    )


def _hear(alone: Listening) -> Look:
    return Look(
        pictures=False,
        still=False,
        seconds=alone.seconds,
        mark=Detection(None, 0.0, 0.0, 0, None),
        compared=alone.compared,
        gone=False,
        explanation=Explanation((), 0.0),
        marks=(),
        doubted=(),
        proved=(),
        entries=(),
        sound=alone,
    )


def _compare(
    rt: Runtime, reading: Reading, marks: Marks, mark: Detection, *, binds: bool
) -> _Compared | None:
    """Return what a file shows of what we know; None when the index does not answer."""
    known: dict[str, Descriptors] = {}

    def look_up(generation_id: str) -> Descriptors:
        if generation_id not in known:
            with rt.transaction() as tx:
                kept = fingerprints.find(tx, generation_id, descriptor.ALGORITHM)
            known[generation_id] = files.unpack(kept)
        return known[generation_id]

    def explain(match: Callable[[Descriptors], list[Match]]) -> Explanation:
        return parts.explain(
            reading.content, match=match, look_up=look_up, clear_bits_max=STRONG_BITS_MAX
        )

    try:
        explanation = explain(rt.match)
        # What carries a credential of ours was compared by points when it was made.
        whole = reading.whole if binds else Content(reading.content)
        entries = comparing.entries(rt, whole, rt.match_references(reading.content))
        rest = _mark_of_rest(reading, explanation, marks, mark)
        hidden = _under_mark(rt, reading, explanation, rest)
        if hidden is not None and hidden.content is not None:
            known[hidden.generation_id] = hidden.content
            explanation = explain(lambda query: hidden.among(rt.match(query), query))
        gone = hidden is not None and hidden.content is None
        recalled = Recalled(explanation)
        if binds and not gone:
            recalled = recalling.recall(rt, reading.whole, explanation, still=reading.still)
    except RightsError as error:
        if error.code is not Code.UNAVAILABLE:
            raise
        logger.exception("a file is judged without its content")
        return None
    return _Compared(recalled, tuple(entries), gone)


def _mark_of_rest(
    reading: Reading, explanation: Explanation, marks: Marks, mark: Detection
) -> Detection | None:
    """Return the mark in what a file shows beside its parts: in the longest stretch of that.

    Args:
        reading: The file.
        explanation: Its parts.
        marks: In it.
        mark: That of the file as a whole.
    """
    if not explanation.parts:
        return mark
    if explanation.elsewhere < verdict.ELSEWHERE_SECONDS_MIN:
        return None
    taken = sorted(
        (stretch.start, stretch.end) for part in explanation.parts for stretch in part.stretches
    )
    starts = [0.0, *itertools.accumulate((end for _, end in taken), max)]
    ends = [*(start for start, _ in taken), reading.seconds]
    start, end = max(zip(starts, ends, strict=True), key=lambda rest: rest[1] - rest[0])
    return marks.find_between(start, end, effort="full")


def _under_mark(
    rt: Runtime, reading: Reading, explanation: Explanation, mark: Detection | None
) -> _Hidden | None:
    """Return the output that a mark names, if the picture was changed and it was not found.

    A crop has another fingerprint than the whole, and is no copied mark.
    """
    geometry = mark.geometry if mark else None
    if mark is None or mark.payload_id is None or geometry is None or geometry.whole:
        return None
    with rt.transaction() as tx:
        named = generations.with_marks(
            tx, manifest_id=None, watermark_ids=[mark.payload_id], generation_ids=[]
        )
    known = {match.asset_id for part in explanation.parts for match in part.matches}
    if not named or named[0].output is None or named[0].id in known:
        return None
    with rt.blobs.lent(named[0].output.sha256, rt.work_folder) as path:
        if path is None:
            return _Hidden(named[0].id, None)
        height, width = reading.picture.shape[:2]
        content = crops.change(
            reading.content, path, geometry, height=height, width=width, limits=media.LIMITS
        )
    return None if content is None else _Hidden(named[0].id, content)


@dataclass(frozen=True, slots=True)
class _Bound:
    """Parts of a file and the marks in them: see `Look`."""

    explanation: Explanation
    marks: tuple[Detection, ...]
    doubted: tuple[bool, ...]
    proved: tuple[Proved | None, ...]
    mark: Detection


def _bind(rt: Runtime, path: Path, seeming: _Bound) -> _Bound:
    """Return the parts without the outputs that marks in them name and that they do not show.

    Fingerprints take scenes for the same that look alike. Of those there are many, and a mark can
    be moved there: so it counts where the picture is that of the output, point for point.

    Args:
        rt: The runtime.
        path: The file.
        seeming: What it seems to show, and the mark in all of it.

    Returns:
        The parts, the mark in each, and the mark in the file: that of a part that shows nothing
        any more, if there was no other.
    """
    kept: list[tuple[Part, Detection, bool]] = []
    elsewhere, mark = seeming.explanation.elsewhere, seeming.mark
    pairs = list(zip(seeming.explanation.parts, seeming.marks, strict=True))
    marked = [part for part, found in pairs if found.payload_id is not None]
    longest = sorted(marked, key=_length, reverse=True)[:BINDINGS_MAX]
    for part, found in pairs:
        if part in marked and part not in longest:
            matches, doubted = part.matches, True
        else:
            matches, doubted = _hold_against(rt, path, part, found)
        if matches:
            counting = replace(found, payload_id=None, geometry=None) if doubted else found
            kept.append((replace(part, matches=matches), counting, doubted))
        else:
            elsewhere += _length(part)
            mark = found if mark.payload_id is None else mark
    return _Bound(
        Explanation(tuple(part for part, _, _ in kept), elsewhere),
        tuple(found for _, found, _ in kept),
        tuple(doubted for _, _, doubted in kept),
        (None,) * len(kept),
        mark,
    )


def _hold_against(
    rt: Runtime, path: Path, part: Part, mark: Detection
) -> tuple[tuple[Match, ...], bool]:
    """Lay a part over the output that its mark names.

    Returns:
        What the part shows: not that output, if it only resembles it; and whether that cannot be
        told.
    """
    if mark.payload_id is None or mark.geometry is None:
        return part.matches, False
    with rt.transaction() as tx:
        named = generations.with_marks(
            tx, manifest_id=None, watermark_ids=[mark.payload_id], generation_ids=[]
        )
    output = named[0] if named else None
    match = next((each for each in part.matches if output and each.asset_id == output.id), None)
    if output is None or output.output is None or match is None:
        return part.matches, False
    longest = max(part.stretches, key=lambda each: each.end - each.start)
    with rt.blobs.lent(output.output.sha256, rt.work_folder) as lent:
        shown = None
        if lent is not None:
            shown = rescues.shows(path, lent, match, mark.geometry, within=longest, limits=LIMITS)
    if shown is False:
        return tuple(each for each in part.matches if each is not match), False
    return part.matches, shown is None


def _without_unproved(rt: Runtime, seeming: _Bound, recalled: Recalled) -> _Bound:
    """Return what is left without the parts that may be another take of the same scene.

    The mark in the file is that of a part that is gone, if there was no other.
    """
    if not recalled.doubtful:
        return seeming
    with rt.transaction() as tx:
        known = generations.with_marks(
            tx,
            manifest_id=None,
            watermark_ids=[
                each.payload_id for each in seeming.marks if each.payload_id is not None
            ],
            generation_ids=[],
        )
    of_mark = {each.watermark_id: each.id for each in known}
    named = [
        of_mark.get(mark.payload_id) if proved is None else proved.generation_id
        for mark, proved in zip(seeming.marks, seeming.proved, strict=True)
    ]
    explanation, kept = recalled.without_unproved(seeming.explanation, named)
    gone = [mark for number, mark in enumerate(seeming.marks) if number not in kept]
    left = (each for each in (seeming.mark, *gone) if each.payload_id is not None)
    return _Bound(
        explanation,
        tuple(seeming.marks[number] for number in kept),
        tuple(seeming.doubted[number] for number in kept),
        tuple(seeming.proved[number] for number in kept),
        next(left, seeming.mark),
    )


def _length(part: Part) -> float:
    return sum(stretch.end - stretch.start for stretch in part.stretches)
