"""What a file shows: decoded once, compared with all outputs, and explained.

Verifications judge by it, and resolutions lead from it to a manifest: both find the same.
"""

import logging
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from fingerprint import align, descriptor, parts
from fingerprint.align import Match
from fingerprint.descriptor import Descriptors
from fingerprint.parts import Explanation
from rightsd.adapters import crops, media, readings
from rightsd.adapters import fingerprints as files
from rightsd.adapters.marks import Marks
from rightsd.adapters.readings import Reading
from rightsd.db import fingerprints, generations
from rightsd.domain import verdict
from rightsd.domain.resemblance import STRONG_BITS_MAX
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from watermark.detect import Detection

logger = logging.getLogger(__name__)

# What a stranger's file may cost: two minutes of video.
LIMITS = replace(media.LIMITS, seconds_max=120.0, frames_max=7_200, cpu_seconds=120)


@dataclass(frozen=True, slots=True)
class Look:
    """What a file shows.

    Attributes:
        still: It is one picture.
        seconds: Time of its last frame.
        mark: The watermark in it as a whole.
        compared: The fingerprint index was asked what it shows; if not, nothing is known of that.
        gone: The file was cropped or turned, and what its mark names is gone: whether it shows that
            cannot be told.
        explanation: Which outputs are where in it.
        marks: The watermark in each part.
        entries: References and stay-down entries that it shows.
    """

    still: bool
    seconds: float
    mark: Detection
    compared: bool
    gone: bool
    explanation: Explanation
    marks: tuple[Detection, ...]
    entries: tuple[Match, ...]


def look(rt: Runtime, path: Path) -> Look:
    """Return what a file shows.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be read as video or picture.
    """
    marks = Marks(rt.watermark_secret)
    reading = readings.read(path, limits=LIMITS, watches=[marks.look])
    mark = marks.find()
    compared = _compare(rt, reading)
    explanation, entries = compared or (Explanation((), 0.0), [])
    gone = False
    if compared and not explanation.parts:
        try:
            explanation = _under_mark(rt, reading, mark) or explanation
        except RightsError as error:
            if error.code is not Code.NOT_FOUND:
                raise
            gone = True
    one = len(explanation.parts) == 1 and explanation.elsewhere < verdict.ELSEWHERE_SECONDS_MIN
    return Look(
        still=reading.still,
        seconds=reading.seconds,
        mark=mark,
        compared=compared is not None,
        gone=gone,
        explanation=explanation,
        marks=tuple(
            mark if one else marks.find_between(part.start, part.end) for part in explanation.parts
        ),
        entries=tuple(entries),
    )


def _compare(rt: Runtime, reading: Reading) -> tuple[Explanation, list[Match]] | None:
    """Return the outputs and the entries that a file shows; None when the index does not answer."""
    known: dict[str, Descriptors] = {}

    def look_up(generation_id: str) -> Descriptors:
        if generation_id not in known:
            with rt.transaction() as tx:
                rows = fingerprints.of_generation(tx, generation_id, descriptor.ALGORITHM)
            known[generation_id] = files.collect([(r.at_seconds, r.code, r.quality) for r in rows])
        return known[generation_id]

    try:
        explanation = parts.explain(
            reading.content, match=rt.match, look_up=look_up, clear_bits_max=STRONG_BITS_MAX
        )
        entries, _ = rt.match_references(reading.content)
    except RightsError as error:
        if error.code is not Code.UNAVAILABLE:
            raise
        logger.exception("a file is judged without its content")
        return None
    return explanation, entries


def _under_mark(rt: Runtime, reading: Reading, mark: Detection) -> Explanation | None:
    """Return what a file shows of the output that its mark names, if the picture was changed.

    A crop has another fingerprint than the whole, and is no copied mark.

    Raises:
        RightsError: NOT_FOUND: the output's file is gone.
    """
    if mark.payload_id is None or mark.geometry is None or mark.geometry.whole:
        return None
    with rt.transaction() as tx:
        named = generations.with_marks(
            tx, manifest_id=None, watermark_ids=[mark.payload_id], generation_ids=[]
        )
    if not named or named[0].output is None:
        return None
    with tempfile.TemporaryDirectory(dir=rt.work_folder, prefix="marked-") as folder:
        path = Path(folder) / "output.mp4"
        rt.blobs.save(named[0].output.sha256, path)
        height, width = reading.picture.shape[:2]
        changed = crops.change(
            reading.content, path, mark.geometry, height=height, width=width, limits=media.LIMITS
        )
    if changed is None:
        return None

    def compare(query: Descriptors) -> list[Match]:
        one = align.compare(query, changed)
        return [replace(one, asset_id=named[0].id)] if one else []

    return parts.explain(
        reading.content, match=compare, look_up=lambda _: changed, clear_bits_max=STRONG_BITS_MAX
    )
