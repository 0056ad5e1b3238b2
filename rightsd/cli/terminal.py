"""What commands share: how they read files of others, and what they write for people."""

import logging
from pathlib import Path

from rightsd.errors import Code, RightsError

FIRST_KEY = "first admin key, shown this once: "


def log() -> None:
    """Write warnings to standard error, and how far a start is."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("rightsd.warming").setLevel(logging.INFO)


def printable(line: str) -> str:
    """Return a line without characters that steer a terminal: what is in it may be anyone's."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in line)


def read(path: Path, bytes_max: int) -> bytes:
    """Return the content of a file, or one byte more than allowed, which its parser refuses.

    Raises:
        RightsError: INVALID: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(bytes_max + 1)
    except OSError as error:
        raise RightsError(Code.INVALID, f"{path} cannot be read: {error.strerror}.") from error
