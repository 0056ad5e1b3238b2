"""Opting works out, and lifting that."""

from rightsd.db import optouts, standing, works
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import optout as domain
from rightsd.domain.events import Event
from rightsd.domain.optout import Optout
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

LIST_MAX = 500


def register(tx: Tx, actor: Principal, *, work_id: str) -> Optout:
    """Opt a work out, from this commit on and for what is published already."""
    actor.require(Role.RIGHTS_HOLDER)
    work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
    facts = {"account_id": actor.account_id, "work_id": work_id}
    event = Event("optout.registered", ids.new("opt"), tx.now, facts)
    optout = domain.evolve(None, event)
    standing.lock_causes(tx)
    if not optouts.insert(tx, optout):
        raise RightsError(Code.CONFLICT, "this work is opted out already")
    tx.record(event)
    return optout


def lift(tx: Tx, actor: Principal, optout_id: str) -> Optout:
    """Lift an opt-out."""
    actor.require(Role.RIGHTS_HOLDER)
    optout = optouts.lock(tx, optout_id)
    if optout is None:
        raise RightsError(Code.NOT_FOUND, "there is no such opt-out")
    actor.require_owner(optout.account_id, "opt-out")
    event = Event("optout.lifted", optout.id, tx.now, {})
    optout = domain.evolve(optout, event)
    optouts.update_state(tx, optout)
    tx.record(event)
    return optout


def mine(tx: Tx, actor: Principal) -> list[Optout]:
    """Return the opt-outs that the account registered."""
    actor.require(Role.RIGHTS_HOLDER)
    return optouts.of_account(tx, actor.account_id, limit=LIST_MAX)
