"""The bytes of a proxy, which is what the motion of a reference is compared by.

A few seconds make a piece: a head, the steps between its times, and its pictures as one H.264
stream. Pieces in a row are a proxy again, so a long clip is written as it passes, and only what is
asked for is decoded. What is read here we wrote ourselves; it is checked all the same, and a piece
that states what it does not hold costs no more than one that does.
"""

# PyAV leaves the types of its contexts and packets open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from fingerprint.errors import FramesError
from fingerprint.proxy import LOOKS_MAX, LOOKS_PER_SECOND, SIDE_PIXELS, Proxy

VERSION = 1
PIECE_LOOKS = 32 * LOOKS_PER_SECOND
# 1.0 to 1.7 kB for a second of ordinary footage. Where little moves by itself, as in drawn clips,
# copies reach less than without loss, and small parts of them cannot be told (at 20, they can).
CRF = 30
STREAM_BYTES_MAX = PIECE_LOOKS * SIDE_PIXELS * SIDE_PIXELS
STEP_MICROSECONDS_MAX = (1 << 32) - 1

_MARK = b"rpx"
# Mark, version, height, width, looks, bytes of the stream, seconds of the first look.
_HEAD = struct.Struct("<3sBBBHId")
_PIXELS_MAX = 128 * 128  # FFmpeg rounds sides up before it compares.


@dataclass(frozen=True, slots=True)
class _Piece:
    seconds: NDArray[np.float64]
    shape: tuple[int, int]
    stream: bytes


def pack(proxy: Proxy) -> bytes:
    """Return a proxy as bytes; those of a clip's parts, one after the other, are those of the clip.

    Raises:
        FramesError: Two looks are an hour apart.
    """
    parts: list[bytes] = []
    for start in range(0, len(proxy), PIECE_LOOKS):
        part = slice(start, start + PIECE_LOOKS)
        frames, seconds = proxy.frames[part], proxy.seconds[part]
        # From the first look on, so that rounding does not add up.
        since = np.round((seconds - seconds[0]) * 1e6).astype(np.int64)
        steps = np.diff(since)
        if (steps > STEP_MICROSECONDS_MAX).any():
            raise FramesError("The looks of a proxy are too far apart to be kept.")
        stream = _encode(frames)
        shape = frames.shape[1:]
        head = _HEAD.pack(_MARK, VERSION, *shape, len(frames), len(stream), float(seconds[0]))
        parts += [head, np.maximum(steps, 1).astype("<u4").tobytes(), stream]
    return b"".join(parts)


def unpack(packed: bytes, *, start: float = -np.inf, end: float = np.inf) -> Proxy:
    """Return the proxy that was packed, or the pieces of it around a stretch.

    Args:
        packed: What `pack` returned.
        start: Of the stretch, in seconds.
        end: Of the stretch.

    Raises:
        FramesError: The bytes are not what `pack` makes.
    """
    pieces = list(_pieces(packed))
    if len({piece.shape for piece in pieces}) > 1:
        raise FramesError("The pieces of a proxy are not of one size.")
    if sum(len(piece.seconds) for piece in pieces) > LOOKS_MAX:
        raise FramesError("The packed proxy is of a longer clip than any.")
    chosen = [piece for piece in pieces if piece.seconds[-1] >= start and piece.seconds[0] <= end]
    if not chosen:
        shape = pieces[0].shape if pieces else (1, 1)
        return Proxy(np.empty((0, *shape), np.uint8), np.empty(0, np.float64))
    frames = [_decode(piece.stream, len(piece.seconds), piece.shape) for piece in chosen]
    return Proxy(np.concatenate(frames), np.concatenate([piece.seconds for piece in chosen]))


def _pieces(packed: bytes) -> Iterator[_Piece]:
    """Yield the pieces, with nothing decoded."""
    at = 0
    while at < len(packed):
        if len(packed) - at < _HEAD.size:
            raise FramesError("The packed proxy is cut short.")
        mark, version, high, wide, count, length, first = _HEAD.unpack_from(packed, at)
        stream_at = at + _HEAD.size + 4 * (count - 1)
        fits = 0 < count <= PIECE_LOOKS and 0 < length <= STREAM_BYTES_MAX
        if mark != _MARK or version != VERSION or not fits or not np.isfinite(first):
            raise FramesError("These are not the bytes of a proxy.")
        if not (0 < high <= SIDE_PIXELS and 0 < wide <= SIDE_PIXELS):
            raise FramesError(f"The packed proxy is larger than {SIDE_PIXELS} pixels.")
        if stream_at + length > len(packed):
            raise FramesError("The packed proxy is cut short.")
        steps = np.frombuffer(packed, "<u4", count - 1, at + _HEAD.size).astype(np.int64)
        since = np.concatenate([np.zeros(1, np.int64), np.cumsum(steps)])
        at = stream_at + length
        yield _Piece(first + since / 1e6, (high, wide), packed[stream_at:at])


def _encode(frames: NDArray[np.uint8]) -> bytes:
    context = VideoCodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.height, context.width = frames.shape[1:]
    context.pix_fmt = "gray"
    context.framerate, context.time_base = Fraction(LOOKS_PER_SECOND), Fraction(1, LOOKS_PER_SECOND)
    context.thread_count = 1
    context.options = {"crf": str(CRF), "preset": "veryslow", "x264-params": "keyint=infinite"}
    packets: list[bytes] = []
    for number, look in enumerate(frames):
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(look), "gray")
        frame.pts = number
        packets += [bytes(packet) for packet in context.encode(frame)]
    packets += [bytes(packet) for packet in context.encode(None)]
    return b"".join(packets)


def _decode(stream: bytes, count: int, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the pictures of a stream, which must be as many and as large as its piece says."""
    context = VideoCodecContext.create("h264", "r")
    assert isinstance(context, VideoCodecContext)
    context.thread_count = 1
    context.options = {"max_pixels": str(_PIXELS_MAX)}
    out = np.empty((count, *shape), np.uint8)
    got = 0
    try:
        for packet in (*context.parse(stream), *context.parse(None), None):
            for frame in context.decode(packet):
                if got == count or (frame.height, frame.width) != shape:
                    raise FramesError("The packed proxy does not hold what it says.")
                # The first plane is brightness, whether or not there are others.
                plane = frame.planes[0]
                rows = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)
                out[got] = rows[: shape[0], : shape[1]]
                got += 1
    except FFmpegError as error:
        raise FramesError("The pictures of the packed proxy are damaged.") from error
    if got != count:
        raise FramesError("The packed proxy does not hold what it says.")
    return out
