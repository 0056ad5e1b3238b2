"""Reads a file small and grey, with its sound: all that a fingerprint needs, in one pass.

Frames that no other refers to are left out as long as enough are left, luma is taken as it is
stored, and it is reduced where it is decoded: so most of the cost is what decoding costs.
"""

import contextlib
import struct
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rightsd.adapters import media, media_luma
from rightsd.adapters.media import Samples, Video, VideoInfo
from rightsd.adapters.media_process import SMALL, Limits, MediaProcess, Small
from rightsd.errors import RightsError

CHUNK_FRAMES = 24

_LOOK = struct.Struct("<dB")

Hear = Callable[[Samples], None]


@contextlib.contextmanager
def open_small(
    path: Path, *, limits: Limits, looks_per_second: int, hear: Hear, small: Small = SMALL
) -> Generator[Video]:
    """Open a video or a still picture for which nobody vouches.

    Args:
        path: The file.
        limits: Of the whole file.
        looks_per_second: Only the first frame in each such share of a second is handed on, and the
            last frame of all.
        hear: Is given the sound as it comes, float32, (N,), at `small.sound_rate`, until the last
            frame has been handed on.
        small: What to reduce to.

    Returns:
        What the file is, and its frames: uint8, (T, h, w), luma, upright, the longer side at most
        `small.side_max`.

    Raises:
        RightsError: As for `media.open_video`.
    """
    with MediaProcess(
        path, want="small", limits=limits, looks_per_second=looks_per_second, small=small
    ) as process:
        info = media.video_info(process, limits)
        yield Video(info, _chunks(process, info, limits, hear, small))


def _chunks(
    process: MediaProcess, info: VideoInfo, limits: Limits, hear: Hear, small: Small
) -> Iterator[media.Chunk]:
    """Yield what the child sends, until it says that this was all."""
    wide, high = media_luma.reduced((info.width, info.height), small.side_max)
    look_bytes = _LOOK.size + wide * high
    left = int(limits.seconds_max * small.sound_rate) * 4
    count = 0
    ended = False
    while not ended:
        frames = np.empty((CHUNK_FRAMES, high, wide), np.uint8)
        seconds: list[float] = []
        failure: RightsError | None = None
        try:
            while not ended and len(seconds) < CHUNK_FRAMES:
                kind, length = process.next_message()
                if kind == b"A" and length % 4 == 0 and length <= left:
                    left -= length
                    heard = np.frombuffer(process.read(length), "<f4").astype(np.float32)
                    hear(np.nan_to_num(np.clip(heard, -1.0, 1.0)))
                elif (kind, length) == (b"G", look_bytes) and count < limits.frames_max:
                    count += 1
                    seconds.append(_read_look(process, frames[len(seconds)]))
                elif (kind, length) == (b"Z", 0):
                    ended = True
                else:
                    process.distrust()
        except RightsError as error:
            failure = error
        if seconds:
            yield media.Chunk(frames[: len(seconds)], np.array(seconds))
        if failure is not None:
            raise failure


def _read_look(process: MediaProcess, room: npt.NDArray[np.uint8]) -> float:
    """Fill `room`, (h, w), with a frame as it is seen, and return its time."""
    at, turns = _LOOK.unpack(process.read(_LOOK.size))
    if turns == 0:
        process.read_into(room.reshape(-1).data)
    else:
        stored = room.shape[::-1] if turns % 2 else room.shape
        rows = np.frombuffer(process.read(room.size), np.uint8).reshape(stored)
        room[:] = np.rot90(rows, turns)
    return at
