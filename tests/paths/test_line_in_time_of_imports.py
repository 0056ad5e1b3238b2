"""An import comes before a release or after it, never in between, and keeps none out for long."""

from pathlib import Path

import pytest

from rightsd.db.tx import Tx
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import optouts
from rightsd.workflows.generations import deciding, requests
from rightsd.workflows.imports import applying, preparing
from tests import people
from tests.races import race


def apply(rt: Runtime, tx: Tx, brand: Principal, folder: Path) -> None:
    table = folder / "table.csv"
    table.write_text("title,kind\nNebula Fox,character\n")
    with preparing.from_table(rt, brand, table, source="table.csv") as prepared:
        applying.apply(tx, brand, prepared, lift=False)


def test_an_import_waits_for_a_decision(rt: Runtime, tmp_path: Path) -> None:
    with rt.transaction() as tx:
        brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
        asked = requests.request(tx, creator, wanted=people.wanted("nebula fox"))

    order = race(
        rt,
        lambda tx: deciding.decide(tx, deciding.wish_of(asked), hold=True),
        lambda tx: apply(rt, tx, brand, tmp_path),
    )

    assert order == ["released", "ended"]
    with rt.transaction() as tx:
        assert deciding.decide(tx, deciding.wish_of(asked)).outcome is Outcome.REFUSE


def test_an_opt_out_of_the_same_work_waits_for_an_import_and_finds_it(
    rt: Runtime, tmp_path: Path
) -> None:
    with rt.transaction() as tx:
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = people.work(tx, brand, "Nebula Fox")

    def register(tx: Tx) -> None:
        with pytest.raises(RightsError) as caught:
            optouts.register(tx, brand, work_id=work.id)
        assert caught.value.code is Code.CONFLICT

    order = race(rt, lambda tx: apply(rt, tx, brand, tmp_path), register)

    assert order == ["released", "ended"]


def test_a_decision_does_not_wait_for_an_import_that_is_being_written(
    rt: Runtime, tmp_path: Path
) -> None:
    with rt.transaction() as tx:
        brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
    outcomes: list[Outcome] = []
    table = tmp_path / "table.csv"
    table.write_text("title\nNebula Fox\n")

    def decide(_stage: str, _done: int, _total: int | None) -> None:
        with rt.transaction() as tx:
            asked = requests.request(tx, creator, wanted=people.wanted("nebula fox"))
            outcomes.append(asked.decision.outcome)

    with (
        preparing.from_table(rt, brand, table, source="table.csv") as prepared,
        rt.transaction() as tx,
    ):
        applying.apply(tx, brand, prepared, lift=False, progress=decide)
        assert outcomes == [Outcome.ALLOW]
