"""What a file seems to show counts if the mark of that very output is in it."""

import pytest

from fingerprint.align import Match, Segment
from fingerprint.parts import Explanation, Part
from rightsd.recalling import Recalled

STRETCH = Segment(2.0, 6.0)
MATCH = Match("gen_A", 0.5, 1, 52, STRETCH, STRETCH, mirrored=False, speed=1.0)
SEEMING = Explanation((Part((MATCH,), (STRETCH,)),), 1.0)


@pytest.mark.parametrize(
    ("doubtful", "named", "kept"),
    [
        ("gen_A", "gen_A", [0]),
        ("gen_A", None, []),
        ("gen_A", "gen_B", []),  # Anyone's mark is no proof of what looks like another's.
        ("gen_B", None, [0]),
    ],
)
def test_what_is_doubtful_needs_its_own_mark(
    doubtful: str, named: str | None, kept: list[int]
) -> None:
    recalled = Recalled(SEEMING, frozenset({doubtful}))

    explanation, numbers = recalled.without_unproved(SEEMING, [named])

    assert numbers == kept
    assert explanation.elsewhere == (1.0 if kept else 5.0)
