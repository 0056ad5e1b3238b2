"""What a proof strip shows, and what it is not drawn of."""

import io

import numpy as np
import pytest
from PIL import Image

from fingerprint import strip
from fingerprint.errors import FramesError
from fingerprint.registration import Matrix
from fingerprint.strip import Moment
from tests.fingerprint import clips, scenes
from tests.fingerprint.clips import Frames
from tests.fingerprint.scenes import UPRIGHT

HALF: Matrix = ((0.5, 0.0, 0.0), (0.0, 0.5, 0.0))
INSET: Matrix = ((2.0, 0.0, -0.5), (0.0, 2.0, -90 / 320))


@pytest.fixture(scope="module")
def original() -> Frames:
    return scenes.scene(1, take=1, seconds=1)


def moments(queries: Frames, references: Frames, *, count: int = 5) -> list[Moment]:
    return [
        Moment(queries[number], references[number], number / 24, 3600 + number / 24)
        for number in range(count)
    ]


def rows(picture: Frames, *, query: tuple[int, int]) -> tuple[Frames, Frames]:
    """The first picture of the first two rows, for a strip of five columns, 1280 wide."""
    column = (1280 - 6 * 8) // 5
    high = round(column * query[0] / query[1])
    first = picture[8 + 24 :][:high, 8 : 8 + column]
    second = picture[8 + 24 + high + 8 + 24 :][:high, 8 : 8 + column]
    return first, second


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_a_strip_is_as_wide_as_asked_and_a_small_jpeg(original: Frames, width: int) -> None:
    picture = strip.draw(moments(original, original), matrix=UPRIGHT, mirrored=False, width=width)

    assert picture.dtype == np.uint8
    assert picture.shape[1:] == (width, 3)
    assert picture.shape[0] < width
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=85)
    assert len(out.getvalue()) < 300_000


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_reference_is_shown_as_the_query_shows_it(original: Frames, *, mirrored: bool) -> None:
    queries = original[:, 45:135, 80:240]
    if mirrored:
        queries = clips.mirrored(queries)

    picture = strip.draw(moments(queries, original), matrix=HALF, mirrored=mirrored)

    query, laid = (row[10:-10, 10:-10].astype(int) for row in rows(picture, query=(90, 160)))
    assert np.abs(query - laid).mean() < 4


def test_around_the_reference_is_nothing_and_a_line_where_it_lies(original: Frames) -> None:
    queries = clips.textured(9, seconds=1).copy()
    queries[:, 90:, 160:] = original[:, ::2, ::2]

    picture = strip.draw(moments(queries, original), matrix=INSET, mirrored=False)

    query, laid = rows(picture, query=(180, 320))
    inside = (slice(75, 130), slice(130, 238))
    assert np.abs(query[inside].astype(int) - laid[inside]).mean() < 12
    assert laid[:60].max() < 80
    line = np.array([190, 255, 60])
    assert (np.abs(query[66:72].astype(int) - line).sum(2) < 60).any(0)[130:235].all()


def test_a_turned_query_and_one_that_shows_nothing_of_it_are_drawn(original: Frames) -> None:
    upright = np.ascontiguousarray(np.rot90(original[0]))
    turn: Matrix = ((0.0, -1.0, 0.0), (1.0, 0.0, 0.0))
    away: Matrix = ((1.0, 0.0, 50.0), (0.0, 1.0, 0.0))

    for matrix in (turn, away):
        moment = Moment(upright, original[0], 1.0, 2.0)
        assert strip.draw([moment], matrix=matrix, mirrored=False, width=320).shape[1] == 320


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 7)])
def test_pictures_of_odd_sizes_are_drawn(original: Frames, shape: tuple[int, int]) -> None:
    odd = np.full((*shape, 3), 90, np.uint8)

    for moment in (Moment(odd, original[0], 0, 0), Moment(original[0], odd, 0, 0)):
        picture = strip.draw([moment] * 3, matrix=UPRIGHT, mirrored=True, width=640)
        assert picture.shape[1] == 640


def test_moments_lie_inside_the_stretch() -> None:
    assert strip.seconds(2.0, 4.0, count=4) == [2.25, 2.75, 3.25, 3.75]


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (0, "0:00.00"),
        (3.256, "0:03.26"),
        (59.999, "1:00.00"),
        (3725.5, "1:02:05.50"),
        (-1, "0:00.00"),
    ],
)
def test_times_are_written_as_on_a_clock(at: float, written: str) -> None:
    assert strip.clock(at) == written


def test_what_is_no_match_is_not_drawn(original: Frames) -> None:
    moment = moments(original, original, count=1)[0]
    grey = Moment(original[0, ..., 0], original[0], 0, 0)
    nan: Matrix = ((np.nan, 0.0, 0.0), (0.0, 1.0, 0.0))
    flat: Matrix = ((1.0, 0.0, 0.0), (1.0, 0.0, 0.0))

    for chosen, matrix, width in (
        ([], UPRIGHT, 640),
        ([moment], nan, 640),
        ([moment], flat, 640),
        ([moment], UPRIGHT, 10),
        ([moment], UPRIGHT, 100_000),
        ([grey], UPRIGHT, 640),
    ):
        with pytest.raises(FramesError):
            strip.draw(chosen, matrix=matrix, mirrored=False, width=width)
