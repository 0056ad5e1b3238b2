"""Making offers, agreeing to a share in one, and withdrawing them."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ledger import entry
from rightsd.db import accounts, authority, consents, offers, turns, works
from rightsd.db.tx import Tx
from rightsd.domain import delegation, ids
from rightsd.domain import offer as domain
from rightsd.domain.consent import Consent
from rightsd.domain.consent import State as ConsentState
from rightsd.domain.delegation import Verb
from rightsd.domain.events import Event, Value
from rightsd.domain.offer import OPEN, SALT_BYTES, Ending, Offer, Share, State
from rightsd.domain.price import Price, checked
from rightsd.domain.principal import Principal, Role
from rightsd.domain.terms import Terms
from rightsd.errors import Code, RightsError

LIST_MAX = 200
OFFERS_MAX = 20  # On one work or consent at a time: whoever is refused is shown them.
HOLDERS = (Role.PERSON, Role.RIGHTS_HOLDER)
NOBODY: Mapping[str, Value] = {}


@dataclass(frozen=True, slots=True)
class View:
    """An offer as someone sees it.

    Attributes:
        terms: What it allows: of a likeness, what the consent allows.
        subject_id: Whose likeness it is on, if it is on one.
    """

    offer: Offer
    terms: Terms
    subject_id: str | None


def make_on_work(
    tx: Tx,
    actor: Principal,
    work_id: str,
    *,
    terms: Terms,
    price: Price,
    shares: Sequence[Share] = (),
    stays_after: Sequence[Ending] = (Ending.EXPIRED,),
) -> View:
    """Offer licences on a work; whoever shares in what they earn has to agree first."""
    actor.require(Role.RIGHTS_HOLDER)
    turns.take(tx, f"offers {work_id}")
    work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
    terms = domain.checked_terms(terms)
    if terms.expires_at is not None and terms.expires_at <= tx.now:
        raise RightsError(Code.INVALID, "these terms have run out already")
    roles = accounts.roles(tx, terms.grantees)
    if any(roles.get(grantee) is not Role.CREATOR for grantee in terms.grantees):
        raise RightsError(Code.INVALID, "an offer names creators; there is none by this id")
    owner_id = actor.account_id
    agreed = domain.checked_shares(shares, owner_id)
    draft = _draft(owner_id, tx.now, terms, checked(price), agreed, stays_after)
    draft = replace(draft, work_id=work_id, title=work.title)
    return View(_make(tx, draft, terms), terms, None)


def make_on_consent(
    tx: Tx,
    actor: Principal,
    consent_id: str,
    *,
    shares: Sequence[Share] = (),
    stays_after: Sequence[Ending] = (Ending.EXPIRED,),
) -> View:
    """Offer what a consent allows, at its price, to whom it is meant for.

    It is the person's offer, also if someone makes it who may grant for them.
    """
    actor.require(*delegation.ROLES)
    turns.take(tx, f"offers {consent_id}")
    found = consents.parties(tx, consent_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no such consent")
    subject_id, owner_id = found
    may = authority.require(
        tx, actor, Verb.GRANT, subject_id=subject_id, owner_id=owner_id, what="consent"
    )
    consent = consents.hold(tx, consent_id)
    assert consent is not None
    price = consent.terms.price
    if price is None:
        detail = "this consent asks no price, so whom it is meant for needs no licence"
        raise RightsError(Code.CONFLICT, detail)
    if consent.state is not ConsentState.GRANTED:
        raise RightsError(Code.CONFLICT, f"this consent is {consent.state}")
    may.require_within(consent.terms, tx.now)
    by = None if may.delegation is None else actor.account_id
    agreed = domain.checked_shares(shares, owner_id, by=by)
    draft = _draft(owner_id, tx.now, OPEN, price, agreed, stays_after)
    draft = replace(draft, consent_id=consent_id)
    return _view(_make(tx, draft, consent.terms, by=may.facts()), consent)


def join(tx: Tx, actor: Principal, offer_id: str) -> View:
    """Agree to one's share in an offer; with the last one it is open."""
    actor.require(*HOLDERS)
    offer = _lock(tx, actor, offer_id)
    domain.MACHINE.next(offer.state, "offer.joined")
    shares = domain.joined(offer, actor.account_id)
    all_agreed = all(share.accepted for share in shares)
    event = Event("offer.opened" if all_agreed else "offer.joined", offer.id, tx.now, {})
    offer = replace(domain.evolve(offer, event), shares=shares)
    offers.accept_share(tx, offer.id, actor.account_id)
    offers.update_state(tx, offer)
    tx.record(event)
    return _seen(tx, offer)


