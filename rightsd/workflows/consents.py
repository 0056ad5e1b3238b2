"""Granting and revoking consent."""

from datetime import UTC, datetime, timedelta

from rightsd.db import accounts, consents, subjects
from rightsd.db.tx import Tx
from rightsd.domain import consent as domain
from rightsd.domain import ids
from rightsd.domain.consent import Consent
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import State
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

LIST_MAX = 500
EXPIRE_BATCH = 100
CONSENT_MAX = timedelta(days=36_500)


def grant(
    tx: Tx, actor: Principal, *, subject_id: str, grantee_id: str, expires_at: datetime | None
) -> Consent:
    """Record a person's consent to being cast by one creator."""
    actor.require(Role.PERSON)
    subject = subjects.hold(tx, subject_id)
    if subject is None:
        raise RightsError(Code.NOT_FOUND, "there is no such subject")
    actor.require_owner(subject.account_id, "subject")
    if subject.state is not State.ENROLLED:
        raise RightsError(Code.CONFLICT, "this subject has left; enrol again to be cast")
    grantee = accounts.find(tx, grantee_id)
    if grantee is None or grantee.role is not Role.CREATOR:
        raise RightsError(Code.INVALID, "consent is granted to a creator; there is none by this id")
    if expires_at is not None and not tx.now < expires_at < tx.now + CONSENT_MAX:
        detail = "a consent runs out in the future, within a hundred years, or not at all"
        raise RightsError(Code.INVALID, detail)
    facts = {
        "account_id": actor.account_id,
        "subject_id": subject_id,
        "grantee_id": grantee_id,
        "expires_at": expires_at and expires_at.astimezone(UTC).isoformat(),
    }
    event = Event("consent.granted", ids.new("con"), tx.now, facts)
    consent = domain.evolve(None, event)
    consents.insert(tx, consent)
    tx.record(event)
    return consent


def revoke(tx: Tx, actor: Principal, consent_id: str) -> Consent:
    """End a consent. Once this has committed, nothing that rests on it is permitted any more."""
    actor.require(Role.PERSON)
    consent = consents.lock(tx, consent_id)
    if consent is None:
        raise RightsError(Code.NOT_FOUND, "there is no such consent")
    actor.require_owner(consent.account_id, "consent")
    event = Event("consent.revoked", consent.id, tx.now, {})
    consent = domain.evolve(consent, event)
    consents.update_state(tx, consent)
    tx.record(event)
    return consent


def mine(tx: Tx, actor: Principal) -> list[Consent]:
    """Return the consents that the account granted, or was granted."""
    actor.require(Role.PERSON, Role.CREATOR)
    return consents.of_account(tx, actor.account_id, limit=LIST_MAX)


def expire_due(rt: Runtime) -> int:
    """Mark consents that have run out; return how many. They permit nothing before that too."""
    with rt.transaction() as tx:
        due = consents.lock_due(tx, EXPIRE_BATCH)
        for consent in due:
            event = Event("consent.expired", consent.id, tx.now, {})
            consents.update_state(tx, domain.evolve(consent, event))
            tx.record(event)
    return len(due)
