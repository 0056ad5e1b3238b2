from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from rightsd.adapters import media, media_cuts
from rightsd.errors import Code, RightsError

FPS = Fraction(8)
RATE = 48_000
CUTS = (0, 9, 14)
FRAMES = 24


def pictures() -> np.ndarray:
    """Something that moves, and is of another colour in each shot."""
    frames = np.zeros((FRAMES, 96, 160, 3), np.uint8)
    for number in range(FRAMES):
        shot = sum(number >= cut for cut in CUTS) - 1
        frames[number, ..., shot] = 90
        frames[number, 10:40, 4 * number : 4 * number + 30] = 220
    return frames


def write(path: Path, cuts: tuple[int, ...]) -> Path:
    seconds = np.arange(RATE * FRAMES // FPS.numerator) / RATE
    sound = np.repeat(np.sin(seconds * 2000)[:, None], 2, axis=1).astype(np.float32) / 2
    media.write_video(
        path, width=160, height=96, fps=FPS, frames=[pictures()], audio=sound, rate=RATE, cuts=cuts
    )
    return path


def decode(path: Path) -> np.ndarray:
    with media.open_video(path) as video:
        return np.concatenate([chunk.frames for chunk in video])


def test_shots_have_the_pictures_of_the_clip_and_nothing_was_encoded_again(tmp_path: Path) -> None:
    clip = write(tmp_path / "clip.mp4", CUTS)

    shots = media_cuts.split(clip, tmp_path, CUTS, fps=FPS)

    assert [len(decode(shot)) for shot in shots] == [9, 5, 10]
    assert np.array_equal(np.concatenate([decode(shot) for shot in shots]), decode(clip))


def test_shots_begin_at_once_and_have_the_sound_of_the_clip(tmp_path: Path) -> None:
    clip = write(tmp_path / "clip.mp4", CUTS)

    shots = media_cuts.split(clip, tmp_path, CUTS, fps=FPS)

    lengths = []
    for shot in shots:
        with av.open(str(shot)) as container:
            video, audio = container.streams.video[0], container.streams.audio[0]
            assert next(container.decode(video)).time == pytest.approx(0, abs=0.001)
            lengths.append(float(audio.duration * audio.time_base))
    assert lengths == pytest.approx([9 / 8, 5 / 8, 10 / 8], abs=2 * 1024 / RATE)


def test_the_same_clip_gives_the_same_shots(tmp_path: Path) -> None:
    clip = write(tmp_path / "clip.mp4", CUTS)
    (tmp_path / "again").mkdir()

    first = media_cuts.split(clip, tmp_path, CUTS, fps=FPS)
    second = media_cuts.split(clip, tmp_path / "again", CUTS, fps=FPS)

    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second]


def test_a_clip_is_not_cut_where_a_picture_needs_another(tmp_path: Path) -> None:
    clip = write(tmp_path / "clip.mp4", (0,))

    with pytest.raises(RightsError) as caught:
        media_cuts.split(clip, tmp_path, (0, 5), fps=FPS)

    assert caught.value.code is Code.INVALID
