"""A scene as the kernel reads it: checked, flattened into records of numbers.

The records are those of kernel/scene.h, field by field; `kernel` compares their sizes on loading.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generator.base import Point
from generator.errors import GeneratorError
from generator.film import measures, scenes
from generator.film.materials import RELIEF_MAX, Material, Pattern
from generator.film.measures import METRES_MAX
from generator.film.scenes import Group, Light, Plane, Scene
from generator.film.shapes import Kind, Pose, Shape, placed

Record: TypeAlias = NDArray[Any]

LIGHT_MAX = 1e4
SCALE_MAX = 1e4
FAINT = 0.004  # A lamp reaches as far as it puts more than this on a surface.
REACH_MAX = 60.0
LAMP_SHADOWS = 4  # As in kernel/scene.h.
_OUTLINES = (Pattern.LEAF, Pattern.FUR, Pattern.ROCK)

SHAPE = np.dtype(
    [
        ("kind", "i4"), ("material", "i4"), ("cut", "i4"), ("moves", "i4"),
        ("at", "f4", 3), ("blend", "f4"), ("mid", "f4", 3), ("bound", "f4"), ("turn", "f4", 9),
        ("sizes", "f4", 8), ("hollow", "f4"), ("slim", "f4"), ("relief", "f4"),
        ("before", "f4", 12),
    ]
)  # fmt: skip
GROUP = np.dtype(
    [
        ("first", "i4"), ("count", "i4"), ("id", "i4"), ("flags", "i4"),
        ("at", "f4", 3), ("bound", "f4"), ("blend", "f4"), ("relief", "f4"), ("origin", "f4", 3),
        ("turn", "f4", 9), ("spacing", "f4", 3), ("last", "f4", 3), ("slim", "f4"),
        ("middle", "f4", 3), ("half", "f4", 3), ("ragged", "i4"),
        ("pad", "f4", 3),
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
_CASTS, _REPEATS, _PLAINLY, _POLISH, _RAGGED = 1, 2, 4, 8, 16
_POLISHED = 0.2  # Roughness, as in kernel/fill.h.


@dataclass(frozen=True, slots=True)
class Arrays:
    """The records of one scene; `ground` is the material's index, -1 without terrain."""

    shapes: Record
    groups: Record
    materials: Record
    planes: Record
    lights: Record
    pictures: tuple[NDArray[np.uint8], ...]
    ground: int


def pack(scene: Scene) -> Arrays:
    """Return the records of a scene.

    Raises:
        GeneratorError: Too many of something, or a number that is no number or out of range.
    """
    _limit("groups", len(scene.groups), scenes.GROUPS_MAX)
    _limit("planes", len(scene.planes), scenes.PLANES_MAX)
    _limit("lights", len(scene.lights), scenes.LIGHTS_MAX)
    count = sum(len(group.shapes) for group in scene.groups)
    _limit("shapes", count, scenes.SHAPES_MAX)
    palette: dict[Material, int] = {}
    rows = [row for group in scene.groups for row in _shapes(group, palette)]
    shapes = np.array(rows, SHAPE)
    _sane("a shape", [shapes["at"], shapes["before"], shapes["turn"]], METRES_MAX)
    turns = shapes["turn"].reshape(-1, 3, 3)
    if not np.allclose(turns @ turns.transpose(0, 2, 1), np.eye(3), atol=1e-3):
        raise GeneratorError("A turn of a shape or a group is not a rotation.")
    groups = _groups(scene.groups, shapes)
    planes = np.zeros(len(scene.planes), PLANE)
    for index, plane in enumerate(scene.planes):
        planes[index] = _plane(plane, palette)
    ground = -1 if scene.terrain is None else _index(scene.terrain.material, palette)
    _limit("materials", len(palette), scenes.MATERIALS_MAX)
    materials = np.zeros(len(palette), MATERIAL)
    for index, material in enumerate(palette):
        materials[index] = _material(material)
    return Arrays(
        shapes, groups, materials, planes, _lights(scene), _pictures(scene.pictures), ground
    )


def _shapes(group: Group, palette: dict[Material, int]) -> Iterable[tuple[Any, ...]]:
    """Yield the records of a group's shapes."""
    shapes = group.shapes
    if not 1 <= len(shapes) <= scenes.SHAPES_PER_GROUP_MAX or shapes[0].cut:
        raise GeneratorError(
            f"A group has 1 to {scenes.SHAPES_PER_GROUP_MAX} shapes, the first not a cut."
        )
    if not 0 < group.pose.scale <= SCALE_MAX:
        raise GeneratorError("The scale of a group is above 0.")
    before = group.shapes_before or shapes
    if [shape.kind for shape in before] != [shape.kind for shape in shapes]:
        raise GeneratorError("A group's shapes one frame earlier are not the same kinds.")
    pose_before = group.pose_before or group.pose
    moves = before is not shapes or pose_before is not group.pose
    for shape, was in zip(shapes, before, strict=True):
        yield _shape(shape, group.pose, was if moves else None, pose_before, palette)


