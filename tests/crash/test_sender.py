"""A sender that is killed in the midst of it: what it was sending is sent by another."""

import subprocess
import sys

import pytest

from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import deliveries
from rightsd.workflows.deliveries import LEASE
from tests import telling
from tests.fakes import platform as fake
from tests.rightsd.witnesses import Clock

pytestmark = pytest.mark.slow


def test_a_killed_senders_deliveries_are_taken_over(rt: Runtime, settings: Settings) -> None:
    clock = Clock()
    rt = telling.local(rt, clock)
    with fake.running() as receiver, telling.sending() as calls:
        _, view = telling.registered(rt, receiver)
        generation_ids = telling.published(rt, 6)
        telling.withdraw(rt, *generation_ids)
        telling.fan_out(rt)
        receiver.behave("hang")
        _kill_in_the_midst(settings, receiver)
        receiver.behave("take")

        deliveries.send(rt, calls)
        before = {one["id"] for one in receiver.received if one["taken"]}
        clock.ahead += LEASE
        deliveries.send(rt, calls)

        begun = {one["id"] for one in receiver.received if not one["taken"]}
        taken = [one["id"] for one in receiver.received if one["taken"]]
        assert begun
        assert not begun & before  # While the lease ran, they might still have been under way.
        assert begun < set(taken)
        assert len(taken) == len(set(taken)) == len(generation_ids)
        assert telling.states(rt, view) == ["sent"] * len(generation_ids)


def _kill_in_the_midst(settings: Settings, receiver: fake.Receiver) -> None:
    command = [sys.executable, "-m", "tests.crash.sender", str(settings.home)]
    with subprocess.Popen([*command, settings.database_url, settings.blobs_url]) as process:
        while not receiver.received:
            assert process.poll() is None
        process.kill()
