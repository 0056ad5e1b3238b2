"""Verify the mark of one output in a picture that was laid over that output.

Who knows the original need not search, and knows every line and wave of its mark, not only the
pilots: so a mark is proved that is too weak to be read. Both layers are added up, or the forensic
one alone, in case someone took the lattice's power away. The pilots do not count: but for a shift
they are the same in all outputs of a secret, and must not vouch for one of them.

The bound. The phases of lines and waves are independent and uniform over keys; so the same holds
of their sum as of that of the pilots (`sync.bound_tail`), for any picture that was made without the
key. Another output's lattice is not such a picture. Code words of random ids have no more in common
than random ones up to four standard deviations, and beyond that a little more (measured on 20,000);
those of ids that follow each other have much more. The waves have a key of their own in every
output; so they have to speak for it as well, if not as loudly. The registration is taken as given:
it is made on pictures in which the mark is a hundredth of what is compared.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from watermark import forensic, lattice, register
from watermark.ecc import Reals
from watermark.errors import WatermarkError
from watermark.frames import Plane
from watermark.keys import Keys, derive
from watermark.lattice import Complexes
from watermark.payload import Payload
from watermark.register import Registration, Views
from watermark.spectrum import Spectrum, analyse, flatten
from watermark.sync import bound_tail

# The picture has to be that of the output as well, so this is not asked of everything there is.
LOG10_P_MAX: Final = -6.0
OWN_LOG10_P_MAX: Final = -1.0  # Of the forensic layer alone.
SHOTS_MAX: Final = 64  # Of one look; a megabyte or two each.

_FALLOFFS: Final = (math.inf, 0.75, 0.45)  # What codecs leave: all, or the lower frequencies.
_RADIUS_MAX: Final = lattice.PERIODS * lattice.RADIUS_MAX
_STEP: Final = 1 / (16.0 * _RADIUS_MAX)  # A sixteenth of the shortest wave, in shorter sides.
_REACH: Final = 4  # Steps; what is left of a registration's error.


@dataclass(frozen=True, slots=True)
class Proof:
    """How much speaks for it that a picture carries the mark of one output.

    Attributes:
        log10_p: Bound on the probability that a picture made without the output's key fits like
            this, as its decimal logarithm, <= 0; all that was tried is counted.
        own_log10_p: The same by the forensic layer alone.
        z: The sum behind it, in standard deviations; 0 where the bound says nothing.
        frames: How many frames were laid over the original.
    """

    log10_p: float
    own_log10_p: float
    z: float
    frames: int

    @property
    def verified(self) -> bool:
        """Whether the mark is there beyond doubt, and is no other output's."""
        return self.log10_p <= LOG10_P_MAX and self.own_log10_p <= OWN_LOG10_P_MAX


@dataclass(frozen=True, slots=True)
class Marked:
    """The output whose mark is looked for.

    Attributes:
        payload_id: What its lattice says.
        height: Of its frames as they were marked, in pixels.
        width: The same.
        tenant: Whose it is; see `keys.derive`.
    """

    payload_id: int
    height: int
    width: int
    tenant: str = ""