def _groups(groups: tuple[Group, ...], shapes: Record) -> Record:
    """Return the records of groups whose shapes follow one another."""
    out = np.zeros(len(groups), GROUP)
    if not groups:
        return out
    counts = np.array([len(group.shapes) for group in groups])
    first = np.cumsum(counts) - counts
    solid = shapes["cut"] == 0
    bound = shapes["bound"][:, None]
    low = np.minimum.reduceat(np.where(solid[:, None], shapes["mid"] - bound, np.inf), first)
    high = np.maximum.reduceat(np.where(solid[:, None], shapes["mid"] + bound, -np.inf), first)
    at = ((low + high) / 2).astype(np.float64)
    away = np.linalg.norm(shapes["mid"] - np.repeat(at, counts, axis=0), axis=1) + shapes["bound"]
    out["first"], out["count"] = first, counts
    out["id"] = [_id(group.id) for group in groups]
    out["blend"] = np.maximum.reduceat(shapes["blend"], first)
    out["relief"] = np.maximum.reduceat(shapes["relief"], first)
    out["slim"] = np.minimum.reduceat(np.where(solid, shapes["slim"], np.inf), first)
    out["at"] = at
    out["bound"] = np.maximum.reduceat(np.where(solid, away, 0), first) + 0.25 * out["blend"]
    ragged = np.minimum.reduceat(shapes["relief"], first) > 0
    same = np.minimum.reduceat(shapes["material"], first)
    ragged &= same == np.maximum.reduceat(shapes["material"], first)
    out["ragged"] = np.where(ragged, same, -1)
    for row, group in zip(out, groups, strict=True):
        row["flags"] = _flags(group) | _RAGGED * bool(row["relief"] > 0)
        if group.repeat is not None:
            _repeat(group, row, shapes[row["first"] : row["first"] + row["count"]])
    return out


def _flags(group: Group) -> int:
    materials = {id(shape.material): shape.material for shape in group.shapes}.values()
    plain = all(material.pattern is Pattern.PLAIN for material in materials)
    polish = any(material.mirror > 0 and material.rough < _POLISHED for material in materials)
    return _CASTS * group.shadow | _PLAINLY * plain | _POLISH * polish


def _repeat(group: Group, row: Record, shapes: Record) -> None:
    repeat = group.repeat
    assert repeat is not None
    if not all(1 <= count <= scenes.COPIES_MAX for count in repeat.counts):
        raise GeneratorError(f"A repeated group has 1 to {scenes.COPIES_MAX} copies an axis.")
    pose = group.pose
    turn = np.array(pose.turn)
    spacing = np.array(
        [
            step * pose.scale if count > 1 else 0.0
            for step, count in zip(repeat.spacing, repeat.counts, strict=True)
        ]
    )
    _sane("a spacing", [spacing], METRES_MAX)
    if (spacing < 0).any():
        raise GeneratorError("The spacing of a repeated group is not below 0.")
    last = np.where(spacing > 0, np.array(repeat.counts) - 1, 0)
    body = shapes[shapes["cut"] == 0]
    middles = (body["mid"] - np.array(pose.at)) @ turn
    halves = np.array(
        [
            np.abs(turn.T @ np.array(record["turn"], np.float64).reshape(3, 3).T)
            @ measures.halves(record)
            for record in body
        ]
    )
    low, high = (middles - halves).min(0), (middles + halves).max(0) + spacing * last
    row["flags"] |= _REPEATS
    row["origin"], row["turn"] = pose.at, turn.T.reshape(9)
    row["spacing"], row["last"] = spacing, last
    row["middle"] = (low + high) / 2
    row["half"] = (high - low) / 2 + 0.25 * row["blend"]
    ends = turn @ (spacing * last)
    row["at"] = row["at"] + ends / 2
    row["bound"] = row["bound"] + float(np.linalg.norm(ends)) / 2


