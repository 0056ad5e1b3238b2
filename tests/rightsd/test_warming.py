"""A daemon that starts reads what clips are compared with before it says that it is ready."""

import logging
import threading
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from fingerprint.errors import RowsError
from rightsd import warming
from rightsd.adapters import fingerprints as files
from rightsd.adapters.index import FingerprintIndex, Source
from rightsd.adapters.recall import Among, Recall
from rightsd.db import fingerprints
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from tests import copyists, people

CONTENT = copyists.whole(copyists.clip(1), sound=1)


@pytest.fixture
def cold(rt: Runtime) -> Runtime:
    """A process that has just started, beside an output on record."""
    with rt.transaction() as tx:
        made = people.published(tx, people.account(tx, Role.CREATOR))
        fingerprints.insert(tx, made.id, files.pack_whole(CONTENT, moves=True))
    started = replace(rt, index=FingerprintIndex(), recall=Recall(), warming=threading.Event())
    started.warming.set()
    return started


def test_everything_is_read_before_anyone_asks(
    cold: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=warming.__name__)
    assert cold.index.match_outputs(CONTENT.content) == []

    warming.warm(cold)

    assert len(cold.index.match_outputs(CONTENT.content)) == 1
    assert len(cold.recall.find(CONTENT, Among.OUTPUTS, lambda _: CONTENT).verdicts) == 1
    assert not cold.warming.is_set()
    assert "was read in" in caplog.text


def test_it_is_ready_once_that_is_read(cold: Runtime) -> None:
    client = TestClient(create_app(cold))
    early = client.get("/readyz")

    warming.warm(cold)

    assert (early.status_code, client.get("/readyz").status_code) == (503, 200)
    assert "still being read" in early.json()["detail"]


class EndingIndex(FingerprintIndex):
    """An index whose process is told to stop when it begins to read."""

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__()
        self.stopping = stopping

    def catch_up(self, source: Source) -> None:
        self.stopping.set()
        super().catch_up(source)


def test_a_process_that_ends_reads_no_further(cold: Runtime) -> None:
    stopping = threading.Event()
    ending = replace(cold, index=EndingIndex(stopping), stopping=stopping)

    warming.warm(ending)

    assert ending.index.match_outputs(CONTENT.content) == []
    assert ending.recall.find(CONTENT, Among.OUTPUTS, lambda _: CONTENT).verdicts == []
    assert ending.warming.is_set()


class FailingIndex(FingerprintIndex):
    """An index that cannot read the first time."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.errors = [error]

    def catch_up(self, source: Source) -> None:
        if self.errors:
            raise self.errors.pop()
        super().catch_up(source)


def test_what_could_not_be_read_is_read_again(
    cold: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warming, "AGAIN_SECONDS", 0.0)
    failing = replace(cold, index=FailingIndex(RowsError("It is full.")))

    warming.warm(failing)

    assert len(failing.index.match_outputs(CONTENT.content)) == 1
    assert not failing.warming.is_set()


def test_whatever_ends_the_reading_it_is_not_ready_by_that(cold: Runtime) -> None:
    failing = replace(cold, index=FailingIndex(ZeroDivisionError()))

    with pytest.raises(ZeroDivisionError):
        warming.warm(failing)

    assert failing.warming.is_set()
