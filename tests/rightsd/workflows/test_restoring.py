"""What a cause kept withdrawn is shown again when it is over, and nothing else is."""

from rightsd.db import generations
from rightsd.db.tx import Tx
from rightsd.domain.generation import State
from rightsd.domain.principal import Role
from rightsd.workflows import consents, notices
from rightsd.workflows.generations import withdrawals
from tests import people

CAUSE = "ntc_over"


def _state(tx: Tx, generation_id: str) -> tuple[State, str | None]:
    found = generations.find(tx, generation_id)
    assert found is not None
    return found.state, found.because_of


def test_what_nothing_else_is_against_is_restored(tx: Tx) -> None:
    output = people.published(tx, people.account(tx, Role.CREATOR))
    people.withdrawn(tx, output.id, {"because_of": CAUSE})

    assert withdrawals.restore_if_permitted(tx, output.id, CAUSE)

    assert _state(tx, output.id) == (State.PUBLISHED, None)
    assert tx.events[-1].kind == "generation.restored"
    assert tx.events[-1].data == {"because_of": CAUSE}
    assert not withdrawals.restore_if_permitted(tx, output.id, CAUSE)


def test_the_end_of_one_cause_restores_nothing_that_another_withdrew(tx: Tx) -> None:
    output = people.published(tx, people.account(tx, Role.CREATOR))
    people.withdrawn(tx, output.id, {"because_of": "sub_who_objected"})

    assert not withdrawals.restore_if_permitted(tx, output.id, CAUSE)

    assert _state(tx, output.id) == (State.WITHDRAWN, "sub_who_objected")


def test_what_else_is_against_it_keeps_it_withdrawn_from_then_on(tx: Tx) -> None:
    reviewer, creator = people.account(tx, Role.REVIEWER), people.account(tx, Role.CREATOR)
    output = people.published(tx, creator)
    received = notices.receive(tx, generation_id=output.id, claim=people.claim())
    people.withdrawn(tx, output.id, {"because_of": CAUSE})
    notices.uphold(tx, reviewer, received.notice.id, reason="so")

    assert not withdrawals.restore_if_permitted(tx, output.id, CAUSE)

    assert _state(tx, output.id) == (State.WITHDRAWN, received.notice.id)


def test_what_rested_on_an_ended_consent_is_not_restored(tx: Tx) -> None:
    person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    given = people.consent(tx, person, people.subject(tx, person), creator)
    output = people.published(tx, creator, "@ada waves")
    people.withdrawn(tx, output.id, {"because_of": CAUSE})
    consents.revoke(tx, person, given.id)

    assert not withdrawals.restore_if_permitted(tx, output.id, CAUSE)

    assert _state(tx, output.id) == (State.WITHDRAWN, given.id)
