"""Statements of reasons: one for each withdrawal, sent once, whatever goes wrong."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rightsd.adapters.dsa import TransparencyDatabase
from rightsd.adapters.http import Guard
from rightsd.db.tx import Tx
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints, consents, dsa
from tests import people
from tests.fakes.transparency_database import Database, serving
from tests.rightsd.cli.test_audit import run

AUDITOR = Principal("acc_1", Role.AUDITOR)


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Database]:
    with serving(tmp_path) as database:
        yield database


def client(fake: Database, **others: Any) -> TransparencyDatabase:
    guard = Guard(allow_private=True)
    return TransparencyDatabase(
        **{"token_file": fake.token_file, "url": fake.url, "guard": guard} | others
    )


def withdraw(rt: Runtime, count: int = 1) -> list[str]:
    """Withdraw outputs because of a consent; return the ids of the events."""
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        person = people.account(tx, Role.PERSON)
        ada = people.subject(tx, person)
        consent = people.consent(tx, person, ada, creator)
        made = [people.published(tx, creator) for _ in range(count)]
        consents.revoke(tx, person, consent.id)
    with rt.transaction() as tx:
        for each in made:
            people.withdrawn(tx, each.id, {"because_of": consent.id})
    while checkpoints.sequence(rt):
        pass
    with rt.transaction() as tx:
        rows = tx.conn.execute(
            "SELECT event_id FROM ledger.entry WHERE kind = 'generation.withdrawn'"
            ' ORDER BY "index"'
        )
        return [event_id for (event_id,) in rows]


def later(rt: Runtime, after: timedelta) -> Runtime:
    return replace(rt, clock=lambda: datetime.now(UTC) + after)


def test_each_withdrawal_gets_one_statement_in_the_order_of_the_log(rt: Runtime) -> None:
    events = withdraw(rt, 3)

    assert dsa.draw_up(rt) == 3
    assert dsa.draw_up(rt) == 0
    with rt.transaction() as tx:
        page = dsa.page(tx, AUDITOR, after=-1, limit=2)
        rest = dsa.page(tx, AUDITOR, after=page[-1].index, limit=2)
    assert [each.puid for each in (*page, *rest)] == events
    assert page[0].written["source_type"] == "SOURCE_TYPE_OTHER_NOTIFICATION"
    assert page[0].written["automated_decision"] == "AUTOMATED_DECISION_FULLY"


def test_a_withdrawal_without_a_place_in_the_log_waits_for_it(rt: Runtime) -> None:
    with rt.transaction() as tx:
        made = people.published(tx, people.account(tx, Role.CREATOR))
        people.withdrawn(tx, made.id, {"because_of": "opt_1"})

    assert dsa.draw_up(rt) == 0


def test_what_is_due_is_sent_in_one_request_and_never_again(rt: Runtime, fake: Database) -> None:
    events = withdraw(rt, 3)
    dsa.draw_up(rt)

    assert dsa.submit_due(rt, client(fake)) == 3
    assert dsa.submit_due(later(rt, timedelta(days=1)), client(fake)) == 0

    assert set(fake.taken) == set(events)
    assert fake.asked == [("POST", "/api/v1/statements", 3)]


def test_a_database_that_is_down_is_asked_again_later(rt: Runtime, fake: Database) -> None:
    withdraw(rt)
    dsa.draw_up(rt)
    fake.trouble = "down"
    assert dsa.submit_due(rt, client(fake)) == 0
    assert dsa.submit_due(rt, client(fake)) == 0
    assert len(fake.asked) == 1
    fake.trouble = None

    assert dsa.submit_due(later(rt, timedelta(minutes=2)), client(fake)) == 1

    assert len(fake.taken) == 1


def test_what_arrived_without_an_answer_is_not_sent_twice(rt: Runtime, fake: Database) -> None:
    (event,) = withdraw(rt)
    dsa.draw_up(rt)
    fake.trouble = "deaf"
    dsa.submit_due(rt, client(fake))
    fake.trouble = None

    assert dsa.submit_due(later(rt, timedelta(minutes=2)), client(fake)) == 1

    assert [(method, path) for method, path, _ in fake.asked] == [
        ("POST", "/api/v1/statements"),
        ("GET", f"/api/v1/statement/existing-puid/{event}"),
    ]


def test_one_that_is_not_taken_does_not_keep_the_others(rt: Runtime, fake: Database) -> None:
    events = withdraw(rt, 3)
    dsa.draw_up(rt)
    fake.trouble = events[1]

    assert dsa.submit_due(rt, client(fake)) == 2

    with rt.transaction() as tx:
        found = dsa.page(tx, AUDITOR, after=-1, limit=10)
    assert [each.submitted_at is not None for each in found] == [True, False, True]
    assert [each.trouble for each in found] == [None, dsa.NOT_TAKEN, None]


def test_two_workers_send_each_statement_once(rt: Runtime, fake: Database) -> None:
    withdraw(rt)
    dsa.draw_up(rt)
    with rt.transaction() as tx:
        taken = dsa.dsa.take(tx, until=tx.now + dsa.LEASE, limit=10)

    assert len(taken) == 1
    assert dsa.submit_due(rt, client(fake)) == 0
    assert fake.asked == []


def test_without_a_token_nothing_is_sent(rt: Runtime, fake: Database, tmp_path: Path) -> None:
    withdraw(rt)
    dsa.draw_up(rt)

    for number, token in enumerate(("", "two words", "\x00", "münze", None)):
        file = tmp_path / f"token-{number}"
        if token is not None:
            file.write_text(token)
        ahead = later(rt, timedelta(days=number))
        assert dsa.submit_due(ahead, client(fake, token_file=file)) == 0

    assert fake.asked == []


def test_the_database_is_at_no_private_address(fake: Database) -> None:
    with pytest.raises(RightsError) as caught:
        client(fake, guard=Guard()).submit([{"puid": "a"}])

    assert caught.value.code is Code.INVALID
    assert fake.asked == []


def test_only_auditors_and_reviewers_read_them(tx: Tx) -> None:
    with pytest.raises(RightsError) as caught:
        dsa.page(tx, Principal("acc_1", Role.CREATOR), after=-1, limit=1)

    assert caught.value.code is Code.FORBIDDEN


def test_the_export_has_a_line_for_each_request(
    rt: Runtime, settings: Settings, tmp_path: Path
) -> None:
    events = withdraw(rt, 101)

    done = run("audit", "statements", "--out", tmp_path / "out.ndjson", settings=settings)

    assert done.exit_code == 0, done.output
    lines = (tmp_path / "out.ndjson").read_text().splitlines()
    batches = [json.loads(line)["statements"] for line in lines]
    assert [len(batch) for batch in batches] == [100, 1]
    assert [said["puid"] for batch in batches for said in batch] == events
