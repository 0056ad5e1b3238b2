"""Who may take what back, who may lift it, and that no release passes it."""

import json

import pytest

from rightsd.db.tx import Tx
from rightsd.domain.delegation import Verb
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Revocation, Scope, Target, target
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import closures, revocations
from rightsd.workflows.generations import deciding, requests
from tests import people
from tests.races import race

PROMPT = "@ada and the nebula fox wave"


class World:
    """A person whom an agent may act for, a work, and a clip under way that rests on both."""

    def __init__(self, tx: Tx, *verbs: Verb) -> None:
        self.person, self.brand = (
            people.account(tx, role) for role in (Role.PERSON, Role.RIGHTS_HOLDER)
        )
        self.agent, self.creator = (
            people.account(tx, role) for role in (Role.RIGHTS_HOLDER, Role.CREATOR)
        )
        self.reviewer, self.admin = (
            people.account(tx, role) for role in (Role.REVIEWER, Role.ADMIN)
        )
        subject, work = people.subject(tx, self.person), people.work(tx, self.brand)
        people.delegation(tx, self.person, subject, self.agent, verbs=(Verb.SEE, *verbs))
        given = people.consent(tx, self.person, subject, self.creator)
        people.optout(tx, self.brand, work)
        licence = people.licence(tx, self.creator, people.offer(tx, self.brand, work))
        self.under_way = requests.request(
            tx, self.creator, wanted=people.wanted(PROMPT, cameos=("ada",))
        )
        creator_id = self.creator.account_id
        self.targets = {
            Scope.GENERATION: Target(Scope.GENERATION, generation_id=self.under_way.id),
            Scope.REQUESTER: Target(
                Scope.REQUESTER, requester_id=creator_id, subject_id=subject.id
            ),
            Scope.PLATFORM: Target(Scope.PLATFORM, platform="reel", subject_id=subject.id),
            Scope.CONSENT: Target(Scope.CONSENT, consent_id=given.id),
            Scope.LICENCE: Target(Scope.LICENCE, licence_id=licence.id),
            Scope.SUBJECT: Target(Scope.SUBJECT, subject_id=subject.id),
            Scope.WORK: Target(Scope.WORK, work_id=work.id),
        }

    def take(self, tx: Tx, actor: Principal, scope: Scope, mode: Mode = Mode.SUSPEND) -> Revocation:
        staff = actor.role in {Role.REVIEWER, Role.ADMIN}
        reason = "someone is in danger" if staff else None
        return revocations.make(tx, actor, of=self.targets[scope], mode=mode, reason=reason)


OF_PERSON = [s for s in Scope if s not in {Scope.LICENCE, Scope.WORK}]


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("mode", Mode)
def test_whose_it_is_takes_it_back_and_nobody_else(tx: Tx, scope: Scope, mode: Mode) -> None:
    world = World(tx)
    own, other = (world.person, world.brand) if scope in OF_PERSON else (world.brand, world.person)
    if scope is Scope.GENERATION:  # It rests on a licence of the work as well.
        other = people.account(tx, Role.RIGHTS_HOLDER)

    for stranger in (other, people.account(tx, Role.PERSON)):
        with pytest.raises(RightsError) as caught:
            world.take(tx, stranger, scope, mode)
        assert caught.value.code is Code.NOT_FOUND
    with pytest.raises(RightsError) as caught:
        world.take(tx, world.creator, scope, mode)
    assert caught.value.code is Code.FORBIDDEN
    assert world.take(tx, own, scope, mode).target == world.targets[scope]


@pytest.mark.parametrize("scope", OF_PERSON)
@pytest.mark.parametrize(("mode", "verb"), [(Mode.SUSPEND, Verb.PAUSE), (Mode.REVOKE, Verb.REVOKE)])
def test_who_acts_for_a_person_needs_the_verb(tx: Tx, scope: Scope, mode: Mode, verb: Verb) -> None:
    may = World(tx, verb)

    made = may.take(tx, may.agent, scope, mode)

    assert made.opening is not None
    assert json.loads(made.opening.said)["by"] == may.agent.account_id
    if mode is Mode.SUSPEND:
        with pytest.raises(RightsError, match="did not let you resume"):
            revocations.lift(tx, may.agent, made.id)


