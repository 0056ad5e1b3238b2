"""Finds outputs and references by their content: the indexes of this process, from Postgres."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fingerprint import align
from fingerprint.align import Match, Row
from fingerprint.descriptor import ROWS_MAX, TICKS_PER_SECOND, Descriptors
from fingerprint.errors import RowsError
from fingerprint.index import Hit, Index
from rightsd.adapters import fingerprints
from rightsd.domain.fingerprint import Fingerprint

FETCHED = 500  # At a time: some megabytes of codes.
# Among so many codes all near ones are found of everything, a millisecond for each that is sought.
EXACT_MAX = 1 << 20
# Among more a code as near as this is found for certain, and most that are up to 52 bits away.
SURE_BITS = 31
# Of assets that such codes were found of, so many are held against a clip as a whole,
MET_MAX = 64
HELD_MAX = 4_096  # and so many codes of each: twenty minutes.


class Source(Protocol):
    """Where fingerprints come from: the truth, as of a reading."""

    def changes(self, horizon: int) -> tuple[Sequence[tuple[int, bool]], int]:
        """Return what transactions from a horizon on have changed, and the horizon of this reading.

        Returns:
            The rows of fingerprints, ascending, each with whether it stands; what is known already
            may be among them.
        """
        ...

    def fetch(self, ids: Sequence[int]) -> Sequence[Fingerprint]:
        """Return fingerprints by their rows, ascending, but for what stands no more."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a clip shows, of everything that was known at one moment.

    Attributes:
        outputs: The outputs that it shows, the best first.
        references: The references and stay-down entries.
        references_through: The last row of those that was known, and with it all before.
        horizon: The watermark: all that transactions before this one wrote was known.
    """

    outputs: tuple[Match, ...]
    references: tuple[Match, ...]
    references_through: int
    horizon: int


class AssetIndex(Protocol):
    """Who finds assets by their content: this process (`FingerprintIndex`), or shards elsewhere."""

    def catch_up(self, source: Source) -> None:
        """Take in what has become visible, where that is not done before each answer anyway."""
        ...

    def knows(self, watermark: int) -> bool:
        """Return whether all that was written by transactions before a watermark is known."""
        ...

    def match_outputs(self, query: Descriptors) -> list[Match]:
        """Return the outputs that a clip shows, the best first."""
        ...

    def match_references(self, query: Descriptors) -> list[Match]:
        """Return the references that a clip shows, the best first."""
        ...

    def match(self, query: Descriptors) -> Answer:
        """Return all that a clip shows, and what was known by then."""
        ...

    def near(self, code: bytes, bits_max: int) -> dict[str, int]:
        """Return what has a moment so near to a code, and how near, in bits."""
        ...


class FingerprintIndex:
    """Outputs and references, and how far both were read. Any thread may call anything.

    They are searched apart: however many references show a picture that everybody has, they do not
    push outputs out of what a search returns, nor the other way round.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Begin with nothing.

        Args:
            folder: Where processes of one machine share what they search; None: it is not shared.
        """
        self._outputs = _Assets(folder and folder / "outputs")
        self._references = _Assets(folder and folder / "references")
        self._through = 0
        self._horizon = 0
        self._lock = threading.Lock()

    def catch_up(self, source: Source) -> None:
        """Take in what has become visible since the last time; others wait for it meanwhile."""
        with self._lock:
            changes, horizon = source.changes(self._horizon)
            for number, stands in changes:
                if not stands:
                    self._outputs.remove(number)
                    self._references.remove(number)
            fresh = [
                number
                for number, stands in changes
                if stands and number not in self._outputs and number not in self._references
            ]
            for first in range(0, len(fresh), FETCHED):
                self._add(source.fetch(fresh[first : first + FETCHED]))
            self._horizon = max(self._horizon, horizon)

    def knows(self, watermark: int) -> bool:
        """Return whether all that was written by transactions before a watermark is known."""
        with self._lock:
            return self._horizon >= watermark

    def match_outputs(self, query: Descriptors) -> list[Match]:
        """Return the outputs that a clip shows, the best first."""
        return self._outputs.match(query)

    def match_references(self, query: Descriptors) -> list[Match]:
        """Return the references that a clip shows, the best first."""
        return self._references.match(query)

    def match(self, query: Descriptors) -> Answer:
        """Return all that a clip shows, and what was known by then."""
        with self._lock:  # First: another thread may catch up meanwhile.
            through, horizon = self._through, self._horizon
        outputs, references = self.match_outputs(query), self.match_references(query)
        return Answer(tuple(outputs), tuple(references), through, horizon)

    def near(self, code: bytes, bits_max: int) -> dict[str, int]:
        """Return what has a moment so near to a code, and how near, in bits."""
        return self._outputs.near(code, bits_max) | self._references.near(code, bits_max)

    def _add(self, found: Sequence[Fingerprint]) -> None:
        self._outputs.add(one for one in found if not one.of_reference)
        of_references = [one for one in found if one.of_reference]
        self._references.add(of_references)
        self._through = max(self._through, *(one.id for one in of_references), 0)


def match_among(query: Descriptors, found: Iterable[Fingerprint]) -> list[Match]:
    """Return what a clip shows of a few assets, the best first."""
    among = _Assets()
    among.add(found)
    return among.match(query)


def search_assets(
    index: Index,
    length: Callable[[int], int],
    codes: NDArray[np.uint8],
    radius: int,
    *,
    sure: int = SURE_BITS,
) -> list[Hit]:
    """Return rows near codes: all, or all of the assets that any was found of.

    Where all would take too long, the first look is sure within some bits; then every code of the
    assets that were met is held against every one that is looked for.

    Args:
        index: Holds the codes of an asset under ids from its row * ROWS_MAX on.
        length: Returns how many an asset has, by its row; 0: it is gone.
        codes: uint8, (Q, 32).
        radius: The largest distance that counts.
        sure: What the first look does not miss.
    """
    if len(index) <= EXACT_MAX:
        return index.search(codes, radius)
    hits = index.search(codes, radius, sure=min(sure, radius))
    met = Counter(hit.row_id // ROWS_MAX for hit in hits)
    found = set(hits)
    for row, _ in met.most_common(MET_MAX):
        ids = row * ROWS_MAX + np.arange(min(length(row), HELD_MAX))
        found.update(_hold_against(index, ids, codes, radius))
    return sorted(found, key=lambda hit: (hit.query, hit.distance, hit.row_id))


def _hold_against(
    index: Index, ids: NDArray[np.int64], codes: NDArray[np.uint8], radius: int
) -> Iterator[Hit]:
    """Yield which rows are near codes, of some rows."""
    try:
        kept = index.codes(ids).view(np.uint64)
    except RowsError:  # The asset is being removed.
        return
    apart = np.zeros((len(codes), len(ids)), np.int64)
    for word, words in enumerate(np.ascontiguousarray(codes).view(np.uint64).T):
        apart += np.bitwise_count(words[:, None] ^ kept[None, :, word])
    for query, at in np.argwhere(apart <= radius).tolist():
        yield Hit(query, int(ids[at]), int(apart[query, at]))


@dataclass(frozen=True, slots=True, eq=False)
class _Asset:
    """What there is to know of codes that are in the index: of what, and when each is shown.

    Attributes:
        ticks: uint32, (S,), TICKS_PER_SECOND.
    """

    asset_id: str
    ticks: NDArray[np.uint32]

    def ids(self, row: int) -> NDArray[np.int64]:
        """Return what its codes are called in the index."""
        return row * ROWS_MAX + np.arange(len(self.ticks))


class _Assets:
    """Assets of one kind, by their rows. Changing is for one thread at a time; matching is not."""

    def __init__(self, folder: Path | None = None) -> None:
        self._index = Index(folder)
        self._known: dict[int, _Asset] = {}

    def __contains__(self, row: int) -> bool:
        return row in self._known

    def add(self, found: Iterable[Fingerprint]) -> None:
        """Add assets that are not known yet."""
        fresh = {
            one.id: (one.asset_id, fingerprints.unpack(one.data, one.algorithm))
            for one in found
            if one.id not in self._known
        }
        if not fresh:
            return
        # Whatever a search can find must be known by then.
        for row, (asset_id, content) in fresh.items():
            ticks = np.rint(content.seconds * TICKS_PER_SECOND).astype(np.uint32)
            self._known[row] = _Asset(asset_id, ticks)
        ids = np.concatenate([self._known[row].ids(row) for row in fresh])
        codes = np.concatenate([content.codes for _, content in fresh.values()])
        try:
            self._index.add(ids, codes)
        except BaseException:
            # Else the next look would take them for known, and nobody would find them.
            for row in fresh:
                del self._known[row]
            raise

    def remove(self, row: int) -> None:
        """Forget an asset, if it is known."""
        known = self._known.pop(row, None)
        if known is not None:
            self._index.remove(known.ids(row))

    def match(self, query: Descriptors) -> list[Match]:
        return align.find(query, search=self._search, locate=self._locate)

    def near(self, code: bytes, bits_max: int) -> dict[str, int]:
        found: dict[str, int] = {}
        hits = self._index.search(np.frombuffer(code, np.uint8)[None, :], bits_max)
        rows = self._locate([hit.row_id for hit in hits])
        # The nearest come first.
        for hit in hits:
            if hit.row_id in rows:
                found.setdefault(rows[hit.row_id].asset_id, hit.distance)
        return found

    def _search(self, codes: NDArray[np.uint8], radius: int) -> list[Hit]:
        return search_assets(self._index, self._length, codes, radius)

    def _length(self, row: int) -> int:
        known = self._known.get(row)
        return 0 if known is None else len(known.ticks)

    def _locate(self, row_ids: list[int]) -> Mapping[int, Row]:
        rows: dict[int, Row] = {}
        for row_id in row_ids:
            row, code = divmod(row_id, ROWS_MAX)
            known = self._known.get(row)
            if known is not None:  # It may have been removed since it was found.
                rows[row_id] = Row(known.asset_id, int(known.ticks[code]) / TICKS_PER_SECOND)
        return rows
