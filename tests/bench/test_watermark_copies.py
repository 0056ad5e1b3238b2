"""A run takes long; no copy should first fail in it."""

from pathlib import Path

import pytest

from tests.bench.watermark_clips import FPS, read
from tests.bench.watermark_copies import BY_NAME, TIERS, Copy
from tests.watermark import clips

FRAMES = 12


@pytest.mark.parametrize("copy", BY_NAME.values(), ids=BY_NAME)
def test_a_copy_is_a_video(copy: Copy, tmp_path: Path) -> None:
    copy.make(clips.render_textured(FRAMES, 128, 160), tmp_path / "copy.mp4")

    frames = read(tmp_path / "copy.mp4")

    assert 0 < len(frames) <= FRAMES * 30 / FPS
    assert frames.any()


def test_no_two_copies_have_one_name() -> None:
    assert len(BY_NAME) == sum(map(len, TIERS.values()))
