"""Searching for the points of a clip among those of thousands: one round, and looking at nothing.

Codes are uniform but for words: letters, plain edges and logos, of which a few are in every clip
and many are in some. The clip that is searched for is one of the stored ones, of which some bits of
each code are turned. What is measured is how long it takes to name those that are to be looked at.
"""

# pyright: basic

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from fingerprint import features
from fingerprint.bundle import Fingerprint as Content
from fingerprint.features import Features
from rightsd.adapters.recall import Among, Recall
from rightsd.domain.fingerprint import Fingerprint
from tests.bench.table import Row

ASSETS = (100, 1_000)  # Each with
FRAMES, POINTS = 10, 1_000  # of them: so many frames, and points in all.
CLIPS = 20
QUERY_COPIES = 2  # A clip that is searched for has so many points for one that is stored.
TURNED = 16
EVERYWHERE, WORDS, WORD_SHARE = 10, 2_000, 0.02
QUICK = {"assets": (20,), "clips": 3}


def run(folder: Path, *, assets: Sequence[int] = ASSETS, clips: int = CLIPS) -> list[Row]:
    del folder
    return [row for count in assets for row in _among(count, clips)]


def _among(assets: int, clips: int) -> Iterator[Row]:
    recall, stored = Recall(), _Stored(assets)
    recall.catch_up(features.ALGORITHM, stored)
    what = f"{assets * POINTS:,} points"
    looked = list[str]()

    def look_up(asset_id: str) -> Content:
        looked.append(asset_id)
        return Content()

    times, first = list[float](), 0
    for number in range(-1, clips):
        asked = stored.rng.integers(assets).item()
        query = Content(features=stored.changed(asked))
        looked.clear()
        spent = _seconds(lambda query=query: recall.find(query, Among.OUTPUTS, look_up))
        if number >= 0:  # The first one warms what it needs.
            times.append(1e3 * spent)
            first += looked[:1] == [f"ast_{asked}"]
    times.sort()
    p95 = times[int(0.95 * (len(times) - 1) + 0.5)]
    points = QUERY_COPIES * POINTS
    name = f"a clip of {points:,} points, as it is and mirrored, among {what}"
    yield Row(f"{name}, p95", p95, "ms", "p50", times[len(times) // 2], "≤ 500 ms")
    yield Row(f"{name}, of all named first", first / clips, "", "all", 1.0)


class _Stored:
    """Assets by number, as a daemon reads them: a `Source`."""

    def __init__(self, assets: int) -> None:
        self.rng = np.random.default_rng(1)
        self.assets = assets
        self.words = self.rng.integers(0, 256, (EVERYWHERE + WORDS, 32), np.uint8)

    def changes(self, horizon: int) -> tuple[list[tuple[int, bool]], int]:
        return [(number, True) for number in range(self.assets)] if not horizon else [], 1

    def fetch(self, ids: Sequence[int]) -> list[Fingerprint]:
        return [
            Fingerprint(
                id=number,
                asset_id=f"ast_{number}",
                of_reference=False,
                algorithm=features.ALGORITHM,
                data=features.pack(self.points(number)),
            )
            for number in ids
        ]

    def points(self, number: int) -> Features:
        rng = np.random.default_rng((2, number))
        codes = rng.integers(0, 256, (POINTS, 32), np.uint8)
        codes[:EVERYWHERE] = self.words[:EVERYWHERE]
        common = np.flatnonzero(rng.random(POINTS) < WORD_SHARE)
        codes[common] = self.words[rng.integers(EVERYWHERE, len(self.words), len(common))]
        return Features(
            seconds=np.arange(FRAMES, dtype=np.float64),
            frame=np.repeat(np.arange(FRAMES, dtype=np.int32), POINTS // FRAMES),
            places=rng.uniform(-0.25, 0.25, (POINTS, 2)).astype(np.float32),
            scales=rng.uniform(0.01, 0.1, POINTS).astype(np.float32),
            angles=rng.uniform(0, 6, POINTS).astype(np.float32),
            codes=_turned(codes, rng),
            aspect=16 / 9,
        )

    def changed(self, number: int) -> Features:
        """Return a copy of an asset, with as many points of something else in each frame."""
        rng, one = np.random.default_rng((3, number)), self.points(number)
        twice = np.repeat(np.arange(POINTS), QUERY_COPIES)
        other = np.arange(len(twice)) % QUERY_COPIES > 0
        codes = _turned(one.codes, rng)[twice]
        codes[other] = rng.integers(0, 256, (int(other.sum()), 32), np.uint8)
        return replace(
            one,
            frame=one.frame[twice],
            places=one.places[twice],
            scales=one.scales[twice],
            angles=one.angles[twice],
            codes=codes,
        )


def _turned(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    bits = rng.integers(0, TURNED + 1, (len(codes), 1))
    order = rng.permuted(np.tile(np.arange(256), (len(codes), 1)), axis=1)
    return codes ^ np.packbits(order < bits, axis=1)


def _seconds(act: Callable[[], object]) -> float:
    started = time.thread_time()
    act()
    return time.thread_time() - started
