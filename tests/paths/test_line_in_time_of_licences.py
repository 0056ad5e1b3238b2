"""Whatever ends a licence comes before a release or after it, and no quota is ever exceeded."""

import threading

import pytest

from rightsd.db import generations, usages
from rightsd.db.tx import Tx
from rightsd.domain import generation as generation_domain
from rightsd.domain import ids
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, Output, State
from rightsd.domain.licence import Licence
from rightsd.domain.licence import State as LicenceState
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.errors import RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import licences
from rightsd.workflows.generations import deciding, metering, requests
from tests import people
from tests.races import race, waits

FOX = "Nebula Fox"
TITLES = (FOX, "Orbit Owl", "Comet Crane")


def licensed(tx: Tx, title: str = FOX, **made: object) -> tuple[Principal, Principal, Licence]:
    brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
    work = people.work(tx, brand, title)
    people.optout(tx, brand, work)
    return brand, creator, people.licence(tx, creator, people.offer(tx, brand, work, **made))


def ask(tx: Tx, creator: Principal, title: str = FOX) -> Generation:
    return requests.request(tx, creator, wanted=people.wanted(f"{title} in a park"))


def release(tx: Tx, generation_id: str) -> bool:
    """Do what a release does, but for the file."""
    locked = generations.lock(tx, generation_id)
    assert locked is not None
    decision = deciding.decide(tx, deciding.wish_of(locked), of=generation_id, hold=True)
    if decision.outcome is not Outcome.ALLOW:
        return False
    event = Event("generation.published", locked.id, tx.now, {}, ids.new("evt"))
    output = Output("0" * 64, 1, f"urn:c2pa:{locked.id}", event.id)
    out = generation_domain.evolve(locked, event, decision=decision, output=output)
    generations.update(tx, out)
    metering.meter(tx, out, decision)
    tx.record(event)
    return True


@pytest.mark.parametrize("moment", ["request", "release"])
def test_a_revocation_waits_for_a_request_and_for_a_release(rt: Runtime, moment: str) -> None:
    with rt.transaction() as tx:
        brand, creator, licence = licensed(tx)
        asked = ask(tx, creator)

    def hold(tx: Tx) -> None:
        if moment == "request":
            assert ask(tx, creator).state is State.REQUESTED
        else:
            assert release(tx, asked.id)

    order = race(rt, hold, lambda tx: licences.revoke(tx, brand, licence.id))

    assert order == ["released", "ended"]
    with rt.transaction() as tx:
        assert ask(tx, creator).state is State.REFUSED


def test_the_release_that_uses_up_a_licence_waits_for_nobody_who_wants_to_revoke_it(
    rt: Runtime,
) -> None:
    with rt.transaction() as tx:
        brand, creator, licence = licensed(tx, quota_total=1)
        asked = ask(tx, creator)
    refused: list[str] = []

    def revoke() -> None:
        with pytest.raises(RightsError) as caught, rt.transaction() as tx:
            licences.revoke(tx, brand, licence.id)
        refused.append(caught.value.detail)

    revoking = threading.Thread(target=revoke)
    with rt.transaction() as tx:
        decision = deciding.decide(tx, deciding.wish_of(asked), of=asked.id, hold=True)
        revoking.start()
        assert waits(rt)
        metering.meter(tx, asked, decision)
    revoking.join()

    assert refused == ["this licence is exhausted, so it cannot be revoked"]


def test_a_release_waits_for_a_revocation_and_is_none(rt: Runtime) -> None:
    with rt.transaction() as tx:
        brand, creator, licence = licensed(tx)
        asked = ask(tx, creator)
    released: list[bool] = []

    order = race(
        rt,
        lambda tx: licences.revoke(tx, brand, licence.id),
        lambda tx: released.append(release(tx, asked.id)),
    )

    assert order == ["released", "ended"]
    assert released == [False]
    with rt.transaction() as tx:
        assert usages.count(tx, licence.id) == 0


def test_a_quota_holds_and_ends_with_its_last_release_however_many_ask_at_once(
    rt: Runtime,
) -> None:
    for title in TITLES:
        with rt.transaction() as tx:
            brand, creator, licence = licensed(tx, title, quota_total=3)
        start = threading.Barrier(5)
        released: list[bool] = []

        def work(
            creator: Principal, title: str, start: threading.Barrier, released: list[bool]
        ) -> None:
            start.wait()
            with rt.transaction() as tx:
                asked = ask(tx, creator, title)
            if asked.state is State.REQUESTED:
                with rt.transaction() as tx:
                    released.append(release(tx, asked.id))

        args = (creator, title, start, released)
        threads = [threading.Thread(target=work, args=args) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert released == [True] * 3
        with rt.transaction() as tx:
            assert usages.count(tx, licence.id) == 3
            (ended,) = licences.mine(tx, brand)
            assert ended.state is LicenceState.EXHAUSTED
