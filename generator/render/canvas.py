"""The picture in the making: planes of linear light, a depth plane, and the ray of each pixel.

Planes are kept apart (three of (H, W), not one of (H, W, 3)): numpy is several times faster on
them, and everything drawn touches only the rectangle it may cover.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.render.lights import Light, vector
from generator.render.noise import Plane
from generator.simulate.cameras import SENSOR_MM, View

FAR = 1e6  # Metres; nothing has been drawn here.

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """The rays of a camera in its own frame, unit length: x right, y up, z forward."""

    width: int
    height: int
    focal: float  # Pixels.
    rays: tuple[Plane, Plane, Plane]


@dataclass(frozen=True, slots=True)
class Lit:
    """A light and a camera together: directions in the camera's frame, colours as float32 (3,)."""

    axes: NDArray[np.float64]  # Rows: right, up, forward of the camera in the world.
    eye: Vector
    sun: Plane
    up: Plane
    sun_colour: Plane
    zenith: Plane
    horizon: Plane
    bounce: Plane
    rim: Plane
    haze: float

    def seen(self, point: Vector) -> Vector:
        """Return a point of the world in the camera's frame."""
        return self.axes @ (point - self.eye)

    def haze_at(self, distance: float) -> float:
        """Return how much of what is so far away is lost in haze, 0..1."""
        return 1 - float(np.exp(-self.haze * distance))


@dataclass(frozen=True, slots=True)
class Canvas:
    """Three planes of linear light and the distance along each ray, all float32 (H, W)."""

    grid: Grid
    planes: tuple[Plane, Plane, Plane]
    depth: Plane


def grid(width: int, height: int, lens_mm: float) -> Grid:
    """Return the rays of a lens at a picture size."""
    focal = width * lens_mm / SENSOR_MM
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / focal
    y = -(np.arange(height, dtype=np.float32) + 0.5 - height / 2) / focal
    across, down = np.meshgrid(x, y)
    inverse = 1 / np.sqrt(across * across + down * down + 1)
    planes = (across * inverse, down * inverse, inverse)
    rays = tuple(np.ascontiguousarray(plane, dtype=np.float32) for plane in planes)
    return Grid(width, height, focal, (rays[0], rays[1], rays[2]))


def blank(rays: Grid) -> Canvas:
    """Return a canvas with nothing on it."""
    shape = (rays.height, rays.width)
    planes = (np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.float32))
    return Canvas(rays, planes, np.full(shape, FAR, np.float32))


def lit(view: View, light: Light, *, mirrored: bool) -> Lit:
    """Return a light as a camera sees it; `mirrored` for the camera's image in the floor."""
    flip = np.array([1.0, -1.0 if mirrored else 1.0, 1.0])
    axes = np.stack([view.right, view.up, view.forward]) * flip
    return Lit(
        axes=axes,
        eye=view.eye * flip,
        sun=(axes @ np.array(light.sun)).astype(np.float32),
        up=axes[:, 1].astype(np.float32),
        sun_colour=vector(light.sun_colour),
        zenith=vector(light.zenith),
        horizon=vector(light.horizon),
        bounce=vector(light.bounce),
        rim=vector(light.rim),
        haze=light.haze,
    )
