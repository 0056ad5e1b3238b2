"""Processes that die at a chosen commit: one imports what all need, and each death is a child's.

A module that is run as `python -m MODULE HOME DSN BLOBS ...` hands `live` to `children`; a test
asks for its deaths through `victims`.
"""

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rightsd import bootstrap
from rightsd.db.tx import Tx
from rightsd.runtime import Runtime
from rightsd.settings import Settings

LATE = ("scipy.fftpack",)  # What libraries import only when they are used.


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


Die = Callable[[int, str], int]


def children(live: Callable[[Mortal], None]) -> None:
    """Let a child live for each line of standard input, "N MOMENT", and answer how it went.

    The answer is how many commits it came through with, or 0 if it was killed. No thread may have
    been started before: a child has only the one that forked it.
    """
    home, dsn, blobs = sys.argv[1:4]
    settings = Settings(home=Path(home), database_url=dsn, blobs_url=blobs)
    for name in LATE:
        importlib.import_module(name)
    for line in sys.stdin:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            number, Mortal.moment = line.split()
            Mortal.deadly = int(number)
            _live(settings, live)
            os.write(write, str(Mortal.commits).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as answer:
            commits = answer.read()
        _, status = os.waitpid(child, 0)
        if status not in {0, signal.SIGKILL}:
            sys.exit(f"A child ended with status {status}.")
        print(int(commits or 0), flush=True)


def _live(settings: Settings, live: Callable[[Mortal], None]) -> None:
    assert settings.database_url is not None
    with bootstrap.connect(settings.database_url, 4) as pool:
        built = bootstrap.build(settings, settings.home, settings.database_url, pool)
        live(Mortal(**{name: getattr(built, name) for name in Runtime.__dataclass_fields__}))
        built.credentials.close()


@contextmanager
def victims(module: str, settings: Settings, *arguments: str) -> Iterator[Die]:
    """Have a process of whose children one dies each time it is called, as `children` says."""
    command = [sys.executable, "-m", module, str(settings.home), str(settings.database_url)]
    with subprocess.Popen(
        [*command, str(settings.blobs_url), *arguments],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        orders, answers = process.stdin, process.stdout
        assert orders is not None
        assert answers is not None

        def die(number: int, moment: str) -> int:
            print(number, moment, file=orders, flush=True)
            return int(answers.readline())

        yield die
        orders.close()
        assert process.wait() == 0
