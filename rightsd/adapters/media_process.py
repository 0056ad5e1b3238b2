"""Runs a child that decodes one file, and believes nothing that it has not checked."""

import contextlib
import fcntl
import json
import os
import select
import signal
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn, Self, cast

from rightsd.errors import Code, RightsError

INFO_BYTES_MAX = 4096
WORD_BYTES_MAX = 32
PIPE_BYTES = 1 << 20  # What Linux lets anybody ask for; the default of 64 KiB costs wake-ups.

ROOT = Path(__file__).parents[2]

_BOOT = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)
_CHILD, _SMALL_CHILD = "rightsd.adapters.media_child", "rightsd.adapters.media_small_child"
_HEAD = struct.Struct("<cI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one file may be, and the most that decoding it may cost.

    Attributes:
        bytes_max: Size of the file.
        width_max: Width as stored, pixels.
        height_max: Height as stored, pixels.
        pixels_max: Width times height.
        frames_max: Frames that are decoded.
        seconds_max: Time of the last frame, or length of the sound.
        cpu_seconds: Processor time of the child.
        wall_seconds: Time spent waiting for the child; what the caller does between two chunks
            does not count.
        memory_bytes: Address space of the child, of which its programs take 250 MiB.
    """

    bytes_max: int = 512 << 20
    width_max: int = 4096
    height_max: int = 4096
    pixels_max: int = 4096 * 2304
    frames_max: int = 36_000
    seconds_max: float = 600.0
    cpu_seconds: int = 900
    wall_seconds: float = 900.0
    memory_bytes: int = 2 << 30


LIMITS = Limits()  # Ten minutes of anything up to 4K, at up to sixty frames a second.


@dataclass(frozen=True, slots=True)
class Small:
    """What pictures and sound are reduced to for those who need no more.

    Attributes:
        side_max: Of the longer side of a picture, pixels.
        sound_rate: Samples a second, of one channel.
    """

    side_max: int = 384
    sound_rate: int = 12_000


SMALL = Small()


class MediaProcess:
    """A child that decodes one file. Use it as a context manager: it never outlives the block."""

    def __init__(
        self,
        path: Path,
        *,
        want: str,
        limits: Limits,
        looks_per_second: int | None = None,
        small: Small = SMALL,
    ) -> None:
        """Start the child.

        Args:
            path: A regular file.
            want: `video`, `small`, `audio` or `audio alone`.
            limits: What the file may be, and what the child may use.
            looks_per_second: See `media.open_video`.
            small: What to reduce to, if that is wanted.

        Raises:
            RightsError: NOT_FOUND, INVALID or TOO_LARGE; the file itself is refused.
        """
        self._limits = limits
        self._patience = limits.wall_seconds
        self._started = False
        self._begun = False
        job = json.dumps(
            {"want": want, "looks_per_second": looks_per_second, **asdict(small), **asdict(limits)}
        )
        # The child sees the modules we see, and neither our environment nor site hooks, which
        # may be all that leads to this very package.
        seen = [ROOT, *(Path(place).absolute() for place in sys.path if place)]
        places = json.dumps([str(place) for place in seen])
        child = _SMALL_CHILD if want == "small" else _CHILD
        with _opened(path, limits) as file:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-S", "-X", "utf8", "-c", _BOOT, places, child, job],
                env=_environment(),
                cwd="/",
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        assert self._process.stdout is not None
        self._pipe = self._process.stdout.fileno()
        with contextlib.suppress(OSError):  # A user's pipes may have used up their share.
            fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLIN)

    def __enter__(self) -> Self:
        """Return the process."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child, whatever it is doing, and take note of its end."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def read_info(self) -> dict[str, object] | None:
        """Return what the file is, as far as it says; None if it has no such stream.

        Raises:
            RightsError: It is not of a kind we read, or over a limit.
        """
        if self.next_message() != (b"R", 0):
            self.distrust()
        self._started = True
        kind, length = self.next_message()
        if kind != b"I" or length > INFO_BYTES_MAX:
            self.distrust()
        self._begun = True
        try:
            return cast("dict[str, object] | None", json.loads(self.read(length)))
        except ValueError:
            self.distrust()

    def next_message(self) -> tuple[bytes, int]:
        """Return the kind and the length of the next message; its body is to be read by `read`.

        Raises:
            RightsError: The child refuses the file, has died, or takes too long.
        """
        kind, length = _HEAD.unpack(self.read(_HEAD.size))
        if kind == b"X":
            if length > WORD_BYTES_MAX:
                self.distrust()
            raise self._refusal(self.read(length).decode(errors="replace"))
        return kind, length

    def read(self, length: int) -> bytes:
        """Return the next bytes of a message's body."""
        body = bytearray(length)
        self.read_into(memoryview(body))
        return bytes(body)

    def read_into(self, room: memoryview) -> None:
        """Fill `room`, which is contiguous bytes, with the next bytes of a message's body."""
        while room:
            before = time.monotonic()
            ready = self._poll.poll(max(0.0, self._patience) * 1000)
            self._patience -= time.monotonic() - before
            if not ready:
                raise RightsError(
                    Code.TOO_LARGE,
                    f"The file takes more than {self._limits.wall_seconds:g} s to decode.",
                )
            got = os.readv(self._pipe, [room])
            if not got:
                raise self._death()
            room = room[got:]

    def distrust(self) -> NoReturn:
        """Refuse a child that does not keep to the protocol: the file has taken it over."""
        raise RightsError(Code.INVALID, "The file could not be decoded.")

    def _refusal(self, word: str) -> RightsError:
        limits = self._limits
        size = f"{limits.width_max}x{limits.height_max} or {limits.pixels_max} pixels"
        code, sentence = {
            "no-picture": (Code.INVALID, "The file holds no picture."),
            "pictures": (Code.UNSUPPORTED, "The file holds pictures, not sound alone."),
            "sound": (Code.INVALID, "The file's sound is of a kind that is not read here."),
            "truncated": (Code.INVALID, "The file is cut off: it ends before its last frame."),
            "pixels": (Code.TOO_LARGE, f"The picture is larger than {size}."),
            "frames": (Code.TOO_LARGE, f"The file has more than {limits.frames_max} frames."),
            "seconds": (Code.TOO_LARGE, f"The file is longer than {limits.seconds_max:g} s."),
            "memory": (Code.TOO_LARGE, "Decoding the file takes too much memory."),
        }.get(word, (Code.INVALID, "The file could not be decoded."))
        return RightsError(code, sentence)

    def _death(self) -> RightsError:
        """Say why the child ended before it said so."""
        # It has closed its end of the pipe, so it is dying, or it plays tricks: then it is killed.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, self._patience))
        if self._process.returncode == -signal.SIGXCPU:
            seconds = self._limits.cpu_seconds
            detail = f"The file takes more than {seconds} s of processor time to decode."
            return RightsError(Code.TOO_LARGE, detail)
        if self._process.returncode == -signal.SIGKILL:
            return self._refusal("memory")
        if not self._started:
            return RightsError(Code.UNAVAILABLE, "The decoder does not start; tell the operator.")
        if self._begun:
            return RightsError(Code.INVALID, "The file is broken: it cannot be decoded to its end.")
        return RightsError(
            Code.INVALID, "The file is not a video, picture or sound of a kind that is read here."
        )


@contextlib.contextmanager
def _opened(path: Path, limits: Limits) -> Generator[int]:
    """Open a regular file, and only that: a pipe or a device could keep us for ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise RightsError(
            Code.NOT_FOUND, f"The file {path.name} cannot be opened: {error.strerror}."
        ) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise RightsError(Code.INVALID, f"{path.name} is not a file.")
        if not found.st_size:
            raise RightsError(Code.INVALID, "The file is empty.")
        if found.st_size > limits.bytes_max:
            raise RightsError(Code.TOO_LARGE, f"The file has more than {limits.bytes_max} bytes.")
        yield descriptor
    finally:
        os.close(descriptor)


def _environment() -> dict[str, str]:
    """Return the child's whole environment."""
    # Threads and arenas take address space, which is limited. A Python that was built shared may
    # not find its library without the search path.
    environment = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    if path := os.environ.get("LD_LIBRARY_PATH"):
        environment["LD_LIBRARY_PATH"] = path
    return environment
