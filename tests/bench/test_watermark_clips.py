"""Which frames of a file the benchmark marks, and under which names."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from rightsd.adapters import media
from tests.bench import watermark_clips

HEIGHT, WIDTH = 96, 128


def write(path: Path, *, fps: int, level: int = 0) -> Path:
    """Write a second in which every frame is two grey levels lighter than the last."""
    levels = level + 2 * np.arange(fps, dtype=np.uint8)
    frames = np.zeros((fps, HEIGHT, WIDTH, 3), dtype=np.uint8) + levels[:, None, None, None]
    media.write_video(path, width=WIDTH, height=HEIGHT, fps=Fraction(fps), frames=[frames], crf=0)
    return path


@pytest.mark.parametrize("fps", [12, 24, 30, 60])
def test_a_clip_is_as_long_as_it_was_whatever_its_rate(tmp_path: Path, fps: int) -> None:
    source = watermark_clips.Source("a", path=write(tmp_path / "a.mp4", fps=fps, level=80))

    (clip,) = watermark_clips.prepare(tmp_path, source, sizes=[(HEIGHT, WIDTH)], frames_max=12)

    shown = watermark_clips.read(clip.plain).mean(axis=(1, 2, 3))
    due = 80 + 2 * np.arange(12) * fps / 24
    assert shown == pytest.approx(due, abs=3.0)


def test_no_two_clips_have_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, made = tmp_path / "found", tmp_path / "made"
    for folder in (found, made):
        folder.mkdir()
    for number, name in enumerate(("a.mp4", "a.mov")):
        write(found / name, fps=24, level=40 + 100 * number)
    monkeypatch.setenv(watermark_clips.FOLDER, str(found))

    clips = [
        clip
        for source in watermark_clips.sources(())
        for clip in watermark_clips.prepare(made, source, sizes=[(HEIGHT, WIDTH)], frames_max=2)
    ]

    assert len({clip.name for clip in clips}) == 2
    assert len({path for clip in clips for path in (clip.plain, clip.marked)}) == 4
    levels = [watermark_clips.read(clip.plain)[0].mean() for clip in clips]
    assert levels == pytest.approx([140, 40], abs=4.0)
