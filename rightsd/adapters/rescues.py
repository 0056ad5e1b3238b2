"""A file laid over the output that it shows, to verify a mark that is too weak to be read.

The fingerprint says which moment of the output is where in the file. So nothing need be searched,
and all of the mark is known (`watermark.verify`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fingerprint import sample
from fingerprint.align import TOLERANCE_SECONDS, Match
from generator import storyboards
from generator.base import Storyboard
from rightsd.adapters import media
from rightsd.adapters.media import VideoInfo
from rightsd.adapters.media_process import Limits
from watermark import register, verify
from watermark.register import Views
from watermark.verify import Marked, Proof

SECONDS_MAX = register.FRAMES_MAX / sample.LOOKS_PER_SECOND  # Of a stretch: twelve.
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
    """

    path: Path
    watermark_id: int
    storyboard: Storyboard | None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Frames of a file: (T, h, w), and their times in seconds, (T,)."""

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
        None, if the file cannot be laid over the output.

    Raises:
        RightsError: As for `media.open_video`.
    """
    there = _read(
        original.path,
        match.reference.start - TOLERANCE_SECONDS,
        match.reference.start + SECONDS_MAX * match.speed + TOLERANCE_SECONDS,
        limits=media.LIMITS,
    )
    end = min(match.query.end, match.query.start + SECONDS_MAX)
    here = _read(path, match.query.start, end, limits=limits)
    if there is None or here is None:
        return None
    views, seconds = here.views[: register.FRAMES_MAX], here.seconds[: register.FRAMES_MAX]
    due = match.reference.start + (seconds - match.query.start) * match.speed
    expected = np.abs(there.seconds - due[:, np.newaxis]).argmin(axis=1)
    laid = register.register(views, there.views, expected.tolist(), reach=REACH)
    if laid is None:
        return None
    proofs: list[Proof] = []
    for secret in secrets:
        proof = verify.verify(
            secret,
            Marked(original.watermark_id, there.info.height, there.info.width),
            views,
            there.views,
            laid,
            shots=_shots(original.storyboard, there),
            chances=len(secrets),
        )
        proofs.append(proof)
        if proof.verified:
            break
    return min(proofs, key=lambda each: (not each.verified, each.log10_p))


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
