"""A process that makes one output, sequences the log, and kills itself at its n-th commit.

Run as `python -m tests.crash.victim HOME DSN BLOBS GENERATION N MOMENT`; MOMENT is "before" or
"after". Exits 0 when it came through without reaching that commit.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rightsd import bootstrap
from rightsd.db.tx import Tx
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints
from rightsd.workflows.generations import production


class Mortal(Runtime):
    """A runtime whose process dies at one of its commits."""

    __slots__ = ()
    commits = 0
    deadly = 0
    moment = "before"

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        kind = type(self)
        with Runtime.transaction(self) as tx:
            yield tx
            kind.commits += 1
            if (kind.commits, kind.moment) == (kind.deadly, "before"):
                os.kill(os.getpid(), signal.SIGKILL)
        if (kind.commits, kind.moment) == (kind.deadly, "after"):
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    home, dsn, blobs, generation_id, number, moment = sys.argv[1:]
    settings = Settings(home=Path(home), database_url=dsn, blobs_url=blobs)
    with bootstrap.connect(dsn, 4) as pool:
        built = bootstrap.build(settings, settings.home, dsn, pool)
        fields = {name: getattr(built, name) for name in Runtime.__dataclass_fields__}
        Mortal.deadly, Mortal.moment = int(number), moment
        rt = Mortal(**fields)
        while checkpoints.sequence(rt):
            pass
        production.produce(rt, generation_id)
        while checkpoints.sequence(rt):
            pass
        built.credentials.close()
    print(Mortal.commits)


if __name__ == "__main__":
    main()
