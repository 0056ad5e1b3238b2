"""Near codes among many: an exact search by Hamming distance in memory."""

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint import checks, segments, shelves
from fingerprint.descriptor import CODE_BYTES
from fingerprint.errors import RowsError, SegmentError
from fingerprint.flat import Flat
from fingerprint.shelves import Part

QUERY_ROWS_MAX = checks.QUERY_ROWS_MAX
RADIUS_MAX = checks.RADIUS_MAX
ROWS_MAX = segments.ROWS_MAX  # About 90 bytes each: past this, more machines.
# One query row of a picture that everybody has (a logo card) may hit every row there is.
HITS_PER_QUERY_MAX = 1_000
# Of rows that are only scanned, 0.1 ms a query.
TAIL_MAX = 1 << 16
# A segment goes into a new one with what is at least so large a part of it.
MERGED_SHARE = 0.5
MERGED_MAX = 1 << 25  # Larger ones stay as they are: merging takes memory, and minutes.
# As near as this to a code that is allowed, a query says nothing: a picture that is stored again.
ALLOWED_BITS = 24
# Queries scanned for at once; bounds the memory that such rows take before the cut above.
_BLOCK = 32

logger = logging.getLogger(__name__)

_Ids = NDArray[np.int64]
Near = tuple[_Ids, _Ids, _Ids]  # Rows near rows of a query: which of the query, ids, bits.


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored row near a query row: `query` counts the rows of the query, distance is in bits."""

    query: int
    row_id: int
    distance: int


class Index:
    """Rows of 256-bit codes by 64-bit ids. Any thread may call anything.

    Rows are added to a tail, which is scanned. When it is full, a thread of its own moves it into
    a segment, and segments into larger ones; searches go on meanwhile, and find each row in the
    one or the other. What is removed is marked at once, and left out of the next segment.

    In a folder, segments are files, read when the first rows are added, and processes whose indexes
    hold the same rows share them: the first to have a full tail writes the file, the others find
    it. What counts is what was added to this very index; a file only says what code an id has, and
    is believed where that is the same.
    """

    def __init__(self, folder: Path | None = None, *, tail_max: int = TAIL_MAX) -> None:
        """Begin with no rows.

        Args:
            folder: Where segments are kept; None: in the memory of this process.
            tail_max: So many rows are moved into a segment.
        """
        self._folder = folder
        self._tail_max = self._due = tail_max
        self._lock = threading.Lock()
        self._tail = Flat()
        self._parts: tuple[Part, ...] = ()
        self._allowed = Flat()
        self._compacting = threading.Lock()
        self._removed: set[int] | None = None  # While a segment takes rows over.
        self._unread = folder

    def __len__(self) -> int:
        """Return the number of rows."""
        with self._lock:
            return self._size()

    def __contains__(self, row_id: int) -> bool:
        """Return whether a row has this id."""
        with self._lock:
            return bool(self._holds(np.array([row_id], np.int64)).any())

    @property
    def nbytes(self) -> int:
        """Return what segments take, in bytes."""
        with self._lock:
            return sum(part.segment.size + part.live.nbytes for part in self._parts)

    def add(self, row_ids: NDArray[np.int64], codes: NDArray[np.uint8]) -> None:
        """Add rows, all or none.

        Args:
            row_ids: int64, (N,), each new.
            codes: uint8, (N, 32).

        Raises:
            RowsError: An id is there already or given twice, shapes differ, or the index is full.
        """
        ids = checks.require_rows(row_ids, codes)
        with self._lock:
            if self._unread is not None:
                self._read(self._unread)
            if (np.diff(np.sort(ids)) == 0).any() or self._holds(ids).any():
                raise RowsError("A row id is given twice or is in the index already.")
            if self._size() + len(ids) > ROWS_MAX:
                raise RowsError(f"The index holds at most {ROWS_MAX} rows.")
            fresh = self._revive(ids, codes)
            self._tail.add(ids[fresh], codes[fresh])
            due = len(self._tail) >= self._due
        if due:
            self._start_compaction()

    def remove(self, row_ids: NDArray[np.int64]) -> int:
        """Remove rows and return how many were there, so that a removal may be run again."""
        ids = np.unique(checks.require_ids(row_ids))
        with self._lock:
            if self._removed is not None:
                self._removed.update(ids.tolist())
            count = self._tail.remove(ids)
            for part in self._parts:
                rows = part.find(ids)
                part.mark(rows, live=False)
                count += len(rows)
            sparse = count and any(part.is_sparse for part in self._parts)
        if sparse:
            self._start_compaction()
        return count

    def allow(self, codes: NDArray[np.uint8]) -> None:
        """Have queries find nothing that are as near as ALLOWED_BITS to one of some codes."""
        checks.require_codes(codes)
        with self._lock:
            first = len(self._allowed)
            self._allowed.add(np.arange(first, first + len(codes)), codes)

    def search(
        self, codes: NDArray[np.uint8], radius: int, *, sure: int | None = None
    ) -> list[Hit]:
        """Return all rows within `radius` bits of each code, by query row, then the nearest first.

        Args:
            codes: uint8, (Q, 32), Q <= QUERY_ROWS_MAX.
            radius: The largest distance that counts, 0 to RADIUS_MAX.
            sure: Rows farther than this may be missed, which is quicker; None: none is.

        Returns:
            At most `HITS_PER_QUERY_MAX` for each code; ties by row id.

        Raises:
            RowsError: Wrong shape, too many codes, or a radius out of range.
        """
        found = self.near(codes, radius, sure=sure, most=HITS_PER_QUERY_MAX)
        return list(map(Hit, *(column.tolist() for column in found)))

    def near(
        self,
        codes: NDArray[np.uint8],
        radius: int,
        *,
        sure: int | None = None,
        most: int,
        but: NDArray[np.int64] | None = None,
        at_once: int = _BLOCK,
    ) -> Near:
        """Return the same as arrays, for whoever asks for thousands of codes.

        Args:
            codes: As for `search`, like `radius` and `sure`.
            radius: See above.
            sure: See above.
            most: So many at most for each code.
            but: int64, (M,): ids of rows that are left out, and keep none out that is farther.
            at_once: So many codes are compared before what is too much is dropped.

        Raises:
            RowsError: As for `search`.
        """
        checks.require_search(codes, radius)
        wanted = self._wanted(codes)
        found: list[Near] = []
        for block in _blocks(len(wanted), at_once):
            with self._lock:
                queries, ids, bits = self._tail.search(codes[wanted[block]], radius)
            kept = np.isin(ids, but, invert=True) if but is not None else np.ones_like(ids, bool)
            found.append(_cut((wanted[block][queries[kept]], ids[kept], bits[kept]), most))
        # After the tail: what is moved meanwhile is found in it, or here, or twice.
        with self._lock:
            parts = [
                (part.segment, part.live if but is None else part.live_but(but))
                for part in self._parts
            ]
        words = np.ascontiguousarray(codes[wanted]).view(np.uint64)
        reach = radius if sure is None else min(sure, radius)
        for segment, live in parts:
            for block in _blocks(len(wanted), at_once):
                queries, rows, bits = segment.search(words[block], live, radius, sure=reach)
                found.append(_cut((wanted[block][queries], segment.ids(rows), bits), most))
        if not found:
            return wanted[:0], wanted[:0], wanted[:0]
        queries, ids, bits = (np.concatenate(column) for column in zip(*found, strict=True))
        return _in_order((queries, ids, bits), most)

    def codes(self, row_ids: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the codes of rows, uint8, (N, 32).

        Raises:
            RowsError: There is no row of one of these ids.
        """
        ids = checks.require_ids(row_ids)
        codes = np.zeros((len(ids), CODE_BYTES), np.uint8)
        with self._lock:
            missing = ~self._tail.read(ids, codes)
            parts = self._parts if missing.any() else ()
            for part in parts:
                rows = part.segment.rows(ids)
                there = np.flatnonzero(missing & (rows >= 0))
                there = there[part.counts(rows[there])]
                codes[there] = part.segment.codes[rows[there]].view(np.uint8)
                missing[there] = False
        if missing.any():
            raise RowsError("There is no row of one of these ids.")
        return codes

    def compact(self, *, least: int = 1) -> None:
        """Move what is in the tail, and what is due to be merged, into a new segment.

        Args:
            least: Only if the tail has so many rows, or a segment too many that do not count.

        Raises:
            OSError: The segment cannot be written; nothing has changed.
        """
        if self._unread is not None:  # Nothing was added yet.
            return
        with self._compacting:
            try:
                with shelves.alone(self._folder):
                    self._adopt()
                    self._renew(least)
                self._due = self._tail_max
            finally:
                with self._lock:
                    self._removed = None

    def _read(self, folder: Path) -> None:
        """Use what is in a folder by now; what cannot be read or made is not used at all."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._parts = tuple(shelves.stored(folder, ()))
        except OSError:
            self._folder = None
            logger.exception("segments of fingerprints are kept in memory alone")
        self._unread = None  # Last: until then nothing is compacted.

    def _adopt(self) -> None:
        """Use what other processes have written."""
        if self._folder is not None:
            for found in shelves.stored(self._folder, [part.path for part in self._parts]):
                self._take_over(found)

    def _renew(self, least: int) -> None:
        """Make a new segment of what is due."""
        ids, codes = self._gather(least)
        if not len(ids):
            return
        if self._folder is None:
            self._take_over(shelves.part(segments.build(ids, codes), None))
        else:
            path = segments.store(self._folder, ids, codes)
            self._take_over(shelves.part(segments.load(path), path))

    def _compact_if_due(self) -> None:
        try:
            self.compact(least=self._tail_max)
        except (OSError, MemoryError, SegmentError):
            # The tail is searched as it is; it is tried again when it has doubled.
            self._due = 2 * len(self._tail)
            logger.exception("a segment of fingerprints could not be written")

    def _start_compaction(self) -> None:
        if not self._compacting.locked():
            threading.Thread(target=self._compact_if_due, name="compaction", daemon=True).start()

    def _size(self) -> int:
        return len(self._tail) + sum(part.count for part in self._parts)

    def _holds(self, ids: _Ids) -> NDArray[np.bool_]:
        held = self._tail.holds(ids)
        for part in self._parts:
            rows = part.segment.rows(ids)
            there = rows >= 0
            held[there] |= part.counts(rows[there])
        return held

    def _wanted(self, codes: NDArray[np.uint8]) -> _Ids:
        """Return which queries are near none of the codes that are allowed."""
        with self._lock:
            allowed, _, _ = self._allowed.search(codes, ALLOWED_BITS)
        return np.setdiff1d(np.arange(len(codes)), allowed)

    def _revive(self, ids: _Ids, codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Have rows count that a segment has already; return which are in none."""
        fresh = np.ones(len(ids), np.bool_)
        if self._removed is not None:  # What is being taken over stays where it is.
            return fresh
        words = np.ascontiguousarray(codes).view(np.uint64)
        for part in self._parts:
            rows, shared = part.shared(ids, words)
            again = fresh[shared]
            part.mark(rows[again], live=True)
            fresh[shared] = False
        return fresh

    def _gather(self, least: int) -> tuple[_Ids, NDArray[np.uint64]]:
        """Return the rows that go into a new segment, by their ids; none when none is due."""
        with self._lock:
            ids, codes = self._tail.rows()
            parts = sorted(self._parts, key=lambda part: part.count)
        gathered, total = [(ids, codes.view(np.uint64))], len(ids)
        if total < least and not any(part.is_sparse for part in parts):
            return ids[:0], gathered[0][1][:0]
        for part in parts:
            if part.is_sparse or (total >= MERGED_SHARE * part.count and part.count <= MERGED_MAX):
                gathered += [(ids, part.segment.codes[rows]) for rows, ids in part.chunks()]
                total += part.count
        every = np.concatenate([ids for ids, _ in gathered])
        order = np.argsort(every, kind="stable")
        return every[order], np.concatenate([codes for _, codes in gathered])[order]

    def _take_over(self, new: Part) -> None:
        """Have the rows count in a segment that count elsewhere now, and there no more."""
        with self._lock:
            tail_ids, tail_codes = self._tail.rows()
            parts, self._removed = self._parts, set()
        counts = np.zeros(len(new.segment), np.bool_)
        rows, moved = new.shared(tail_ids, tail_codes.view(np.uint64))
        counts[rows], tail_ids = True, tail_ids[moved]
        leaving: list[tuple[Part, NDArray[np.bool_]]] = []
        for part in parts:
            leaves = np.zeros(len(part.segment), np.bool_)
            for there, ids in part.chunks():
                rows, moved = new.shared(ids, part.segment.codes[there])
                counts[rows] = leaves[there[moved]] = True
            leaving.append((part, leaves))
        new.live |= np.packbits(counts, bitorder="little")
        new.count = int(counts.sum())
        with self._lock:
            self._move(new, tail_ids, leaving)
        for part in parts:
            if part.path is not None and not part.count:
                part.path.unlink(missing_ok=True)

    def _move(
        self, new: Part, tail_ids: _Ids, leaving: Sequence[tuple[Part, NDArray[np.bool_]]]
    ) -> None:
        """Move rows, but for those that were removed since they were looked at."""
        assert self._removed is not None
        removed, self._removed = np.array(sorted(self._removed), np.int64), None
        new.mark(new.find(removed), live=False)
        self._tail.remove(np.setdiff1d(tail_ids, removed))
        for part, leaves in leaving:
            part.clear(leaves)  # Of those that were removed, none has come back but to the tail.
        self._parts = (*(part for part in self._parts if part.count), new)


def _blocks(queries: int, at_once: int) -> Iterator[slice]:
    for start in range(0, queries, at_once):
        yield slice(start, start + at_once)


def _cut(found: Near, most: int) -> Near:
    """Return no more hits of each query than are wanted, if there are so many at all."""
    return _in_order(found, most) if len(found[0]) > most else found


def _in_order(found: Near, most: int) -> Near:
    """Return hits in order, each once, and no more of each query than are wanted."""
    queries, ids, bits = found
    order = np.lexsort((ids, bits, queries))
    queries, ids, bits = queries[order], ids[order], bits[order]
    first = np.ones(len(ids), np.bool_)
    first[1:] = (np.diff(queries) != 0) | (np.diff(ids) != 0)
    queries, ids, bits = queries[first], ids[first], bits[first]
    rank = np.arange(len(ids)) - np.searchsorted(queries, queries)
    nearest = rank < most
    return queries[nearest], ids[nearest], bits[nearest]
