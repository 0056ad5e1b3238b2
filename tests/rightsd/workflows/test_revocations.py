"""Taking back: every scope for now and for good, at the gate, a download, a verdict, a release."""

from dataclasses import dataclass

import pytest

from rightsd.db import consents as consent_rows
from rightsd.db import generations, licences, optouts, standing, statuses
from rightsd.db import revocations as rows
from rightsd.db.tx import Tx
from rightsd.domain import policy
from rightsd.domain.generation import Generation, State
from rightsd.domain.offer import Ending
from rightsd.domain.optout import Optout
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Revocation, Scope, Target
from rightsd.domain.status import Status
from rightsd.domain.subject import Subject
from rightsd.domain.terms import PERSONAL, Purpose, Use
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import offers, revocations
from rightsd.workflows.generations import advice, deciding, requests
from tests import people
from tests.daemon import settle

PROMPT = "@ada and the nebula fox wave"
ON_REEL = Use(Purpose.PERSONAL, (), ("reel",), ())


@dataclass(frozen=True, slots=True)
class World:
    """A person and a work, and outputs of two creators who may show both."""

    person: Principal
    brand: Principal
    creator: Principal
    other: Principal
    output: Generation
    others: Generation
    under_way: Generation
    subject: Subject
    work: Work
    optout: Optout
    targets: dict[Scope, Target]


def _world(tx: Tx) -> World:
    person, brand = people.account(tx, Role.PERSON), people.account(tx, Role.RIGHTS_HOLDER)
    creator, other = people.account(tx, Role.CREATOR), people.account(tx, Role.CREATOR)
    subject, work = people.subject(tx, person), people.work(tx, brand)
    given = [people.consent(tx, person, subject, each) for each in (creator, other)]
    optout = people.optout(tx, brand, work)
    offer = people.offer(tx, brand, work)
    licence = people.licence(tx, creator, offer)
    people.licence(tx, other, offer)
    output = people.published(tx, creator, PROMPT, use=ON_REEL)
    under_way = requests.request(
        tx, creator, wanted=people.wanted(PROMPT, cameos=("ada",), use=ON_REEL)
    )
    assert under_way.state is State.REQUESTED
    targets = {
        Scope.GENERATION: Target(Scope.GENERATION, generation_id=output.id),
        Scope.REQUESTER: Target(
            Scope.REQUESTER, requester_id=creator.account_id, subject_id=subject.id
        ),
        Scope.PLATFORM: Target(Scope.PLATFORM, platform="reel", subject_id=subject.id),
        Scope.CONSENT: Target(Scope.CONSENT, consent_id=given[0].id),
        Scope.LICENCE: Target(Scope.LICENCE, licence_id=licence.id),
        Scope.SUBJECT: Target(Scope.SUBJECT, subject_id=subject.id),
        Scope.WORK: Target(Scope.WORK, work_id=work.id),
    }
    others = people.published(tx, other, PROMPT)
    made = (output, others, under_way)
    return World(person, brand, creator, other, *made, subject, work, optout, targets)


def _actor(world: World, scope: Scope) -> Principal:
    return world.brand if scope in {Scope.LICENCE, Scope.WORK} else world.person


def _make(tx: Tx, world: World, scope: Scope, mode: Mode) -> Revocation:
    return revocations.make(tx, _actor(world, scope), of=world.targets[scope], mode=mode)


def _state(tx: Tx, generation: Generation) -> State:
    found = generations.find(tx, generation.id)
    assert found is not None
    return found.state


def _is_served(tx: Tx, generation: Generation, creator: Principal) -> bool:
    """Say whether a clip is downloaded, and is genuine to a verdict, which asks the same."""
    found = generations.find(tx, generation.id)
    assert found is not None
    try:
        requests.download(tx, creator, generation.id)
    except RightsError as error:
        return error.code is not Code.WITHDRAWN
    return not standing.why_not(tx, [found])


def _asks_again(tx: Tx, creator: Principal, use: Use = ON_REEL) -> Outcome:
    return requests.preflight(tx, creator, prompt=PROMPT, cameos=("ada",), use=use).outcome


def _release(tx: Tx, generation: Generation) -> Outcome:
    wish = deciding.wish_of(generation)
    return deciding.decide(tx, wish, of=generation.id, hold=True).outcome


