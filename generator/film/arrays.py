"""A scene as the kernel reads it: checked, flattened into records of numbers."""

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.base import Point
from generator.errors import GeneratorError
from generator.film import packing, scenes
from generator.film.materials import RELIEF_MAX, Material
from generator.film.measures import METRES_MAX
from generator.film.packing import Kept, number
from generator.film.records import LIGHT, LIGHT_MAX, MATERIAL, PLANE, SCALE_MAX, Record, limit, sane
from generator.film.scenes import Light, Plane, Scene

FAINT = 0.004  # A lamp reaches as far as it puts more than this on a surface.
REACH_MAX = 60.0
LAMP_SHADOWS, _LANES = 4, 16  # As in kernel/scene.h.
_NOWHERE = -1e9  # The bound of a ball that no way comes near.


@dataclass(frozen=True, slots=True)
class Arrays:
    """The records of one scene; `ground` is the material's index, -1 without terrain."""

    shapes: Record
    groups: Record
    balls: NDArray[np.float32]
    materials: Record
    planes: Record
    lights: Record
    pictures: tuple[NDArray[np.uint8], ...]
    ground: int


def pack(scene: Scene, *, kept: Kept | None = None) -> Arrays:
    """Return the records of a scene.

    Args:
        scene: What is packed.
        kept: What the frame before left; groups that were in it cost little.

    Raises:
        GeneratorError: Too many of something, or a number that is no number or out of range.
    """
    limit("planes", len(scene.planes), scenes.PLANES_MAX)
    limit("lights", len(scene.lights), scenes.LIGHTS_MAX)
    packed = packing.pack(scene.groups, kept or Kept())
    palette = dict(packed.palette)
    planes = np.zeros(len(scene.planes), PLANE)
    for index, plane in enumerate(scene.planes):
        planes[index] = _plane(plane, palette)
    ground = -1 if scene.terrain is None else _index(scene.terrain.material, palette)
    limit("materials", len(palette), scenes.MATERIALS_MAX)
    materials = np.array([_material(material) for material in palette], MATERIAL)
    lights = _lights(scene.lights, packed.lamps)
    return Arrays(
        packed.shapes, packed.groups, _balls(packed.groups), materials, planes, lights,
        _pictures(scene.pictures), ground,
    )  # fmt: skip


def _balls(groups: Record) -> NDArray[np.float32]:
    """Return middles and bounds of groups in rows; what fills up the last lanes touches nothing."""
    out = np.zeros((4, -(-len(groups) // _LANES) * _LANES), np.float32)
    out[3] = _NOWHERE
    out[:3, : len(groups)], out[3, : len(groups)] = groups["at"].T, groups["bound"]
    return out


@functools.lru_cache(maxsize=scenes.MATERIALS_MAX)
def _material(material: Material) -> tuple[Any, ...]:
    shares = (
        material.rough, material.specular, material.metal, material.mirror, material.soft,
        material.sheen,
    )  # fmt: skip
    if not all(0 <= share <= 1 for share in shares):
        raise GeneratorError("A share of a material is outside 0 to 1.")
    if not 0 <= material.relief <= RELIEF_MAX or not 0 < material.scale <= SCALE_MAX:
        raise GeneratorError(f"A relief is 0 to {RELIEF_MAX} m, a scale above 0.")
    if not 0 <= material.glow <= LIGHT_MAX or not 0 <= material.picture < scenes.PICTURES_MAX:
        raise GeneratorError("A glow is not below 0; a picture is one of the scene's.")
    sane("a colour", [np.array(material.colour), np.array(material.second)], LIGHT_MAX)
    return (
        material.colour, max(material.rough, 0.02), material.second, material.specular,
        material.scale, material.relief, material.metal, material.mirror, material.soft,
        material.sheen, material.glow, int(material.pattern), material.picture, 0,
    )  # fmt: skip


def _plane(plane: Plane, palette: dict[Material, int]) -> tuple[Any, ...]:
    normal = unit(plane.normal)
    sane("a plane", [np.array([plane.offset])], METRES_MAX)
    # Floors are papered along x and z, walls along the floor and up.
    if abs(normal[1]) > 0.9:
        u, v = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
    else:
        u = np.cross([0.0, 1.0, 0.0], normal)
        u /= np.linalg.norm(u)
        v = np.array([0.0, 1.0, 0.0])
    return normal, plane.offset, u, v, _index(plane.material, palette), number(plane.id)


def _lights(asked: tuple[Light, ...], glowing: tuple[Light, ...]) -> Record:
    """Return the lamps and what glows, the strongest first: only the first few cast shadows."""
    # What glows brightest lights; the rest only shows.
    rest = sorted(glowing, key=lambda lamp: -sum(lamp.colour))
    lights = [*asked, *rest[: scenes.LIGHTS_MAX - len(asked)]]
    lights.sort(key=lambda lamp: (not lamp.shadow, -sum(lamp.colour)))
    out = np.zeros(len(lights), LIGHT)
    for index, lamp in enumerate(lights):
        sane("a lamp", [np.array(lamp.at), np.array([lamp.radius])], METRES_MAX)
        sane("a lamp's colour", [np.array(lamp.colour)], LIGHT_MAX)
        if min(lamp.colour) < 0 or lamp.radius < 0:
            raise GeneratorError("A lamp's colour and radius are not below 0.")
        if not 0 < lamp.cone <= math.pi:
            raise GeneratorError("The cone of a lamp is above 0 and at most pi.")
        aim = (0.0, -1.0, 0.0) if lamp.aim is None else tuple(unit(lamp.aim))
        reach = min(math.sqrt(max(lamp.colour) / FAINT), REACH_MAX)
        edge = math.cos(max(lamp.cone * 0.7, lamp.cone - 0.25))
        shadow = lamp.shadow and index < LAMP_SHADOWS
        out[index] = (
            lamp.at, lamp.radius, lamp.colour, max(reach, 0.1), aim, math.cos(lamp.cone),
            edge, lamp.aim is not None, shadow, 0,
        )  # fmt: skip
    return out


def _pictures(pictures: tuple[NDArray[np.uint8], ...]) -> tuple[NDArray[np.uint8], ...]:
    limit("pictures", len(pictures), scenes.PICTURES_MAX)
    for picture in pictures:
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 4:
            raise GeneratorError("A picture is uint8 (H, W, 4).")
        if not 1 <= min(picture.shape[:2]) <= max(picture.shape[:2]) <= scenes.PICTURE_SIDE_MAX:
            raise GeneratorError(f"A picture's side is 1 to {scenes.PICTURE_SIDE_MAX} pixels.")
    return tuple(np.ascontiguousarray(picture) for picture in pictures)


def unit(vector: Point) -> NDArray[np.float64]:
    """Return a direction with length 1.

    Raises:
        GeneratorError: It has no direction.
    """
    array = np.array(vector, np.float64)
    length = float(np.linalg.norm(array))
    if not 1e-6 < length < math.inf:
        raise GeneratorError("A direction has no length.")
    return array / length


def _index(material: Material, palette: dict[Material, int]) -> int:
    return palette.setdefault(material, len(palette))
