"""Whether two clips are the same recording, or the same scene recorded twice.

What stands still looks the same in every take of a scene; how things move does not. The reference
is laid over the query, what stands still for a second is taken out of both, and what is left is
compared block by block and second by second. Where the scene is the same and its motion is not,
this is another take, however well the rest agrees.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fingerprint import cells, registration
from fingerprint.errors import FramesError
from fingerprint.proxy import LOOKS_PER_SECOND, Proxy
from fingerprint.registration import SOFT_PIXELS, Floats, Matrix

ALGORITHM = "org.rightsd.motion.1"

OFFSET_SECONDS = 0.5  # A time line from codes or key frames is that exact.
STEPS_PER_SECOND = 16
TIMINGS_MAX = 2  # Where the best line is the last that was tried, there may be a better one.
# What a line of round speeds leaves out, and by how much more another speed must agree.
SPEED_CHANGES = np.linspace(-0.06, 0.06, 13)
SPEED_MARGIN = 0.04
SPEED_WINDOWS_MIN = 3  # In two seconds a wrong speed makes no difference.
WINDOW_LOOKS = LOOKS_PER_SECOND
WINDOWS_MAX = 8  # Seconds that are compared, spread over the stretch.
STRETCH_SECONDS_MIN = 1.0
LOOKS_MIN = 5
SIDE_PIXELS_MIN = 12
EDGE_SECONDS = 2.0  # A stretch is placed that well by codes or key frames.
# A cut changes the whole picture by so many levels, and so much more than is usual.
CUT_LEVELS, CUT_TIMES = 12.0, 3.0
GAP_LOOKS_MAX = 3  # A flash, or a frame that was lost, is no end.
# What copies and other takes reach: tests/fingerprint/test_motion.py.
MOVING_MIN = 12
CONTRARY_MAX = 0.4
CONTRARY_ENERGY_MIN = 20.0  # Strong compression takes out weaker motion.
SEEN_MIN, UNSEEN_MAX = 0.6, 0.25
SAME_WEAKEST_MIN = 0.7
SAME_SEEN_MIN = 0.6
SAME_CONTRADICTION_MAX = 0.02
# Where the rest agrees so well, what contradicts may be an animated overlay.
CLEAR_WEAKEST_MIN, CLEAR_CONTRADICTION_MAX = 0.9, 0.06
OTHER_MEAN_MAX = 0.5
OTHER_CONTRADICTION_MIN = 0.25
OTHER_WEAKEST_MAX, OTHER_WEAK_MEAN_MAX = 0.25, 0.65

_HALF_LOOK = 0.5 / LOOKS_PER_SECOND

Decision = Literal["same recording", "differs", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Line:
    """What moment of the reference the query shows: speed * seconds + offset.

    Attributes:
        speed: How many times as fast as the reference the query plays.
        offset: Seconds in the reference at second 0 of the query.
    """

    speed: float
    offset: float

    def at(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the seconds in the reference."""
        return self.speed * seconds + self.offset


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the motion of two clips agrees, over all cells (blocks of a second) that move.

    Attributes:
        moving: How many there are.
        mean: -1 to 1, over those that no overlay hides.
        weakest: -1 to 1, the lower quartile over all.
        seen: 0 to 1, how many of them look the same.
        contradiction: 0 to 1, how many of them look the same and move in another way.
    """

    moving: int
    mean: float
    weakest: float
    seen: float
    contradiction: float

    @property
    def decision(self) -> Decision:
        """What follows."""
        if self.moving < MOVING_MIN:
            return "cannot tell"
        weak = self.weakest < OTHER_WEAKEST_MAX and self.mean < OTHER_WEAK_MEAN_MAX
        if weak or self.mean < OTHER_MEAN_MAX or self.contradiction > OTHER_CONTRADICTION_MIN:
            return "differs"
        same = self.weakest >= SAME_WEAKEST_MIN and self.seen >= SAME_SEEN_MIN
        clear = self.weakest >= CLEAR_WEAKEST_MIN
        allowed = CLEAR_CONTRADICTION_MAX if clear else SAME_CONTRADICTION_MAX
        return "same recording" if same and self.contradiction <= allowed else "cannot tell"


NOTHING = Agreement(moving=0, mean=0.0, weakest=0.0, seen=0.0, contradiction=0.0)


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


@dataclass(frozen=True, slots=True)
class _Looks:
    """Some seconds of the query."""

    frames: Floats  # (windows, looks, h, w)
    seconds: NDArray[np.float64]  # (windows, looks)
    moving: Floats  # (windows, looks, looks): times pictures, what moves in them.


@dataclass(frozen=True, slots=True)
class _Laid:
    """Looks at the reference as the query shows them."""

    times: NDArray[np.float64]  # Of all looks at the reference.
    looks: NDArray[np.int64]  # Which of them are here, rising.
    frames: Floats

    def at(self, seconds: NDArray[np.float64]) -> Floats:
        """Return the pictures of any times near these looks, (…, h, w)."""
        look, share = registration.between(self.times, seconds)
        place = np.searchsorted(self.looks, look)
        before = self.frames[place]
        step = (self.frames[place + 1] - before) * share[..., None, None]
        return np.asarray(before + step, np.float32)


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
    if min(*shapes[0], *shapes[1]) < SIDE_PIXELS_MIN or len(reference) < LOOKS_MIN:
        return untold
    warp = registration.to_pixels(placed, mirrored=mirrored, query=shapes[0], reference=shapes[1])
    # The reference has no finer detail than its pixels, so the query is to have none either.
    soft = max(SOFT_PIXELS, 0.7 / float(np.sqrt(abs(np.linalg.det(warp[:2, :2])))))
    wide = max(0.0, STRETCH_SECONDS_MIN - (end - start)) / 2
    stretch = start - wide, end + wide
    for _ in range(TIMINGS_MAX):
        looks = _take(query, reference, line, stretch, soft=soft, slack=OFFSET_SECONDS)
        if looks is None:
            return untold
        before, line = line, _time(looks, reference, warp, line)
        moved = line.at(looks.seconds) - before.at(looks.seconds)
        if abs(float(moved.mean())) < OFFSET_SECONDS - 1 / STEPS_PER_SECOND:
            break
    looks = _take(query, reference, line, stretch, soft=soft, slack=_HALF_LOOK)
    if looks is None:
        return untold
    middle = looks.seconds.shape[1] // 2
    at = line.at(looks.seconds[:, middle])
    warp = registration.straighten(looks.frames[:, middle], reference, at, warp)
    line, agreement = _measure(looks, reference, warp, line)
    start, end = _edges(query, reference, warp, line, (start, end))
    straight = registration.to_places(warp, mirrored=mirrored, query=shapes[0], reference=shapes[1])
    return Motion(agreement, line, straight, start, end)


def _take(
    query: Proxy,
    reference: Proxy,
    line: Line,
    stretch: tuple[float, float],
    *,
    soft: float,
    slack: float,
) -> _Looks | None:
    """Return the seconds of the query that are compared, or None if they are too few."""
    known = _known(query, reference, line, slack)
    looks = np.flatnonzero(known & (query.seconds >= stretch[0]) & (query.seconds <= stretch[1]))
    if len(looks) < LOOKS_MIN:
        return None
    length = min(len(looks), WINDOW_LOOKS)
    firsts = np.arange(0, len(looks) - length + 1, length)
    if len(firsts) > WINDOWS_MAX:
        firsts = firsts[np.linspace(0, len(firsts) - 1, WINDOWS_MAX).round().astype(np.int64)]
    chosen = looks[firsts[:, None] + np.arange(length)]
    frames = registration.softened(query.frames[chosen.ravel()], soft)
    frames = frames.reshape(*chosen.shape, *frames.shape[1:])
    return _Looks(frames, query.seconds[chosen], _moving(query, chosen))


def _moving(query: Proxy, chosen: NDArray[np.int64]) -> Floats:
    """Return what takes out of the chosen looks what stands still in a window, shot by shot.

    A cut would be motion everywhere at once, and two takes may well be cut alike. The looks beside
    one are left out: it is not known on which side the reference's are.
    """
    last = len(query) - 1
    around = (np.clip(chosen + step, 0, last) for step in (-1, 0, 1))
    before, now, after = (query.frames[looks].astype(np.float32) for looks in around)
    since, until = (np.abs(now - other).mean((2, 3)) for other in (before, after))
    most = max(CUT_LEVELS, CUT_TIMES * float(np.median(since)))
    kept = (since <= most) & (until <= most)
    shot = np.cumsum(since > most, axis=1)
    same = (shot[:, :, None] == shot[:, None, :]) & kept[:, :, None] & kept[:, None, :]
    share = same / np.maximum(same.sum(2, keepdims=True), 1)
    return np.asarray(np.eye(chosen.shape[1]) * kept[:, None, :] - share, np.float32)


def _known(query: Proxy, reference: Proxy, line: Line, slack: float) -> NDArray[np.bool_]:
    """Return at which looks at the query there is something of the reference."""
    at = line.at(query.seconds)
    first, last = reference.seconds[0] - slack, reference.seconds[-1] + slack
    return (at >= first) & (at <= last)


def _lay(
    reference: Proxy,
    warp: NDArray[np.float64],
    shape: tuple[int, ...],
    at: NDArray[np.float64],
    *,
    slack: float,
) -> _Laid:
    """Return the looks at the reference around the times of each window, (windows, looks)."""
    wanted = np.zeros(len(reference), np.bool_)
    for times in at:
        ends = np.array([times.min() - slack, times.max() + slack])
        first, last = registration.between(reference.seconds, ends)[0]
        wanted[first : last + 2] = True
    looks = np.flatnonzero(wanted)
    frames = registration.warped(reference.frames[looks], warp, shape, soft=SOFT_PIXELS)
    return _Laid(reference.seconds, looks, frames)


def _time(looks: _Looks, reference: Proxy, warp: NDArray[np.float64], line: Line) -> Line:
    """Return the time line on which the motion agrees best, at half the size."""
    shape, block = looks.frames.shape[2:], cells.BLOCK_PIXELS // 2
    at = line.at(looks.seconds)
    whole = _lay(reference, warp, shape, at, slack=OFFSET_SECONDS)
    laid = _Laid(whole.times, whole.looks, cells.blocks(whole.frames, 2))
    mask = cells.blocks(registration.shown(reference.frames.shape[1:], warp, shape)[None], 2)
    small = cells.blocks(looks.frames.reshape(-1, *shape), 2)
    moved = cells.moved(looks.moving, small.reshape(*at.shape, *small.shape[1:]))
    covered = cells.blocks(mask, block)
    most = round(OFFSET_SECONDS * STEPS_PER_SECOND)
    offsets = np.arange(-most, most + 1) / STEPS_PER_SECOND
    agreed, weights = np.zeros((2, len(at), len(offsets)))
    for number, offset in enumerate(offsets):
        other = cells.moved(looks.moving, laid.at(at + offset))
        energies = cells.energies(moved, other, mask[0], block=block)
        weight = energies.weight(covered)
        agreed[:, number] = (weight * energies.agreement()).sum((1, 2))
        weights[:, number] = weight.sum((1, 2))
    centre, best, chosen = float(at.mean()), -np.inf, line
    for change in SPEED_CHANGES if len(at) >= SPEED_WINDOWS_MIN else np.zeros(1):
        later = offsets + change * (at.mean(1)[:, None] - centre)
        curve = _summed(agreed, offsets, later) / (_summed(weights, offsets, later) + 1.0)
        peak, height = _peak(curve)
        height -= SPEED_MARGIN * min(1.0, abs(float(change)) * 100)
        if height > best:
            offset = line.offset + (peak - most) / STEPS_PER_SECOND
            # The line turns around the middle of what was compared.
            turned = float(change) * (centre - line.offset)
            best, chosen = height, Line(line.speed * (1 + float(change)), offset - turned)
    return chosen


def _summed(
    rows: NDArray[np.float64], offsets: NDArray[np.float64], at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sums over windows of curves over `offsets`, each read at times of its own."""
    total = np.zeros(len(offsets), np.float64)
    for times, row in zip(at, rows, strict=True):
        total += np.asarray(np.interp(times, offsets, row), np.float64)
    return total


