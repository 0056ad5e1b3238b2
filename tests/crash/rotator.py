"""A process that rotates the log's key, and kills itself at its n-th commit or once a key is made.

Run as `python -m tests.crash.rotator HOME DSN BLOBS N MOMENT`; MOMENT is "before", "after" or
"made". Exits 0 when it came through without reaching that commit.
"""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from ledger.note import Signer
from rightsd import bootstrap
from rightsd.ports import LogKeys
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints, logkeys
from tests.crash.victim import Mortal


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


def main() -> None:
    home, dsn, blobs, number, moment = sys.argv[1:]
    settings = Settings(home=Path(home), database_url=dsn, blobs_url=blobs)
    with bootstrap.connect(dsn, 4) as pool:
        built = bootstrap.build(settings, settings.home, dsn, pool)
        fields = {name: getattr(built, name) for name in Runtime.__dataclass_fields__}
        if moment == "made":
            fields["log_keys"] = Fatal(built.log_keys)
        Mortal.deadly, Mortal.moment = int(number), moment
        rt = Mortal(**fields)
        finish(rt)
        built.credentials.close()
    print(Mortal.commits)


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
    main()
