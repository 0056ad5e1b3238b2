"""Whether two clips are the same recording, or the same scene recorded twice.

What stands still looks the same in every take of a scene, and so does what a camera on a rail
passes by; how things move does not. The reference is laid over the query, the way of the camera and
what then stands still for a second is taken out of both, and what is left is compared block by
block and second by second. Where the same place looks the same at one time and not at another,
somebody else is there, or does something else: this is another take, however well the rest agrees.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fingerprint import cells, looks, registration, steady, timing
from fingerprint.cells import Cells
from fingerprint.errors import FramesError
from fingerprint.looks import Line, Looks
from fingerprint.proxy import Proxy
from fingerprint.registration import SOFT_PIXELS, Floats, Matrix
from fingerprint.timing import HALF_LOOK, OFFSET_SECONDS, STEPS_PER_SECOND

ALGORITHM = "org.rightsd.motion.2"

TIMINGS_MAX = 2  # Where the best line is the last that was tried, there may be a better one.
STRETCH_SECONDS_MIN = 1.0
SIDE_PIXELS_MIN = 12
# What copies and other takes reach: tests/fingerprint/test_motion.py.
MOVING_MIN = 20
SAME_WEAKEST_MIN = 0.7
OTHER_MOVING_MIN, OTHER_MEAN_MAX = 8, 0.5
CONTRADICTION_MAX = 2.0
# Where all that moves agrees so well, what contradicts is laid over it.
CLEAR_WEAKEST_MIN = 0.9
# So much of what a block shows is the same, or is not.
ALIKE_MIN, UNLIKE_MIN = 0.8, 0.5
# A place that looks the same less often is covered by something else.
SHOWN_SHARE_MIN = 0.2

Decision = Literal["same recording", "differs", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the motion of two clips agrees, over all cells (blocks of a second) that move.

    Attributes:
        moving: How many there are, of those that the query shows: apart from the camera, that is.
        mean: -1 to 1, of them.
        weakest: -1 to 1, what a tenth of them does not reach.
        contradiction: How many blocks of a picture look unlike that look alike at other times.
    """

    moving: int
    mean: float
    weakest: float
    contradiction: float

    @property
    def decision(self) -> Decision:
        """What follows."""
        clear = self.moving >= MOVING_MIN and self.weakest >= CLEAR_WEAKEST_MIN
        other = self.moving >= OTHER_MOVING_MIN and self.mean < OTHER_MEAN_MAX
        if other or (self.contradiction > CONTRADICTION_MAX and not clear):
            return "differs"
        same = self.moving >= MOVING_MIN and self.weakest >= SAME_WEAKEST_MIN
        return "same recording" if same else "cannot tell"


NOTHING = Agreement(moving=0, mean=0.0, weakest=0.0, contradiction=0.0)


@dataclass(frozen=True, slots=True)
class Motion:
    """What the motion of two clips says.

    Attributes:
        agreement: How well it agrees, and what follows.
        line: The time line, to about 1/50 s where enough moves.
        matrix: The geometry, straightened.
        start: Where the query begins to show the reference, in its seconds.
        end: Where it ceases to.
    """

    agreement: Agreement
    line: Line
    matrix: Matrix
    start: float
    end: float


def consistency(
    query: Proxy,
    reference: Proxy,
    *,
    matrix: Matrix,
    mirrored: bool,
    line: Line,
    start: float,
    end: float,
) -> Motion:
    """Return whether a stretch of the query is the same recording as the reference.

    Args:
        query: The clip that was found to be like the reference.
        reference: The other one; only what `line` points to is looked at.
        matrix: A place of the query (x, y) lies in the reference at matrix · (x, y, 1). Places have
            the picture's centre as origin and its longer side as unit.
        mirrored: x of the query becomes -x before that.
        line: What moment shows what, to half a second.
        start: Of the stretch, in seconds of the query.
        end: Of the stretch.

    Raises:
        FramesError: The geometry or the line is no such thing.
    """
    placed = registration.check(matrix)
    if not np.isfinite((line.speed, line.offset, start, end)).all() or line.speed <= 0:
        raise FramesError("A time line is made of finite numbers, and time runs forwards.")
    untold = Motion(NOTHING, line, matrix, start, end)
    shapes = query.frames.shape[1:], reference.frames.shape[1:]
    if min(*shapes[0], *shapes[1]) < SIDE_PIXELS_MIN or len(reference) < looks.LOOKS_MIN:
        return untold
    warp = registration.to_pixels(placed, mirrored=mirrored, query=shapes[0], reference=shapes[1])
    # The reference has no finer detail than its pixels, so the query is to have none either.
    soft = max(SOFT_PIXELS, 0.7 / float(np.sqrt(abs(np.linalg.det(warp[:2, :2])))))
    wide = max(0.0, STRETCH_SECONDS_MIN - (end - start)) / 2
    stretch = start - wide, end + wide
    for _ in range(TIMINGS_MAX):
        seen = looks.take(query, reference, line, stretch, soft=soft, slack=OFFSET_SECONDS)
        if seen is None:
            return untold
        before, line = line, timing.fit(seen, reference, warp, line)
        moved = line.at(seen.seconds) - before.at(seen.seconds)
        if abs(float(moved.mean())) < OFFSET_SECONDS - 1 / STEPS_PER_SECOND:
            break
    seen = looks.take(query, reference, line, stretch, soft=soft, slack=HALF_LOOK)
    if seen is None:
        return untold
    middle = seen.seconds.shape[1] // 2
    at = line.at(seen.seconds[:, middle])
    warp = registration.straighten(seen.frames[:, middle], reference, at, warp)
    start, end = timing.edges(query, reference, warp, line, (start, end))
    seen = looks.take(query, reference, line, (start, end), soft=soft, slack=HALF_LOOK) or seen
    line, agreement = _measure(seen, reference, warp, line)
    straight = registration.to_places(warp, mirrored=mirrored, query=shapes[0], reference=shapes[1])
    return Motion(agreement, line, straight, start, end)


