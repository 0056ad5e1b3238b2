"""Luma of a decoded frame, small: in the process that decodes it, since full frames cost more."""

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation

# Their first plane is luma of 8 bits, which need not be converted.
PLANAR = frozenset(
    {"yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p", "nv12", "gray"}
)

Pixels = npt.NDArray[np.uint8]
FULL_RANGE = 2  # FFmpeg's AVCOL_RANGE_JPEG.
STUDIO = np.clip((np.arange(256) - 16) * 255 / 219 + 0.5, 0, 255).astype(np.uint8)


def reduced(shape: tuple[int, int], side_max: int) -> tuple[int, int]:
    """Return width and height with a longer side of at most `side_max`, in proportion."""
    share = min(1.0, side_max / max(shape))
    return max(1, round(shape[0] * share)), max(1, round(shape[1] * share))


def reduce(frame: av.VideoFrame, size: tuple[int, int]) -> Pixels:
    """Return uint8, (h, w), luma of the full range, as it is stored.

    Args:
        frame: Any picture.
        size: Width and height to come to.
    """
    width, height = size
    if frame.format.name not in PLANAR:
        return frame.reformat(
            width=width, height=height, format="gray", interpolation=Interpolation.AREA
        ).to_ndarray()
    plane = frame.planes[0]
    rows: Pixels = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    grey = rows[: frame.height, : frame.width]
    # Halving is several times faster than going to an odd ratio in one step.
    while grey.shape[1] >= 2 * width and grey.shape[0] >= 2 * height:
        half = (grey.shape[1] // 2, grey.shape[0] // 2)
        grey = np.asarray(cv2.resize(grey, half, interpolation=cv2.INTER_AREA), np.uint8)
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    full = frame.color_range == FULL_RANGE or frame.format.name.startswith(("yuvj", "gray"))
    return small if full else STUDIO[small]
