"""A file laid over the output that it shows, to verify a mark that is too weak to be read.

The fingerprint says which moment of the output is where in the file. So nothing need be searched,
and all of the mark is known (`watermark.verify`).
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from fingerprint import sample
from fingerprint.align import Match
from fingerprint.timeline import TOLERANCE_SECONDS, Segment
from generator import storyboards
from generator.base import Storyboard
from rightsd.adapters import media
from rightsd.adapters.media import VideoInfo
from rightsd.adapters.media_process import Limits
from watermark import agreement, register, verify
from watermark.detect import Geometry
from watermark.register import Placing, Registration, Views
from watermark.verify import Marked, Proof

SECONDS_MAX = register.FRAMES_MAX / sample.LOOKS_PER_SECOND  # Of a stretch: twelve.
PLACES_MAX = 12  # That a mark may mean.
SCALE_TOLERANCE = 1.15  # What was filmed has another scale at each side.
# The fingerprint knows moments to half a second.
REACH = int(TOLERANCE_SECONDS * sample.LOOKS_PER_SECOND)


@dataclass(frozen=True, slots=True)
class Original:
    """An output with which a mark is verified.

    Attributes:
        path: Its file.
        watermark_id: What its mark says.
        storyboard: Tells where its shots begin; None where that is forgotten: then what changes
            with the shots counts for nothing.
        tenant: Whose key its forensic layer has; empty: that of all.
    """

    path: Path
    watermark_id: int
    storyboard: Storyboard | None
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Frames of a file: (T, h, w, 2), and their times in seconds, (T,)."""

    info: VideoInfo
    views: Views
    seconds: npt.NDArray[np.float64]


def prove(
    path: Path, original: Original, match: Match, *, secrets: Sequence[bytes], limits: Limits
) -> Proof | None:
    """Return how much speaks for it that a file carries the mark of an output that it shows.

    Args:
        path: The file.
        original: The output.
        match: What the two have in common.
        secrets: That it may have been made with, the likeliest first; at least one.
        limits: Of what is read of the file.

    Returns:
        None, if the file cannot be laid over the output, or does not show it.

    Raises:
        RightsError: As for `media.open_video`.
    """
    pair = _pair(path, original.path, match, within=match.query, limits=limits)
    laid = None if pair is None else pair.lay(register.AGREEMENT_MIN)
    if pair is None or laid is None:
        return None
    # Of a scene that only looks alike a mark proves nothing, however surely it is there.
    if not pair.agrees([laid]):
        return None
    proofs: list[Proof] = []
    for secret in secrets:
        proof = verify.verify(
            secret,
            Marked(
                original.watermark_id,
                pair.there.info.height,
                pair.there.info.width,
                original.tenant,
            ),
            pair.here,
            pair.there.views,
            laid,
            shots=_shots(original.storyboard, pair.there),
            chances=len(secrets),
        )
        proofs.append(proof)
        if proof.verified:
            break
    return min(proofs, key=lambda each: (not each.verified, each.log10_p))


def shows(
    path: Path, original: Path, match: Match, geometry: Geometry, *, within: Segment, limits: Limits
) -> bool | None:
    """Say whether a file shows an output, laid over it square by square.

    The fingerprint alone takes scenes for the same that only look alike, which is no proof that a
    mark belongs where it is.

    Args:
        path: The file.
        original: The file of the output.
        match: What the two seem to have in common.
        geometry: Of the mark in the file.
        within: Where in the file it is.
        limits: Of what is read of the file.

    Returns:
        None, where that cannot be told: there are no frames to compare, or they are too plain.

    Raises:
        RightsError: As for `media.open_video`.
    """
    pair = _pair(path, original, match, within=within, limits=limits)
    if pair is None:
        return None
    laid = pair.lay(agreement.LAID_MIN)
    # Laid elsewhere than where the mark lies, it is another picture in the file that is the output.
    fitting = [] if laid is None or not pair.fits(laid, geometry) else [laid]
    return pair.agrees(itertools.chain(fitting, pair.lay_as(geometry)))


