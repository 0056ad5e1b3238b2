"""The log's keys in a key service: what is not here cannot be taken from here, and may be away."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from ledger import checkpoint, log, note
from ledger.errors import NoteError
from rightsd import bootstrap
from rightsd.adapters.transit import TransitLogKeys
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints, logkeys
from tests import people
from tests.conftest import runtime
from tests.fakes.transit import Service, serving

SECONDS_MAX = 0.2


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path) as service:
        yield service


@pytest.fixture
def settings(tmp_path: Path, dsn: str, service: Service) -> Settings:
    return Settings(
        home=tmp_path / "home",
        database_url=dsn,
        blobs_url=(tmp_path / "blobs").as_uri(),
        kms_url=service.url,
        kms_token_file=service.token_file,
    )


@pytest.fixture
def rt(settings: Settings) -> Iterator[Runtime]:
    with runtime(settings) as built:
        checkpoints.sequence(built)
        yield built


def record(rt: Runtime) -> str:
    with rt.transaction() as tx:
        people.account(tx, Role.CREATOR)
        return tx.events[-1].id


def hurried(rt: Runtime) -> Runtime:
    """Return a runtime that does not wait long for its key service."""
    far = rt.log_keys
    assert isinstance(far, TransitLogKeys)
    transit = replace(far.transit, seconds_max=SECONDS_MAX)
    return replace(rt, log_keys=TransitLogKeys(far.origin, transit))


def state(rt: Runtime) -> tuple[bytes | None, int]:
    """Return the newest checkpoint, and how many events wait for a place."""
    with rt.transaction() as tx:
        return log.latest(tx.conn), len(list(log.pending(tx.conn)))


def unavailable() -> "pytest.RaisesExc[RightsError]":
    return pytest.raises(RightsError, check=lambda error: error.code is Code.UNAVAILABLE)


def test_the_home_holds_no_key_of_the_log_and_no_passphrase(
    rt: Runtime, settings: Settings
) -> None:
    logkeys.rotate(rt)
    record(rt)
    checkpoints.sequence(rt)

    names = {path.name for path in (settings.home / "keys").iterdir()}
    assert "passphrase.transit" in names
    assert "passphrase" not in names
    assert not [name for name in names if name.endswith(".ed25519")]


def test_a_rotation_goes_from_one_key_of_the_service_to_another(
    rt: Runtime, settings: Settings, service: Service
) -> None:
    record(rt)
    logkeys.rotate(rt)
    checkpoints.sequence(rt)
    with rt.transaction() as tx:
        logkeys.retire(tx, rt.witness_policy, at_once=True)
    event_id = record(rt)

    with runtime(settings) as later:
        checkpoints.sequence(later)
        assert checkpoints.receipt(later, event_id) is not None
        new = note.parse_vkey(later.log_keys.signer(2).vkey)

    signed, _ = state(rt)
    checkpoint.verify(signed or b"", new)
    assert len(service.keys) == 3
    assert rt.log_keys.place(2).endswith(f"-log-2 of {service.url}")


@pytest.mark.parametrize("trouble", ["sealed", "silent", "endless", b"{}"])
def test_while_the_service_is_in_trouble_nothing_is_lost_and_intake_goes_on(
    rt: Runtime, service: Service, trouble: str | bytes
) -> None:
    rt = hurried(rt)
    record(rt)
    checkpoints.sequence(rt)
    before, _ = state(rt)
    service.trouble = trouble

    for waiting in (1, 2, 3):
        record(rt)
        with unavailable():
            checkpoints.sequence(rt)
        assert state(rt) == (before, waiting)

    service.trouble = None
    assert checkpoints.sequence(rt) == 3
    assert state(rt)[1] == 0


def test_a_service_that_lies_signs_nothing(rt: Runtime, service: Service) -> None:
    record(rt)
    before = state(rt)
    service.trouble = "lying"

    with pytest.raises(NoteError, match="does not verify"):
        checkpoints.sequence(rt)

    assert state(rt) == before
    service.trouble = None
    assert checkpoints.sequence(rt) == 1


def test_events_are_taken_in_while_the_service_is_waited_for(rt: Runtime, service: Service) -> None:
    record(rt)
    checkpoints.sequence(rt)
    record(rt)
    service.trouble = "silent"
    failed: list[RightsError] = []

    def sequence() -> None:
        with unavailable() as caught:
            checkpoints.sequence(rt)
        failed.append(caught.value)

    thread = Thread(target=sequence)
    thread.start()
    assert service.waiting.wait(30)
    record(rt)

    assert failed == []
    service.stopping.set()
    thread.join(30)
    assert len(failed) == 1
    service.trouble = None
    assert checkpoints.sequence(rt) == 2


@pytest.mark.parametrize("trouble", ["sealed", "lying"])
def test_there_is_no_receipt_without_a_signature(
    rt: Runtime, service: Service, trouble: str
) -> None:
    event_id = record(rt)
    checkpoints.sequence(rt)
    service.trouble = trouble

    with unavailable():
        checkpoints.receipt(rt, event_id)


@pytest.mark.parametrize("trouble", ["sealed", "lying"])
def test_a_rotation_that_the_service_cuts_short_is_finished_later(
    rt: Runtime, service: Service, trouble: str
) -> None:
    record(rt)
    checkpoints.sequence(rt)
    made = rt.log_keys.make(2).vkey
    service.trouble = trouble
    with unavailable():
        logkeys.rotate(rt)
    with rt.transaction() as tx:
        assert logkeys.known(tx) == []
    service.trouble = None

    assert logkeys.rotate(rt).key.vkey == made


@pytest.mark.parametrize(
    "extra",
    [
        {"kms_token_file": None},
        {"kms_url": None},
        {"key_passphrase": "correct horse battery"},
        {"kms_url": "http://vault.example"},
    ],
)
def test_settings_that_contradict_one_another_are_refused(
    settings: Settings, extra: dict[str, str | None]
) -> None:
    with pytest.raises(RightsError) as caught:
        bootstrap.open_keys(settings.model_copy(update=extra))

    assert caught.value.code is Code.INVALID


def test_without_its_key_service_the_daemon_does_not_start(
    rt: Runtime, settings: Settings, service: Service
) -> None:
    record(rt)
    service.trouble = "sealed"

    with unavailable(), runtime(settings):
        pass
