"""The turnaround table and the list of platforms, of many platforms at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rightsd.db.tx import Tx
from rightsd.domain.acknowledgement import Outcome
from rightsd.workflows import platforms, turnarounds
from tests import acknowledging, people
from tests.acknowledging import answer


class Counting:
    """A connection that counts the statements that go over it."""

    def __init__(self, conn: Any) -> None:
        self.conn = conn
        self.count = 0

    def execute(self, *said: Any) -> Any:
        self.count += 1
        return self.conn.execute(*said)

    def cursor(self, **said: Any) -> Any:
        self.count += 1
        return self.conn.cursor(**said)


@pytest.mark.parametrize(
    "read",
    [turnarounds.table, lambda tx: platforms.newest(tx, people.ADMIN)],
    ids=["table", "list"],
)
def test_more_platforms_take_no_more_statements(tx: Tx, read: Callable[[Tx], object]) -> None:
    counts: list[int] = []
    for number in (1, 4):
        for _ in range(number):
            acknowledging.tell(tx, acknowledging.register(tx), hours=30)
        conn = Counting(tx.conn)
        read(replace(tx, conn=conn))
        counts.append(conn.count)

    assert counts[0] == counts[1] <= 3


def test_each_platform_has_what_is_its_own(tx: Tx) -> None:
    fast, slow, idle = (acknowledging.register(tx, name=name) for name in ("A", "B", "C"))
    for hours in (3, 5):
        answer(tx, fast, acknowledging.tell(tx, fast, hours=hours), Outcome.REMOVED)
    late = acknowledging.tell(tx, slow, hours=30)
    answer(tx, slow, acknowledging.tell(tx, slow, hours=20), Outcome.RECEIVED)
    acknowledging.tell(tx, slow, hours=40, state="due")

    table = {line.platform.name: line.turnaround for line in turnarounds.table(tx)}
    listed = {view.platform.id: view for view in platforms.newest(tx, people.ADMIN)}

    assert (table["A"].deliveries, table["A"].removals, table["A"].open) == (2, 2, 0)
    assert table["A"].removed.p50 == timedelta(hours=3).total_seconds()
    assert (table["B"].deliveries, table["B"].removals, table["B"].open) == (3, 0, 3)
    assert (table["C"].deliveries, table["C"].counts) == (0, False)
    assert (listed[fast.id].overdue.receipt, listed[fast.id].overdue.removal) == (0, 0)
    assert (listed[slow.id].overdue.receipt, listed[slow.id].overdue.removal) == (2, 0)
    assert listed[slow.id].overdue.since == tx.now - timedelta(hours=40)
    assert (listed[slow.id].sending.waiting, listed[idle.id].sending.waiting) == (1, 0)
    assert listed[slow.id].sending.waiting_since == tx.now - timedelta(hours=40)
    assert late.platform_id == slow.id


def test_the_sample_is_of_the_newest(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnarounds, "SAMPLE_MAX", 2)
    one, other = acknowledging.register(tx, name="A"), acknowledging.register(tx, name="B")
    for platform, number in ((one, 3), (other, 1)):
        for _ in range(number):
            acknowledging.tell(tx, platform, hours=1)

    assert [line.turnaround.deliveries for line in turnarounds.table(tx)] == [2, 1]
