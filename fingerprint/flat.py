"""Few codes that change all the time: a scan of all of them by FAISS."""

# The stubs of FAISS leave the array overloads partly unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import faiss
import numpy as np
from numpy.typing import NDArray

from fingerprint.descriptor import CODE_BYTES


class Flat:
    """Rows of 256-bit codes by 64-bit ids, for one thread at a time."""

    def __init__(self) -> None:
        # More than one OpenMP thread a search makes single queries slower on a busy server. The
        # setting belongs to the process.
        faiss.omp_set_num_threads(1)
        self._flat = faiss.IndexBinaryFlat(8 * CODE_BYTES)
        self._rows = faiss.IndexBinaryIDMap2(self._flat)
        self._ids: set[int] = set()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._ids)

    def __contains__(self, row_id: int) -> bool:
        """Return whether a row has this id."""
        return row_id in self._ids

    def holds(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which ids it has rows of."""
        if not self._ids:
            return np.zeros(len(ids), np.bool_)
        return np.isin(ids, np.fromiter(self._ids, np.int64, len(self._ids)))

    def add(self, ids: NDArray[np.int64], codes: NDArray[np.uint8]) -> None:
        """Add rows: int64, (N,), each new, and uint8, (N, 32)."""
        if len(ids):
            self._rows.add_with_ids(np.ascontiguousarray(codes), np.ascontiguousarray(ids))
            self._ids.update(ids.tolist())

    def remove(self, ids: NDArray[np.int64]) -> int:
        """Remove rows and return how many were there."""
        present = self._ids.intersection(ids.tolist())
        if present:
            selected = faiss.IDSelectorBatch(np.array(sorted(present), np.int64))
            gone = self._rows.remove_ids(selected)
            assert gone == len(present)
            self._ids -= present
        return len(present)

    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Return a copy of all ids, ascending, and of their codes."""
        ids = np.asarray(faiss.vector_to_array(self._rows.id_map), np.int64)
        kept = faiss.vector_to_array(self._flat.xb)  # pyright: ignore[reportAttributeAccessIssue]
        codes = np.asarray(kept, np.uint8).reshape(len(ids), CODE_BYTES)
        order = np.argsort(ids)
        return ids[order], codes[order]

    def read(self, ids: NDArray[np.int64], out: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Write out the codes of ids, uint8, (N, 32), and return which ones it has."""
        held = self.holds(ids)
        for at in np.flatnonzero(held).tolist():
            out[at] = self._rows.reconstruct(int(ids[at]))
        return held

    def search(
        self, codes: NDArray[np.uint8], radius: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return all rows within a radius of codes: which code, the id, the distance in bits."""
        # FAISS counts what is strictly nearer than the radius that it is given.
        found = self._rows.range_search(np.ascontiguousarray(codes), radius + 1)
        limits, distances, ids = (np.asarray(part, np.int64) for part in found)
        return np.repeat(np.arange(len(codes)), np.diff(limits)), ids, distances