def _peak(curve: NDArray[np.float64]) -> tuple[float, float]:
    """Return where a curve is highest, between its points, and how high at a point."""
    top = int(curve.argmax())
    if not 0 < top < len(curve) - 1:
        return float(top), float(curve[top])
    before, at, after = curve[top - 1 : top + 2].tolist()
    bend = before - 2 * at + after
    return top + (0.5 * (before - after) / bend if bend < 0 else 0.0), at


def _measure(
    looks: _Looks, reference: Proxy, warp: NDArray[np.float64], line: Line
) -> tuple[Line, Agreement]:
    """Return the last word on the offset, and how well the motion agrees."""
    shape, block = looks.frames.shape[2:], cells.BLOCK_PIXELS
    at = line.at(looks.seconds)
    laid = _lay(reference, warp, shape, at, slack=2 / STEPS_PER_SECOND)
    mask = registration.shown(reference.frames.shape[1:], warp, shape)
    moved = cells.moved(looks.moving, looks.frames)
    pictures = [laid.at(at + step / STEPS_PER_SECOND) for step in (-1, 0, 1)]
    others = [cells.moved(looks.moving, picture) for picture in pictures]
    tries = [cells.energies(moved, other, mask, block=block) for other in others]
    weight = tries[1].weight(cells.blocks(mask[None], block))
    total = float(weight.sum())
    if not total:
        return line, NOTHING
    agreements = np.stack([energies.agreement() for energies in tries])
    peak, _ = _peak((agreements * weight).sum((1, 2, 3), dtype=np.float64) / total)
    # A frame that is shown a little late here or there is no other take.
    agreed = agreements.max(0)
    alike = cells.seen(looks.frames.mean(1), pictures[1].mean(1), mask)
    low = agreed < CONTRARY_MAX
    shown = np.where(low & (alike < UNSEEN_MAX), 0.0, weight)
    contrary = low & (alike > SEEN_MIN) & (tries[1].reference > CONTRARY_ENERGY_MIN)
    agreement = Agreement(
        moving=int((weight > 0).sum()),
        mean=float((shown * agreed).sum() / max(float(shown.sum()), 1e-6)),
        weakest=_quartile(agreed, weight),
        seen=float(weight[alike > SEEN_MIN].sum()) / total,
        contradiction=float(weight[contrary].sum()) / total,
    )
    return Line(line.speed, line.offset + (peak - 1) / STEPS_PER_SECOND), agreement


