import math

import numpy as np
import pytest

from tests.watermark import clips
from watermark.errors import WatermarkError
from watermark.quality import psnr, psnr_luma


def test_one_level_everywhere_is_48_decibels() -> None:
    clip = np.full((2, 8, 8, 3), 100, dtype=np.uint8)

    assert math.isclose(psnr(clip, clip + 1), 48.1308, abs_tol=1e-4)
    assert math.isclose(psnr(clip, clip - 1), 48.1308, abs_tol=1e-4)


def test_equal_clips_have_no_noise() -> None:
    clip = np.zeros((1, 4, 4, 3), dtype=np.uint8)

    assert psnr(clip, clip) == math.inf


def test_clips_of_two_shapes_are_refused() -> None:
    with pytest.raises(WatermarkError, match="cannot compare"):
        psnr(np.zeros((1, 4, 4, 3), dtype=np.uint8), np.zeros((2, 4, 4, 3), dtype=np.uint8))


@pytest.mark.parametrize("kind", clips.RENDERERS)
@pytest.mark.parametrize("size", [(360, 640), (180, 320)])
def test_a_mark_costs_little(kind: str, size: tuple[int, int]) -> None:
    plain, marked = clips.plain(kind, *size, 24), clips.marked(kind, *size, 24)

    assert psnr_luma(plain, marked) >= 44.0
    assert psnr(plain, marked) >= 40.0  # Blue carries more, and is hardly seen.
