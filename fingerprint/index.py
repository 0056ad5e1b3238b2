"""Near codes among many: an exact search by Hamming distance in memory."""

# The stubs of FAISS leave the array overloads partly unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import faiss
import numpy as np
from numpy.typing import NDArray

from fingerprint.descriptor import CODE_BYTES
from fingerprint.errors import RowsError

CODE_BITS = 8 * CODE_BYTES
# About 150 bytes a row with its ids, and 1.4 ms to scan a million: past this, more machines.
ROWS_MAX = 10_000_000
QUERY_ROWS_MAX = 50_000
# Two unrelated pictures are rarely nearer than this, so a larger radius only brings chance hits.
RADIUS_MAX = 96
# One query row of a picture that everybody has (a logo card) may hit every row there is.
HITS_PER_QUERY_MAX = 1_000
# Queries searched at once; bounds the memory that such rows take before the cut above.
_BLOCK = 32


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored row near a query row: `query` counts the rows of the query, distance is in bits."""

    query: int
    row_id: int
    distance: int


class Index:
    """Rows of 256-bit codes by 64-bit ids. Any thread may call anything.

    Exact: a scan of all rows by `faiss.IndexBinaryFlat`, which for codes as evenly spread as these
    beats the graph and cell indexes on recall and stays at 1.4 ms per million rows.
    """

    def __init__(self) -> None:
        # More than one OpenMP thread a search makes single queries slower on a busy server. The
        # setting belongs to the process.
        faiss.omp_set_num_threads(1)
        self._lock = threading.Lock()
        self._rows = faiss.IndexBinaryIDMap2(faiss.IndexBinaryFlat(CODE_BITS))
        self._ids: set[int] = set()

    def __len__(self) -> int:
        """Return the number of rows."""
        with self._lock:
            return len(self._ids)

    def __contains__(self, row_id: int) -> bool:
        """Return whether a row has this id."""
        with self._lock:
            return row_id in self._ids

    def add(self, row_ids: NDArray[np.int64], codes: NDArray[np.uint8]) -> None:
        """Add rows, all or none.

        Args:
            row_ids: int64, (N,), each new.
            codes: uint8, (N, 32).

        Raises:
            RowsError: An id is there already or given twice, shapes differ, or the index is full.
        """
        _check_codes(codes)
        ids = _check_ids(row_ids)
        if len(ids) != len(codes):
            raise RowsError(f"{len(ids)} ids come with {len(codes)} codes.")
        fresh = set(ids.tolist())
        with self._lock:
            if len(fresh) != len(ids) or not fresh.isdisjoint(self._ids):
                raise RowsError("A row id is given twice or is in the index already.")
            if len(self._ids) + len(fresh) > ROWS_MAX:
                raise RowsError(f"The index holds at most {ROWS_MAX} rows.")
            if len(ids):
                self._rows.add_with_ids(np.ascontiguousarray(codes), ids)
                self._ids |= fresh

    def remove(self, row_ids: NDArray[np.int64]) -> int:
        """Remove rows and return how many were there, so that a removal may be run again."""
        wanted = set(_check_ids(row_ids).tolist())
        with self._lock:
            present = wanted & self._ids
            if present:
                selected = faiss.IDSelectorBatch(np.array(sorted(present), np.int64))
                gone = self._rows.remove_ids(selected)
                assert gone == len(present)
                self._ids -= present
        return len(present)

    def search(self, codes: NDArray[np.uint8], radius: int) -> list[Hit]:
        """Return all rows within `radius` bits of each code, by query row, then the nearest first.

        Args:
            codes: uint8, (Q, 32), Q <= QUERY_ROWS_MAX.
            radius: The largest distance that counts, 0 to RADIUS_MAX.

        Returns:
            At most `HITS_PER_QUERY_MAX` for each code; ties by row id.

        Raises:
            RowsError: Wrong shape, too many codes, or a radius out of range.
        """
        _check_codes(codes)
        if len(codes) > QUERY_ROWS_MAX:
            raise RowsError(f"A search takes at most {QUERY_ROWS_MAX} codes, not {len(codes)}.")
        if not 0 <= radius <= RADIUS_MAX:
            raise RowsError(f"A radius is within 0 and {RADIUS_MAX} bits, not {radius}.")
        hits: list[Hit] = []
        for start in range(0, len(codes), _BLOCK):
            block = np.ascontiguousarray(codes[start : start + _BLOCK])
            with self._lock:
                # FAISS counts what is strictly nearer than the radius that it is given.
                found = self._rows.range_search(block, radius + 1)
            limits, distances, ids = (np.asarray(part, np.int64) for part in found)
            for row, (first, end) in enumerate(pairwise(limits.tolist()), start):
                hits += _nearest(row, ids[first:end], distances[first:end])
        return hits


def _nearest(query: int, ids: NDArray[np.int64], distances: NDArray[np.int64]) -> Iterable[Hit]:
    order: Sequence[int] = np.lexsort((ids, distances))[:HITS_PER_QUERY_MAX].tolist()
    return (Hit(query, int(ids[at]), int(distances[at])) for at in order)


def _check_codes(codes: NDArray[np.uint8]) -> None:
    if codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[1] != CODE_BYTES:
        raise RowsError(f"Codes are uint8 of shape (N, {CODE_BYTES}), not {codes.shape}.")


def _check_ids(row_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    if row_ids.dtype != np.int64 or row_ids.ndim != 1:
        raise RowsError(f"Row ids are int64 of shape (N,), not {row_ids.dtype} {row_ids.shape}.")
    return np.ascontiguousarray(row_ids)
