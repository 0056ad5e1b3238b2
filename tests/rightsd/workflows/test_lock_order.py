"""Whoever changes what names count for, or makes a cause, locks in one order: no circles."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from rightsd.db import descriptions
from rightsd.db.tx import Tx
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding, Kind
from rightsd.domain.work import Work
from rightsd.runtime import Runtime
from rightsd.workflows import references, reviews
from rightsd.workflows import works as workflow
from rightsd.workflows.imports import preparing
from tests import contests, people, pictures
from tests.races import race, waits


def free_names(rt: Runtime) -> set[str]:
    """The names that nobody holds at this moment."""
    with rt.transaction() as tx:
        rows = tx.conn.execute("SELECT folded FROM rights.alias FOR NO KEY UPDATE SKIP LOCKED")
        return {row[0] for row in rows}


def test_an_import_holds_no_name_while_it_writes(
    rt: Runtime, table: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A batch a line: what it contests in one must not be held while it waits for the next.
    monkeypatch.setattr(preparing, "BATCH_ROWS", 1)
    with rt.transaction() as tx:
        rival = people.account(tx, Role.RIGHTS_HOLDER)
        for title in ("Nebula Fox", "Orbit Hare"):
            people.work(tx, rival, title)
    free: list[set[str]] = []

    def progress(stage: str, _done: int, _total: int | None) -> None:
        if stage == "writing":
            free.append(free_names(rt))

    table("title,optout", "Nebula Fox,yes", "Orbit Hare,yes", progress=progress)

    assert free == [{"nebulafox", "orbithare"}] * 2


def test_a_reference_is_registered_while_its_work_is_described(
    rt: Runtime, brand: Principal
) -> None:
    # Who describes takes the lock of the causes last; who registers a reference has it by then.
    with rt.transaction() as tx:
        work = people.work(tx, brand)

    with rt.transaction() as describing, rt.transaction() as registering:
        descriptions.lock_work(describing, work.id)
        registering.conn.execute("SET LOCAL lock_timeout = '2s'")
        shown = pictures.shown(pictures.clouds(1))
        references.register(registering, brand, work_id=work.id, shown=shown)


def test_two_who_describe_a_work_take_turns(rt: Runtime, brand: Principal) -> None:
    with rt.transaction() as tx:
        work = people.work(tx, brand)

    def lock(tx: Tx) -> None:
        descriptions.lock_work(tx, work.id)

    assert race(rt, lock, lock) == ["released", "ended"]


@pytest.mark.parametrize("finding", [Finding.FIRST, Finding.SECOND])
def test_who_settles_a_conflict_locks_the_names_in_the_order_of_their_works(
    rt: Runtime, finding: Finding
) -> None:
    with rt.transaction() as tx:
        pair = sorted(contests.claimed_twice(tx), key=lambda work: work.id)
    reviews.open_conflicts(rt)
    with rt.transaction() as tx:
        review = contests.decide(tx, contests.of(tx, pair[0].id, Kind.CONFLICT), finding)
    settling = threading.Thread(target=workflow.settle_review, args=(rt, review.id))

    with rt.transaction() as tx:
        _hold_names(tx, pair[0])
        settling.start()
        assert waits(rt)
        # It waits for the first, and does not hold the second meanwhile: so this need not wait.
        tx.conn.execute("SET LOCAL lock_timeout = '2s'")
        _hold_names(tx, pair[1])
    settling.join()


def _hold_names(tx: Tx, work: Work) -> None:
    tx.conn.execute("SELECT 1 FROM rights.alias WHERE work_id = %s FOR NO KEY UPDATE", (work.id,))
