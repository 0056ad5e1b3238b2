"""Finds outputs by their content: the FAISS index of this process, derived from Postgres."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fingerprint import align
from fingerprint.align import Match, Row
from fingerprint.descriptor import Descriptors
from fingerprint.index import Index


@dataclass(frozen=True, slots=True)
class Moment:
    """The code of one moment of one output.

    Attributes:
        row_id: Its row in Postgres.
        code: 32 bytes.
    """

    row_id: int
    generation_id: str
    at_seconds: float
    code: bytes


class FingerprintIndex:
    """The index, and how far it has read. Any thread may call anything."""

    def __init__(self) -> None:
        self._index = Index()
        self._rows: dict[int, Row] = {}
        self._horizon = 0
        self._lock = threading.Lock()

    def catch_up(self, read: Callable[[int], tuple[Sequence[Moment], int]]) -> None:
        """Add what has become visible since the last time; others wait for it meanwhile.

        Args:
            read: Given the last horizon, returns all moments written by transactions from there
                on, and the horizon of this reading. What is known already is left out.
        """
        with self._lock:
            moments, horizon = read(self._horizon)
            fresh = {moment.row_id: moment for moment in moments if moment.row_id not in self._rows}
            if fresh:
                ids = np.array(list(fresh), np.int64)
                codes = np.frombuffer(b"".join(m.code for m in fresh.values()), np.uint8)
                # Whatever a search can find must be known by then.
                for row_id, moment in fresh.items():
                    self._rows[row_id] = Row(moment.generation_id, moment.at_seconds)
                self._index.add(ids, codes.reshape(len(fresh), -1))
            self._horizon = max(self._horizon, horizon)

    def match(self, query: Descriptors) -> list[Match]:
        """Return the outputs that a clip shows, the best first."""
        return align.find(query, search=self._index.search, locate=self._locate)

    def _locate(self, row_ids: list[int]) -> Mapping[int, Row]:
        return {row_id: self._rows[row_id] for row_id in row_ids}
