"""Groups as the kernel reads them: measured in their own frames, then put into the world together.

What stood still since the frame before is taken over as it was; what only moved keeps its measures.
No sum here is left to a library that adds in another order on another processor.
"""

import math
import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from generator.errors import GeneratorError
from generator.film import measures, scenes
from generator.film.materials import Material, Pattern
from generator.film.measures import METRES_MAX
from generator.film.records import GROUP, LIGHT_MAX, SCALE_MAX, SHAPE, Record, limit, sane
from generator.film.scenes import Group, Light
from generator.film.shapes import Kind, Shape, placed

MATERIALS_KEPT = 4 * scenes.MATERIALS_MAX  # Then all that is kept is forgotten at once.
_CASTS, _REPEATS, _PLAINLY, _POLISH, _RAGGED = 1, 2, 4, 8, 16
_POLISHED = 0.2  # Roughness, as in kernel/fill.h.
_OUTLINES = (Pattern.LEAF, Pattern.FUR, Pattern.ROCK)
_SPAN = 0.25  # Of a blend: so far what melts together stands out.

# Columns of a shape in the frame of its group.
_KIND, _MATERIAL, _CUT, _BLEND, _BOUND, _MIDDLE, _HOLLOW, _SLIM, _RELIEF = range(9)
_SIZES, _HALF, _AT, _TURN = slice(9, 17), slice(17, 20), slice(20, 23), slice(23, 32)

Matrix = NDArray[np.float64]
Bytes = NDArray[np.uint8]  # A record a row: numpy joins these at once, records field by field.


@dataclass(frozen=True, slots=True)
class _Own:
    """Shapes in the frame of their group at a scale; `shapes` keeps what the key names alive."""

    shapes: tuple[Shape, ...]
    columns: Matrix
    flags: int
    glows: bool
    plain: bool  # Nothing of it is cut, melts together or is rough in outline.


@dataclass(frozen=True, slots=True)
class _Put:
    """A group in the world; its materials are numbered as `Kept` does."""

    group: Group
    shapes: Bytes
    row: Bytes
    lamps: tuple[Light, ...]


