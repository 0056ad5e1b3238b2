"""Points and sounds in memory: what could not be taken in is not taken for known."""

from collections.abc import Sequence

import numpy as np
import pytest

from fingerprint import features, landmarks, points
from fingerprint.errors import RowsError
from fingerprint.landmarks import Landmarks
from fingerprint.points import Points
from rightsd.adapters.recall import Recall
from rightsd.domain.fingerprint import Fingerprint

COUNT = 20


class Table:
    """Two fingerprints of one algorithm: of an output, and of a reference."""

    def __init__(self, algorithm: str, data: bytes) -> None:
        self.rows = [Fingerprint(row, f"asset_{row}", row == 2, algorithm, data) for row in (1, 2)]

    def changes(self, horizon: int) -> tuple[Sequence[tuple[int, bool]], int]:
        del horizon  # What is known already is told again.
        return [(one.id, True) for one in self.rows], 9

    def fetch(self, ids: Sequence[int]) -> Sequence[Fingerprint]:
        return [one for one in self.rows if one.id in ids]


def of_points() -> bytes:
    rng = np.random.default_rng(0)
    found = Points(
        rng.uniform(-0.4, 0.4, (COUNT, 2)).astype(np.float32),
        np.full(COUNT, 0.1, np.float32),
        np.zeros(COUNT, np.float32),
        rng.integers(0, 256, (COUNT, points.CODE_BYTES), np.uint8),
    )
    return features.pack(features.collect([0.0], [found], aspect=1.5))


def of_sound() -> bytes:
    ticks = np.arange(COUNT, dtype=np.int64) * 20
    return landmarks.pack(Landmarks(500, ticks, np.full(COUNT, 60 * 64, np.int64)))


@pytest.mark.parametrize(
    ("algorithm", "data", "limit"),
    [
        (features.ALGORITHM, of_points(), "fingerprint.index.ROWS_MAX"),
        (landmarks.ALGORITHM, of_sound(), "fingerprint.soundindex.SECONDS_MAX"),
    ],
)
def test_what_an_index_did_not_take_is_not_taken_for_known(
    monkeypatch: pytest.MonkeyPatch, algorithm: str, data: bytes, limit: str
) -> None:
    recall, table = Recall(), Table(algorithm, data)
    with monkeypatch.context() as full:
        full.setattr(limit, 1)
        for _ in range(2):
            with pytest.raises(RowsError):
                recall.catch_up(algorithm, table)

    recall.catch_up(algorithm, table)

    for assets in (recall._outputs, recall._references):
        assert len(assets.points) + COUNT * len(assets.sounds) == COUNT
        assert len(assets.known) == 1
