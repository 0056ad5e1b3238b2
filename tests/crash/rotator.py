"""A process whose children each rotate the log's key, until they die.

Run as `python -m tests.crash.rotator HOME DSN BLOBS`: tests/crash/dying.py. Of the moments, "made"
is when there is a next key of which nobody has heard.
"""

import os
import signal
from dataclasses import dataclass, replace

from ledger.note import Signer
from rightsd.ports import LogKeys
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, logkeys
from tests.crash.dying import Mortal, children


@dataclass(frozen=True)
class Fatal:
    """Keys that end the process once the next one is made, before anyone hears of it."""

    inner: LogKeys

    @property
    def origin(self) -> str:
        return self.inner.origin

    def make(self, number: int) -> Signer:
        made = self.inner.make(number)
        if number > 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    def signer(self, number: int) -> Signer:
        return self.inner.signer(number)

    def place(self, number: int) -> str:
        return self.inner.place(number)


def live(rt: Mortal) -> None:
    finish(replace(rt, log_keys=Fatal(rt.log_keys)) if rt.moment == "made" else rt)


def finish(rt: Runtime) -> None:
    """Bring a rotation to its end from wherever it stands, as an operator would."""
    with rt.transaction() as tx:
        known = logkeys.known(tx)
    if not known:
        logkeys.rotate(rt)
    while checkpoints.sequence(rt):
        pass
    if not known or not any(key.retired_at for key in known):
        with rt.transaction() as tx:
            logkeys.retire(tx, rt.witness_policy, at_once=True)
    while checkpoints.sequence(rt):
        pass


if __name__ == "__main__":
    children(live)
