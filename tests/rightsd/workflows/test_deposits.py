"""Deposits beside one another, and before an auditor."""

from pathlib import Path

import pytest

from rightsd.db.tx import Tx
from rightsd.domain.client import Access, Scope
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, clients, deposits
from rightsd.workflows.exports import verifying, writing
from tests.races import race
from tests.resolving import principal, store


def access(rt: Runtime) -> Access:
    owner = principal(rt)
    with rt.transaction() as tx:
        client = clients.register(tx, owner, scopes=list(Scope)).client
    return Access(client.id, owner.account_id, frozenset(Scope))


def test_of_two_who_store_one_name_at_once_the_second_is_told(rt: Runtime) -> None:
    first, second, refused = access(rt), access(rt), []

    def keep(tx: Tx) -> None:
        deposits.store(tx, first, data=store("urn:c2pa:a"), anything=False)

    def keep_too(tx: Tx) -> None:
        with pytest.raises(RightsError) as caught:
            deposits.store(tx, second, data=store("urn:c2pa:a"), anything=False)
        refused.append(caught.value.code)

    assert race(rt, keep, keep_too) == ["released", "ended"]
    assert refused == [Code.CONFLICT]


def test_a_manifest_that_is_being_removed_is_not_bound_to(rt: Runtime) -> None:
    mine, refused = access(rt), []
    with rt.transaction() as tx:
        deposits.store(tx, mine, data=store("urn:c2pa:a"), anything=False)

    def bind(tx: Tx) -> None:
        with pytest.raises(RightsError) as caught:
            deposits.bind(tx, mine, value="aGk=", manifest_id="urn:c2pa:a")
        refused.append(caught.value.code)

    order = race(rt, lambda tx: deposits.remove(tx, mine, "urn:c2pa:a"), bind)

    assert order == ["released", "ended"]
    assert refused == [Code.NOT_FOUND]
    with rt.transaction() as tx:
        assert tx.conn.execute("SELECT count(*) FROM rights.binding").fetchone() == (0,)


def test_an_auditor_replays_clients_and_deposits(rt: Runtime, tmp_path: Path) -> None:
    mine, owner = access(rt), principal(rt, Role.ADMIN)
    with rt.transaction() as tx:
        deposits.store(tx, mine, data=store("urn:c2pa:a"), anything=False)
        deposits.store(tx, mine, data=store("urn:c2pa:b"), anything=False)
        deposits.remove(tx, mine, "urn:c2pa:a")
        clients.close(tx, owner, mine.client_id)
    checkpoints.sequence(rt)
    path = tmp_path / "audit.tar"
    with path.open("wb") as file:
        writing.audit(rt, file)

    found = verifying.verify(path, None)

    standing = {key: count for key, count in found.standing.items() if key[0] != "account"}
    assert standing == {
        ("client", "closed"): 1,
        ("deposit", "removed"): 1,
        ("deposit", "stored"): 1,
    }