REACHES_OTHERS = {Scope.SUBJECT, Scope.WORK}  # What is taken back from everyone.


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("scope", Scope)
def test_nothing_serves_makes_or_releases_what_is_taken_back(
    tx: Tx, scope: Scope, mode: Mode
) -> None:
    world = _world(tx)
    assert _is_served(tx, world.output, world.creator)
    assert _asks_again(tx, world.creator) is Outcome.ALLOW
    assert _release(tx, world.under_way) is Outcome.ALLOW

    _make(tx, world, scope, mode)

    assert not _is_served(tx, world.output, world.creator)
    assert _is_served(tx, world.others, world.other) == (scope not in REACHES_OTHERS)
    # One use is one use: another may be asked for, and is under way.
    left = Outcome.ALLOW if scope is Scope.GENERATION else Outcome.REFUSE
    assert _asks_again(tx, world.creator) is left
    assert _release(tx, world.under_way) is left


@pytest.mark.parametrize("scope", Scope)
def test_lifting_restores_all_of_it(rt: Runtime, scope: Scope) -> None:
    with rt.transaction() as tx:
        world = _world(tx)
        made = _make(tx, world, scope, Mode.SUSPEND)
    settle(rt)
    with rt.transaction() as tx:
        assert _state(tx, world.output) is State.WITHDRAWN
        revocations.lift(tx, _actor(world, scope), made.id)
        assert _asks_again(tx, world.creator) is Outcome.ALLOW
    settle(rt)

    with rt.transaction() as tx:
        assert _state(tx, world.output) is State.PUBLISHED
        assert _state(tx, world.others) is State.PUBLISHED
        assert _is_served(tx, world.output, world.creator)
        assert _is_served(tx, world.others, world.other)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("scope", [s for s in Scope if s is not Scope.GENERATION])
def test_what_is_under_way_dies_and_says_for_what(rt: Runtime, scope: Scope, mode: Mode) -> None:
    with rt.transaction() as tx:
        world = _world(tx)
        made = _make(tx, world, scope, mode)
    settle(rt)

    with rt.transaction() as tx:
        found = generations.find(tx, world.under_way.id)
        along = {made.id, world.optout.id, *rows.consequences(tx, made.id)}
    assert found is not None
    assert found.state is State.REFUSED
    assert found.because_of in along  # A work's licences do not count: its opt-out refuses.


def test_lifting_one_of_two_restores_nothing_until_the_other_is_lifted(rt: Runtime) -> None:
    with rt.transaction() as tx:
        world = _world(tx)
        first = _make(tx, world, Scope.SUBJECT, Mode.SUSPEND)
        second = _make(tx, world, Scope.WORK, Mode.SUSPEND)
    settle(rt)
    with rt.transaction() as tx:
        revocations.lift(tx, world.person, first.id)
    settle(rt)
    with rt.transaction() as tx:
        assert _state(tx, world.output) is State.WITHDRAWN
        assert not _is_served(tx, world.output, world.creator)
        revocations.lift(tx, world.brand, second.id)
    settle(rt)

    with rt.transaction() as tx:
        assert _state(tx, world.output) is State.PUBLISHED


def test_a_consent_revoked_meanwhile_is_not_restored_by_lifting(rt: Runtime) -> None:
    with rt.transaction() as tx:
        world = _world(tx)
        suspended = _make(tx, world, Scope.SUBJECT, Mode.SUSPEND)
        _make(tx, world, Scope.CONSENT, Mode.REVOKE)
    settle(rt)
    with rt.transaction() as tx:
        revocations.lift(tx, world.person, suspended.id)
    settle(rt)

    with rt.transaction() as tx:
        assert _state(tx, world.output) is State.WITHDRAWN
        assert _state(tx, world.others) is State.PUBLISHED


def test_a_final_revocation_of_a_person_leaves_no_consent(tx: Tx) -> None:
    world = _world(tx)

    _make(tx, world, Scope.SUBJECT, Mode.REVOKE)

    assert consent_rows.towards(tx, [world.subject.id], world.creator.account_id) == []


@pytest.mark.parametrize("scope", [Scope.SUBJECT, Scope.REQUESTER, Scope.PLATFORM])
def test_what_is_granted_after_a_final_revocation_counts(rt: Runtime, scope: Scope) -> None:
    with rt.transaction() as tx:
        world = _world(tx)
        _make(tx, world, scope, Mode.REVOKE)
    with rt.transaction() as tx:
        before = _asks_again(tx, world.creator)
        people.consent(tx, world.person, world.subject, world.creator)

        assert before is Outcome.REFUSE
        assert _asks_again(tx, world.creator) is Outcome.ALLOW
        assert not _is_served(tx, world.output, world.creator)
        assert _release(tx, world.under_way) is Outcome.REFUSE  # It was asked for before.


