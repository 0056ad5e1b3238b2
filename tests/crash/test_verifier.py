"""A worker that is killed while it verifies a file of a batch: another goes on from there."""

import subprocess
import sys
import threading
from dataclasses import replace
from socket import socket

import pytest

from rightsd.adapters.http import Guard
from rightsd.domain.batch import State
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows.verifications import Layers, batches
from tests import people, pictures
from tests.rightsd.adapters.loopback import Host, reply, serving
from tests.rightsd.witnesses import Clock

pytestmark = pytest.mark.slow

OPEN = Guard(allow_private=True)
PICTURE = reply(200, pictures.file(pictures.clouds(1)))


def test_a_killed_workers_file_is_taken_over(rt: Runtime, settings: Settings) -> None:
    clock, killed = Clock(), threading.Event()
    rt = replace(rt, reference_guard=OPEN, clock=clock)

    def behave(host: Host, connection: socket) -> None:
        if len(host.requests) == 1:
            killed.wait(60)  # The first to ask does not live to hear it.
        connection.sendall(PICTURE)

    with serving(behave) as host:
        with rt.transaction() as tx:
            platform = people.account(tx, Role.PLATFORM)
            urls = [f"{host.url}/a", f"{host.url}/b"]
            started = batches.start(
                tx, platform, urls=urls, layers=Layers.MANIFEST, guard=OPEN
            ).batch
        _kill_in_the_midst(settings, host)
        killed.set()

        while batches.verify_next(rt):
            pass
        during_lease = [each.number for each in _answers(rt, platform, started.id)]
        clock.ahead += batches.TAKEN
        while batches.verify_next(rt):
            pass

    assert during_lease == [1]
    assert [each.number for each in _answers(rt, platform, started.id)] == [1, 0]
    with rt.transaction() as tx:
        assert batches.find(tx, platform, started.id).batch.state is State.FINISHED


def _answers(rt: Runtime, platform: people.Principal, batch_id: str) -> list[batches.Answer]:
    return list(batches.answers(rt, platform, batch_id, after=0))


def _kill_in_the_midst(settings: Settings, host: Host) -> None:
    command = [sys.executable, "-m", "tests.crash.verifier", str(settings.home)]
    with subprocess.Popen([*command, settings.database_url, settings.blobs_url]) as process:
        while not host.requests:
            assert process.poll() is None
        process.kill()
