"""Accounts and things that tests need, with the boring fields filled in."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rightsd.db import generations
from rightsd.db.tx import Tx
from rightsd.domain import generation as generation_domain
from rightsd.domain.age import Age
from rightsd.domain.consent import Consent
from rightsd.domain.delegation import Delegation, Kind, Scope, Verb
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, Output, Wanted
from rightsd.domain.licence import Licence
from rightsd.domain.offer import Offer
from rightsd.domain.optout import Optout
from rightsd.domain.price import Per, Price
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import Claim
from rightsd.domain.regime import Kind as NoticeKind
from rightsd.domain.subject import Likeness, Subject
from rightsd.domain.terms import Audience, Terms
from rightsd.domain.work import Kind as WorkKind
from rightsd.domain.work import Work
from rightsd.workflows import (
    accounts,
    consents,
    delegations,
    licences,
    offers,
    optouts,
    subjects,
    works,
)
from rightsd.workflows.generations import metering, requests

LIKENESS = Likeness((224, 172, 140), (60, 40, 30), (40, 90, 160), 1.7, 160.0)
PRICE = Price(500, "EUR", Per.CLIP)
GRANT_TEXT = "grant.1.en"
# What bodies say of whoever enrols, and of whoever grants a consent.
ENROLMENT = {"age": {"adult": True}}
GRANT = {"consent_text": GRANT_TEXT}
ADMIN = Principal("acc_admin", Role.ADMIN)


def account(tx: Tx, role: Role, name: str = "someone") -> Principal:
    opened = accounts.open_account(tx, ADMIN, role=role, name=name)
    return Principal(opened.account.id, role)


def subject(tx: Tx, person: Principal, handle: str = "ada", *, born: str | None = None) -> Subject:
    return subjects.enrol(tx, person, handle=handle, likeness=LIKENESS, age=Age(born, None))


def delegation(
    tx: Tx,
    person: Principal,
    of: Subject,
    to: Principal,
    kind: Kind = Kind.AGENT,
    verbs: Iterable[Verb] = (Verb.SEE,),
    **scope: Any,
) -> Delegation:
    """Let someone act for a subject; they have accepted."""
    offered = delegations.offer(
        tx,
        person,
        subject_id=of.id,
        delegate_id=to.account_id,
        scope=Scope(kind, tuple(verbs), **scope),
    )
    return delegations.accept(tx, to, offered.id)


def consent(
    tx: Tx, person: Principal, of: Subject, to: Principal | None = None, **terms: object
) -> Consent:
    """Let someone be cast: by one creator, or by whom the terms say."""
    named = {} if to is None else {"grantees": (to.account_id,)}
    return consents.grant(
        tx, person, subject_id=of.id, terms=Terms(**named | terms), text=GRANT_TEXT
    )


def work(
    tx: Tx,
    brand: Principal,
    title: str = "Nebula Fox",
    *aliases: str,
    kind: WorkKind = WorkKind.CHARACTER,
) -> Work:
    return works.register(tx, brand, kind=kind, title=title, aliases=aliases)


def optout(tx: Tx, brand: Principal, of: Work) -> Optout:
    return optouts.register(tx, brand, work_id=of.id)


def offer(tx: Tx, brand: Principal, of: Work, price: Price = PRICE, **made: object) -> Offer:
    """Offer licences on a work; what is no member of an offer is a term."""
    fields = {name: made.pop(name) for name in ("shares", "stays_after") if name in made}
    audience = Audience.APPROVED if "grantees" in made else Audience.EVERYONE
    terms = Terms(**{"audience": audience} | made)
    return offers.make_on_work(tx, brand, of.id, terms=terms, price=price, **fields).offer


def licence(tx: Tx, creator: Principal, of: Offer) -> Licence:
    return licences.accept(tx, creator, of.id, digest=of.digest)


def wanted(prompt: str = "a red ball bounces in a park", **fields: object) -> Wanted:
    values = {
        "prompt": prompt,
        "cameos": (),
        "seed": 1,
        "seconds": 2,
        "width": 320,
        "height": 180,
        "salt": bytes(32),
    } | fields
    return Wanted(**values)


def claim(kind: NoticeKind = NoticeKind.COPYRIGHT, **fields: Any) -> Claim:
    """Return what a notice says that lacks nothing."""
    said = {
        "name": "Nora Noter",
        "email": "nora@example.org",
        "statement": "It is mine.",
        "salt": bytes(32),
        "signature": "Nora Noter",
        "work": "The Ball",
        "location": "the clip with the red ball",
        "exact": True,
        "good_faith": True,
        "accurate": True,
        "authorised": True,
        "not_consented": True,
    }
    return Claim(kind, **said | fields)


def published(
    tx: Tx,
    creator: Principal,
    prompt: str = "a red ball",
    *,
    remix_of: str | None = None,
    sha256: str = "0" * 64,
    size: int = 1,
    **fields: object,
) -> Generation:
    """Return a generation on record as published; if no file is named, there is none behind it."""
    cameos = tuple(re.findall(r"@([a-z]+)", prompt))
    asked = requests.request(
        tx, creator, wanted=wanted(prompt, cameos=cameos, **fields), remix_of=remix_of
    )
    output = Output(sha256, size, f"urn:c2pa:{asked.id}", f"evt_{asked.id[4:]}")
    event = Event("generation.published", asked.id, tx.now, {}, output.event_id)
    released = generation_domain.evolve(asked, event, output=output)
    generations.update(tx, released)
    metering.meter(tx, released, released.decision)
    tx.record(event)
    return released


def refused(tx: Tx, creator: Principal) -> Generation:
    """Return a generation on record as refused: nobody by this name gave consent."""
    return requests.request(tx, creator, wanted=wanted("@nobody waves", cameos=("nobody",)))


def withdrawn(tx: Tx, generation_id: str, facts: Mapping[str, Any]) -> Generation:
    """Return a published generation that is withdrawn now."""
    found = generations.lock(tx, generation_id)
    assert found is not None
    event = Event("generation.withdrawn", generation_id, tx.now, facts)
    gone = generation_domain.evolve(found, event, reason="So.")
    generations.update(tx, gone)
    tx.record(event)
    return gone
