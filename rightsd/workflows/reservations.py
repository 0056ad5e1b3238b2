"""What owners say of their works beyond opting them out."""

from rightsd.db import claims, imports, reservations, standing, works
from rightsd.db.tx import Tx
from rightsd.domain import ids, radius
from rightsd.domain import reservation as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.radius import Cap
from rightsd.domain.reservation import Reservation
from rightsd.domain.rulebook.books import Default
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError


def state(
    tx: Tx,
    actor: Principal,
    *,
    work_id: str,
    least: Default,
    opted_in: bool,
    cap: Cap = radius.CAP,
) -> Reservation:
    """Say what holds for a work, from this commit on: every decision and release asks for it.

    What is published already stays; opting the work out withdraws that. Asking for more than an
    opt-out refuses as much as one, so the names wait or are contested as they are for one.
    """
    work = _owned(tx, actor, work_id)
    if opted_in and least is Default.LICENSED_ONLY:
        detail = "a work that only licences open cannot be opted in: offer a licence instead"
        raise RightsError(Code.INVALID, detail)
    asked = None if least is Default.OPT_OUT else claims.lately(tx)
    imports.hold_account(tx, actor.account_id)
    works.lock(tx, work_id)  # So that two who say it for the first time take turns.
    before = reservations.lock(tx, work_id)
    facts = {
        "account_id": actor.account_id,
        "work_id": work_id,
        "least": least.value,
        "opted_in": opted_in,
    }
    name = ids.new("rsv") if before is None else before.id
    event = Event("reservation.stated", name, tx.now, facts)
    reservation = domain.evolve(before, event)
    reservations.write(tx, reservation)
    tx.record(event)
    if asked is not None:
        claims.hold(tx, [work_id])
        claims.brake(tx, work, asked, cap)
        claims.contest(tx, [work_id])
    standing.lock_causes(tx)
    return reservation


def show(tx: Tx, actor: Principal, work_id: str) -> Reservation:
    """Return what is said of a work to its owner."""
    _owned(tx, actor, work_id)
    found = reservations.find(tx, work_id)
    if found is None:
        detail = "nothing is said of this work: the default of each place holds"
        raise RightsError(Code.NOT_FOUND, detail)
    return found


def _owned(tx: Tx, actor: Principal, work_id: str) -> Work:
    actor.require(Role.RIGHTS_HOLDER)
    work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
    return work
