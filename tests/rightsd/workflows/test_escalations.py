"""Platforms that do not answer: sent again, written to, listed, each once and on record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain.acknowledgement import Outcome, Refusal
from rightsd.domain.platform import State
from rightsd.domain.principal import Principal, Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import escalations, letters, platforms
from tests import acknowledging
from tests.acknowledging import RESTORED, Platform, Told, answer
from tests.conftest import create_database, runtime
from tests.rightsd.witnesses import Clock
from tests.telling import turn

ADMIN = Principal("acc_admin", Role.ADMIN)
ACKNOWLEDGE, REMOVE = 2, 20  # Hours.


class Mailbox:
    """Keeps letters."""

    def __init__(self) -> None:
        self.letters: list = []

    def send(self, letter: object) -> None:
        self.letters.append(letter)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="module")
def shared(
    server: str, template: str, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runtime]:
    blobs = (tmp_path_factory.mktemp("escalations") / "blobs").as_uri()
    with (
        create_database(server, template) as dsn,
        runtime(Settings(home=home, database_url=dsn, blobs_url=blobs)) as rt,
    ):
        yield rt


@pytest.fixture
def daemon(shared: Runtime, clock: Clock, mailbox: Mailbox) -> Iterator[Runtime]:
    """A daemon whose other platforms are asked for nothing."""
    rt = replace(shared, clock=clock, mailer=mailbox)
    yield rt
    letters.mail_due(rt)
    with rt.transaction() as tx:
        for view in platforms.newest(tx, ADMIN):
            if view.platform.state is State.REGISTERED:
                platforms.disable(tx, ADMIN, view.platform.id)
        tx.conn.execute("DELETE FROM rights.escalation")
        tx.conn.execute("UPDATE rights.delivery SET steps = 0")


@pytest.fixture
def platform(daemon: Runtime) -> Platform:
    with daemon.transaction() as tx:
        return acknowledging.register(tx, acknowledge_hours=ACKNOWLEDGE, remove_hours=REMOVE)


def tell(rt: Runtime, platform: Platform, kind: str = acknowledging.WITHDRAWN) -> Told:
    with rt.transaction() as tx:
        return acknowledging.tell(tx, platform, kind)


def steps(rt: Runtime, told: Told) -> list[tuple[str, str]]:
    with rt.transaction() as tx:
        rows = tx.conn.execute(
            "SELECT of, step FROM rights.escalation WHERE delivery_id = %s ORDER BY at", (told.id,)
        )
        return rows.fetchall()


def due(rt: Runtime, told: Told) -> tuple[str, bool]:
    with rt.transaction() as tx:
        row = tx.conn.execute(
            "SELECT state, due_at <= %s FROM rights.delivery WHERE id = %s", (tx.now, told.id)
        ).fetchone()
    assert row is not None
    return row[0], bool(row[1])


def say(rt: Runtime, platform: Platform, told: Told, outcome: Outcome) -> None:
    refusal = Refusal.OTHER if outcome is Outcome.REFUSED else None
    with rt.transaction() as tx:
        answer(tx, platform, told, outcome, refusal)


def climb_after(rt: Runtime, clock: Clock, hours: float) -> int:
    turn(clock, hours=hours)
    return escalations.climb(rt)


def test_the_ladder_is_climbed_step_by_step(
    daemon: Runtime, clock: Clock, platform: Platform, mailbox: Mailbox
) -> None:
    told = tell(daemon, platform)

    early = climb_after(daemon, clock, 0.99 * ACKNOWLEDGE)
    assert (early, due(daemon, told)) == (0, ("sent", False))
    climb_after(daemon, clock, 0.02 * ACKNOWLEDGE)
    assert due(daemon, told) == ("escalated", True)
    climb_after(daemon, clock, 0.5 * ACKNOWLEDGE)
    letters.mail_due(daemon)
    assert [one.to for one in mailbox.letters] == ["desk@clips.example"]
    climb_after(daemon, clock, 0.5 * ACKNOWLEDGE)
    again = climb_after(daemon, clock, 100 * ACKNOWLEDGE)

    assert again == 0
    assert steps(daemon, told) == [
        ("receipt", "resent"),
        ("receipt", "mailed"),
        ("receipt", "listed"),
    ]
    with daemon.transaction() as tx:
        (listed,) = escalations.listed(tx, ADMIN)
    assert (listed.delivery_id, listed.platform_id) == (told.id, platform.id)


def test_a_long_absence_climbs_a_step_a_run(
    daemon: Runtime, clock: Clock, platform: Platform
) -> None:
    told = tell(daemon, platform)
    turn(clock, hours=100 * ACKNOWLEDGE)

    taken = [escalations.climb(daemon) for _ in range(4)]

    assert taken == [1, 1, 1, 0]
    assert len(steps(daemon, told)) == 3


def test_who_knows_has_a_ladder_of_its_own_for_removing(
    daemon: Runtime, clock: Clock, platform: Platform
) -> None:
    told = tell(daemon, platform)
    climb_after(daemon, clock, 1.01 * ACKNOWLEDGE)
    say(daemon, platform, told, Outcome.RECEIVED)

    between = climb_after(daemon, clock, REMOVE - 2 * ACKNOWLEDGE)
    climb_after(daemon, clock, ACKNOWLEDGE)

    assert between == 0
    assert steps(daemon, told) == [("receipt", "resent"), ("removal", "resent")]
    assert due(daemon, told) == ("escalated", True)


@pytest.mark.parametrize("outcome", [Outcome.REMOVED, Outcome.REFUSED])
def test_who_has_answered_is_left_alone(
    daemon: Runtime, clock: Clock, platform: Platform, outcome: Outcome
) -> None:
    told = tell(daemon, platform)
    climb_after(daemon, clock, 1.01 * ACKNOWLEDGE)
    say(daemon, platform, told, outcome)

    assert climb_after(daemon, clock, 100 * REMOVE) == 0
    with daemon.transaction() as tx:
        assert escalations.listed(tx, ADMIN) == []


def test_nobody_is_pressed_to_show_something_again(
    daemon: Runtime, clock: Clock, platform: Platform
) -> None:
    tell(daemon, platform, RESTORED)

    assert climb_after(daemon, clock, 100 * REMOVE) == 0


def test_what_was_overtaken_is_not_told_again(
    daemon: Runtime, clock: Clock, platform: Platform
) -> None:
    gone = tell(daemon, platform)
    back = replace(gone, id=ids.new("dlv"), event_id=ids.new("evt"))
    with daemon.transaction() as tx:
        acknowledging.deliver(tx, back, RESTORED, position=1)

    climbed = climb_after(daemon, clock, 1.01 * ACKNOWLEDGE)

    with daemon.transaction() as tx:
        overdue = platforms.view(tx, platform.actor, platform.id).overdue
    assert (climbed, due(daemon, gone), overdue.receipt) == (0, ("sent", False), 0)


def test_the_last_of_several_withdrawals_climbs(
    daemon: Runtime, clock: Clock, platform: Platform
) -> None:
    first = tell(daemon, platform)
    last = replace(first, id=ids.new("dlv"), event_id=ids.new("evt"))
    with daemon.transaction() as tx:
        acknowledging.deliver(tx, last, position=2)

    assert climb_after(daemon, clock, 1.01 * ACKNOWLEDGE) == 1
    assert (steps(daemon, first), steps(daemon, last)) == ([], [("receipt", "resent")])


def test_a_contact_is_written_to_once_a_day_about_all_there_is(
    daemon: Runtime, clock: Clock, platform: Platform, mailbox: Mailbox
) -> None:
    for _ in range(3):
        tell(daemon, platform)
    climb_after(daemon, clock, 1.6 * ACKNOWLEDGE)
    tell(daemon, platform)
    for hours in (0.1, 1.6 * ACKNOWLEDGE, 0.1):
        climb_after(daemon, clock, hours)
    letters.mail_due(daemon)
    (letter,) = mailbox.letters
    tell(daemon, platform)
    for hours in (24, 0.1):
        climb_after(daemon, clock, hours)
    letters.mail_due(daemon)

    assert "not acknowledged: 4" in letter.body
    assert platform.id in letter.body
    assert len(mailbox.letters) == 2


def test_a_letter_that_is_overtaken_does_not_go_out(
    daemon: Runtime, clock: Clock, platform: Platform, mailbox: Mailbox
) -> None:
    told = tell(daemon, platform)
    for _ in range(2):
        climb_after(daemon, clock, 1.6 * ACKNOWLEDGE)
    say(daemon, platform, told, Outcome.REMOVED)

    letters.mail_due(daemon)

    assert mailbox.letters == []


def test_a_contact_that_is_no_address_is_not_written_to(
    daemon: Runtime, clock: Clock, mailbox: Mailbox
) -> None:
    with daemon.transaction() as tx:
        phone = acknowledging.register(tx, contact="+1 202 555 0100")
    tell(daemon, phone)
    for _ in range(3):
        climb_after(daemon, clock, 100)
    letters.mail_due(daemon)

    assert mailbox.letters == []
    with daemon.transaction() as tx:
        assert len(escalations.listed(tx, ADMIN)) == 1


def test_a_disabled_platform_is_not_pressed(
    daemon: Runtime, clock: Clock, platform: Platform
) -> None:
    told = tell(daemon, platform)
    with daemon.transaction() as tx:
        platforms.disable(tx, platform.actor, platform.id)

    assert climb_after(daemon, clock, 100 * REMOVE) == 0
    assert steps(daemon, told) == []


def test_what_was_given_up_before_it_was_overdue_climbs_all_the_same(
    daemon: Runtime, clock: Clock, mailbox: Mailbox
) -> None:
    """The schedule of attempts ends after 75 hours; the service level is longer than that."""
    with daemon.transaction() as tx:
        slow = acknowledging.register(tx, acknowledge_hours=100, remove_hours=200)
        told = acknowledging.tell(tx, slow, state="dropped")

    climb_after(daemon, clock, 101)
    with daemon.transaction() as tx:
        overdue = platforms.view(tx, slow.actor, slow.id).overdue
    again = due(daemon, told)
    for _ in range(2):
        climb_after(daemon, clock, 50)
    letters.mail_due(daemon)

    assert (overdue.receipt, again) == (1, ("escalated", True))
    assert [step for _, step in steps(daemon, told)] == ["resent", "mailed", "listed"]
    assert "not acknowledged: 1" in mailbox.letters[0].body
    with daemon.transaction() as tx:
        assert [one.delivery_id for one in escalations.listed(tx, ADMIN)] == [told.id]


def test_what_is_dropped_at_the_end_of_the_ladder_is_still_listed_and_overdue(
    daemon: Runtime, clock: Clock, platform: Platform
) -> None:
    told = tell(daemon, platform)
    for _ in range(3):
        climb_after(daemon, clock, 2 * ACKNOWLEDGE)
    with daemon.transaction() as tx:
        tx.conn.execute("UPDATE rights.delivery SET state = 'dropped' WHERE id = %s", (told.id,))

    with daemon.transaction() as tx:
        assert [one.delivery_id for one in escalations.listed(tx, ADMIN)] == [told.id]
        assert platforms.view(tx, platform.actor, platform.id).overdue.receipt == 1


def test_whose_integration_has_ended_is_neither_listed_nor_overdue(
    daemon: Runtime, clock: Clock, platform: Platform
) -> None:
    tell(daemon, platform)
    for _ in range(3):
        climb_after(daemon, clock, 2 * ACKNOWLEDGE)
    with daemon.transaction() as tx:
        before = len(escalations.listed(tx, ADMIN))
        closed = platforms.close(tx, platform.actor, platform.id)
        after = len(escalations.listed(tx, ADMIN))

    assert (before, after, closed.overdue.receipt) == (1, 0, 0)


def test_a_platform_sees_what_is_overdue(tx: Tx) -> None:
    platform = acknowledging.register(tx, acknowledge_hours=ACKNOWLEDGE, remove_hours=REMOVE)
    acknowledging.tell(tx, platform, hours=ACKNOWLEDGE - 1)
    acknowledging.tell(tx, platform, hours=ACKNOWLEDGE + 1)
    known = [acknowledging.tell(tx, platform, hours=hours) for hours in (REMOVE - 1, REMOVE + 1)]
    for told in known:
        answer(tx, platform, told, Outcome.RECEIVED)

    overdue = platforms.view(tx, platform.actor, platform.id).overdue

    assert (overdue.receipt, overdue.removal) == (1, 1)
    assert overdue.since == tx.now - timedelta(hours=REMOVE + 1)


def test_many_are_climbed_in_batches(
    daemon: Runtime, clock: Clock, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalations, "BATCH", 2)
    for _ in range(5):
        tell(daemon, platform)

    assert climb_after(daemon, clock, 1.01 * ACKNOWLEDGE) == 5
