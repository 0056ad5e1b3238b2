"""What someone does who knows how marks are made, and not the secret."""

import cv2
import numpy as np

from watermark import lattice
from watermark.frames import Frames


def notch(frames: Frames, *, width: float = 0.8) -> Frames:
    """Return frames without what stands still at the frequencies of the lattice.

    Args:
        frames: The clip.
        width: Of each notch, in frequencies that the frame can tell apart.
    """
    height, breadth = frames.shape[1:3]
    lines = lattice.lay_out(bytes(32)).lines * lattice.PERIODS / min(height, breadth)
    y, x = np.meshgrid(np.fft.fftfreq(height), np.fft.rfftfreq(breadth), indexing="ij")
    notched = np.zeros(x.shape, dtype=bool)
    for line in (*lines, *-lines):
        distance = np.hypot((x - line[0]) * breadth, (y - line[1]) * height)
        notched |= distance <= width
    standing = np.fft.rfft2(frames.astype(np.float32).mean(axis=0), axes=(0, 1))
    change = np.fft.irfft2(standing * notched[..., np.newaxis], s=(height, breadth), axes=(0, 1))
    return np.clip(np.rint(frames - change), 0, 255).astype(np.uint8)


def transplant(marked: Frames, plain: Frames, onto: Frames) -> Frames:
    """Return a clip with exactly the mark of another one, of which both versions leaked."""
    change = marked.astype(np.int16) - plain
    return np.clip(onto + change, 0, 255).astype(np.uint8)


def copy(marked: Frames, onto: Frames, *, gain: float = 2.0) -> Frames:
    """Return a clip with the mark of another one, as far as it stands out from that one's frames.

    Source: Kutter, Voloshynovskiy, Herrigel, "The watermark copy attack", SPIE 3971, 2000.
    """
    smooth = np.stack([cv2.bilateralFilter(frame, 7, 20.0, 5.0) for frame in marked])
    change = (marked.astype(np.float32) - smooth).mean(axis=0)
    return np.clip(onto + gain * change, 0, 255).astype(np.uint8)


def tilt(frames: Frames, *, depth: float = 0.1) -> Frames:
    """Return frames as a camera sees them that stands a little to the side and above."""
    height, width = frames.shape[1:3]
    rim = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    inward = np.array([[1, 0.6], [-0.4, 0.9], [-1, -0.3], [0.3, -0.8]], dtype=np.float32)
    seen = rim + inward * depth * np.array([width, height], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(rim, seen.astype(np.float32))
    return np.stack([cv2.warpPerspective(each, matrix, (width, height)) for each in frames])


def inset(frames: Frames, *, share: float, onto: Frames) -> Frames:
    """Return a clip with another one in it, small: a picture in a picture."""
    small = [cv2.resize(f, None, fx=share, fy=share, interpolation=cv2.INTER_AREA) for f in frames]
    mixed = onto[: len(frames)].copy()
    height, width = small[0].shape[:2]
    top, left = mixed.shape[1] // 3, mixed.shape[2] // 4
    mixed[:, top : top + height, left : left + width] = small
    return mixed
