"""Codes of mirrored and turned pictures, held against hashing those pictures."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint import descriptor, views
from fingerprint.views import View
from tests.fingerprint import clips

Picture = NDArray[np.uint8]
DO: dict[View, Callable[[Picture], Picture]] = {
    View.UPRIGHT: lambda picture: picture,
    View.MIRRORED: lambda picture: picture[:, ::-1],
    View.CLOCKWISE: lambda picture: np.rot90(picture, -1),
    View.ANTICLOCKWISE: np.rot90,
    View.UPSIDE_DOWN: lambda picture: np.rot90(picture, 2),
}
PICTURES = [clips.textured(seed, seconds=0.5)[6] for seed in range(12)]


def hashed(pictures: list[Picture]) -> NDArray[np.uint8]:
    codes = [
        descriptor.hash_frame(np.ascontiguousarray(picture), seconds=0).code for picture in pictures
    ]
    return np.frombuffer(b"".join(codes), np.uint8).reshape(-1, descriptor.CODE_BYTES)


def test_every_view_is_done() -> None:
    assert set(DO) == set(View)
    assert set(views.UNUSUAL) == set(View) - {View.UPRIGHT}


@pytest.mark.parametrize("view", View)
def test_undone_it_is_the_code_of_the_picture_before(view: View) -> None:
    after = hashed([DO[view](picture) for picture in PICTURES])

    before = views.undo(after, view)

    bits = np.bitwise_count(before ^ hashed(PICTURES)).sum(axis=1)
    assert bits.max() <= 16
    assert np.median(bits) <= 8


@pytest.mark.parametrize("view", views.UNUSUAL)
def test_another_view_is_another_picture(view: View) -> None:
    codes = hashed(PICTURES)

    bits = np.bitwise_count(views.undo(codes, view) ^ codes).sum(axis=1)

    assert bits.min() > 60


def test_mirroring_is_what_the_descriptor_calls_it() -> None:
    codes = hashed(PICTURES)

    assert (views.undo(codes, View.MIRRORED) == descriptor.mirror(codes)).all()


@pytest.mark.parametrize("view", View)
def test_the_matrix_leads_to_the_place_before(view: View) -> None:
    picture = np.zeros((9, 9), np.uint8)
    picture[1, 6] = 1

    (y,), (x,) = np.nonzero(DO[view](picture))

    (a, b), (c, d) = views.matrix(view)
    assert (a * (x - 4) + b * (y - 4), c * (x - 4) + d * (y - 4)) == (6 - 4, 1 - 4)
