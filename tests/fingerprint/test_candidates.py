"""Which of many clips may show what a clip shows, by their points."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint import candidates, features
from fingerprint.candidates import Located
from fingerprint.features import Features
from fingerprint.index import Index, Near
from tests.fingerprint import clips
from tests.fingerprint.clips import Frames
from tests.fingerprint.test_local import CHANGES, asked, watched


class Library:
    """The points of several clips in one index."""

    def __init__(self, clips_: list[Features], *, but: NDArray[np.int64] | None = None) -> None:
        self.index = Index()
        self.but = but
        self.assets = np.repeat(np.arange(len(clips_)), [len(one) for one in clips_])
        self.located = Located(
            self.assets,
            *(
                np.concatenate([getattr(one, name) for one in clips_])
                for name in ("places", "scales", "angles")
            ),
        )
        ids = np.arange(len(self.assets), dtype=np.int64)
        self.index.add(ids, np.concatenate([one.codes for one in clips_]))

    def near(self, codes: NDArray[np.uint8]) -> Near:
        return candidates.search(self.index, codes, but=self.but)

    def owners(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        return self.assets[ids]

    def locate(self, ids: NDArray[np.int64]) -> Located:
        every = self.located
        return Located(every.assets[ids], every.places[ids], every.scales[ids], every.angles[ids])


@pytest.fixture(scope="module")
def clip() -> Frames:
    return clips.textured(1)


@pytest.fixture(scope="module")
def library(clip: Frames) -> Library:
    others = [watched(clips.textured(seed, seconds=3)) for seed in range(40, 46)]
    return Library([*others, watched(clip)])


@pytest.mark.parametrize("change", ["mirrored", "turned 10", "cropped to 0.6", "inset"])
def test_candidates_name_the_original_first(clip: Frames, library: Library, change: str) -> None:
    found = candidates.find(asked(CHANGES[change](clip[24:96])), library)

    assert found[0].asset == 6
    assert found[0].mirrored == (change == "mirrored")
    assert all(one.votes < found[0].votes / 2 for one in found[1:])


def test_candidates_do_not_name_what_was_withdrawn_meanwhile(
    clip: Frames, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = np.where(library.assets == 6, -1, library.assets)
    monkeypatch.setattr(library, "located", replace(library.located, assets=gone))

    found = candidates.find(watched(clip[24:96]), library)

    assert 6 not in [one.asset for one in found]


def test_what_is_in_very_many_assets_names_none(clip: Frames) -> None:
    everywhere = watched(clip[24:25])

    assert candidates.find(everywhere, Library([everywhere] * (candidates.STOP_ASSETS + 1))) == []


def test_what_is_left_out_hides_nothing(clip: Frames) -> None:
    """Else whoever has so many that look alike would hide one from whoever looks on."""
    everywhere = watched(clip[24:25])
    alike = candidates.HITS_MAX + 1
    codes = everywhere.codes.copy()
    codes[:, :8] ^= np.uint8(1)
    farther = replace(everywhere, codes=codes)
    known = [everywhere] * alike + [farther]

    library = Library(known, but=np.arange(alike * len(everywhere)))

    assert [one.asset for one in candidates.find(everywhere, library)] == [alike]


def test_nothing_has_no_candidates(library: Library) -> None:
    nothing = watched(np.zeros((24, 90, 160, 3), np.uint8))

    assert len(nothing) == 0
    assert candidates.find(nothing, library) == []


def test_the_strongest_points_of_each_frame_are_looked_for(clip: Frames) -> None:
    points = watched(clip)

    few = points.thinned(3 * len(points.seconds))

    assert np.bincount(few.frame).tolist() == [3] * len(points.seconds)
    assert (few.codes[:3] == points.codes[:3]).all()
    assert features.pack(points.thinned(len(points))) == features.pack(points)
