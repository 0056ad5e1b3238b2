"""Decodes one untrusted file, in a process that is made for it and can do nothing else.

Started by `media`: the file is standard input, the frames go to standard output, and what to do
stands in the first argument as JSON. No file is opened by name, so a playlist inside the file leads
nowhere. Whatever goes wrong here ends this process only; the parent trusts none of what it is sent.

A message is a kind (one byte), the length of its body (32 bits, little-endian), and the body:

* `I`: what the file is, as JSON; first.
* `F`: one frame: its time in seconds (64-bit float, little-endian), then rows of RGB.
* `G`: one frame, small: its time, then rows of grey.
* `A`: a piece of sound: interleaved 32-bit floats, little-endian.
* `X`: a refusal: a word, which the parent turns into a sentence; last.
* `Z`: the end; last.
"""

import contextlib
import itertools
import json
import math
import os
import resource
import struct
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import BinaryIO, NoReturn, TypedDict, cast

import av
import av.logging
import numpy as np
import numpy.typing as npt
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import InvalidDataError
from av.packet import Packet
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream

from rightsd.adapters import media_luma

DESCRIPTORS = 16  # The three of ours, and what the libraries hold; the file can make us open none.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg,gif,yuv4mpegpipe,"
    "png_pipe,jpeg_pipe,webp_pipe,wav,mp3,flac,aac"
)
STILLS = frozenset({"png_pipe", "jpeg_pipe", "webp_pipe"})
STILL_RATE = Fraction(1)
RATE_MAX = 1000  # Frames a second; beyond it the container states nonsense.
RATE_DEFAULT = Fraction(25)
HD_HEIGHT_MIN = 720  # What states no matrix is BT.601 below and BT.709 from here, as players hold.
MATRIX_UNSPECIFIED = 2  # ISO/IEC 23091-2, MatrixCoefficients.
STEP_SECONDS_MIN = 1e-6  # Times are sums of floating point numbers.
STRIDE_ALIGN = 64  # FFmpeg rounds a row up to so many pixels before it compares.
THREADS = 2

Pixels = npt.NDArray[np.uint8]


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


class Refusal(Exception):  # noqa: N818
    """The file is refused; the message is the word that the parent knows."""


def main() -> None:
    """Do the job; an exception that is not named here ends the process, and the parent sees it."""
    job = cast("Job", json.loads(sys.argv[1]))
    _confine(job)
    av.logging.set_level(None)
    out = sys.stdout.buffer
    _send(out, b"R")  # Whatever fails from here on is the file's fault.
    out.flush()
    try:
        with av.open(
            _Nameless(sys.stdin.buffer),
            mode="r",
            options={"protocol_whitelist": "none", "format_whitelist": FORMATS},
            metadata_errors="ignore",
            io_open=_refuse_to_open,
        ) as container:
            if job["want"].startswith("audio"):
                _send_audio(container, job, out)
            else:
                _send_video(container, job, out)
    except Refusal as refusal:
        _send(out, b"X", str(refusal).encode())
    except MemoryError:
        _send(out, b"X", b"memory")
    else:
        _send(out, b"Z", b"")
    out.flush()


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


def _send(out: BinaryIO, kind: bytes, *parts: bytes | memoryview) -> None:
    length = sum(len(part) for part in parts)
    out.write(kind + struct.pack("<I", length))
    out.writelines(parts)


def _send_video(container: InputContainer, job: Job, out: BinaryIO) -> None:
    """Send what the picture is, then each frame, upright."""
    stream = next(iter(container.streams.video), None)
    if stream is None:
        raise Refusal("no-picture")
    context = stream.codec_context
    _check_size(context.width, context.height, job)
    # A size that only shows while decoding is refused by the decoder, before it takes the memory.
    room = job["pixels_max"] + STRIDE_ALIGN * job["height_max"]
    context.options = {"max_pixels": str(room)}
    context.thread_type = "AUTO"
    # Who wants little wants it of many files at once.
    context.thread_count = 1 if job["want"] == "small" else THREADS
    still = container.format.name in STILLS
    rate = STILL_RATE if still else _rate(stream)
    truncated = _is_truncated(container, stream)
    small = job["want"] == "small"
    held: list[bytes] = []
    decoded = _with_sound(container, stream, job, held) if small else container.decode(stream)
    frames = _timed(decoded, rate, job)
    first = next(frames, None)
    if first is None:
        raise Refusal("no-picture")
    _check_size(first[1].width, first[1].height, job)
    shape = (first[1].width, first[1].height)
    turned = _quarter_turns(first[1].rotation) % 2
    info = {
        "width": shape[1] if turned else shape[0],
        "height": shape[0] if turned else shape[1],
        "fps": [rate.numerator, rate.denominator],
        "seconds": float(1 / STILL_RATE) if still else _seconds(container, stream, rate),
        "frames": 1 if still else stream.frames or None,
        "has_audio": bool(container.streams.audio),
    }
    _send(out, b"I", json.dumps(info).encode())
    shown = itertools.chain([first], () if still else frames)
    looks = _looks(shown, job["looks_per_second"])
    if small:
        _send_small(looks, media_luma.reduced(shape, job["side_max"]), turned, held, out)
    else:
        for seconds, frame in looks:
            rows = _pixels(frame, shape, turned).data.cast("B")
            _send(out, b"F", struct.pack("<d", seconds), rows)
    if truncated:
        raise Refusal("truncated")


