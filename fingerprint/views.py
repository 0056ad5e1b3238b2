"""Codes of the same picture mirrored or turned, made from its code: no second transform.

A code holds the signs of the coefficients C[u, v] of a picture that is treated as a square of 64
samples, u vertical and v horizontal. The basis is cos(pi (2x + 1) v / 128): to read a line from
its other end, x -> 63 - x, multiplies what belongs to v by (-1)^v, and to exchange rows and
columns exchanges u and v. So:

* mirrored, left and right exchanged: (-1)^v C[u, v];
* upside down, turned by 180 degrees: (-1)^(u + v) C[u, v];
* turned clockwise, rows become columns from right to left: (-1)^v C[v, u];
* turned anticlockwise: (-1)^u C[v, u].

The median of the coefficients moves a little as signs turn, so the few bits that sit on it differ.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from fingerprint import spectrum
from fingerprint.descriptor import CODE_BYTES

_SIDE = spectrum.FREQUENCIES


class View(StrEnum):
    """What was done to a picture as a whole."""

    UPRIGHT = "upright"
    MIRRORED = "mirrored"
    CLOCKWISE = "turned clockwise"
    ANTICLOCKWISE = "turned anticlockwise"
    UPSIDE_DOWN = "upside down"


# In the order in which they are tried: what is common comes first.
UNUSUAL = (View.MIRRORED, View.CLOCKWISE, View.ANTICLOCKWISE, View.UPSIDE_DOWN)

Matrix = tuple[tuple[float, float], tuple[float, float]]

# The place in the picture before of a place in the picture after, from the middle, x to the right
# and y down.
_MATRICES: dict[View, Matrix] = {
    View.UPRIGHT: ((1, 0), (0, 1)),
    View.MIRRORED: ((-1, 0), (0, 1)),
    View.CLOCKWISE: ((0, 1), (-1, 0)),
    View.ANTICLOCKWISE: ((0, -1), (1, 0)),
    View.UPSIDE_DOWN: ((-1, 0), (0, -1)),
}


def undo(codes: NDArray[np.uint8], view: View) -> NDArray[np.uint8]:
    """Return the codes that pictures had before this was done to them.

    Args:
        codes: uint8, (S, 32), of the pictures as they are now.
        view: What was done.

    Returns:
        uint8, (S, 32), right up to the few bits that sit on the median.
    """
    if view is View.UPRIGHT:
        return codes
    bits = np.unpackbits(codes, axis=1).reshape(len(codes), _SIDE, _SIDE).astype(np.bool_)
    odd = np.arange(_SIDE) % 2 == 1
    if view in {View.CLOCKWISE, View.ANTICLOCKWISE}:
        bits = bits.transpose(0, 2, 1)
    # What was turned clockwise is turned back anticlockwise, and the other way about.
    if view in {View.CLOCKWISE, View.UPSIDE_DOWN}:
        bits = bits ^ odd[:, None]
    if view in {View.MIRRORED, View.ANTICLOCKWISE, View.UPSIDE_DOWN}:
        bits = bits ^ odd[None, :]
    return np.packbits(bits.reshape(len(codes), 8 * CODE_BYTES), axis=1)


def matrix(view: View) -> Matrix:
    """Return M: place before = M (place after), from the picture's middle, x right and y down."""
    return _MATRICES[view]
