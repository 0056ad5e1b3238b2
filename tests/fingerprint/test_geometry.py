"""Maps between pictures: what is fitted, what is refused, and how it is said."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint import geometry
from fingerprint.geometry import Geometry, Matrix

WIDE = 16 / 9


def similar(scale: float, degrees: float, x: float = 0.0, y: float = 0.0) -> Matrix:
    turn = math.radians(degrees)
    a, b = scale * math.cos(turn), scale * math.sin(turn)
    return ((a, -b, x), (b, a, y))


def shown(matrix: Matrix, *, mirrored: bool = False) -> Geometry:
    return Geometry(matrix, mirrored, query_aspect=WIDE, reference_aspect=WIDE)


def strewn(count: int, *, seed: int = 0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return (rng.uniform(-0.5, 0.5, (count, 2)) * (1, 1 / WIDE)).astype(np.float32)


def placed(matrix: Matrix, places: NDArray[np.float32]) -> NDArray[np.float32]:
    return geometry.apply(matrix, places).astype(np.float32)


@pytest.mark.parametrize("truth", [similar(0.5, 0, 0.1), similar(2.0, 30), similar(1.0, -170)])
def test_a_map_is_found_among_as_many_wrong_pairs(truth: Matrix) -> None:
    here = strewn(60)
    there = placed(truth, here)
    there[30:] = strewn(30, seed=1)

    found = geometry.fit(here, there)

    assert found is not None
    assert geometry.distance(found, here[:30], there[:30]).max() < 0.005


def test_what_is_stretched_a_little_is_fitted() -> None:
    here = strewn(60)
    truth = ((0.8, 0.0, 0.1), (0.0, 1.0, 0.0))

    found = geometry.fit(here, placed(truth, here))

    assert found is not None
    assert np.allclose(found, truth, atol=0.01)


@pytest.mark.parametrize("scale", [0.05, 12.0])
def test_what_no_copy_shows_is_not_fitted(scale: float) -> None:
    here = strewn(40)

    assert geometry.fit(here, placed(similar(scale, 0), here)) is None


def test_a_few_pairs_or_one_place_give_no_map() -> None:
    here = strewn(2)
    same = np.zeros((20, 2), np.float32)

    assert geometry.fit(here, here) is None
    assert geometry.fit(same, same) is None


def test_words_of_what_is_shown_whole() -> None:
    assert shown(similar(1, 0)).words() == "whole picture"
    assert shown(similar(1, 0), mirrored=True).words() == "flipped"


def test_what_fills_the_picture_but_for_a_hair_is_whole() -> None:
    for off in (1e-9, 1e-7, 2e-6, 4e-5):
        nearly = shown(((1 + off, -off, off), (off / 3, 1 - off, -off)))

        assert nearly.words() == "whole picture"
        assert nearly.visible.share == pytest.approx(1, abs=1e-3)


def test_a_crop_is_a_part_of_the_original_that_fills_the_copy() -> None:
    crop = shown(similar(0.5, 0, 0.1, 0.05))

    assert crop.visible.share == pytest.approx(0.25, abs=1e-4)
    assert crop.visible.left == pytest.approx(0.35, abs=1e-4)
    assert crop.covered.share == pytest.approx(1.0, abs=1e-4)
    assert crop.words() == "crop 0.5 at (0.35, 0.34)"
    assert crop.scale == pytest.approx(0.5)


def test_an_inset_is_a_part_of_the_copy_that_shows_all() -> None:
    inset = shown(similar(2.0, 0, -0.4, 0.0))

    assert inset.covered.share == pytest.approx(0.25, abs=1e-4)
    assert inset.covered.left == pytest.approx(0.45, abs=1e-4)
    assert inset.words() == "inset 0.5 at (0.45, 0.25)"


def test_a_mirrored_inset_lies_where_the_copy_shows_it() -> None:
    inset = shown(similar(2.0, 0, -0.4, 0.0), mirrored=True)

    assert inset.covered.left == pytest.approx(0.05, abs=1e-4)


def test_a_turn_is_that_of_the_copy() -> None:
    assert shown(similar(1, -10)).degrees == pytest.approx(10)
    assert shown(similar(1, 180)).degrees == pytest.approx(180)
    assert "turned 10° clockwise" in shown(similar(1, -10)).words()


def test_pictures_that_do_not_meet_show_nothing_of_each_other() -> None:
    apart = shown(similar(1, 0, 5, 5))

    assert apart.visible.share == 0.0
    assert apart.covered.share == 0.0


def test_points_in_one_corner_or_row_say_little() -> None:
    everywhere = strewn(60)
    corner = everywhere * np.float32(0.05)
    row = everywhere * np.array([1, 0.1], np.float32)

    def evidence(places: NDArray[np.float32]) -> float:
        return geometry.evidence(places, places, WIDE, WIDE)

    assert evidence(everywhere) > 40
    assert evidence(corner) < 8
    assert evidence(everywhere.repeat(5, axis=0)) == evidence(everywhere)
    assert geometry.breadth(everywhere, everywhere, WIDE, WIDE) == 1.0
    assert geometry.breadth(row, row, WIDE, WIDE) < 0.2
    assert geometry.breadth(row[:1], row[:1], WIDE, WIDE) == 0.0


def test_a_small_inset_of_all_of_a_picture_says_as_much_as_the_picture() -> None:
    everywhere = strewn(60)
    small = everywhere * np.float32(0.1)

    assert geometry.breadth(small, everywhere, WIDE, WIDE) == 1.0
