"""Accepting offers, ending licences, and what they earned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rightsd.db import authority, consents, follows, licences, offers, turns, usages
from rightsd.db.tx import Tx
from rightsd.domain import delegation, ids
from rightsd.domain import licence as domain
from rightsd.domain import offer as offer_domain
from rightsd.domain import statement as statement_domain
from rightsd.domain.consent import State as ConsentState
from rightsd.domain.delegation import Verb
from rightsd.domain.events import Event, Value
from rightsd.domain.licence import Licence
from rightsd.domain.offer import Offer
from rightsd.domain.principal import Principal, Role
from rightsd.domain.statement import Statement
from rightsd.domain.terms import Audience, Terms
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

LIST_MAX = 500
BATCH = 100
ALIKE_MAX = 20  # Licences of one creator on one thing: the gate reads them all each time.
ENTRIES_MAX = 10_000  # Of one statement.
NOBODY: Mapping[str, Value] = {}


@dataclass(frozen=True, slots=True)
class View:
    """A licence, and what it allows: on a likeness, what the consent allows.

    Attributes:
        subject_id: Whose likeness it is on, if it is on one.
    """

    licence: Licence
    terms: Terms
    subject_id: str | None


def accept(tx: Tx, actor: Principal, offer_id: str, *, digest: str) -> Licence:
    """Accept an offer as it was shown: from this commit on it may be relied on.

    Args:
        tx: The transaction.
        actor: Who accepts.
        offer_id: The offer.
        digest: The commitment to what they were shown, so that nobody accepts something else.
    """
    actor.require(Role.CREATOR, Role.PERSON)
    turns.take(tx, f"licences {actor.account_id}")
    offer = offers.hold(tx, offer_id)
    if offer is None or not _is_open(tx, offer, actor.account_id):
        raise RightsError(Code.NOT_FOUND, "there is no such offer, or it is open no more")
    if offer.concerns(actor.account_id):
        raise RightsError(Code.CONFLICT, "you have a part in this offer, so it is not for you")
    if digest != offer.digest:
        detail = "this is not what the offer says: look at it again, and accept its digest"
        raise RightsError(Code.CONFLICT, detail)
    if len(licences.towards(tx, [offer.thing_id], actor.account_id)) >= ALIKE_MAX:
        raise RightsError(Code.TOO_MANY, f"you have {ALIKE_MAX} licences for the same already")
    facts = {
        "offer_id": offer.id,
        "account_id": actor.account_id,
        "terms_version": offer.terms_version,
        "terms": offer.digest,
    }
    event = Event("licence.issued", ids.new("lic"), tx.now, facts)
    licence = domain.evolve(None, event, offer=offer)
    if not licences.insert(tx, licence):
        raise RightsError(Code.CONFLICT, "you have a licence under this offer already")
    tx.record(event)
    return licence


def revoke(tx: Tx, actor: Principal, licence_id: str) -> Licence:
    """End a licence, as who made the offer, or may revoke for them.

    Nothing is released under it after this commit.
    """
    actor.require(*delegation.ROLES)
    found = licences.find(tx, licence_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no such licence")
    by = _may_end(tx, actor, found.offer)
    licence = licences.lock(tx, licence_id)
    assert licence is not None
    return _end(tx, licence, "licence.revoked", by=by)


def mine(tx: Tx, actor: Principal) -> list[Licence]:
    """Return the licences that the account has, or that are under its offers, newest first.

    Those on consents are among them that are for others and that the account sees.
    """
    actor.require(Role.PERSON, Role.RIGHTS_HOLDER, Role.CREATOR)
    people = authority.reach(tx, actor, Verb.SEE)
    return licences.of_account(tx, actor.account_id, people, limit=LIST_MAX)


def view(tx: Tx, licence: Licence) -> View:
    """Return a licence as everyone sees it whom it concerns."""
    offer = licence.offer
    if offer.consent_id is None:
        return View(licence, offer.terms, None)
    consent = consents.find(tx, offer.consent_id)
    assert consent is not None
    return View(licence, consent.terms, consent.subject_id)


def statement(tx: Tx, actor: Principal, *, begins: datetime, ends: datetime) -> Statement:
    """Return what the account's licences cost, or what its shares earned, in a period."""
    actor.require(Role.PERSON, Role.RIGHTS_HOLDER, Role.CREATOR)
    if begins >= ends:
        raise RightsError(Code.INVALID, "the period ends before it begins")
    account_id = actor.account_id
    found = usages.entries(tx, account_id, begins=begins, ends=ends, limit=ENTRIES_MAX + 1)
    if len(found) > ENTRIES_MAX:
        detail = f"more than {ENTRIES_MAX} licences were used; ask for a shorter period"
        raise RightsError(Code.TOO_LARGE, detail)
    return statement_domain.state(found, account_id, begins=begins, ends=ends)


def expire_due(rt: Runtime) -> int:
    """Mark licences that have run out; return how many. They permit nothing before that too."""
    with rt.transaction() as tx:
        due = licences.lock_due(tx, BATCH)
        for licence in due:
            _end(tx, licence, "licence.expired")
    return len(due)


def end_under_consent(rt: Runtime, consent_id: str) -> None:
    """Withdraw the offers on a consent that ended, and end the licences under them.

    Housekeeping: where they are used, the consent itself is asked.
    """
    while True:
        with rt.transaction() as tx:
            open_still = offers.lock_under(tx, consent_id, limit=BATCH)
            for offer in open_still:
                event = Event("offer.withdrawn", offer.id, tx.now, {"because_of": consent_id})
                offers.update_state(tx, offer_domain.evolve(offer, event))
                tx.record(event)
            consent = consents.find(tx, consent_id)
            has_expired = consent is not None and consent.state is ConsentState.EXPIRED
            active = licences.lock_under(tx, consent_id, limit=BATCH)
            for licence in active:
                _end(tx, licence, "licence.expired" if has_expired else "licence.revoked")
        if not open_still and not active:
            return


def _may_end(tx: Tx, actor: Principal, offer: Offer) -> Mapping[str, Value]:
    """Return what the ledger says of who ends a licence: nothing of those who do it themselves."""
    if offer.consent_id is None:
        actor.require_owner(offer.account_id, "licence")
        return NOBODY
    parties = consents.parties(tx, offer.consent_id)
    assert parties is not None
    subject_id, owner_id = parties
    return authority.require(
        tx, actor, Verb.REVOKE, subject_id=subject_id, owner_id=owner_id, what="licence"
    ).facts()


def _end(tx: Tx, licence: Licence, kind: str, *, by: Mapping[str, Value] = NOBODY) -> Licence:
    event = Event(kind, licence.id, tx.now, by)
    licence = domain.evolve(licence, event)
    licences.update_state(tx, licence)
    tx.record(event)
    return licence


def _is_open(tx: Tx, offer: Offer, creator_id: str) -> bool:
    """Say whether a creator may accept an offer; a consent that it is on is held."""
    if not offer.is_open_to(creator_id, tx.now):
        return False
    if offer.consent_id is None:
        return True
    consent = consents.hold(tx, offer.consent_id)
    assert consent is not None
    asks = consent.terms.audience is Audience.MUTUALS
    mutual = asks and bool(follows.mutuals(tx, creator_id, [consent.account_id]))
    return consent.reaches(creator_id, tx.now, mutual=mutual)
