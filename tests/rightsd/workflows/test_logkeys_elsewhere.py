"""Keys of the log in several processes and homes, some of which are not its own."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event

import pytest

from ledger import checkpoint, log, note
from ledger.note import Signer
from rightsd.db.tx import Tx
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints, logkeys
from tests import people
from tests.conftest import runtime
from tests.rightsd.workflows.rotating import happen, key, newest, refused, retire, signed_by


class Held(Runtime):
    """A process that stops for a while when it has chosen who signs."""

    __slots__ = ()
    chosen = Event()
    opened = Event()

    def log_signers(self, tx: Tx) -> tuple[Signer, ...]:
        signers = Runtime.log_signers(self, tx)
        self.chosen.set()
        assert self.opened.wait(30)
        return signers


def record(rt: Runtime) -> None:
    with rt.transaction() as tx:
        people.account(tx, Role.CREATOR)


def sequenced(rt: Runtime) -> int | Code:
    try:
        return checkpoints.sequence(rt)
    except RightsError as error:
        return error.code


@pytest.fixture
def settings(tmp_path: Path, dsn: str) -> Settings:
    """A home of its own: keys are made in it."""
    blobs = (tmp_path / "blobs").as_uri()
    return Settings(home=tmp_path / "home", database_url=dsn, blobs_url=blobs)


@pytest.fixture
def rt(settings: Settings) -> Iterator[Runtime]:
    with runtime(settings) as built:
        while checkpoints.sequence(built):
            pass
        yield built


def test_a_process_that_started_before_the_rotation_signs_with_both_keys_after_it(
    rt: Runtime, settings: Settings
) -> None:
    with runtime(settings) as elder:
        happen(elder)
        assert signed_by(rt, newest(rt)) == [1]

        logkeys.rotate(rt)
        happen(elder)
        assert signed_by(rt, newest(rt)) == [1, 2]

        retire(rt)
        happen(elder)
        assert signed_by(rt, newest(rt)) == [2]


def test_a_retired_key_may_be_destroyed(rt: Runtime, settings: Settings) -> None:
    logkeys.rotate(rt)
    happen(rt)
    retire(rt)

    (settings.home / "keys" / "log.ed25519").unlink()

    event_id = happen(rt)
    assert checkpoints.receipt(rt, event_id) is not None
    assert logkeys.rotate(rt).key.number == 3
    assert not (settings.home / "keys" / "log.ed25519").exists()


def test_under_another_name_nothing_is_signed(rt: Runtime, settings: Settings) -> None:
    renamed = settings.model_copy(update={"log_origin": "other.example/log"})

    with runtime(renamed) as other:
        for step in (checkpoints.sequence, logkeys.rotate):
            with refused(Code.UNAVAILABLE, "not those of the log other.example/log"):
                step(other)

    logkeys.rotate(rt)
    happen(rt)
    with runtime(renamed) as other, refused(Code.UNAVAILABLE, "not those of the log"):
        checkpoints.sequence(other)


def test_with_another_key_of_the_log_nothing_is_signed_and_nothing_is_lost(
    rt: Runtime, settings: Settings, tmp_path: Path
) -> None:
    happen(rt)
    before = newest(rt)
    with rt.transaction() as tx:
        people.account(tx, Role.CREATOR)

    home = tmp_path / "stranger"
    shutil.copytree(settings.home, home)
    (home / "keys" / "log.ed25519").unlink()
    with runtime(settings.model_copy(update={"home": home})) as stranger:
        for step in (checkpoints.sequence, logkeys.rotate):
            with refused(Code.UNAVAILABLE, "keys here are not those of the log"):
                step(stranger)

    assert newest(rt) == before
    assert checkpoints.sequence(rt) == 1


def test_a_home_with_keys_of_its_own_does_not_start_on_anothers_database(
    rt: Runtime, settings: Settings, tmp_path: Path
) -> None:
    stranger = settings.model_copy(update={"home": tmp_path / "stranger"})

    with refused(Code.INVALID, "copy the folder keys"), runtime(stranger):
        pass


def test_of_two_homes_that_begin_a_log_at_once_one_signs(
    settings: Settings, tmp_path: Path
) -> None:
    """One stops when it has found no checkpoint and chosen its key; then the other has its turn."""
    with runtime(settings):
        pass
    home = tmp_path / "stranger"
    shutil.copytree(settings.home, home)  # The same keys but the log's, which neither has yet.
    elsewhere = settings.model_copy(update={"home": home})
    with runtime(settings) as one, runtime(elsewhere) as two, ThreadPoolExecutor() as pool:
        slow = Held(**{name: getattr(two, name) for name in Runtime.__dataclass_fields__})
        record(one)
        late = pool.submit(checkpoints.sequence, slow)
        assert slow.chosen.wait(30)
        checkpoints.sequence(one)
        record(one)
        slow.opened.set()
        late.result()
        record(one)
        outcomes = {sequenced(rt) for rt in (one, two)}
        with one.transaction() as tx:
            notes = tx.conn.execute("SELECT note FROM ledger.checkpoint").fetchall()

    assert outcomes == {1, Code.UNAVAILABLE}
    assert len({tuple(signers(signed)) for (signed,) in notes}) == 1


def test_a_home_that_lacks_the_new_key_signs_nothing_and_makes_none(
    rt: Runtime, settings: Settings, tmp_path: Path
) -> None:
    elder = tmp_path / "elder"
    shutil.copytree(settings.home, elder)
    logkeys.rotate(rt)

    with runtime(settings.model_copy(update={"home": elder})) as copy:
        with refused(Code.UNAVAILABLE, r"log-2\.ed25519 cannot be used"):
            checkpoints.sequence(copy)
        assert not (elder / "keys" / "log-2.ed25519").exists()
        shutil.copy(settings.home / "keys" / "log-2.ed25519", elder / "keys")
        assert checkpoints.sequence(copy) == 2

    assert signed_by(rt, newest(rt)) == [1, 2]


def write(rt: Runtime, done: Event) -> None:
    while not done.is_set():
        with rt.transaction() as tx:
            people.account(tx, Role.CREATOR)


def sequence(rt: Runtime, done: Event) -> None:
    while not done.is_set():
        checkpoints.sequence(rt)


def operate(rt: Runtime, done: Event) -> None:
    """Rotate three times without waiting for more than there is to wait for."""
    for number in (1, 2, 3):
        new = note.parse_vkey(logkeys.rotate(rt).key.vkey)
        while not done.is_set() and new.key_id not in signers(newest(rt)):
            pass
        retire(rt)
        assert rt.log_keys.signer(number + 1).vkey == new.vkey
    done.set()


def signers(signed: bytes) -> list[bytes]:
    return [signature.key_id for signature in note.parse(signed).signatures]


@pytest.mark.slow
def test_under_load_every_checkpoint_is_signed_by_exactly_the_keys_of_its_entries(
    rt: Runtime, settings: Settings
) -> None:
    done = Event()

    with runtime(settings) as elder, ThreadPoolExecutor(5) as threads:
        steps = [(write, rt), (write, elder), (sequence, rt), (sequence, elder), (operate, rt)]
        running = [threads.submit(step, process, done) for step, process in steps]
        wait(running, return_when=FIRST_EXCEPTION)
        done.set()
        for task in running:
            task.result()
    while checkpoints.sequence(rt):
        pass

    check_history(rt)


def check_history(rt: Runtime) -> None:
    """Compare who signed each checkpoint with what the entries that it covers say."""
    with rt.transaction() as tx:
        size = checkpoint.parse(note.parse(newest(rt)).text).size
        entries = [json.loads(entry.body) for entry in log.entries(tx.conn, 0, size)]
        notes = tx.conn.execute("SELECT size, note FROM ledger.checkpoint ORDER BY size").fetchall()
    expected, signing = [], [key(rt, 1).vkey]
    for entry in [None, *entries]:
        if entry and entry["kind"] == "key.introduced" and "statement" in entry["data"]:
            signing = [*signing, entry["data"]["new_vkey"]]
        if entry and entry["kind"] == "key.retired":
            signing = [vkey for vkey in signing if vkey != entry["data"]["vkey"]]
        expected.append([note.parse_vkey(vkey).key_id for vkey in signing])
    assert len(notes) > 6
    assert sum(entry["kind"] == "key.retired" for entry in entries) == 3
    for size, signed in notes:
        assert signers(signed) == expected[size], size
