"""Mark a clip as strongly as it needs, and no more, by looking at a bad copy of what comes first.

A clip is a stream that is drawn once, so what is marked already cannot be marked again: some frames
are held back until it is known how strong the mark has to be. What is not among them is vouched for
by whoever reads the finished file back.
"""

import bisect
import itertools
import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np

from watermark import quality
from watermark.detect import Detection, Detector
from watermark.embed import STRENGTH_MAX, Embedder
from watermark.errors import WatermarkError
from watermark.frames import Frames

STRENGTH_MIN: Final = 0.6  # 53 dB of luma; weaker marks are lost to the encoder at home.
BUDGET_DB: Final = 47.0  # Of luma, in what comes first of a picture of WHOLE_LINES: the most.
WHOLE_LINES: Final = 720
"""A picture with fewer has fewer pixels to carry the mark, and is seen at a smaller size."""

MARGIN_DB: Final = 3.0
"""Of the pilots, over what a claim needs; from there on what they lead to is read as well."""

HELD_FRAMES: Final = 48  # Two seconds: with one, half of all clips seem to need much more.
HELD_BYTES: Final = 256 << 20  # 43 frames of 1920x1080.

_Z_CLAIMED: Final = 6.3  # Where a quick look's bound on chance is detect.LOG10_P_MAX.
_STEP: Final = 1.2  # From one strength to the next, at most.
_COPIES: Final = ((720, 34.0), (360, 28.0), (180, 22.0))
"""Lines and CRF of bad copies: of a clip's own size, as messengers make them, and as previews."""

_CRF_PER_HALVING: Final = 4.0  # A smaller copy loses more to the same CRF, so it is spared.

Recode: TypeAlias = Callable[[Iterable[Frames], int], Iterable[Frames]]
"""Returns frames of even sides as they come back from H.264 at this constant rate factor."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A clip that is being marked, and what is known of it.

    Attributes:
        frames: Its frames with the mark in them, made as they are asked for.
        strength: Of the mark.
        strength_max: The greatest that the budget allows.
        log10_p: Of the mark in the bad copy of what comes first in which it has the least margin;
            0 where it is not read there.
        margin_db: As `measure_margin` of that copy.
    """

    frames: Iterator[Frames]
    strength: float
    strength_max: float
    log10_p: float
    margin_db: float | None


def stamp(
    chunks: Iterable[Frames],
    *,
    secret: bytes,
    payload_id: int,
    recode: Recode,
    tenant: str = "",
    cuts: Collection[int] = (),
    strength: float | None = None,
) -> Stamped:
    """Return a clip with the least mark that has a margin, or with the most that is allowed.

    Args:
        chunks: The clip in order, each chunk uint8, (T, H, W, 3), RGB, all of one size. Frames up
            to HELD_FRAMES or HELD_BYTES, one at least, are taken at once, the others as they are
            asked for.
        secret: 32 bytes.
        payload_id: What the mark says, 0 <= payload_id < 2**60.
        recode: Makes the bad copies.
        tenant: As for `Embedder`.
        cuts: The same.
        strength: Mark it with this one, and only say what becomes of that.

    Raises:
        WatermarkError: The clip has no frames, or as for `Embedder`.
    """
    held, rest = _hold(iter(chunks))
    height, width = held[0].shape[1:3]
    detector, copies = Detector(secret), _list_copies(height, width)

    def embedder(strength: float) -> Embedder:
        return Embedder(
            secret,
            payload_id,
            height=height,
            width=width,
            tenant=tenant,
            strength=strength,
            cuts=cuts,
        )

    tried: dict[float, Detection] = {}

    def try_out(strength: float) -> Detection:
        if strength not in tried:
            for lines, crf in copies:
                small = _shrink(held, embedder(strength), lines)
                found = detector.detect(recode(small, crf), effort="quick")
                tried[strength] = min(tried.get(strength, found), found, key=rank)
                if not is_ample(found, payload_id):
                    break
        return tried[strength]

    def rank(found: Detection) -> float:
        margin_db = measure_margin(found, payload_id)
        return -math.inf if margin_db is None else margin_db

    greatest = _find_greatest(held, embedder(1.0))
    # What is stronger is read better, so that a few tries find the one that will do.
    strengths = [strength] if strength is not None else _list_strengths(greatest)
    at = bisect.bisect_left(
        strengths[:-1], x=True, key=lambda each: is_ample(try_out(each), payload_id)
    )
    found = try_out(strengths[at])
    return Stamped(
        frames=_mark(held, rest, embedder(strengths[at])),
        strength=strengths[at],
        strength_max=greatest,
        log10_p=found.log10_p if found.payload_id == payload_id else 0.0,
        margin_db=measure_margin(found, payload_id),
    )


