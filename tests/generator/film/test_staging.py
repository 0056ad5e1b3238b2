from dataclasses import replace

import numpy as np
import pytest

from generator import objects
from generator.base import Fate, Prop
from generator.film import arrays, blocking, cameras, groups, measuring, pictures, staging
from generator.film.places import catalogue
from generator.film.vocabulary import FILM
from generator.simulate.cameras import LOWEST_EYE
from tests.generator.film.productions import ASPECT, planned, produced

ANGLES = ("eye", "low", "high", "overhead", "dutch")


@pytest.mark.parametrize("move", sorted(cameras.MOVES))
@pytest.mark.parametrize("angle", ANGLES)
def test_a_camera_is_square_above_ground_and_on_the_audiences_side(move: str, angle: str) -> None:
    board = planned("a woman walks in the park, single take")
    shots = (replace(board.shots[0], move=move, angle=angle, lens_mm=35.0),)
    production = produced(replace(board, shots=shots))

    for at in (0.0, 0.9, 1.9):
        view = production.view(production.world, 0, at, aspect=ASPECT)
        axes = np.stack([view.right, view.up, view.forward])

        assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-9)
        assert LOWEST_EYE <= view.eye[1] <= cameras.HIGHEST_EYE + 3
        assert view.forward[2] < 0.2  # Never towards the audience.
        assert view.focus > 0.25


@pytest.mark.parametrize("size", ["medium", "close"])
@pytest.mark.parametrize("body", sorted(FILM.bodies))
def test_eyes_lie_on_the_upper_third_with_headroom(size: str, body: str) -> None:
    board = planned("a man in the studio, static, single take")
    shot = board.shots[0]
    role = replace(shot.cast[0], body=body)
    production = produced(
        replace(board, shots=(replace(shot, size=size, cast=(role,), move="static"),))
    )
    frame = pictures.frame(staging.take(production, 1.0), width=192, height=108)
    rows, columns = np.nonzero(frame.ids == 100)

    assert 0 <= rows.min() / 108 < 0.3
    assert (rows == 0).sum() < 8  # Hair may touch the edge, no more.
    view = production.view(production.world, 0, 1.0, aspect=ASPECT)
    eyes = cameras.casting.face(production.world, 0, role, 1.0).at
    way = np.array(eyes) - view.eye
    high = float(way @ view.up) / float(way @ view.forward) * view.lens_mm / 18 * ASPECT
    assert 0.15 < high < 0.5  # A third of half the frame above its middle.
    assert columns.size / frame.ids.size > 0.08


@pytest.mark.parametrize("name", catalogue.PLACES)
@pytest.mark.parametrize("lens", [14, 135])
def test_nothing_stands_between_the_lens_and_who_is_filmed(name: str, lens: int) -> None:
    board = planned(f"{lens}mm medium shot, a woman, static, studio, single take")
    production = produced(replace(board, shots=(replace(board.shots[0], place=name),)))

    frame = pictures.frame(staging.take(production, 1.0), width=96, height=54)

    assert (frame.ids == 100).mean() > 0.1
    view = production.view(production.world, 0, 1.0, aspect=ASPECT)
    for group in production.shots[0].still:
        for shape in (shape for shape in group.shapes if not shape.cut):
            low, high = groups.bounds((replace(group, shapes=(shape,)),))
            gaps = np.maximum(np.array(low) - view.eye, view.eye - np.array(high))
            assert np.linalg.norm(np.maximum(gaps, 0)) > 0.1, "the camera is inside something"


def test_walls_that_the_camera_is_behind_are_left_out() -> None:
    board = planned("wide shot of a woman in the room, overhead, static, single take")
    above = produced(board)
    level = produced(replace(board, shots=(replace(board.shots[0], angle="eye"),)))

    assert len(above.shots[0].still) < len(level.shots[0].still)


def test_what_is_asked_for_takes_the_place_of_dressing() -> None:
    board = planned("wide shot, a bus and a castle in the park, static, single take")
    production = produced(board)
    asked = [
        group
        for stood, number in production.shots[0].moving
        for group in blocking.build(stood, at=0.0, number=number)
    ] + [group for group in production.shots[0].still if group.id >= 1000]
    dressing = [
        group
        for piece in production.shots[0].set.place.pieces
        for group in piece
        if group in production.shots[0].still
    ]

    assert {group.id for group in asked} == {1000, 1001}
    for group in asked:
        least, most = groups.bounds((group,))
        for other in dressing:
            low, high = groups.bounds((other,))
            apart = any(high[n] <= least[n] or low[n] >= most[n] for n in range(3))
            assert apart or high[1] < 0.1


