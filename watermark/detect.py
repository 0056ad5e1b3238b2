"""Find and read a mark in a clip, knowing only the secret."""

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from watermark import ecc, lattice, payload, sync
from watermark.ecc import Reals
from watermark.errors import WatermarkError
from watermark.frames import Frames
from watermark.keys import Keys, derive
from watermark.lattice import Layout
from watermark.payload import Payload
from watermark.spectrum import Accumulator, Channel, Spectrum, analyse
from watermark.sync import Pose

FRAMES_MAX: Final = 240  # 10 s at 24 frames a second; more add little, as the mark stands still.
LOG10_P_MAX: Final = -4.0  # With the 40 bits of the MAC: one false claim in 1e12 clips.
PRESENT_LOG10_P_MAX: Final = -6.0  # Without them: it is ours, and nothing is attributed.
SECRETS_MAX: Final = 16

_SEGMENTS: Final = 3
_WHOLE_SCALE: Final = 0.01
_WHOLE_TURN: Final = 0.5  # Degrees.
_INSIDE_MIN: Final = 0.85  # A turned picture's corners may have been filled up.
_REFINED: Final = 4  # Lattices of a search that are looked at closely.
_FIRST_SHARE: Final = 0.5  # Most clips are whole: their looks may take half of all chance.
_CHANNELS: Final[tuple[Channel, ...]] = ("both", "luma", "blue")
SIDE_MIN: Final = 32  # A smaller picture has fewer pixels than the mark has lines to tell apart.

Effort: TypeAlias = Literal["quick", "full"]


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where the mark lies in the picture that was looked at.

    A point p = (x, y), from the centre of the picture in units of its shorter side, lies at
    `basis @ p + centre` in tiles of the mark; the picture as it was marked has `lattice.PERIODS`
    tiles along its shorter side.

    Attributes:
        basis: The rows of a 2x2 matrix.
        centre: (x, y), 0 <= x, y < 1: the tiles are alike, so whole ones are unknown.
    """

    basis: tuple[tuple[float, float], tuple[float, float]]
    centre: tuple[float, float]

    @property
    def scale(self) -> float:
        """Size of the marked picture within this one: 1 is whole, below padded, above cropped."""
        return lattice.PERIODS / math.sqrt(abs(self._determinant))

    @property
    def rotation_degrees(self) -> float:
        """Clockwise turn of the picture after any mirroring, -180 < degrees <= 180."""
        (a, b), (c, d) = self.basis
        mirror = math.copysign(1.0, self._determinant)
        return math.degrees(math.atan2(b * mirror - c, a * mirror + d))

    @property
    def mirrored(self) -> bool:
        """Whether the picture shows its left on the right, by an odd number of mirrors."""
        return self._determinant < 0.0

    @property
    def whole(self) -> bool:
        """Whether the picture was neither cropped nor padded nor turned, as far as that shows."""
        return abs(self.scale - 1.0) <= _WHOLE_SCALE and abs(self.rotation_degrees) <= _WHOLE_TURN

    def places(
        self, *, height: int, width: int, marked_height: int, marked_width: int
    ) -> list[NDArray[np.float64]]:
        """Return where this picture may lie in the one that was marked.

        The tiles are alike, so there are several places; those are left out where less than
        _INSIDE_MIN of the height or width of the smaller of the two lies within the other.

        Args:
            height: Of the picture that was looked at, in pixels, or as many as it is reduced to.
            width: The same.
            marked_height: Of the picture as it was marked, the same.
            marked_width: The same.

        Returns:
            float64, (2, 3) each: from (x, y, 1) in this picture to (x, y) in the marked one.
        """
        tile = min(marked_height, marked_width) / lattice.PERIODS
        turn = tile / min(height, width) * np.array(self.basis)
        shift = tile * np.array(self.centre) - turn @ (width / 2.0, height / 2.0)
        corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ turn.T + shift
        low, high = corners.min(axis=0), corners.max(axis=0)
        steps = [
            [
                step
                for step in range(math.floor(-end / tile), math.ceil((side - start) / tile) + 1)
                if min(end + step * tile, side) - max(start + step * tile, 0.0)
                >= _INSIDE_MIN * min(end - start, side)
            ]
            for start, end, side in zip(low, high, (marked_width, marked_height), strict=True)
        ]
        return [
            np.column_stack([turn, shift + tile * np.array(step)])
            for step in itertools.product(*steps)
        ]

    @property
    def _determinant(self) -> float:
        (a, b), (c, d) = self.basis
        return a * d - b * c


@dataclass(frozen=True, slots=True)
class Detection:
    """What a detector found in a clip.

    Attributes:
        payload_id: What the mark says; None where no mark is claimed.
        log10_p: Bound on the probability that a clip without the mark correlates like this with
            a random secret, as its decimal logarithm, <= 0; all that was tried is counted.
        z: The pilot sum behind it, in standard deviations; 0 where the bound says nothing.
        frames: How many frames were looked at.
        geometry: Where the mark lies; None where no mark is claimed.
    """

    payload_id: int | None
    log10_p: float
    z: float
    frames: int
    geometry: Geometry | None

    @property
    def present(self) -> bool:
        """Whether there is a mark of ours, be it too damaged to say of which output."""
        return self.payload_id is not None or self.log10_p <= PRESENT_LOG10_P_MAX


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a clip.

    Attributes:
        spectrum: At what.
        bases: The lattices that it may have, (n, 2, 2).
        upright: They are those of a picture that was at most rescaled and mirrored.
        refined: How many of them are looked at closely.
        share: Of chance, that the look may take.
    """

    spectrum: Spectrum
    bases: Reals
    upright: bool
    refined: int
    share: float


