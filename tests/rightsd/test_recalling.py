"""What a file seems to show counts if the mark of that very output is in it."""

import cv2
import numpy as np
import pytest

from fingerprint.align import Match, Segment
from fingerprint.parts import Explanation, Part
from rightsd import recalling
from rightsd.adapters import fingerprints as files
from rightsd.db import fingerprints
from rightsd.domain.principal import Role
from rightsd.recalling import Recalled
from rightsd.runtime import Runtime
from tests import copyists, people
from tests.fingerprint import clips

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


def test_what_is_shown_whole_is_also_found_where_it_is_cut_out(rt: Runtime) -> None:
    frames = clips.textured(9, seconds=5.0)
    with rt.transaction() as tx:
        made = people.published(tx, people.account(tx, Role.CREATOR))
        packed = files.pack_whole(copyists.whole(frames), moves=True)
        fingerprints.insert(tx, made.id, packed)
    cut = [cv2.resize(frame, (320, 180)) for frame in copyists.cut_out(frames[48:])]
    first = Segment(0.0, 2.0)
    shown = Part((Match(made.id, 0.9, 4, 0, first, first, mirrored=False, speed=1.0),), (first,))

    recalled = recalling.recall(
        rt,
        copyists.whole(np.concatenate([frames[:48], np.stack(cut)])),
        Explanation((shown,), 3.0),
        still=False,
    )

    assert [part.matches[0].asset_id for part in recalled.explanation.parts] == [made.id, made.id]
    assert recalled.explanation.elsewhere < 1.0
    assert recalled.doubtful == frozenset()
