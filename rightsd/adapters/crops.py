"""An output as a file shows it that was cropped or turned.

The fingerprint knows whole pictures. But a mark tells how the picture around it was changed, and
the same done to the output has to give what the file shows; if it does not, the mark was copied.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from fingerprint import align, descriptor, sample
from fingerprint.descriptor import Descriptors
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from rightsd.adapters.media_process import Limits
from watermark.detect import Geometry

SIDE_MAX = 320  # Of what is compared: the fingerprint reduces pictures to 64 pixels.
PLACES_MAX = 12  # A tenth of a second each for ten seconds of video.


def change(
    content: Descriptors,
    output: Path,
    geometry: Geometry,
    *,
    height: int,
    width: int,
    limits: Limits,
) -> Descriptors | None:
    """Return the fingerprint of an output, changed as the mark in a file says that it was.

    Args:
        content: The fingerprint of the file.
        output: The file of the output.
        geometry: Of the mark in the file.
        height: Of the file's pictures, in pixels.
        width: The same.
        limits: Of what is read.

    Returns:
        Of the places that the mark allows, that at which they agree best; None if at none.

    Raises:
        RightsError: INVALID or TOO_LARGE, when the output cannot be read.
    """
    with media.open_video(output, limits=limits, looks_per_second=sample.LOOKS_PER_SECOND) as video:
        looks = [
            (_shrink(frame), seconds)
            for chunk in video
            for frame, seconds in zip(chunk.frames, chunk.seconds, strict=True)
        ]
    marked_height, marked_width = looks[0][0].shape[:2]
    scale = min(1.0, SIDE_MAX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    places = geometry.places(
        height=size[1], width=size[0], marked_height=marked_height, marked_width=marked_width
    )
    found: list[tuple[float, Descriptors]] = []
    for place in places[:PLACES_MAX]:

        def warp(frame: Frames, place: npt.NDArray[np.float64] = place) -> Frames:
            warped = cv2.warpAffine(frame, place, size, flags=cv2.WARP_INVERSE_MAP | cv2.INTER_AREA)
            return np.asarray(warped, np.uint8)

        changed = descriptor.describe(_chunks(looks, warp))
        if one := align.compare(content, changed):
            found.append((one.score, changed))
    return max(found, key=lambda each: each[0])[1] if found else None


def _shrink(frame: Frames) -> Frames:
    height, width = frame.shape[:2]
    scale = min(1.0, SIDE_MAX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)


def _chunks(
    looks: Iterable[tuple[Frames, float]], warp: Callable[[Frames], Frames]
) -> Iterator[sample.Chunk]:
    for frame, seconds in looks:
        yield warp(frame)[None], np.array([seconds])
