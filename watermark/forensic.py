"""A second mark, of an output alone, that is checked against its original.

The lattice can be read by whoever holds the secret and nothing else; so everyone knows where its
lines are, and can take their power away. This layer is spread over every frequency of the same
band, so it has no lines to see, and its key is the output's own and another one in every shot, so
that nothing can be learnt of it from other outputs or shots. It cannot be looked for blindly: the
picture has to be laid over the original first (`watermark.register`).

Source: ours; Cox et al., "Secure spread spectrum watermarking for multimedia", IEEE Trans. IP
6(12), 1997, for the idea to spread a mark over what matters in a picture, and to know the original.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

import numpy as np

from watermark import lattice
from watermark.ecc import Reals
from watermark.frames import Plane
from watermark.keys import Keys, draw
from watermark.lattice import Complexes

# Of the mark's energy; the lattice has the rest. With more, copies of 180 lines at CRF 24 are no
# longer read blindly; with this, a mark whose lattice was notched away is verified all the same.
SHARE: Final = 0.2
ASPECT_MAX: Final = 4.0  # A longer strip is filled with repeats.

_RADIUS_MIN: Final = lattice.PERIODS * lattice.RADIUS_MIN
_RADIUS_MAX: Final = lattice.PERIODS * lattice.RADIUS_MAX
_SLOPE: Final = -0.25  # As the lattice's: amplitude ~ radius**slope.


@dataclass(frozen=True, slots=True)
class Layout:
    """The waves of one shot of one output.

    Attributes:
        waves: float64, (N, 2), (x, y) in periods along the shorter side; half a plane.
        phases: complex128, (N,), the key's phase of every wave, of modulus 1.
        amplitudes: float64, (N,), mean square 1.
    """

    waves: Reals
    phases: Complexes
    amplitudes: Reals


def lay_out(keys: Keys, payload_id: int, shot: int, *, height: int, width: int) -> Layout:
    """Return the waves of a shot: all frequencies of a frame that lie in the lattice's band.

    Args:
        keys: Of the secret.
        payload_id: Of the output.
        shot: Counted from 0.
        height: Of the frame, in pixels; only the proportions count.
        width: The same.
    """
    spacings = [_spacing(side, min(height, width)) for side in (width, height)]
    spans = [int(_RADIUS_MAX / spacing) for spacing in spacings]
    x, y = np.meshgrid(*(np.arange(-span, span + 1) for span in spans))
    half = (y > 0) | ((y == 0) & (x > 0))
    radii = np.hypot(x * spacings[0], y * spacings[1])
    band = half & (radii >= _RADIUS_MIN) & (radii <= _RADIUS_MAX)
    own = hmac.digest(keys.forensic, payload_id.to_bytes(8, "big"), hashlib.sha256)
    turns = draw(own, f"shot {shot}", int(band.sum())) / 2.0**64
    amplitudes = radii[band] ** _SLOPE
    return Layout(
        waves=np.stack([x[band], y[band]], axis=1).astype(np.float64) * spacings,
        phases=np.exp(2j * np.pi * turns),
        amplitudes=amplitudes / np.sqrt(np.mean(amplitudes**2)),
    )


def synthesise(layout: Layout, *, height: int, width: int) -> Plane:
    """Return the sum of the waves over a frame, with a standard deviation of about 1.

    Returns:
        float32, (height, width).
    """
    spacing_x, spacing_y = (_spacing(side, min(height, width)) for side in (width, height))
    u = np.rint(layout.waves[:, 0] / spacing_x).astype(np.int64)
    v = np.rint(layout.waves[:, 1] / spacing_y).astype(np.int64)
    span_x, span_y = int(np.abs(u).max()), int(np.abs(v).max())
    grid = np.zeros((2 * span_y + 1, 2 * span_x + 1), dtype=np.complex64)
    grid[v + span_y, u + span_x] = layout.phases * layout.amplitudes
    # Cosines are separable, so the sum over the waves is two matrix products.
    step = 2j * np.pi / min(height, width)
    rows = np.exp(
        step * spacing_y * np.outer(np.arange(height), np.arange(-span_y, span_y + 1))
    ).astype(np.complex64)
    columns = np.exp(
        step * spacing_x * np.outer(np.arange(-span_x, span_x + 1), np.arange(width))
    ).astype(np.complex64)
    pattern = (rows @ (grid @ columns)).real
    return (pattern / np.sqrt(len(layout.waves) / 2.0)).astype(np.float32)


def _spacing(side: int, shorter: int) -> float:
    """Return the lowest frequency of a side, in periods along the shorter side."""
    return 1.0 / min(side / shorter, ASPECT_MAX)
