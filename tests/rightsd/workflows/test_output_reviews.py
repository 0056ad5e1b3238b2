"""What is out and may show an opted-out work is looked at, and goes or stays as it is found."""

import pytest

from rightsd.db import resemblances, standing
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.resemblance import Resemblance
from rightsd.domain.review import Finding, Kind, Review
from rightsd.domain.review import State as ReviewState
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, optouts, references, reviews
from rightsd.workflows.generations import requests, reviewing, uses, withdrawals
from tests import contests, people, pictures, upholding
from tests.daemon import settle

WEAK = 60  # Bits of the nearest frame: a person has to look.


@pytest.fixture
def creator(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.CREATOR)


@pytest.fixture
def work(rt: Runtime, brand: Principal) -> Work:
    with rt.transaction() as tx:
        return people.work(tx, brand)


def refer(tx: Tx, brand: Principal, work: Work, seed: int = 1) -> str:
    shown = pictures.shown(pictures.clouds(seed))
    return references.register(tx, brand, work_id=work.id, shown=shown).id


def doubted(
    rt: Runtime, brand: Principal, creator: Principal, work: Work, prompt: str = "a red ball"
) -> Generation:
    """Return an output that is out and resembles a work that is opted out since."""
    with rt.transaction() as tx:
        made = people.published(tx, creator, prompt)
        resemblances.insert(tx, made.id, [Resemblance(refer(tx, brand, work), 0.6, WEAK)])
        people.optout(tx, brand, work)
    settle(rt)
    return made


def asked(rt: Runtime, made: Generation) -> Review:
    with rt.transaction() as tx:
        return contests.of(tx, made.id, Kind.OUTPUT)


def decide(rt: Runtime, made: Generation, finding: Finding) -> Review:
    with rt.transaction() as tx:
        review = contests.decide(tx, contests.of(tx, made.id, Kind.OUTPUT), finding)
    settle(rt)
    return review


def appeal(rt: Runtime, creator: Principal, review: Review, finding: Finding) -> None:
    with rt.transaction() as tx:
        reviews.appeal(tx, creator, review.id, objection="It is a ball.")
        contests.decide(tx, review, finding)
    settle(rt)


def state(rt: Runtime, made: Generation) -> State:
    with rt.transaction() as tx:
        actor = Principal(made.account_id, Role.CREATOR)
        return requests.view(tx, actor, made.id).generation.state