def verify(
    secret: bytes,
    marked: Marked,
    query: Views,
    original: Views,
    registration: Registration,
    *,
    shots: Sequence[int],
    chances: int = 1,
) -> Proof:
    """Return how much speaks for it that a query carries the mark of its original.

    Args:
        secret: 32 bytes, of the mark.
        marked: The original.
        query: uint8, (T, h, w, 2), from `register.shrink`.
        original: The same of the original, (S, H, W, 2).
        registration: Of these two.
        shots: For every frame of the original, the number of its shot, from 0.
        chances: Into how many secrets chance is divided; this is one of them.

    Raises:
        WatermarkError: There are too many shots, or not one for every frame.
    """
    if len(shots) != len(original):
        raise WatermarkError(f"{len(original)} frames need a shot each, not {len(shots)}")
    keys = derive(secret, tenant=marked.tenant)
    lines = _lines(keys, Payload(marked.payload_id))
    corner = _corner(original.shape[1], original.shape[2], marked)
    waves: list[_Parts] = []
    received = np.zeros(len(lines.waves), dtype=np.complex128)
    for shot, (total, count) in _add_up(query, original, registration, shots).items():
        spectrum, share = analyse(total), math.sqrt(count)
        waves.append(_receive(spectrum, _waves(keys, marked, shot), corner, share))
        # The lattice is the same in every shot: its phases are drawn once, and count once.
        received += _receive(spectrum, lines, corner, share).values
    every = [*waves, _Parts(lines.waves, received)]
    own, both = (_prove(some, chances=2 * chances) for some in (waves, every))
    return Proof(
        log10_p=min(own.log10_p, both.log10_p),
        own_log10_p=own.log10_p,
        z=min(own, both, key=lambda each: each.log10_p).z,
        frames=len(registration.placings),
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """See `Proof`."""

    log10_p: float
    z: float


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts of a mark.

    Attributes:
        waves: float64, (N, 2), (x, y) in periods along the shorter side.
        values: complex128, (N,): of the mark, its amplitudes and phases; or what was received of
            it, weighed, with the phases taken out.
    """

    waves: Reals
    values: Complexes


def _waves(keys: Keys, marked: Marked, shot: int) -> _Parts:
    """Return the forensic layer of a shot."""
    layout = forensic.lay_out(
        keys, marked.payload_id, shot, height=marked.height, width=marked.width
    )
    scale = math.sqrt(forensic.SHARE / len(layout.waves))
    return _Parts(layout.waves, layout.phases * layout.amplitudes * scale)


def _lines(keys: Keys, content: Payload) -> _Parts:
    """Return the lines of the lattice that say which output it is."""
    layout, values = lattice.write(keys, content)
    scale = math.sqrt((1.0 - forensic.SHARE) / len(layout.lines))
    waves = (lattice.PERIODS * layout.lines[layout.carriers]).astype(np.float64)
    return _Parts(waves, values[layout.carriers] * scale)


def _receive(spectrum: Spectrum, mark: _Parts, corner: Reals, share: float) -> _Parts:
    turns = np.exp(-2j * np.pi * (mark.waves @ corner))
    return _Parts(mark.waves, spectrum.read(mark.waves) * turns * mark.values.conj() * share)


def _add_up(
    query: Views, original: Views, registration: Registration, shots: Sequence[int]
) -> dict[int, tuple[Plane, int]]:
    """Return the sum of the flattened frames of each shot, laid over the original, and how many."""
    sums: dict[int, tuple[Plane, int]] = {}
    for placing in registration.placings:
        plane = np.zeros(original.shape[1:3], dtype=np.float32)
        for view in range(original.shape[3]):
            under = original[placing.original, ..., view]
            over = np.ascontiguousarray(query[placing.query, ..., view])
            laid, inside = register.warp(over, under, placing.homography)
            plane += np.where(inside, flatten(laid), np.float32(0.0))
        shot = shots[placing.original]
        if shot not in sums and len(sums) == SHOTS_MAX:
            raise WatermarkError(f"a look takes at most {SHOTS_MAX} shots")
        before, count = sums.get(shot, (np.zeros_like(plane), 0))
        sums[shot] = before + plane, count + 1
    return sums


def _corner(rows: int, columns: int, marked: Marked) -> Reals:
    """Return where the middle of a frame lies from its first pixel, in shorter sides."""
    # A pixel of a frame that was reduced lies in the middle of those it was made of.
    middle = (np.array([columns // 2, rows // 2]) + 0.5) / min(rows, columns)
    return middle - 0.5 / min(marked.height, marked.width)


def _prove(received: list[_Parts], *, chances: int) -> _Fit:
    """Return the least probable of the shifts and weightings of what was received.

    No shift at all takes half of the chance, as most registrations are right.

    Args:
        received: With the phases taken out.
        chances: Into how many chance is divided; this has one.
    """
    steps = np.arange(-_REACH, _REACH + 1)
    shifts: Reals = np.stack(np.meshgrid(steps, steps), axis=2).reshape(-1, 2).astype(np.float64)
    shifts *= _STEP
    weighed = [each.values[:, np.newaxis] * _weights(each.waves) for each in received]
    sums = np.zeros((len(shifts), len(_FALLOFFS)))
    for each, values in zip(received, weighed, strict=True):
        sums += (_turns(each.waves, shifts) @ values).real
    best = _Fit(0.0, 0.0)
    for number in range(len(_FALLOFFS)):
        tries = ((len(shifts) // 2, 2), (int(sums[:, number].argmax()), 2 * len(shifts)))
        for at, count in tries:
            turned = np.concatenate(
                [
                    _turns(each.waves, shifts[at : at + 1])[0] * values[:, number]
                    for each, values in zip(received, weighed, strict=True)
                ]
            )
            log_p = bound_tail(turned) + math.log(count * len(_FALLOFFS) * chances)
            if log_p < best.log10_p * math.log(10.0):
                deviation = math.sqrt(float(np.square(np.abs(turned)).sum()) / 2.0)
                z = float(sums[at, number]) / deviation
                best = _Fit(log_p / math.log(10.0), z)
    return best


def _weights(waves: Reals) -> Reals:
    """Return what waves, (N, 2), count for by each falloff, (N, len(_FALLOFFS))."""
    radii = np.hypot(waves[:, 0], waves[:, 1])[:, np.newaxis]
    return np.exp(-np.square(radii / (np.array(_FALLOFFS) * _RADIUS_MAX)))


def _turns(waves: Reals, shifts: Reals) -> Complexes:
    return np.exp(-2j * np.pi * (shifts @ waves.T))
