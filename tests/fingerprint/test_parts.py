"""What a clip shows is told stretch by stretch: spliced, inserted, replaced, doubled."""

import numpy as np
import pytest

from fingerprint import descriptor, parts
from fingerprint.align import Match, Row, find
from fingerprint.descriptor import Descriptors
from fingerprint.index import Index
from fingerprint.parts import Explanation
from tests.fingerprint import clips
from tests.fingerprint.clips import FPS, Frames

CLEAR_BITS_MAX = 23
A, B, OTHER = (clips.textured(seed, seconds=6) for seed in (1, 2, 3))


def describe(frames: Frames) -> Descriptors:
    return descriptor.describe(clips.chunks(frames))


class Library:
    """Assets and their index, as a service has them."""

    def __init__(self, **assets: Frames) -> None:
        self.contents = {name: describe(frames) for name, frames in assets.items()}
        self.index, self.rows = Index(), dict[int, Row]()
        for name, content in self.contents.items():
            good = content.searchable()
            ids = np.arange(len(good)) + len(self.rows)
            self.index.add(ids, content.codes[good])
            self.rows |= {
                int(row): Row(name, float(content.seconds[at]))
                for row, at in zip(ids, good, strict=True)
            }

    def match(self, query: Descriptors) -> list[Match]:
        return find(query, search=self.index.search, locate=lambda _: self.rows)

    def explain(self, frames: Frames) -> Explanation:
        return parts.explain(
            describe(frames),
            match=self.match,
            look_up=self.contents.__getitem__,
            clear_bits_max=CLEAR_BITS_MAX,
        )


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(a=A, b=B)


def seconds(frames: Frames, start: float, end: float) -> Frames:
    return frames[round(start * FPS) : round(end * FPS)]


def told(explanation: Explanation) -> list[tuple[str, int, int]]:
    return [
        (part.matches[0].asset_id, round(stretch.start), round(stretch.end))
        for part in explanation.parts
        for stretch in part.stretches
    ]


def test_a_whole_copy_is_one_part(library: Library) -> None:
    found = library.explain(A)

    assert told(found) == [("a", 0, 6)]
    assert found.elsewhere == 0


def test_a_poor_copy_is_one_part(library: Library) -> None:
    found = library.explain(clips.reencoded(A, crf=38, scale=0.5))

    assert told(found) == [("a", 0, 6)]
    assert found.elsewhere == 0


def test_an_excerpt_has_nothing_else_in_it(library: Library) -> None:
    found = library.explain(seconds(A, 2, 5))

    assert told(found) == [("a", 0, 3)]
    assert found.parts[0].matches[0].reference.start == pytest.approx(2, abs=0.3)
    assert found.elsewhere == 0


def test_a_splice_of_two_is_two_parts(library: Library) -> None:
    found = library.explain(np.concatenate([seconds(B, 1, 4), seconds(A, 0, 3)]))

    assert told(found) == [("b", 0, 3), ("a", 3, 6)]
    assert found.elsewhere == 0


def test_pieces_of_one_in_another_order_are_parts(library: Library) -> None:
    found = library.explain(np.concatenate([seconds(A, 3, 6), seconds(A, 0, 3)]))

    assert told(found) == [("a", 0, 3), ("a", 3, 6)]


def test_what_lies_around_an_asset_is_elsewhere(library: Library) -> None:
    found = library.explain(np.concatenate([seconds(OTHER, 0, 2), A, seconds(OTHER, 2, 5)]))

    assert told(found) == [("a", 2, 8)]
    assert found.elsewhere == pytest.approx(5, abs=0.3)


def test_what_replaces_the_midst_is_elsewhere(library: Library) -> None:
    found = library.explain(
        np.concatenate([seconds(A, 0, 2), seconds(OTHER, 0, 2), seconds(A, 4, 6)])
    )

    assert told(found) == [("a", 0, 2), ("a", 4, 6)]
    assert len(found.parts) == 1
    assert found.elsewhere == pytest.approx(2, abs=0.3)


def test_a_mirrored_copy_agrees_as_well(library: Library) -> None:
    found = library.explain(clips.mirrored(A))

    assert told(found) == [("a", 0, 6)]
    assert found.elsewhere == 0


def test_a_picture_is_a_part_without_length(library: Library) -> None:
    found = library.explain(A[40:41])

    assert told(found) == [("a", 0, 0)]
    assert found.elsewhere == 0


def test_the_same_clip_twice_is_one_part_of_both() -> None:
    found = Library(a=A, again=A).explain(A)

    assert [[one.asset_id for one in part.matches] for part in found.parts] == [["a", "again"]]


def test_what_only_resembles_the_one_that_is_clear_does_not_count() -> None:
    like = Match("like", 0.95, 9, 30, parts.Segment(0, 1), parts.Segment(0, 1), False, 1.0)  # noqa: FBT003
    clear = Match("clear", 0.9, 3, 10, parts.Segment(0, 1), parts.Segment(0, 1), False, 1.0)  # noqa: FBT003

    assert parts._equal([like, clear], CLEAR_BITS_MAX) == (clear,)
    assert parts._equal([like], CLEAR_BITS_MAX) == (like,)


def test_a_stranger_has_no_parts(library: Library) -> None:
    found = library.explain(OTHER)

    assert found.parts == ()
    assert found.elsewhere == pytest.approx(6, abs=0.1)


def test_nothing_to_see_is_nothing(library: Library) -> None:
    black = library.explain(np.zeros((24, 90, 160, 3), np.uint8))

    assert black == Explanation((), 0.0)
    assert library.explain(A[:0]) == Explanation((), 0.0)


def test_many_pieces_hide_none() -> None:
    assets = {f"a{seed:02}": clips.textured(seed, seconds=4) for seed in range(20, 32)}
    mixed = np.concatenate([seconds(frames, 1, 3) for frames in assets.values()])

    found = Library(**assets).explain(mixed)

    assert [name for name, _, _ in told(found)] == list(assets)
    assert found.elsewhere == 0


def test_likes_of_one_piece_do_not_hide_another() -> None:
    likes = {f"a{at:02}": A for at in range(30)}
    mixed = np.concatenate([A, seconds(B, 0, 2)])

    found = Library(**likes, b=B).explain(mixed)

    assert [part.matches[0].asset_id for part in found.parts] == ["a00", "b"]
