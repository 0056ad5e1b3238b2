"""Who acts for a person offers their likeness and ends licences, as far as they were let."""

from collections.abc import Callable

import pytest

from rightsd.db.tx import Tx
from rightsd.domain.ceiling import Ceiling
from rightsd.domain.delegation import Kind, Verb
from rightsd.domain.licence import State as LicenceState
from rightsd.domain.offer import Share, State
from rightsd.domain.price import Per, Price
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Subject
from rightsd.errors import Code, RightsError
from rightsd.workflows import delegations, licences, offers
from tests import people

PRICE = Price(500, "JPY", Per.CLIP)


@pytest.fixture
def agent(tx: Tx) -> Principal:
    return people.account(tx, Role.RIGHTS_HOLDER)


def code(act: Callable[[], object]) -> Code:
    with pytest.raises(RightsError) as caught:
        act()
    return caught.value.code


def test_an_agent_sells_and_ends_licences_for_the_person(
    tx: Tx, person: Principal, ada: Subject, agent: Principal, creator: Principal
) -> None:
    given = people.consent(tx, person, ada, creator, price=PRICE)
    assert code(lambda: offers.make_on_consent(tx, agent, given.id)) is Code.NOT_FOUND
    verbs = [Verb.GRANT, Verb.REVOKE, Verb.SEE]
    made = people.delegation(tx, person, ada, agent, verbs=verbs)

    offer = offers.make_on_consent(tx, agent, given.id).offer
    opening = tx.events[-1]
    licence = people.licence(tx, creator, offer)
    assert [each.id for each in licences.mine(tx, agent)] == [licence.id]
    ended = licences.revoke(tx, agent, licence.id)
    ending = tx.events[-1]
    withdrawn = offers.withdraw(tx, agent, offer.id).offer

    assert (offer.account_id, offer.state) == (person.account_id, State.OFFERED)
    assert offer.shares == (Share(person.account_id, 10_000, accepted=True),)
    assert (ended.state, withdrawn.state) == (LicenceState.REVOKED, State.WITHDRAWN)
    assert opening.data["account_id"] == person.account_id
    for event in (opening, ending, tx.events[-1]):
        assert (event.data["by"], event.data["under"]) == (agent.account_id, [made.id])
    assert [view.offer.id for view in offers.mine(tx, agent)] == [offer.id]


def test_an_agent_does_no_more_than_they_were_let(
    tx: Tx, person: Principal, ada: Subject, agent: Principal, creator: Principal
) -> None:
    given = people.consent(tx, person, ada, creator, price=PRICE)
    offer = offers.make_on_consent(tx, person, given.id).offer
    licence = people.licence(tx, creator, offer)
    seeing = people.delegation(tx, person, ada, agent)

    assert code(lambda: offers.make_on_consent(tx, agent, given.id)) is Code.FORBIDDEN
    assert code(lambda: licences.revoke(tx, agent, licence.id)) is Code.FORBIDDEN
    assert code(lambda: offers.withdraw(tx, agent, offer.id)) is Code.FORBIDDEN

    delegations.end(tx, person, seeing.id)
    assert code(lambda: licences.revoke(tx, agent, licence.id)) is Code.NOT_FOUND
    assert code(lambda: offers.withdraw(tx, agent, offer.id)) is Code.NOT_FOUND
    assert offers.mine(tx, agent) == []
    assert licences.mine(tx, agent) == []


def test_an_agent_sells_within_their_ceiling(
    tx: Tx, person: Principal, ada: Subject, agent: Principal, creator: Principal
) -> None:
    wide = people.consent(tx, person, ada, creator, price=PRICE)
    narrow = people.consent(tx, person, ada, creator, price=PRICE, quota_total=3)
    scope = {"verbs": [Verb.GRANT], "ceiling": Ceiling(quota_total=3)}
    people.delegation(tx, person, ada, agent, **scope)

    assert code(lambda: offers.make_on_consent(tx, agent, wide.id)) is Code.FORBIDDEN
    assert offers.make_on_consent(tx, agent, narrow.id).offer.state is State.OFFERED


def test_an_agent_takes_a_share_only_if_the_person_agrees(
    tx: Tx, person: Principal, ada: Subject, agent: Principal, creator: Principal
) -> None:
    given = people.consent(tx, person, ada, creator, price=PRICE)
    people.delegation(tx, person, ada, agent, verbs=[Verb.GRANT])
    split = [Share(agent.account_id, 9_000), Share(person.account_id, 1_000)]
    alone = [Share(agent.account_id, 10_000)]

    offer = offers.make_on_consent(tx, agent, given.id, shares=split).offer

    assert offer.state is State.PROPOSED
    assert code(lambda: people.licence(tx, creator, offer)) is Code.NOT_FOUND
    assert offers.join(tx, person, offer.id).offer.state is State.OFFERED
    taken = code(lambda: offers.make_on_consent(tx, agent, given.id, shares=alone))
    assert taken is Code.INVALID


def test_a_minor_s_guardian_alone_sells_and_both_end(
    tx: Tx, person: Principal, creator: Principal
) -> None:
    young = people.subject(tx, person, "kid", born="2015-01")
    guardian = people.account(tx, Role.PERSON)
    verbs = [Verb.ENROL, Verb.GRANT, Verb.REVOKE, Verb.SEE]
    people.delegation(tx, person, young, guardian, kind=Kind.GUARDIAN, verbs=verbs)
    given = people.consent(tx, guardian, young, creator, price=PRICE)

    assert code(lambda: offers.make_on_consent(tx, person, given.id)) is Code.FORBIDDEN
    offer = offers.make_on_consent(tx, guardian, given.id).offer
    licence = people.licence(tx, creator, offer)

    assert offer.shares == (Share(person.account_id, 10_000, accepted=True),)
    assert licences.revoke(tx, person, licence.id).state is LicenceState.REVOKED
    assert offers.withdraw(tx, guardian, offer.id).offer.state is State.WITHDRAWN
