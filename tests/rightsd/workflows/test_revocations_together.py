"""Several revocations of one work: the opt-out that they share ends with the last of them."""

import pytest

from rightsd.db import optouts, revocations
from rightsd.db.tx import Tx
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Revocation, Scope, Target
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import optouts as workflow
from rightsd.workflows import revocations as taking_back
from tests import people
from tests.races import race

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
