"""Opens and writes files of moving pictures, still pictures and sound.

What comes from outside is decoded in a process of its own (`media_process`, `media_child`). A file
that turns out broken on the way raises where it breaks; what came before has been yielded. What we
write ourselves is encoded by `media_encoder`.
"""

import contextlib
import io
import itertools
import math
import secrets
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from rightsd.adapters import media_encoder
from rightsd.adapters.media_process import LIMITS, Limits, MediaProcess
from rightsd.errors import Code, RightsError

CHUNK_FRAMES_MAX = 24
CHUNK_BYTES_MAX = 64 << 20  # Ten frames of 1920x1080: enough to work on, little enough to hold.
FPS_MAX = 1000
SOUND_RATE_MAX = 192_000
SOUND_PIECE_BYTES_MAX = 64 << 20
NO_TAGS: Mapping[str, str] = MappingProxyType({})
CRF = 18  # Visually lossless with x264, so that marks and descriptors lose little at home.
COPY_FPS = Fraction(24)
JPEG_QUALITY = 85
BLUR_SHARE = 24  # Of the longer side: a face of a quarter of it is a spot.

Frames = npt.NDArray[np.uint8]
Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a file says it holds.

    Attributes:
        width: Pixels, upright.
        height: Pixels, upright.
        fps: Mean frames per second; 1 for a still picture.
        seconds: Length; not to be relied on, the frames have the last word.
        frames: How many, if the file says so; the same holds.
        has_audio: Whether there is sound.
    """

    width: int
    height: int
    fps: Fraction
    seconds: float
    frames: int | None
    has_audio: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some frames in a row.

    Attributes:
        frames: uint8, (T, H, W, 3), RGB, 1 <= T <= CHUNK_FRAMES_MAX.
        seconds: float64, (T,), time since the first frame of the file; never falls.
    """

    frames: Frames
    seconds: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Video:
    """An open file: what it is, and its frames, once."""

    info: VideoInfo
    chunks: Iterator[Chunk]

    def __iter__(self) -> Iterator[Chunk]:
        """Return the chunks."""
        return self.chunks


@dataclass(frozen=True, slots=True)
class Audio:
    """The open sound of a file, once.

    Attributes:
        rate: Hz.
        channels: One or two; more are mixed down.
        pieces: float32, (N, channels), -1 to 1.
    """

    rate: int
    channels: int
    pieces: Iterator[Samples]

    def __iter__(self) -> Iterator[Samples]:
        """Return the pieces."""
        return self.pieces


@contextlib.contextmanager
def open_video(
    path: Path, *, limits: Limits = LIMITS, looks_per_second: int | None = None
) -> Generator[Video]:
    """Open a video or a still picture (PNG, JPEG, WebP) for which nobody vouches.

    Frames are turned upright as the file asks, converted to 8-bit RGB without tone mapping, and
    scaled to the size of the first. Pixels that are not square are left so.

    Args:
        path: The file.
        limits: Of the whole file.
        looks_per_second: Only the first frame in each such share of a second is handed on, and the
            last frame of all; most of the cost of a frame is what comes after decoding.

    Raises:
        RightsError: Here or while iterating. NOT_FOUND: no such file. INVALID: not a video, or
            broken. TOO_LARGE: beyond a limit.
    """
    with MediaProcess(
        path, want="video", limits=limits, looks_per_second=looks_per_second
    ) as process:
        info = video_info(process, limits)
        yield Video(info, _chunks(process, info, limits))


@contextlib.contextmanager
def open_audio(
    path: Path, *, limits: Limits = LIMITS, alone: bool = False
) -> Generator[Audio | None]:
    """Open the sound of a file for which nobody vouches; None if it has none.

    Args:
        path: The file.
        limits: Of its sound.
        alone: Refuse a file with pictures.

    Raises:
        RightsError: As for `open_video`, here or while iterating. UNSUPPORTED: there are pictures.
    """
    want = "audio alone" if alone else "audio"
    with MediaProcess(path, want=want, limits=limits) as process:
        match process.read_info():
            case None:
                yield None
                return
            case {"rate": int(rate), "channels": int(channels)}:
                pass
            case _:
                process.distrust()
        if not 0 < rate <= SOUND_RATE_MAX or channels not in {1, 2}:
            process.distrust()
        yield Audio(rate, channels, _pieces(process, rate, channels, limits))