def withdraw(tx: Tx, actor: Principal, offer_id: str) -> View:
    """Withdraw an offer, as who made it, shares in it or may revoke for the person it is of.

    Licences under it stay.
    """
    actor.require(*HOLDERS)
    found, by = offers.find(tx, offer_id), NOBODY
    if found is not None and found.consent_id and not found.concerns(actor.account_id):
        by = _for_person(tx, actor, found.consent_id)
    offer = offers.lock(tx, offer_id)
    if offer is None or not (by or offer.concerns(actor.account_id)):
        raise RightsError(Code.NOT_FOUND, "there is no such offer")
    return _seen(tx, _withdraw(tx, offer, by=by))


def mine(tx: Tx, actor: Principal) -> list[View]:
    """Return the offers that an account made or shares in, newest first.

    Those on consents are among them that are for others and that the account sees.
    """
    actor.require(*HOLDERS)
    people = authority.reach(tx, actor, Verb.SEE)
    found = offers.of_account(tx, actor.account_id, people, limit=LIST_MAX)
    return [_seen(tx, each) for each in found]


def open_now(tx: Tx, actor: Principal, *, work_id: str | None = None) -> list[View]:
    """Return the offers that an account may accept, newest first; only those on one work."""
    actor.require(Role.CREATOR, Role.PERSON)
    things = None if work_id is None else [work_id]
    found = offers.open_to(tx, actor.account_id, thing_ids=things, limit=LIST_MAX)
    return [_seen(tx, offer) for offer in found]


def _draft(
    owner_id: str,
    now: datetime,
    terms: Terms,
    price: Price,
    shares: Sequence[Share],
    stays_after: Sequence[Ending],
) -> Offer:
    """Return an offer on nothing yet."""
    return Offer(
        id=ids.new("off"),
        account_id=owner_id,
        work_id=None,
        consent_id=None,
        title="",
        terms=terms,
        terms_version=1,
        price=price,
        stays_after=tuple(sorted(set(stays_after))),
        shares=tuple(shares),
        salt=secrets.token_bytes(SALT_BYTES),
        digest="",
        state=State.PROPOSED,
        made_at=now,
        ended_at=None,
    )


def _make(tx: Tx, draft: Offer, terms: Terms, *, by: Mapping[str, Value] = NOBODY) -> Offer:
    """Put an offer on record: open, or proposed to those who share in it."""
    roles = accounts.roles(tx, [share.account_id for share in draft.shares])
    if any(roles.get(share.account_id) not in HOLDERS for share in draft.shares):
        detail = "shares are of persons and rights holders; there is none by one of these ids"
        raise RightsError(Code.INVALID, detail)
    if offers.count_on(tx, draft.thing_id) >= OFFERS_MAX:
        detail = f"{OFFERS_MAX} offers on this stand already; withdraw some first"
        raise RightsError(Code.TOO_MANY, detail)
    draft = replace(draft, digest=entry.commit(draft.salt, domain.shown(draft, terms)).hex())
    facts: dict[str, Value] = {
        "account_id": draft.account_id,
        "work_id": draft.work_id,
        "consent_id": draft.consent_id,
        "terms_version": draft.terms_version,
        "terms": draft.digest,
        **by,
    }
    agreed = all(share.accepted for share in draft.shares)
    event = Event("offer.opened" if agreed else "offer.proposed", draft.id, tx.now, facts)
    offer = domain.evolve(None, event, made=draft)
    offers.insert(tx, offer)
    tx.record(event)
    return offer


def _lock(tx: Tx, actor: Principal, offer_id: str) -> Offer:
    offer = offers.lock(tx, offer_id)
    if offer is None or not offer.concerns(actor.account_id):
        raise RightsError(Code.NOT_FOUND, "there is no such offer")
    return offer


def _for_person(tx: Tx, actor: Principal, consent_id: str) -> Mapping[str, Value]:
    """Return what the ledger says of who ends something for another; see `authority.require`."""
    found = consents.parties(tx, consent_id)
    assert found is not None
    subject_id, owner_id = found
    return authority.require(
        tx, actor, Verb.REVOKE, subject_id=subject_id, owner_id=owner_id, what="offer"
    ).facts()


def _withdraw(tx: Tx, offer: Offer, *, by: Mapping[str, Value]) -> Offer:
    event = Event("offer.withdrawn", offer.id, tx.now, by)
    offer = domain.evolve(offer, event)
    offers.update_state(tx, offer)
    tx.record(event)
    return offer


def _seen(tx: Tx, offer: Offer) -> View:
    if offer.consent_id is None:
        return View(offer, offer.terms, None)
    consent = consents.find(tx, offer.consent_id)
    assert consent is not None
    return _view(offer, consent)


def _view(offer: Offer, consent: Consent) -> View:
    return View(offer, consent.terms, consent.subject_id)
