"""Where a key puts the mark of a sound: a grid of bands and moments, each with a secret sign.

The sound is cut into cells, `STEPS` moments of a period by `BANDS` bands, and every cell is made a
little louder or softer. The grid repeats with its period, so that what is heard of a long sound
adds up, and any stretch of a few seconds holds all of it. A quarter of the cells carries only the
key's sign, to be found by (pilots); the others carry a code bit each, under that sign.

Levels, not phases: what changes the speed but not the pitch keeps the former alone.

Source: ours; a mark in levels is the patchwork of Arnold, "Audio watermarking: features,
applications and algorithms", ICME 2000. The band is what telephones keep, and as much above.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from watermark.ecc import CODE_BITS, Bits, Reals
from watermark.keys import draw, draw_permutation

ALGORITHM: Final = "org.rightsd.levels.1"
"""Names the algorithm in manifests; the last part goes up when a written mark changes."""

VERSION: Final = 1  # Of the payload: nothing in it moves a sound.
PERIOD_SECONDS: Final = 3.072
STEPS: Final = 32  # Of 96 ms each: longer than a note of speech blurs, short enough to be many.

_LOWEST: Final = 280.0  # Hertz.
_WIDTH_MIN: Final = 80.0  # Hertz: two of what a window of 40 ms tells apart.
_WIDTH_SHARE: Final = 0.07  # Of the frequency: half of what the ear takes together.
_NARROW: Final = 3_400.0  # Hertz. Every code bit has a cell below, where telephones hear.
_HIGHEST: Final = 7_000.0  # Hertz.
_PILOT_SHARE: Final = 0.25
_REACH: Final = 4  # Bands to either side that are measured together.
_PRIOR: Final = 8.0  # Pilots.
_GAIN_SHARE_MIN: Final = 0.1  # Of the mean: no band counts for nothing, nor against itself.
_VARIANCE_SHARE_MIN: Final = 0.1  # Of the power: no band is without noise.
_TINY: Final = 1e-9
_RATIO_MAX: Final = 30.0  # Surer than this, one wrong cell could outvote the code.

Folded: TypeAlias = NDArray[np.float64]


def _cut_bands() -> Reals:
    edges = [_LOWEST]
    while edges[-1] < _HIGHEST:
        edges.append(edges[-1] + max(_WIDTH_MIN, _WIDTH_SHARE * edges[-1]))
    return np.array(edges)


EDGES: Final = _cut_bands()
"""Where the bands begin, in hertz, and where the last one ends."""

BANDS: Final = len(EDGES) - 1
NARROW_BANDS: Final = int(np.count_nonzero(EDGES[1:] <= _NARROW))
CELLS: Final = STEPS * BANDS


@dataclass(frozen=True, slots=True)
class Layout:
    """The cells of one key; cell `step * BANDS + band`.

    Attributes:
        signs: float64, (CELLS,), the key's sign of every cell, 1 or -1.
        pilots: int64, (P,), which cells carry only their sign.
        carriers: int64, (C,), which cells carry a code bit.
        slots: int64, (C,), the code bit of every carrier.
    """

    signs: Reals
    pilots: NDArray[np.int64]
    carriers: NDArray[np.int64]
    slots: NDArray[np.int64]


def lay_out(layout_key: bytes) -> Layout:
    """Return the layout of a key of 32 bytes."""
    signs = 1.0 - 2.0 * (draw(layout_key, f"{ALGORITHM}/signs", CELLS) >> np.uint64(63))
    order = draw_permutation(layout_key, f"{ALGORITHM}/cells", CELLS)
    narrow = order % BANDS < NARROW_BANDS
    pilots: list[NDArray[np.int64]] = []
    carriers: list[NDArray[np.int64]] = []
    # Those that telephones hear come first, so that each code bit has one of them.
    for cells in (order[narrow], order[~narrow]):
        split = round(_PILOT_SHARE * len(cells))
        pilots.append(cells[:split])
        carriers.append(cells[split:])
    assert len(carriers[0]) >= CODE_BITS
    carrying = np.concatenate(carriers)
    return Layout(
        signs=signs.astype(np.float64),
        pilots=np.sort(np.concatenate(pilots)),
        carriers=carrying,
        slots=np.arange(len(carrying)) % CODE_BITS,
    )


def modulate(layout: Layout, word: Bits) -> Reals:
    """Return whether each cell is to be louder, 1, or softer, -1, to carry a code word.

    Args:
        layout: Of a key.
        word: uint8, (CODE_BITS,), zeros and ones.

    Returns:
        float64, (STEPS, BANDS).
    """
    values = layout.signs.copy()
    values[layout.carriers] *= 1.0 - 2.0 * word[layout.slots]
    return values.reshape(STEPS, BANDS)


def demodulate(layout: Layout, cells: Folded) -> Reals:
    """Return what received cells say of the code bits; the inverse of `modulate`.

    How strongly the cells came through is measured on the pilots, in each part of the band.

    Args:
        layout: Whose cells they are.
        cells: float64, (STEPS, BANDS), how loud each is against its surroundings; 0: not heard.

    Returns:
        float64, (CODE_BITS,), log P(bit = 0) / P(bit = 1), as `ecc.decode` takes them.
    """
    turned = cells.ravel() * layout.signs
    gains, variances = _measure(layout, turned)
    band = layout.carriers % BANDS
    ratios = np.zeros(CODE_BITS)
    said = 2.0 * gains[band] * turned[layout.carriers] / variances[band]
    np.add.at(ratios, layout.slots, said)
    return np.clip(ratios, -_RATIO_MAX, _RATIO_MAX)


def _measure(layout: Layout, turned: Reals) -> tuple[Reals, Reals]:
    """Return the strength with which each band came through, and the variance of its noise.

    A band has few pilots, so it is measured together with those around it.
    """
    band = np.arange(CELLS) % BANDS
    apart = np.abs(np.arange(BANDS)[:, np.newaxis] - np.arange(BANDS))
    near = np.maximum(0.0, 1.0 - apart / _REACH)
    known = band[layout.pilots]
    sums = np.bincount(known, turned[layout.pilots], minlength=BANDS)
    counts = np.bincount(known, minlength=BANDS)
    mean = max(float(sums.sum() / counts.sum()), 0.0)
    # Half a band of pilots says what all say: where there is no other sign, that is the best guess.
    gains = (near @ sums + _PRIOR * mean) / (near @ counts + _PRIOR)
    gains = np.maximum(gains, _GAIN_SHARE_MIN * mean)
    powers = near @ np.bincount(band, np.square(turned), minlength=BANDS) / (near.sum(1) * STEPS)
    noise = np.maximum(powers - np.square(gains), _VARIANCE_SHARE_MIN * powers + _TINY)
    return gains, noise