@dataclass(frozen=True, slots=True)
class _Pair:
    """Frames of a file, and those of an output that they may show.

    Attributes:
        here: uint8, (T, h, w, 2), of the file.
        there: Of the output.
        expected: For each frame of the file, the number of the output's.
    """

    here: Views
    there: _Stretch
    expected: list[int]

    def lay(self, agreement_min: float) -> Registration | None:
        """Return how the file lies over the output by what it shows."""
        return register.register(
            self.here, self.there.views, self.expected, reach=REACH, agreement_min=agreement_min
        )

    def agrees(self, ways: Iterable[Registration]) -> bool | None:
        """Return whether the two agree when they are laid in one of these ways; None: not told."""
        told = None
        for laid in ways:
            found = agreement.measure(self.here, self.there.views, laid)
            if found is not None:
                told = found >= agreement.AGREEMENT_MIN
            if told:
                break
        return told

    def fits(self, laid: Registration, geometry: Geometry) -> bool:
        """Return whether a mark has the size at which the file was laid over the output."""
        (height, width), (rows, columns) = self.here.shape[1:3], self.there.views.shape[1:3]
        homography = laid.placings[len(laid.placings) // 2].homography
        corner = np.array([[[x, y]] for x, y in ((0, 0), (1, 0), (0, 1))], dtype=np.float64)
        corner += (width / 2.0, height / 2.0)
        origin, right, down = cv2.perspectiveTransform(corner, homography)[:, 0]
        area = float(np.linalg.det(np.stack([right - origin, down - origin])))
        due = min(rows, columns) / min(height, width) / geometry.scale
        if (area < 0.0) != geometry.mirrored or area == 0.0:
            return False
        return abs(math.log(math.sqrt(abs(area)) / due)) <= math.log(SCALE_TOLERANCE)

    def lay_as(self, geometry: Geometry) -> Iterator[Registration]:
        """Yield how it may lie by what a mark in it says, which needs no corners."""
        (height, width), (rows, columns) = self.here.shape[1:3], self.there.views.shape[1:3]
        places = geometry.places(
            height=height, width=width, marked_height=rows, marked_width=columns
        )
        for place in places[:PLACES_MAX]:
            homography = np.vstack([place, [0.0, 0.0, 1.0]])
            placings = (Placing(number, at, homography) for number, at in enumerate(self.expected))
            yield Registration(tuple(placings), 0.0)


def _pair(
    path: Path, original: Path, match: Match, *, within: Segment, limits: Limits
) -> _Pair | None:
    """Return what a stretch of a file and an output seem to have in common, None if nothing."""
    start = match.reference.start + (within.start - match.query.start) * match.speed
    end = min(within.end, within.start + SECONDS_MAX)
    there = _read(
        original,
        start - TOLERANCE_SECONDS,
        start + SECONDS_MAX * match.speed + TOLERANCE_SECONDS,
        limits=media.LIMITS,
    )
    here = _read(path, within.start, end, limits=limits)
    if there is None or here is None:
        return None
    views, times = here.views[: register.FRAMES_MAX], here.seconds[: register.FRAMES_MAX]
    due = start + (times - within.start) * match.speed
    expected = np.abs(there.seconds - due[:, np.newaxis]).argmin(axis=1)
    return _Pair(views, there, expected.tolist())


def _shots(storyboard: Storyboard | None, stretch: _Stretch) -> list[int]:
    """Return the shot in which each frame lies, from 0."""
    if storyboard is None:
        return [0] * len(stretch.views)
    numbers = np.rint(stretch.seconds * float(stretch.info.fps))
    cuts = storyboards.cuts(storyboard, stretch.info.fps)
    return (np.searchsorted(cuts, numbers, side="right") - 1).tolist()


def _read(path: Path, start: float, end: float, *, limits: Limits) -> _Stretch | None:
    """Return the frames from one second to another; None if there is none."""
    views: list[Views] = []
    seconds: list[npt.NDArray[np.float64]] = []
    with media.open_video(path, limits=limits, looks_per_second=sample.LOOKS_PER_SECOND) as video:
        for chunk in video:
            inside = (chunk.seconds >= start) & (chunk.seconds <= end)
            if inside.any():
                views.append(register.shrink(chunk.frames[inside]))
                seconds.append(chunk.seconds[inside])
            if chunk.seconds[-1] > end:
                break
        info = video.info
    if not views:
        return None
    return _Stretch(info, np.concatenate(views), np.concatenate(seconds))
