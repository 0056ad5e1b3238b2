"""Some requests are shown to reviewers who are not told what the gate said of them."""

import pytest

from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation
from rightsd.domain.principal import Principal, Role
from rightsd.domain.rates import By, Measured, Sampling
from rightsd.domain.review import Finding, Kind, Right
from rightsd.domain.terms import Purpose, use_of
from rightsd.errors import RightsError
from rightsd.workflows import reviews
from rightsd.workflows.generations import requests
from tests import contests, people

ALLOWED, REFUSED = "a red ball rolls", "@nobody waves"
JAPAN = use_of(Purpose.PERSONAL, ("JP",), (), ())


def drawn(tx: Tx, creator: Principal, prompt: str, draw: float = 0.0) -> Generation:
    sampling = Sampling(allowed=0.25, refused=0.5, draw=draw)
    wanted = people.wanted(prompt, use=JAPAN)
    return requests.request(tx, creator, wanted=wanted, sampling=sampling)


def samples(tx: Tx) -> int:
    row = tx.conn.execute("SELECT count(*) FROM rights.review WHERE kind = 'sample'").fetchone()
    assert row is not None
    return row[0]


def rate(tx: Tx, by: By, value: str = "") -> Measured:
    (found,) = [each for each in reviews.rates(tx) if (each.by, each.value) == (by, value)]
    return found


@pytest.mark.parametrize(
    ("prompt", "draw", "expected"),
    [(ALLOWED, 0.24, 1), (ALLOWED, 0.25, 0), (REFUSED, 0.49, 1), (REFUSED, 0.5, 0)],
)
def test_a_draw_below_the_probability_makes_a_sample(
    tx: Tx, creator: Principal, prompt: str, draw: float, expected: int
) -> None:
    drawn(tx, creator, prompt, draw)

    assert samples(tx) == expected


def test_what_is_held_is_no_sample(tx: Tx, creator: Principal) -> None:
    contests.claimed_twice(tx)

    drawn(tx, creator, contests.PROMPT)

    assert samples(tx) == 0


def test_a_reviewer_sees_the_same_of_both_outcomes(tx: Tx, creator: Principal) -> None:
    reviewer = people.account(tx, Role.REVIEWER)
    shown = []
    for prompt in (ALLOWED, REFUSED):
        review = contests.of(tx, drawn(tx, creator, prompt).id, Kind.SAMPLE)
        seen = reviews.claim(tx, reviewer, review.id)
        assert seen.evidence is not None
        assert seen.evidence["prompt"] == prompt
        shown.append((set(seen.evidence), seen.rules, seen.names))

    assert shown[0] == shown[1]
    opened = [event.data for event in tx.events if event.kind == "review.opened"]
    assert opened == [{"kind": "sample"}] * 2


def test_who_asked_sees_no_sample_and_appeals_none(tx: Tx, creator: Principal) -> None:
    review = contests.of(tx, drawn(tx, creator, REFUSED).id, Kind.SAMPLE)
    contests.decide(tx, review, Finding.REFUSE, right=Right.LIKENESS)

    assert reviews.mine(tx, creator) == []
    with pytest.raises(RightsError, match="no such review"):
        reviews.appeal(tx, creator, review.id, objection="No.")


def test_what_reviewers_find_is_measured(tx: Tx, creator: Principal) -> None:
    for prompt, finding, right in (
        (ALLOWED, Finding.ALLOW, None),
        (ALLOWED, Finding.REFUSE, Right.WORK),
        (REFUSED, Finding.ALLOW, None),
        (REFUSED, Finding.REFUSE, Right.LIKENESS),
    ):
        generation = drawn(tx, creator, prompt)
        review = contests.of(tx, generation.id, Kind.SAMPLE)
        contests.decide(tx, review, finding, right=right)
    drawn(tx, creator, ALLOWED)  # Not answered, so it does not count.

    everything = rate(tx, By.ALL)

    # One of two that should be allowed was refused, and was drawn twice as often.
    assert (everything.false_positive.wrong, everything.false_positive.of) == (1, 2)
    assert everything.false_positive.share == pytest.approx(2 / 6)
    assert everything.false_negative is not None
    assert everything.false_negative.share == pytest.approx(4 / 6)
    assert rate(tx, By.RULE, "cameo.unknown@1").false_positive.wrong == 1
    for by, value in ((By.TERRITORY, "JP"), (By.LANGUAGE, "und-Latn")):
        assert rate(tx, by, value).false_positive == everything.false_positive


def test_a_sample_that_is_refused_says_what_it_is_against(tx: Tx, creator: Principal) -> None:
    review = contests.of(tx, drawn(tx, creator, ALLOWED).id, Kind.SAMPLE)

    with pytest.raises(RightsError, match="a right is named"):
        contests.decide(tx, review, Finding.REFUSE)
