"""What lens and shutter do, read from pictures, beside what the formulas of optics say."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from generator.film import pictures, scenes, shapes
from generator.film.materials import Material
from generator.film.scenes import Group, Take
from tests.generator.film.stages import WHITE, alone

WIDTH, HEIGHT = 1280, 720
FAINT_GLOW = Material((1, 1, 1), rough=1.0, specular=0.0, glow=0.25)
LENSES = (18.0, 35.0, 85.0)
# Millimetres, f-number, metres in focus, metres of what is looked at.
BLURS = ((50.0, 1.4, 2.0, 4.0), (85.0, 2.0, 3.0, 5.0), (85.0, 1.8, 6.0, 3.5), (35.0, 1.2, 1.5, 3.0))
SHUTTERS = (90.0, 180.0, 360.0)


def field(lens_mm: float) -> tuple[float, float]:
    """Pixels of a board as wide as nine tenths of the field: seen, and by the formula."""
    half = 0.9 * 4.0 * 18.0 / lens_mm
    board = Group((shapes.box((0, 0, -0.01), (half, 9, 0.01), WHITE),))
    camera = scenes.camera((0, 0, 4), (0, 0, 0), lens_mm=lens_mm, f_number=64, shutter_degrees=0)
    frame = pictures.frame(alone(board, camera=camera), width=WIDTH, height=HEIGHT)
    return float((frame.ids[HEIGHT // 2] == 1).sum()), 0.9 * WIDTH


def confusion(lens_mm: float, f_number: float, focus: float, depth: float) -> tuple[float, float]:
    """Pixels of the circle over which a straight edge is blurred: seen, and of a thin lens."""
    glow = Material((1, 1, 1), rough=1.0, specular=0.0, glow=1.0)
    half = Group(
        (shapes.box((-5, 0, 0), (5, 9, 0.005), glow),), shapes.pose((0, 0, -depth)), lights=0
    )
    camera = scenes.camera(
        (0, 0, 0), (0, 0, -1), lens_mm=lens_mm, f_number=f_number, focus_m=focus, shutter_degrees=0
    )
    take = alone(half, camera=camera)
    take = replace(take, scene=replace(take.scene, sun=None))
    row = linear(light(take)[HEIGHT // 2 - 8 : HEIGHT // 2 + 8].mean(0))
    focal = lens_mm / 1000
    diameter = focal**2 / f_number / (focus - focal) * abs(depth - focus) / depth
    return _spread(row), diameter / 0.036 * WIDTH


def streak(shutter: float) -> tuple[float, float]:
    """Pixels that a ball is drawn out: seen, and by its way while the shutter is open.

    Drawn out over a way, a thing's outline has a twelfth of its square more of variance.
    """
    ball = Group(
        (shapes.sphere((0, 0, 0), 0.5, FAINT_GLOW),),
        shapes.pose((0, 0, 0)),
        pose_before=shapes.pose((-0.2, 0, 0)),
        lights=0,
    )
    camera = scenes.camera((0, 0, 5), (0, 0, 0), f_number=64, shutter_degrees=shutter)

    def variance(held: scenes.Camera) -> float:
        take = alone(ball, camera=held)
        take = replace(take, scene=replace(take.scene, sun=None))
        row = linear(light(take)[HEIGHT // 2 - 4 : HEIGHT // 2 + 4].mean(0))
        at = np.arange(len(row))
        middle = (row * at).sum() / row.sum()
        return float((row * (at - middle) ** 2).sum() / row.sum())

    grown = variance(camera) - variance(replace(camera, shutter_degrees=0))
    return math.sqrt(max(12 * grown, 0)), 0.2 / 5 * WIDTH * 35 / 36 * shutter / 360


def light(take: Take) -> NDArray[np.float64]:
    """Return the display values of a picture, 0..1."""
    frame = pictures.frame(take, width=WIDTH, height=HEIGHT)
    return frame.rgb[:, :, 1].astype(np.float64) / 255


def linear(row: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo what develops a grey: the tone curve and the encoding are looked up by filming greys."""
    levels = np.linspace(0, 1.2, 40)
    seen: list[float] = []
    for level in levels:
        glow = Material((1, 1, 1), rough=1.0, specular=0.0, glow=float(level))
        wall = Group((shapes.box((0, 0, 0), (9, 9, 0.1), glow),), lights=0)
        take = alone(wall)
        take = replace(take, scene=replace(take.scene, sun=None))
        frame = pictures.frame(take, width=16, height=16)
        seen.append(float(frame.rgb[8, 8, 1]) / 255)
    return np.interp(row, seen, levels)


def _spread(row: NDArray[np.float64]) -> float:
    """Return the diameter of the disc that blurred an edge, from the second moment of its slope."""
    slope = np.abs(np.diff(row))
    slope[slope < 0.002] = 0
    at = np.arange(len(slope))
    middle = (slope * at).sum() / slope.sum()
    deviation = math.sqrt((slope * (at - middle) ** 2).sum() / slope.sum())
    # A disc of diameter d, summed along the edge, has the deviation d / 4.
    return 4 * deviation
