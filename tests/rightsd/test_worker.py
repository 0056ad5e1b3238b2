"""What the worker does by itself."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from psycopg.errors import UndefinedTable

from ledger import log, sequencing
from rightsd import worker
from rightsd.db import declarations as rows
from rightsd.domain.consent import State
from rightsd.domain.declaration import CONFIRM_WITHIN, Declared
from rightsd.domain.events import Event
from rightsd.domain.letter import Language
from rightsd.domain.principal import Role
from rightsd.domain.work import Kind
from rightsd.runtime import Runtime
from rightsd.workflows import answers, consents, declarations, witnessing
from tests import people, telling


def test_answers_are_kept_for_retries_and_then_forgotten(rt: Runtime, tmp_path: Path) -> None:
    rt = replace(rt, work_folder=tmp_path)
    later = replace(rt, clock=lambda: datetime.now(UTC) + timedelta(days=answers.DAYS_KEPT + 1))
    with rt.transaction() as tx:
        about = [people.account(tx, Role.CREATOR).account_id]
        assert answers.claim(tx, scope="s", key="k", request=bytes(32)) is None
        answers.keep(tx, scope="s", key="k", status=201, body={"prompt": "private"}, about=about)

    assert answers.forget_old(rt) == 0
    with rt.transaction() as tx:
        assert answers.claim(tx, scope="s", key="k", request=bytes(32)) is not None

    assert answers.forget_old(later) == 1
    with rt.transaction() as tx:
        assert answers.claim(tx, scope="s", key="k", request=bytes(32)) is None


def test_a_step_that_fails_keeps_no_other_from_its_work(rt: Runtime, tmp_path: Path) -> None:
    rt = replace(rt, work_folder=tmp_path)
    with rt.transaction() as tx:
        declared = Declared(Kind.CHARACTER, "Nebula Fox", (), "Nora", "nora@example.org", "Mine.")
        made = declarations.declare(tx, declared, language=Language.EN, address="192.0.2.1")
        tx.conn.execute("ALTER TABLE rights.answer RENAME TO lost")
    later = replace(rt, clock=lambda: tx.now + CONFIRM_WITHIN + timedelta(seconds=1))

    failed = 0
    with telling.sending() as sends:
        for step, _ in worker._steps(later, witnessing.Calls(), sends):
            try:
                step(later)
            except UndefinedTable:
                failed += 1

    assert failed == 1
    with rt.transaction() as tx:
        assert rows.find(tx, made.id) is None


def test_a_backlog_is_sequenced_without_a_pause(rt: Runtime) -> None:
    with rt.transaction() as tx:
        for number in range(sequencing.BATCH_MAX + 1):
            tx.record(Event("account.opened", f"acc_{number}", tx.now, {}))

    worker._sequence_all(rt)

    with rt.transaction() as tx:
        assert list(log.pending(tx.conn)) == []


def test_what_a_crash_left_behind_is_removed_once_it_is_old(rt: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    rt = replace(rt, work_folder=folder)
    old = time.time() - worker.LEFTOVER_SECONDS_MIN - 1
    for name in ("generation-old", "generation-new"):
        (folder / name).mkdir()
        (folder / name / "encoded.mp4").write_bytes(b"x")
    (folder / "upload-old").write_bytes(b"x")
    for name in ("generation-old", "upload-old"):
        os.utime(folder / name, (old, old))

    worker._delete_leftovers(rt)

    assert [path.name for path in folder.iterdir()] == ["generation-new"]


def test_consents_that_ran_out_are_marked_and_logged(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ends = tx.now + timedelta(hours=1)
        given = people.consent(tx, person, people.subject(tx, person), creator, expires_at=ends)
    later = replace(rt, clock=lambda: datetime.now(UTC) + timedelta(hours=2))

    assert consents.expire_due(rt) == 0
    assert consents.expire_due(later) == 1
    assert consents.expire_due(later) == 0
    with rt.transaction() as tx:
        (consent,) = consents.mine(tx, person)
        kinds = tx.conn.execute("SELECT kind FROM ledger.intake ORDER BY position").fetchall()
    assert (consent.id, consent.state) == (given.id, State.EXPIRED)
    assert kinds[-1] == ("consent.expired",)
