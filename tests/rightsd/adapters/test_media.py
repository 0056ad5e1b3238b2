import struct
import wave
import zlib
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from rightsd.adapters import media
from rightsd.adapters.media import Frames, Limits, Samples
from rightsd.errors import Code, RightsError

FPS = Fraction(25)
RATE = 48_000
BROKEN = 60  # Files, each of which costs two processes; many more go through `bench mutations`.


def scene(count: int, *, width: int = 160, height: int = 96) -> Frames:
    """Smooth colours that drift, so that an encoder has something to do and little to lose."""
    t, y, x = np.ogrid[:count, :height, :width]
    red = 128 + 100 * np.sin(x / 25 + t / 9) + 0 * y
    green = 128 + 100 * np.cos(y / 20 - t / 7) + 0 * x
    blue = 128 + 60 * np.sin((x + y) / 40 + t / 5)
    return np.stack([red, green, blue], axis=-1).astype(np.uint8)


def click(seconds: float, at: float) -> Samples:
    sound = np.zeros((round(seconds * RATE), 2), np.float32)
    start = round(at * RATE)
    sound[start : start + 200] = np.sin(np.arange(200) / 5)[:, None] * 0.8
    return sound


def encode(
    path: Path,
    frames: Frames,
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    times: list[int] | None = None,
    turned: int = 0,
) -> Path:
    """Write what `media.write_video` would not: other codecs, formats, times, directions."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = pixels
        if turned:
            stream.set_display_rotation(turned)
        for number, frame in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(frame, "rgb24")
            picture.pts = times[number] if times else number
            picture.time_base = 1 / FPS
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def decode(path: Path, limits: Limits = media.LIMITS) -> Frames:
    with media.open_video(path, limits=limits) as video:
        return np.concatenate([chunk.frames for chunk in video])


def png(width: int, height: int, body: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def refused(code: Code, match: str | None = None) -> "pytest.RaisesExc[RightsError]":
    return pytest.raises(RightsError, match=match, check=lambda error: error.code == code)


def mean_error(left: Frames, right: Frames) -> float:
    return float(np.abs(left.astype(int) - right.astype(int)).mean())


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds with sound."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    media.write_video(
        path, width=160, height=96, fps=FPS, frames=[scene(50)], audio=click(2.0, 0.5), rate=RATE
    )
    return path


def test_what_is_written_is_read(clip: Path) -> None:
    with media.open_video(clip) as video:
        chunks = list(video)

    frames = np.concatenate([chunk.frames for chunk in chunks])
    seconds = np.concatenate([chunk.seconds for chunk in chunks])
    assert video.info == media.VideoInfo(160, 96, FPS, 2.0, 50, has_audio=True)
    assert [len(chunk.frames) for chunk in chunks] == [24, 24, 2]
    assert frames.shape == (50, 96, 160, 3)
    assert mean_error(frames, scene(50)) < 3.0
    assert seconds == pytest.approx(np.arange(50) / 25)


def test_of_looks_the_first_frame_of_each_is_read_and_the_last_of_all(clip: Path) -> None:
    with media.open_video(clip, looks_per_second=8) as video:
        chunks = list(video)

    seconds = np.concatenate([chunk.seconds for chunk in chunks])
    frames = np.concatenate([chunk.frames for chunk in chunks])
    rows = [0, 4, 7, 10, 13, 16, 19, 22, 25, 29, 32, 35, 38, 41, 44, 47, 49]
    assert seconds * 25 == pytest.approx(rows)
    assert (frames == decode(clip)[rows]).all()


def test_colours_keep_their_values(tmp_path: Path) -> None:
    colours = np.uint8([[255, 0, 0], [0, 255, 0], [0, 0, 255], [200, 180, 30], [128, 128, 128]])
    flat = np.broadcast_to(colours[:, None, None], (5, 32, 64, 3))

    media.write_video(tmp_path / "a.mp4", width=64, height=32, fps=FPS, frames=[flat])

    assert np.abs(decode(tmp_path / "a.mp4").astype(int) - flat).max() <= 3


def test_sound_stays_where_it_was(clip: Path) -> None:
    got = media.read_audio(clip)

    assert got is not None
    samples, rate = got
    sent = click(2.0, 0.5)[24_000:24_200, 0]
    likeness = [sent @ samples[24_000 + lag : 24_200 + lag, 0] for lag in range(-2000, 2000)]
    assert rate == RATE
    assert samples.shape[1] == 2
    assert abs(len(samples) - 2 * RATE) < 2048
    assert abs(np.argmax(likeness) - 2000) < 5


def test_same_input_gives_the_same_bytes(clip: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.mp4"

    media.write_video(
        again,
        width=160,
        height=96,
        fps=FPS,
        frames=[scene(50)[:7], scene(50)[7:]],
        audio=click(2.0, 0.5),
        rate=RATE,
    )

    assert again.read_bytes() == clip.read_bytes()


def test_index_comes_before_the_media(clip: Path) -> None:
    body = clip.read_bytes()

    assert 0 < body.index(b"moov") < body.index(b"mdat")


def test_fractional_rate_is_kept_exactly(tmp_path: Path) -> None:
    path, fps = tmp_path / "a.mp4", Fraction(30_000, 1001)

    media.write_video(path, width=64, height=32, fps=fps, frames=[scene(31, width=64, height=32)])

    with media.open_video(path) as video:
        seconds = np.concatenate([chunk.seconds for chunk in video])
    assert video.info.fps == fps
    assert seconds[30] == pytest.approx(30 * 1001 / 30_000)


def test_failed_writing_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"before")

    with pytest.raises(ZeroDivisionError):
        media.write_video(
            path, width=160, height=96, fps=FPS, frames=(scene(9 // n) for n in (1, 0))
        )

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("size", [(161, 96), (160, 97), (0, 96)])
def test_odd_size_is_not_written(tmp_path: Path, size: tuple[int, int]) -> None:
    with refused(Code.INVALID, "even"):
        media.write_video(
            tmp_path / "a.mp4", width=size[0], height=size[1], fps=FPS, frames=[scene(1)]
        )


def test_video_without_frames_is_not_written(tmp_path: Path) -> None:
    with refused(Code.INVALID):
        media.write_video(tmp_path / "a.mp4", width=160, height=96, fps=FPS, frames=[])

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "size"),
    [
        ("odd.mp4", "libx264", "yuv444p", (161, 97)),
        ("ten_bits.mp4", "libx264", "yuv420p10le", (160, 96)),
        ("lossless.mkv", "ffv1", "bgr0", (160, 96)),
        ("one.mov", "mjpeg", "yuvj420p", (64, 48)),
    ],
)
def test_formats_are_read_as_rgb(
    tmp_path: Path, name: str, codec: str, pixels: str, size: tuple[int, int]
) -> None:
    frames = scene(10, width=size[0], height=size[1])
    encode(tmp_path / name, frames, codec=codec, pixels=pixels)

    got = decode(tmp_path / name)

    assert got.shape == frames.shape
    assert mean_error(got, frames) < 6.0


def test_grey_is_read_as_three_equal_channels(tmp_path: Path) -> None:
    encode(tmp_path / "grey.mkv", scene(5), codec="ffv1", pixels="gray")

    got = decode(tmp_path / "grey.mkv")

    assert got.shape == (5, 96, 160, 3)
    assert np.ptp(got, axis=-1).max() <= 1


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (-90, -1), (180, 2)])
def test_turned_video_stands_upright(tmp_path: Path, degrees: int, turns: int) -> None:
    encode(tmp_path / "a.mp4", scene(4), turned=degrees)

    with media.open_video(tmp_path / "a.mp4") as video:
        got = np.concatenate([chunk.frames for chunk in video])

    expected = np.rot90(scene(4), turns, axes=(1, 2))
    assert got.shape == expected.shape
    assert (video.info.height, video.info.width) == expected.shape[1:3]
    assert mean_error(got, expected) < 4.0


def test_varying_rate_keeps_its_times(tmp_path: Path) -> None:
    times = [0, 1, 2, 10, 11, 40]
    encode(tmp_path / "a.mkv", scene(6), times=times)

    with media.open_video(tmp_path / "a.mkv") as video:
        seconds = np.concatenate([chunk.seconds for chunk in video])

    assert seconds == pytest.approx(np.array(times) / 25, abs=0.002)


def test_one_frame_is_a_video(tmp_path: Path) -> None:
    encode(tmp_path / "a.mp4", scene(1))

    assert decode(tmp_path / "a.mp4").shape == (1, 96, 160, 3)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_still_picture_is_a_video_of_one_frame(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(scene(1)[0]).save(path)

    with media.open_video(path) as video:
        (chunk,) = list(video)

    assert video.info == media.VideoInfo(160, 96, Fraction(1), 1.0, 1, has_audio=False)
    assert chunk.seconds.tolist() == [0.0]
    assert mean_error(chunk.frames[0], scene(1)[0]) < 6.0


def test_photograph_stands_upright(tmp_path: Path) -> None:
    picture = Image.fromarray(scene(1)[0])
    exif = picture.getexif()
    exif[0x112] = 6  # Orientation: turn clockwise to show.
    picture.save(tmp_path / "a.jpg", exif=exif, quality=95)

    got = decode(tmp_path / "a.jpg")[0]

    assert got.shape == (160, 96, 3)
    assert mean_error(got, np.rot90(scene(1)[0], -1)) < 6.0


def test_file_without_sound_has_none(tmp_path: Path) -> None:
    encode(tmp_path / "a.mp4", scene(2))

    with media.open_video(tmp_path / "a.mp4") as video:
        has_audio = video.info.has_audio

    assert not has_audio
    assert media.read_audio(tmp_path / "a.mp4") is None


def test_sound_alone_is_read_at_its_own_rate(tmp_path: Path) -> None:
    tone = np.sin(np.arange(16_000) / 10) * 0.5
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((tone * 32767).astype("<i2").tobytes())

    got = media.read_audio(tmp_path / "a.wav")

    assert got is not None
    assert got[1] == 16_000
    assert got[0].shape == (16_000, 1)
    assert np.abs(got[0][:, 0] - tone).max() < 1e-3


def test_sound_beyond_the_limit_is_refused(clip: Path) -> None:
    with refused(Code.TOO_LARGE, "longer than 1 s"):
        media.read_audio(clip, limits=Limits(seconds_max=1.0))


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(8000))

    with refused(Code.INVALID, "no picture"):
        decode(tmp_path / "a.wav")


def test_transcoding_scales_and_keeps_the_sound(clip: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"

    media.transcode(clip, copy, crf=30, width=80)

    sound = media.read_audio(copy)
    assert decode(copy).shape == (50, 48, 80, 3)
    assert sound is not None
    assert sound[1] == RATE
    assert copy.stat().st_size < clip.stat().st_size


def test_transcoding_drops_metadata(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        container.metadata["title"] = "a secret title"
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(scene(1)[0], "rgb24")))
        container.mux(stream.encode(None))
    assert b"a secret title" in (tmp_path / "a.mp4").read_bytes()

    media.transcode(tmp_path / "a.mp4", tmp_path / "b.mp4", crf=20)

    assert b"a secret title" not in (tmp_path / "b.mp4").read_bytes()


def test_jpeg_is_no_wider_than_asked(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(media.jpeg(scene(1)[0], width_max=80))
    (tmp_path / "b.jpg").write_bytes(media.jpeg(scene(1)[0], width_max=500))

    assert decode(tmp_path / "a.jpg").shape == (1, 48, 80, 3)
    assert mean_error(decode(tmp_path / "b.jpg")[0], scene(1)[0]) < 6.0


def test_missing_file_is_not_found(tmp_path: Path) -> None:
    with refused(Code.NOT_FOUND):
        decode(tmp_path / "none.mp4")


def test_folder_is_no_file(tmp_path: Path) -> None:
    with refused(Code.INVALID):
        decode(tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        np.random.default_rng(1).bytes(50_000),
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
    ],
    ids=["empty", "one byte", "noise", "playlist", "list of files", "drawing"],
)
def test_what_is_no_video_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(body)

    with refused(Code.INVALID):
        decode(tmp_path / "a.mp4")
    with refused(Code.INVALID):
        media.read_audio(tmp_path / "a.mp4")


def test_truncated_file_yields_what_it_has_and_is_refused(clip: Path, tmp_path: Path) -> None:
    body = clip.read_bytes()
    (tmp_path / "a.mp4").write_bytes(body[: len(body) * 2 // 3])
    count = 0

    with refused(Code.INVALID), media.open_video(tmp_path / "a.mp4") as video:
        for chunk in video:
            count += len(chunk.frames)

    assert 0 < count < 50


@pytest.mark.parametrize(
    ("limits", "match"),
    [
        (Limits(bytes_max=1000), "more than 1000 bytes"),
        (Limits(width_max=159), "larger than 159x4096"),
        (Limits(height_max=95), "larger than 4096x95"),
        (Limits(pixels_max=160 * 96 - 1), "15359 pixels"),
        (Limits(frames_max=49), "more than 49 frames"),
        (Limits(seconds_max=1.9), "longer than 1.9 s"),
        (Limits(wall_seconds=0.01), "more than 0.01 s"),
    ],
)
def test_every_limit_is_kept(tmp_path: Path, limits: Limits, match: str) -> None:
    encode(tmp_path / "a.mp4", scene(50))

    with refused(Code.TOO_LARGE, match):
        decode(tmp_path / "a.mp4", limits)


def test_picture_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    side = 12_000
    (tmp_path / "a.png").write_bytes(png(side, side, bytes(100_000)))
    limits = Limits(width_max=side, height_max=side, pixels_max=side * side, memory_bytes=300 << 20)

    with refused(Code.TOO_LARGE, "memory"):
        decode(tmp_path / "a.png", limits)


def test_limits_that_just_suffice_suffice(clip: Path) -> None:
    limits = Limits(
        bytes_max=clip.stat().st_size,
        width_max=160,
        height_max=160,
        pixels_max=160 * 96,
        frames_max=50,
        seconds_max=2.1,
    )

    assert len(decode(clip, limits)) == 50


def test_huge_declared_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(16_000, 16_000, bytes(100_000)))

    with refused(Code.TOO_LARGE, "larger than"):
        decode(tmp_path / "a.png")


def test_tiny_file_with_very_many_frames_is_refused(tmp_path: Path) -> None:
    still = np.zeros((1, 32, 32, 3), np.uint8)
    encode(tmp_path / "a.mp4", np.broadcast_to(still, (3000, 32, 32, 3)).copy())
    assert (tmp_path / "a.mp4").stat().st_size < 200_000

    with refused(Code.TOO_LARGE, "more than 1000 frames"):
        decode(tmp_path / "a.mp4", Limits(frames_max=1000))


def test_one_late_frame_is_refused(tmp_path: Path) -> None:
    encode(tmp_path / "a.mkv", scene(2), times=[0, 25 * 3600 * 24])

    with refused(Code.TOO_LARGE, "longer than 600 s"):
        decode(tmp_path / "a.mkv")


@pytest.mark.slow
def test_broken_files_are_read_or_refused(clip: Path, tmp_path: Path) -> None:
    body = np.frombuffer(clip.read_bytes(), np.uint8)
    limits = Limits(wall_seconds=60.0, cpu_seconds=20)

    def read(seed: int) -> str:
        random = np.random.default_rng(seed)
        broken = body.copy()
        # Half of the files are hurt in their index, where it is least expected.
        end = len(body) if seed % 2 else int(bytes(body).index(b"mdat"))
        hurt = random.integers(0, end, random.integers(1, 40))
        broken[hurt] = random.integers(0, 256, len(hurt))
        path = tmp_path / f"{seed}.mp4"
        path.write_bytes(broken.tobytes())
        try:
            decode(path, limits)
            media.read_audio(path, limits=limits)
        except RightsError as error:
            return str(error.code)
        return "read"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(read, range(BROKEN)))

    assert len(outcomes) == BROKEN
    assert Code.INVALID in outcomes
    assert set(outcomes) <= {"read", Code.INVALID, Code.TOO_LARGE}


def test_sound_alone_is_not_taken_from_a_file_with_pictures(clip: Path) -> None:
    with pytest.raises(RightsError) as refused:
        media.read_audio(clip, alone=True)

    assert refused.value.code is Code.UNSUPPORTED
