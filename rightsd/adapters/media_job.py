"""What the children that decode have in common: what they are told, and how they answer.

A child is started by `media_process`: the file is standard input, the frames go to standard output,
and what to do stands in the first argument as JSON. No file is opened by name, so a playlist inside
the file leads nowhere. Whatever goes wrong there ends that process only; the parent trusts none of
what it is sent.

A message is a kind (one byte), the length of its body (32 bits, little-endian), and the body:

* `R`: the child is ready, and looks at the file from here on; first.
* `I`: what the file is, as JSON; second.
* `F`: one frame: its time in seconds (64-bit float, little-endian), then rows of RGB, upright.
* `G`: one frame, small: its time, how often it is to be turned by 90 degrees, anticlockwise, to
  stand upright (one byte, 0 to 3), then rows of grey.
* `A`: a piece of sound: interleaved 32-bit floats, little-endian.
* `X`: a refusal: a word, which the parent turns into a sentence; last.
* `Z`: the end; last.

Nothing here takes numpy, which takes as long to start as a second of video to decode.
"""

import itertools
import json
import math
import os
import resource
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import BinaryIO, NoReturn, TypedDict, cast

import av
import av.logging
from av.container import InputContainer
from av.video.stream import VideoStream

DESCRIPTORS = 16  # The three of ours, and what the libraries hold; the file can make us open none.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg,gif,yuv4mpegpipe,"
    "png_pipe,jpeg_pipe,webp_pipe,wav,mp3,flac,aac"
)
STILLS = frozenset({"png_pipe", "jpeg_pipe", "webp_pipe"})
STILL_RATE = Fraction(1)
RATE_MAX = 1000  # Frames a second; beyond it the container states nonsense.
RATE_DEFAULT = Fraction(25)
STEP_SECONDS_MIN = 1e-6  # Times are sums of floating point numbers.
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
STRIDE_ALIGN = 64  # FFmpeg rounds a row up to so many pixels before it compares.


class Job(TypedDict):
    """What the parent wants, and the most that it may cost."""

    want: str
    width_max: int
    height_max: int
    pixels_max: int
    frames_max: int
    seconds_max: float
    cpu_seconds: int
    memory_bytes: int
    looks_per_second: int | None
    side_max: int
    sound_rate: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a file, as far as it is known before its frames.

    Attributes:
        stream: Where it is decoded.
        rate: Its mean frame rate.
        still: It is a single picture.
        truncated: The file ends before it does.
    """

    stream: VideoStream
    rate: Fraction
    still: bool
    truncated: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The frames of a picture.

    Attributes:
        shape: Width and height of the first one as it is stored.
        turned: 1 if the first one stands upright after an odd number of quarter turns, else 0.
        looks: Those that are wanted, with their times.
    """

    shape: tuple[int, int]
    turned: int
    looks: Iterator[tuple[float, av.VideoFrame]]

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height of the first one as it is seen."""
        wide, high = self.shape
        return (high, wide) if self.turned else (wide, high)


class Refusal(Exception):  # noqa: N818
    """The file is refused; the message is the word that the parent knows."""


def run(do: Callable[[InputContainer, Job, BinaryIO], None]) -> NoReturn:
    """Open the file and do the job; the parent sees what is not named here as a death."""
    job = cast("Job", json.loads(sys.argv[1]))
    _confine(job)
    av.logging.set_level(None)
    out = sys.stdout.buffer
    send(out, b"R")  # Whatever fails from here on is the file's fault.
    out.flush()
    try:
        with av.open(
            _Nameless(sys.stdin.buffer),
            mode="r",
            options={"protocol_whitelist": "none", "format_whitelist": FORMATS},
            metadata_errors="ignore",
            io_open=_refuse_to_open,
        ) as container:
            do(container, job, out)
    except Refusal as refusal:
        send(out, b"X", str(refusal).encode())
    except MemoryError:
        send(out, b"X", b"memory")
    else:
        send(out, b"Z", b"")
    out.flush()
    # All is said: to take down the libraries in order takes a third as long as to start them.
    os._exit(0)


def send(out: BinaryIO, kind: bytes, *parts: bytes | memoryview) -> None:
    """Send a message, its body in parts."""
    length = sum(len(part) for part in parts)
    out.write(kind + struct.pack("<I", length))
    out.writelines(parts)


def find_picture(
    container: InputContainer, job: Job, *, threads: int, options: Mapping[str, str] = NO_OPTIONS
) -> Picture:
    """Return the picture of a file, ready to be decoded within the limits.

    Args:
        container: The file.
        job: What is wanted.
        threads: By how many it is decoded.
        options: Of the decoder.
    """
    stream = next(iter(container.streams.video), None)
    if stream is None:
        raise Refusal("no-picture")
    context = stream.codec_context
    _check_size(context.width, context.height, job)
    # A size that only shows while decoding is refused by the decoder, before it takes the memory.
    room = job["pixels_max"] + STRIDE_ALIGN * job["height_max"]
    context.options = {**options, "max_pixels": str(room)}
    context.thread_type = "AUTO"
    context.thread_count = threads
    still = container.format.name in STILLS
    rate = STILL_RATE if still else _rate(stream)
    return Picture(stream, rate, still, _is_truncated(container, stream))


def show(
    container: InputContainer,
    picture: Picture,
    decoded: Iterator[av.VideoFrame],
    job: Job,
    out: BinaryIO,
) -> Shown:
    """Send what the picture is, and return its frames."""
    frames = _timed(decoded, picture.rate, job)
    first = next(frames, None)
    if first is None:
        raise Refusal("no-picture")
    _check_size(first[1].width, first[1].height, job)
    looks = itertools.chain([first], () if picture.still else frames)
    shown = Shown(
        (first[1].width, first[1].height),
        quarter_turns(first[1].rotation) % 2,
        _looks(looks, job["looks_per_second"]),
    )
    stream, rate = picture.stream, picture.rate
    info = {
        "width": shown.upright[0],
        "height": shown.upright[1],
        "fps": [rate.numerator, rate.denominator],
        "seconds": float(1 / STILL_RATE) if picture.still else _seconds(container, stream, rate),
        "frames": 1 if picture.still else stream.frames or None,
        "has_audio": bool(container.streams.audio),
    }
    send(out, b"I", json.dumps(info).encode())
    return shown


def quarter_turns(degrees: int) -> int:
    """Return how often to turn by 90 degrees, anticlockwise, so that the picture stands upright."""
    return round(degrees / 90)


def _confine(job: Job) -> None:
    """Give up all that decoding does not need, before the file is looked at."""
    cpu = job["cpu_seconds"]
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + 1),
        (resource.RLIMIT_AS, job["memory_bytes"], job["memory_bytes"]),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(kind, (soft, hard))


class _Nameless:
    """A file without its name: FFmpeg takes names for patterns of files."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read
        self.seek = file.seek
        self.tell = file.tell


