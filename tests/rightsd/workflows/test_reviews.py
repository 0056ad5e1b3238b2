"""Reviewers decide what rules hold; who loses can appeal once, to another reviewer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rightsd.db.tx import Tx
from rightsd.domain import review as domain
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding, Kind, Review
from rightsd.domain.review import State as ReviewState
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, optouts, reviews, subjects
from rightsd.workflows.generations import deciding, requests, reviewing, uses
from tests import contests, people


@pytest.fixture
def reviewer(tx: Tx) -> Principal:
    return people.account(tx, Role.REVIEWER)


@pytest.fixture
def held(tx: Tx, creator: Principal) -> Generation:
    contests.claimed_twice(tx)
    return contests.ask(tx, creator)


def later(tx: Tx, **span: int) -> Tx:
    return replace(tx, now=tx.now + timedelta(**span))


def expect(code: Code, act: Callable[[], object], match: str | None = None) -> None:
    with pytest.raises(RightsError, match=match) as caught:
        act()
    assert caught.value.code is code


def state(rt: Runtime, generation: Generation) -> State:
    with rt.transaction() as tx:
        actor = Principal(generation.account_id, Role.CREATOR)
        return requests.view(tx, actor, generation.id).generation.state


def begin(rt: Runtime) -> Generation:
    with rt.transaction() as tx:
        contests.claimed_twice(tx)
        return contests.ask(tx, people.account(tx, Role.CREATOR))


def settled(rt: Runtime, generation: Generation, finding: Finding) -> Review:
    with rt.transaction() as tx:
        review = contests.decide(tx, contests.of(tx, generation.id), finding)
    reviewing.settle_review(rt, review.id)
    return review


def test_a_contested_name_holds_and_a_review_is_opened_with_it(tx: Tx, held: Generation) -> None:
    assert held.state is State.HELD
    assert [event.kind for event in tx.events][-2:] == ["generation.held", "review.opened"]
    assert tx.events[-1].data["rules"] == [contests.CONTESTED]
    review = contests.of(tx, held.id)
    assert review.evidence is not None
    assert review.evidence["prompt"] == contests.PROMPT
    (reason,) = review.evidence["reasons"]
    assert (reason["evidence"]["found"], reason["evidence"]["start"]) == ("Nebula Fox", 4)
    assert reason["evidence"]["ownership"] == "asserted"


def test_the_ledger_and_the_row_never_see_the_words(tx: Tx, held: Generation) -> None:
    contests.decide(tx, contests.of(tx, held.id), Finding.ALLOW)

    row = tx.conn.execute("SELECT review::text FROM rights.review").fetchone()
    said = str([event.body() for event in tx.events]) + str(row)
    assert "Nebula" not in said
    assert "So." not in said


def test_what_is_cleared_is_cleared_for_this_use_alone(rt: Runtime) -> None:
    held = begin(rt)

    settled(rt, held, Finding.ALLOW)

    assert state(rt, held) is State.REQUESTED
    with rt.transaction() as tx:
        assert deciding.recheck(tx, held.id) is not None
        again = contests.ask(tx, Principal(held.account_id, Role.CREATOR))
    assert again.state is State.HELD


def test_settling_again_changes_nothing(rt: Runtime) -> None:
    with rt.transaction() as tx:
        contests.claimed_twice(tx)
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        people.consent(tx, person, people.subject(tx, person), creator, per_use_approval=True)
        held = contests.ask(tx, creator, "@ada and the Nebula Fox run")
    review = settled(rt, held, Finding.ALLOW)
    with rt.transaction() as tx:
        before = tx.conn.execute("SELECT count(*) FROM ledger.intake").fetchone()

    reviewing.settle_review(rt, review.id)

    with rt.transaction() as tx:
        assert tx.conn.execute("SELECT count(*) FROM ledger.intake").fetchone() == before


def test_what_a_reviewer_refuses_is_refused(rt: Runtime) -> None:
    held = begin(rt)

    settled(rt, held, Finding.REFUSE)

    with rt.transaction() as tx:
        actor = Principal(held.account_id, Role.CREATOR)
        refused = requests.view(tx, actor, held.id).generation
        (seen,) = reviews.mine(tx, actor)
    assert refused.state is State.REFUSED
    assert [reason.rule for reason in refused.decision.reasons] == ["review.refused"]
    assert (seen.finding, seen.against()) == (Finding.REFUSE, held.account_id)


@pytest.mark.parametrize("reviewer_first", [True, False])
def test_a_person_and_a_reviewer_both_have_to_say_yes(rt: Runtime, *, reviewer_first: bool) -> None:
    with rt.transaction() as tx:
        contests.claimed_twice(tx)
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        people.consent(tx, person, people.subject(tx, person), creator, per_use_approval=True)
        held = contests.ask(tx, creator, "@ada and the Nebula Fox run")

    def approve() -> None:
        with rt.transaction() as tx:
            uses.approve(tx, person, held.id)

    steps = [lambda: settled(rt, held, Finding.ALLOW), approve]
    first, second = steps if reviewer_first else steps[::-1]
    first()
    assert state(rt, held) is State.HELD
    second()
    assert state(rt, held) is State.REQUESTED


def test_what_nobody_reviews_in_time_is_refused(rt: Runtime) -> None:
    held = begin(rt)
    overdue = replace(rt, clock=lambda: datetime.now(UTC) + timedelta(days=domain.DAYS[Kind.USE]))

    assert reviews.lapse(rt) == 0
    assert reviews.lapse(overdue) == 1
    assert reviews.lapse(overdue) == 0

    with rt.transaction() as tx:
        review = contests.of(tx, held.id)
    assert review.state is ReviewState.LAPSED
    reviewing.settle_review(rt, review.id)
    with rt.transaction() as tx:
        actor = Principal(held.account_id, Role.CREATOR)
        refused = requests.view(tx, actor, held.id).generation
    assert [reason.rule for reason in refused.decision.reasons] == ["review.unanswered"]


def test_a_review_ends_with_the_use_that_waited_for_it(
    tx: Tx, person: Principal, creator: Principal
) -> None:
    contests.claimed_twice(tx)
    given = people.consent(tx, person, people.subject(tx, person), creator)
    held = contests.ask(tx, creator, "@ada and the Nebula Fox run")

    uses.object_to(tx, person, held.id)

    assert given.id in held.decision.consents
    assert contests.of(tx, held.id).state is ReviewState.LAPSED


def test_a_doubt_that_comes_up_while_it_is_made_holds_it(tx: Tx, creator: Principal) -> None:
    first, second = (people.account(tx, Role.RIGHTS_HOLDER) for _ in range(2))
    people.work(tx, first)
    made = contests.ask(tx, creator)
    contested = people.work(replace(tx, now=tx.now + timedelta(days=1)), second)
    people.optout(tx, second, contested)

    assert deciding.recheck(tx, made.id) is None

    assert contests.of(tx, made.id).rules == (contests.CONTESTED,)


def test_a_reviewer_is_asked_anew_when_the_doubts_are_others(
    tx: Tx, creator: Principal, reviewer: Principal
) -> None:
    _, lost = contests.claimed_twice(tx)
    held = contests.ask(tx, creator, "the Nebula Fox and the Orbit Owl run")
    stale = reviews.claim(tx, reviewer, contests.of(tx, held.id).id)
    contests.claimed_twice(tx, "Orbit Owl")

    wish = deciding.wish_of(held)
    deciding.go_on(tx, held, deciding.decide(tx, wish, of=held.id, hold=True))

    asked = [each for each in reviews.mine(later(tx, days=1), creator) if each.things == (held.id,)]
    assert {each.state for each in asked} == {ReviewState.OPENED, ReviewState.LAPSED}
    (now,) = [each for each in asked if each.state is ReviewState.OPENED]
    assert len(now.reasons) == 2
    assert lost.id in {reason.evidence["work_id"] for reason in now.reasons}
    expect(
        Code.CONFLICT,
        lambda: reviews.decide(
            tx, reviewer, stale.id, finding=Finding.ALLOW, right=None, reason="So."
        ),
    )


def test_a_refusal_is_overturned_by_another_reviewer_and_then_made(rt: Runtime) -> None:
    held = begin(rt)
    review = settled(rt, held, Finding.REFUSE)
    actor = Principal(held.account_id, Role.CREATOR)
    with rt.transaction() as tx:
        reviews.appeal(tx, actor, review.id, objection="It is a fox in the sky.")
        overturned = contests.decide(tx, review, Finding.ALLOW)
    assert overturned.state is ReviewState.OVERTURNED

    reviewing.settle_review(rt, review.id)
    reviewing.settle_review(rt, review.id)

    assert state(rt, held) is State.REQUESTED


def test_a_reinstated_use_waits_for_the_person_again_for_as_long(rt: Runtime) -> None:
    with rt.transaction() as tx:
        contests.claimed_twice(tx)
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        people.consent(tx, person, people.subject(tx, person), creator, per_use_approval=True)
        held = contests.ask(tx, creator, "@ada and the Nebula Fox run")
    review = settled(rt, held, Finding.REFUSE)
    late = replace(rt, clock=lambda: datetime.now(UTC) + timedelta(days=30))
    with late.transaction() as tx:
        reviews.appeal(tx, creator, review.id, objection="No.")
        contests.decide(tx, review, Finding.ALLOW)
    reviewing.settle_review(late, review.id)

    assert uses.lapse(late) == 0
    assert state(rt, held) is State.HELD
    later = replace(rt, clock=lambda: datetime.now(UTC) + timedelta(days=31 + uses.HELD_DAYS))
    assert uses.lapse(later) == 1


def test_an_appeal_is_decided_by_someone_else_and_is_the_last_word(
    tx: Tx, held: Generation, creator: Principal, reviewer: Principal
) -> None:
    review = contests.decide(tx, contests.of(tx, held.id), Finding.REFUSE, by=reviewer)
    reviews.appeal(tx, creator, review.id, objection="No.")

    expect(Code.CONFLICT, lambda: reviews.claim(tx, reviewer, review.id), "another reviewer")
    assert review.id not in {each.id for each in reviews.queue(tx, reviewer)}
    affirmed = contests.decide(tx, review, Finding.REFUSE)

    assert affirmed.state is ReviewState.AFFIRMED
    expect(Code.CONFLICT, lambda: reviews.appeal(tx, creator, review.id, objection="No."))


def test_only_who_lost_appeals_and_not_for_ever(tx: Tx, creator: Principal) -> None:
    contests.claimed_twice(tx)
    lost, won = (contests.ask(tx, creator) for _ in range(2))
    refused = contests.decide(tx, contests.of(tx, lost.id), Finding.REFUSE)
    allowed = contests.decide(tx, contests.of(tx, won.id), Finding.ALLOW)
    stranger = people.account(tx, Role.CREATOR)
    over = later(tx, days=domain.APPEAL_DAYS)

    def appeal(at: Tx, who: Principal, review: Review) -> Callable[[], object]:
        return lambda: reviews.appeal(at, who, review.id, objection="No.")

    expect(Code.NOT_FOUND, appeal(tx, stranger, refused))
    expect(Code.CONFLICT, appeal(tx, creator, allowed), "not decided against you")
    expect(Code.CONFLICT, appeal(over, creator, refused), "are over")


def test_a_lease_keeps_others_out_until_it_ends_by_itself(
    tx: Tx, held: Generation, reviewer: Principal
) -> None:
    review, other = contests.of(tx, held.id), people.account(tx, Role.REVIEWER)

    reviews.claim(tx, reviewer, review.id)

    expect(Code.CONFLICT, lambda: reviews.claim(tx, other, review.id), "another reviewer has")
    after = replace(tx, now=tx.now + domain.LEASE)
    expect(Code.CONFLICT, lambda: reviews.release(after, reviewer, review.id), "claim it first")
    assert reviews.claim(after, other, review.id).held_by == other.account_id


def test_what_one_has_not_claimed_one_neither_sees_nor_decides(
    tx: Tx, held: Generation, reviewer: Principal
) -> None:
    review = contests.of(tx, held.id)

    def decide() -> object:
        return reviews.decide(
            tx, reviewer, review.id, finding=Finding.ALLOW, right=None, reason="So."
        )

    expect(Code.CONFLICT, decide, "claim it first")
    expect(Code.NOT_FOUND, lambda: reviews.view(tx, reviewer, review.id))
    assert [each.id for each in reviews.queue(tx, reviewer)] == [review.id]
    reviews.claim(tx, reviewer, review.id)
    assert reviews.view(tx, reviewer, review.id).evidence is not None
    reviews.release(tx, reviewer, review.id)
    expect(Code.CONFLICT, decide, "claim it first")


def test_no_one_reviews_what_is_about_their_own_account(
    tx: Tx, held: Generation, creator: Principal
) -> None:
    review = contests.of(tx, held.id)
    own = Principal(creator.account_id, Role.REVIEWER)

    expect(Code.NOT_FOUND, lambda: reviews.claim(tx, own, review.id))
    assert reviews.queue(tx, own) == []


def test_one_reviewer_does_not_hoard_the_queue(
    tx: Tx, creator: Principal, reviewer: Principal
) -> None:
    contests.claimed_twice(tx)
    asked = [contests.ask(tx, creator) for _ in range(reviews.HELD_MAX + 1)]
    for each in asked[:-1]:
        reviews.claim(tx, reviewer, contests.of(tx, each.id).id)

    last = contests.of(tx, asked[-1].id)
    expect(Code.TOO_MANY, lambda: reviews.claim(tx, reviewer, last.id))


@pytest.mark.parametrize(
    ("finding", "right"),
    [(Finding.FIRST, None), (Finding.REFUSE, domain.Right.WORK)],
)
def test_a_finding_fits_the_question(
    tx: Tx, held: Generation, finding: Finding, right: domain.Right | None
) -> None:
    review = contests.of(tx, held.id)

    expect(Code.INVALID, lambda: contests.decide(tx, review, finding, right=right))


def test_a_review_goes_with_the_person_whom_it_is_about(rt: Runtime) -> None:
    with rt.transaction() as tx:
        contests.claimed_twice(tx)
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        given = people.consent(tx, person, ada, creator)
        held = contests.ask(tx, creator, "@ada and the Nebula Fox run")
    refused = settled(rt, held, Finding.REFUSE)
    with rt.transaction() as tx:
        consents.revoke(tx, person, given.id)
        subjects.unenrol(tx, person, ada.id)

    assert subjects.erase_leaving(rt) == 1
    subjects.clear(rt, ada.id)

    with rt.transaction() as tx:
        review = contests.of(tx, held.id)
        assert review.evidence is None
        assert review.first is not None
        assert review.first.reason == ""
        row = tx.conn.execute("SELECT sealed FROM rights.review").fetchone()
        assert row == (None,)
        expect(
            Code.CONFLICT,
            lambda: reviews.appeal(tx, creator, refused.id, objection="No."),
            "was erased",
        )


def test_an_opt_out_that_nobody_else_claims_still_refuses(tx: Tx, creator: Principal) -> None:
    _, second = contests.claimed_twice(tx)
    brand = Principal(second.account_id, Role.RIGHTS_HOLDER)
    people.optout(tx, brand, people.work(tx, brand, "Quorvax Prime"))

    asked = contests.ask(tx, creator, "the Nebula Fox meets Quorvax Prime")

    assert asked.state is State.REFUSED
    assert [reason.rule for reason in asked.decision.reasons] == ["work.opted_out"]
    effects = optouts.effects(tx, optouts.mine(tx, brand))
    assert effects[second.id].contested == ("Nebula Fox",)
