"""Taking back what was let others do: suspending, lifting and revoking.

A revocation counts with its commit, since whatever shows or makes anything reads the rows. What
follows in jobs, `workflows/generations/withdrawals.py`, makes the rows say so.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace

from ledger import entry
from rightsd.db import (
    authority,
    claims,
    consents,
    generations,
    licences,
    offers,
    optouts,
    revocations,
    revokers,
    standing,
    subjects,
    works,
)
from rightsd.db.tx import Tx
from rightsd.domain import consent as consent_domain
from rightsd.domain import delegation, ids, radius
from rightsd.domain import licence as licence_domain
from rightsd.domain import offer as offer_domain
from rightsd.domain import optout as optout_domain
from rightsd.domain import revocation as domain
from rightsd.domain.delegation import Verb
from rightsd.domain.events import Event, Value
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import MAKERS, STAFF, Mode, Opening, Revocation, Scope, State, Target
from rightsd.errors import Code, RightsError

LIST_MAX = 200


def make(
    tx: Tx, actor: Principal, *, of: Target, mode: Mode, reason: str | None = None
) -> Revocation:
    """Take something back: from this commit on nothing that rests on it is made or shown.

    Args:
        tx: The transaction.
        actor: Whose it is, or who may pause or revoke for them; or staff, in an emergency.
        of: What is taken back.
        mode: For now or for good; staff take back for now alone.
        reason: Of staff, who must give one.
    """
    actor.require(*MAKERS)
    by_staff = actor.role in STAFF
    if by_staff and mode is not Mode.SUSPEND:
        detail = "staff suspend in an emergency; what is for good is for those whose it is"
        raise RightsError(Code.FORBIDDEN, detail)
    if by_staff != bool(reason):
        detail = "staff give a reason for what they suspend; those whose it is need none"
        raise RightsError(Code.INVALID, detail)
    by = revokers.require(tx, actor, domain.VERBS[mode], of)
    opening, said = _commit({"scope": of.scope.value, **of.named(), **_who(actor, by)})
    facts: dict[str, Value] = {**of.facts(), "by_staff": by_staff, "said": said}
    if reason:
        facts |= {"reason": entry.commit(opening.salt, reason.encode()).hex()}
    event = Event(domain.KINDS[mode], ids.new("rvk"), tx.now, facts)
    made = domain.make(
        *(event, of),
        account_id=actor.account_id,
        by_staff=by_staff,
        reason=reason,
        opening=opening,
    )
    if of.generation_id is not None:
        generations.hold(tx, of.generation_id)  # A release holds its generation before the causes.
    along = _opt_out(tx, made)
    standing.lock_causes(tx)
    made = _settled(tx, made)
    if not revocations.insert(tx, made):
        raise RightsError(Code.CONFLICT, "this is suspended already")
    tx.record(event)
    if made.state is State.REVOKED:
        along += _end(tx, made)
    revocations.insert_consequences(tx, made.id, along)
    return made


def revoke(tx: Tx, actor: Principal, revocation_id: str) -> Revocation:
    """Make a suspension final."""
    actor.require(*delegation.ROLES)
    return _turn(tx, actor, revocation_id, Verb.REVOKE, domain.KINDS[Mode.REVOKE])


def lift(tx: Tx, actor: Principal, revocation_id: str) -> Revocation:
    """Lift a suspension; what nothing else stands against is shown again by a job.

    What staff suspended, staff lift; nobody else's.
    """
    actor.require(*MAKERS)
    return _turn(tx, actor, revocation_id, Verb.RESUME, "revocation.lifted")


def view(tx: Tx, actor: Principal, revocation_id: str) -> Revocation:
    """Return a revocation to those whom it is for, to who made it, to staff and to auditors."""
    actor.require(*MAKERS, Role.AUDITOR)
    found = revocations.find(tx, revocation_id)
    if found is None:
        raise _missing()
    if actor.account_id != found.account_id and actor.role is not Role.AUDITOR:
        revokers.require(tx, actor, Verb.SEE, found.target)
    return found


def mine(tx: Tx, actor: Principal) -> list[Revocation]:
    """Return the revocations of one's people and works, newest first; to staff, those of staff."""
    actor.require(*MAKERS)
    if actor.role in STAFF:
        return revocations.of_staff(tx, limit=LIST_MAX)
    people = authority.reach(tx, actor, Verb.SEE)
    return revocations.seen_by(tx, actor.account_id, people, limit=LIST_MAX)


def _who(actor: Principal, by: revokers.Facts) -> dict[str, Value]:
    return {"account_id": actor.account_id, **by}


def _commit(said: Mapping[str, Value]) -> tuple[Opening, str]:
    """Return what opens the ledger's commitment to something, and that commitment."""
    opening = Opening(entry.encode(said).decode(), secrets.token_bytes(domain.SALT_BYTES))
    return opening, entry.commit(opening.salt, opening.said.encode()).hex()