@dataclass(slots=True)
class Kept:
    """What one frame leaves to the next; the threads of a clip share it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    own: dict[tuple[int, float], _Own] = field(default_factory=dict[tuple[int, float], _Own])
    put: dict[int, _Put] = field(default_factory=dict[int, _Put])
    materials: dict[Material, int] = field(default_factory=dict[Material, int])


@dataclass(frozen=True, slots=True)
class Packed:
    """The records of some groups, their materials in the order of their numbers, and what glows."""

    shapes: Record
    groups: Record
    palette: dict[Material, int]
    lamps: tuple[Light, ...]


def pack(groups: tuple[Group, ...], kept: Kept) -> Packed:
    """Return the records of groups, and keep what the next frame may need.

    Raises:
        GeneratorError: Too many of something, or a number that is no number or out of range.
    """
    limit("groups", len(groups), scenes.GROUPS_MAX)
    counts = np.array([len(group.shapes) for group in groups], np.int64)
    limit("shapes", int(counts.sum()), scenes.SHAPES_MAX)
    with kept.lock:
        return _pack(groups, counts, kept)


def _pack(groups: tuple[Group, ...], counts: NDArray[np.int64], kept: Kept) -> Packed:
    if len(kept.materials) > MATERIALS_KEPT:
        kept.own, kept.put, kept.materials = {}, {}, {}
    fresh = {id(group): group for group in groups if id(group) not in kept.put}
    put = {id(group): kept.put[id(group)] for group in groups if id(group) in kept.put}
    kept.own = _put(tuple(fresh.values()), kept, put)
    kept.put = put
    if not groups:
        return Packed(np.zeros(0, SHAPE), np.zeros(0, GROUP), {}, ())
    each = [put[id(group)] for group in groups]
    shapes = np.concatenate([one.shapes for one in each]).view(SHAPE)[:, 0]
    rows = np.concatenate([one.row for one in each]).view(GROUP)[:, 0]
    rows["first"] = np.cumsum(counts) - counts
    used, shapes["material"] = np.unique(shapes["material"], return_inverse=True)
    ragged = rows["ragged"] >= 0
    rows["ragged"][ragged] = np.searchsorted(used, rows["ragged"][ragged])
    names = tuple(kept.materials)
    palette = {names[int(index)]: new for new, index in enumerate(used)}
    return Packed(shapes, rows, palette, tuple(lamp for one in each for lamp in one.lamps))


def number(value: int) -> int:
    """Return an id if it is one.

    Raises:
        GeneratorError: It is out of range.
    """
    if not 0 <= value <= scenes.ID_MAX:
        raise GeneratorError(f"An id is 0 to {scenes.ID_MAX}, not {value}.")
    return value


def _put(
    groups: tuple[Group, ...], kept: Kept, put: dict[int, _Put]
) -> dict[tuple[int, float], _Own]:
    """Add groups that are new to `put`; returns all measures that are in use."""
    used: dict[tuple[int, float], _Own] = {}

    def own(shapes: tuple[Shape, ...], scale: float) -> _Own:
        key = (id(shapes), scale)
        if key not in used:
            used[key] = kept.own.get(key) or _measured(shapes, scale, kept.materials)
        return used[key]

    if groups:
        now = [own(group.shapes, group.pose.scale) for group in groups]
        shapes = _placed(groups, now)
        moving = [index for index, group in enumerate(groups) if _moves(group)]
        counts = [len(one.columns) for one in now]
        first = [0, *np.cumsum(counts).tolist()]
        if moving:
            before = [
                own(
                    groups[index].shapes_before or groups[index].shapes,
                    (groups[index].pose_before or groups[index].pose).scale,
                )
                for index in moving
            ]
            where = np.concatenate([np.arange(first[n], first[n + 1]) for n in moving])
            _remember([groups[n] for n in moving], [now[n] for n in moving], before, shapes, where)
        sane("a shape", [shapes["at"], shapes["before"], shapes["turn"]], METRES_MAX)
        _check_turns(shapes["turn"])
        rows = _rows(groups, now, shapes, np.array(first[:-1]), np.array(counts))
        flat = shapes.view(np.uint8).reshape(len(shapes), -1)
        flat_rows = rows.view(np.uint8).reshape(len(rows), -1)
        for index, group in enumerate(groups):
            lamps = tuple(_glow(group)) if now[index].glows and group.lights else ()
            mine = flat[first[index] : first[index + 1]]
            put[id(group)] = _Put(group, mine, flat_rows[index : index + 1], lamps)
    return used


def _moves(group: Group) -> bool:
    return group.pose_before is not None or group.shapes_before is not None


def _measured(shapes: tuple[Shape, ...], scale: float, palette: dict[Material, int]) -> _Own:
    if not 1 <= len(shapes) <= scenes.SHAPES_PER_GROUP_MAX or shapes[0].cut:
        raise GeneratorError(
            f"A group has 1 to {scenes.SHAPES_PER_GROUP_MAX} shapes, the first not a cut."
        )
    if not 0 < scale <= SCALE_MAX:
        raise GeneratorError("The scale of a group is above 0.")
    columns = np.array([_columns(shape, scale, palette) for shape in shapes], np.float64)
    materials = {id(shape.material): shape.material for shape in shapes}.values()
    flags = _PLAINLY * all(material.pattern is Pattern.PLAIN for material in materials)
    flags |= _POLISH * any(
        material.mirror > 0 and material.rough < _POLISHED for material in materials
    )
    changes = columns[:, [_CUT, _BLEND, _RELIEF]]
    glows = any(_glows(material) for material in materials)
    return _Own(shapes, columns, flags, glows, plain=not changes.any())


def _columns(shape: Shape, scale: float, palette: dict[Material, int]) -> tuple[float, ...]:
    if shape.pose.scale != 1.0:
        raise GeneratorError("A shape's own scale is 1: its sizes carry it.")
    found = measures.measure(shape, scale)
    hollow, blend = shape.hollow * scale, shape.blend * scale
    if not 0 <= blend <= METRES_MAX or not 0 <= hollow <= METRES_MAX:
        raise GeneratorError("Blends and walls are not below 0.")
    material = shape.material
    wall = hollow / 2
    half = found.half
    x, y, z = shape.pose.at
    (a, b, c), (d, e, f), (g, h, i) = shape.pose.turn
    return (
        shape.kind, palette.setdefault(material, len(palette)), shape.cut, blend,
        found.bound + wall, found.middle, hollow, wall or found.slim,
        material.relief if material.pattern in _OUTLINES else 0.0,
        *found.sizes, half[0] + wall, half[1] + wall, half[2] + wall,
        x * scale, y * scale, z * scale, a, d, g, b, e, h, c, f, i,
    )  # fmt: skip


def _placed(groups: tuple[Group, ...], own: list[_Own]) -> Record:
    """Return the records of all shapes of some groups in the world."""
    columns = np.concatenate([one.columns for one in own])
    at, turn = _world(columns, [group.pose for group in groups], own)
    plain = np.repeat(np.array([one.plain for one in own]), [len(one.columns) for one in own])
    out = np.zeros(len(columns), SHAPE)
    out["kind"], out["material"] = columns[:, _KIND], columns[:, _MATERIAL]
    out["cut"], out["blend"] = columns[:, _CUT], columns[:, _BLEND]
    out["bound"], out["hollow"] = columns[:, _BOUND], columns[:, _HOLLOW]
    out["slim"], out["relief"] = columns[:, _SLIM], columns[:, _RELIEF]
    out["sizes"], out["half"] = columns[:, _SIZES], columns[:, _HALF]
    out["convex"] = plain & (out["kind"] != Kind.TORUS) & (out["hollow"] == 0)
    out["at"], out["turn"] = at, turn.reshape(-1, 9)
    out["mid"] = at + turn[:, 1] * columns[:, _MIDDLE, None]
    return out


def _world(columns: Matrix, poses: list[scenes.Pose], own: list[_Own]) -> tuple[Matrix, Matrix]:
    """Return where shapes are, (N, 3), and the rows from the world to their frames, (N, 3, 3)."""
    counts = [len(one.columns) for one in own]
    origin = np.repeat(np.array([pose.at for pose in poses], np.float64), counts, axis=0)
    frame = np.repeat(np.array([pose.turn for pose in poses], np.float64), counts, axis=0)
    away = frame * columns[:, None, _AT]
    at = origin + (away[:, :, 0] + away[:, :, 1] + away[:, :, 2])
    parts = columns[:, _TURN].reshape(-1, 3, 1, 3) * frame[:, None, :, :]
    return at, parts[..., 0] + parts[..., 1] + parts[..., 2]


def _remember(
    groups: list[Group],
    own: list[_Own],
    before: list[_Own],
    shapes: Record,
    where: NDArray[np.intp],
) -> None:
    """Write into records at places `where` how their frames lay in the world a frame earlier.

    Sizes may change from frame to frame; the nearest thing to a point's past is its place in the
    frame of the shape, drawn out with a limb.
    """
    now = np.concatenate([one.columns for one in own])
    then = np.concatenate([one.columns for one in before])
    if len(now) != len(then) or (now[:, _KIND] != then[:, _KIND]).any():
        raise GeneratorError("A group's shapes one frame earlier are not the same kinds.")
    poses = [group.pose_before or group.pose for group in groups]
    at, turn = _world(then, poses, before)
    scales = [pose.scale / group.pose.scale for pose, group in zip(poses, groups, strict=True)]
    ratio = np.repeat(np.array(scales), [len(one.columns) for one in own])
    long = now[:, _SIZES.start]
    limb = (now[:, _KIND] == Kind.CAPSULE) & (long > 0)
    stretch = np.where(limb, then[:, _SIZES.start] / np.where(limb, long, 1.0), ratio)
    factors = np.stack([ratio, stretch, ratio], axis=1)
    out = np.empty((len(now), 12))
    out[:, :9] = (turn.transpose(0, 2, 1) * factors[:, None, :]).reshape(-1, 9)
    out[:, 9:] = at
    shapes["before"][where], shapes["moves"][where] = out, 1


def _check_turns(turns: Record) -> None:
    rows = turns.reshape(-1, 3, 3).astype(np.float64)
    products = rows[:, :, None, :] * rows[:, None, :, :]
    if not (np.abs(products.sum(axis=3) - np.eye(3)) <= 1e-3).all():
        raise GeneratorError("A turn of a shape or a group is not a rotation.")


def _rows(
    groups: tuple[Group, ...],
    own: list[_Own],
    shapes: Record,
    first: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> Record:
    """Return the records of groups whose shapes follow one another."""
    out = np.zeros(len(groups), GROUP)
    solid = shapes["cut"] == 0
    mid, bound = shapes["mid"].astype(np.float64), shapes["bound"].astype(np.float64)
    sides = np.abs(shapes["turn"].reshape(-1, 3, 3)) * shapes["half"][:, :, None]
    sides = (sides[:, 0] + sides[:, 1] + sides[:, 2]).astype(np.float64)
    low = np.minimum.reduceat(np.where(solid[:, None], mid - sides, np.inf), first)
    high = np.maximum.reduceat(np.where(solid[:, None], mid + sides, -np.inf), first)
    at = (low + high) / 2
    away = mid - np.repeat(at, counts, axis=0)
    far = np.sqrt(away[:, 0] ** 2 + away[:, 1] ** 2 + away[:, 2] ** 2) + bound
    blend = np.maximum.reduceat(shapes["blend"], first)
    box = (high - low) / 2
    corner = np.sqrt(box[:, 0] ** 2 + box[:, 1] ** 2 + box[:, 2] ** 2)
    ball = np.minimum(np.maximum.reduceat(np.where(solid, far, 0), first), corner)
    out["count"], out["id"] = counts, [number(group.id) for group in groups]
    out["blend"], out["relief"] = blend, np.maximum.reduceat(shapes["relief"], first)
    out["slim"] = np.minimum.reduceat(np.where(solid, shapes["slim"], np.inf), first)
    out["at"], out["bound"] = at, ball + _SPAN * blend
    out["box"] = box + _SPAN * blend[:, None]
    ragged = np.minimum.reduceat(shapes["relief"], first) > 0
    same = np.minimum.reduceat(shapes["material"], first)
    ragged &= same == np.maximum.reduceat(shapes["material"], first)
    out["ragged"] = np.where(ragged, same, -1)
    # A bulb or a shade would keep its own lamp's light off everything.
    casts = [group.shadow and not one.glows for group, one in zip(groups, own, strict=True)]
    out["flags"] = np.array([one.flags for one in own]) | _CASTS * np.array(casts)
    out["flags"] |= _RAGGED * (out["relief"] > 0)
    for index, group in enumerate(groups):
        if group.repeat is not None:
            mine = shapes[first[index] : first[index] + counts[index]]
            _repeat(group, out[index : index + 1], mine)
    return out


def _glows(material: Material) -> bool:
    """Say whether something is a source of light; lit windows are holes in a front that is none."""
    return material.glow > 0 and material.pattern is not Pattern.WINDOWS


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
    sane("a spacing", [spacing], METRES_MAX)
    if (spacing < 0).any():
        raise GeneratorError("The spacing of a repeated group is not below 0.")
    last = np.where(spacing > 0, np.array(repeat.counts) - 1, 0)
    body = shapes[shapes["cut"] == 0]
    middles = (body["mid"] - np.array(pose.at)) @ turn
    frames = body["turn"].reshape(-1, 3, 3).astype(np.float64) @ turn
    halves = (np.abs(frames) * body["half"][:, :, None]).sum(axis=1)
    low, high = (middles - halves).min(0), (middles + halves).max(0) + spacing * last
    half = (high - low) / 2 + _SPAN * float(row["blend"][0])
    row["flags"] |= _REPEATS
    row["origin"], row["turn"] = pose.at, turn.T.reshape(9)
    row["spacing"], row["last"] = spacing, last
    row["middle"], row["half"] = (low + high) / 2, half
    row["at"] = np.array(pose.at) + turn @ ((low + high) / 2)
    row["bound"], row["box"] = math.sqrt(float((half * half).sum())), np.abs(turn) @ half


def _glow(group: Group) -> tuple[Light, ...]:
    """Return one lamp for a group that glows, as bright as its glowing shapes together."""
    glowing = [shape for shape in group.shapes if _glows(shape.material) and not shape.cut]
    if not glowing or group.repeat is not None:
        return ()
    places = [placed(group.pose, shape.pose).at for shape in glowing]
    factor = group.lights * group.pose.scale**2
    weights = [measures.area(shape) * factor * shape.material.glow for shape in glowing]
    if not 0 < sum(weights) < LIGHT_MAX:
        return ()
    at = np.average(np.array(places), axis=0, weights=weights)
    # A disc of radiance 1 and radius r puts r squared on what faces it at one metre.
    colour = sum(
        np.array(shape.material.colour) * weight
        for shape, weight in zip(glowing, weights, strict=True)
    )
    radius = math.sqrt(sum(measures.area(shape) for shape in glowing)) * group.pose.scale
    return (Light(tuple(at), tuple(np.asarray(colour)), radius, shadow=False),)  # pyright: ignore[reportArgumentType]
