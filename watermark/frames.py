"""What the library takes for video, its luma and its blueness."""

from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.errors import WatermarkError

SIDE_MAX: Final = 16_384  # Four times a 4K picture's width; larger ones are a mistake or an attack.

Frames: TypeAlias = NDArray[np.uint8]
Plane: TypeAlias = NDArray[np.float32]


def check(frames: Frames) -> None:
    """Refuse what is not a clip.

    Raises:
        WatermarkError: `frames` is not uint8 of shape (T, H, W, 3) with 1 <= H, W <= SIDE_MAX.
    """
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[3] != 3:
        raise WatermarkError(
            f"frames must be uint8 (T, H, W, 3), not {frames.dtype} {frames.shape}"
        )
    if not (1 <= frames.shape[1] <= SIDE_MAX and 1 <= frames.shape[2] <= SIDE_MAX):
        raise WatermarkError(f"a frame must have sides of 1 to {SIDE_MAX}, not {frames.shape[1:3]}")


def luma(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the luma of one frame, (H, W, 3) to (H, W), 0..255, with the weights of BT.601."""
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def blueness(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return Cb of BT.601 of one frame, (H, W, 3) to (H, W), 0..255; 128 is grey."""
    return np.ascontiguousarray(cv2.cvtColor(frame, cv2.COLOR_RGB2YCrCb)[..., 2], dtype=np.uint8)
