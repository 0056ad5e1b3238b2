"""Who may have the proof of what came of a cause, and how much of it."""

from rightsd.db import authority, consents, copies, likenesses, subjects, takedowns
from rightsd.db.tx import Tx
from rightsd.domain.delegation import Verb
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

STAFF = frozenset({Role.REVIEWER, Role.AUDITOR, Role.ADMIN})


def part_for(tx: Tx, actor: Principal, cause_id: str) -> str | None:
    """Return the platform whose part of a proof an account may have; None: it may have all.

    Staff and the parties of the cause may have all: whose consent, work, opt-out or licence it is,
    who may see for that person, and whose output a notice is against or a likeness was found in.

    Raises:
        RightsError: NOT_FOUND, for everyone else.
    """
    if actor.role in STAFF:
        return None
    if actor.role is Role.PLATFORM:
        platform_id = copies.hold_platform_of(tx, actor.account_id)
        if platform_id is not None:
            return platform_id
    elif actor.account_id in takedowns.parties(tx, cause_id) or _sees(tx, actor, cause_id):
        return None
    raise RightsError(Code.NOT_FOUND, "there is no such takedown")


def _sees(tx: Tx, actor: Principal, cause_id: str) -> bool:
    """Return whether an account may see for whom this is, or whose consent or likeness it is."""
    consent = consents.find(tx, cause_id)
    whose = likenesses.subject_of(tx, cause_id) if consent is None else consent.subject_id
    subject = subjects.find(tx, whose or cause_id)
    return subject is not None and subject.id in authority.reach(tx, actor, Verb.SEE)