def read_audio(
    path: Path, *, limits: Limits = LIMITS, alone: bool = False
) -> tuple[Samples, int] | None:
    """Return the sound of a file for which nobody vouches, whole; None if it has none.

    Args:
        path: The file.
        limits: Of its sound.
        alone: Refuse a file with pictures.

    Returns:
        float32, (N, channels), -1 to 1, with one channel or two (more are mixed down), at the
        file's own rate; and that rate in Hz.

    Raises:
        RightsError: As for `open_audio`.
    """
    with open_audio(path, limits=limits, alone=alone) as audio:
        if audio is None:
            return None
        none = np.zeros((0, audio.channels), np.float32)
        return np.concatenate([none, *audio]), audio.rate


def write_video(  # noqa: PLR0913
    path: Path,
    *,
    width: int,
    height: int,
    fps: Fraction,
    frames: Iterable[Frames],
    audio: Samples | None = None,
    rate: int = 48_000,
    crf: int = CRF,
    cuts: Collection[int] = (),
    tags: Mapping[str, str] = NO_TAGS,
) -> None:
    """Write H.264 and AAC as MP4, so that a browser can play it while it loads.

    The same input gives the same bytes with the same libraries: no dates, no names. `path` is
    replaced in one step, and not touched if anything goes wrong; it is not forced to the disk.

    Args:
        path: Where to.
        width: Of the output, pixels, even. Frames of another size are scaled.
        height: Of the output, pixels, even.
        fps: Frames per second, constant.
        frames: Chunks of uint8, (T, H, W, 3), RGB, any T, all of the same H and W.
        audio: float32, (N, 2), -1 to 1.
        rate: Of `audio`, Hz.
        crf: Constant rate factor of x264; 0 is lossless, 51 the worst.
        cuts: Numbers of frames before which the file can be cut (`adapters.media_cuts`).
        tags: Metadata of the file, by name.

    Raises:
        RightsError: INVALID; the size is odd, or there is no frame.
    """
    if width <= 0 or height <= 0 or width % 2 or height % 2:
        raise RightsError(
            Code.INVALID, f"A video of {width}x{height} cannot be written: both must be even."
        )
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}.partial")
    picture = media_encoder.Picture(width, height, fps, crf, frozenset(cuts))
    try:
        media_encoder.encode(partial, picture, frames, audio=audio, rate=rate, tags=tags)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def transcode(
    source: Path,
    target: Path,
    *,
    crf: int,
    width: int | None = None,
    limits: Limits = LIMITS,
) -> None:
    """Write `source` again, smaller or worse, without its metadata: what a copy on the web is like.

    Args:
        source: A video for which nobody vouches.
        target: Where to, as MP4.
        crf: Constant rate factor of x264.
        width: Of the output, pixels, in proportion; None keeps the size. Made even either way.
        limits: For reading `source`.

    Raises:
        RightsError: As for `open_video`.
    """
    sound = read_audio(source, limits=limits)
    audio, rate = sound if sound is not None else (None, 48_000)
    if audio is not None and audio.shape[1] == 1:
        audio = np.repeat(audio, 2, axis=1)
    with open_video(source, limits=limits) as video:
        info = video.info
        scale = 1.0 if width is None else width / info.width
        write_video(
            target,
            width=max(2, round(info.width * scale) // 2 * 2),
            height=max(2, round(info.height * scale) // 2 * 2),
            fps=info.fps,
            frames=(chunk.frames for chunk in video),
            audio=audio,
            rate=rate,
            crf=crf,
        )


def recode(frames: Iterable[Frames], crf: int, *, folder: Path) -> Iterator[Frames]:
    """Yield frames as they come back from a file at this constant rate factor.

    Args:
        frames: Chunks of uint8, (T, H, W, 3), RGB, of one size with even sides; at least one.
        crf: Of x264.
        folder: Where the file lies meanwhile.
    """
    rest = iter(frames)
    first = next(rest)
    height, width = first.shape[1:3]
    path = folder / f"copy-{secrets.token_hex(8)}.mp4"
    chunks = itertools.chain([first], rest)
    try:
        write_video(path, width=width, height=height, fps=COPY_FPS, frames=chunks, crf=crf)
        with open_video(path) as video:
            for chunk in video:
                yield chunk.frames
    finally:
        path.unlink(missing_ok=True)


def jpeg(frame: Frames, *, width_max: int) -> bytes:
    """Return a JPEG of one frame, uint8, (H, W, 3), RGB, at most `width_max` pixels wide."""
    picture = Image.fromarray(frame)
    if picture.width > width_max:
        height = max(1, round(picture.height * width_max / picture.width))
        picture = picture.resize((width_max, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def blurred(picture: bytes) -> bytes:
    """Return one of our JPEGs, of which it can be told what is on it and not who."""
    with Image.open(io.BytesIO(picture), formats=["JPEG"]) as sharp:
        soft = sharp.filter(ImageFilter.GaussianBlur(max(sharp.size) / BLUR_SHARE))
    out = io.BytesIO()
    soft.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def video_info(process: MediaProcess, limits: Limits) -> VideoInfo:
    """Return what a child says a file is, as far as it can be believed.

    Raises:
        RightsError: The child refuses the file, or does not keep to the protocol.
    """
    match process.read_info():
        case {
            "width": int(width),
            "height": int(height),
            "fps": [int(numerator), int(denominator)],
            "seconds": float(seconds),
            "frames": None | int() as frames,
            "has_audio": bool(has_audio),
        }:
            pass
        case _:
            process.distrust()
    longest = max(limits.width_max, limits.height_max)
    if not (0 < width <= longest and 0 < height <= longest) or (
        width * height > limits.pixels_max or numerator <= 0 or denominator <= 0
    ):
        process.distrust()
    fps = Fraction(numerator, denominator)
    if fps > FPS_MAX or not math.isfinite(seconds) or seconds < 0:
        process.distrust()
    return VideoInfo(width, height, fps, seconds, frames, has_audio)


def _pieces(process: MediaProcess, rate: int, channels: int, limits: Limits) -> Iterator[Samples]:
    left = int(limits.seconds_max * rate) * channels * 4
    while (message := process.next_message())[0] == b"A":
        length = message[1]
        left -= length
        if length > SOUND_PIECE_BYTES_MAX or left < 0 or length % (channels * 4):
            process.distrust()
        samples = np.frombuffer(process.read(length), dtype="<f4").astype(np.float32)
        yield np.nan_to_num(np.clip(samples, -1.0, 1.0)).reshape(-1, channels)
    if message != (b"Z", 0):
        process.distrust()


def _chunks(process: MediaProcess, info: VideoInfo, limits: Limits) -> Iterator[Chunk]:
    """Yield what the child sends, until it says that this was all."""
    frame_bytes = info.width * info.height * 3
    room = max(1, min(CHUNK_FRAMES_MAX, CHUNK_BYTES_MAX // frame_bytes))
    count = 0
    while True:
        frames = np.empty((room, info.height, info.width, 3), np.uint8)
        seconds = np.zeros(room, "<f8")
        filled = 0
        failure: RightsError | None = None
        kind = b"F"
        try:
            while filled < room:
                kind, length = process.next_message()
                if kind != b"F":
                    break
                if length != 8 + frame_bytes or count == limits.frames_max:
                    process.distrust()
                process.read_into(seconds[filled : filled + 1].data.cast("B"))
                process.read_into(frames[filled].data.cast("B"))
                filled += 1
                count += 1
        except RightsError as error:
            failure = error
        if filled:
            yield Chunk(frames[:filled], seconds[:filled].astype(np.float64))
        if failure is not None:
            raise failure
        if kind == b"Z":
            return
        if kind != b"F":
            process.distrust()
