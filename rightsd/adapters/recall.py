"""Finds outputs and references by single points of their pictures, and by their sound.

It is what finds a part of a picture, a picture in another one, and a sound under other pictures:
codes of whole frames, which are cheaper, find none of these. Everything of both is in memory.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fingerprint import candidates, cascade, features, landmarks, soundmatch
from fingerprint.bundle import Extent
from fingerprint.bundle import Fingerprint as Content
from fingerprint.candidates import Located
from fingerprint.features import Features
from fingerprint.index import Index, Near
from fingerprint.landmarks import Landmarks
from fingerprint.soundindex import LandmarkIndex
from fingerprint.verdict import Verdict
from rightsd.adapters.index import FETCHED, Source
from rightsd.domain.fingerprint import Fingerprint

# By what things are found here: `Recall.catch_up` is to be called for each.
ALGORITHMS: Sequence[str] = (features.ALGORITHM, landmarks.ALGORITHM)
# More than a clip has: the ids of one asset's points follow one another.
POINTS_MAX = features.FRAMES_MAX * features.POINTS_PER_FRAME_MAX

LookUp = Callable[[str], Content]  # Returns all that is kept of an asset.


class Among(StrEnum):
    """What a clip is held against."""

    OUTPUTS = "outputs"
    REFERENCES = "references"  # And stay-down entries.


@dataclass(frozen=True, slots=True)
class Found:
    """What a clip is to assets.

    Attributes:
        verdicts: Of those that it is anything to, the best first.
        looked: All that it was held against.
    """

    verdicts: list[Verdict]
    looked: frozenset[str]


class Recall:
    """Outputs and references, and how far both were read. Any thread may call anything."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._outputs, self._references = _Assets(), _Assets()
        self._horizons = dict.fromkeys(ALGORITHMS, 0)
        self._lock = threading.Lock()

    def catch_up(self, algorithm: str, source: Source) -> None:
        """Take in what has become visible since the last time; others wait for it meanwhile."""
        with self._lock:
            changes, horizon = source.changes(self._horizons[algorithm])
            both = (self._outputs, self._references)
            for row, stands in changes:
                if not stands:
                    for assets in both:
                        assets.remove(row)
            fresh = [
                row
                for row, stands in changes
                if stands and not any(row in assets for assets in both)
            ]
            for first in range(0, len(fresh), FETCHED):
                for one in source.fetch(fresh[first : first + FETCHED]):
                    (self._references if one.of_reference else self._outputs).add(one)
            self._horizons[algorithm] = max(self._horizons[algorithm], horizon)

    def find(
        self,
        query: Content,
        among: Among,
        look_up: LookUp,
        *,
        framed: Sequence[str] = (),
        but: Collection[str] = (),
    ) -> Found:
        """Return what a clip is to the assets of one kind that it is anything to.

        Args:
            query: The clip.
            among: Which assets.
            look_up: Returns all that is kept of one.
            framed: Those of which whole frames are shown.
            but: Those that are known already: there may be more than are found at once.
        """
        assets = self._outputs if among is Among.OUTPUTS else self._references
        looked = set[str]()

        def look(asset_id: str) -> Content:
            looked.add(asset_id)
            return look_up(asset_id)

        verdicts = cascade.find(query, _Library(assets, look, framed, but))
        return Found(verdicts, frozenset(looked))


