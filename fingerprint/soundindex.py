"""Sounds in memory by the pairs of their peaks, and what a query may be a copy of.

All sounds lie one after the other on one tape; a posting is a place on that, 4 bytes. Postings are
sorted by key in segments that never change: what is new makes a small one, and small ones are
merged, as in a log-structured tree. What is removed is skipped, and left out of the next merge.
"""

# numba ships no types.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false
# pyright: reportUnknownVariableType=false

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from fingerprint import soundpairs
from fingerprint.errors import RowsError
from fingerprint.landmarks import TICKS_PER_SECOND, Landmarks
from fingerprint.soundpairs import KEYS, Warp

# About 2 GB of postings. Past this, more machines.
SECONDS_MAX: Final = 4_000_000.0
QUERY_SECONDS_MAX: Final = 20.0
QUERY_PEAKS_MAX: Final = 2_000

_TAPE_TICKS: Final = 4  # Of landmarks, in one of the tape: 1/64 s.
_BIN: Final = 8  # Of the tape, in which votes are counted together with the next: 1/4 s.
_CANDIDATES: Final = 6  # Of each segment and warp.
_SHOWN: Final = 48  # 3/4 s.
_VOTES_MIN: Final = 5
_HALF_MIN: Final = (_VOTES_MIN + 1) // 2
_ROOM: Final = 1_024  # For bins with so many, at first.
_MERGE: Final = 4  # A segment is merged with one that is not so many times larger.
_DEAD_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where a query may come from.

    Attributes:
        asset: The id of the sound.
        warp: How the query is played.
        offset: The second of the sound at the query's second 0.
        votes: How many peaks of the query say so.
    """

    asset: int
    warp: Warp
    offset: float
    votes: int


@dataclass(frozen=True, slots=True)
class _Segment:
    """Postings by key: those of key k are places[starts[k] : starts[k + 1]]."""

    first: int  # Place on the tape.
    behind: int
    starts: NDArray[np.int64]
    places: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class _Tape:
    """Which sounds lie where, by place. Never changed, but replaced."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    assets: NDArray[np.int64]