def measure_margin(found: Detection, payload_id: int) -> float | None:
    """Return by how much the pilots exceed what a claim needs, in dB; None: this is not read.

    No clip has more than 6 dB: the pilots of a perfect one add up to 13 standard deviations.
    """
    if found.payload_id != payload_id:
        return None
    return 20.0 * math.log10(found.z / _Z_CLAIMED)


def is_ample(found: Detection, payload_id: int) -> bool:
    """Return whether a mark is read with the margin."""
    margin_db = measure_margin(found, payload_id)
    return margin_db is not None and margin_db >= MARGIN_DB


def _find_greatest(held: list[Frames], embedder: Embedder) -> float:
    """Return the greatest strength that the budget allows, by frames and the embedder of 1."""
    lines = min(held[0].shape[1:3])
    budget_db = BUDGET_DB - 10.0 * math.log10(max(1.0, WHOLE_LINES / lines))
    noise = quality.Noise()
    for each in held:
        noise.add(each, embedder.mark(each))
    return min(max(10.0 ** ((noise.decibels - budget_db) / 20.0), STRENGTH_MIN), STRENGTH_MAX)


def _list_strengths(greatest: float) -> list[float]:
    steps = math.ceil(math.log(greatest / STRENGTH_MIN) / math.log(_STEP))
    below = [STRENGTH_MIN * (greatest / STRENGTH_MIN) ** (k / steps) for k in range(steps)]
    return [*below, greatest]


def _hold(chunks: Iterator[Frames]) -> tuple[list[Frames], Iterator[Frames]]:
    """Return what comes first, and what is left, however large the chunks are."""
    held: list[Frames] = []
    count = 0
    for chunk in chunks:
        if not len(chunk):
            continue
        room = min(HELD_FRAMES, max(1, HELD_BYTES // chunk[0].nbytes)) - count
        held.append(chunk[:room])
        count += len(held[-1])
        if len(chunk) > room:
            chunks = itertools.chain([chunk[room:]], chunks)
        if len(chunk) >= room:
            break
    if not held:
        raise WatermarkError("the clip has no frames")
    return held, chunks


def _mark(held: list[Frames], rest: Iterator[Frames], embedder: Embedder) -> Iterator[Frames]:
    while held:  # Nothing is kept once it is marked.
        yield embedder.mark(held.pop(0))
    for chunk in rest:
        yield embedder.mark(chunk)


def _list_copies(height: int, width: int) -> list[tuple[int, int]]:
    """Return the lines and the CRF of the bad copies of a clip, the cheaper one first."""
    copies: dict[int, int] = {}
    for most, crf in _COPIES:
        lines = min(height, width, most)
        copies.setdefault(lines, round(crf - _CRF_PER_HALVING * math.log2(most / lines)))
    return sorted(copies.items())


def _shrink(held: list[Frames], embedder: Embedder, lines: int) -> Iterator[Frames]:
    """Yield the first frames, marked, with at most so many lines, and even sides."""
    height, width = (round(side * lines / min(held[0].shape[1:3])) for side in held[0].shape[1:3])
    size = (width // 2 * 2, height // 2 * 2)
    for chunk in held:
        small = np.empty((len(chunk), size[1], size[0], 3), dtype=np.uint8)
        for index, frame in enumerate(embedder.mark(chunk)):
            cv2.resize(frame, size, dst=small[index], interpolation=cv2.INTER_AREA)
        yield small
