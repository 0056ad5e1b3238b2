"""Files at addresses that others chose, brought here piece by piece."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import IO

from rightsd.adapters import http
from rightsd.adapters.http import Guard, Response
from rightsd.errors import Code, RightsError


def download(
    url: str,
    file: IO[bytes],
    *,
    guard: Guard,
    seconds_max: float,
    bytes_max: int,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Write what is at a URL into a file.

    Args:
        url: As for `http.fetch`.
        file: Open for writing. When this raises, a piece of the answer may be in it.
        guard: Where the request may go.
        seconds_max: How long everything may take, from the name to the last byte.
        bytes_max: How long the file may be.
        headers: As for `http.fetch`.

    Raises:
        RightsError: INVALID: the URL is malformed, leads to an address that is not public, or has
            no file: a redirect, a refusal, one that is encoded. TOO_LARGE. UNAVAILABLE: as for
            `http.fetch`, or the other side says that it cannot answer now.
    """
    too_large = RightsError(Code.TOO_LARGE, f"the file at the address may have {bytes_max} bytes")

    def take(head: Response, host: str) -> Callable[[bytes], object]:
        _require_file(head, host)
        # That it is a number is checked below, by the reader of HTTP.
        if int(head.headers.get("content-length", "0")) > bytes_max:
            raise too_large
        left = bytes_max

        def write(piece: bytes) -> None:
            nonlocal left
            left -= len(piece)
            if left < 0:
                raise too_large
            file.write(piece)

        return write

    http.ask("GET", url, take, guard=guard, seconds_max=seconds_max, headers=headers)


def _require_file(head: Response, host: str) -> None:
    status = head.status
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        detail = f"{host} answered with the status {status}; try again later"
        raise RightsError(Code.UNAVAILABLE, detail)
    if status != HTTPStatus.OK:
        detail = f"{host} answered with the status {status} and no file; no redirect is followed"
        raise RightsError(Code.INVALID, detail)
    if head.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RightsError(Code.INVALID, f"{host} sent the file encoded; nothing is decoded here")
