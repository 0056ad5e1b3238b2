"""The kernel's distances against the same geometry in double precision."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from generator.film import kernel, scenes, shapes
from generator.film.materials import Material, Pattern
from generator.film.scenes import Group
from generator.film.shapes import Shape
from tests.generator.film.stages import GREY, alone

Points = NDArray[np.float64]
POINTS = np.random.default_rng(3).uniform(-2, 2, (4000, 3)).astype(np.float32)
TOLERANCE = 3e-5
LEAFY = Material((0.1, 0.3, 0.1), pattern=Pattern.LEAF, relief=0.1)


def _of(*solids: Shape, points: NDArray[np.float32] = POINTS, **rest: object) -> Points:
    take = alone(Group(solids, **rest))  # pyright: ignore[reportArgumentType]
    return kernel.distances(take, 0, points).astype(np.float64)


def _sphere(p: Points) -> Points:
    return np.linalg.norm(p - (0.2, 0.1, -0.3), axis=1) - 0.6


def _box(p: Points) -> Points:
    q = np.abs(p) - (0.5, 0.3, 0.7)
    return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(1), 0)


def _capsule(p: Points) -> Points:
    # The least over many balls between the two ends.
    share = np.linspace(0, 1, 4001)[None]
    away = np.linalg.norm(p[:, None] - share[..., None] * np.array((0.3, 0.9, 0.2)), axis=2)
    return (away - (0.4 - 0.25 * share)).min(1)


def _cylinder(p: Points) -> Points:
    q = np.stack([np.hypot(p[:, 0], p[:, 2]) - 0.5, np.abs(p[:, 1]) - 0.7], axis=1)
    return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(1), 0)


def _torus(p: Points) -> Points:
    return np.hypot(np.hypot(p[:, 0], p[:, 2]) - 0.8, p[:, 1]) - 0.2


def _arc(p: Points) -> Points:
    turn = np.linspace(-1.1, 1.1, 6001)
    ring = 0.8 * np.stack([np.sin(turn), 0 * turn, np.cos(turn)], axis=1)
    return np.linalg.norm(p[:, None] - ring[None], axis=2).min(1) - 0.2


def _polygon(p: Points, corners: Points, inside: NDArray[np.bool_]) -> Points:
    best = np.full(len(p), np.inf)
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        share = np.clip((p - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
        best = np.minimum(best, np.linalg.norm(p - a - share[:, None] * (b - a), axis=1))
    return np.where(inside, -best, best)


def _cone(p: Points) -> Points:
    q = np.stack([np.hypot(p[:, 0], p[:, 2]), p[:, 1]], axis=1)
    wide = 0.6 + (q[:, 1] + 0.5) * (0.2 - 0.6)
    inside = (np.abs(q[:, 1]) < 0.5) & (q[:, 0] < wide)
    return _polygon(q, np.array([(-0.6, -0.5), (0.6, -0.5), (0.2, 0.5), (-0.2, 0.5)]), inside)


def _wedge(p: Points) -> Points:
    inside = (p[:, 1] > -0.4) & (np.abs(p[:, 0]) < 0.6 * (0.4 - p[:, 1]) / 0.8)
    flat = _polygon(p[:, :2], np.array([(-0.6, -0.4), (0.6, -0.4), (0, 0.4)]), inside)
    q = np.stack([flat, np.abs(p[:, 2]) - 0.5], axis=1)
    return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(1), 0)


@pytest.mark.parametrize(
    ("shape", "reference", "tolerance"),
    [
        (shapes.sphere((0.2, 0.1, -0.3), 0.6, GREY), _sphere, TOLERANCE),
        (shapes.box((0, 0, 0), (0.5, 0.3, 0.7), GREY), _box, TOLERANCE),
        (shapes.capsule((0, 0, 0), (0.3, 0.9, 0.2), (0.4, 0.15), GREY), _capsule, 2e-4),
        (shapes.cylinder((0, 0, 0), 0.5, 0.7, GREY), _cylinder, TOLERANCE),
        (shapes.torus((0, 0, 0), 0.8, 0.2, GREY), _torus, TOLERANCE),
        (shapes.torus((0, 0, 0), 0.8, 0.2, GREY, arc=1.1), _arc, 2e-4),
        (shapes.cone((0, 0, 0), (0.6, 0.2), 0.5, GREY), _cone, TOLERANCE),
        (shapes.wedge((0, 0, 0), (0.6, 0.4, 0.5), GREY), _wedge, TOLERANCE),
    ],
    ids=lambda value: value.kind.name if isinstance(value, Shape) else "",
)
def test_distances_are_those_of_geometry(
    shape: Shape, reference: Callable[[Points], Points], tolerance: float
) -> None:
    few = POINTS[:400]

    found = _of(shape, points=few)

    assert np.abs(found - reference(few.astype(np.float64))).max() < tolerance


def test_rounding_keeps_the_outer_measure() -> None:
    on = np.array([[0.5, 0, 0], [0, 0.3, 0], [0, 0, 0.7]], np.float32)

    rounded = _of(shapes.box((0, 0, 0), (0.5, 0.3, 0.7), GREY, rounding=0.1), points=on)

    assert np.abs(rounded).max() < TOLERANCE


def test_an_ellipsoid_is_zero_on_its_surface_and_never_too_far() -> None:
    direction = POINTS / np.linalg.norm(POINTS, axis=1, keepdims=True)
    radii = np.array((0.5, 0.3, 0.8), np.float32)

    on = _of(shapes.ellipsoid((0, 0, 0), (0.5, 0.3, 0.8), GREY), points=direction * radii)
    off = _of(shapes.ellipsoid((0, 0, 0), (0.5, 0.3, 0.8), GREY), points=direction * 3)

    assert np.abs(on).max() < TOLERANCE
    # A step as long as said must not reach through the surface.
    nearest = np.linalg.norm(direction * 3, axis=1) - 0.3
    assert (off <= nearest).all()


def test_a_pose_turns_moves_and_scales() -> None:
    pose = shapes.pose((0.3, -0.2, 0.4), yaw=0.7, pitch=0.3, roll=-0.4, scale=1.5)
    turn = np.array(pose.turn)
    local = (POINTS - np.array(pose.at)) @ turn / 1.5

    found = _of(shapes.box((0, 0, 0), (0.5, 0.3, 0.7), GREY), pose=pose)

    assert np.abs(found - 1.5 * _box(local)).max() < 1e-4


def test_a_mirrored_shape_is_the_mirror_image() -> None:
    arm = shapes.capsule((0.2, 0.1, 0.3), (0.9, 0.5, -0.2), (0.2, 0.1), GREY)
    flipped = POINTS * np.array((-1, 1, 1), np.float32)

    pair = _of(*shapes.mirrored((arm,)))

    both = np.minimum(_of(arm), _of(arm, points=flipped))
    assert np.abs(pair - both).max() < TOLERANCE


def test_moving_shapes_is_posing_their_group() -> None:
    parts = (shapes.torus((0.2, 0, 0), 0.5, 0.1, GREY), shapes.sphere((0, 0.4, 0), 0.3, GREY))
    pose = shapes.pose((0.3, 0.2, 0.1), yaw=0.5, pitch=-0.8, scale=0.7)

    assert np.abs(_of(*shapes.moved(parts, pose)) - _of(*parts, pose=pose)).max() < TOLERANCE


def test_a_cut_takes_away_and_a_blend_fills_in() -> None:
    ball = shapes.sphere((0, 0, 0), 0.8, GREY)
    hole = shapes.sphere((0.5, 0, 0), 0.4, GREY)
    a, b = _of(ball), _of(hole)

    cut = _of(ball, shapes.cut(hole))
    joined = _of(ball, shapes.sphere((0.9, 0, 0), 0.4, GREY, blend=0.2))

    assert np.abs(cut - np.maximum(a, -b)).max() < TOLERANCE
    sharp = np.minimum(a, _of(shapes.sphere((0.9, 0, 0), 0.4, GREY)))
    assert (joined <= sharp + TOLERANCE).all()
    assert (sharp - joined).max() == pytest.approx(0.05, abs=0.005)  # A quarter of the blend.


def test_a_hollow_shape_has_walls_of_its_thickness() -> None:
    found = _of(shapes.hollow(shapes.sphere((0, 0, 0), 0.8, GREY), 0.1))

    away = np.linalg.norm(POINTS.astype(np.float64), axis=1)
    assert np.abs(found - (np.abs(away - 0.8) - 0.05)).max() < TOLERANCE


def test_repeated_copies_are_as_near_as_the_nearest() -> None:
    post = shapes.box((0, 0, 0), (0.1, 0.3, 0.05), GREY)
    pose = shapes.pose((-1, 0, 0.2), yaw=0.4)
    repeat = scenes.Repeat((0.4, 0, 0.9), (4, 1, 2))

    near = shapes.point(pose, (0.2, 0.1, 0.4))
    points = (POINTS * 0.2 + np.array(near)).astype(np.float32)

    found = _of(post, pose=pose, repeat=repeat, points=points)
    far = _of(post, pose=pose, repeat=repeat)

    def each(where: NDArray[np.float32]) -> Points:
        places = [shapes.pose((0.4 * i, 0, 0.9 * k)) for i in range(4) for k in range(2)]
        return np.min(
            [_of(post, pose=shapes.placed(pose, p), points=where) for p in places], axis=0
        )

    assert np.abs(found - each(points)).max() < TOLERANCE
    # Farther off it may be said to be nearer, never farther.
    assert (far <= each(POINTS) + TOLERANCE).all()


def test_rough_outlines_are_never_nearer_than_said() -> None:
    from_outside = POINTS[np.linalg.norm(POINTS, axis=1) > 1.0]
    leafy = shapes.sphere((0, 0, 0), 0.8, LEAFY)

    found = _of(leafy, points=from_outside)

    # The foliage lies within the ball that was said, and a step never reaches inside by more.
    away = np.linalg.norm(from_outside.astype(np.float64), axis=1)
    assert (found <= away - 0.8 + 0.1 + TOLERANCE).all()
    assert (found >= (away - 0.8) * 0.69).all()


def test_turns_are_rotations() -> None:
    for turn in (shapes.turn(yaw=1, pitch=2, roll=3), shapes.along((0.1, -2, 0.3))):
        rows = np.array(turn)
        assert np.allclose(rows @ rows.T, np.eye(3))
        assert math.isclose(float(np.linalg.det(rows)), 1)