def _turn(tx: Tx, actor: Principal, revocation_id: str, verb: Verb, kind: str) -> Revocation:
    found = revocations.find(tx, revocation_id)
    if found is None:
        raise _missing()
    by = revokers.require(tx, actor, verb, found.target)
    if found.by_staff != (actor.role in STAFF):
        whose = "staff" if found.by_staff else "those whose it is"
        raise RightsError(Code.FORBIDDEN, f"this was suspended by {whose}, and only they turn it")
    locked = revocations.lock(tx, revocation_id)
    assert locked is not None
    opening, said = _commit(_who(actor, by))
    event = Event(kind, revocation_id, tx.now, {"said": said})
    turned = domain.turn(locked, event, by=actor.account_id, opening=opening)
    if turned.state is State.REVOKED:
        standing.lock_causes(tx)
        turned = _settled(tx, turned)
    revocations.update(tx, turned)
    tx.record(event)
    if turned.state is State.LIFTED:
        _lift_along(tx, turned)
    else:
        revocations.insert_consequences(tx, turned.id, _end(tx, turned))
    return turned


def _settled(tx: Tx, revocation: Revocation) -> Revocation:
    """Return a revocation that, if it is final, is about all that was released until the commit.

    It may have waited for the releases that the causes, locked by now, keep out from here on: what
    was asked for after it began, and is out, is of before it as well.
    """
    if revocation.state is not State.REVOKED:
        return revocation
    return replace(revocation, turned_at=revocations.moment(tx))


def _opt_out(tx: Tx, made: Revocation) -> list[str]:
    """Opt a work out that is taken back, by the rules for claims; return the opt-out's id.

    Of one that is opted out already, nothing. A revocation of some uses of a work needs one.
    """
    if made.target.work_id is None:
        return []
    work = works.find(tx, made.target.work_id)
    assert work is not None
    if optouts.hold_over(tx, work.id):
        return []
    if made.target.scope is not Scope.WORK:
        detail = "anyone may use a work that is not opted out: opt it out first"
        raise RightsError(Code.CONFLICT, detail)
    facts = {"account_id": work.account_id, "work_id": work.id, "because_of": made.id}
    event = Event("optout.registered", ids.new("opt"), tx.now, facts)
    asked = claims.lately(tx)
    # Who opts out in all calm waits for the imports of the account, and this does not: it would be
    # an hour. Whichever of the two is first at this very work, the other leaves it the opt-out.
    if not optouts.insert(tx, optout_domain.evolve(None, event)):
        return []  # Its owner did, meanwhile.
    tx.record(event)
    claims.hold(tx, [work.id])
    claims.brake(tx, work, asked, radius.CAP)
    claims.contest(tx, [work.id])
    return [event.subject]


def _end(tx: Tx, made: Revocation) -> list[str]:
    """End for good what a final revocation takes along; return ids.

    Releases hold people, consents and licences behind the causes, and so does this.
    """
    of = made.target
    if of.consent_id is not None:
        return [_revoke_consent(tx, made, of.consent_id)]
    if of.licence_id is not None:
        return [_revoke_licence(tx, made, of.licence_id)]
    if of.scope is Scope.SUBJECT and of.subject_id is not None:
        subjects.lock(tx, of.subject_id)
        granted = consents.lock_of_subject(tx, of.subject_id)
        return [_revoke_consent(tx, made, each) for each in granted]
    if of.scope is Scope.WORK and of.work_id is not None:
        return _end_licensing(tx, made, of.work_id)
    return []


def _lift_along(tx: Tx, lifted: Revocation) -> None:
    """Lift the opt-out that came with a revocation, or leave it to another that stands."""
    for thing_id in revocations.consequences(tx, lifted.id):
        optout = optouts.lock(tx, thing_id)
        if optout is None or optout.state is not optout_domain.State.STANDING:
            continue
        # Whoever took the work back since holds the opt-out until their commit.
        if (other := revocations.standing_over(tx, optout.work_id)) is not None:
            revocations.insert_consequences(tx, other, [optout.id])
        else:
            event = Event("optout.lifted", optout.id, tx.now, {"because_of": lifted.id})
            optouts.update_state(tx, optout_domain.evolve(optout, event))
            tx.record(event)


def _revoke_consent(tx: Tx, made: Revocation, consent_id: str) -> str:
    consent = consents.lock(tx, consent_id)
    assert consent is not None
    event = Event("consent.revoked", consent_id, tx.now, {"because_of": made.id})
    consents.end(tx, consent_id, consent_domain.evolve(consent, event).state)
    tx.record(event)
    return consent_id


def _revoke_licence(tx: Tx, made: Revocation, licence_id: str) -> str:
    licence = licences.lock(tx, licence_id)
    assert licence is not None
    event = Event("licence.revoked", licence_id, tx.now, {"because_of": made.id})
    licences.update_state(tx, licence_domain.evolve(licence, event))
    tx.record(event)
    return licence_id


def _end_licensing(tx: Tx, made: Revocation, work_id: str) -> list[str]:
    """Withdraw the offers on a work and revoke the licences under them; return their ids."""
    along: list[str] = []
    for offer in offers.lock_on_work(tx, work_id):
        event = Event("offer.withdrawn", offer.id, tx.now, {"because_of": made.id})
        offers.update_state(tx, offer_domain.evolve(offer, event))
        tx.record(event)
        along.append(offer.id)
    active = licences.active_on_work(tx, work_id)
    return along + [_revoke_licence(tx, made, each) for each in active]


def _missing() -> RightsError:
    return RightsError(Code.NOT_FOUND, "there is no such revocation")