@pytest.mark.parametrize("mode", Mode)
def test_one_platform_is_taken_back_and_the_others_are_not(tx: Tx, mode: Mode) -> None:
    world = _world(tx)
    both = Use(Purpose.PERSONAL, (), ("cinema", "reel"), ())
    on_both = people.published(tx, world.creator, PROMPT, use=both)
    made = _make(tx, world, Scope.PLATFORM, mode)

    assert _is_served(tx, on_both, world.creator)
    assert standing.not_on(tx, [on_both, world.output, world.others]) == {
        each.id: {"reel": [made.id]} for each in (on_both, world.output, world.others)
    }
    assert _asks_again(tx, world.creator, Use(Purpose.PERSONAL, (), ("cinema",), ())) is (
        Outcome.ALLOW
    )
    assert _asks_again(tx, world.creator, PERSONAL) is Outcome.REFUSE  # It may be shown there.


@pytest.mark.parametrize("of", ["requester", "platform"])
@pytest.mark.parametrize("mode", Mode)
def test_of_a_work_one_creator_or_platform_loses_the_licence(tx: Tx, of: str, mode: Mode) -> None:
    world = _world(tx)
    named = (
        {"requester_id": world.creator.account_id} if of == "requester" else {"platform": "reel"}
    )
    target = Target(Scope(of), work_id=world.work.id, **named)
    revocations.make(tx, world.brand, of=target, mode=mode)

    assert not _is_served(tx, world.output, world.creator)
    assert _is_served(tx, world.others, world.other)
    assert _asks_again(tx, world.creator) is Outcome.REFUSE
    assert _release(tx, world.under_way) is Outcome.REFUSE


def test_of_a_work_that_anyone_may_use_nobody_is_kept_from_it(tx: Tx) -> None:
    brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
    work = people.work(tx, brand)
    of = Target(Scope.REQUESTER, requester_id=creator.account_id, work_id=work.id)

    with pytest.raises(RightsError, match="opt it out first"):
        revocations.make(tx, brand, of=of, mode=Mode.SUSPEND)


def test_suspending_a_work_that_is_not_opted_out_opts_it_out_until_it_is_lifted(
    rt: Runtime,
) -> None:
    with rt.transaction() as tx:
        brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
        work = people.work(tx, brand)
        output = people.published(tx, creator, "the nebula fox runs")
        of = Target(Scope.WORK, work_id=work.id)
        made = revocations.make(tx, brand, of=of, mode=Mode.SUSPEND)
        assert optouts.hold_over(tx, work.id)
        assert not _is_served(tx, output, creator)
    settle(rt)
    with rt.transaction() as tx:
        assert _state(tx, output) is State.WITHDRAWN
        revocations.lift(tx, brand, made.id)
        assert not optouts.hold_over(tx, work.id)
    settle(rt)

    with rt.transaction() as tx:
        assert _state(tx, output) is State.PUBLISHED


def test_revoking_a_work_ends_its_offers_and_licences_and_keeps_it_opted_out(tx: Tx) -> None:
    world = _world(tx)

    _make(tx, world, Scope.WORK, Mode.REVOKE)

    assert optouts.hold_over(tx, world.work.id)
    assert licences.towards(tx, [world.work.id], world.creator.account_id) == []
    assert offers.mine(tx, world.brand)[0].offer.state.value == "withdrawn"
    kinds = [event.kind for event in tx.events]
    assert kinds.count("licence.revoked") == 2
    assert kinds.count("offer.withdrawn") == 1


def test_a_final_revocation_of_a_consent_is_its_own_transition(tx: Tx) -> None:
    world = _world(tx)

    made = _make(tx, world, Scope.CONSENT, Mode.REVOKE)

    assert [(event.kind, event.subject) for event in tx.events[-2:]] == [
        ("revocation.revoked", made.id),
        ("consent.revoked", made.target.consent_id),
    ]
    assert tx.events[-1].data == {"because_of": made.id}
    with pytest.raises(RightsError) as caught:
        _make(tx, world, Scope.CONSENT, Mode.REVOKE)
    assert caught.value.code is Code.CONFLICT


