"""Files that are named by their address instead of being sent."""

from typing import IO

from rightsd.adapters import downloads
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

BYTES_MAX = 256 * 1024 * 1024  # As of a file that is sent.
SECONDS_MAX = 60.0  # For all of it: four megabytes a second.


def fetch(rt: Runtime, url: str, file: IO[bytes]) -> None:
    """Write the file at an address into an open one, which then has it whole.

    Raises:
        RightsError: INVALID: it may not be fetched, or there is no file. TOO_LARGE. UNAVAILABLE:
            it cannot be had now.
    """
    downloads.download(
        url,
        file,
        guard=rt.reference_guard,
        seconds_max=SECONDS_MAX,
        bytes_max=BYTES_MAX,
        headers={"Accept": "video/*, image/*"},
    )
    file.flush()
    if file.tell() == 0:
        raise RightsError(Code.INVALID, "the file at the address is empty")
