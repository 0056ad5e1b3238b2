"""Where a key puts the mark: a lattice of spatial frequencies, each with a secret phase.

The mark is a sum of cosines at the integer points of a lattice ("lines"), static over the clip. A
quarter of the lines carries only the key's phase, to be found by (pilots); the others carry two
code bits each, as QPSK. Orthogonal lines with keyed phases are 2-D OFDM with a spread spectrum.

Source: ours. The band was chosen by what H.264 keeps: lower frequencies survive its dead zone
better, higher ones are seen less.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from watermark import payload
from watermark.ecc import CODE_BITS, Bits, Reals, encode
from watermark.frames import Plane
from watermark.keys import Keys, draw, draw_permutation, draw_shift
from watermark.payload import Payload

PERIODS: Final = 2.5
"""Tiles along the shorter side of a frame: tied to the frame, so that a rescale needs no search."""

RADIUS_MIN: Final = 3.5
RADIUS_MAX: Final = 15.0  # In periods of a tile: wavelengths of 10 to 41 pixels at 360 lines.
SIDE_MIN: Final = 96  # Below 2 * PERIODS * RADIUS_MAX = 75 pixels the highest lines alias.

_SPAN: Final = int(RADIUS_MAX)  # The largest coordinate of a line.
_PILOT_SHARE: Final = 0.25
_GAIN_MIN: Final = 0.06  # A line never counts for nothing, nor against itself.
_VARIANCE_MIN: Final = 0.1  # Of whitened noise, whose power is 1: guards a picture without noise.
_RATIO_MAX: Final = 30.0  # Surer than this, one wrong line could outvote the code.
_SLOPE: Final = -0.25  # Amplitude ~ radius**slope: a little more where codecs keep more.

Complexes: TypeAlias = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of one key; L = 336 of them.

    Attributes:
        lines: int64, (L, 2), (x, y) in periods of a tile; half a plane, as the mark is real.
        radii: float64, (L,), their length.
        phases: complex128, (L,), the key's phase of every line, of modulus 1.
        amplitudes: float64, (L,), mean square 1.
        pilots: int64, (P,), which lines carry only their phase.
        carriers: int64, (C,), which lines carry code bits.
        slots: int64, (C, 2), the code bits in the real and imaginary part of every carrier.
    """

    lines: NDArray[np.int64]
    radii: NDArray[np.float64]
    phases: Complexes
    amplitudes: NDArray[np.float64]
    pilots: NDArray[np.int64]
    carriers: NDArray[np.int64]
    slots: NDArray[np.int64]


def lay_out(layout_key: bytes) -> Layout:
    """Return the layout of a key of 32 bytes."""
    axis = np.arange(-_SPAN, _SPAN + 1)
    y, x = np.repeat(axis, len(axis)), np.tile(axis, len(axis))
    radii = np.hypot(x, y)
    half = (y > 0) | ((y == 0) & (x > 0))
    band = half & (radii >= RADIUS_MIN) & (radii <= RADIUS_MAX)
    radii = radii[band]
    count = len(radii)
    turns = draw(layout_key, "phases", count) / 2.0**64
    amplitudes = radii**_SLOPE
    order = draw_permutation(layout_key, "pilots", count)
    pilots = round(_PILOT_SHARE * count)
    carriers = count - pilots
    slots = draw_permutation(layout_key, "slots", CODE_BITS)
    assert 2 * carriers <= CODE_BITS  # The code bits left over are punctured.
    return Layout(
        lines=np.stack([x[band], y[band]], axis=1),
        radii=radii,
        phases=np.exp(2j * np.pi * turns),
        amplitudes=amplitudes / np.sqrt(np.mean(amplitudes**2)),
        pilots=np.sort(order[:pilots]),
        carriers=np.sort(order[pilots:]),
        slots=slots[: 2 * carriers].reshape(carriers, 2),
    )


def write(keys: Keys, content: Payload) -> tuple[Layout, Complexes]:
    """Return the layout of the mark that says this, and the amplitudes of its lines, (L,)."""
    layout = move(lay_out(keys.layout), find_shift(keys, content))
    return layout, modulate(layout, encode(payload.encode(content, keys.mac)))


def find_shift(keys: Keys, content: Payload) -> Reals:
    """Return how far the mark that says this is moved, (x, y), in tiles."""
    if content.version == payload.VERSION_UNMOVED:
        return np.zeros(2)
    return draw_shift(keys, content.id)


def move(layout: Layout, shift: Reals) -> Layout:
    """Return a layout moved by (x, y) tiles: what the other has at p + shift, it has at p."""
    turns = np.exp(2j * np.pi * (layout.lines @ shift))
    return replace(layout, phases=layout.phases * turns)


def modulate(layout: Layout, word: Bits) -> Complexes:
    """Return the complex amplitude of every line, (L,), that carries a code word, (CODE_BITS,)."""
    signs = 1.0 - 2.0 * word[layout.slots]
    values = layout.phases * layout.amplitudes
    values[layout.carriers] *= (signs[:, 0] + 1j * signs[:, 1]) / np.sqrt(2.0)
    return values


def demodulate(layout: Layout, values: Complexes) -> Reals:
    """Return what received lines say of the code bits; the inverse of `modulate`.

    The strength with which the lines came through is fitted on the pilots, as a straight line over
    the radius: what a codec takes away grows with the frequency.

    Args:
        layout: Whose lines they are.
        values: complex128, (L,), received amplitudes with the noise of about the same power on
            every line, turned back to the centre of a tile.

    Returns:
        float64, (CODE_BITS,), log P(bit = 0) / P(bit = 1), as `ecc.decode` takes them.
    """
    turned = values * layout.phases.conj()
    slope, offset = np.polyfit(layout.radii[layout.pilots], turned[layout.pilots].real, 1)
    gains = np.maximum(slope * layout.radii + offset, _GAIN_MIN)[layout.carriers] / np.sqrt(2.0)
    variance = max(float(np.mean(np.abs(turned) ** 2)) / 2.0, _VARIANCE_MIN)
    carried = turned[layout.carriers]
    parts = np.stack([carried.real, carried.imag], axis=1)
    ratios = np.zeros(CODE_BITS)
    ratios[layout.slots] = 2.0 * gains[:, np.newaxis] * parts / variance
    return np.clip(ratios, -_RATIO_MAX, _RATIO_MAX)


def synthesise(layout: Layout, values: Complexes, *, height: int, width: int) -> Plane:
    """Return the sum of the lines over a frame, with a standard deviation of about 1.

    Args:
        layout: Whose lines they are.
        values: complex128, (L,), as `modulate` returns them.
        height: Of the frame, in pixels.
        width: Of the frame, in pixels.

    Returns:
        float32, (height, width).
    """
    grid = np.zeros((2 * _SPAN + 1, 2 * _SPAN + 1), dtype=np.complex128)
    grid[layout.lines[:, 1] + _SPAN, layout.lines[:, 0] + _SPAN] = values
    # Cosines are separable, so the sum over the lines is two small matrix products.
    step = 2j * np.pi * PERIODS / min(height, width)
    frequencies = np.arange(-_SPAN, _SPAN + 1)
    rows = np.exp(step * np.outer(np.arange(height), frequencies))
    columns = np.exp(step * np.outer(frequencies, np.arange(width)))
    pattern = (rows @ grid @ columns).real
    return (pattern / np.sqrt(len(values) / 2.0)).astype(np.float32)
