"""Who may act for a subject: read where it is used, and held until the commit.

Asked before anything else is locked: delegations come before subjects, and these before consents,
so that nobody waits for one another.
"""

from collections.abc import Sequence

from rightsd.db import delegations, subjects
from rightsd.db.tx import Tx
from rightsd.domain import age, authority
from rightsd.domain.authority import Authority
from rightsd.domain.delegation import Verb
from rightsd.domain.principal import Principal
from rightsd.domain.subject import Subject
from rightsd.errors import Code, RightsError


def require(
    tx: Tx, actor: Principal, verb: Verb, *, subject_id: str, owner_id: str, what: str
) -> Authority:
    """Return that an account may do something for a subject; what it rests on stays till then.

    Args:
        tx: The transaction.
        actor: Who wants to.
        verb: What they want to do.
        subject_id: For whom.
        owner_id: The account that the subject belongs to.
        what: What it is done to, for the one who asks.

    Raises:
        RightsError: NOT_FOUND; FORBIDDEN.
    """
    own = actor.account_id == owner_id
    return authority.require(
        actor.account_id,
        verb,
        owner_id=owner_id,
        delegation=None if own else delegations.hold_between(tx, subject_id, actor.account_id),
        minor=verb in authority.OPENING and is_minor(tx, subject_id),
        what=what,
        now=tx.now,
    )


def require_for(tx: Tx, actor: Principal, verb: Verb, subject_id: str) -> tuple[Subject, Authority]:
    """Return a subject for whom an account may do something, and that it may.

    Raises:
        RightsError: NOT_FOUND; FORBIDDEN.
    """
    subject = subjects.find(tx, subject_id)
    if subject is None:
        raise RightsError(Code.NOT_FOUND, "there is no such subject")
    may = require(
        tx, actor, verb, subject_id=subject_id, owner_id=subject.account_id, what="subject"
    )
    return subject, may


def among(
    tx: Tx, actor: Principal, verb: Verb, people: Sequence[str], *, what: str
) -> list[tuple[Subject, Authority]]:
    """Return for whom of some subjects an account may do something: at least one.

    Raises:
        RightsError: NOT_FOUND, or FORBIDDEN when it acts for some but may not do this.
    """
    found: list[tuple[Subject, Authority]] = []
    trouble = RightsError(Code.NOT_FOUND, f"there is no such {what}")
    for subject_id in sorted(people):
        try:
            found.append(require_for(tx, actor, verb, subject_id))
        except RightsError as error:
            trouble = error if error.code is Code.FORBIDDEN else trouble
    if not found:
        raise trouble
    return found


def reach(tx: Tx, actor: Principal, verb: Verb) -> list[str]:
    """Return ids of all for whom an account may do something: its own, and those it acts for."""
    own = [subject.id for subject in subjects.of_account(tx, actor.account_id)]
    others = [
        delegation.subject_id
        for delegation in delegations.standing_with(tx, actor.account_id)
        if delegation.is_in_force(tx.now)
        and delegation.scope is not None
        and verb in delegation.scope.verbs
    ]
    return sorted({*own, *others})


def is_minor(tx: Tx, subject_id: str) -> bool:
    """Say whether a subject is a minor by what was declared; of the erased no one can say."""
    person = subjects.people(tx, [subject_id]).get(subject_id)
    return person is not None and age.is_minor(person.age, tx.now)
