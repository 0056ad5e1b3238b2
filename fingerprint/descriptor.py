"""One 256-bit code for each telling frame of a clip."""

# imagehash says nothing about the type of its bits.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fingerprint import border, sample, spectrum
from fingerprint.errors import DescriptorsError, FramesError

# Goes into manifests and next to every stored code. Codes of two algorithms cannot be compared.
ALGORITHM = "org.rightsd.phash256.1"
CODE_BYTES = 32
# What packed codes begin with: of which algorithm they are, and how they are packed.
HEAD = b"G\x01"
# Ten hours of what moves, inside bars. It bounds what is read of packed codes, and their ids.
ROWS_MAX = 1 << 18
TICKS_PER_SECOND = 10_000  # Of packed times, which go up to 119 hours.
# Below this too few bits are more than noise: frames that are black, plain or faded out.
QUALITY_MIN = 35
QUALITY_FULL = 100
# Bars are looked for over this many kept frames (5 to 40 s), at this size. It bounds the memory.
WINDOW_FRAMES = 40
WINDOW_SIDE_PIXELS = 320

_ROW_BYTES = 4 + 1 + CODE_BYTES
# Mirroring a picture turns the sign of each odd horizontal frequency, and of nothing else.
_ODD_FREQUENCIES = np.packbits(
    np.tile(np.arange(spectrum.FREQUENCIES) % 2 == 1, spectrum.FREQUENCIES)
)


@dataclass(frozen=True, slots=True)
class FrameHash:
    """One frame's code.

    Attributes:
        seconds: When the frame is shown.
        code: 32 bytes, 256 bits; near pictures differ in few bits, unrelated ones in about 128.
        quality: 0 to 100, the share of bits that are more than noise.
    """

    seconds: float
    code: bytes
    quality: int


@dataclass(frozen=True, slots=True, eq=False)
class Descriptors:
    """The codes of one clip, in the order of time.

    A frame inside bars has two rows of the same time: one of all of it, and one of what is inside
    the bars. The first and the last row are the first and the last frame of the clip.

    Attributes:
        seconds: float64, (S,), never running backwards.
        codes: uint8, (S, 32).
        quality: uint8, (S,), 0 to 100.

    Raises:
        DescriptorsError: The arrays do not fit together, or times run backwards.
    """

    seconds: NDArray[np.float64]
    codes: NDArray[np.uint8]
    quality: NDArray[np.uint8]

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        count = len(self.codes)
        if self.codes.dtype != np.uint8 or self.codes.shape != (count, CODE_BYTES):
            raise DescriptorsError(f"Codes are uint8 of shape (S, {CODE_BYTES}).")
        if self.seconds.shape != (count,) or self.quality.shape != (count,):
            raise DescriptorsError(f"{count} codes need as many times and qualities.")
        if not np.isfinite(self.seconds).all() or (np.diff(self.seconds) < 0).any():
            raise DescriptorsError("Times are finite and never run backwards.")

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def searchable(self) -> NDArray[np.int64]:
        """Return the rows that are good enough to be stored in an index or looked for."""
        return np.flatnonzero(self.quality >= QUALITY_MIN)


def hash_frame(frame: NDArray[np.uint8], *, seconds: float) -> FrameHash:
    """Return the code of one frame.

    Args:
        frame: uint8, (H, W, 3), RGB, or (H, W), luma.
        seconds: When it is shown.

    Raises:
        FramesError: It is no such picture, or has no pixels.

    Source: `imagehash.phash` with `hash_size=16` (256 lowest frequencies of a 64 x 64 DCT against
    their median), so that codes can be compared with those of other systems.
    """
    shape = frame.shape
    if frame.dtype != np.uint8 or not frame.size or (len(shape) != 2 and shape[2:] != (3,)):
        raise FramesError(f"A frame is uint8 of shape (H, W, 3) or (H, W), not {shape}.")
    picture = Image.fromarray(frame)
    bits = np.asarray(imagehash.phash(picture, hash_size=spectrum.FREQUENCIES).hash, np.bool_)
    quality = spectrum.quality(spectrum.of(frame))
    return FrameHash(seconds=seconds, code=np.packbits(bits).tobytes(), quality=quality)


