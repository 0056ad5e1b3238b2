"""Receiving takedown notices, and deciding on them."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from ledger import entry
from rightsd.db import generations, notices, standing
from rightsd.db.tx import Tx
from rightsd.domain import generation, ids
from rightsd.domain import notice as domain
from rightsd.domain.events import Event
from rightsd.domain.notice import Claim, Notice
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

QUEUE_MAX = 200
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class ReceivedNotice:
    """A notice, and the token by which its claimant comes back, shown this once."""

    notice: Notice
    token: str


def receive(tx: Tx, *, generation_id: str, claim: Claim) -> ReceivedNotice:
    """Take a notice in. Anyone may give one; no account is needed."""
    # Held, so that nobody who is in it is erased between this look and the commit.
    target = generations.hold(tx, generation_id)
    released = (generation.State.PUBLISHED, generation.State.WITHDRAWN)
    if target is None or target.state not in released:
        raise RightsError(Code.NOT_FOUND, "there is no published output by this id")
    written = json.dumps([claim.name, claim.email, claim.statement], ensure_ascii=False)
    facts = {
        "generation_id": generation_id,
        "kind": claim.kind.value,
        "claim": entry.commit(claim.salt, written.encode()).hex(),
    }
    event = Event("notice.received", ids.new("ntc"), tx.now, facts)
    notice = domain.evolve(None, event, claim=claim)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    notices.insert(tx, notice, token_hash=_hash(token))
    tx.record(event)
    return ReceivedNotice(notice, token)


def uphold(tx: Tx, actor: Principal, notice_id: str, *, reason: str) -> Notice:
    """Uphold a notice: from this commit on the output is not shown any more."""
    actor.require(Role.REVIEWER)
    standing.lock_causes(tx)
    return _decide(tx, actor, notice_id, "notice.upheld", reason)


def reject(tx: Tx, actor: Principal, notice_id: str, *, reason: str) -> Notice:
    """Reject a notice."""
    actor.require(Role.REVIEWER)
    return _decide(tx, actor, notice_id, "notice.rejected", reason)


def retract(tx: Tx, notice_id: str, *, token: str) -> Notice:
    """Take a notice back, as its claimant."""
    notice = _of_claimant(tx, notice_id, token)
    locked = notices.lock(tx, notice.id)
    assert locked is not None
    event = Event("notice.retracted", notice.id, tx.now, {})
    retracted = domain.evolve(locked, event)
    notices.update(tx, retracted)
    tx.record(event)
    return retracted


def look_up(tx: Tx, notice_id: str, *, token: str) -> Notice:
    """Return a notice to its claimant."""
    return _of_claimant(tx, notice_id, token)


def queue(tx: Tx, actor: Principal) -> list[Notice]:
    """Return the notices that wait for a reviewer, longest first."""
    actor.require(Role.REVIEWER)
    return notices.queue(tx, limit=QUEUE_MAX)


def _decide(tx: Tx, actor: Principal, notice_id: str, kind: str, reason: str) -> Notice:
    notice = notices.lock(tx, notice_id)
    if notice is None:
        raise RightsError(Code.NOT_FOUND, "there is no such notice")
    event = Event(kind, notice.id, tx.now, {"reviewer_id": actor.account_id})
    decided = domain.evolve(notice, event, reason=reason)
    notices.update(tx, decided)
    tx.record(event)
    return decided


def _of_claimant(tx: Tx, notice_id: str, token: str) -> Notice:
    expected = notices.token_hash(tx, notice_id) or bytes(32)
    notice = notices.find(tx, notice_id)
    if not hmac.compare_digest(_hash(token), expected) or notice is None:
        raise RightsError(Code.NOT_FOUND, "there is no such notice under this token")
    return notice


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
