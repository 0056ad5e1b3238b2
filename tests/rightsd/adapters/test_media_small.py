"""Files that are read small lose no look, no time and no last frame, however they are coded."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from hypothesis import given
from hypothesis import strategies as st

from rightsd.adapters import media, media_small
from rightsd.adapters.media import Frames
from rightsd.adapters.media_process import LIMITS
from rightsd.adapters.media_small_child import Sparing

FPS = 24
LOOKS = 8
UNIT = Fraction(1, 12_288)
FIRST, STEP = 30, 4  # Each frame is brighter than the one before, so that it says which it is.
CODINGS = {
    "references among frames between": (
        "libx264",
        {"crf": "8", "x264-params": "b-pyramid=normal:bframes=3"},
    ),
    "three between": ("libx264", {"crf": "8", "x264-params": "b-pyramid=none:bframes=3:b-adapt=0"}),
    "sixteen between": (
        "libx264",
        {"crf": "8", "x264-params": "b-pyramid=none:bframes=16:b-adapt=0"},
    ),
    "none between": ("libx264", {"crf": "8", "x264-params": "bframes=0"}),
    "open groups": (
        "libx264",
        {"crf": "8", "x264-params": "open-gop=1:keyint=12:bframes=3:b-adapt=0"},
    ),
    "HEVC": ("libx265", {"x265-params": "log-level=none:bframes=4:b-adapt=0"}),
    "MPEG-4": ("mpeg4", {"bf": "2", "qscale": "1"}),
    "VP9": ("libvpx-vp9", {"cpu-used": "8", "lag-in-frames": "16", "auto-alt-ref": "1"}),
    "AV1": ("libsvtav1", {"preset": "12", "crf": "20"}),
}


def numbered(count: int, *, high: int = 96, wide: int = 160) -> Frames:
    """A still scene that gets brighter."""
    scene = np.random.default_rng(1).integers(0, 20, (high // 8, wide // 8, 1))
    scene = scene.repeat(8, axis=0).repeat(8, axis=1).repeat(3, axis=2)
    levels = FIRST + STEP * np.arange(count)
    return (levels[:, None, None, None] + scene).astype(np.uint8)


def write(
    path: Path,
    frames: Frames,
    times: Sequence[float],
    *,
    coding: str = "references among frames between",
    turned: int = 0,
) -> Path:
    codec, options = CODINGS[coding]
    with av.open(path, "w") as output:
        stream = output.add_stream(codec, rate=FPS, options=options)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = UNIT
        if turned:
            stream.set_display_rotation(turned)
        for picture, at in zip(frames, times, strict=True):
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = round(at / UNIT), UNIT
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def read(path: Path) -> media.Chunk:
    """All looks at a file."""
    with media_small.open_small(
        path, limits=LIMITS, looks_per_second=LOOKS, hear=lambda _: None
    ) as video:
        chunks = list(video)
    return media.Chunk(
        np.concatenate([chunk.frames for chunk in chunks]),
        np.concatenate([chunk.seconds for chunk in chunks]),
    )


def shown(looks: media.Chunk) -> list[int]:
    """The numbers of the frames, as their brightness tells."""
    mean = float(numbered(1).mean()) - FIRST
    levels = looks.frames.mean(axis=(1, 2)) - mean
    return np.rint((levels - FIRST) / STEP).astype(int).tolist()


@pytest.mark.parametrize("coding", CODINGS)
def test_every_eighth_of_a_second_has_its_look_and_each_its_own_time(
    tmp_path: Path, coding: str
) -> None:
    times = np.arange(48) / FPS
    path = write(tmp_path / "a.mp4", numbered(48), times.tolist(), coding=coding)

    looks = read(path)

    assert shown(looks) == np.rint(looks.seconds * FPS).astype(int).tolist()
    assert looks.seconds[-1] == pytest.approx(times[-1])
    assert set(np.floor(looks.seconds * LOOKS + 1e-3)) == set(np.floor(times * LOOKS + 1e-3))


def test_frames_at_odd_times_are_shown_at_them(tmp_path: Path) -> None:
    steps = np.random.default_rng(5).choice([1, 2, 6, 24], 47, p=[0.5, 0.3, 0.15, 0.05]) / 48
    times = np.concatenate([[0.0], np.cumsum(steps)])
    path = write(tmp_path / "a.mkv", numbered(48), times.tolist())

    looks = read(path)

    # Matroska counts milliseconds.
    assert times[shown(looks)] == pytest.approx(looks.seconds, abs=2e-3)
    assert looks.seconds[-1] == pytest.approx(times[-1], abs=2e-3)
    assert len(looks.seconds) >= len(set(np.floor(times * LOOKS + 1e-3)))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_frames_are_all_there_is_to_look_at(tmp_path: Path, count: int) -> None:
    path = write(tmp_path / "a.mp4", numbered(count), [at / LOOKS for at in range(count)])

    assert shown(read(path)) == list(range(count))


@pytest.mark.parametrize("degrees", [-90, 90, 180])
def test_what_is_turned_by_metadata_is_upright(tmp_path: Path, degrees: int) -> None:
    frames = numbered(12)
    frames[:, :32, :32] = 250
    path = write(tmp_path / "a.mp4", frames, [at / FPS for at in range(12)], turned=degrees)
    with media.open_video(path) as video:
        upright = next(iter(video)).frames[0].mean(axis=2)

    small = read(path).frames[0]

    assert small.shape == upright.shape
    assert np.abs(small - upright).mean() < 4


def test_a_matrix_that_is_stated_changes_no_luma(tmp_path: Path) -> None:
    files: list[Path] = []
    for name, matrix in (("stated", 1), ("unstated", 2)):
        files.append(tmp_path / f"{name}.mp4")
        with av.open(files[-1], "w") as output:
            stream = output.add_stream("libx264", rate=FPS, options={"crf": "10"})
            stream.height, stream.width, stream.pix_fmt = 96, 160, "yuv420p"
            stream.codec_context.colorspace = matrix
            for picture in numbered(3):
                frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
                frame.colorspace = matrix
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))

    stated, unstated = (read(file).frames.astype(int) for file in files)

    assert np.abs(stated - unstated).max() <= 1


@given(
    order=st.lists(
        st.floats(0, 100, allow_nan=False, allow_infinity=False), unique=True, max_size=80
    ),
    apart=st.floats(0.01, 3.0),
)
def test_what_is_spared_lies_between_near_ones_that_are_not(
    order: list[float], apart: float
) -> None:
    sparing = Sparing(apart)

    spared = {at for at in order if sparing.spares(at)}

    certain = np.sort([at for at in order if at not in spared])
    for at in spared:
        place = int(np.searchsorted(certain, at))
        assert 0 < place < len(certain)
        assert certain[place] - certain[place - 1] <= apart + 1e-5


def test_half_of_what_is_between_is_spared() -> None:
    sparing = Sparing(1 / LOOKS)
    order = [0, 4, 2, 1, 3, 8, 6, 5, 7]

    spared = [number for number in order if sparing.spares(number / FPS)]

    assert spared == [1, 3, 5, 7]
    assert not sparing.spares(None)
