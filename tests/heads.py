"""A photograph of a head that turns: the face lies on a drum, which is turned, and the nose out.

It looks odd at the edges, and moves as a head does in what finds faces and their turn.
"""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from rightsd.adapters import media
from rightsd.domain.challenge import Turn
from rightsd.domain.template import Face
from rightsd.ports import Picture
from tests import enrolling

# Of the drum, to the right and to the left of the picture: as much as the finder takes for 30.
DEGREES = {Turn.LEFT: 60.0, Turn.RIGHT: -55.0}
DRUM = 0.5  # Radius, in widths of the face.
NOSE = 0.15  # How far it stands out, in radii.


def turned(picture: Picture, face: Face, degrees: float) -> Picture:
    """Return the picture with the head turned, positive to the right of the picture."""
    left, _, right, _ = face.box
    middle, radius = (left + right) / 2, (right - left) * DRUM
    turn = np.radians(degrees)
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    across = (columns - middle) / radius
    angle = np.clip(np.arcsin(np.clip(across, -1, 1)) - turn, -np.pi / 2, np.pi / 2)
    source = np.where(np.abs(across) < 1, middle + radius * np.sin(angle), columns)
    nose_x, nose_y = face.points[2]
    out = NOSE * radius * np.sin(turn)
    there = middle + radius * np.sin(np.arcsin((nose_x - middle) / radius) + turn) + out
    near = ((columns - there) / (0.28 * radius)) ** 2 + ((rows - nose_y) / (0.35 * radius)) ** 2
    source = (source - out * np.exp(-near)).astype(np.float32)
    return np.asarray(cv2.remap(picture, source, rows, cv2.INTER_LINEAR), np.uint8)


def clip(path: Path, picture: Picture, face: Face, turns: Sequence[Turn]) -> Path:
    """Write a clip of someone who turns their head as they are asked."""
    frames = [
        turned(picture, face, abs(share) * DEGREES[Turn.LEFT if share > 0 else Turn.RIGHT])
        for share in enrolling.yaws(turns, degrees=1.0)
    ]
    height, width = picture.shape[:2]
    media.write_video(
        path,
        width=width,
        height=height,
        fps=Fraction(enrolling.FPS),
        frames=iter([np.stack(frames)]),
        audio=None,
    )
    return path