def test_a_licence_whose_outputs_may_stay_withdraws_none_of_them(tx: Tx) -> None:
    brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
    work = people.work(tx, brand)
    people.optout(tx, brand, work)
    offer = people.offer(tx, brand, work, stays_after=(Ending.REVOKED,))
    licence = people.licence(tx, creator, offer)
    output = people.published(tx, creator, "the nebula fox runs")

    of = Target(Scope.LICENCE, licence_id=licence.id)
    revocations.make(tx, brand, of=of, mode=Mode.SUSPEND)

    assert _is_served(tx, output, creator)
    again = requests.preflight(tx, creator, prompt="the nebula fox runs", cameos=())
    assert again.outcome is Outcome.REFUSE
    revocations.make(tx, brand, of=Target(Scope.WORK, work_id=work.id), mode=Mode.SUSPEND)
    assert not _is_served(tx, output, creator)  # An emergency goes further than a licence.


def test_a_suspension_is_made_final(tx: Tx) -> None:
    world = _world(tx)
    made = _make(tx, world, Scope.SUBJECT, Mode.SUSPEND)

    turned = revocations.revoke(tx, world.person, made.id)

    assert turned.state.value == "revoked"
    assert consent_rows.towards(tx, [world.subject.id], world.creator.account_id) == []
    with pytest.raises(RightsError) as caught:
        revocations.lift(tx, world.person, made.id)
    assert caught.value.code is Code.CONFLICT


def test_the_same_is_suspended_once_by_each_side(tx: Tx) -> None:
    world = _world(tx)
    reviewer = people.account(tx, Role.REVIEWER)
    of = world.targets[Scope.SUBJECT]
    _make(tx, world, Scope.SUBJECT, Mode.SUSPEND)

    revocations.make(tx, reviewer, of=of, mode=Mode.SUSPEND, reason="a leak")

    with pytest.raises(RightsError, match="suspended already"):
        _make(tx, world, Scope.SUBJECT, Mode.SUSPEND)


def test_what_is_told_to_one_creator_does_not_say_that_it_is_about_them(tx: Tx) -> None:
    world = _world(tx)
    _make(tx, world, Scope.REQUESTER, Mode.SUSPEND)

    decision = requests.preflight(tx, world.creator, prompt=PROMPT, cameos=("ada",), use=ON_REEL)

    assert [reason.rule for reason in decision.reasons] == ["cameo.consent"]


def test_what_is_suspended_cites_the_revocation(tx: Tx) -> None:
    world = _world(tx)
    made = _make(tx, world, Scope.SUBJECT, Mode.SUSPEND)

    decision = requests.preflight(tx, world.creator, prompt=PROMPT, cameos=("ada",), use=ON_REEL)

    assert [reason.rule for reason in decision.reasons] == ["revocation.stands"]
    assert decision.reasons[0].evidence == {"revocation_id": made.id}


def test_no_offer_on_a_work_that_is_taken_back_is_advised(tx: Tx) -> None:
    world = _world(tx)
    newcomer = people.account(tx, Role.CREATOR)
    prompt = "the nebula fox runs"
    wish = policy.wish_of(newcomer.account_id, prompt, ())

    def advised() -> int:
        decision = requests.preflight(tx, newcomer, prompt=prompt, cameos=())
        found = advice.on(tx, wish, decision, seconds=2).alternatives
        return sum(bool(each.costs) for each in found)

    before = advised()
    _make(tx, world, Scope.WORK, Mode.SUSPEND)

    assert (before, advised()) == (1, 0)


@pytest.mark.parametrize("scope", [Scope.CONSENT, Scope.SUBJECT])
def test_a_status_list_says_so_with_the_commit(tx: Tx, scope: Scope) -> None:
    world = _world(tx)
    consent_id = world.targets[Scope.CONSENT].consent_id or ""
    made = _make(tx, world, scope, Mode.SUSPEND)
    place, during = statuses.of_consent(tx, consent_id)
    told = dict(statuses.told(tx, place.list_number))
    revocations.lift(tx, _actor(world, scope), made.id)

    assert during is Status.SUSPENDED
    assert list(told["suspended"]).count(place.index) == 1
    assert statuses.of_consent(tx, consent_id)[1] is Status.VALID
