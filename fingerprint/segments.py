"""Many codes that do not change any more, laid out to be searched, in a file or in memory.

A file is mapped, so that processes that search it share its memory. It is a copy of what is kept
elsewhere: whatever is wrong with it, it is refused, and made anew.
"""

import mmap
import secrets
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint import mih
from fingerprint.errors import SegmentError
from fingerprint.loops import WORDS
from fingerprint.mih import PAGE, Layout

ROWS_MAX = 1 << 28
SUFFIX = ".segment"
PARTIAL = ".partial"  # What a file is called until it is whole.

# What it is, its version, the order of bytes, rows, runs of ids, and the sum of what follows.
_HEAD = struct.Struct("=8sIIQQI")
_MAGIC, _VERSION, _ORDER = b"rightsix", 1, 0x01020304
_CHUNK = 16 << 20  # Summed up at a time.


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Codes by ids, ascending.

    Attributes:
        codes: uint64, (N, 4).
        size: In bytes, all in all.
    """

    codes: NDArray[np.uint64]
    size: int
    _shape: Layout
    _tables: NDArray[np.uint8]
    _run_ids: NDArray[np.int64]  # Where ids go on by one, the first of them,
    _run_rows: NDArray[np.int64]  # and its row.

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def ids(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ids of rows."""
        run = np.searchsorted(self._run_rows, rows, side="right") - 1
        return self._run_ids[run] + (rows - self._run_rows[run])

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of ids; -1 for those that it does not have."""
        run = np.searchsorted(self._run_ids, ids, side="right") - 1
        lengths = np.diff(self._run_rows, append=len(self)).astype(np.uint64)
        # Unsigned: ids may be farther apart than a signed number says.
        along = ids.view(np.uint64) - self._run_ids[run].view(np.uint64)
        there = (run >= 0) & (along < lengths[run])
        return np.where(there, self._run_rows[run] + along.astype(np.int64), -1)

    def search(
        self, queries: NDArray[np.uint64], live: NDArray[np.uint8], radius: int, *, sure: int
    ) -> mih.Hits:
        """Return the live rows within a radius: all within `sure` bits, and others met on the way.

        Args:
            queries: uint64, (Q, 4).
            live: uint8, ceil(N / 8), a bit for each row, the lowest first.
            radius: In bits.
            sure: At most the radius.
        """
        where = mih.plan(self._shape, sure)
        if not len(where.masks):
            return mih.scan(queries, self.codes, live, radius)
        return mih.probe(
            queries, self.codes, live, radius, shape=self._shape, built=self._tables, where=where
        )


def build(ids: NDArray[np.int64], codes: NDArray[np.uint64]) -> Segment:
    """Return a segment in the memory of this process.

    Args:
        ids: int64, (N,), ascending, each once, N from 1 to ROWS_MAX.
        codes: uint64, (N, 4).
    """
    run_ids, run_rows = _runs(ids)
    memory = mmap.mmap(-1, _size(len(ids), len(run_ids)))
    memory.seek(PAGE)
    for part in _parts(codes, run_ids, run_rows):
        memory.write(part)
    memory.seek(0)
    memory.write(_head(len(ids), len(run_ids), _sum(memory)))
    return _view(memory)


def store(folder: Path, ids: NDArray[np.int64], codes: NDArray[np.uint64]) -> Path:
    """Write a segment to a file of its own, and return it once it is whole: see `build`.

    Nobody waits for the disk: a file that a crash leaves unwritten is refused by its sum.
    """
    run_ids, run_rows = _runs(ids)
    path = folder / f"{secrets.token_hex(8)}{SUFFIX}"
    partial = path.with_suffix(PARTIAL)
    total = 0
    with partial.open("wb") as file:
        file.write(bytes(PAGE))
        for part in _parts(codes, run_ids, run_rows):
            total = zlib.crc32(part, total)
            file.write(part)
        file.seek(0)
        file.write(_head(len(ids), len(run_ids), total))
    partial.rename(path)
    return path


def load(path: Path) -> Segment:
    """Return what was stored.

    Raises:
        SegmentError: It is not a whole segment of this version.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        try:
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:  # It is empty.
            raise SegmentError(f"{path.name} is empty.") from error
    return _view(memory)


def _view(memory: mmap.mmap) -> Segment:
    if len(memory) < PAGE:
        raise SegmentError("A segment is longer than this.")
    magic, version, order, rows, runs, total = _HEAD.unpack_from(memory)
    if (magic, version, order) != (_MAGIC, _VERSION, _ORDER):
        raise SegmentError("This is not a segment, or one of another version.")
    if not 1 <= runs <= rows <= ROWS_MAX or len(memory) != _size(rows, runs):
        raise SegmentError("A segment is not as long as it says.")
    if _sum(memory) != total:
        raise SegmentError("A segment is damaged.")
    shape = mih.layout(rows)
    parts: list[NDArray[np.uint8]] = []
    at = PAGE
    for size in _sizes(rows, runs):
        parts.append(np.frombuffer(memory, np.uint8, size, at))
        parts[-1].flags.writeable = False
        at += size
    codes, run_ids, run_rows, tables = parts
    return Segment(
        codes=codes.view(np.uint64)[: rows * WORDS].reshape(rows, WORDS),
        size=len(memory),
        _shape=shape,
        _tables=tables,
        _run_ids=run_ids.view(np.int64)[:runs],
        _run_rows=run_rows.view(np.int64)[:runs],
    )


def _runs(ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first = np.ones(len(ids), np.bool_)
    first[1:] = np.diff(ids) != 1
    rows = np.flatnonzero(first).astype(np.int64)
    return ids[rows], rows


def _parts(
    codes: NDArray[np.uint64], run_ids: NDArray[np.int64], run_rows: NDArray[np.int64]
) -> Iterator[bytes | memoryview]:
    """Yield what lies behind the head, in order."""
    for part in (codes, run_ids, run_rows):
        yield np.ascontiguousarray(part).data.cast("B")
        yield bytes(-part.nbytes % PAGE)
    yield from mih.tables(codes, mih.layout(len(codes)))


def _sizes(rows: int, runs: int) -> tuple[int, int, int, int]:
    """Return how many bytes there are of each part: codes, ids and rows of runs, tables."""
    codes, run = 8 * WORDS * rows, 8 * runs
    run += -run % PAGE
    return codes + -codes % PAGE, run, run, mih.layout(rows).size


def _size(rows: int, runs: int) -> int:
    return PAGE + sum(_sizes(rows, runs))


def _head(rows: int, runs: int, total: int) -> bytes:
    return _HEAD.pack(_MAGIC, _VERSION, _ORDER, rows, runs, total)


def _sum(memory: mmap.mmap) -> int:
    """Return the sum of what lies behind the head."""
    total = 0
    with memoryview(memory) as view:
        for first in range(PAGE, len(view), _CHUNK):
            with view[first : first + _CHUNK] as part:
                total = zlib.crc32(part, total)
    return total
