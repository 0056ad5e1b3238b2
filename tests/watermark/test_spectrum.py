import numpy as np
import pytest

from tests.watermark import clips
from watermark import spectrum
from watermark.frames import Frames, blueness, luma


def test_a_cosine_is_read_at_its_frequency_with_its_phase_at_the_centre() -> None:
    y, x = np.mgrid[0:180, 0:320]
    turns = (9.3 * (x - 160) - 4.2 * (y - 90)) / 180
    seen = spectrum.analyse(np.cos(2 * np.pi * turns + 0.8).astype(np.float32))

    there, opposite, elsewhere = seen.read(np.array([[9.3, -4.2], [-9.3, 4.2], [20.0, 7.0]]))

    assert abs(there) > 2.0
    assert abs(np.angle(there) - 0.8) < 0.05
    assert np.isclose(opposite, there.conj())
    assert abs(elsewhere) < 0.5 * abs(there)


def test_beyond_the_highest_frequency_is_nothing() -> None:
    seen = spectrum.analyse(np.random.default_rng(0).standard_normal((64, 64)).astype(np.float32))

    assert not seen.read(np.array([[33.0, 0.0], [0.0, -33.0], [-1e6, 1e6]])).any()


@pytest.mark.parametrize("shape", [(32, 32), (1, 1), (33, 500)])
def test_a_blank_picture_is_read_as_nothing(shape: tuple[int, int]) -> None:
    seen = spectrum.analyse(np.zeros(shape, dtype=np.float32))

    assert not seen.values.any()
    assert not seen.powers.any()


def test_noise_comes_out_white() -> None:
    noise = np.random.default_rng(0).standard_normal((180, 320)).astype(np.float32)
    noise[1:] += 2.0 * noise[:-1]

    power = np.abs(spectrum.analyse(noise).values) ** 2

    assert 0.95 < power.mean() < 1.05
    assert 0.8 < power[:40].mean() / power[250:290].mean() < 1.25


def add_up(clip: Frames) -> np.ndarray:
    planes = [(luma(frame), blueness(frame)) for frame in clip]
    return sum(spectrum.flatten(grey) + spectrum.flatten(blue) for grey, blue in planes)


def test_luma_and_blueness_are_looked_at_together_and_alone() -> None:
    clip = clips.plain("gradients", 96, 160, 5)
    accumulator = spectrum.Accumulator()
    accumulator.add(clip)

    alone = [accumulator.total(channel) for channel in ("luma", "blue")]

    assert np.allclose(alone[0], sum(spectrum.flatten(luma(frame)) for frame in clip), atol=1e-3)
    assert np.allclose(sum(alone), accumulator.total(), atol=1e-3)


@pytest.mark.parametrize("count", [1, 2, 8, 32, 33, 37])
def test_segments_add_up_to_the_total(count: int) -> None:
    clip = clips.plain("textured", 96, 160, 37)[:count]
    accumulator = spectrum.Accumulator()
    accumulator.add(clip[: count // 2])
    accumulator.add(clip[count // 2 :])

    segments = accumulator.segments(3)

    expected = add_up(clip)
    assert accumulator.frames == count
    assert np.allclose(accumulator.total(), expected, atol=1e-3)
    assert len(segments) <= 3
    assert not segments or np.allclose(sum(segments), expected, atol=1e-3)


@pytest.mark.parametrize(
    ("first", "end", "frames"),
    [(0, 37, 37), (0, 1, 2), (4, 10, 6), (5, 9, 4), (36, 37, 1), (20, 37, 17)],
)
def test_a_part_is_the_stretches_nearest_to_it(first: int, end: int, frames: int) -> None:
    clip = clips.plain("textured", 96, 160, 37)
    accumulator = spectrum.Accumulator()
    accumulator.add(clip)  # More than 32 frames: two in each stretch.

    part = accumulator.part(first, end)

    start = first // 2 * 2
    expected = add_up(clip[start : start + part.frames])
    assert part.frames == frames
    assert np.allclose(part.total(), expected, atol=1e-3)


def test_a_larger_picture_is_added_up_small() -> None:
    accumulator = spectrum.Accumulator()
    accumulator.add(clips.plain("textured", 720, 1280, 1))

    assert accumulator.total().shape == (spectrum.SUM_SIDE_MAX, 640)


def test_flattening_takes_brightness_and_contrast_away() -> None:
    dim = clips.plain("textured", 96, 160, 1)[0, :, :, 0] // 4 * 2
    bright = dim + 100

    assert np.allclose(spectrum.flatten(dim), spectrum.flatten(bright), atol=1e-3)
    assert (
        np.corrcoef(spectrum.flatten(dim).ravel(), spectrum.flatten(dim // 2).ravel())[0, 1] > 0.95
    )


@pytest.mark.parametrize(
    ("size", "expected"),
    [((360, 640), (360, 640)), ((1440, 2560), (720, 1280)), ((3000, 10), (1280, 4))],
)
def test_a_large_picture_is_shrunk(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert spectrum.shrink(np.zeros(size, dtype=np.uint8)).shape == expected
