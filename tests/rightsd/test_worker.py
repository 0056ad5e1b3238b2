"""What the worker does by itself."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger import log, sequencing
from rightsd import worker
from rightsd.domain.consent import State
from rightsd.domain.events import Event
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.workflows import answers, consents
from tests import people


def test_answers_are_kept_for_retries_and_then_forgotten(rt: Runtime, tmp_path: Path) -> None:
    rt = replace(rt, work_folder=tmp_path)
    later = replace(rt, clock=lambda: datetime.now(UTC) + timedelta(days=answers.DAYS_KEPT + 1))
    with rt.transaction() as tx:
        about = [people.account(tx, Role.CREATOR).account_id]
        assert answers.claim(tx, scope="s", key="k", request=bytes(32)) is None
        answers.keep(tx, scope="s", key="k", status=201, body={"prompt": "private"}, about=about)

    worker._forget(rt)
    with rt.transaction() as tx:
        assert answers.claim(tx, scope="s", key="k", request=bytes(32)) is not None

    worker._forget(later)
    with rt.transaction() as tx:
        assert answers.claim(tx, scope="s", key="k", request=bytes(32)) is None


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

    worker._forget(rt)

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
