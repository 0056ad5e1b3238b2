"""What ends, ends with its commit, whatever else of the daemon does not work at that time."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.note import Signer
from rightsd.adapters.index import FingerprintIndex, Source
from rightsd.db import generations
from rightsd.domain.generation import State
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints
from tests.crash import scenes
from tests.crash.racer import ACTS, Order
from tests.crash.scenes import CAUSES, Scene


class OutOfOrderError(Exception):
    """It does not work."""


class NoIndex(FingerprintIndex):
    """An index that finds nothing, and says so."""

    def catch_up(self, source: Source) -> None:
        raise OutOfOrderError


class NoKeys:
    """Keys of a log that cannot be reached."""

    origin = "nowhere"

    def make(self, number: int) -> Signer:
        raise RightsError(Code.UNAVAILABLE, f"key {number} does not answer")

    signer = make


def without_workers(rt: Runtime) -> Runtime:
    return rt


def without_index(rt: Runtime) -> Runtime:
    return replace(rt, index=NoIndex())


def without_signer(rt: Runtime) -> Runtime:
    return replace(rt, log_keys=NoKeys())


@pytest.mark.parametrize("outage", [without_workers, without_index, without_signer])
def test_what_ends_needs_nobody_else(rt: Runtime, outage: Callable[[Runtime], Runtime]) -> None:
    rt = outage(rt)
    with rt.transaction() as tx:
        cast = scenes.cast(tx)
    for number, (name, cause) in enumerate(CAUSES.items()):
        with rt.transaction() as tx:
            scene, end = cause.prepare(tx, cast, number)
        shown = [act for act in cause.forbids if act in {"download", "decide"}]
        assert all(_given(rt, act, scene) for act in shown), name

        with rt.transaction() as tx:
            end(tx)
        if outage is without_signer:
            with pytest.raises(RightsError, match="does not answer"):
                checkpoints.sequence(rt)

        for act in cause.forbids:
            assert not _given(rt, act, scene), (name, act)
        with rt.transaction() as tx:
            out = generations.find(tx, scene.out)
        assert out is not None
        assert out.state is State.PUBLISHED, "nobody came to withdraw it, and nothing shows it"


def _given(rt: Runtime, act: str, scene: Scene) -> bool:
    try:
        return ACTS[act](rt, Order(act, scene)).given
    except OutOfOrderError:
        return False  # What cannot be compared is neither judged nor released.
