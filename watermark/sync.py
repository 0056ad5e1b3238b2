"""Find the lattice of a mark in a spectrum: its scale, rotation, aspect, mirroring and shift.

First by the power on all lines, which needs no key; then by the pilots, whose phases the key
gives. Only a look at phases can mistake chance for a mark, so only that is counted in the bound.

The bound. The phases of the pilots are independent and uniform over keys. So for any picture and
any fixed lattice, the pilot sum s = sum a_k cos(phase_k) has P(s >= x) <= exp(sum log I0(l a_k) -
l x) for every l > 0 (Chernoff; Bessel function I0), which is below exp(-z**2 / 2) for
z = x / sqrt(sum a_k**2 / 2). Every lattice that could have been tried lies on a finite grid, and
the grid's points share the probability by fixed weights (union bound). Nothing is assumed about
the picture.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.ecc import Reals
from watermark.lattice import PERIODS, RADIUS_MAX, Complexes, Layout
from watermark.spectrum import Spectrum

_SIDES: Final = np.array(
    [
        [[1, 0], [0, 1]],
        [[-1, 0], [0, 1]],
        [[1, 0], [0, -1]],
        [[-1, 0], [0, -1]],
        [[0, 1], [-1, 0]],
        [[0, 1], [1, 0]],
        [[0, -1], [1, 0]],
        [[0, -1], [-1, 0]],
    ],
    dtype=np.float64,
)
"""The eight ways to turn and mirror a picture; the first four keep its sides in place."""

_SCALES: Final = np.exp(np.arange(math.log(0.3), math.log(3.2), 0.008))
_ROTATIONS: Final = np.deg2rad(np.arange(-12.0, 12.01, 0.4))
_STRETCHES: Final = np.exp(np.arange(math.log(0.5), math.log(2.0), 0.008))
_ASPECTS: Final = np.exp(np.arange(math.log(0.7), math.log(1.45), 0.008))
_UPRIGHT: Final = 4
_CANDIDATES: Final = 40  # Lattices with the most power, of the 34 000 above.
_BATCH: Final = 1024
_PLACES: Final = 2  # A mark may lie where it says, or elsewhere: each has half of the chance.

_SHIFTS: Final = 64  # Shifts of a tile tried at first, along each axis.
_FINE_SHIFTS: Final = 256
_FINE_REACH: Final = 4  # Fine shifts around the best coarse one.
_SNAP_REACH: Final = 2  # Fine shifts that a rescale may cause: half a pixel at 180 lines.
_WARP_STEP: Final = 0.001  # A tenth of a resolvable frequency at the rim of the lattice.
_WARP_STEPS: Final = np.arange(-6, 7)  # In each of the four entries of a 2x2 matrix.
_SWEEPS: Final = 3
_FALLOFFS: Final = (math.inf, 0.75, 0.45)  # What codecs leave: all, or the lower lines.
FIRST_TRIES: Final = _UPRIGHT * len(_FALLOFFS) * _SHIFTS**2
_CHERNOFF: Final = np.linspace(1.0, 6.0, 51)  # Multiples of the l that suits a normal variable.

_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a mark seems to lie in a picture.

    Attributes:
        basis: float64, (2, 2): a point p of the picture, (x, y) from its centre in units of its
            shorter side, lies at `basis @ p + centre` in tiles.
        centre: float64, (2,), the place of the picture's centre in its tile, 0 <= x, y < 1.
        z: The pilot sum in standard deviations.
        log10_p: Bound on the probability of such a pilot sum under a random key; above 0 it says
            nothing, but still tells which of two poses is the less likely.
    """

    basis: Reals
    centre: Reals
    z: float
    log10_p: float


@dataclass(frozen=True, slots=True)
class _Guess:
    """A lattice with its best coarse shift, by one weighting of the pilots."""

    basis: Reals
    centre: Reals
    falloff: float
    z: float


def upright() -> Reals:
    """Return the lattices of a picture that was at most rescaled, mirrored and upended."""
    return PERIODS * _SIDES[:_UPRIGHT]