def _refuse_to_open(*_: object) -> NoReturn:
    raise Refusal("damaged")


def _timed(
    frames: Iterator[av.VideoFrame], rate: Fraction, job: Job
) -> Iterator[tuple[float, av.VideoFrame]]:
    """Give each frame its time since the first, which never falls, and stop at the limits."""
    start, last, step = None, 0.0, float(1 / rate)
    for count, frame in enumerate(frames):
        at = last + step if count else 0.0
        exact = cast("float | None", frame.time)  # Its types say otherwise.
        if exact is not None:
            start = exact if start is None else start
            at = max(last, exact - start)
        if count == job["frames_max"]:
            raise Refusal("frames")
        if at > job["seconds_max"]:
            raise Refusal("seconds")
        yield at, frame
        last = at


def _looks(
    frames: Iterator[tuple[float, av.VideoFrame]], per_second: int | None
) -> Iterator[tuple[float, av.VideoFrame]]:
    """Yield the frames that so many looks a second fall on, and the last one; None: all of them."""
    if per_second is None:
        yield from frames
        return
    look_at, left = 0.0, None
    for seconds, frame in frames:
        if seconds < look_at - STEP_SECONDS_MIN:
            left = seconds, frame
            continue
        look_at = (math.floor((seconds + STEP_SECONDS_MIN) * per_second) + 1) / per_second
        left = None
        yield seconds, frame
    if left is not None:
        yield left


def _check_size(width: int, height: int, job: Job) -> None:
    too_long = width > job["width_max"] or height > job["height_max"]
    if too_long or width * height > job["pixels_max"]:
        raise Refusal("pixels")


def _rate(stream: VideoStream) -> Fraction:
    """Return the mean frame rate, which is what `frames / seconds` should give."""
    counted = None
    if stream.frames and stream.duration and stream.time_base:
        counted = stream.frames / (stream.duration * stream.time_base)
    for rate in (stream.average_rate, counted, stream.guessed_rate):
        if rate is not None and 0 < rate <= RATE_MAX:
            return Fraction(rate)
    return RATE_DEFAULT


def _seconds(container: InputContainer, stream: VideoStream, rate: Fraction) -> float:
    """Return what the file says of its length; the frames have the last word."""
    if stream.duration is not None and stream.time_base is not None:
        return max(0.0, float(stream.duration * stream.time_base))
    if container.duration is not None:
        return max(0.0, container.duration / av.time_base)
    return float(stream.frames / rate)


def _is_truncated(container: InputContainer, stream: VideoStream) -> bool:
    """Return whether the file's own table of samples points past its end.

    FFmpeg decodes what is there and then reports an ordinary end. Only the MP4 family has a table
    whose entries say where each sample ends.
    """
    if not container.format.name.startswith("mov"):
        return False
    end = os.fstat(sys.stdin.fileno()).st_size
    return any(entry.pos + entry.size > end for entry in stream.index_entries)