def _measure(
    seen: Looks, reference: Proxy, warp: NDArray[np.float64], line: Line
) -> tuple[Line, Agreement]:
    """Return the last word on the offset, and how well the motion agrees."""
    shape, at = seen.frames.shape[2:], line.at(seen.seconds)
    laid = looks.lay(reference, warp, shape, at, slack=2 / STEPS_PER_SECOND)
    mask = registration.shown(reference.frames.shape[1:], warp, shape)
    pictures = [laid.at(at + step / STEPS_PER_SECOND) for step in (-1, 0, 1)]
    maps = [steady.camera(window) for window in pictures[1]]
    masks = np.stack([steady.shown(mask, each) for each in maps])

    def moved(frames: Floats) -> Floats:
        held = [steady.hold(window, each) for window, each in zip(frames, maps, strict=True)]
        return cells.moved(seen.moving, np.stack(held))

    here = moved(seen.frames)
    tries = [cells.energies(here, moved(picture), masks) for picture in pictures]
    same, off = _alike(seen, pictures, mask)
    compared = cells.blocks(mask[None], cells.BLOCK_PIXELS) > cells.COVERED_MIN
    shown = _shown(same, off, compared)
    weight = tries[1].weight(cells.blocks(masks, cells.BLOCK_PIXELS))
    weight = np.where(shown, weight, np.float32(0.0))
    unlike = (off[:, 1:] > UNLIKE_MIN) & (off[:, :-1] > UNLIKE_MIN) & compared & shown
    contradiction = float(unlike.sum() / max(1, off.shape[0] * off.shape[1]))
    total = float(weight.sum())
    if not total:
        return line, Agreement(0, 0.0, 0.0, contradiction)
    agreements = np.stack([energies.agreement() for energies in tries])
    top, _ = timing.peak((agreements * weight).sum((1, 2, 3), dtype=np.float64) / total)
    # A frame that is shown a little late here or there is no other take.
    agreed = agreements.max(0)
    agreement = Agreement(
        moving=int((weight > 0).sum()),
        mean=float((weight * agreed).sum()) / total,
        weakest=_tenth(agreed, weight),
        contradiction=contradiction,
    )
    return Line(line.speed, line.offset + (top - 1) / STEPS_PER_SECOND), agreement


def _alike(seen: Looks, pictures: list[Floats], mask: Floats) -> tuple[Cells, Cells]:
    """Return how much of what each block shows is the same, and not, (windows, looks, …).

    Looks beside a cut do not differ: it is not known on which side the other's are.
    """
    windows, count, high, wide = seen.frames.shape
    flat, before, now, after = (
        registration.flat(frames.reshape(-1, high, wide), mask)
        for frames in (seen.frames, *pictures)
    )
    tries = [cells.alike(flat, laid) for laid in (before, now, after)]
    same, off = (np.stack(each) for each in zip(*tries, strict=True))
    # What changes so fast is not the same in two clips that are looked at half a look apart.
    _, fast = cells.alike(before, after)
    shape = (windows, count, *fast.shape[1:])
    most, least = same.max(0).reshape(shape), (off.min(0) - fast).reshape(shape)
    least[~np.abs(seen.moving).any(2)] = 0.0
    return most, least


def _shown(same: Cells, off: Cells, compared: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which blocks nothing else covers, (rows, columns); all, if most look other."""
    shown = (same > ALIKE_MIN).mean((0, 1)) >= SHOWN_SHARE_MIN
    plain = (same + off).mean((0, 1)) < ALIKE_MIN / 2
    covered = ~shown & ~plain & compared[0]
    most = np.count_nonzero(covered) > np.count_nonzero(compared[0] & shown)
    return shown | most


def _tenth(values: Floats, weight: Floats) -> float:
    """Return what a tenth of the weight lies at or below."""
    order = values.ravel().argsort()
    share = weight.ravel()[order].cumsum(dtype=np.float64)
    return float(values.ravel()[order[np.searchsorted(share, share[-1] / 10)]])