def _shape(
    shape: Shape, pose: Pose, was: Shape | None, pose_before: Pose, palette: dict[Material, int]
) -> tuple[Any, ...]:
    if shape.pose.scale != 1.0:
        raise GeneratorError("A shape's own scale is 1: its sizes carry it.")
    scale = pose.scale
    whole = placed(pose, shape.pose)
    sizes, bound, middle, slim = measures.measure(shape, scale)
    relief = shape.material.relief if shape.material.pattern in _OUTLINES else 0.0
    a, b, c = whole.turn
    before = (0.0,) * 12
    if was is not None:
        # Sizes may change from frame to frame; the nearest thing to a point's past is its place in
        # the frame of the shape, drawn out with a limb.
        then = placed(pose_before, was.pose)
        ratio = pose_before.scale / scale
        limb = shape.kind is Kind.CAPSULE and sizes[0] > 0
        stretch = was.sizes[0] * pose_before.scale / sizes[0] if limb else ratio
        before = (
            *(value for x, y, z in then.turn for value in (x * ratio, y * stretch, z * ratio)),
            *then.at,
        )
    hollow = shape.hollow * scale
    blend = shape.blend * scale
    if not 0 <= blend <= METRES_MAX or not 0 <= hollow <= METRES_MAX:
        raise GeneratorError("Blends and walls are not below 0.")
    x, y, z = whole.at
    return (
        int(shape.kind), _index(shape.material, palette), shape.cut, was is not None,
        whole.at, blend, (x + a[1] * middle, y + b[1] * middle, z + c[1] * middle),
        bound + hollow / 2, (a[0], b[0], c[0], a[1], b[1], c[1], a[2], b[2], c[2]),
        sizes, hollow, hollow / 2 if hollow else slim, relief, before,
    )  # fmt: skip


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
    _sane("a colour", [np.array(material.colour), np.array(material.second)], LIGHT_MAX)
    return (
        material.colour, max(material.rough, 0.02), material.second, material.specular,
        material.scale, material.relief, material.metal, material.mirror, material.soft,
        material.sheen, material.glow, int(material.pattern), material.picture, 0,
    )  # fmt: skip


def _plane(plane: Plane, palette: dict[Material, int]) -> tuple[Any, ...]:
    normal = unit(plane.normal)
    _sane("a plane", [np.array([plane.offset])], METRES_MAX)
    # Floors are papered along x and z, walls along the floor and up.
    if abs(normal[1]) > 0.9:
        u, v = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
    else:
        u = np.cross([0.0, 1.0, 0.0], normal)
        u /= np.linalg.norm(u)
        v = np.array([0.0, 1.0, 0.0])
    return normal, plane.offset, u, v, _index(plane.material, palette), _id(plane.id)


def _lights(scene: Scene) -> Record:
    """Return the lamps and what glows, the strongest first: only the first few cast shadows."""
    lights = list(scene.lights)
    glowing = (lamp for group in scene.groups if group.lights for lamp in _glow(group))
    # What glows brightest lights; the rest only shows.
    rest = sorted(glowing, key=lambda lamp: -sum(lamp.colour))
    lights += rest[: scenes.LIGHTS_MAX - len(lights)]
    lights.sort(key=lambda lamp: (not lamp.shadow, -sum(lamp.colour)))
    out = np.zeros(len(lights), LIGHT)
    for index, lamp in enumerate(lights):
        _sane("a lamp", [np.array(lamp.at), np.array([lamp.radius])], METRES_MAX)
        _sane("a lamp's colour", [np.array(lamp.colour)], LIGHT_MAX)
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


def _glow(group: Group) -> Iterable[Light]:
    """Yield one lamp for a group that glows, as bright as its glowing shapes together."""
    # Lit windows are holes in a front, which itself shines nowhere.
    glowing = [
        shape
        for shape in group.shapes
        if shape.material.glow > 0
        and not shape.cut
        and shape.material.pattern is not Pattern.WINDOWS
    ]
    if not glowing or group.repeat is not None:
        return
    places = [placed(group.pose, shape.pose).at for shape in glowing]
    factor = group.lights * group.pose.scale**2
    weights = [measures.area(shape) * factor * shape.material.glow for shape in glowing]
    if not 0 < sum(weights) < LIGHT_MAX:
        return
    at = np.average(np.array(places), axis=0, weights=weights)
    # A disc of radiance 1 and radius r puts r squared on what faces it at one metre.
    colour = sum(
        np.array(shape.material.colour) * weight
        for shape, weight in zip(glowing, weights, strict=True)
    )
    radius = math.sqrt(sum(measures.area(shape) for shape in glowing)) * group.pose.scale
    yield Light(tuple(at), tuple(np.asarray(colour)), radius, shadow=False)  # pyright: ignore[reportArgumentType]


def _pictures(pictures: tuple[NDArray[np.uint8], ...]) -> tuple[NDArray[np.uint8], ...]:
    _limit("pictures", len(pictures), scenes.PICTURES_MAX)
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


def _id(number: int) -> int:
    if not 0 <= number <= scenes.ID_MAX:
        raise GeneratorError(f"An id is 0 to {scenes.ID_MAX}, not {number}.")
    return number


def _index(material: Material, palette: dict[Material, int]) -> int:
    return palette.setdefault(material, len(palette))


def _limit(what: str, count: int, most: int) -> None:
    if count > most:
        raise GeneratorError(f"A scene has at most {most} {what}, not {count}.")


def _sane(what: str, arrays: list[NDArray[Any]], most: float) -> None:
    for array in arrays:
        if not (np.abs(array) <= most).all():
            raise GeneratorError(f"A number of {what} is no number or above {most:g}.")
