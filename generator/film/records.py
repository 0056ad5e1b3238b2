"""The records of kernel/scene.h, field by field; `kernel` compares their sizes on loading."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generator.errors import GeneratorError

Record: TypeAlias = NDArray[Any]

LIGHT_MAX = 1e4
SCALE_MAX = 1e4
SHAPE = np.dtype(
    [
        ("kind", "i4"), ("material", "i4"), ("cut", "i4"), ("moves", "i4"),
        ("at", "f4", 3), ("blend", "f4"), ("mid", "f4", 3), ("bound", "f4"), ("turn", "f4", 9),
        ("sizes", "f4", 8), ("hollow", "f4"), ("slim", "f4"), ("relief", "f4"),
        ("before", "f4", 12), ("half", "f4", 3), ("convex", "i4"),
    ]
)  # fmt: skip
GROUP = np.dtype(
    [
        ("first", "i4"), ("count", "i4"), ("id", "i4"), ("flags", "i4"),
        ("at", "f4", 3), ("bound", "f4"), ("blend", "f4"), ("relief", "f4"), ("origin", "f4", 3),
        ("turn", "f4", 9), ("spacing", "f4", 3), ("last", "f4", 3), ("slim", "f4"),
        ("middle", "f4", 3), ("half", "f4", 3), ("ragged", "i4"), ("box", "f4", 3),
    ]
)  # fmt: skip
MATERIAL = np.dtype(
    [
        ("colour", "f4", 3), ("rough", "f4"), ("second", "f4", 3), ("specular", "f4"),
        ("scale", "f4"), ("relief", "f4"), ("metal", "f4"), ("mirror", "f4"), ("soft", "f4"),
        ("sheen", "f4"), ("glow", "f4"), ("pattern", "i4"), ("picture", "i4"), ("pad", "i4"),
    ]
)  # fmt: skip
PLANE = np.dtype(
    [
        ("normal", "f4", 3), ("offset", "f4"), ("u", "f4", 3), ("v", "f4", 3),
        ("material", "i4"), ("id", "i4"),
    ]
)  # fmt: skip
LIGHT = np.dtype(
    [
        ("at", "f4", 3), ("radius", "f4"), ("colour", "f4", 3), ("reach", "f4"), ("aim", "f4", 3),
        ("cosine", "f4"), ("edge", "f4"), ("spot", "i4"), ("shadow", "i4"), ("pad", "i4"),
    ]
)  # fmt: skip


def limit(what: str, count: int, most: int) -> None:
    """Raise a GeneratorError if there are too many of something."""
    if count > most:
        raise GeneratorError(f"A scene has at most {most} {what}, not {count}.")


def sane(what: str, arrays: list[NDArray[Any]], most: float) -> None:
    """Raise a GeneratorError if some numbers are none, or too large."""
    for array in arrays:
        if not (np.abs(array) <= most).all():
            raise GeneratorError(f"A number of {what} is no number or above {most:g}.")
