"""When one clip shows what of another: by what moves in both, to a share of a look."""

import numpy as np
from numpy.typing import NDArray

from fingerprint import cells, looks, registration
from fingerprint.looks import Laid, Line, Looks
from fingerprint.proxy import LOOKS_PER_SECOND, Proxy
from fingerprint.registration import SOFT_PIXELS

OFFSET_SECONDS = 1.0  # A time line from codes or key frames is nearly always that exact.
STEPS_PER_SECOND = 16
# What a line of round speeds leaves out, and by how much more another speed must agree.
SPEED_CHANGES = np.linspace(-0.06, 0.06, 13)
SPEED_MARGIN = 0.04
# From a speed that is off by more, seconds of the two clips do not agree anywhere.
ORIGINAL_CHANGE_MAX = 0.35
OFFSET_MARGIN = 0.05  # By how much more a line must agree that is a second away.
SPEED_WINDOWS_MIN = 3  # In two seconds a wrong speed makes no difference.
EDGE_SECONDS = 2.0  # A stretch is placed that well by codes or key frames.
GAP_LOOKS_MAX = 3  # A flash, or a frame that was lost, is no end.

HALF_LOOK = 0.5 / LOOKS_PER_SECOND


def fit(seen: Looks, reference: Proxy, warp: NDArray[np.float64], line: Line) -> Line:
    """Return the time line on which the motion agrees best, at half the size."""
    shape, block = seen.frames.shape[2:], cells.BLOCK_PIXELS // 2
    at = line.at(seen.seconds)
    whole = looks.lay(reference, warp, shape, at, slack=OFFSET_SECONDS)
    laid = Laid(whole.times, whole.looks, cells.blocks(whole.frames, 2))
    mask = cells.blocks(registration.shown(reference.frames.shape[1:], warp, shape)[None], 2)
    small = cells.blocks(seen.frames.reshape(-1, *shape), 2)
    moved = cells.moved(seen.moving, small.reshape(*at.shape, *small.shape[1:]))
    covered = cells.blocks(mask, block)
    most = round(OFFSET_SECONDS * STEPS_PER_SECOND)
    offsets = np.arange(-most, most + 1) / STEPS_PER_SECOND
    agreed, weights = np.zeros((2, len(at), len(offsets)))
    for number, offset in enumerate(offsets):
        other = cells.moved(seen.moving, laid.at(at + offset))
        energies = cells.energies(moved, other, mask[0], block=block)
        weight = energies.weight(covered)
        agreed[:, number] = (weight * energies.agreement()).sum((1, 2))
        weights[:, number] = weight.sum((1, 2))
    centre, best, chosen = float(at.mean()), -np.inf, line
    for change in _changes(line.speed) if len(at) >= SPEED_WINDOWS_MIN else np.zeros(1):
        later = offsets + change * (at.mean(1)[:, None] - centre)
        curve = _summed(agreed, offsets, later) / (_summed(weights, offsets, later) + 1.0)
        curve -= OFFSET_MARGIN * np.abs(offsets)
        top, height = peak(curve)
        # The speed that was found, and the original one, are likelier than what lies around them.
        odd = min(abs(change), abs(line.speed * (1 + change) - 1))
        height -= SPEED_MARGIN * min(1.0, float(odd) * 100)
        if height > best:
            offset = line.offset + (top - most) / STEPS_PER_SECOND
            # The line turns around the middle of what was compared.
            turned = float(change) * (centre - line.offset)
            best, chosen = height, Line(line.speed * (1 + float(change)), offset - turned)
    return chosen


def _changes(speed: float) -> NDArray[np.float64]:
    """Return by which shares a speed may be off."""
    original = 1.0 / speed - 1.0
    if abs(original) > ORIGINAL_CHANGE_MAX:
        return SPEED_CHANGES
    return np.concatenate([SPEED_CHANGES, original + SPEED_CHANGES * (1.0 + original)])


def _summed(
    rows: NDArray[np.float64], offsets: NDArray[np.float64], at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sums over windows of curves over `offsets`, each read at times of its own."""
    total = np.zeros(len(offsets), np.float64)
    for times, row in zip(at, rows, strict=True):
        total += np.asarray(np.interp(times, offsets, row), np.float64)
    return total


def peak(curve: NDArray[np.float64]) -> tuple[float, float]:
    """Return where a curve is highest, between its points, and how high at a point."""
    top = int(curve.argmax())
    if not 0 < top < len(curve) - 1:
        return float(top), float(curve[top])
    before, at, after = curve[top - 1 : top + 2].tolist()
    bend = before - 2 * at + after
    return top + (0.5 * (before - after) / bend if bend < 0 else 0.0), at


def edges(
    query: Proxy,
    reference: Proxy,
    warp: NDArray[np.float64],
    line: Line,
    stretch: tuple[float, float],
) -> tuple[float, float]:
    """Return where the query begins and ceases to show the reference, around a stretch."""
    start, end = stretch
    near = (query.seconds >= start - EDGE_SECONDS) & (query.seconds <= end + EDGE_SECONDS)
    rows = np.flatnonzero(near & looks.known(query, reference, line, HALF_LOOK))
    seconds = query.seconds[rows]
    inside = (seconds >= start) & (seconds <= end)
    if not inside.any():
        return stretch
    shape = query.frames.shape[1:]
    mask = registration.shown(reference.frames.shape[1:], warp, shape)
    laid = looks.lay(reference, warp, shape, line.at(seconds)[None], slack=0.0)
    one = registration.flat(registration.softened(query.frames[rows], SOFT_PIXELS), mask)
    alike = registration.alike(one, registration.flat(laid.at(line.at(seconds)), mask))
    good = np.flatnonzero(alike > float(np.median(alike[inside])) / 2)
    kept = good[inside[good]]
    if not len(kept):
        return stretch
    middle = kept[len(kept) // 2]
    runs = np.split(good, np.flatnonzero(np.diff(good) > GAP_LOOKS_MAX) + 1)
    first, last = next(seconds[run[[0, -1]]].tolist() for run in runs if middle in run)
    return max(first - HALF_LOOK, float(query.seconds[0])), last + HALF_LOOK