def find_among(
    query: Content, rows: Iterable[Fingerprint], look_up: LookUp, *, framed: Sequence[str] = ()
) -> list[Verdict]:
    """Return what a clip is to a few assets, the best first.

    Args:
        query: The clip.
        rows: What `ALGORITHMS` made of them.
        look_up: Returns all that is kept of one.
        framed: Those of which whole frames are shown.
    """
    assets = _Assets()
    for row in rows:
        assets.add(row)
    return cascade.find(query, _Library(assets, look_up, framed))


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where points are: see `Features`."""

    places: NDArray[np.float32]
    scales: NDArray[np.float32]
    angles: NDArray[np.float32]

    def ids(self, row: int) -> NDArray[np.int64]:
        """Return what the points of a row are called in the index."""
        return row * POINTS_MAX + np.arange(len(self.scales), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """What is in an index of one row.

    Attributes:
        points: Where its points are, without their codes; None: it is a sound.
        extent: How much it adds to what is compared.
    """

    asset_id: str
    points: _Places | None
    extent: Extent


@dataclass(slots=True, eq=False)
class _Assets:
    """Assets of one kind, by their rows. Changing is for one thread at a time; finding is not."""

    points: Index = field(default_factory=partial(Index, tail_max=candidates.TAIL_MAX))
    sounds: LandmarkIndex = field(default_factory=LandmarkIndex)
    known: dict[int, _Kept] = field(default_factory=dict[int, _Kept])
    # Of each its row of points, and of sound.
    pictured: dict[str, int] = field(default_factory=dict[str, int])
    sounding: dict[str, int] = field(default_factory=dict[str, int])
    extent: Extent = field(default_factory=lambda: Extent(0, 0, 0.0))

    def __contains__(self, row: int) -> bool:
        return row in self.known

    def add(self, one: Fingerprint) -> None:
        """Add what one algorithm made of an asset."""
        points = sound = places = None
        if one.algorithm == features.ALGORITHM:
            points = features.unpack(one.data)
            places = _Places(points.places, points.scales, points.angles)
        else:
            sound = landmarks.unpack(one.data)
        extent = Content(features=points, sound=sound).extent
        # Whatever a search can find must be known by then.
        self.known[one.id] = _Kept(one.asset_id, places, extent)
        try:
            if points is not None and places is not None:
                self.points.add(places.ids(one.id), points.codes)
                self.pictured[one.asset_id] = one.id
            if sound is not None:
                self.sounds.add(one.id, sound)
                self.sounding[one.asset_id] = one.id
        except BaseException:
            # Else the next look would take it for known, and nobody would find it.
            del self.known[one.id]
            raise
        self.extent += extent

    def remove(self, row: int) -> None:
        """Forget a row, if it is known."""
        known = self.known.pop(row, None)
        if known is None:
            return
        for rows in (self.pictured, self.sounding):
            if rows.get(known.asset_id) == row:
                del rows[known.asset_id]
        gone = known.extent
        self.extent += Extent(-gone.rows, -gone.pictures, -gone.seconds)
        if known.points is None:
            self.sounds.remove([row])
        else:
            self.points.remove(known.points.ids(row))

    def points_of(self, asset_ids: Collection[str]) -> NDArray[np.int64]:
        """Return what all points of some assets are called in the index."""
        found = [np.zeros(0, np.int64)]
        for asset_id in asset_ids:
            row = self.pictured.get(asset_id)
            known = None if row is None else self.known.get(row)
            if row is not None and known is not None and known.points is not None:
                found.append(known.points.ids(row))
        return np.concatenate(found)

    def locate(self, ids: NDArray[np.int64]) -> Located:
        """Return where points come from; what was removed since it was found is in no asset."""
        order = np.argsort(ids, kind="stable")
        rows, points = np.divmod(ids[order], POINTS_MAX)
        which, firsts = np.unique(rows, return_index=True)
        ends = np.append(firsts, len(ids))[1:]
        located = Located(
            np.full(len(ids), -1, np.int64),
            np.zeros((len(ids), 2), np.float32),
            np.zeros(len(ids), np.float32),
            np.zeros(len(ids), np.float32),
        )
        for row, first, end in zip(which.tolist(), firsts.tolist(), ends.tolist(), strict=True):
            known = self.known.get(row)
            if known is None or known.points is None:
                continue
            at, some = order[first:end], points[first:end]
            located.assets[at] = row
            located.places[at] = known.points.places[some]
            located.scales[at] = known.points.scales[some]
            located.angles[at] = known.points.angles[some]
        return located


@dataclass(frozen=True, slots=True)
class _Pictured:
    """The points of all assets of one kind but some, whose points `but` are: `candidates.Known`."""

    assets: _Assets
    but: NDArray[np.int64]

    def near(self, codes: NDArray[np.uint8]) -> Near:
        return candidates.search(self.assets.points, codes, but=self.but)

    def owners(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        return ids // POINTS_MAX

    def locate(self, ids: NDArray[np.int64]) -> Located:
        return self.assets.locate(ids)


@dataclass(frozen=True, slots=True)
class _Library:
    """Assets of one kind, as the cascade asks for them: `bundle.Library`."""

    assets: _Assets
    fetch: LookUp
    framed: Sequence[str] = ()
    but: Collection[str] = ()

    @property
    def extent(self) -> Extent:
        return self.assets.extent

    def near_frames(self, codes: NDArray[np.uint8], radius: int) -> Iterable[tuple[int, str]]:
        """Return what was found elsewhere, by `rightsd.adapters.index`, whatever is left of it."""
        del radius
        return [(0, each) for each in self.framed if each not in self.but] if len(codes) else ()

    def near_points(self, query: Features) -> list[str]:
        known = _Pictured(self.assets, self.assets.points_of(self.but))
        return self._named(each.asset for each in candidates.find(query, known))

    def near_sounds(self, query: Landmarks) -> list[str]:
        rows = {self.assets.sounding.get(each) for each in self.but}
        but = frozenset(row for row in rows if row is not None)
        search = partial(self.assets.sounds.search, but=but)
        found = soundmatch.find(query, search=search, look_up=self._sound_of)
        return self._named(each.asset for each in found)

    def look_up(self, asset_id: str) -> Content | None:
        return self.fetch(asset_id)

    def _named(self, rows: Iterable[int]) -> list[str]:
        known = (self.assets.known.get(row) for row in rows)
        named = (one.asset_id for one in known if one is not None)
        return [each for each in named if each not in self.but]

    def _sound_of(self, row: int) -> Landmarks | None:
        known = self.assets.known.get(row)
        return None if known is None else self.fetch(known.asset_id).sound
