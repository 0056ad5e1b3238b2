"""Enrolling people."""

from rightsd.db import subjects
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import subject as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Likeness, Subject
from rightsd.errors import Code, RightsError


def enrol(tx: Tx, actor: Principal, *, handle: str, likeness: Likeness) -> Subject:
    """Enrol the person who holds the account."""
    actor.require(Role.PERSON)
    event = Event("subject.enrolled", ids.new("sub"), tx.now, {"account_id": actor.account_id})
    subject = domain.evolve(None, event, handle=handle, likeness=likeness)
    if not subjects.insert(tx, subject):
        raise RightsError(Code.CONFLICT, f"the handle @{handle} is taken; choose another")
    tx.record(event)
    return subject


def mine(tx: Tx, actor: Principal) -> list[Subject]:
    """Return whom the account has enrolled."""
    actor.require(Role.PERSON)
    return subjects.of_account(tx, actor.account_id)