@pytest.mark.parametrize("mode", Mode)
def test_who_only_sees_takes_nothing_back(tx: Tx, mode: Mode) -> None:
    world = World(tx)

    with pytest.raises(RightsError) as caught:
        world.take(tx, world.agent, Scope.SUBJECT, mode)

    assert caught.value.code is Code.FORBIDDEN


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("role", ["reviewer", "admin"])
def test_staff_suspend_in_an_emergency_with_a_reason(tx: Tx, scope: Scope, role: str) -> None:
    world = World(tx)
    staff: Principal = getattr(world, role)
    with pytest.raises(RightsError, match="a reason"):
        revocations.make(tx, staff, of=world.targets[scope], mode=Mode.SUSPEND)
    with pytest.raises(RightsError) as caught:
        world.take(tx, staff, scope, Mode.REVOKE)
    assert caught.value.code is Code.FORBIDDEN

    made = world.take(tx, staff, scope)

    assert revocations.view(tx, staff, made.id).reason == "someone is in danger"
    assert "danger" not in str([event.data for event in tx.events])


def test_what_staff_suspended_staff_lift_and_nothing_else(tx: Tx) -> None:
    world = World(tx, Verb.PAUSE, Verb.RESUME)
    theirs = world.take(tx, world.reviewer, Scope.SUBJECT)
    own = world.take(tx, world.person, Scope.SUBJECT)

    for actor, made in ((world.person, theirs), (world.agent, theirs), (world.admin, own)):
        with pytest.raises(RightsError) as caught:
            revocations.lift(tx, actor, made.id)
        assert caught.value.code is Code.FORBIDDEN
    assert revocations.lift(tx, world.admin, theirs.id).state.value == "lifted"
    assert revocations.lift(tx, world.agent, own.id).state.value == "lifted"


def test_a_revocation_is_seen_by_those_whose_it_is(tx: Tx) -> None:
    world = World(tx)
    made = world.take(tx, world.reviewer, Scope.SUBJECT)

    for actor in (world.person, world.agent, world.reviewer):
        assert made.id in {each.id for each in revocations.mine(tx, actor)}
        assert revocations.view(tx, actor, made.id).id == made.id
    with pytest.raises(RightsError) as caught:
        revocations.view(tx, world.brand, made.id)
    assert caught.value.code is Code.NOT_FOUND


def test_a_preview_says_what_would_end_and_keeps_nothing(tx: Tx) -> None:
    world = World(tx)
    output = people.published(tx, world.creator, PROMPT)
    remix = people.published(tx, world.creator, remix_of=output.id)
    before = len(tx.events)

    for scope in Scope:
        owner = world.person if scope in OF_PERSON else world.brand
        for mode in Mode:
            closure = closures.preview(tx, owner, of=world.targets[scope], mode=mode)
            if scope is Scope.GENERATION:
                assert closure.in_flight.first == (world.under_way.id,)
                assert closure.published.count == 0
            elif scope is Scope.PLATFORM:
                assert closure.published.count == closure.in_flight.count == 0
            else:
                assert closure.in_flight.first == (world.under_way.id,)
                assert closure.published.first == (output.id,)
                assert closure.remixes.first == (remix.id,)
            assert closure.whole
    assert len(tx.events) == before
    with pytest.raises(RightsError) as caught:
        closures.preview(tx, world.brand, of=world.targets[Scope.SUBJECT], mode=Mode.SUSPEND)
    assert caught.value.code is Code.NOT_FOUND


@pytest.mark.parametrize(
    "given",
    [
        {"scope": "subject"},
        {"scope": "subject", "subject_id": "sub_1", "work_id": "wrk_1"},
        {"scope": "requester", "requester_id": "acc_1"},
        {"scope": "platform", "platform": "no such platform!", "subject_id": "sub_1"},
        {"scope": "consent", "licence_id": "lic_1"},
    ],
)
def test_a_scope_names_what_it_is_of_and_no_more(given: dict[str, str]) -> None:
    scope = Scope(given.pop("scope"))

    with pytest.raises(RightsError) as caught:
        target(scope, given)

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("scope", Scope)
def test_taking_back_waits_for_a_release(rt: Runtime, scope: Scope, mode: Mode) -> None:
    with rt.transaction() as tx:
        world = World(tx)
    owner = world.person if scope in OF_PERSON else world.brand

    def hold(tx: Tx) -> None:
        wish = deciding.wish_of(world.under_way)
        decision = deciding.decide(tx, wish, of=world.under_way.id, hold=True)
        assert decision.outcome is Outcome.ALLOW

    order = race(rt, hold, lambda tx: world.take(tx, owner, scope, mode))

    assert order == ["released", "ended"]