def test_a_thing_stands_where_it_stood_after_a_cut() -> None:
    board = planned("Shot 1: wide, a red chair in the street. Shot 2: medium, the chair. static.")
    production = produced(board)

    first = [group for group in production.shots[0].still if group.id == 1000]
    second = [group for group in production.shots[1].still if group.id == 1000]
    assert first
    assert [group.pose for group in first] == [group.pose for group in second]


def test_who_is_seen_and_who_is_not_is_measured() -> None:
    board = planned(
        "Shot 1: wide, a red car in the park, static. Shot 2: close-up of a teapot in a kitchen."
    )
    car = next(word for word in board.words if word.text == "car")
    lie = replace(car, shot=1)
    told = measuring.measured(
        replace(board, words=(*board.words, lie)), [produced(board)] * 2, progress=lambda: None
    )

    by_text = {word.text: word for word in told.words[:-1]}
    assert by_text["car"].fate is Fate.DRAWN
    assert by_text["car"].share is not None
    assert by_text["car"].share > 0.01
    assert by_text["teapot"].share is not None
    assert by_text["teapot"].share > 0.02
    assert by_text["wide"].share is None
    assert told.words[-1].fate is Fate.NOT_DRAWN
    assert told.words[-1].share == 0


def test_numbers_tell_everything_of_a_storyboard_apart() -> None:
    board = planned("Shot 1: a man and a woman, two red balls and a blue ball. Shot 2: the man.")
    numbers = objects.numbers(board.shots)

    assert len(set(numbers.values())) == len(numbers)
    assert {objects.role_key(role) for shot in board.shots for role in shot.cast} <= set(numbers)
    assert numbers[objects.PLACE_KEY] == objects.PLACE


def test_a_thrown_ball_leaves_the_hand_where_it_is() -> None:
    board = planned("wide, a man throws a ball in the park, static, single take", seconds=3.0)
    world = produced(board).world
    thrown = world.thrown[0]
    let_go = thrown.launched_at

    before, after = (world.ball(thrown, let_go + step) for step in (-1e-4, 1e-4))

    assert thrown.holder is not None
    assert np.linalg.norm(after - before) < 0.01
    assert after[1] > 0.8


@pytest.mark.parametrize("place", ["kitchen", "meadow"])
def test_every_kind_of_thing_can_be_put_on_a_set(place: str) -> None:
    board = planned("a ball in the studio, static, wide, single take")
    kinds = sorted(FILM.props)

    for first in range(0, len(kinds), 6):
        props = tuple(
            Prop(kind, (40, 90, 160), 1 + index % 2, next(iter(FILM.doers.get(kind, ())), ""))
            for index, kind in enumerate(kinds[first : first + 6])
        )
        shot = replace(board.shots[0], place=place, props=props)
        production = produced(replace(board, shots=(shot,)))
        shown = staging.take(production, 1.0).scene

        arrays.pack(shown)
        numbers = {group.id for group in shown.groups}
        assert {objects.numbers((shot,))[objects.prop_key(prop)] for prop in props} <= numbers


@pytest.mark.parametrize("action", sorted(FILM.actions))
def test_every_action_of_every_body_can_be_filmed(action: str) -> None:
    board = planned("a man in the studio, static, wide, single take")
    hairs, wears = sorted(FILM.hairs), sorted(FILM.wears)

    for index, body in enumerate(sorted(FILM.bodies)):
        role = replace(
            board.shots[0].cast[0], body=body, action=action, hair=hairs[index], wear=wears[index]
        )
        production = produced(replace(board, shots=(replace(board.shots[0], cast=(role,)),)))

        for at in (0.7, 1.9):
            arrays.pack(staging.take(production, at).scene)
            face = cameras.casting.face(production.world, 0, role, at)
            assert 0.1 < face.at[1] < 2.6
            assert abs(face.at[0]) < 4.2


def test_a_close_shot_of_a_walker_keeps_up() -> None:
    board = planned("close-up of a woman who walks in the park, static, single take", seconds=3.0)
    production = produced(board)

    for at in (0.2, 1.5, 2.8):
        frame = pictures.frame(staging.take(production, at), width=96, height=54)
        assert (frame.ids == 100).mean() > 0.12
