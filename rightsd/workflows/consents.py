"""Granting and revoking consent."""

import json
import secrets
from datetime import UTC, timedelta

from ledger import entry
from rightsd.db import accounts, authority, consents, subjects, turns
from rightsd.db.tx import Tx
from rightsd.domain import consent as domain
from rightsd.domain import consenttext, delegation, ids, minority, previews
from rightsd.domain.consent import Consent
from rightsd.domain.consenttext import About
from rightsd.domain.delegation import Verb
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


def grant(tx: Tx, actor: Principal, *, subject_id: str, terms: Terms, text: str) -> Consent:
    """Record a person's consent to being cast by others, on terms.

    Args:
        tx: The transaction.
        actor: The person, or who may grant for them.
        subject_id: Who is to be cast.
        terms: For whom, for what, where, when and how often.
        text: Name of the consent text that the actor was shown.
    """
    actor.require(*delegation.ROLES)
    turns.take(tx, f"consents {subject_id}")
    subject, may = authority.require_for(tx, actor, Verb.GRANT, subject_id)
    held = subjects.hold(tx, subject_id)
    if held is None or held.state not in PRESENT:
        raise RightsError(Code.CONFLICT, "this subject has left; enrol again to be cast")
    shown = consenttext.accepted(text, About.GRANT, tx.now)
    terms = _checked(tx, minority.protected(terms) if may.minor else terms)
    may.require_within(terms, tx.now)
    if consents.count_alike(tx, subject_id, terms.grantees) >= ALIKE_MAX:
        detail = f"{ALIKE_MAX} consents for the same creators stand already; revoke some first"
        raise RightsError(Code.TOO_MANY, detail)
    salt = secrets.token_bytes(SALT_BYTES)
    facts = {
        "account_id": subject.account_id,
        "subject_id": subject_id,
        "grantee_id": terms.grantees[0] if terms.grantees else None,
        "expires_at": terms.expires_at and terms.expires_at.astimezone(UTC).isoformat(),
        "audience": terms.audience.value,
        "terms_version": 1,
        "terms": entry.commit(salt, _written(terms)).hex(),
        **consenttext.facts(shown),
        **may.facts(),
    }
    event = Event("consent.granted", ids.new("con"), tx.now, facts)
    consent = domain.evolve(None, event, terms=terms, salt=salt, text=shown)
    consents.insert(tx, consent)
    tx.record(event)
    return consent


def preview(tx: Tx, actor: Principal, *, terms: Terms, subject_id: str | None = None) -> Preview:
    """Return what terms would allow and refuse, by example; nothing is kept.

    Args:
        tx: The transaction.
        actor: Who might grant them.
        terms: The terms.
        subject_id: For whom, if that is known: a minor's terms are stricter.
    """
    actor.require(*delegation.ROLES)
    if subject_id is not None:
        _, may = authority.require_for(tx, actor, Verb.GRANT, subject_id)
        terms = minority.protected(terms) if may.minor else terms
    return previews.preview(_checked(tx, terms), tx.now)


def revoke(tx: Tx, actor: Principal, consent_id: str) -> Consent:
    """End a consent. Once this has committed, nothing that rests on it is permitted any more."""
    actor.require(*delegation.ROLES)
    found = consents.parties(tx, consent_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no such consent")
    subject_id, owner_id = found
    may = authority.require(
        tx, actor, Verb.REVOKE, subject_id=subject_id, owner_id=owner_id, what="consent"
    )
    consent = consents.lock(tx, consent_id)
    assert consent is not None
    event = Event("consent.revoked", consent.id, tx.now, may.facts())
    consent = domain.evolve(consent, event)
    consents.end(tx, consent.id, consent.state)
    tx.record(event)
    return consent


def mine(tx: Tx, actor: Principal) -> list[Consent]:
    """Return the consents of the account's subjects, of those it acts for, and for it."""
    people = whose(tx, actor)
    return consents.of_account(tx, actor.account_id, sorted(people), limit=LIST_MAX)


def whose(tx: Tx, actor: Principal) -> frozenset[str]:
    """Return ids of the subjects whose consents the account sees whole: its own, and others'.

    Of a consent that it was granted it does not see who else was.
    """
    actor.require(*delegation.ROLES, Role.CREATOR)
    return frozenset(authority.reach(tx, actor, Verb.SEE))


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