def _send_small(
    looks: Iterator[tuple[float, av.VideoFrame]],
    shape: tuple[int, int],
    turned: int,
    held: list[bytes],
    out: BinaryIO,
) -> None:
    """Send frames small and grey, and between them the sound that was read on the way.

    Args:
        looks: Frames and their times.
        shape: Width and height of the first frame as it is stored, reduced.
        turned: See `_pixels`.
        held: The sound since the last frame.
        out: Where to.
    """
    for seconds, frame in looks:
        turns = _quarter_turns(frame.rotation)
        size = shape if turns % 2 == turned else (shape[1], shape[0])
        rows = np.ascontiguousarray(np.rot90(media_luma.reduce(frame, size), turns))
        _send(out, b"G", struct.pack("<d", seconds), rows.data.cast("B"))
        _send_sound(out, held)
    _send_sound(out, held)


def _send_sound(out: BinaryIO, held: list[bytes]) -> None:
    if held:
        _send(out, b"A", b"".join(held))
        held.clear()


def _with_sound(
    container: InputContainer, stream: VideoStream, job: Job, held: list[bytes]
) -> Iterator[av.VideoFrame]:
    """Yield the frames that others need and, where these are too far apart, all; hold the sound.

    A frame to which no other refers can be left out without decoding it.
    """
    sound = next(iter(container.streams.audio), None)
    sound = sound if sound is not None and _is_heard(sound) else None
    resampler = av.AudioResampler(format="flt", layout="mono", rate=job["sound_rate"])
    left = int(job["seconds_max"] * job["sound_rate"])
    before, unit = None, float(stream.time_base or 0)
    context = stream.codec_context
    context.skip_frame = "NONREF"
    apart_max = 1.0 / (job["looks_per_second"] or 1) + STEP_SECONDS_MIN
    for packet in container.demux(stream) if sound is None else container.demux(stream, sound):
        if isinstance(packet.stream, VideoStream):
            for frame in cast("list[av.VideoFrame]", packet.decode()):
                at = None if frame.pts is None else frame.pts * unit
                if at is not None and before is not None and at - before > apart_max:
                    context.skip_frame = "DEFAULT"
                before = at
                yield frame
            continue
        for piece in _heard(cast("Packet[AudioStream]", packet), resampler):
            left -= piece.samples
            if left < 0:
                raise Refusal("seconds")
            held.append(np.ascontiguousarray(piece.to_ndarray(), "<f4").tobytes())


def _heard(packet: "Packet[AudioStream]", resampler: av.AudioResampler) -> list[av.AudioFrame]:
    """Return the sound of a packet; of one that is broken, none."""
    pieces: list[av.AudioFrame] = []
    with contextlib.suppress(InvalidDataError):
        for frame in packet.decode():
            pieces += resampler.resample(frame)
    return pieces


def _is_heard(sound: AudioStream) -> bool:
    """Return whether a stream of sound is one that can be decoded."""
    context = cast("AudioCodecContext | None", sound.codec_context)
    return context is not None and context.sample_rate > 0 and context.channels > 0


def _timed(
    frames: Iterator[av.VideoFrame], rate: Fraction, job: Job
) -> Iterator[tuple[float, av.VideoFrame]]:
    """Give each frame its time since the first, which never falls, and stop at the limits."""
    start, last = None, 0.0
    for count, frame in enumerate(frames):
        at = last + float(1 / rate) if count else 0.0
        if frame.pts is not None and frame.time_base is not None:
            exact = float(frame.pts * frame.time_base)
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


def _quarter_turns(degrees: int) -> int:
    """Return how often to turn by 90 degrees, anticlockwise, so that the picture stands upright."""
    return round(degrees / 90)


def _pixels(frame: av.VideoFrame, shape: tuple[int, int], turned: int) -> Pixels:
    """Return uint8, (H, W, 3), RGB, upright, of the same size as the first frame.

    Args:
        frame: Any picture.
        shape: Width and height of the first frame as it is stored.
        turned: 1 if the first frame stands upright after an odd number of quarter turns, else 0.
    """
    turns = _quarter_turns(frame.rotation)
    width, height = shape if turns % 2 == turned else shape[::-1]
    unstated = frame.colorspace == MATRIX_UNSPECIFIED and frame.height >= HD_HEIGHT_MIN
    converted = frame.reformat(
        width=width,
        height=height,
        format="rgb24",
        src_colorspace=Colorspace.ITU709 if unstated else None,
    )
    return np.ascontiguousarray(np.rot90(converted.to_ndarray(), turns), dtype=np.uint8)


def _send_audio(container: InputContainer, job: Job, out: BinaryIO) -> None:
    """Send the sound at its own rate, as one channel or two."""
    if job["want"] == "audio alone" and container.streams.video:
        raise Refusal("pictures")
    stream = next(iter(container.streams.audio), None)
    if stream is None:
        _send(out, b"I", b"null")
        return
    rate, channels = stream.codec_context.sample_rate, min(stream.codec_context.channels, 2)
    if rate <= 0 or channels <= 0:
        raise Refusal("sound")
    _send(out, b"I", json.dumps({"rate": rate, "channels": channels}).encode())
    layout = "mono" if channels == 1 else "stereo"
    resampler = av.AudioResampler(format="flt", layout=layout, rate=rate)
    left = int(job["seconds_max"] * rate)
    for frame in _audio_frames(container, resampler):
        left -= frame.samples
        if left < 0:
            raise Refusal("seconds")
        samples = np.ascontiguousarray(frame.to_ndarray(), dtype="<f4")
        _send(out, b"A", samples.data.cast("B"))


def _audio_frames(
    container: InputContainer, resampler: av.AudioResampler
) -> Iterator[av.AudioFrame]:
    for frame in container.decode(audio=0):
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


if __name__ == "__main__":
    main()