def describe(chunks: Iterable[sample.Chunk]) -> Descriptors:
    """Return the codes of a clip, reading it once, in memory of a few frames.

    Args:
        chunks: Frames uint8, (T, H, W, 3), RGB, or (T, H, W), luma, with T times in seconds:
            `sample.pick`.

    Returns:
        About 3 rows a second where things move and 1 where not, twice that inside bars; no rows
        for a clip without frames.

    Raises:
        FramesError: See `sample.pick`.
    """
    rows: list[FrameHash] = []
    window: list[tuple[float, NDArray[np.uint8]]] = []
    for seconds, frame in sample.pick(chunks):
        rows.append(hash_frame(frame, seconds=seconds))
        window.append((seconds, _reduce(frame)))
        if len(window) == WINDOW_FRAMES:
            rows += _hash_trimmed(window)
            window.clear()
    rows += _hash_trimmed(window)
    return collect(rows)


def collect(rows: Iterable[FrameHash]) -> Descriptors:
    """Return rows, for example read back from a table, as one clip, ordered by time."""
    ordered = sorted(rows, key=lambda row: row.seconds)
    codes = np.frombuffer(b"".join(row.code for row in ordered), np.uint8)
    if codes.size != CODE_BYTES * len(ordered):
        raise DescriptorsError(f"A code is not {CODE_BYTES} bytes long.")
    return Descriptors(
        seconds=np.array([row.seconds for row in ordered], np.float64),
        codes=codes.reshape(len(ordered), CODE_BYTES),
        quality=np.array([row.quality for row in ordered], np.uint8),
    )


def pack(content: Descriptors, *, head: bytes = HEAD) -> bytes:
    """Return the codes of a clip as bytes, 37 a row, behind the head: a column after the other.

    Args:
        content: The clip; its times are kept to `TICKS_PER_SECOND`.
        head: Two bytes that say of which algorithm the codes are.

    Raises:
        DescriptorsError: There are more than `ROWS_MAX` rows, or times that cannot be packed.
    """
    ticks = np.rint(content.seconds * TICKS_PER_SECOND)
    if len(content) > ROWS_MAX or (len(ticks) and not 0 <= ticks[0] <= ticks[-1] < 2**32):
        raise DescriptorsError(f"At most {ROWS_MAX} rows within 119 hours can be packed.")
    columns = (ticks.astype(">u4"), content.quality, content.codes)
    return head + b"".join(column.tobytes() for column in columns)


def unpack(packed: bytes, *, head: bytes = HEAD) -> Descriptors:
    """Return the codes that were packed, whoever says so.

    Raises:
        DescriptorsError: They are of another algorithm, too many, cut off, or out of range.
    """
    rows, rest = divmod(len(packed) - len(head), _ROW_BYTES)
    if not packed.startswith(head) or rest or rows > ROWS_MAX:
        raise DescriptorsError(f"These are not up to {ROWS_MAX} rows of {head!r}.")
    body = np.frombuffer(packed, np.uint8, offset=len(head))
    ticks, quality, codes = np.split(body, [4 * rows, 5 * rows])
    if (quality > QUALITY_FULL).any():
        raise DescriptorsError(f"A quality is at most {QUALITY_FULL}.")
    return Descriptors(
        seconds=ticks.view(">u4") / TICKS_PER_SECOND,
        codes=codes.reshape(rows, CODE_BYTES),
        quality=quality,
    )


def mirror(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the codes of the mirrored pictures, up to the few bits that sit on the median.

    Args:
        codes: uint8, (S, 32).
    """
    return codes ^ _ODD_FREQUENCIES


def _reduce(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the luma of a frame, small enough to keep a window of them."""
    high, wide = frame.shape[:2]
    scale = min(1.0, WINDOW_SIDE_PIXELS / max(high, wide))
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return np.asarray(
        cv2.cvtColor(small, cv2.COLOR_RGB2GRAY) if small.ndim == 3 else small, np.uint8
    )


def _hash_trimmed(window: list[tuple[float, NDArray[np.uint8]]]) -> list[FrameHash]:
    """Return the codes of what is inside the bars, or nothing where there are no bars."""
    if not window or len({grey.shape for _, grey in window}) > 1:
        return []
    box = border.find(np.stack([grey for _, grey in window]))
    if box is None:
        return []
    return [
        hash_frame(
            np.ascontiguousarray(grey[box.top : box.bottom, box.left : box.right]), seconds=at
        )
        for at, grey in window
    ]
