"""The log says that something was taken back, and not by whom or from whom; parties open it."""

import json

import pytest

from ledger import entry
from rightsd.db import generations
from rightsd.db.tx import Tx
from rightsd.domain.delegation import Verb
from rightsd.domain.events import Event
from rightsd.domain.generation import State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Opening, Revocation, Scope, Target
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import revocations, stopwatches
from rightsd.workflows.generations import requests
from tests import people
from tests.daemon import settle

AUDITOR = Principal("acc_auditor", Role.AUDITOR)


def _opens(opening: Opening | None, event: Event) -> bool:
    assert opening is not None
    return event.data["said"] == entry.commit(opening.salt, opening.said.encode()).hex()


def _events(tx: Tx, made: Revocation) -> list[Event]:
    return [event for event in tx.events if event.subject == made.id]


@pytest.mark.parametrize(
    "scope", [Scope.REQUESTER, Scope.PLATFORM, Scope.CONSENT, Scope.SUBJECT, Scope.GENERATION]
)
def test_what_a_delegate_takes_back_and_lifts_names_nobody_and_is_opened(
    tx: Tx, scope: Scope
) -> None:
    person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    agent = people.account(tx, Role.RIGHTS_HOLDER)
    subject = people.subject(tx, person)
    delegation = people.delegation(
        tx, person, subject, agent, verbs=(Verb.SEE, Verb.PAUSE, Verb.RESUME)
    )
    consent = people.consent(tx, person, subject, creator)
    output = people.published(tx, creator, "@ada waves")
    named = {
        Scope.GENERATION: {"generation_id": output.id},
        Scope.REQUESTER: {"requester_id": creator.account_id, "subject_id": subject.id},
        Scope.PLATFORM: {"platform": "reel", "subject_id": subject.id},
        Scope.CONSENT: {"consent_id": consent.id},
        Scope.SUBJECT: {"subject_id": subject.id},
    }[scope]

    made = revocations.make(tx, agent, of=Target(scope, **named), mode=Mode.SUSPEND)
    revocations.lift(tx, agent, made.id)

    suspended, lifted = _events(tx, made)
    assert set(suspended.data) == {"about", "single", "by_staff", "said"}
    assert set(lifted.data) == {"said"}
    seen = revocations.view(tx, AUDITOR, made.id)
    assert seen == revocations.view(tx, person, made.id)
    assert _opens(seen.opening, suspended)
    assert _opens(seen.turning, lifted)
    assert seen.opening is not None
    who = {"account_id": agent.account_id, "by": agent.account_id, "under": [delegation.id]}
    assert json.loads(seen.opening.said) == {"scope": scope.value, **named, **who}


def test_a_creator_who_is_blocked_finds_neither_who_nor_that(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        subject = people.subject(tx, person)
        people.consent(tx, person, subject, creator)
        waiting = requests.request(tx, creator, wanted=people.wanted("@ada waves", cameos=("ada",)))
        of = Target(Scope.REQUESTER, requester_id=creator.account_id, subject_id=subject.id)
        made = revocations.make(tx, person, of=of, mode=Mode.SUSPEND)
    settle(rt)

    with rt.transaction() as tx:
        found = generations.find(tx, waiting.id)
        rows = tx.conn.execute(
            "SELECT kind, convert_from(body, 'UTF8') FROM ledger.entry WHERE subject = ANY(%s)",
            ([waiting.id, made.id],),
        )
        bodies = dict(rows.fetchall())
        assert found is not None
        assert (found.state, found.because_of) == (State.REFUSED, made.id)
        assert stopwatches.show(tx, person, made.id).dead.count == 1
        with pytest.raises(RightsError) as caught:
            revocations.view(tx, creator, made.id)
    assert made.id not in bodies["generation.refused"]
    said = bodies["revocation.suspended"]
    assert not any(name in said for name in (person.account_id, creator.account_id, subject.id))
    assert "requester" not in said
    assert caught.value.code is Code.FORBIDDEN
