"""One reading of a file serves everyone, and says what reading every frame would."""

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from fingerprint import descriptor, sample
from rightsd.adapters import media, readings
from rightsd.adapters.marks import Marks
from rightsd.domain.fingerprint import Channel
from rightsd.errors import Code, RightsError
from tests import pictures
from tests.watermark import clips

FPS = Fraction(24)


@pytest.fixture(scope="module")
def spliced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds without a mark, three with one."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    frames = [clips.plain("textured", 180, 320, 48), clips.marked("gradients", 180, 320, 72)]
    media.write_video(path, width=320, height=180, fps=FPS, frames=frames)
    return path


def test_the_fingerprint_is_that_of_all_frames(spliced: Path) -> None:
    with media.open_video(spliced) as video:
        whole = descriptor.describe((chunk.frames, chunk.seconds) for chunk in video)

    reading = readings.read(spliced, limits=media.LIMITS)

    assert (reading.content.seconds == whole.seconds).all()
    assert (reading.content.codes == whole.codes).all()
    assert (reading.still, reading.seconds) == (False, pytest.approx(119 / 24))


def test_only_the_channels_that_are_asked_for_are_made(spliced: Path) -> None:
    everything = readings.read(spliced, limits=media.LIMITS).whole
    some = readings.read(spliced, limits=media.LIMITS, channels=[Channel.MOTION]).whole

    assert everything.features is not None
    assert (some.features, some.sound) == (None, None)
    assert some.motion is not None
    assert (some.content.codes == everything.content.codes).all()


def test_watches_are_shown_the_looks(spliced: Path) -> None:
    times: list[float] = []

    readings.read(spliced, limits=media.LIMITS, watches=[lambda _, at: times.extend(at.tolist())])

    assert len(times) == 5 * sample.LOOKS_PER_SECOND + 1


def test_a_mark_is_found_where_it_is(spliced: Path) -> None:
    marks = Marks((clips.SECRET,))
    readings.read(spliced, limits=media.LIMITS, watches=[marks.look])

    assert marks.find_between(0.0, 2.0, effort="quick").payload_id is None
    assert marks.find_between(2.0, 5.0, effort="quick").payload_id == clips.PAYLOAD_ID
    assert (
        marks.find_between(4.9, 99.0, effort="quick").frames >= 1
    )  # However short, or far beyond the end.


def test_the_picture_is_not_the_black_that_a_clip_begins_with(tmp_path: Path) -> None:
    frames = np.repeat(np.stack([pictures.clouds(1) * 0, pictures.clouds(2)]), 12, axis=0)
    media.write_video(tmp_path / "a.mp4", width=320, height=180, fps=FPS, frames=[frames])

    reading = readings.read(tmp_path / "a.mp4", limits=media.LIMITS)

    assert reading.picture.mean() > 20


def test_a_picture_is_still(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(pictures.file(pictures.clouds(1)))

    reading = readings.read(tmp_path / "a.png", limits=media.LIMITS)

    assert (reading.still, reading.seconds) == (True, 0.0)
    assert (reading.picture == pictures.clouds(1)).all()


@pytest.mark.slow
def test_a_file_with_any_bytes_in_it_is_read_or_refused(tmp_path: Path) -> None:
    rng = random.Random(5)
    film = np.repeat(pictures.clouds(2)[None], 6, axis=0)
    media.write_video(tmp_path / "film", width=64, height=48, fps=FPS, frames=[film])
    originals = [(tmp_path / "film").read_bytes(), pictures.file(pictures.clouds(1))]
    read: list[readings.Reading] = []

    for number in range(10):
        changed = bytearray(originals[number % 2])
        for _ in range(rng.choice([1, 8, 200])):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        (tmp_path / "a").write_bytes(changed[: rng.choice([len(changed), len(changed) // 2])])
        try:
            read.append(readings.read(tmp_path / "a", limits=media.LIMITS))
        except RightsError as error:
            assert error.code in {Code.INVALID, Code.TOO_LARGE}  # noqa: PT017 -- Both may happen.

    assert 0 < len(read) < 10
    assert all(np.isfinite(each.content.seconds).all() for each in read)
