"""Who may take what back, and who acts for whom in it."""

from collections.abc import Mapping

from rightsd.db import (
    accounts,
    authority,
    consents,
    generations,
    licences,
    revocations,
    subjects,
    works,
)
from rightsd.db.tx import Tx
from rightsd.domain.delegation import Verb
from rightsd.domain.events import Value
from rightsd.domain.principal import Principal
from rightsd.domain.revocation import STAFF, Target
from rightsd.errors import Code, RightsError

Facts = Mapping[str, Value]
NOBODY: Facts = {}


def require(tx: Tx, actor: Principal, verb: Verb, of: Target) -> Facts:
    """Return what the ledger says of who acts for someone; what it rests on is held.

    Raises:
        RightsError: NOT_FOUND, FORBIDDEN.
    """
    if actor.role in STAFF:
        _require_there(tx, of)
        return NOBODY
    if of.work_id is not None:
        work = works.find(tx, of.work_id)
        actor.require_owner("" if work is None else work.account_id, "work")
        facts = NOBODY
    elif of.subject_id is not None:
        facts = authority.require_for(tx, actor, verb, of.subject_id)[1].facts()
    elif of.consent_id is not None:
        facts = _may_of_consent(tx, actor, verb, of.consent_id, what="consent")
    elif of.licence_id is not None:
        licence = licences.find(tx, of.licence_id)
        if licence is None:
            raise RightsError(Code.NOT_FOUND, "there is no such licence")
        if licence.offer.consent_id is None:
            actor.require_owner(licence.offer.account_id, "licence")
            return NOBODY
        consent_id = licence.offer.consent_id
        facts = _may_of_consent(tx, actor, verb, consent_id, what="licence")
    else:
        facts = _may_of_generation(tx, actor, verb, of.generation_id or "")
    _require_there(tx, Target(of.scope, requester_id=of.requester_id))
    return facts


def _may_of_consent(tx: Tx, actor: Principal, verb: Verb, consent_id: str, *, what: str) -> Facts:
    parties = consents.parties(tx, consent_id)
    if parties is None:
        raise RightsError(Code.NOT_FOUND, f"there is no such {what}")
    subject_id, owner_id = parties
    return authority.require(
        tx, actor, verb, subject_id=subject_id, owner_id=owner_id, what=what
    ).facts()


def _may_of_generation(tx: Tx, actor: Principal, verb: Verb, generation_id: str) -> Facts:
    """Let whom it would cast take it back, and whose work it rests on a licence of."""
    if revocations.licensor_of(tx, generation_id, actor.account_id):
        return NOBODY
    generation = generations.find(tx, generation_id)
    cast = () if generation is None else generation.wanted.people
    people = authority.among(tx, actor, verb, cast, what="generation")
    return people[0][1].facts()


def _require_there(tx: Tx, of: Target) -> None:
    """Check that what staff take back exists."""
    for name, missing in {
        "generation": of.generation_id and generations.find(tx, of.generation_id) is None,
        "consent": of.consent_id and consents.parties(tx, of.consent_id) is None,
        "licence": of.licence_id and licences.find(tx, of.licence_id) is None,
        "subject": of.subject_id and subjects.find(tx, of.subject_id) is None,
        "work": of.work_id and works.find(tx, of.work_id) is None,
        "account": of.requester_id and not accounts.roles(tx, [of.requester_id]),
    }.items():
        if missing:
            raise RightsError(Code.NOT_FOUND, f"there is no such {name}")
