"""Files as they come: each has a fingerprint that says what it lacks, or is refused in words."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame

from fingerprint import cascade, features
from fingerprint.verdict import Kind
from rightsd.adapters import channels, media
from rightsd.adapters.channels import Flaw
from rightsd.adapters.media import Frames
from rightsd.adapters.media_process import Limits
from rightsd.errors import Code, RightsError
from tests.fingerprint import clips

RATE = 24_000
FPS = Fraction(24)


def tune(seconds: float) -> media.Samples:
    """Notes of random pitch, eight a second."""
    rng = np.random.default_rng(3)
    pitches = np.repeat(rng.uniform(300, 3000, round(8 * seconds)), RATE // 8)
    phase = 2 * np.pi * np.cumsum(pitches) / RATE
    decay = np.exp(-8 * (np.arange(len(phase)) % (RATE // 8)) / RATE * 2)
    mono = 0.4 * np.sin(phase) * decay
    return np.stack([mono, mono], axis=1).astype(np.float32)


def write(
    path: Path,
    frames: Frames,
    *,
    times: list[float] | None = None,
    audio: media.Samples | None = None,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    colour: tuple[int, int] | None = None,
) -> Path:
    """Write frames at any times, of any size, as they are."""
    with av.open(path, "w") as output:
        stream = output.add_stream(codec, rate=FPS)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt, stream.time_base = pixels, Fraction(1, 1000)
        if colour is not None:
            context = stream.codec_context
            context.color_primaries, context.color_trc = colour
        sound = None if audio is None else output.add_stream("aac", rate=RATE)
        for number, picture in enumerate(frames):
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            at = number / float(FPS) if times is None else times[number]
            frame.pts, frame.time_base = round(1000 * at), Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if sound is not None and audio is not None:
            block = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(audio.T), format="fltp", layout="stereo"
            )
            block.sample_rate, block.pts = RATE, 0
            output.mux(sound.encode(block))
            output.mux(sound.encode(None))
    return path


MOVING = clips.textured(1, seconds=4)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("clips") / "original.mp4", MOVING, audio=tune(4))


@pytest.fixture(scope="module")
def known(original: Path) -> channels.Extract:
    return channels.extract(original, asked=False)


def test_an_ordinary_file_has_every_channel_and_no_flaw(known: channels.Extract) -> None:
    content = known.content

    assert known.flaws == ()
    assert known.seconds == pytest.approx(4, abs=0.1)
    assert content.frames is not None
    assert len(content.frames.searchable()) >= 3
    assert content.features is not None
    assert len(content.features) > 50
    assert content.sound is not None
    assert len(content.sound) > 20
    assert content.motion is not None
    assert len(content.motion) == pytest.approx(33, abs=2)


PLAIN = np.zeros((24, 96, 128, 3), np.uint8)
ODD: dict[str, tuple[Callable[[Path], Path], set[Flaw]]] = {
    "black": (lambda path: write(path, PLAIN), {Flaw.PLAIN, Flaw.NO_SOUND}),
    "static": (
        lambda path: write(path, MOVING[:1].repeat(48, axis=0)),
        {Flaw.STATIC, Flaw.NO_SOUND},
    ),
    "one frame": (lambda path: write(path, MOVING[:1]), {Flaw.STILL}),
    "no sound": (lambda path: write(path, MOVING[:48]), {Flaw.NO_SOUND}),
    "silence": (
        lambda path: write(path, MOVING[:48], audio=np.zeros((2 * RATE, 2), np.float32)),
        {Flaw.SILENT},
    ),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_missing_is_said(tmp_path: Path, kind: str) -> None:
    make, flaws = ODD[kind]

    extract = channels.extract(make(tmp_path / "odd.mp4"), asked=True)

    assert set(extract.flaws) == flaws


def test_one_pixel_wide_is_too_little_to_see(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (24, 64, 1, 3), np.uint8)
    path = write(tmp_path / "thin.mkv", frames, codec="mjpeg", pixels="yuvj444p")

    extract = channels.extract(path, asked=True)

    assert extract.content.features is not None
    assert not len(extract.content.features)
    assert cascade.compare(extract.content, extract.content).kind in {Kind.NONE, Kind.PROBABLE}


def test_sound_alone_has_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "tune.m4a"
    with av.open(path, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=RATE)
        block = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(tune(3).T), format="fltp", layout="stereo"
        )
        block.sample_rate, block.pts = RATE, 0
        output.mux(stream.encode(block))
        output.mux(stream.encode(None))

    extract = channels.extract(path, asked=True)

    assert extract.flaws == (Flaw.NO_PICTURE,)
    assert extract.content.frames is None


def test_a_still_picture_is_found_in_its_clip(tmp_path: Path, known: channels.Extract) -> None:
    picture = media.Image.fromarray(MOVING[30])
    picture.save(tmp_path / "still.png")

    extract = channels.extract(tmp_path / "still.png", asked=True)

    verdict = cascade.compare(extract.content, known.content)
    assert extract.flaws == (Flaw.STILL,)
    assert verdict.kind is Kind.PROBABLE
    assert verdict.passages[0].reference[0].start == pytest.approx(30 / 24, abs=0.6)


def test_a_broken_tail_leaves_what_came_before(
    tmp_path: Path, original: Path, known: channels.Extract
) -> None:
    plain = write(tmp_path / "whole.mkv", MOVING)
    whole = plain.read_bytes()
    (tmp_path / "broken.mkv").write_bytes(whole[: len(whole) * 2 // 3])
    write(tmp_path / "front.mp4", MOVING)
    file = (tmp_path / "front.mp4").read_bytes()
    media_at = file.index(b"mdat")
    middle = media_at + (len(file) - media_at) // 2
    (tmp_path / "holed.mp4").write_bytes(file[:middle] + bytes(4096) + file[middle + 4096 :])

    for name in ("broken.mkv", "holed.mp4"):
        extract = channels.extract(tmp_path / name, asked=True)
        assert cascade.compare(extract.content, known.content).kind is not Kind.NONE


def test_a_file_cut_off_says_so(tmp_path: Path) -> None:
    path = tmp_path / "quick.mp4"
    media.write_video(path, width=320, height=180, fps=FPS, frames=[MOVING])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])

    extract = channels.extract(path, asked=True)

    assert Flaw.BROKEN in extract.flaws
    assert 0 < extract.seconds < 3.9


def test_frames_at_odd_times_are_placed_by_them(tmp_path: Path, known: channels.Extract) -> None:
    steps = np.random.default_rng(5).choice([0.02, 0.04, 0.08], len(MOVING))
    times = np.cumsum(steps)
    chosen = np.clip((times * 24).astype(int), 0, len(MOVING) - 1)
    kept = times < 3.9
    path = write(tmp_path / "odd.mkv", MOVING[chosen[kept]], times=times[kept].tolist())

    extract = channels.extract(path, asked=True)

    verdict = cascade.compare(extract.content, known.content)

    assert verdict.kind is Kind.COPY
    assert verdict.passages[0].speed == pytest.approx(1, abs=0.05)


def test_a_picture_turned_by_metadata_is_upright(tmp_path: Path, known: channels.Extract) -> None:
    turned = np.ascontiguousarray(np.rot90(MOVING, axes=(1, 2)))
    with av.open(tmp_path / "turned.mp4", "w") as output:
        stream = output.add_stream("libx264", rate=FPS)
        stream.height, stream.width, stream.pix_fmt = turned.shape[1], turned.shape[2], "yuv420p"
        stream.set_display_rotation(-90)
        for picture in turned:
            output.mux(stream.encode(VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode(None))

    extract = channels.extract(tmp_path / "turned.mp4", asked=True)

    verdict = cascade.compare(extract.content, known.content)
    assert verdict.kind is Kind.COPY


def test_ten_bits_and_a_wide_range_are_recognised(tmp_path: Path, known: channels.Extract) -> None:
    path = write(
        tmp_path / "hdr.mkv", MOVING, codec="libx265", pixels="yuv420p10le", colour=(9, 16)
    )

    extract = channels.extract(path, asked=True)

    assert cascade.compare(extract.content, known.content).kind is Kind.COPY


def test_what_is_looked_for_is_looked_at_more_closely(tmp_path: Path) -> None:
    large = np.stack([cv2.resize(frame, (640, 360)) for frame in MOVING[:72]])
    path = write(tmp_path / "large.mp4", large)

    kept, asked = (channels.extract(path, asked=asked).content for asked in (False, True))

    assert kept.features is not None
    assert asked.features is not None
    assert len(asked.features.seconds) > 1.5 * len(kept.features.seconds)
    assert np.bincount(kept.features.frame).max() <= features.POINTS
    assert np.bincount(asked.features.frame).max() > features.POINTS
    # The smallest spot there is has as many pixels in a larger frame.
    assert asked.features.scales.min() < 0.85 * kept.features.scales.min()


def test_what_is_longer_than_allowed_is_refused_in_words(original: Path) -> None:
    with pytest.raises(RightsError, match="longer than 2 s") as refused:
        channels.extract(original, asked=False, limits=Limits(seconds_max=2.0))

    assert refused.value.code is Code.TOO_LARGE


def test_what_is_no_media_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("not a video")

    with pytest.raises(RightsError, match="not a video"):
        channels.extract(tmp_path / "text.mp4", asked=True)
