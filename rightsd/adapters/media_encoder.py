"""Encodes what we write ourselves: H.264 and AAC in MP4, the same bytes for the same input."""

# PyAV leaves the type of its packets open; we only pass them on.
# pyright: reportUnknownMemberType=false

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import PictureType
from av.video.stream import VideoStream

from rightsd.errors import Code, RightsError

AUDIO_FRAME_SAMPLES = 1024  # One frame of AAC-LC (ISO/IEC 14496-3).
AUDIO_BITS_PER_SECOND = 160_000
ENCODER_THREADS = 2  # The bytes depend on it, so it must not depend on the machine.
# x264 writes other bytes from run to run with its AVX-512 code (measured: 15 runs, 7 files, one
# thread or two) and the same ones with AVX2, so wider registers are left alone where there are any.
STEADY_CODE = "asm=avx2"
BT709 = 1  # The same number for primaries, transfer and matrix (ISO/IEC 23091-2).
STUDIO_RANGE = 1  # FFmpeg's AVCOL_RANGE_MPEG.
# The index comes first; tags keep the names that they were given.
FLAGS = "+faststart+use_metadata_tags"

Frames = npt.NDArray[np.uint8]
Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Picture:
    """How pictures are written.

    Attributes:
        width: Pixels, even.
        height: Pixels, even.
        fps: Frames per second, constant.
        crf: Constant rate factor of x264.
        cuts: Numbers of frames that need none before them.
    """

    width: int
    height: int
    fps: Fraction
    crf: int
    cuts: frozenset[int]


def encode(
    path: Path,
    picture: Picture,
    frames: Iterable[Frames],
    *,
    audio: Samples | None,
    rate: int,
    tags: Mapping[str, str],
) -> None:
    """Write a file; the arguments are those of `media.write_video`.

    Raises:
        RightsError: INVALID; there is no frame.
    """
    flags = {"movflags": FLAGS, "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=flags) as container:
        container.metadata.update(tags)
        shown = _add_picture(container, picture)
        sound = None if audio is None else _add_sound(container, rate)
        pieces = iter(()) if audio is None else _audio_frames(audio, rate)
        pictures = _pictures(frames, shown, picture.cuts)
        # In order of time, so that a player finds the sound near the picture it belongs to.
        _encode(container, shown, sound, heapq.merge(pictures, pieces, key=_time))


def _add_picture(container: OutputContainer, picture: Picture) -> VideoStream:
    options = {
        "preset": "veryfast",
        "crf": str(picture.crf),
        "forced-idr": "1",  # Where a picture is to be whole, nothing after it looks before it.
        "threads": str(ENCODER_THREADS),
        "flags": "+bitexact",
    }
    if _has_avx512():
        options["x264-params"] = STEADY_CODE
    stream = container.add_stream("libx264", rate=picture.fps, options=options)
    stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
    context = stream.codec_context
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = STUDIO_RANGE
    context.time_base = 1 / picture.fps
    return stream


def _has_avx512() -> bool:
    found = np.show_config(mode="dicts")["SIMD Extensions"]
    features = [*found.get("baseline", []), *found.get("found", [])]
    return any(feature == "X86_V4" or feature.startswith("AVX512") for feature in features)


def _add_sound(container: OutputContainer, rate: int) -> AudioStream:
    stream = container.add_stream("aac", rate=rate, options={"flags": "+bitexact"}, layout="stereo")
    stream.bit_rate = AUDIO_BITS_PER_SECOND
    return stream


def _pictures(
    frames: Iterable[Frames], stream: VideoStream, cuts: frozenset[int]
) -> Iterator[av.VideoFrame]:
    number = 0
    for chunk in frames:
        for frame in chunk:
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), "rgb24").reformat(
                width=stream.width,
                height=stream.height,
                format="yuv420p",
                dst_colorspace=BT709,
                dst_color_range=STUDIO_RANGE,
            )
            picture.pts, picture.time_base = number, stream.codec_context.time_base
            if number in cuts:
                picture.pict_type = PictureType.I
            number += 1
            yield picture
    if not number:
        raise RightsError(Code.INVALID, "A video without a frame cannot be written.")


def _audio_frames(audio: Samples, rate: int) -> Iterator[av.AudioFrame]:
    for start in range(0, len(audio), AUDIO_FRAME_SAMPLES):
        piece = np.ascontiguousarray(audio[start : start + AUDIO_FRAME_SAMPLES].T, np.float32)
        frame = av.AudioFrame.from_ndarray(piece, "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame


def _encode(
    container: OutputContainer,
    picture: VideoStream,
    sound: AudioStream | None,
    frames: Iterator[av.VideoFrame | av.AudioFrame],
) -> None:
    for frame in frames:
        if isinstance(frame, av.VideoFrame):
            container.mux(picture.encode(frame))
        elif sound is not None:
            container.mux(sound.encode(frame))
    container.mux(picture.encode(None))
    if sound is not None:
        container.mux(sound.encode(None))


def _time(frame: av.VideoFrame | av.AudioFrame) -> float:
    return frame.time or 0.0
