"""Luma of a decoded frame, small: in the process that decodes it, since full frames cost more."""

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation


def reduced(shape: tuple[int, int], side_max: int) -> tuple[int, int]:
    """Return width and height with a longer side of at most `side_max`, in proportion."""
    share = min(1.0, side_max / max(shape))
    return max(1, round(shape[0] * share)), max(1, round(shape[1] * share))


def reduce(frame: av.VideoFrame, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Return uint8, (h, w), luma of the full range, as it is stored.

    Args:
        frame: Any picture.
        size: Width and height to come to.
    """
    # FFmpeg's triangle is as wide as what it reduces: it costs half of its area filter.
    grey = frame.reformat(
        width=size[0], height=size[1], format="gray", interpolation=Interpolation.BILINEAR
    )
    return np.asarray(grey.to_ndarray(), np.uint8)
