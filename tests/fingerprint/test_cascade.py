"""From frames to a verdict: what copyists do, what is only alike, and what is nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint import cascade, descriptor, features, proxy
from fingerprint.bundle import Extent, Fingerprint
from fingerprint.features import Features
from fingerprint.index import Index
from fingerprint.landmarks import Landmarks
from fingerprint.verdict import LOG10_P_MAX, Kind, Verdict
from fingerprint.views import View
from tests.fingerprint import clips, scenes
from tests.fingerprint.clips import Frames

# As if the original lay among a hundred hours of others.
MANY = Extent(1_000_000, 200_000, 360_000.0)
OTHERS = clips.textured(60, seconds=4)


def fingerprint(frames: Frames) -> Fingerprint:
    points, small = features.Watcher(), proxy.Watcher()
    for chunk, seconds in clips.chunks(frames):
        points.look(chunk, seconds)
        small.look(chunk, seconds)
    content = descriptor.describe(clips.chunks(frames))
    return Fingerprint(content, points.features(), None, small.take())


@pytest.fixture(scope="module")
def frames() -> Frames:
    return clips.textured(1, seconds=6)


@pytest.fixture(scope="module")
def original(frames: Frames) -> Fingerprint:
    return fingerprint(frames)


def cropped(frames: Frames) -> Frames:
    part = frames[:, 40:148, 70:262]
    return np.stack([cv2.resize(each, (320, 180)) for each in part])


CHANGES: dict[str, tuple[Callable[[Frames], Frames], View]] = {
    "compressed": (lambda frames: clips.reencoded(frames, crf=35), View.UPRIGHT),
    "mirrored": (clips.mirrored, View.MIRRORED),
    "letterboxed": (clips.letterboxed, View.UPRIGHT),
    "turned clockwise": (lambda frames: np.rot90(frames, -1, axes=(1, 2)), View.CLOCKWISE),
    "turned anticlockwise": (lambda frames: np.rot90(frames, axes=(1, 2)), View.ANTICLOCKWISE),
    "upside down": (lambda frames: np.rot90(frames, 2, axes=(1, 2)), View.UPSIDE_DOWN),
    "cropped": (cropped, View.UPRIGHT),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_part_is_a_copy_and_is_placed(
    frames: Frames, original: Fingerprint, change: str
) -> None:
    make, view = CHANGES[change]
    query = fingerprint(np.ascontiguousarray(make(frames[24:120])))

    verdict = cascade.compare(query, original, among=MANY)

    assert verdict.kind is Kind.COPY
    assert verdict.log10_p <= LOG10_P_MAX
    passage = verdict.passages[0]
    assert passage.view is view
    assert passage.speed == pytest.approx(1, abs=0.02)
    ends = (passage.query[0].start, passage.query[-1].end)
    shown = (passage.reference[0].start, passage.reference[-1].end)
    assert ends == pytest.approx((0, 4), abs=0.3)
    assert shown == pytest.approx((1, 5), abs=0.3)


def held(frames: Frames, *, of: int, hold: int) -> Frames:
    """The frames, of which the first of so many stands for some of them."""
    numbers = np.arange(len(frames))
    first = numbers - numbers % of
    return frames[np.where(numbers - first < hold, first, numbers)]


@pytest.mark.parametrize(("of", "hold"), [(24, 20), (48, 36)])
def test_a_copy_whose_frames_are_held_is_no_other_take(of: int, hold: int) -> None:
    scene = scenes.scene(7, take=1, seconds=8.0)
    copy = clips.reencoded(cropped(held(scene, of=of, hold=hold)), crf=32)

    verdict = cascade.compare(fingerprint(copy), fingerprint(scene), among=MANY)

    assert verdict.kind is Kind.PROBABLE


def test_another_take_whose_frames_are_held_stays_another_take() -> None:
    scene, other = (scenes.scene(7, take=take, seconds=8.0) for take in (1, 2))

    verdict = cascade.compare(
        fingerprint(held(other, of=72, hold=36)), fingerprint(scene), among=MANY
    )

    assert verdict.kind is Kind.SAME_SCENE


@pytest.mark.parametrize("speed", [0.5, 1.5, 2.0])
def test_another_speed_is_told(frames: Frames, original: Fingerprint, speed: float) -> None:
    query = fingerprint(clips.sped(frames, speed=speed))

    verdict = cascade.compare(query, original, among=MANY)

    assert verdict.kind is Kind.COPY
    assert verdict.passages[0].speed == pytest.approx(speed, abs=0.05)
    assert f"{verdict.passages[0].speed:g} × as fast" in verdict.passages[0].words()


def test_what_interrupts_a_copy_is_no_part_of_it(frames: Frames, original: Fingerprint) -> None:
    spliced = np.concatenate([frames[:48], OTHERS[:48], frames[96:]])

    verdict = cascade.compare(fingerprint(spliced), original, among=MANY)

    (passage,) = verdict.passages
    ends = [(part.start, part.end) for part in passage.query]
    assert ends[0] == pytest.approx((0, 2), abs=0.4)
    assert ends[1] == pytest.approx((4, 6), abs=0.4)


def test_a_part_that_is_repeated_is_found_twice(frames: Frames, original: Fingerprint) -> None:
    looped = np.concatenate([frames[24:72], OTHERS[:36], frames[24:72]])

    verdict = cascade.compare(fingerprint(looped), original, among=MANY)

    starts = sorted(
        (passage.query[0].start, passage.reference[0].start) for passage in verdict.passages
    )
    assert len(starts) == 2
    assert starts[0] == pytest.approx((0, 1), abs=0.4)
    assert starts[1] == pytest.approx((3.5, 1), abs=0.4)


def test_pieces_of_two_views_are_two_passages(frames: Frames, original: Fingerprint) -> None:
    both = np.concatenate([frames[:60], clips.mirrored(frames[84:])])

    verdict = cascade.compare(fingerprint(both), original, among=MANY)

    assert {passage.view for passage in verdict.passages} == {View.UPRIGHT, View.MIRRORED}


def test_without_a_record_of_motion_nothing_is_a_copy(
    frames: Frames, original: Fingerprint
) -> None:
    verdict = cascade.compare(fingerprint(frames), replace(original, motion=None))

    assert verdict.kind is Kind.PROBABLE


def test_where_nothing_moves_nothing_is_a_copy(frames: Frames) -> None:
    still = fingerprint(frames[30:31].repeat(72, axis=0))

    assert cascade.compare(still, still).kind is Kind.PROBABLE


@pytest.mark.parametrize("place", [1, 2])
def test_another_take_of_a_scene_is_no_copy(place: int) -> None:
    query, reference = (fingerprint(scenes.scene(place, take=take)) for take in (1, 2))

    assert cascade.compare(query, reference).kind in {Kind.SAME_SCENE, Kind.NONE}


@pytest.mark.parametrize("make", [clips.textured, clips.rendered])
def test_what_has_nothing_to_do_with_it_is_nothing(make: clips.Make) -> None:
    one, other = fingerprint(make(70, seconds=3)), fingerprint(make(71, seconds=3))

    verdict = cascade.compare(one, other)

    assert verdict == Verdict("", (), None)
    assert verdict.kind is Kind.NONE
    assert verdict.log10_p == 0.0


def test_captions_in_one_font_are_no_copy() -> None:
    def captioned(seed: int) -> Fingerprint:
        made = clips.textured(seed, seconds=3).copy()
        for frame in made:
            at = (20, 150)
            cv2.putText(frame, "AND THEN WE WENT HOME", at, 0, 0.7, (255, 255, 255), 2, cv2.LINE_AA)
        return fingerprint(made)

    assert cascade.compare(captioned(80), captioned(81)).kind is Kind.NONE


def test_one_frame_alone_decides_only_if_it_is_near(frames: Frames, original: Fingerprint) -> None:
    picture = Fingerprint(frames=descriptor.describe(clips.chunks(frames[60:61])))
    assert picture.frames is not None
    rng = np.random.default_rng(0)

    def turned(bits: int) -> Fingerprint:
        assert picture.frames is not None
        flips = np.packbits(rng.permutation(np.arange(256) < bits))
        return Fingerprint(replace(picture.frames, codes=picture.frames.codes ^ flips))

    near = cascade.compare(turned(20), Fingerprint(frames=original.frames))
    far = cascade.compare(turned(56), Fingerprint(frames=original.frames))

    assert near.kind is Kind.PROBABLE
    assert far.kind is Kind.NONE


def test_the_more_there_is_to_be_picked_from_the_more_chance_has(
    frames: Frames, original: Fingerprint
) -> None:
    query = fingerprint(frames[:48])

    alone, among = (cascade.compare(query, original, among=some) for some in (None, MANY))

    assert alone.log10_p < among.log10_p - 2


def test_a_verdict_is_json(frames: Frames, original: Fingerprint) -> None:
    stated = json.loads(cascade.compare(fingerprint(frames), original).to_json())

    assert stated["kind"] == "copy"
    assert stated["passages"][0]["words"] == "whole picture"
    assert stated["passages"][0]["frames"]["distinct"] > 3


class Memory:
    """A library of a few clips."""

    def __init__(self, known: dict[str, Fingerprint]) -> None:
        self.known = known
        self.frames, self.points = Index(), Index()
        self.owners: tuple[list[str], list[str]] = ([], [])
        for name, each in known.items():
            assert each.frames is not None
            assert each.features is not None
            codes = each.frames.codes[each.frames.searchable()]
            self._add(self.frames, self.owners[0], codes, name)
            self._add(self.points, self.owners[1], each.features.codes, name)

    @staticmethod
    def _add(index: Index, owners: list[str], codes: NDArray[np.uint8], name: str) -> None:
        index.add(np.arange(len(owners), len(owners) + len(codes), dtype=np.int64), codes)
        owners += [name] * len(codes)

    @property
    def extent(self) -> Extent:
        return sum((each.extent for each in self.known.values()), Extent(0, 0, 0.0))

    def near_frames(self, codes: NDArray[np.uint8], radius: int) -> Iterator[tuple[int, str]]:
        hits = self.frames.search(codes, radius)
        return ((hit.query, self.owners[0][hit.row_id]) for hit in hits)

    def near_points(self, query: Features) -> list[str]:
        near = {hit.row_id for hit in self.points.search(query.codes, 26)}
        return sorted({self.owners[1][row] for row in near})

    def near_sounds(self, query: Landmarks) -> list[str]:
        return []

    def look_up(self, asset_id: str) -> Fingerprint | None:
        return self.known.get(asset_id)


@pytest.fixture(scope="module")
def library(original: Fingerprint) -> Memory:
    others = {f"other-{seed}": fingerprint(clips.textured(seed, seconds=3)) for seed in (61, 62)}
    return Memory({"original": original, **others})


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_part_finds_its_original_alone(
    frames: Frames, library: Memory, change: str
) -> None:
    make, _ = CHANGES[change]

    verdicts = cascade.find(fingerprint(np.ascontiguousarray(make(frames[24:96]))), library)

    assert [(each.asset_id, each.kind) for each in verdicts] == [("original", Kind.COPY)]


def test_a_clip_of_two_finds_both(frames: Frames, library: Memory) -> None:
    second = clips.textured(62, seconds=3)
    spliced = np.concatenate([frames[:60], clips.mirrored(second)[:60]])

    verdicts = cascade.find(fingerprint(spliced), library)

    assert {each.asset_id for each in verdicts} == {"original", "other-62"}


def test_a_stranger_finds_nothing(library: Memory) -> None:
    assert cascade.find(fingerprint(clips.textured(90, seconds=3)), library) == []


def test_what_was_withdrawn_meanwhile_is_left_out(frames: Frames, library: Memory) -> None:
    known = dict(library.known)
    del library.known["original"]
    try:
        assert cascade.find(fingerprint(frames[:48]), library) == []
    finally:
        library.known = known
