"""Who may take what back, and who acts for whom in it."""

from collections.abc import Mapping, Sequence

from rightsd.db import (
    accounts,
    authority,
    consents,
    delegations,
    generations,
    licences,
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


def require(
    tx: Tx, actor: Principal, verb: Verb, of: Target, *, maker_id: str | None = None
) -> Facts:
    """Return what the ledger says of who acts for someone; what it rests on is held.

    Args:
        tx: The transaction.
        actor: Who wants to.
        verb: What they want to do.
        of: To what.
        maker_id: Whose revocation of it is turned or seen: one use is of several, and of these only
            those count on whose side that account made it; None: it is made now, or by staff.

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
        facts = _may_of_generation(tx, actor, verb, of.generation_id or "", maker_id)
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


def _may_of_generation(
    tx: Tx, actor: Principal, verb: Verb, generation_id: str, maker_id: str | None
) -> Facts:
    """Let whom it would cast take it back, and whose work it rests on a licence of."""
    made_by_them = maker_id in {None, actor.account_id}
    if made_by_them and _licensor_of(tx, generation_id, actor.account_id):
        return NOBODY
    generation = generations.find(tx, generation_id)
    cast = () if generation is None else generation.wanted.people
    if maker_id is not None:
        cast = _of_side(tx, maker_id, cast)
    people = authority.among(tx, actor, verb, cast, what="generation")
    return people[0][1].facts()


def _licensor_of(tx: Tx, generation_id: str, account_id: str) -> bool:
    """Say whether a generation rests on a licence of a work of an account."""
    row = tx.conn.execute(
        """
        SELECT FROM rights.licence_reliance AS reliance
        JOIN rights.licence ON licence.id = reliance.licence_id
        JOIN rights.offer ON offer.id = licence.offer_id
        JOIN rights.work ON work.id = offer.work_id
        WHERE reliance.generation_id = %s AND work.account_id = %s LIMIT 1
        """,
        (generation_id, account_id),
    ).fetchone()
    return row is not None


def _of_side(tx: Tx, maker_id: str, cast: Sequence[str]) -> list[str]:
    """Return those of some people whose own account made a revocation, or who let it act."""
    acted_for = delegations.people_of(tx, maker_id, cast)
    found = {each: subjects.find(tx, each) for each in cast}
    return [
        each
        for each, subject in found.items()
        if each in acted_for or (subject is not None and subject.account_id == maker_id)
    ]


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
