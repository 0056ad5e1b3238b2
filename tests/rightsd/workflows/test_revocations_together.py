"""Revocations beside one another, beside offers, and beside the jobs that follow from them."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from rightsd.db import generations, optouts, revocations, standing
from rightsd.db.tx import Tx
from rightsd.domain import revocation as domain
from rightsd.domain.generation import State
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Revocation, Scope, Target
from rightsd.domain.terms import Purpose, Use
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import optouts as workflow
from rightsd.workflows import revocations as taking_back
from rightsd.workflows.generations import requests, withdrawals
from rightsd.workflows.imports import applying, preparing
from tests import people
from tests.races import race, waits

NAMED = {Scope.REQUESTER: "requester_id", Scope.PLATFORM: "platform"}
STAFF = pytest.mark.parametrize("staff_first", [True, False])


def work_of(tx: Tx) -> tuple[Principal, Principal, Work]:
    """Return who has a work that is not opted out, a reviewer, and the work."""
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    return brand, people.account(tx, Role.REVIEWER), people.work(tx, brand)


def take(tx: Tx, actor: Principal, work: Work, mode: Mode = Mode.SUSPEND) -> Revocation:
    reason = "the account was broken into" if actor.role is Role.REVIEWER else None
    of = Target(Scope.WORK, work_id=work.id)
    return taking_back.make(tx, actor, of=of, mode=mode, reason=reason)


@STAFF
def test_a_work_stays_opted_out_until_the_last_suspension_is_lifted(
    tx: Tx, *, staff_first: bool
) -> None:
    brand, reviewer, work = work_of(tx)
    order = (reviewer, brand) if staff_first else (brand, reviewer)
    first, second = (take(tx, each, work) for each in order)

    taking_back.lift(tx, order[0], first.id)

    assert optouts.hold_over(tx, work.id)
    taking_back.lift(tx, order[1], second.id)
    assert not optouts.hold_over(tx, work.id)


def test_what_an_owner_revoked_for_good_stays_so_when_staff_lift_theirs(tx: Tx) -> None:
    brand, reviewer, work = work_of(tx)
    by_staff = take(tx, reviewer, work)
    take(tx, brand, work, Mode.REVOKE)

    taking_back.lift(tx, reviewer, by_staff.id)

    assert optouts.hold_over(tx, work.id)


@STAFF
def test_an_opt_out_is_not_lifted_under_a_suspension(tx: Tx, *, staff_first: bool) -> None:
    brand, reviewer, work = work_of(tx)
    optout = people.optout(tx, brand, work)
    take(tx, reviewer if staff_first else brand, work)

    with pytest.raises(RightsError, match="until that is lifted") as caught:
        workflow.lift(tx, brand, optout.id)

    assert caught.value.code is Code.CONFLICT


def test_whoever_suspends_while_the_other_lifts_waits_and_opts_out_anew(rt: Runtime) -> None:
    with rt.transaction() as tx:
        brand, reviewer, work = work_of(tx)
        first = take(tx, brand, work)

    assert race(
        rt,
        lambda tx: taking_back.lift(tx, brand, first.id),
        lambda tx: take(tx, reviewer, work),
    ) == ["released", "ended"]

    with rt.transaction() as tx:
        assert optouts.hold_over(tx, work.id)
        assert revocations.standing_over(tx, work.id)


def test_what_is_lifted_while_a_job_withdraws_under_it_comes_back(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        subject = people.subject(tx, person)
        people.consent(tx, person, subject, creator)
        output = people.published(tx, creator, "@ada waves")
        of = Target(Scope.SUBJECT, subject_id=subject.id)
        made = taking_back.make(tx, person, of=of, mode=Mode.SUSPEND)

    assert race(
        rt,
        lambda tx: taking_back.lift(tx, person, made.id),
        lambda _: withdrawals.end_under_revocation(rt, made.id),
    ) == ["released", "ended"]

    with rt.transaction() as tx:
        found = generations.find(tx, output.id)
        assert found is not None
        assert found.state is State.PUBLISHED


@pytest.mark.parametrize("scope", [Scope.REQUESTER, Scope.PLATFORM])
def test_an_offer_of_before_gives_nobody_back_what_was_revoked(tx: Tx, scope: Scope) -> None:
    brand, _, work = work_of(tx)
    creator = people.account(tx, Role.CREATOR)
    people.optout(tx, brand, work)
    offer = people.offer(tx, brand, work)
    named = {Scope.REQUESTER: creator.account_id, Scope.PLATFORM: "reel"}[scope]
    of = domain.target(scope, {NAMED[scope]: named, "work_id": work.id})
    taking_back.make(tx, brand, of=of, mode=Mode.REVOKE)
    later = replace(tx, now=tx.now + timedelta(hours=1))

    people.licence(later, creator, offer)

    assert _ask(later, creator) is Outcome.REFUSE
    people.licence(later, creator, people.offer(later, brand, work))  # It is given anew.
    assert _ask(later, creator) is Outcome.ALLOW


def _ask(tx: Tx, creator: Principal) -> Outcome:
    on_reel = Use(Purpose.PERSONAL, (), ("reel",), ())
    return requests.preflight(
        tx, creator, prompt="the nebula fox runs", cameos=(), use=on_reel
    ).outcome


@STAFF
def test_the_emergency_switch_does_not_wait_for_an_import(
    rt: Runtime, tmp_path: Path, *, staff_first: bool
) -> None:
    with rt.transaction() as tx:
        brand, reviewer, work = work_of(tx)
        creator = people.account(tx, Role.CREATOR)
    table = tmp_path / "table.csv"
    table.write_text("title,aliases\nOrbit,Orbiter\n")

    asked: list[Outcome] = []

    def meanwhile(_stage: str, _done: int, _total: int | None) -> None:
        """Suspend the work while the import writes, and holds what it has written."""
        with rt.transaction() as tx:
            tx.conn.execute("SET LOCAL lock_timeout = '5s'")
            take(tx, reviewer if staff_first else brand, work)
        with rt.transaction() as tx:
            decision = requests.preflight(tx, creator, prompt="the nebula fox runs", cameos=())
            asked.append(decision.outcome)

    with preparing.from_table(rt, brand, table, source="x") as prepared:
        applying.keep(rt, prepared)
        with rt.transaction() as tx:
            imported = applying.apply(tx, brand, prepared, lift=False, progress=meanwhile)

    assert asked == [Outcome.REFUSE]
    assert imported.opted_out == 1


def test_an_import_leaves_the_opt_out_to_a_suspension_that_came_first(
    rt: Runtime, tmp_path: Path
) -> None:
    with rt.transaction() as tx:
        brand, reviewer, work = work_of(tx)
    table = tmp_path / "table.csv"
    table.write_text("title,kind\nNebula Fox,character\n")
    done: list[int] = []

    def apply() -> None:
        with rt.transaction() as importing:
            done.append(applying.apply(importing, brand, prepared, lift=False).opted_out)

    with preparing.from_table(rt, brand, table, source="x") as prepared:
        applying.keep(rt, prepared)
        thread = threading.Thread(target=apply)
        with rt.transaction() as tx:
            made = take(tx, reviewer, work)
            thread.start()
            assert waits(rt)
        thread.join()

    assert done == [0]
    with rt.transaction() as tx:
        taking_back.lift(tx, reviewer, made.id)
        assert not optouts.hold_over(tx, work.id)


@pytest.mark.parametrize("turned", [False, True], ids=["at once", "suspended first"])
@pytest.mark.parametrize("scope", list(NAMED))
def test_what_was_released_while_a_final_revocation_waited_is_taken_back(
    tx: Tx, scope: Scope, *, turned: bool
) -> None:
    person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    subject = people.subject(tx, person)
    people.consent(tx, person, subject, creator)
    named = {NAMED[scope]: creator.account_id if scope is Scope.REQUESTER else "reel"}
    of = Target(scope, subject_id=subject.id, **named)
    began = replace(tx, now=tx.now - timedelta(seconds=3))
    use = Use(Purpose.PERSONAL, (), ("reel",), ())
    output = people.published(tx, creator, "@ada waves", use=use)

    if turned:
        made = taking_back.make(began, person, of=of, mode=Mode.SUSPEND)
        taking_back.revoke(began, person, made.id)
    else:
        taking_back.make(began, person, of=of, mode=Mode.REVOKE)

    assert standing.why_not(tx, [output])
