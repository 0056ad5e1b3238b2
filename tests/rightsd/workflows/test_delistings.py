"""What is taken from one platform: that one is told, the others are not, and it stays out there."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rightsd.db import delistings, generations
from rightsd.db.tx import Tx
from rightsd.domain.acknowledgement import Outcome
from rightsd.domain.generation import Generation, State
from rightsd.domain.policy import Outcome as Decided
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Revocation, Scope, Target
from rightsd.domain.terms import PERSONAL, Purpose, Use
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import (
    checkpoints,
    closures,
    copies,
    deliveries,
    platforms,
    revocations,
    stopwatches,
)
from rightsd.workflows.exports import scopes, verifying, writing
from rightsd.workflows.generations import delistings as delisting
from rightsd.workflows.generations import requests
from tests import acknowledging, people, telling
from tests.acknowledging import RESTORED, WITHDRAWN, Platform
from tests.daemon import settle

BOTH = Use(Purpose.PERSONAL, (), ("cinema", "big-reel"), ())
REEL = ("big-reel",)
CINEMA = Use(Purpose.PERSONAL, (), ("cinema",), ())


@dataclass(frozen=True, slots=True)
class World:
    """A person, an output that casts them, and two platforms that show it."""

    person: Principal
    creator: Principal
    reviewer: Principal
    output: Generation
    of: Target
    reel: Platform
    cinema: Platform


def _world(rt: Runtime) -> World:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        subject = people.subject(tx, person)
        people.consent(tx, person, subject, creator)
        return World(
            person,
            creator,
            people.account(tx, Role.REVIEWER),
            people.published(tx, creator, "@ada waves", use=BOTH),
            Target(Scope.PLATFORM, platform="big-reel", subject_id=subject.id),
            acknowledging.register(tx, name="Big  Reel"),
            acknowledging.register(tx, name="Cinema"),
        )


def _take_back(rt: Runtime, world: World, mode: Mode = Mode.SUSPEND) -> Revocation:
    with rt.transaction() as tx:
        made = revocations.make(tx, world.person, of=world.of, mode=mode)
    settle(rt)
    return made


def _suspend_by_staff(rt: Runtime, world: World, of: Target) -> Revocation:
    with rt.transaction() as tx:
        made = revocations.make(tx, world.reviewer, of=of, mode=Mode.SUSPEND, reason="a leak")
    settle(rt)
    return made


def _lift(rt: Runtime, actor: Principal, made: Revocation) -> None:
    with rt.transaction() as tx:
        revocations.lift(tx, actor, made.id)
    settle(rt)


def _told(rt: Runtime, platform: Platform, output: Generation) -> list[str]:
    """Return what a platform was told of an output, in the order in which it is sent that."""
    telling.fan_out(rt)
    with rt.transaction() as tx:
        all_ = telling.all_of(tx, platform.view)
    return [one.kind for one in all_ if one.generation_id == output.id]


def _state(rt: Runtime, output: Generation) -> State:
    with rt.transaction() as tx:
        found = generations.find(tx, output.id)
    assert found is not None
    return found.state


def _note(tx: Tx, platform: Platform, output: Generation) -> bool:
    """Have a platform note a copy; return whether that has to go."""
    return copies.note(
        tx,
        platform.actor,
        generation_id=output.id,
        sha256=None,
        url=f"https://{platform.id[4:]}.example/{output.id}",
        published_at=tx.now,
    ).is_withdrawn


@pytest.mark.parametrize("mode", Mode)
def test_the_platform_that_is_named_is_told_and_no_other(rt: Runtime, mode: Mode) -> None:
    world = _world(rt)

    _take_back(rt, world, mode)

    assert _told(rt, world.reel, world.output) == [WITHDRAWN]
    assert _told(rt, world.cinema, world.output) == []
    assert _state(rt, world.output) is State.PUBLISHED


def test_lifting_tells_it_that_it_may_be_shown_again(rt: Runtime) -> None:
    world = _world(rt)
    made = _take_back(rt, world)
    _told(rt, world.reel, world.output)

    _lift(rt, world.person, made)

    assert _told(rt, world.reel, world.output) == [WITHDRAWN, RESTORED]
    assert _told(rt, world.cinema, world.output) == []


def test_a_job_that_runs_again_tells_nobody_again(rt: Runtime) -> None:
    world = _world(rt)
    made = _take_back(rt, world)

    with rt.transaction() as tx:
        revocations.revoke(tx, world.person, made.id)  # Made final, the same job follows.
    settle(rt)

    assert _told(rt, world.reel, world.output) == [WITHDRAWN]


def test_what_is_restored_everywhere_stays_away_from_the_platform(rt: Runtime) -> None:
    world = _world(rt)
    everywhere = _suspend_by_staff(rt, world, Target(Scope.SUBJECT, subject_id=world.of.subject_id))
    made = _take_back(rt, world)
    assert _told(rt, world.reel, world.output) == [WITHDRAWN]

    _lift(rt, world.reviewer, everywhere)

    assert _told(rt, world.cinema, world.output) == [WITHDRAWN, RESTORED]
    assert RESTORED not in _told(rt, world.reel, world.output)
    _lift(rt, world.person, made)
    assert _told(rt, world.reel, world.output)[-1] == RESTORED
    assert _told(rt, world.cinema, world.output) == [WITHDRAWN, RESTORED]


def test_who_was_disabled_meanwhile_is_told_once_it_is_back(rt: Runtime) -> None:
    world = _world(rt)
    reel = world.reel
    with rt.transaction() as tx:
        platforms.disable(tx, reel.actor, reel.id)

    _take_back(rt, world)
    told = _told(rt, reel, world.output)
    with rt.transaction() as tx:
        platforms.enable(tx, reel.actor, reel.id)
    deliveries.tell_missed(rt)

    assert told == [WITHDRAWN]
    assert telling.states(rt, reel.view) == ["due"]


def test_who_was_disabled_is_not_told_of_a_restoration_that_is_not_theirs(rt: Runtime) -> None:
    """It missed that it may show the output, and then that it may not: the last counts."""
    world = _world(rt)
    reel = world.reel
    telling.withdraw(rt, world.output.id)
    telling.fan_out(rt)
    with rt.transaction() as tx:
        platforms.disable(tx, reel.actor, reel.id)
    telling.restore(rt, world.output.id)
    telling.fan_out(rt)
    _take_back(rt, world)
    telling.fan_out(rt)

    with rt.transaction() as tx:
        platforms.enable(tx, reel.actor, reel.id)
    deliveries.tell_missed(rt)

    assert _told(rt, reel, world.output) == [WITHDRAWN, RESTORED, WITHDRAWN]
    assert telling.states(rt, reel.view) == ["dropped", "dropped", "due"]


def test_lifted_while_it_is_withdrawn_everywhere_it_is_not_shown_there(rt: Runtime) -> None:
    world = _world(rt)
    made = _take_back(rt, world)
    everywhere = _suspend_by_staff(rt, world, Target(Scope.SUBJECT, subject_id=world.of.subject_id))

    _lift(rt, world.person, made)

    assert _told(rt, world.reel, world.output) == [WITHDRAWN, WITHDRAWN]
    _lift(rt, world.reviewer, everywhere)
    assert _told(rt, world.reel, world.output) == [WITHDRAWN, WITHDRAWN, RESTORED]


def test_lifting_one_of_two_tells_nothing_until_the_other_is_lifted(rt: Runtime) -> None:
    world = _world(rt)
    first = _take_back(rt, world)
    second = _suspend_by_staff(rt, world, world.of)

    _lift(rt, world.person, first)

    assert _told(rt, world.reel, world.output) == [WITHDRAWN]
    _lift(rt, world.reviewer, second)
    assert _told(rt, world.reel, world.output) == [WITHDRAWN, RESTORED]


def test_nothing_is_taken_from_a_platform_by_what_is_being_lifted(rt: Runtime) -> None:
    world = _world(rt)
    with rt.transaction() as tx:
        made = revocations.make(tx, world.person, of=world.of, mode=Mode.SUSPEND)
    codes: list[Code] = []

    def take_away() -> None:
        try:
            with rt.transaction() as tx:
                output = generations.lock(tx, world.output.id)
                assert output is not None
                delisting.settle(tx, [output])
                delisting.end(rt, made.id)  # What follows from lifting was faster.
        except RightsError as error:
            codes.append(error.code)

    thread = threading.Thread(target=take_away)
    with rt.transaction() as tx:
        revocations.lift(tx, world.person, made.id)
        thread.start()
        thread.join(5)  # It waits for nothing, lest who makes one final waits for it.
    thread.join()

    assert codes == [Code.UNAVAILABLE]  # So the job runs again.
    with rt.transaction() as tx:
        assert delistings.noted(tx, [world.output.id]) == {}


def test_a_platform_that_takes_another_name_is_the_same(rt: Runtime) -> None:
    world = _world(rt)
    made = _take_back(rt, world)
    with rt.transaction() as tx:
        renamed = telling.integration(name="Clips")
        platforms.change(tx, world.reel.actor, world.reel.id, renamed)
    second = _suspend_by_staff(rt, world, Target(Scope.SUBJECT, subject_id=world.of.subject_id))

    _lift(rt, world.reviewer, second)

    assert RESTORED not in _told(rt, world.reel, world.output)
    with rt.transaction() as tx:
        assert _note(tx, world.reel, world.output)
    _lift(rt, world.person, made)
    assert _told(rt, world.reel, world.output)[-1] == RESTORED


def test_a_copy_that_is_noted_there_has_to_go(rt: Runtime) -> None:
    world = _world(rt)

    with rt.transaction() as tx:
        revocations.make(tx, world.person, of=world.of, mode=Mode.SUSPEND)

        assert _note(tx, world.reel, world.output)
        assert not _note(tx, world.cinema, world.output)


def test_what_is_made_of_it_is_taken_from_the_platform_too(rt: Runtime) -> None:
    world = _world(rt)
    with rt.transaction() as tx:
        remix = people.published(tx, world.creator, remix_of=world.output.id, use=BOTH)
        remixed = people.published(tx, world.creator, remix_of=remix.id, use=BOTH)
    made = _take_back(rt, world)

    def again(use: Use) -> Decided:
        with rt.transaction() as tx:
            return requests.preflight(
                tx, world.creator, prompt="waves", cameos=(), use=use, remix_of=world.output.id
            ).outcome

    assert [_told(rt, world.reel, each) for each in (remix, remixed)] == [[WITHDRAWN]] * 2
    assert _told(rt, world.cinema, remixed) == []
    assert [again(use) for use in (CINEMA, BOTH, PERSONAL)] == [
        *(Decided.ALLOW, Decided.REFUSE, Decided.REFUSE)
    ]
    _lift(rt, world.person, made)
    assert _told(rt, world.reel, remixed) == [WITHDRAWN, RESTORED]


def test_of_a_work_likewise(rt: Runtime) -> None:
    world = _world(rt)
    with rt.transaction() as tx:
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = people.work(tx, brand)
        people.optout(tx, brand, work)
        people.licence(tx, world.creator, people.offer(tx, brand, work))
        output = people.published(tx, world.creator, "the nebula fox runs", use=BOTH)
        of = Target(Scope.PLATFORM, platform="big-reel", work_id=work.id)
        revocations.make(tx, brand, of=of, mode=Mode.SUSPEND)
    settle(rt)

    assert _told(rt, world.reel, output) == [WITHDRAWN]
    assert _told(rt, world.cinema, output) == []
    assert _told(rt, world.reel, world.output) == []


def test_the_preview_counts_what_the_platform_would_be_told(rt: Runtime) -> None:
    world = _world(rt)
    with rt.transaction() as tx:
        remix = people.published(tx, world.creator, remix_of=world.output.id, use=CINEMA)
        for platform in (world.reel, world.cinema):
            _note(tx, platform, world.output)

        closure = closures.preview(tx, world.person, of=world.of, mode=Mode.SUSPEND)

    assert closure.published.count == 0
    assert sorted(closure.delisted.first) == sorted([world.output.id, remix.id])
    assert closure.copies.count == 1


def test_a_preview_counts_once_what_would_end_and_is_made_of_what_stays_out(rt: Runtime) -> None:
    world = _world(rt)
    with rt.transaction() as tx:
        ending = people.published(
            tx,
            world.creator,
            "@ada waves",
            remix_of=world.output.id,
            use=replace(BOTH, platforms=REEL),
        )

        closure = closures.preview(tx, world.person, of=world.of, mode=Mode.SUSPEND)

    assert closure.published.first == (ending.id,)
    assert closure.delisted.first == (world.output.id,)


@pytest.mark.parametrize("scope", [Scope.PLATFORM, Scope.SUBJECT])
def test_a_preview_opens_so_many_requests_and_says_that_there_are_more(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch, scope: Scope
) -> None:
    world = _world(rt)
    monkeypatch.setattr(closures, "PAGE", 1)
    monkeypatch.setattr(closures, "OPENED_MAX", 1)
    of = world.of if scope is Scope.PLATFORM else Target(scope, subject_id=world.of.subject_id)
    with rt.transaction() as tx:
        people.published(tx, world.creator, "@ada waves", use=BOTH)

        closure = closures.preview(tx, world.person, of=of, mode=Mode.SUSPEND)

    opened = scope is Scope.PLATFORM
    assert closure.delisted.count + closure.published.count == (1 if opened else 2)
    assert closure.whole is not opened


def test_the_stopwatch_runs_until_that_platform_has_answered(rt: Runtime) -> None:
    world = _world(rt)
    made = _take_back(rt, world)
    telling.fan_out(rt)

    with rt.transaction() as tx:
        found = stopwatches.show(tx, world.person, made.id)
        spread = stopwatches.spreads(tx, world.reviewer, begins=made.made_at, ends=tx.now)

    assert (found.withdrawn.count, found.delisted.count) == (0, 1)
    assert [(laps.platform_id, laps.deliveries) for laps in found.platforms] == [(world.reel.id, 1)]
    assert {each.stage.value: each.causes for each in spread}["delisted"] == 1


@pytest.mark.parametrize("lifted", [False, True], ids=["stands", "lifted"])
def test_the_proof_holds_what_that_platform_was_told_and_answered(
    rt: Runtime, tmp_path: Path, *, lifted: bool
) -> None:
    world = _world(rt)
    made = _take_back(rt, world)
    telling.fan_out(rt)
    (told,) = acknowledging.deliveries_of(rt, world.reel)
    with rt.transaction() as tx:
        acknowledging.answer(tx, world.reel, told)
    if lifted:
        _lift(rt, world.person, made)
    while checkpoints.sequence(rt):
        pass
    with (tmp_path / "takedown.tar").open("wb") as file:
        writing.audit(rt, file, scope=scopes.takedown(made.id, platform=None))

    found = verifying.verify(
        tmp_path / "takedown.tar", verifying.trust_keys([rt.log_keys.make(1).vkey])
    ).takedown

    assert found is not None
    assert (found.outputs, found.told) == (1, (world.reel.id,))
    assert found.answers == {Outcome.REMOVED: 1}
    assert found.shown == ((world.output.id,) if lifted else ())


def test_the_proof_of_what_was_lifted_does_not_say_that_it_is_out_if_it_is_not(
    rt: Runtime, tmp_path: Path
) -> None:
    world = _world(rt)
    made = _take_back(rt, world)
    _suspend_by_staff(rt, world, Target(Scope.SUBJECT, subject_id=world.of.subject_id))
    _lift(rt, world.person, made)
    with (tmp_path / "takedown.tar").open("wb") as file:
        writing.audit(rt, file, scope=scopes.takedown(made.id, platform=None))

    found = verifying.verify(
        tmp_path / "takedown.tar", verifying.trust_keys([rt.log_keys.make(1).vkey])
    ).takedown

    assert found is not None
    assert (found.outputs, found.shown) == (1, ())
