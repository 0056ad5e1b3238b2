"""Where a clip stands still while its original moves: what motion says there is no other take.

Whoever holds frames of a copy makes it move in another way than its original. People who stand
still in another take do not: where they move again, they do so in their own way.
"""

import numpy as np
from numpy.typing import NDArray

from fingerprint import cells
from fingerprint.looks import Line
from fingerprint.motion import STRETCH_SECONDS_MIN
from fingerprint.proxy import Proxy
from fingerprint.timeline import Segment

# In grey levels, of the block that changes most from one look to the next: codecs change what
# stands still by less, and of what moves at all, some block changes by more.
STILL_MAX, MOVING_MIN = 3.0, 6.0
# Of what moves in the original, so much stands still in a clip that is said to be frozen.
FROZEN_SHARE_MIN = 0.25


def rest(query: Proxy, reference: Proxy, line: Line, part: Segment) -> list[Segment] | None:
    """Return what is left of a part of a clip without what is frozen; None: it is not frozen.

    Args:
        query: The clip.
        reference: What it may be a copy of.
        line: What moment shows what.
        part: In seconds of the query.

    Returns:
        The stretches of a second or more that move, or stand still as the reference does.
    """
    inside = np.flatnonzero((query.seconds >= part.start) & (query.seconds <= part.end))
    if len(inside) < 2 or not len(reference):
        return None
    times = query.seconds[inside]
    shown = np.searchsorted(reference.seconds, line.at(times)).clip(0, len(reference) - 1)
    moves = _change(reference.frames[shown]) > MOVING_MIN
    frozen = moves & (_change(query.frames[inside]) < STILL_MAX)
    if np.count_nonzero(frozen) < max(1.0, FROZEN_SHARE_MIN * np.count_nonzero(moves)):
        return None
    edges = np.flatnonzero(np.diff(frozen, prepend=True, append=True))
    stretches = [
        Segment(float(times[first]), float(times[last]))
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]
    return [each for each in stretches if each.end - each.start >= STRETCH_SECONDS_MIN]


def _change(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return by how much the block of each picture changes that does most, but of the first."""
    apart = np.abs(np.diff(frames.astype(np.float32), axis=0))
    return cells.blocks(apart, cells.BLOCK_PIXELS).max(axis=(1, 2))
