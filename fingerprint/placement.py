"""Where a clip shows the picture of another, when only whole frames say that it does."""

import numpy as np
from numpy.typing import NDArray

from fingerprint import border, views
from fingerprint.geometry import Geometry
from fingerprint.proxy import Proxy
from fingerprint.views import View

# Bars are looked for in this many looks from all over the clip.
LOOKS = 40


def of_view(view: View, query: Proxy, reference: Proxy) -> Geometry:
    """Return how what is inside the bars of a clip lies on what is inside those of another.

    Args:
        view: What was done to the picture as a whole.
        query: The clip, of one look at least.
        reference: The other, of one look at least.
    """
    (here, size), (there, other) = _inside(query), _inside(reference)
    mirrored = view is View.MIRRORED
    turn = np.array(views.matrix(View.UPRIGHT if mirrored else view))
    if mirrored:
        here = here * [-1.0, 1.0]
    linear = np.diag(other) @ turn @ np.diag(1.0 / size)
    shift = there - linear @ here
    (a, b), (c, d) = linear.tolist()
    x, y = shift.tolist()
    return Geometry(((a, b, x), (c, d, y)), mirrored, _aspect(query), _aspect(reference))


def _inside(clip: Proxy) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle and the size of what is inside the bars, longer side of all being 1."""
    high, wide = clip.frames.shape[1:]
    chosen = np.linspace(0, len(clip) - 1, min(LOOKS, len(clip))).round().astype(np.int64)
    box = border.find(clip.frames[chosen]) or border.Box(0, high, 0, wide)
    middle = np.array([box.left + box.right - wide, box.top + box.bottom - high]) / 2.0
    size = np.array([box.right - box.left, box.bottom - box.top], np.float64)
    return middle / max(high, wide), size / max(high, wide)


def _aspect(clip: Proxy) -> float:
    high, wide = clip.frames.shape[1:]
    return wide / high