def _quartile(values: Floats, weight: Floats) -> float:
    """Return what a quarter of the weight lies at or below."""
    order = values.ravel().argsort()
    share = weight.ravel()[order].cumsum(dtype=np.float64)
    return float(values.ravel()[order[np.searchsorted(share, share[-1] / 4)]])


def _edges(
    query: Proxy,
    reference: Proxy,
    warp: NDArray[np.float64],
    line: Line,
    stretch: tuple[float, float],
) -> tuple[float, float]:
    """Return where the query begins and ceases to show the reference, around a stretch."""
    start, end = stretch
    near = (query.seconds >= start - EDGE_SECONDS) & (query.seconds <= end + EDGE_SECONDS)
    looks = np.flatnonzero(near & _known(query, reference, line, _HALF_LOOK))
    seconds = query.seconds[looks]
    inside = (seconds >= start) & (seconds <= end)
    if not inside.any():
        return stretch
    shape = query.frames.shape[1:]
    mask = registration.shown(reference.frames.shape[1:], warp, shape)
    laid = _lay(reference, warp, shape, line.at(seconds)[None], slack=0.0)
    one = registration.flat(registration.softened(query.frames[looks], SOFT_PIXELS), mask)
    alike = registration.alike(one, registration.flat(laid.at(line.at(seconds)), mask))
    good = np.flatnonzero(alike > float(np.median(alike[inside])) / 2)
    kept = good[inside[good]]
    if not len(kept):
        return stretch
    middle = kept[len(kept) // 2]
    runs = np.split(good, np.flatnonzero(np.diff(good) > GAP_LOOKS_MAX) + 1)
    first, last = next(seconds[run[[0, -1]]].tolist() for run in runs if middle in run)
    return max(first - _HALF_LOOK, float(query.seconds[0])), last + _HALF_LOOK
