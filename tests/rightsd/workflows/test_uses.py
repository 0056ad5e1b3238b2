"""People see every use of their likeness, approve those that wait, and object to any."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rightsd.db import generations
from rightsd.db.tx import Tx
from rightsd.domain import generation as generation_domain
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Subject
from rightsd.domain.terms import Audience
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, subjects
from rightsd.workflows.generations import deciding, requests, uses, withdrawals
from tests import people
from tests.races import race

PROMPT = "@ada waves at the sea"


def ask(tx: Tx, creator: Principal, prompt: str = PROMPT) -> Generation:
    return requests.request(tx, creator, wanted=people.wanted(prompt))


def state(tx: Tx, creator: Principal, generation: Generation) -> State:
    return requests.view(tx, creator, generation.id).generation.state


def kinds(tx: Tx) -> list[str]:
    return [event.kind for event in tx.events]


def test_every_use_is_seen_whatever_became_of_it(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    refused = ask(tx, creator)
    given = people.consent(tx, person, ada, creator)
    made = ask(tx, creator)
    out = people.published(tx, creator, PROMPT)
    ask(tx, creator, "nobody is cast")

    seen = {use.generation.id: use for use in uses.mine(tx, person, before=None)}

    assert set(seen) == {refused.id, made.id, out.id}
    assert seen[refused.id].rests_on == ()
    assert seen[made.id].rests_on == (uses.RestsOn(given.id, 1),)
    assert seen[out.id].people == (ada.id,)
    assert seen[out.id].generation.account_id == creator.account_id


def test_nobody_sees_other_peoples_uses_or_consents(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    other = people.account(tx, Role.PERSON)
    bob = people.subject(tx, other, "bob")
    mine = people.consent(tx, person, ada, creator)
    theirs = people.consent(tx, other, bob, creator)
    both = ask(tx, creator, "@ada and @bob dance")
    ask(tx, creator, "@bob dances")

    (use,) = uses.mine(tx, person, before=None)

    assert use.generation.id == both.id
    assert set(both.decision.consents) == {mine.id, theirs.id}
    assert use.rests_on == (uses.RestsOn(mine.id, 1),)
    assert uses.mine(tx, people.account(tx, Role.PERSON), before=None) == []


def test_nobody_is_told_what_others_who_are_cast_have_said(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    other = people.account(tx, Role.PERSON)
    bob = people.subject(tx, other, "bob")
    people.consent(tx, person, ada, creator, restrictions="no rain")
    people.consent(tx, other, bob, creator, restrictions="no snakes", quota_total=3)
    refused = ask(tx, creator, "@ada and @bob meet snakes in the rain")

    (mine,) = uses.mine(tx, person, before=None)
    (theirs,) = uses.mine(tx, other, before=None)

    assert refused.reason is not None
    assert "@ada says: no rain" in refused.reason
    assert "@bob says: no snakes" in refused.reason
    assert mine.reason == f"@ada says: no rain; {uses.SOMEONE_ELSE}"
    assert theirs.reason == f"{uses.SOMEONE_ELSE}; @bob says: no snakes"


def test_a_failure_is_told_to_whoever_is_cast(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, creator)
    made = ask(tx, creator)
    failed = generation_domain.evolve(
        made, Event("generation.failed", made.id, tx.now, {}), reason="it broke"
    )
    generations.update(tx, failed)

    (use,) = uses.mine(tx, person, before=None)

    assert use.reason == "it broke"


def test_uses_come_in_pages(tx: Tx, person: Principal, creator: Principal, ada: Subject) -> None:
    early = ask(tx, creator)
    late = ask(replace(tx, now=tx.now + timedelta(hours=1)), creator)

    assert [use.generation.id for use in uses.mine(tx, person, before=None)] == [late.id, early.id]
    (use,) = uses.mine(tx, person, before=late.requested_at)
    assert use.generation.id == early.id


def test_a_use_waits_and_is_made_once_it_is_approved(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    given = people.consent(tx, person, ada, creator, per_use_approval=True)
    held = ask(tx, creator)
    assert held.state is State.HELD
    assert held.ended_at is None
    assert held.watermark_id is not None
    assert held.decision.consents == (given.id,)
    assert deciding.recheck(tx, held.id) is None

    approved = uses.approve(tx, person, held.id)

    assert approved.generation.state is State.REQUESTED
    assert approved.generation.reason is None
    assert kinds(tx)[-2:] == ["generation.held", "generation.approved"]
    assert deciding.recheck(tx, held.id) is not None
    assert ask(tx, creator).state is State.HELD  # It was for that use and for no other.


def test_everyone_who_is_asked_has_to_approve(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    other = people.account(tx, Role.PERSON)
    bob = people.subject(tx, other, "bob")
    people.consent(tx, person, ada, creator, per_use_approval=True)
    people.consent(tx, other, bob, creator, per_use_approval=True)
    held = ask(tx, creator, "@ada and @bob dance")

    assert uses.approve(tx, other, held.id).generation.state is State.HELD
    assert kinds(tx)[-1] == "generation.endorsed"
    with pytest.raises(RightsError, match="others are still asked") as caught:
        uses.approve(tx, other, held.id)
    assert caught.value.code is Code.CONFLICT
    assert uses.approve(tx, person, held.id).generation.state is State.REQUESTED


def test_an_approval_that_the_gate_overrules_is_a_refusal_on_record(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    given = people.consent(tx, person, ada, creator, per_use_approval=True)
    held = ask(tx, creator)
    consents.revoke(tx, person, given.id)

    assert uses.approve(tx, person, held.id).generation.state is State.REFUSED
    assert kinds(tx)[-1] == "generation.refused"


def test_only_what_waits_is_approved_and_only_by_whom_it_would_cast(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, creator, per_use_approval=True)
    held = ask(tx, creator)
    stranger = people.account(tx, Role.PERSON)

    for act in (uses.approve, uses.object_to):
        with pytest.raises(RightsError) as caught:
            act(tx, stranger, held.id)
        assert caught.value.code is Code.NOT_FOUND
    uses.approve(tx, person, held.id)
    with pytest.raises(RightsError) as caught:
        uses.approve(tx, person, held.id)
    assert caught.value.code is Code.CONFLICT


def test_what_was_being_made_waits_when_it_comes_to_rest_on_a_consent_that_asks(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    free = people.consent(tx, person, ada, creator)
    asks = people.consent(tx, person, ada, creator, per_use_approval=True)
    made = ask(tx, creator)
    consents.revoke(tx, person, free.id)

    assert deciding.recheck(tx, made.id) is None

    assert state(tx, creator, made) is State.HELD
    assert kinds(tx)[-1] == "generation.held"
    approved = uses.approve(tx, person, made.id)
    assert approved.generation.state is State.REQUESTED
    assert approved.rests_on == (uses.RestsOn(asks.id, 1),)


def test_what_waits_goes_on_when_it_comes_to_rest_on_a_consent_that_does_not_ask(
    rt: Runtime,
) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        asks = people.consent(tx, person, ada, creator, per_use_approval=True)
        held = ask(tx, creator)
        free = people.consent(tx, person, ada, creator)
        consents.revoke(tx, person, asks.id)
    assert held.state is State.HELD

    withdrawals.end_under(rt, asks.id)

    with rt.transaction() as tx:
        found = requests.view(tx, creator, held.id).generation
    assert (found.state, found.decision.consents) == (State.REQUESTED, (free.id,))


@pytest.mark.parametrize("seen", [State.HELD, State.REQUESTED])
def test_an_approval_ends_with_the_consent_that_it_was_given_under(
    tx: Tx, person: Principal, creator: Principal, ada: Subject, seen: State
) -> None:
    other = people.account(tx, Role.PERSON)
    bob = people.subject(tx, other, "bob")
    people.consent(tx, other, bob, creator, per_use_approval=seen is State.HELD)
    for _ in range(2):
        people.consent(tx, person, ada, creator, per_use_approval=True)
    asked = ask(tx, creator, "@ada and @bob dance")
    approved = uses.approve(tx, person, asked.id)
    assert approved.generation.state is seen
    (relied,) = approved.rests_on

    consents.revoke(tx, person, relied.consent_id)
    if seen is State.HELD:
        uses.approve(tx, other, asked.id)
    else:
        assert deciding.recheck(tx, asked.id) is None

    assert state(tx, creator, asked) is State.HELD
    assert uses.approve(tx, person, asked.id).generation.state is State.REQUESTED


@pytest.mark.parametrize("per_use_approval", [True, False])
def test_an_objection_refuses_what_is_not_out(
    tx: Tx, person: Principal, creator: Principal, ada: Subject, *, per_use_approval: bool
) -> None:
    people.consent(tx, person, ada, creator, per_use_approval=per_use_approval)
    asked = ask(tx, creator)

    objected = uses.object_to(tx, person, asked.id)

    assert objected.generation.state is State.REFUSED
    assert tx.events[-1].data["rules"] == ["cameo.objection@1"]
    assert deciding.recheck(tx, asked.id) is None


def test_an_objection_withdraws_what_is_out(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, creator)
    out = people.published(tx, creator, PROMPT)

    objected = uses.object_to(tx, person, out.id)

    assert objected.generation.state is State.WITHDRAWN
    assert objected.generation.reason == "the person objected"
    with pytest.raises(RightsError, match="the person objected") as caught:
        requests.download(tx, creator, out.id)
    assert caught.value.code is Code.WITHDRAWN
    with pytest.raises(RightsError) as caught:
        uses.object_to(tx, person, out.id)
    assert caught.value.code is Code.CONFLICT


def test_one_account_does_not_flood_people_with_questions(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, audience=Audience.EVERYONE, per_use_approval=True)
    for _ in range(requests.HELD_MAX):
        ask(tx, creator)

    with pytest.raises(RightsError, match="wait for approval") as caught:
        ask(tx, creator)
    assert caught.value.code is Code.TOO_MANY


def test_what_nobody_approves_lapses(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator, per_use_approval=True)
        held = ask(tx, creator)
    later = replace(rt, clock=lambda: datetime.now(UTC) + timedelta(days=uses.HELD_DAYS, hours=1))

    assert uses.lapse(rt) == 0
    assert uses.lapse(later) == 1
    assert uses.lapse(later) == 0
    with rt.transaction() as tx:
        lapsed = requests.view(tx, creator, held.id).generation
    assert lapsed.state is State.REFUSED
    assert [reason.rule for reason in lapsed.decision.reasons] == ["cameo.unanswered"]


@pytest.mark.parametrize("other", [True, False])
def test_a_revocation_ends_what_waits_or_lets_it_rest_on_another_consent(
    rt: Runtime, *, other: bool
) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        given = [
            people.consent(tx, person, ada, creator, per_use_approval=True)
            for _ in range(2 if other else 1)
        ]
        held = ask(tx, creator)
        (relied,) = held.decision.consents
        consents.revoke(tx, person, relied)

    withdrawals.end_under(rt, relied)

    with rt.transaction() as tx:
        assert state(tx, creator, held) is (State.HELD if other else State.REFUSED)
        if other:
            (use,) = uses.mine(tx, person, before=None)
            assert {each.consent_id for each in use.rests_on} == {
                consent.id for consent in given
            } - {relied}
            approved = uses.approve(tx, person, held.id)
            assert use.generation.id == held.id
            assert {each.consent_id for each in approved.rests_on} == {
                consent.id for consent in given
            } - {relied}


def test_a_use_that_waits_holds_whom_it_would_cast(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    people.consent(tx, person, ada, creator, per_use_approval=True)
    held = ask(tx, creator)
    subjects.unenrol(tx, person, ada.id)

    assert subjects.holds(tx, ada.id) == [held.id]


def test_an_objection_and_a_decision_on_the_same_use_come_one_after_the_other(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator, per_use_approval=True)
        held = ask(tx, creator)

    order = race(
        rt,
        lambda tx: uses.approve(tx, person, held.id),
        lambda tx: uses.object_to(tx, person, held.id),
    )

    assert order == ["released", "ended"]
    with rt.transaction() as tx:
        assert state(tx, creator, held) is State.REFUSED
