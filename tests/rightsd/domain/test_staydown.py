"""What is to stay down: which grounds open to doubt, what decisions cite, what the feed follows."""

import pytest

from rightsd.domain import hash as feed
from rightsd.domain import notice, staydown
from rightsd.domain.staydown import Bar, Kind, TakenDown


@pytest.mark.parametrize(
    ("kinds", "closed"),
    [
        (("copyright",), False),
        (("likeness", "privacy"), False),
        (("intimate",), True),
        (("copyright", "intimate"), True),
        (("a_ground_that_is_not_known_here",), True),
    ],
)
def test_no_doubt_opens_the_gate_to_what_may_hurt_most(
    kinds: tuple[str, ...], *, closed: bool
) -> None:
    bar = Bar("gen_1", kinds, flooded=True)

    assert (bar.closed, bar.held) == (closed, not closed)
    assert not Bar("gen_1", kinds, flooded=False).held


def test_what_refuses_is_cited_before_what_is_doubted() -> None:
    doubts = [TakenDown(f"gen_{number}", doubtful=True) for number in range(30)]

    cited = list(staydown.reasons([*doubts, TakenDown("std_1")], [TakenDown("gen_9")]))

    assert len(cited) == staydown.CITED_MAX + 1
    assert (cited[0].rule, cited[0].evidence) == ("output.taken_down", {"staydown_id": "std_1"})
    assert cited[1].rule == "output.resembles_taken_down"
    assert "a reference of the request" in cited[-1].detail
    assert len({reason.matter for reason in cited}) == len(cited)


# Whatever else happens to a notice takes nothing down and puts nothing up.
UNCHANGING = {
    "notice.received",
    "notice.deficient",
    "notice.completed",
    "notice.identified",
    "notice.countered",
    "notice.action_filed",
    "notice.appealed",
    "notice.affirmed",
    "notice.closed",
    "notice.lapsed",
    "notice.erased",
}


def test_the_feed_follows_every_event_that_may_begin_or_end_a_takedown() -> None:
    kinds = {kind for machine in (notice.MACHINE, staydown.MACHINE) for _, kind in machine.edges}

    assert kinds <= feed.CHANGING | UNCHANGING
    assert not feed.CHANGING & UNCHANGING
    # The index of the feed knows these alone.
    assert all(kind.startswith(("notice.", "staydown.")) for kind in feed.CHANGING)


def test_no_flood_opens_the_gate_to_a_ground_that_is_not_listed() -> None:
    assert {each.value for each in staydown.HOLDABLE} < {each.value for each in Kind}
    assert staydown.OF_WORKS < staydown.HOLDABLE
