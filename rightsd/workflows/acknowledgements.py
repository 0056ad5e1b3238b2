"""Taking in what platforms say, under their own keys, that became of what they were sent."""

from dataclasses import dataclass

from rightsd.adapters import statements
from rightsd.db import acknowledgements, copies
from rightsd.db.acknowledgements import Delivered
from rightsd.db.tx import Tx
from rightsd.domain import acknowledgement as domain
from rightsd.domain import copy as copy_domain
from rightsd.domain import ids, webhook
from rightsd.domain.acknowledgement import FINAL, Acknowledgement, Outcome, Refusal, Statement
from rightsd.domain.delivery import State
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

WITHDRAWN = "generation.withdrawn"


@dataclass(frozen=True, slots=True)
class Taken:
    """An acknowledgement, and whether it was taken in just now: it may have been there."""

    acknowledgement: Acknowledgement
    is_new: bool


def take(
    tx: Tx,
    actor: Principal,
    delivery_id: str,
    statement: Statement,
    *,
    signature: bytes,
    note: str | None,
) -> Taken:
    """Take in what a platform says of a delivery; the same once more changes nothing.

    Args:
        tx: The transaction.
        actor: The platform's account.
        delivery_id: The delivery.
        statement: What the platform says.
        signature: Its own, over the statement.
        note: What it writes beside it.

    Raises:
        RightsError: NOT_FOUND. INVALID: it is about something else, not signed by this platform, or
            of a time that cannot be. CONFLICT: it is out of order, or the platform has no key.
    """
    actor.require(Role.PLATFORM)
    delivered = acknowledgements.lock_delivered(tx, delivery_id)
    if delivered is None:
        raise RightsError(Code.NOT_FOUND, "there is no such delivery")
    actor.require_owner(delivered.account_id, "delivery")
    domain.require_form(statement)
    _require_about(statement, delivered)
    before = acknowledgements.of_delivery(tx, delivery_id)
    for known in before:
        if known.statement == statement and known.signature == signature:
            return Taken(known, is_new=False)
    key = _require_signed(statement, signature, delivered)
    last = before[-1].statement if before else None
    domain.require_next(statement, last, delivered_at=delivered.event_at, now=tx.now)
    made = Acknowledgement(ids.new("ack"), statement, signature, key, tx.now, note)
    acknowledgements.insert(tx, made, account_id=delivered.account_id)
    tx.record(domain.event_of(made.id, statement, tx.now))
    _follow(tx, delivered, made)
    return Taken(made, is_new=True)


def of_delivery(tx: Tx, actor: Principal, delivery_id: str) -> list[Acknowledgement]:
    """Return what was said of a delivery, the earliest first: to its platform, and to staff."""
    actor.require(Role.PLATFORM, Role.REVIEWER, Role.AUDITOR, Role.ADMIN)
    delivered = acknowledgements.find_delivered(tx, delivery_id)
    if delivered is None:
        raise RightsError(Code.NOT_FOUND, "there is no such delivery")
    if actor.role is Role.PLATFORM:
        actor.require_owner(delivered.account_id, "delivery")
    return acknowledgements.of_delivery(tx, delivery_id)


def _require_about(statement: Statement, delivered: Delivered) -> None:
    said = (statement.delivery_id, statement.event_id, statement.generation_id)
    meant = (delivered.id, delivered.event_id, delivered.generation_id)
    if (*said, statement.platform_id) != (*meant, delivered.platform_id):
        detail = "this statement is about another delivery, event, generation or platform"
        raise RightsError(Code.INVALID, detail)
    if delivered.kind != WITHDRAWN and statement.outcome is Outcome.REMOVED:
        detail = "this delivery tells of a restoration: there is nothing to remove"
        raise RightsError(Code.INVALID, detail)


def _require_signed(statement: Statement, signature: bytes, delivered: Delivered) -> bytes:
    """Return the key that the statement is signed with."""
    if delivered.key is None:
        detail = "register the key that you sign acknowledgements with (acknowledgement_key) first"
        raise RightsError(Code.CONFLICT, detail)
    key = webhook.parse_public_key(delivered.key)
    if not statements.is_signed(statement.encode(), signature, key):
        detail = "the signature is not one of this statement under your acknowledgement_key"
        raise RightsError(Code.INVALID, detail)
    return key


def _follow(tx: Tx, delivered: Delivered, made: Acknowledgement) -> None:
    """Make the delivery, and the copies that the platform has noted, what it says of them."""
    outcome = made.statement.outcome
    if outcome is Outcome.RECEIVED and delivered.kind == WITHDRAWN:
        acknowledgements.note_received(tx, delivered.id)
        return
    ended = State.REFUSED if outcome is Outcome.REFUSED else State.ACKNOWLEDGED
    acknowledgements.end(tx, delivered.id, ended)
    if delivered.kind != WITHDRAWN or outcome not in FINAL:
        return
    noted = copies.lock_noted(tx, delivered.platform_id, delivered.generation_id)
    if noted and made.statement.refusal is Refusal.NO_COPY:
        detail = f"you have noted {len(noted)} copies of this output: say that they are removed"
        raise RightsError(Code.CONFLICT, detail)
    if outcome is Outcome.REMOVED:
        facts = {"acknowledgement_id": made.id}
        events = [Event("copy.removed", one.id, tx.now, facts) for one in noted]
        for one, event in zip(noted, events, strict=True):
            copies.update(tx, copy_domain.evolve(one, event))
        tx.record_all(events)
