import numpy as np
import pytest

from fingerprint import spectrum
from tests.fingerprint import clips


def test_of_is_the_cosine_transform_less_its_median() -> None:
    grey = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    place, wave = np.arange(64), np.arange(16)[:, None]
    basis = np.cos(np.pi * (place + 0.5) * wave / 64) * np.where(wave, np.sqrt(2), 1) / 8
    expected = basis @ grey @ basis.T

    low = spectrum.of(grey)

    np.testing.assert_allclose(low, expected - np.median(expected), atol=0.01)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3), (48, 64, 3), (1080, 1920)])
def test_any_size_is_looked_at(shape: tuple[int, ...]) -> None:
    low = spectrum.of(np.full(shape, 200, np.uint8))

    assert low.shape == (16, 16)
    assert spectrum.quality(low) == 0  # One coefficient of 256, the mean, stands out.


def test_quality_is_high_for_a_rich_picture_at_any_size() -> None:
    frame = clips.textured(0, seconds=1 / 24)[0]

    assert spectrum.quality(spectrum.of(frame)) > 80
    assert spectrum.quality(spectrum.of(frame.repeat(4, axis=0).repeat(4, axis=1))) > 80


def test_moved_is_zero_for_two_noisy_black_frames() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.integers(0, 12, (2, 180, 320, 3), np.uint8)

    assert spectrum.moved(spectrum.of(before), spectrum.of(after)) == 0


def test_moved_is_about_half_for_two_pictures() -> None:
    before, after = (clips.textured(seed, seconds=1 / 24)[0] for seed in (1, 2))

    assert 80 < spectrum.moved(spectrum.of(before), spectrum.of(after)) < 160
