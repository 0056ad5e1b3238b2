"""From one key to the next: how a movement begins, goes and ends."""

from collections.abc import Sequence
from itertools import pairwise

from generator.base import Point


def ease(value: float) -> float:
    """Return the quintic ease of a value clamped to 0..1."""
    value = min(max(value, 0.0), 1.0)
    return value * value * value * (value * (value * 6 - 15) + 10)


def keyed(at: float, keys: Sequence[tuple[float, Sequence[float]]]) -> tuple[float, ...]:
    """Return what lies at a time between keys (second, values), eased from one to the next."""
    if at <= keys[0][0]:
        return tuple(keys[0][1])
    for (begin, before), (end, after) in pairwise(keys):
        if at < end:
            share = ease((at - begin) / (end - begin))
            return tuple(a + (b - a) * share for a, b in zip(before, after, strict=True))
    return tuple(keys[-1][1])


def key(at: float, *keys: tuple[float, float]) -> float:
    """Return `keyed` of single values."""
    return keyed(at, [(second, (value,)) for second, value in keys])[0]


def keyed_point(at: float, *keys: tuple[float, Point]) -> Point:
    """Return `keyed` of points."""
    x, y, z = keyed(at, keys)
    return x, y, z
