"""What the numbers of the benchmark mean, by cases that were worked out by hand."""

from collections.abc import Mapping

import numpy as np
import pytest

from tests.bench import fingerprint_scores as scores
from tests.bench.fingerprint_scores import Found, Kind, Shown, Trial

SCENES = {"park-1": "park", "park-2": "park", "room-1": "room"}
WRONG = (Kind.ORDINARY, Kind.TAKE)


def trial(original: str, found: Mapping[str, float], *, scene: str = "park") -> Trial:
    return Trial(
        copy="mirrored",
        scene=scene,
        original=original,
        query=(0.0, 4.0),
        reference=(1.0, 5.0),
        shown=None,
        found={name: Found(score, "copy") for name, score in found.items()},
    )


def placed(query: tuple[float, float], reference: tuple[float, float]) -> Trial:
    found = Found(1.0, "copy", query, reference)
    return Trial("mirrored", "park", "park-1", (0.0, 4.0), (1.0, 5.0), None, {"park-1": found})


def laid(matrix: scores.Matrix | None, shown: Shown | None) -> Trial:
    found = {"park-1": Found(1.0, "copy", matrix=matrix)}
    return Trial("cropped", "park", "park-1", (0.0, 4.0), (1.0, 5.0), shown, found)


def test_a_pair_is_true_another_take_or_ordinary() -> None:
    tried = [
        trial("park-1", {"park-1": 3.0, "park-2": 2.0, "room-1": 1.0}),
        trial("", {"park-1": 4.0}),
    ]

    found = list(scores.pairs(tried, SCENES))

    assert [(pair.kind, pair.found.score) for pair in found] == [
        (Kind.TRUE, 3.0),
        (Kind.TAKE, 2.0),
        (Kind.ORDINARY, 1.0),
        (Kind.TAKE, 4.0),
    ]
    assert scores.threshold(found, kinds=[Kind.ORDINARY]) == 1.0
    assert scores.threshold(found, kinds=WRONG) == 4.0
    assert scores.verdicts(found, kind=Kind.TAKE) == {"copy": 2}


def test_nothing_false_leaves_the_threshold_at_nothing() -> None:
    found = list(scores.pairs([trial("park-1", {"park-1": 0.5})], SCENES))

    assert scores.threshold(found, kinds=WRONG) == 0.0


def test_a_copy_is_found_above_every_false_match_only() -> None:
    tried = [
        trial("park-1", {"park-1": 3.0}),
        trial("park-1", {"park-1": 2.0, "room-1": 9.0}),
        trial("park-1", {"room-1": 9.0}),
        trial("", {"room-1": 9.0}),
    ]

    assert scores.recalled(tried, above=2.0) == 1
    assert scores.recalled(tried, above=0.0) == 2


def test_average_precision_is_that_of_the_ranking() -> None:
    """True, false, true, true, and one that was never found: (1 + 2/3 + 3/4 + 0) / 4."""
    ranked = [(0.9, True), (0.8, False), (0.7, True), (0.2, True)]

    assert scores.average_precision(ranked, positives=4) == pytest.approx((1 + 2 / 3 + 3 / 4) / 4)
    assert scores.average_precision(reversed(ranked), positives=4) == pytest.approx(29 / 48)


def test_tied_pairs_are_found_together() -> None:
    """Both of the true ones at a precision of 2 of 3, whichever comes first."""
    ranked = [(0.5, True), (0.5, False), (0.5, True), (0.1, False)]

    assert scores.average_precision(ranked, positives=2) == pytest.approx(2 / 3)
    assert scores.average_precision(ranked[::-1], positives=2) == pytest.approx(2 / 3)


def test_nothing_found_is_of_no_precision() -> None:
    assert scores.average_precision([], positives=3) == 0.0
    assert scores.average_precision([(0.5, False)], positives=3) == 0.0


def test_a_place_is_as_wrong_as_its_ends_are() -> None:
    assert scores.misplaced(placed((0.0, 4.0), (1.0, 5.0))) == 0.0
    assert scores.misplaced(placed((0.5, 4.0), (1.5, 4.8))) == pytest.approx(0.3)
    assert scores.misplaced(trial("park-1", {"park-1": 1.0})) is None
    assert scores.misplaced(trial("park-1", {})) is None


def test_a_part_on_the_right_line_is_misplaced_and_not_misaligned() -> None:
    part = placed((1.0, 2.0), (2.0, 3.0))

    assert scores.misaligned(part) == 0.0
    assert scores.misplaced(part) == pytest.approx(1.5)
    assert scores.misaligned(placed((0.0, 4.0), (1.25, 5.25))) == pytest.approx(0.25)
    assert scores.misaligned(placed((2.0, 2.0), (3.25, 3.25))) == pytest.approx(0.25)


def test_points_are_off_by_how_far_they_are_laid_from_where_they_are() -> None:
    """The upper left quarter of a picture, as large as the whole, and what is said of that."""
    half = np.array([[2.0, 0.0, 0.5], [0.0, 2.0, 0.25], [0.0, 0.0, 1.0]])
    shown = Shown(half, original=(0.5, 0.25), copy=(0.5, 0.25))
    right = np.linalg.inv(half)
    aside = np.array([[1.0, 0.0, 0.03], [0.0, 1.0, 0.04], [0.0, 0.0, 1.0]]) @ right

    assert scores.displaced(laid(right, shown)) == pytest.approx(0.0)
    assert scores.displaced(laid(aside, shown)) == pytest.approx(0.05)
    assert scores.displaced(laid(np.eye(3), shown)) > 0.1
    assert scores.displaced(laid(None, shown)) is None
    assert scores.displaced(laid(right, None)) is None


@pytest.mark.parametrize(("share", "value"), [(0.5, 5.0), (0.9, 9.0), (0.91, 10.0), (1.0, 10.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert scores.percentile([float(each) for each in range(10, 0, -1)], share) == value