class Detector:
    """Looks for the marks of some secrets."""

    def __init__(self, *secrets: bytes) -> None:
        """Derive the keys of secrets of 32 bytes.

        Args:
            secrets: The likeliest first; each makes a look dearer, and the bound on chance larger
                by their number.

        Raises:
            WatermarkError: There is none, there are more than SECRETS_MAX, or one has another
                length.
        """
        if not 1 <= len(secrets) <= SECRETS_MAX:
            raise WatermarkError(f"a detector takes 1 to {SECRETS_MAX} secrets, not {len(secrets)}")
        derived = [derive(secret) for secret in secrets]
        self._marks = [(keys, lattice.lay_out(keys.layout)) for keys in derived]

    def detect(
        self,
        chunks: Iterable[Frames],
        *,
        frames_max: int = FRAMES_MAX,
        effort: Effort = "full",
    ) -> Detection:
        """Return what the clip's mark says, or that none is claimed.

        A mark is claimed where the pilots are improbable (LOG10_P_MAX) and the MAC is right.

        Args:
            chunks: The clip in order, each chunk uint8, (T, H, W, 3), RGB, all of one size.
            frames_max: Frames to look at from the start; the rest of `chunks` is not read.
            effort: "quick" finds a clip that was re-encoded, rescaled or mirrored; "full" also one
                that was cropped, padded, rotated, stretched or spliced, for several times the cost.

        Raises:
            WatermarkError: There are no frames, or a chunk is not of the kind above.
        """
        if frames_max < 1:
            raise WatermarkError(f"frames_max must be at least 1, not {frames_max}")
        return self.look(_accumulate(chunks, frames_max), effort=effort)

    def look(self, accumulator: Accumulator, *, effort: Effort = "full") -> Detection:
        """Return what `detect` does, of frames that were added up; there must be one.

        Who reads a file for other reasons too adds its frames up on the way, and can look at parts.
        """
        best = Detection(None, 0.0, 0.0, accumulator.frames, None)
        if accumulator.side < SIDE_MIN:
            return best
        for look in _plan(accumulator, self._marks[0][1], effort):
            for keys, layout in self._marks:
                found = self._find(look, keys, layout, accumulator.frames)
                if found.payload_id is not None:
                    return found
                best = min(best, found, key=lambda each: each.log10_p)
        return best

    def _find(self, look: _Look, keys: Keys, layout: Layout, frames: int) -> Detection:
        """Return what one look says of the mark of one secret."""
        best = Detection(None, 0.0, 0.0, frames, None)
        for pose in sync.look(look.spectrum, layout, look.bases, refined=look.refined):
            share = math.log10(look.share / len(self._marks))
            log10_p = min(0.0, pose.log10_p - share)
            if log10_p < best.log10_p:
                best = Detection(None, log10_p, pose.z, frames, None)
            content = _read(look.spectrum, keys, layout, pose) if log10_p < 0.0 else None
            if content is None:
                continue
            shift = lattice.find_shift(keys, content)
            if look.upright:
                there = sync.put(look.spectrum, layout, pose, shift)
                pose = min(pose, there, key=lambda each: each.log10_p)  # noqa: PLW2901
            log10_p = min(0.0, pose.log10_p - share)
            if log10_p <= LOG10_P_MAX:
                geometry = _describe(pose, shift)
                return Detection(content.id, log10_p, pose.z, frames, geometry)
        return best


def _accumulate(chunks: Iterable[Frames], frames_max: int) -> Accumulator:
    """Return the frames of a clip added up, up to `frames_max` of them."""
    accumulator = Accumulator()
    for frames in chunks:
        accumulator.add(frames[: frames_max - accumulator.frames])
        if accumulator.frames == frames_max:
            break
    if accumulator.frames == 0:
        raise WatermarkError("the clip has no frames")
    return accumulator


def _plan(accumulator: Accumulator, layout: Layout, effort: Effort) -> Iterator[_Look]:
    """Yield the looks at a clip, the likeliest first; where to look is the same for all layouts.

    The shares add up to 1, so the bounds of all looks hold together (weighted union bound).
    """

    def upright(spectrum: Spectrum, share: float) -> _Look:
        return _Look(spectrum, sync.upright(), upright=True, refined=1, share=share)

    def anyhow(spectrum: Spectrum, share: float) -> _Look:
        bases = sync.search(spectrum, layout.lines)
        return _Look(spectrum, bases, upright=False, refined=_REFINED, share=share)

    whole = analyse(accumulator.total())
    share = (1.0 if effort == "quick" else _FIRST_SHARE) / len(_CHANNELS)
    yield upright(whole, share)
    for channel in _CHANNELS[1:]:
        yield upright(analyse(accumulator.total(channel)), share)
    if effort == "quick":
        return
    segments = accumulator.segments(_SEGMENTS)
    share = (1.0 - _FIRST_SHARE) / (1 + 2 * len(segments))
    yield anyhow(whole, share)
    # Foreign stretches drown a mark in the sum, and a moving crop smears it.
    for segment in segments:
        spectrum = analyse(segment)
        yield upright(spectrum, share)
        yield anyhow(spectrum, share)


def _read(spectrum: Spectrum, keys: Keys, layout: Layout, pose: Pose) -> Payload | None:
    """Return what the MAC confirms among the candidates of the decoder."""
    received = sync.read_lines(spectrum, layout, pose)
    for bits in ecc.decode(lattice.demodulate(layout, received)):
        found = payload.decode(bits, keys.mac)
        if found is not None:
            return found
    return None


def _describe(pose: Pose, shift: Reals) -> Geometry:
    (a, b), (c, d) = pose.basis.tolist()
    x, y = ((pose.centre - shift) % 1.0).tolist()
    return Geometry(basis=((a, b), (c, d)), centre=(x, y))
