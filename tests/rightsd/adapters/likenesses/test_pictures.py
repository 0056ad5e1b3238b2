import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.adapters.likenesses import pictures
from rightsd.errors import Code, RightsError

sides = st.integers(1, 300)


@given(sides, sides, st.floats(-50, 250), st.floats(-50, 250), st.floats(40, 400))
def test_any_square_that_touches_a_picture_is_cut(
    height: int, width: int, left: float, top: float, side: float
) -> None:
    left, top = min(left, width - 1), min(top, height - 1)
    left, top = max(left, 1 - side), max(top, 1 - side)
    frame = np.full((height, width, 3), 200, np.uint8)

    square = pictures.cut(frame, left, top, side, 128)

    assert square.shape == (128, 128, 3)
    assert set(np.unique(square)) <= {0, 200}
    assert square.max() == 200


@pytest.mark.parametrize("scale", [0.1, 0.4, 1.0, 2.0])
def test_a_warp_puts_a_point_where_the_map_says(scale: float) -> None:
    frame = np.zeros((400, 600, 3), np.uint8)
    frame[180:221, 280:321] = 255
    there = pictures.similarity(scale, 0.3, (300, 200), (56, 56))

    crop = pictures.warp(frame, there, 112)

    at = np.argwhere(crop[..., 0] > 127).mean(0)
    assert at == pytest.approx([56, 56], abs=0.6)


def test_aligned_points_lie_on_the_template() -> None:
    angle, scale, shift = 0.4, 1.7, np.array([30, 60])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = (pictures.ARCFACE @ turn.T * scale + shift).astype(np.float32)
    frame = np.zeros((400, 400, 3), np.uint8)
    for x, y in points.astype(int):
        frame[y - 2 : y + 3, x - 2 : x + 3] = 255

    crop = pictures.align(frame, points, pictures.ARCFACE, 112)

    for x, y in pictures.ARCFACE.astype(int):
        assert crop[y - 1 : y + 2, x - 1 : x + 2].mean() > 100


def test_points_in_one_place_are_refused() -> None:
    frame, points = np.zeros((50, 50, 3), np.uint8), np.full((5, 2), 7, np.float32)

    with pytest.raises(RightsError) as caught:
        pictures.align(frame, points, pictures.ARCFACE, 112)

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (np.zeros((4, 4), np.uint8), Code.INVALID),
        (np.zeros((4, 4, 4), np.uint8), Code.INVALID),
        (np.zeros((4, 4, 3), np.float32), Code.INVALID),
        (np.zeros((0, 4, 3), np.uint8), Code.INVALID),
        (np.broadcast_to(np.uint8(0), (1 << 20, 1 << 20, 3)), Code.TOO_LARGE),
    ],
)
def test_what_is_no_picture_is_refused(frame: np.ndarray, code: Code) -> None:
    with pytest.raises(RightsError) as caught:
        pictures.require(frame)

    assert caught.value.code is code
