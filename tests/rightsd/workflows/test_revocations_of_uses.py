"""One use is of several: each of them takes it back, and lifts only what their own side did."""

from dataclasses import dataclass

import pytest

from rightsd.db import generations
from rightsd.db.tx import Tx
from rightsd.domain.delegation import Verb
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Revocation, Scope, Target
from rightsd.domain.terms import Audience
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import revocations
from tests import people
from tests.daemon import settle


@dataclass(frozen=True)
class World:
    """Two people, one of whom made an output that casts both, under a licence of a work."""

    ada: Principal
    agent: Principal
    bob: Principal
    brand: Principal
    output: Generation

    def suspend(self, tx: Tx, actor: Principal) -> Revocation:
        of = Target(Scope.GENERATION, generation_id=self.output.id)
        return revocations.make(tx, actor, of=of, mode=Mode.SUSPEND)


def _world(tx: Tx) -> World:
    ada, bob = people.account(tx, Role.PERSON), people.account(tx, Role.PERSON)
    agent, brand = (people.account(tx, Role.RIGHTS_HOLDER) for _ in range(2))
    subject, himself = people.subject(tx, ada, "ada"), people.subject(tx, bob, "bob")
    people.delegation(tx, ada, subject, agent, verbs=(Verb.SEE, Verb.PAUSE, Verb.RESUME))
    people.consent(tx, ada, subject, audience=Audience.EVERYONE)
    people.consent(tx, bob, himself, audience=Audience.ONLY_ME)
    work = people.work(tx, brand)
    people.optout(tx, brand, work)
    people.licence(tx, bob, people.offer(tx, brand, work))
    output = people.published(tx, bob, "@ada and @bob wave at the nebula fox")
    return World(ada, agent, bob, brand, output)


def _state(rt: Runtime, output: Generation) -> State:
    settle(rt)
    with rt.transaction() as tx:
        found = generations.find(tx, output.id)
    assert found is not None
    return found.state


@pytest.mark.parametrize("maker", ["ada", "agent", "brand"])
def test_who_is_cast_beside_them_neither_lifts_nor_sees_it(tx: Tx, maker: str) -> None:
    world = _world(tx)
    made = world.suspend(tx, getattr(world, maker))

    for act in (revocations.lift, revocations.revoke, revocations.view):
        with pytest.raises(RightsError) as caught:
            act(tx, world.bob, made.id)
        assert caught.value.code is Code.NOT_FOUND
    assert revocations.lift(tx, getattr(world, maker), made.id).id == made.id


def test_who_owns_a_work_in_it_does_not_lift_what_a_person_suspended(tx: Tx) -> None:
    world = _world(tx)
    made = world.suspend(tx, world.ada)

    with pytest.raises(RightsError) as caught:
        revocations.lift(tx, world.brand, made.id)

    assert caught.value.code is Code.NOT_FOUND


@pytest.mark.parametrize(("maker", "lifter"), [("ada", "agent"), ("agent", "ada")])
def test_a_person_and_who_acts_for_them_are_one_side(tx: Tx, maker: str, lifter: str) -> None:
    world = _world(tx)
    made = world.suspend(tx, getattr(world, maker))

    assert revocations.view(tx, getattr(world, lifter), made.id).id == made.id
    lifted = revocations.lift(tx, getattr(world, lifter), made.id)

    assert lifted.turned_by == getattr(world, lifter).account_id


@pytest.mark.parametrize(
    ("maker", "finding"),
    [("ada", "ada agent"), ("agent", "ada agent"), ("brand", "brand"), ("staff", "ada agent bob")],
)
def test_each_side_finds_among_its_own_what_it_did_and_what_staff_did(
    tx: Tx, maker: str, finding: str
) -> None:
    world = _world(tx)
    if maker == "staff":
        of = Target(Scope.GENERATION, generation_id=world.output.id)
        reviewer = people.account(tx, Role.REVIEWER)
        revocations.make(tx, reviewer, of=of, mode=Mode.SUSPEND, reason="a leak")
    else:
        world.suspend(tx, getattr(world, maker))

    names = ("ada", "agent", "bob", "brand")
    found = [name for name in names if revocations.mine(tx, getattr(world, name))]

    assert found == finding.split()


def test_each_suspends_it_and_it_is_back_when_all_have_lifted(rt: Runtime) -> None:
    with rt.transaction() as tx:
        world = _world(tx)
        made = {actor: world.suspend(tx, actor) for actor in (world.ada, world.bob, world.brand)}
        with pytest.raises(RightsError) as caught:
            world.suspend(tx, world.ada)
    assert caught.value.code is Code.CONFLICT

    states: list[State] = [_state(rt, world.output)]
    for actor, each in made.items():
        with rt.transaction() as tx:
            revocations.lift(tx, actor, each.id)
        states.append(_state(rt, world.output))

    assert states == [State.WITHDRAWN, State.WITHDRAWN, State.WITHDRAWN, State.PUBLISHED]
