"""Letting others act for a person, and ending that."""

import json
import secrets
from dataclasses import asdict

from ledger import entry
from rightsd.db import accounts, authority, delegations, subjects
from rightsd.db.tx import Tx
from rightsd.domain import delegation as domain
from rightsd.domain import ids
from rightsd.domain.delegation import Delegation, Kind, Scope, State
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import PRESENT
from rightsd.errors import Code, RightsError

LIST_MAX = 200
STANDING_MAX = 20  # Of one subject: read whenever someone else acts for them.


def offer(
    tx: Tx, actor: Principal, *, subject_id: str, delegate_id: str, scope: Scope
) -> Delegation:
    """Offer an account to act for one's subject; it may once it has accepted."""
    actor.require(Role.PERSON)
    subject = subjects.lock(tx, subject_id)
    if subject is None:
        raise RightsError(Code.NOT_FOUND, "there is no such subject")
    actor.require_owner(subject.account_id, "subject")
    if subject.state not in PRESENT:
        raise RightsError(Code.CONFLICT, "this subject has left; nobody acts for them any more")
    scope = domain.checked(scope, tx.now)
    _require_delegate(tx, actor, delegate_id, scope)
    standing = delegations.standing_of(tx, subject_id)
    if len(standing) >= STANDING_MAX:
        raise RightsError(Code.TOO_MANY, f"at most {STANDING_MAX} act for one person; end some")
    if scope.kind is Kind.GUARDIAN and any(each.is_of(Kind.GUARDIAN) for each in standing):
        detail = "a person has one guardian: the one who stands ends that first"
        raise RightsError(Code.CONFLICT, detail)
    salt = secrets.token_bytes(domain.SALT_BYTES)
    facts = {
        "account_id": actor.account_id,
        "subject_id": subject_id,
        "delegate_id": delegate_id,
        "scope": entry.commit(salt, _written(scope)).hex(),
    }
    event = Event("delegation.offered", ids.new("del"), tx.now, facts)
    delegation = domain.evolve(None, event, scope=scope, salt=salt)
    if not delegations.insert(tx, delegation):
        detail = "this account acts for this person already, or was asked; end that first"
        raise RightsError(Code.CONFLICT, detail)
    tx.record(event)
    return delegation


def accept(tx: Tx, actor: Principal, delegation_id: str) -> Delegation:
    """Accept to act for someone. An estate acts once a reviewer has activated it."""
    return _answer(tx, actor, delegation_id, "delegation.accepted")


def decline(tx: Tx, actor: Principal, delegation_id: str) -> Delegation:
    """Decline to act for someone."""
    return _answer(tx, actor, delegation_id, "delegation.declined")


def end(tx: Tx, actor: Principal, delegation_id: str) -> Delegation:
    """End a delegation, from either side: from this commit on nothing may be done under it.

    A minor does not end the delegation of their guardian; the guardian or a reviewer does.
    """
    actor.require(*domain.ROLES, Role.REVIEWER)
    delegation = _lock(tx, delegation_id)
    if actor.role is not Role.REVIEWER:
        _require_party(actor, delegation)
    if (
        actor.account_id == delegation.account_id
        and delegation.state is not State.OFFERED
        and delegation.is_of(Kind.GUARDIAN)
        and authority.is_minor(tx, delegation.subject_id)
    ):
        detail = "you are under age by what was declared: your guardian, or a reviewer, ends this"
        raise RightsError(Code.FORBIDDEN, detail)
    event = Event("delegation.ended", delegation.id, tx.now, {"by": actor.account_id})
    return _write(tx, domain.evolve(delegation, event), event)


def activate(tx: Tx, actor: Principal, delegation_id: str, *, evidence: str) -> Delegation:
    """Let an estate act, as a reviewer who has seen evidence that the person has died.

    The account of the person is not closed: if it was a mistake, they end the delegation.
    """
    actor.require(Role.REVIEWER)
    delegation = _lock(tx, delegation_id)
    facts = {
        "by": actor.account_id,
        "evidence": entry.commit(delegation.salt, evidence.encode()).hex(),
    }
    event = Event("delegation.activated", delegation.id, tx.now, facts)
    return _write(tx, domain.evolve(delegation, event, evidence=evidence), event)


def mine(tx: Tx, actor: Principal) -> list[Delegation]:
    """Return the delegations that the account offered, or was offered, newest first."""
    actor.require(*domain.ROLES)
    return delegations.of_account(tx, actor.account_id, limit=LIST_MAX)


def _answer(tx: Tx, actor: Principal, delegation_id: str, kind: str) -> Delegation:
    actor.require(*domain.ROLES)
    delegation = _lock(tx, delegation_id)
    _require_party(actor, delegation)
    if actor.account_id != delegation.delegate_id:
        raise RightsError(Code.FORBIDDEN, "the one who is to act answers this")
    event = Event(kind, delegation.id, tx.now, {})
    return _write(tx, domain.evolve(delegation, event), event)


def _lock(tx: Tx, delegation_id: str) -> Delegation:
    delegation = delegations.lock(tx, delegation_id)
    if delegation is None:
        raise RightsError(Code.NOT_FOUND, "there is no such delegation")
    return delegation


def _require_party(actor: Principal, delegation: Delegation) -> None:
    if actor.account_id not in {delegation.account_id, delegation.delegate_id}:
        raise RightsError(Code.NOT_FOUND, "there is no such delegation")


def _require_delegate(tx: Tx, actor: Principal, delegate_id: str, scope: Scope) -> None:
    role = accounts.roles(tx, [delegate_id]).get(delegate_id)
    if role not in domain.ROLES or delegate_id == actor.account_id:
        detail = "a person or a rights holder acts for others; there is no other one by this id"
        raise RightsError(Code.INVALID, detail)
    if scope.kind is not Kind.GUARDIAN:
        return
    if role is not Role.PERSON:
        raise RightsError(Code.INVALID, "a guardian is a person")
    if any(authority.is_minor(tx, each.id) for each in subjects.of_account(tx, delegate_id)):
        raise RightsError(Code.INVALID, "a guardian is of age")


def _write(tx: Tx, delegation: Delegation, event: Event) -> Delegation:
    delegations.update(tx, delegation)
    tx.record(event)
    return delegation


def _written(scope: Scope) -> bytes:
    """Return the bytes that the ledger's commitment is to: JSON, in order of name, no spaces."""
    said = asdict(scope)
    for name in ("starts_at", "ends_at"):
        said[name] = said[name] and said[name].isoformat()
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
