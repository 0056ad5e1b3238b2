"""Processes that read the Content Credentials of strangers' files: a few, warm, and expendable.

A new process costs a tenth of a second, a warm one a few milliseconds. The other end of the pipe is
`adapters.c2pa_child`, or of a validation `adapters.c2pa_validator`.
"""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from rightsd.adapters import c2pa_child
from rightsd.errors import Code, RightsError

READ_SECONDS_MAX = 20.0
READERS_MAX = 4
# How long a caller waits for one of them; then every one is busy with something slow.
WAIT_SECONDS_MAX = 30.0
# A reader is replaced after so many files, so that nothing a file left behind lasts.
READS_MAX = 100
ANSWER_BYTES_MAX = 4 * 1024**2

_CHILD = Path(c2pa_child.__file__)
_VALIDATOR = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "runpy.run_module('rightsd.adapters.c2pa_validator', run_name='__main__', alter_sys=True)"
)
# No proxies, no paths, no preloads from our environment. Few arenas, or threads use up the memory.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}


class ReaderError(Exception):
    """There is no answer for a file. The message is a sentence."""


class Readers:
    """Up to READERS_MAX processes. May be shared by threads."""

    def __init__(self, configuration: Mapping[str, object]) -> None:
        self._configuration = configuration
        self._slots = threading.BoundedSemaphore(READERS_MAX)
        self._idle: list[_Reader] = []

    def report(
        self, path: Path, kind: str, *, anchors: Mapping[str, str] | None = None
    ) -> Mapping[str, object]:
        """Return what a reader says of a file (`c2pa_child.Report`), unchecked.

        Args:
            path: The file.
            kind: Its media type.
            anchors: Whom to trust, as for `c2pa_child.context`; None: as configured.

        Raises:
            ReaderError: The reader died, took too long, or talked nonsense.
            RightsError: BUSY, when every reader stays busy for WAIT_SECONDS_MAX.
        """
        if not self._slots.acquire(timeout=WAIT_SECONDS_MAX):
            raise RightsError(Code.BUSY, "Too many files are being checked; try again in a minute.")
        try:
            reader = self._take() or _Reader(self._configuration)
            try:
                report = reader.ask(path, kind, anchors)
            except BaseException:
                # Also when we are interrupted: its answer would be taken for the next file's.
                reader.stop()
                raise
            if reader.reads < READS_MAX:
                self._idle.append(reader)
            else:
                reader.stop()
            return report
        finally:
            self._slots.release()

    def close(self) -> None:
        """End the processes. A later `report` starts new ones."""
        while (reader := self._take()) is not None:
            reader.stop()

    def _take(self) -> "_Reader | None":
        """Return an idle reader that is alive. `pop` is what makes it ours among threads."""
        while True:
            try:
                reader = self._idle.pop()
            except IndexError:
                return None
            if reader.is_alive():
                return reader
            reader.stop()


def validate(path: Path, kind: str, *, anchors: Mapping[str, str], at: int | None) -> str:
    """Return the crJSON of a file.

    Args:
        path: The file.
        kind: Its media type.
        anchors: Whom to trust, as for `c2pa_child.context`.
        at: The time of validation, in seconds after 1970; None: now.

    Raises:
        ReaderError: There is none, in a sentence.
    """
    reader = _Reader({"anchors": anchors, "at": at}, ("-c", _VALIDATOR, json.dumps(sys.path)))
    try:
        report = reader.ask(path, kind)
    finally:
        reader.stop()
    said = {name: report.get(name) for name in ("state", "remote_url", "error", "json")}
    match said:
        case {"state": "read", "json": str(text)}:
            return text
        case {"state": "none", "remote_url": None}:
            raise ReaderError("The file has no Content Credentials.")
        case {"state": "none"}:
            raise ReaderError("The file's Content Credentials lie elsewhere; nothing is fetched.")
        case _:
            why = f" ({said['error']})" if isinstance(said["error"], str) else ""
            raise ReaderError(f"The C2PA library cannot validate the file{why}.")


class _Reader:
    """A process that reads one file after another."""

    def __init__(
        self, configuration: Mapping[str, object], program: Sequence[str | Path] = (_CHILD,)
    ) -> None:
        self.reads = 0
        self.seconds_max = READ_SECONDS_MAX
        self._configuration = configuration
        self._process = subprocess.Popen(  # noqa: S603 -- Our interpreter and our script.
            # Isolated: no module is looked for beside the script, where a `c2pa` would be ours.
            [sys.executable, "-I", *program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            # Ctrl-C in a terminal is for us; a reader ends when its input ends.
            start_new_session=True,
        )

    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process.poll() is None

    def ask(
        self, path: Path, kind: str, anchors: Mapping[str, str] | None = None
    ) -> Mapping[str, object]:
        """Return the report on a file.

        Raises:
            ReaderError: No answer came in time, or nothing that is one. Then stop it.
        """
        assert self._process.stdin is not None
        lines: list[Mapping[str, object]] = [
            {"path": str(path.resolve()), "media_type": kind, "anchors": anchors}
        ]
        if self.reads == 0:
            lines.insert(0, self._configuration)
        self.reads += 1
        try:
            # It waits for these lines, and has not yet seen a byte of the file: this cannot block.
            self._process.stdin.writelines(json.dumps(line).encode() + b"\n" for line in lines)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise ReaderError("The file could not be read: the reader stopped.") from error
        try:
            answer = json.loads(self._answer())
        except (ValueError, RecursionError) as error:
            raise ReaderError("The reader gave an answer that is none.") from error
        if not isinstance(answer, dict):
            raise ReaderError("The reader gave an answer that is none.")
        return cast("dict[str, object]", answer)

    def stop(self) -> None:
        """Kill the process and take its remains away."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        # What was not flushed goes nowhere any more.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def _answer(self) -> bytes:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        deadline = time.monotonic() + self.seconds_max
        answer = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while not answer.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise ReaderError("The file could not be read within the time allowed.")
                piece = os.read(descriptor, 64 * 1024)
                if not piece:
                    raise ReaderError("The file could not be read: the reader stopped.")
                answer += piece
                if len(answer) > ANSWER_BYTES_MAX:
                    raise ReaderError("The reader gave an answer that is none.")
        return bytes(answer)
