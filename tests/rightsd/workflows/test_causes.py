"""Whose a cause is: the stopwatch and the proof of a takedown are shown to the same people."""

import pytest

from rightsd.db.tx import Tx
from rightsd.domain.delegation import Verb
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Scope, Target
from rightsd.errors import Code, RightsError
from rightsd.workflows import revocations, stopwatches, takedowns
from tests import people

OF_A_PERSON = [Scope.GENERATION, Scope.REQUESTER, Scope.PLATFORM, Scope.CONSENT, Scope.SUBJECT]


def _sees(tx: Tx, actor: Principal, cause_id: str) -> tuple[bool, bool]:
    """Say whether an account may have a cause's stopwatch, and the proof of its takedown."""
    seen: list[bool] = []
    for ask in (stopwatches.show, takedowns.part_for):
        try:
            ask(tx, actor, cause_id)
        except RightsError as error:
            seen.append(error.code not in {Code.NOT_FOUND, Code.FORBIDDEN})
        else:
            seen.append(True)
    return seen[0], seen[1]


@pytest.mark.parametrize("scope", OF_A_PERSON)
def test_who_may_see_for_a_person_sees_what_came_of_what_they_took_back(
    tx: Tx, scope: Scope
) -> None:
    person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    agent, blind = people.account(tx, Role.PERSON), people.account(tx, Role.PERSON)
    subject = people.subject(tx, person)
    people.delegation(tx, person, subject, agent)
    people.delegation(tx, person, subject, blind, verbs=(Verb.PAUSE,))
    consent = people.consent(tx, person, subject, creator)
    output = people.published(tx, creator, "@ada waves")
    named = {
        Scope.GENERATION: {"generation_id": output.id},
        Scope.REQUESTER: {"requester_id": creator.account_id, "subject_id": subject.id},
        Scope.PLATFORM: {"platform": "reel", "subject_id": subject.id},
        Scope.CONSENT: {"consent_id": consent.id},
        Scope.SUBJECT: {"subject_id": subject.id},
    }
    made = revocations.make(tx, person, of=Target(scope, **named[scope]), mode=Mode.REVOKE)

    assert _sees(tx, person, made.id) == (True, True)
    assert _sees(tx, agent, made.id) == (True, True)
    assert _sees(tx, blind, made.id) == (False, False)
    assert _sees(tx, people.account(tx, Role.PERSON), made.id) == (False, False)
    assert _sees(tx, creator, made.id) == (False, False)  # Who was blocked does not learn by whom.


@pytest.mark.parametrize("scope", [Scope.WORK, Scope.LICENCE])
def test_the_owner_of_a_work_sees_what_staff_took_back_for_them(tx: Tx, scope: Scope) -> None:
    brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
    work = people.work(tx, brand)
    people.optout(tx, brand, work)
    licence = people.licence(tx, creator, people.offer(tx, brand, work))
    named = {Scope.WORK: {"work_id": work.id}, Scope.LICENCE: {"licence_id": licence.id}}[scope]
    reviewer = people.account(tx, Role.REVIEWER)
    made = revocations.make(
        tx, reviewer, of=Target(scope, **named), mode=Mode.SUSPEND, reason="a leak"
    )

    assert _sees(tx, brand, made.id) == (True, True)
    assert _sees(tx, people.account(tx, Role.RIGHTS_HOLDER), made.id) == (False, False)