class LandmarkIndex:
    """Sounds by 64-bit ids. Any thread may call anything; searches do not wait for one another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._end = 0
        self._slots: dict[int, tuple[int, int]] = {}
        self._dead = 0
        self._segments: list[_Segment] = []
        self._new: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self._new_first = 0
        self._tape: _Tape | None = None

    def __len__(self) -> int:
        """Return the number of sounds."""
        with self._lock:
            return len(self._slots)

    def __contains__(self, asset: int) -> bool:
        """Return whether a sound has this id."""
        with self._lock:
            return asset in self._slots

    @property
    def size_bytes(self) -> int:
        """The memory of all postings."""
        with self._lock:
            self._settle()
            return sum(each.starts.nbytes + each.places.nbytes for each in self._segments)

    def add(self, asset: int, landmarks: Landmarks) -> None:
        """Add a sound.

        Raises:
            RowsError: The id is there already, or the index is full.
        """
        pairs = soundpairs.stored(landmarks)
        length = landmarks.length // _TAPE_TICKS + 1
        with self._lock:
            if asset in self._slots:
                raise RowsError(f"The sound {asset} is in the index already.")
            if self._end + length > SECONDS_MAX * TICKS_PER_SECOND / _TAPE_TICKS:
                raise RowsError(f"The index holds at most {SECONDS_MAX:.0f} s of sound.")
            places = landmarks.ticks[pairs.peaks] // _TAPE_TICKS + self._end
            self._new.append((pairs.keys, places))
            self._slots[asset] = (self._end, self._end + length)
            self._end += length
            self._tape = None

    def remove(self, assets: Sequence[int]) -> int:
        """Remove sounds and return how many were there, so that a removal may be run again."""
        with self._lock:
            gone = [self._slots.pop(asset) for asset in set(assets) if asset in self._slots]
            self._dead += sum(end - start for start, end in gone)
            self._tape = None
            if self._dead > _DEAD_SHARE * self._end:
                self._compact()
        return len(gone)

    def search(
        self, query: Landmarks, warps: Sequence[Warp], *, but: Collection[int] = ()
    ) -> list[Candidate]:
        """Return where a short query may come from, by votes.

        Args:
            query: At most QUERY_SECONDS_MAX from the first peak to the last: over more than that,
                the tempo would have to be known better than `warps` say.
            warps: How it may be played.
            but: Sounds that are left out, and keep none out that has fewer votes.

        Raises:
            RowsError: It is too long.
        """
        if not len(query):
            return []
        seconds = query.seconds
        if seconds[-1] - seconds[0] > QUERY_SECONDS_MAX or len(query) > QUERY_PEAKS_MAX:
            raise RowsError(f"A search takes at most {QUERY_SECONDS_MAX:.0f} s of sound.")
        with self._lock:
            self._settle()
            segments, tape = tuple(self._segments), self._tape_now()
        middle = float(seconds[0] + seconds[-1]) / 2.0
        best: dict[tuple[int, Warp, int], Candidate] = {}
        for warp in warps:
            pairs = soundpairs.sought(query, warp)
            order = np.argsort(pairs.peaks, kind="stable")
            keys, peaks = pairs.keys[order], pairs.peaks[order]
            # Where the middle of the query would be, so that a tempo that is a little off does
            # least harm.
            scale = TICKS_PER_SECOND / _TAPE_TICKS
            back = np.rint((seconds[peaks] - middle) * warp.tempo * scale).astype(np.int64)
            for segment in segments:
                told = 0
                for place, votes in _fullest(segment, keys, peaks, back):
                    sounds = [each for each in _at(tape, place, query, warp) if each[0] not in but]
                    # What was removed, or is left out, is no candidate.
                    told += bool(sounds)
                    for asset, start in sounds:
                        offset = (place - start) / scale - middle * warp.tempo
                        one = Candidate(asset, warp, offset, votes)
                        alike = best.setdefault((asset, warp, round(offset * 4.0)), one)
                        if alike.votes < votes:
                            best[asset, warp, round(offset * 4.0)] = one
                    if told == _CANDIDATES:
                        break
        return sorted(best.values(), key=lambda each: (-each.votes, each.asset, each.offset))

    def _tape_now(self) -> _Tape:
        if self._tape is None:
            rows = [(start, end, asset) for asset, (start, end) in self._slots.items()]
            table = np.array(sorted(rows), np.int64).reshape(-1, 3)
            self._tape = _Tape(table[:, 0], table[:, 1], table[:, 2])
        return self._tape

    def _settle(self) -> None:
        """Sort what is new, and merge what is small."""
        if not self._new:
            return
        keys = np.concatenate([keys for keys, _ in self._new])
        places = np.concatenate([places for _, places in self._new])
        self._new = []
        self._segments.append(_sorted(keys, places, self._new_first, self._end))
        self._new_first = self._end
        while len(self._segments) > 1:
            before, last = self._segments[-2:]
            if len(before.places) > _MERGE * len(last.places):
                break
            self._segments[-2:] = [_merged(before, last)]

    def _compact(self) -> None:
        """Make the index anew of what is in it."""
        self._settle()
        tape = self._tape_now()
        old = self._segments
        self._clear()
        moved = np.concatenate([[0], np.cumsum(tape.ends - tape.starts)])
        keys = [np.repeat(np.arange(KEYS), np.diff(each.starts)) for each in old]
        places = np.concatenate([np.zeros(0, np.int64), *(each.places for each in old)])
        slots = np.searchsorted(tape.starts, places, "right") - 1
        alive = (slots >= 0) & (places < tape.ends[slots]) if len(tape.starts) else slots >= 0
        places = places[alive] - tape.starts[slots[alive]] + moved[slots[alive]]
        self._new = [(np.concatenate([np.zeros(0, np.int64), *keys])[alive], places)]
        self._end = int(moved[-1])
        starts = zip(tape.assets.tolist(), moved[:-1].tolist(), moved[1:].tolist(), strict=True)
        self._slots = {asset: (start, end) for asset, start, end in starts}


def _sorted(
    keys: NDArray[np.int64], places: NDArray[np.int64], first: int, behind: int
) -> _Segment:
    order = np.argsort(keys, kind="stable")
    starts = np.zeros(KEYS + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=KEYS), out=starts[1:])
    return _Segment(first, behind, starts, places[order].astype(np.uint32))


def _merged(one: _Segment, other: _Segment) -> _Segment:
    keys = [np.repeat(np.arange(KEYS), np.diff(each.starts)) for each in (one, other)]
    places = np.concatenate([one.places, other.places]).astype(np.int64)
    return _sorted(np.concatenate(keys), places, one.first, other.behind)


def _fullest(
    segment: _Segment,
    keys: NDArray[np.int64],
    peaks: NDArray[np.int64],
    back: NDArray[np.int64],
) -> list[tuple[int, int]]:
    """Return the places that enough peaks vote for, with their votes, the most first."""
    reach = int(np.abs(back).max(initial=0)) + _BIN
    first = segment.first - reach
    size = (segment.behind + reach - first) // _BIN + 2
    # Zeros, of which only those are in memory that are written to: most of a long tape is not.
    counts, last = np.zeros(size, np.int32), np.zeros(size, np.int32)
    full = _vote(segment.starts, segment.places, keys, peaks, back, first, (counts, last))
    at = np.unique(np.concatenate([full - 1, full]))
    at = at[(at >= 0) & (at < size - 1)]
    votes = counts[at] + counts[at + 1]
    best = np.lexsort((at, -votes))
    best = best[votes[best] >= _VOTES_MIN]
    return list(zip((first + (at[best] + 1) * _BIN).tolist(), votes[best].tolist(), strict=True))


def _at(tape: _Tape, place: int, query: Landmarks, warp: Warp) -> list[tuple[int, int]]:
    """Return the sounds of which a query with its middle there would show some, with their starts.

    At least _SHOWN of the tape, or half of a sound that is shorter: neighbours are touched, too.
    """
    seconds = query.seconds
    half = float(seconds[-1] - seconds[0]) / 2.0 * warp.tempo * TICKS_PER_SECOND / _TAPE_TICKS
    # Sounds neither overlap nor change their order, so ends are sorted as well.
    first = int(np.searchsorted(tape.ends, place - half, "right"))
    behind = int(np.searchsorted(tape.starts, place + half))
    starts, ends = tape.starts[first:behind], tape.ends[first:behind]
    shown = np.minimum(ends, place + half) - np.maximum(starts, place - half)
    enough = shown >= np.minimum(_SHOWN, (ends - starts) / 2.0)
    assets = tape.assets[first:behind][enough].tolist()
    return list(zip(assets, starts[enough].tolist(), strict=True))


@numba.njit(cache=True, nogil=True)
def _vote(
    starts: NDArray[np.int64],
    places: NDArray[np.uint32],
    keys: NDArray[np.int64],
    peaks: NDArray[np.int64],
    back: NDArray[np.int64],
    first: int,
    bins: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> NDArray[np.int64]:
    """Count, by bins of the tape, the peaks of which a pair is found there; peaks are ordered.

    Args:
        starts: Of the segment, like `places`.
        places: See above.
        keys: Of the query, like `peaks` and `back`.
        peaks: See above.
        back: See above.
        first: Where the first bin begins.
        bins: Zeros, written to: of each bin how many peaks, and the last one of them, from 1.

    Returns:
        The bins with _HALF_MIN or more: of two neighbours with enough, one has these.
    """
    counts, last = bins
    full = np.empty(_ROOM, np.int64)
    found = 0
    for number in range(len(keys)):
        key, peak = keys[number], peaks[number]
        shift = -back[number] - first
        for posting in range(starts[key], starts[key + 1]):
            at = (np.int64(places[posting]) + shift) // _BIN
            # A peak counts once in a bin, however many of its pairs are there.
            if last[at] != peak + 1:
                last[at] = peak + 1
                counts[at] += 1
                if counts[at] == _HALF_MIN:
                    if found == len(full):
                        full = np.append(full, np.empty(found, np.int64))
                    full[found] = at
                    found += 1
    return full[:found]