def test_a_doubt_about_what_is_out_is_put_to_a_reviewer_and_it_stays_meanwhile(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    made = doubted(rt, brand, creator, work)

    review = asked(rt, made)

    assert (review.state, review.parties) == (ReviewState.OPENED, (creator.account_id,))
    assert review.evidence is not None
    assert review.evidence["prompt"] == "a red ball"
    assert [reason.evidence["work_id"] for reason in review.reasons] == [work.id]
    assert state(rt, made) is State.PUBLISHED


@pytest.mark.parametrize(
    ("finding", "expected"),
    [(Finding.REFUSE, State.WITHDRAWN), (Finding.ALLOW, State.PUBLISHED)],
)
def test_it_goes_or_stays_as_the_reviewer_finds(
    rt: Runtime,
    brand: Principal,
    creator: Principal,
    work: Work,
    finding: Finding,
    expected: State,
) -> None:
    made = doubted(rt, brand, creator, work)

    review = decide(rt, made, finding)
    reviewing.settle_review(rt, review.id)

    assert state(rt, made) is expected


def test_it_is_asked_about_what_nobody_has_cleared(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    made = doubted(rt, brand, creator, work)
    decide(rt, made, Finding.ALLOW)
    reviewing.ask_about_output(rt, made.id)
    assert asked(rt, made).state is ReviewState.DECIDED

    with rt.transaction() as tx:
        second = refer(tx, brand, work, seed=2)
        resemblances.insert(tx, made.id, [Resemblance(second, 0.6, WEAK)])
    reviewing.ask_about_output(rt, made.id)

    assert [reason.evidence["reference_id"] for reason in asked(rt, made).reasons] == [second]


def test_whoever_has_the_review_does_not_decide_what_they_have_not_seen(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    made = doubted(rt, brand, creator, work)
    with rt.transaction() as tx:
        reviewer = people.account(tx, Role.REVIEWER)
        review = reviews.claim(tx, reviewer, asked(rt, made).id)
        more = [Resemblance(refer(tx, brand, work, seed=2), 0.6, WEAK)]
        resemblances.insert(tx, made.id, more)
    reviewing.ask_about_output(rt, made.id)

    with rt.transaction() as tx, pytest.raises(RightsError) as caught:
        reviews.decide(tx, reviewer, review.id, finding=Finding.ALLOW, right=None, reason="So.")

    assert caught.value.code is Code.CONFLICT
    assert len(asked(rt, made).reasons) == 2


def test_it_stays_when_the_work_is_opted_out_no_more(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    made = doubted(rt, brand, creator, work)
    with rt.transaction() as tx:
        (optout,) = optouts.mine(tx, brand)
        optouts.lift(tx, brand, optout.id)

    decide(rt, made, Finding.REFUSE)

    assert state(rt, made) is State.PUBLISHED


def test_nobody_is_asked_about_what_is_not_out_any_more(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        people.consent(tx, person, people.subject(tx, person), creator)
    made = doubted(rt, brand, creator, work, "@ada waves")

    with rt.transaction() as tx:
        uses.object_to(tx, person, made.id)
    reviewing.ask_about_output(rt, made.id)

    assert asked(rt, made).state is ReviewState.LAPSED


def test_what_a_licence_covers_is_not_in_doubt(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    with rt.transaction() as tx:
        people.optout(tx, brand, work)
        people.licence(tx, creator, people.offer(tx, brand, work))
        made = people.published(tx, creator, "the nebula fox")
        assert made.decision.licences
        resemblances.insert(tx, made.id, [Resemblance(refer(tx, brand, work), 0.6, WEAK)])

    reviewing.ask_about_output(rt, made.id)

    with rt.transaction() as tx:
        assert reviews.mine(tx, creator) == []


@pytest.mark.parametrize(
    ("finding", "expected"),
    [(Finding.ALLOW, State.PUBLISHED), (Finding.REFUSE, State.WITHDRAWN)],
)
def test_an_appeal_brings_it_back_if_it_is_overturned(
    rt: Runtime,
    brand: Principal,
    creator: Principal,
    work: Work,
    finding: Finding,
    expected: State,
) -> None:
    made = doubted(rt, brand, creator, work)
    review = decide(rt, made, Finding.REFUSE)

    appeal(rt, creator, review, finding)
    reviewing.settle_review(rt, review.id)

    assert state(rt, made) is expected
    with rt.transaction() as tx:
        assert (requests.view(tx, creator, made.id).why_not is None) is (finding is Finding.ALLOW)


def test_an_appeal_brings_nothing_back_whose_consent_has_ended_meanwhile(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        given = people.consent(tx, person, people.subject(tx, person), creator)
    made = doubted(rt, brand, creator, work, "@ada waves")
    review = decide(rt, made, Finding.REFUSE)
    with rt.transaction() as tx:
        consents.revoke(tx, person, given.id)

    appeal(rt, creator, review, Finding.ALLOW)

    assert state(rt, made) is State.WITHDRAWN


def test_what_an_overturned_review_leaves_down_comes_back_with_what_keeps_it_so(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    made = doubted(rt, brand, creator, work)
    review = decide(rt, made, Finding.REFUSE)
    with rt.transaction() as tx:
        upholding.take_down(tx, made)
        (notice_id,) = standing.upheld_notices(tx, [made.id])[made.id]
    settle(rt)

    appeal(rt, creator, review, Finding.ALLOW)

    assert state(rt, made) is State.WITHDRAWN
    with rt.transaction() as tx:
        upholding.end(tx, made)
    withdrawals.restore_for_notice(rt, notice_id)
    assert state(rt, made) is State.PUBLISHED


def test_lifting_the_opt_out_ends_a_review_that_was_about_it_alone(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    made = doubted(rt, brand, creator, work)
    with rt.transaction() as tx:
        other = people.work(tx, brand, "Orbit Hare")
        both = people.published(tx, creator)
        more = [Resemblance(refer(tx, brand, each, seed), 0.6, WEAK)
                for seed, each in ((3, work), (4, other))]  # fmt: skip
        resemblances.insert(tx, both.id, more)
        people.optout(tx, brand, other)
    settle(rt)

    with rt.transaction() as tx:
        optouts.lift(tx, brand, next(each.id for each in optouts.mine(tx, brand)
                                     if each.work_id == work.id))  # fmt: skip
    settle(rt)

    assert asked(rt, made).state is ReviewState.LAPSED
    assert asked(rt, both).state is ReviewState.OPENED
