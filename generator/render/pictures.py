"""The pictures of a clip: set, floor, solids and film put together, frame by frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from generator.base import PROGRESS_FRAMES, Frames, Request, Shot
from generator.render import canvas, figures, grade, ground, raster, sets, skies, things
from generator.render.canvas import Canvas, Grid, Lit
from generator.render.grade import Film
from generator.render.ground import Floor
from generator.render.sets import Set
from generator.render.solids import Limb, Solid, Vector
from generator.simulate import cameras
from generator.simulate.cameras import View
from generator.simulate.world import World

CHUNK_FRAMES = PROGRESS_FRAMES  # Frames a chunk.
_MIRROR_SHRINK = 2  # The floor's mirror image is blurred anyway.
_SETS_MAX = 3  # Baked sets kept at a time: shots that cut to and fro bake once.


@dataclass(frozen=True, slots=True)
class _Stage:
    """All of a shot that does not move."""

    set: Set
    floor: Floor
    solids: list[Solid]


@dataclass(frozen=True, slots=True)
class _Rig:
    """A shot's lens and film."""

    grid: Grid
    mirror: Grid | None
    film: Film


def shoot(worlds: Sequence[World], request: Request) -> Iterator[Frames]:
    """Yield the frames of a clip in chunks of at most CHUNK_FRAMES, uint8 (T, H, W, 3) RGB.

    Args:
        worlds: The world of each shot; all have the same cuts.
        request: What was asked for.
    """
    stages: dict[tuple[object, ...], _Stage] = {}
    chunk: list[Frames] = []
    current, stage, rig = -1, None, None
    for frame in range(request.frame_count):
        at = float(frame / request.fps)
        shot = worlds[0].shot_at(at)
        world = worlds[shot]
        if shot != current:
            current, board = shot, world.shots[shot]
            stage = _staged(stages, world, shot)
            rig = _rigged(stage, board, request)
        assert stage is not None
        assert rig is not None
        chunk.append(_picture(world, stage, rig, shot, frame, at))
        if len(chunk) == CHUNK_FRAMES:
            yield np.stack(chunk)
            chunk = []
    if chunk:
        yield np.stack(chunk)


def _staged(stages: dict[tuple[object, ...], _Stage], world: World, shot: int) -> _Stage:
    board = world.shots[shot]
    key = (id(world), board.place, board.light, board.weather, board.props)
    if key not in stages:
        if len(stages) >= _SETS_MAX:
            stages.pop(next(iter(stages)))
        dressed = sets.dress(board, seed=world.seed)
        solids = list(dressed.solids)
        for thing in world.placed(shot):
            solids += things.build(thing)
        floor = ground.bake(dressed.floor, dressed.light, solids, gloss=dressed.gloss)
        stages[key] = _Stage(dressed, floor, solids)
    return stages[key]


def _rigged(stage: _Stage, board: Shot, request: Request) -> _Rig:
    grid = canvas.grid(request.width, request.height, board.lens_mm)
    mirror = None
    if stage.floor.gloss > 0:
        mirror = canvas.grid(
            request.width // _MIRROR_SHRINK, request.height // _MIRROR_SHRINK, board.lens_mm
        )
    film = grade.film(
        stage.set.light,
        width=request.width,
        height=request.height,
        seed=request.seed,
        weather=board.weather if board.place not in ("room", "studio") else "clear",
    )
    return _Rig(grid, mirror, film)


def _picture(world: World, stage: _Stage, rig: _Rig, shot: int, frame: int, at: float) -> Frames:
    board = world.shots[shot]
    view = cameras.view(world, shot, at, aspect=rig.grid.width / rig.grid.height)
    lit = canvas.lit(view, stage.set.light, mirrored=False)
    moving = _moving(world, shot, at)
    picture = canvas.blank(rig.grid)
    skies.project(picture, lit, stage.set.sky)
    for wall in stage.set.walls:
        ground.hang(picture, lit, wall)
    mirror = _mirrored(stage, rig, view, moving, picture) if rig.mirror is not None else None
    ground.lay(picture, lit, stage.floor, stage.set.light, moving, mirror)
    far_first = sorted(
        ((raster.distance(lit, solid), n, solid) for n, solid in enumerate(stage.solids + moving)),
        key=lambda item: (-item[0], item[1]),
    )
    behind = view.focus * 1.35 + 0.3
    waiting = list(far_first)
    while waiting and waiting[0][0] > behind:
        raster.draw(picture, lit, waiting.pop(0)[2])
    grade.blur_far(picture, lens_mm=board.lens_mm, f_stop=board.f_stop, focus=view.focus)
    for _, _, solid in waiting:
        raster.draw(picture, lit, solid)
    return grade.develop(picture, rig.film, frame=frame, at=at)


def _mirrored(stage: _Stage, rig: _Rig, view: View, moving: list[Solid], picture: Canvas) -> Canvas:
    """Return what the floor mirrors, at the picture's size: solids before the horizon's colour."""
    assert rig.mirror is not None
    lit: Lit = canvas.lit(view, stage.set.light, mirrored=True)
    image = canvas.blank(rig.mirror)
    for plane, value in zip(image.planes, lit.horizon, strict=True):
        plane.fill(value * np.float32(0.8))
    solids = moving + [solid for solid in stage.solids if _low(solid)]
    solids.sort(key=lambda solid: -raster.distance(lit, solid))
    for solid in solids:
        raster.draw(image, lit, solid)
    size = (picture.grid.width, picture.grid.height)
    # Rough floors smear their image more up and down than across.
    tall = max(rig.mirror.height // 60, 1) * 2 + 1
    planes = [
        np.asarray(cv2.resize(cv2.blur(plane, (3, tall)), size), np.float32)
        for plane in image.planes
    ]
    return Canvas(picture.grid, (planes[0], planes[1], planes[2]), picture.depth)


def _low(solid: Solid) -> bool:
    """Say whether a thing stands near the stage and low enough to be worth mirroring."""
    centre: Vector = (solid.a + solid.b) / 2 if isinstance(solid, Limb) else solid.centre
    return bool(centre[1] < 1.6 and centre[2] > -4.0)


def _moving(world: World, shot: int, at: float) -> list[Solid]:
    """Return the solids of figures and balls at a time."""
    solids: list[Solid] = []
    board = world.shots[shot]
    for role in board.cast:
        spot, pose = world.figure(shot, role, at)
        look = world.looks[role.name]
        solids += figures.build(spot, pose, look, body=role.body, key=world.seats[role.name])
    for thrown in world.thrown:
        if shot not in thrown.shots:
            continue
        centre, (about_x, about_z) = world.ball(thrown, at), thrown.path.angles(at)
        axes = (_about(about_z, 2) @ _about(about_x, 0)).T
        paint = things.ball_paint(thrown.kind, thrown.colour, axes)
        solids.append(Limb(centre, centre, thrown.radius, thrown.radius, paint))
    return solids


def _about(angle: float, axis: int) -> Vector:
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    if axis == 0:
        return np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
