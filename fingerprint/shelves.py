"""Segments in use: which of their rows count, and the folder that processes share."""

import fcntl
import logging
from collections.abc import Collection, Iterator
from collections.abc import Generator as Generates
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint import segments
from fingerprint.errors import SegmentError
from fingerprint.segments import Segment

# A segment is made anew when so large a part of it has been removed.
DEAD_SHARE = 0.125

_CHUNK = 1 << 20  # Rows that are looked at at once.

logger = logging.getLogger(__name__)

_Ids = NDArray[np.int64]
_Bools = NDArray[np.bool_]


@dataclass(slots=True, eq=False)
class Part:
    """A segment, and which of its rows count.

    Attributes:
        path: Its file, if it has one.
        live: uint8, ceil(N / 8), a bit for each row, the lowest first.
        count: How many count.
    """

    segment: Segment
    path: Path | None
    live: NDArray[np.uint8]
    count: int

    @property
    def is_sparse(self) -> bool:
        """Say whether too many rows do not count."""
        return len(self.segment) - self.count > DEAD_SHARE * len(self.segment)

    def counts(self, rows: _Ids) -> _Bools:
        """Return which of some rows count."""
        return (self.live[rows >> 3] >> (rows & 7).astype(np.uint8) & 1).astype(np.bool_)

    def find(self, ids: _Ids) -> _Ids:
        """Return the rows of the ids that count here."""
        rows = self.segment.rows(ids)
        rows = rows[rows >= 0]
        return rows[self.counts(rows)]

    def shared(self, ids: _Ids, codes: NDArray[np.uint64]) -> tuple[_Ids, _Bools]:
        """Return the rows of ids that have these very codes here, and which ids those are."""
        rows = self.segment.rows(ids)
        shared = rows >= 0
        shared[shared] = (self.segment.codes[rows[shared]] == codes[shared]).all(axis=1)
        return rows[shared], shared

    def mark(self, rows: _Ids, *, live: bool) -> None:
        """Have rows count, or not any more; each is given once, and is no such row yet."""
        bits = np.left_shift(1, rows & 7).astype(np.uint8)
        if live:
            np.bitwise_or.at(self.live, rows >> 3, bits)
        else:
            np.bitwise_and.at(self.live, rows >> 3, ~bits)
        self.count += len(rows) if live else -len(rows)

    def live_but(self, ids: _Ids) -> NDArray[np.uint8]:
        """Return `live` without the rows of some ids."""
        rows, live = self.find(ids), self.live.copy()
        np.bitwise_and.at(live, rows >> 3, ~np.left_shift(1, rows & 7).astype(np.uint8))
        return live

    def clear(self, rows: _Bools) -> None:
        """Have rows not count any more, some of which do not now: bool, (N,).

        They count elsewhere from now on. A search under way, which does not look there, goes on
        with the bits as they were.
        """
        self.live = self.live & ~np.packbits(rows, bitorder="little")
        self.count = int(np.bitwise_count(self.live).sum(dtype=np.int64))

    def chunks(self) -> Iterator[tuple[_Ids, _Ids]]:
        """Yield the rows that count, and their ids, some at a time."""
        for first in range(0, len(self.segment), _CHUNK):
            rows = np.arange(first, min(first + _CHUNK, len(self.segment)))
            rows = rows[self.counts(rows)]
            yield rows, self.segment.ids(rows)


def part(segment: Segment, path: Path | None) -> Part:
    """Return a segment of which no row counts; what searches it is compiled by then."""
    none = np.zeros(-(-len(segment) // 8), np.uint8)
    segment.search(segment.codes[:1].copy(), none, 0, sure=0)
    return Part(segment, path, none, 0)


def stored(folder: Path, known: Collection[Path | None]) -> Iterator[Part]:
    """Yield the segments in a folder that are not known yet, the largest first.

    What is damaged, or of another version, is deleted.
    """
    found = [path for path in folder.glob(f"*{segments.SUFFIX}") if path not in known]
    for path in sorted(found, key=_size, reverse=True):
        try:
            yield part(segments.load(path), path)
        except FileNotFoundError:  # Another process has put it into a larger one.
            continue
        except SegmentError:
            logger.warning("%s is refused, and will be made anew", path.name)
            path.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path | None) -> Generates[None]:
    """Keep other processes from writing to a folder; what they left unfinished is deleted."""
    if folder is None:
        yield
        return
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for partial in folder.glob(f"*{segments.PARTIAL}"):
            partial.unlink()
        yield


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
