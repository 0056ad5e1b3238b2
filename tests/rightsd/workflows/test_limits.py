"""What is counted before one more is made holds, however many ask at a time."""

from collections.abc import Callable

import pytest

from rightsd.db.tx import Tx
from rightsd.domain import work as work_domain
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, licences, offers
from rightsd.workflows.generations import requests
from tests import people
from tests.races import race


def outcomes(rt: Runtime, make: Callable[[Tx], object]) -> list[str]:
    """What becomes of two who make one more beside each other, where one is all there may be."""
    found: list[str] = []

    def second(tx: Tx) -> None:
        try:
            make(tx)
        except RightsError as error:
            found.append(error.code)
        else:
            found.append("made")

    assert race(rt, make, second) == ["released", "ended"]
    return found


def test_clips_under_way(rt: Runtime, creator: Principal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "UNDER_WAY_MAX", 1)

    found = outcomes(rt, lambda tx: requests.request(tx, creator, wanted=people.wanted()))

    assert found == [Code.TOO_MANY]


def test_consents_for_the_same_creators(
    rt: Runtime, creator: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consents, "ALIKE_MAX", 1)
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        ada = people.subject(tx, person)

    assert outcomes(rt, lambda tx: people.consent(tx, person, ada, creator)) == [Code.TOO_MANY]


def test_offers_on_a_work_and_licences_of_a_creator(
    rt: Runtime, brand: Principal, creator: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "OFFERS_MAX", 1)
    monkeypatch.setattr(licences, "ALIKE_MAX", 1)
    with rt.transaction() as tx:
        work = people.work(tx, brand)

    assert outcomes(rt, lambda tx: people.offer(tx, brand, work)) == [Code.TOO_MANY]

    with rt.transaction() as tx:
        (made,) = (each.offer for each in offers.mine(tx, brand))
    assert outcomes(rt, lambda tx: people.licence(tx, creator, made)) == [Code.TOO_MANY]


def test_names_that_are_read_alike(
    rt: Runtime, brand: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_domain, "ALIKE_MAX", 1)
    titles = iter(("Nebula Fox", "Nebuula Fox"))

    assert outcomes(rt, lambda tx: people.work(tx, brand, next(titles))) == [Code.INVALID]


@pytest.fixture
def creator(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.CREATOR)
