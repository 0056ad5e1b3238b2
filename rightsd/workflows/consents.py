"""Granting and revoking consent."""

import json
import secrets
from datetime import UTC, timedelta

from ledger import entry
from rightsd.db import accounts, consents, subjects
from rightsd.db.tx import Tx
from rightsd.domain import consent as domain
from rightsd.domain import ids, previews
from rightsd.domain.consent import Consent
from rightsd.domain.events import Event
from rightsd.domain.previews import Preview
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import PRESENT
from rightsd.domain.terms import SALT_BYTES, Terms, checked, written
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

LIST_MAX = 500
EXPIRE_BATCH = 100
ALIKE_MAX = 20  # Consents of one person for one creator: the gate reads them all each time.
CONSENT_MAX = timedelta(days=36_500)


def grant(tx: Tx, actor: Principal, *, subject_id: str, terms: Terms) -> Consent:
    """Record a person's consent to being cast by others, on terms."""
    actor.require(Role.PERSON)
    subject = subjects.hold(tx, subject_id)
    if subject is None:
        raise RightsError(Code.NOT_FOUND, "there is no such subject")
    actor.require_owner(subject.account_id, "subject")
    if subject.state not in PRESENT:
        raise RightsError(Code.CONFLICT, "this subject has left; enrol again to be cast")
    terms = _checked(tx, terms)
    if consents.count_alike(tx, subject_id, terms.grantees) >= ALIKE_MAX:
        detail = f"{ALIKE_MAX} consents for the same creators stand already; revoke some first"
        raise RightsError(Code.TOO_MANY, detail)
    salt = secrets.token_bytes(SALT_BYTES)
    facts = {
        "account_id": actor.account_id,
        "subject_id": subject_id,
        "grantee_id": terms.grantees[0] if terms.grantees else None,
        "expires_at": terms.expires_at and terms.expires_at.astimezone(UTC).isoformat(),
        "audience": terms.audience.value,
        "terms_version": 1,
        "terms": entry.commit(salt, _written(terms)).hex(),
    }
    event = Event("consent.granted", ids.new("con"), tx.now, facts)
    consent = domain.evolve(None, event, terms=terms, salt=salt)
    consents.insert(tx, consent)
    tx.record(event)
    return consent


def preview(tx: Tx, actor: Principal, *, terms: Terms) -> Preview:
    """Return what terms would allow and refuse, by example; nothing is kept."""
    actor.require(Role.PERSON)
    return previews.preview(_checked(tx, terms), tx.now)


def revoke(tx: Tx, actor: Principal, consent_id: str) -> Consent:
    """End a consent. Once this has committed, nothing that rests on it is permitted any more."""
    actor.require(Role.PERSON)
    consent = consents.lock(tx, consent_id)
    if consent is None:
        raise RightsError(Code.NOT_FOUND, "there is no such consent")
    actor.require_owner(consent.account_id, "consent")
    event = Event("consent.revoked", consent.id, tx.now, {})
    consent = domain.evolve(consent, event)
    consents.end(tx, consent.id, consent.state)
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
            consents.end(tx, consent.id, domain.evolve(consent, event).state)
            tx.record(event)
    return len(due)


def _checked(tx: Tx, terms: Terms) -> Terms:
    """Return terms that can be granted now.

    Raises:
        RightsError: INVALID.
    """
    terms = checked(terms)
    if terms.expires_at is not None and not tx.now < terms.expires_at < tx.now + CONSENT_MAX:
        detail = "a consent runs out in the future, within a hundred years, or not at all"
        raise RightsError(Code.INVALID, detail)
    if terms.starts_at is not None and terms.starts_at >= tx.now + CONSENT_MAX:
        raise RightsError(Code.INVALID, "a consent begins within a hundred years")
    roles = accounts.roles(tx, [*terms.grantees, *terms.blocked])
    if any(roles.get(grantee) is not Role.CREATOR for grantee in terms.grantees):
        raise RightsError(Code.INVALID, "consent is granted to a creator; there is none by this id")
    if any(blocked not in roles for blocked in terms.blocked):
        raise RightsError(Code.INVALID, "an account that is to be blocked does not exist")
    return terms


def _written(terms: Terms) -> bytes:
    """Return the bytes that the ledger's commitment is to: JSON, in order of name, no spaces."""
    said = json.dumps(written(terms), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return said.encode()
