"""Finds outputs and references by their content: the indexes of this process, from Postgres."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fingerprint import align
from fingerprint.align import Match, Row
from fingerprint.descriptor import Descriptors
from fingerprint.index import Index


@dataclass(frozen=True, slots=True)
class Moment:
    """The code of one moment of an output, of a reference of a work, or of a stay-down entry.

    Attributes:
        row_id: Its row in Postgres.
        asset_id: The output, the reference or the entry.
        of_reference: It is no output.
        code: 32 bytes.
    """

    row_id: int
    asset_id: str
    of_reference: bool
    at_seconds: float
    code: bytes


class FingerprintIndex:
    """Outputs and references, and how far both were read. Any thread may call anything.

    They are searched apart: however many references show a picture that everybody has, they do not
    push outputs out of what a search returns, nor the other way round.
    """

    def __init__(self) -> None:
        self._outputs = _Assets()
        self._references = _Assets()
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
            self._outputs.add(moment for moment in moments if not moment.of_reference)
            self._references.add(moment for moment in moments if moment.of_reference)
            self._horizon = max(self._horizon, horizon)

    @property
    def horizon(self) -> int:
        """Whatever was written by transactions before this one is known."""
        with self._lock:
            return self._horizon

    @property
    def references_through(self) -> int:
        """The last row of a reference that is known, and with it all those before."""
        with self._lock:
            return self._references.last

    def match_outputs(self, query: Descriptors) -> list[Match]:
        """Return the outputs that a clip shows, the best first."""
        return self._outputs.match(query)

    def match_references(self, query: Descriptors) -> list[Match]:
        """Return the references that a clip shows, the best first."""
        return self._references.match(query)

    def near(self, code: bytes, bits_max: int) -> dict[str, int]:
        """Return what has a moment so near to a code, and how near, in bits."""
        return self._outputs.near(code, bits_max) | self._references.near(code, bits_max)


def match_among(query: Descriptors, moments: Sequence[Moment]) -> list[Match]:
    """Return what a clip shows of a few assets, the best first."""
    assets = _Assets()
    assets.add(moments)
    return assets.match(query)


class _Assets:
    """Assets of one kind. Adding is for one thread at a time; matching is not."""

    def __init__(self) -> None:
        self._index = Index()
        self._rows: dict[int, Row] = {}
        self.last = 0

    def add(self, moments: Iterable[Moment]) -> None:
        """Add moments that are not known yet."""
        fresh = {moment.row_id: moment for moment in moments if moment.row_id not in self._rows}
        if not fresh:
            return
        ids = np.array(list(fresh), np.int64)
        codes = np.frombuffer(b"".join(moment.code for moment in fresh.values()), np.uint8)
        # Whatever a search can find must be known by then.
        for row_id, moment in fresh.items():
            self._rows[row_id] = Row(moment.asset_id, moment.at_seconds)
        self._index.add(ids, codes.reshape(len(fresh), -1))
        self.last = max(self.last, *fresh)

    def match(self, query: Descriptors) -> list[Match]:
        return align.find(query, search=self._index.search, locate=self._locate)

    def near(self, code: bytes, bits_max: int) -> dict[str, int]:
        found: dict[str, int] = {}
        # The nearest come first.
        for hit in self._index.search(np.frombuffer(code, np.uint8)[None, :], bits_max):
            found.setdefault(self._rows[hit.row_id].asset_id, hit.distance)
        return found

    def _locate(self, row_ids: list[int]) -> Mapping[int, Row]:
        return {row_id: self._rows[row_id] for row_id in row_ids}