def put(spectrum: Spectrum, layout: Layout, pose: Pose, shift: Reals) -> Pose:
    """Return the pose of an upright picture's mark, now that it has said how far it was moved.

    Such a picture still has its tiles where they were put. The mark that is read there is another
    key's business, so where it says that they are is a guess at random if it is no mark: nothing
    was chosen by it but a side, a falloff and what a rescale does.

    Args:
        spectrum: Where to look.
        layout: Whose pilots to look for.
        pose: Where the mark was read.
        shift: How far it was moved, (x, y), in tiles.
    """
    bases = upright()
    basis = bases[np.square(bases - pose.basis).sum(axis=(1, 2)).argmin()]
    corner = np.array([spectrum.width // 2, spectrum.height // 2]) / spectrum.side
    centre = PERIODS * corner + shift
    count = _PLACES * len(bases) * len(_FALLOFFS) * (2 * _SNAP_REACH + 1) ** 2
    poses = [
        _shift(spectrum, layout, _Guess(basis, centre, each, 0.0), reach=_SNAP_REACH, count=count)
        for each in _FALLOFFS
    ]
    return min(poses, key=_get_chance)


def score(spectrum: Spectrum, layout: Layout) -> float:
    """Return the highest pilot sum of an upright picture in the FIRST_TRIES of a look, as z."""
    bases = upright()
    return max(
        float(_correlate(spectrum, layout, bases, falloff)[0].max()) for falloff in _FALLOFFS
    )


def search(spectrum: Spectrum, lines: NDArray[np.int64]) -> Reals:
    """Return lattices that the picture may have after any crop, padding, rotation or stretch.

    It takes no key, so one search serves the layouts of all of them.

    Returns:
        float64, (n, 2, 2), those with the most power on the lines, (L, 2), in all their turns.
    """
    found = _search(spectrum, lines)
    return (_SIDES @ found[:, np.newaxis]).reshape(-1, 2, 2)


def look(spectrum: Spectrum, layout: Layout, bases: Reals, *, refined: int) -> list[Pose]:
    """Return poses of a layout on some lattices, the best first.

    Args:
        spectrum: Where to look.
        layout: Whose pilots to look for.
        bases: (n, 2, 2), the lattices; they share the chance of the look.
        refined: How many of them, those with the best pilots, are looked at closely.
    """
    guesses = _guess(spectrum, layout, bases)[:refined]
    parts = _PLACES * len(bases)
    poses = [_refine(spectrum, layout, guess, parts=parts) for guess in guesses]
    return sorted(poses, key=_get_chance)


def _get_chance(pose: Pose) -> float:
    return pose.log10_p


def read_lines(spectrum: Spectrum, layout: Layout, pose: Pose) -> Complexes:
    """Return the received amplitude of every line, complex128, (L,), for `lattice.demodulate`."""
    values = spectrum.read(layout.lines @ pose.basis)
    return values * np.exp(-2j * np.pi * (layout.lines @ pose.centre))


def bound_tail(turned: Complexes) -> float:
    """Return a bound on ln P(pilot sum >= the sum of these) over random phases, <= 0.

    Args:
        turned: complex128, (P,), pilots with the key's phase and a shift taken out.
    """
    total = float(turned.real.sum())
    magnitudes = np.abs(turned)
    half_power = float(np.square(magnitudes).sum()) / 2.0
    if total <= 0.0 or half_power <= 0.0:
        return 0.0
    exponents = _CHERNOFF * (total / half_power)
    moments = np.log(np.i0(exponents[:, np.newaxis] * magnitudes)).sum(axis=1)
    return float(np.min(moments - exponents * total))


def _search(spectrum: Spectrum, lattice_lines: NDArray[np.int64]) -> Reals:
    """Return the lattices with the most power on their lines, (_CANDIDATES, 2, 2)."""
    lines = lattice_lines.T.astype(np.float32)
    found: list[tuple[Reals, NDArray[np.float32]]] = []
    for grid in _grids():
        bases = grid.reshape(-1, 2, 2).astype(np.float32)
        batches = (bases[start : start + _BATCH] for start in range(0, len(bases), _BATCH))
        sums = [_sum_power(spectrum, batch, lines) for batch in batches]
        found.append(_keep_peaks(grid, np.concatenate(sums)))
    bases = np.concatenate([peaks for peaks, _ in found])
    order = np.argsort(-np.concatenate([sums for _, sums in found]), kind="stable")
    return bases[order[:_CANDIDATES]]


def _sum_power(
    spectrum: Spectrum, bases: NDArray[np.float32], lines: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the whitened power on the lines of many lattices, (n, 2, 2) and (2, L) to (n,)."""
    rows, columns = spectrum.powers.shape
    sides = np.array([columns - 1, rows - 1], dtype=np.float32)
    scaled = bases * (sides / np.float32(spectrum.side))
    # Written out, as threads of a matrix product wait longer for each other than this takes.
    x = scaled[:, 0, :1] * lines[0] + scaled[:, 1, :1] * lines[1]
    y = scaled[:, 0, 1:] * lines[0] + scaled[:, 1, 1:] * lines[1]
    # Adding a half and cutting off rounds, as nothing is negative once it is clipped.
    column = np.clip(x + np.float32(columns // 2 + 0.5), 0, columns - 1).astype(np.int32)
    row = np.clip(y + np.float32(rows // 2 + 0.5), 0, rows - 1).astype(np.int32)
    return spectrum.powers.ravel()[row * columns + column].sum(axis=1, dtype=np.float32)


def _keep_peaks(grid: Reals, sums: NDArray[np.float32]) -> tuple[Reals, NDArray[np.float32]]:
    """Return the lattices of a grid that have more power than their neighbours on it."""
    plane = sums.reshape(grid.shape[:2])
    highest = np.asarray(cv2.dilate(plane, np.ones((3, 3), dtype=np.uint8)), dtype=np.float32)
    peaks = plane >= highest
    return grid[peaks], plane[peaks]


@cache
def _grids() -> tuple[Reals, Reals]:
    """Return the lattices to search, as two grids of bases, (n, m, 2, 2).

    The first is every scale by every rotation; the second every stretch of x by every aspect.
    """
    cosines, sines = np.cos(_ROTATIONS), np.sin(_ROTATIONS)
    turns = np.moveaxis(np.array([[cosines, sines], [-sines, cosines]]), 2, 0)
    turned = PERIODS * turns / _SCALES[:, np.newaxis, np.newaxis, np.newaxis]
    stretched = np.zeros((len(_STRETCHES), len(_ASPECTS), 2, 2))
    stretched[..., 0, 0] = PERIODS / _STRETCHES[:, np.newaxis]
    stretched[..., 1, 1] = PERIODS / (_STRETCHES[:, np.newaxis] * _ASPECTS)
    return turned, stretched


def _guess(spectrum: Spectrum, layout: Layout, bases: Reals) -> list[_Guess]:
    """Return the best shift of every lattice, (n, 2, 2), by any falloff, the best first."""
    guesses: list[_Guess] = []
    for falloff in _FALLOFFS:
        scores, centres = _correlate(spectrum, layout, bases, falloff)
        guesses += [
            _Guess(basis, centre, falloff, float(score))
            for basis, centre, score in zip(bases, centres, scores, strict=True)
        ]
    return sorted(guesses, key=lambda guess: -guess.z)


def _correlate(
    spectrum: Spectrum, layout: Layout, bases: Reals, falloff: float
) -> tuple[Reals, Reals]:
    """Return the best pilot sum of every lattice over all coarse shifts, and that shift.

    Args:
        spectrum: Where to look.
        layout: Whose pilots to look for.
        bases: (n, 2, 2), the lattices.
        falloff: One of _FALLOFFS.

    Returns:
        The sums in standard deviations, (n,), and the centres, (n, 2).
    """
    x, y = layout.lines[layout.pilots].T
    received = _read_pilots(spectrum, layout, bases, falloff)
    scores, centres = np.empty(len(bases)), np.empty((len(bases), 2))
    for start in range(0, len(bases), _SHIFTS):
        batch = received[start : start + _SHIFTS]
        # Only a quarter of the rows of this plane has lines in it, and only real parts are asked
        # for: so the transform is done by halves, for a third of the price.
        plane = np.zeros((len(batch), y.max() + 1, _SHIFTS), dtype=np.complex64)
        plane[:, y, x % _SHIFTS] = batch.conj()
        plane[:, 0] *= 2.0  # The other rows count twice: for the half plane below, too.
        halves = np.fft.ifft(plane, axis=2, norm="forward").transpose(0, 2, 1)
        sums = np.fft.irfft(halves, n=_SHIFTS, axis=2, norm="forward").reshape(len(batch), -1)
        best = sums.argmax(axis=1)
        deviations = np.sqrt(2.0 * np.square(np.abs(batch)).sum(axis=1)) + _TINY
        scores[start : start + _SHIFTS] = sums[np.arange(len(batch)), best] / deviations
        centres[start : start + _SHIFTS, 0] = best // _SHIFTS / _SHIFTS
        centres[start : start + _SHIFTS, 1] = best % _SHIFTS / _SHIFTS
    return scores, centres


def _read_pilots(spectrum: Spectrum, layout: Layout, bases: Reals, falloff: float) -> Complexes:
    """Return the weighted pilots of lattices, (..., 2, 2), with the key's phases taken out."""
    weights = np.exp(-np.square(layout.radii[layout.pilots] / (falloff * RADIUS_MAX)))
    received = spectrum.read(layout.lines[layout.pilots] @ bases)
    return received * layout.phases[layout.pilots].conj() * weights


def _refine(spectrum: Spectrum, layout: Layout, guess: _Guess, *, parts: int) -> Pose:
    """Return the most improbable of three poses: a guess, finely shifted, and unwarped as well.

    The bound charges each level of the search for its number of points, so a finer pose has to
    earn its place, and a picture that was never warped is not unwarped to fit its noise.

    Args:
        spectrum: Where to look.
        layout: Whose pilots to look for.
        guess: The best of some lattices.
        parts: Into how many the look divided its chance; every lattice has one.
    """
    unwarped = _unwarp(spectrum, layout, guess)
    levels = (
        (guess, 0, _SHIFTS**2),
        (guess, _FINE_REACH, _FINE_SHIFTS**2),
        (unwarped, _FINE_REACH, _FINE_SHIFTS**2 * len(_WARP_STEPS) ** 4),
    )
    poses: list[Pose] = []
    for start, reach, points in levels:
        count = len(levels) * len(_FALLOFFS) * parts * points
        poses.append(_shift(spectrum, layout, start, reach=reach, count=count))
    return min(poses, key=_get_chance)


def _shift(spectrum: Spectrum, layout: Layout, guess: _Guess, *, reach: int, count: int) -> Pose:
    """Return the best pose within `reach` fine shifts of a guess, one among `count` poses."""
    received = _read_pilots(spectrum, layout, guess.basis, guess.falloff)
    offsets = np.arange(-reach, reach + 1) / _FINE_SHIFTS
    x, y = np.meshgrid(offsets, offsets)
    centres = guess.centre + np.stack([x.ravel(), y.ravel()], axis=1)
    turned = received * np.exp(-2j * np.pi * (centres @ layout.lines[layout.pilots].T))
    best = int(turned.real.sum(axis=1).argmax())
    deviation = math.sqrt(float(np.square(np.abs(received)).sum()) / 2.0) + _TINY
    log_p = bound_tail(turned[best]) + math.log(count)
    return Pose(
        basis=guess.basis,
        centre=centres[best] % 1.0,
        z=float(turned[best].real.sum()) / deviation,
        log10_p=log_p / math.log(10.0),
    )


def _unwarp(spectrum: Spectrum, layout: Layout, guess: _Guess) -> _Guess:
    """Return the lattice near a guess that has the best pilots.

    Each entry of a small matrix is searched through in turn: on a round lattice the four entries
    hardly interact.
    """
    steps = np.zeros(4, dtype=np.int64)
    best = guess
    for _ in range(_SWEEPS):
        before = steps.copy()
        for entry in range(4):
            tries = np.repeat(steps[np.newaxis], len(_WARP_STEPS), axis=0)
            tries[:, entry] = _WARP_STEPS
            changes = _WARP_STEP * tries.reshape(-1, 2, 2)
            bases = guess.basis @ (np.eye(2) + changes)
            scores, centres = _correlate(spectrum, layout, bases, guess.falloff)
            at = int(scores.argmax())
            steps = tries[at]
            best = _Guess(bases[at], centres[at], guess.falloff, float(scores[at]))
        if (steps == before).all():
            break
    return best
