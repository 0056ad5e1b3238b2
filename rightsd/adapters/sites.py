"""What a site says about machine use, wherever it says it: fetched, and read.

Every request goes through the guard, those that follow a redirect too. What is not there says
nothing; a site that fails is not one that says nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from rightsd.adapters import http
from rightsd.adapters.http import Guard, Response
from rightsd.domain.evidence import Kind
from rightsd.domain.signals import aipref, robots, rsl, tdmrep
from rightsd.domain.signals.reservation import Reservation, SignalError
from rightsd.errors import Code, RightsError

REDIRECTS_MAX = 5  # RFC 9309 section 2.3.1.2.
LICENCES_MAX = 3
SECONDS_MAX = 30.0  # For all of it.
PAGE_BYTES_MAX = 4 * 1024 * 1024
CLAIM_PATH = "/.well-known/rightsd-claim.txt"
CLAIM_BYTES_MAX = 4 * 1024
CLAIM_SECONDS_MAX = 10.0
Said = TypeVar("Said")
HTML = frozenset({"text/html", "application/xhtml+xml"})
# Without this field a site may send what it likes, compressed in any way (RFC 9110, 12.5.3).
PLAIN = {"Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Found:
    """A document of a site.

    Attributes:
        url: Where it was in the end.
        data: Its bytes; of a page, the header fields and an empty line before them.
        reservations: What it states.
    """

    kind: Kind
    url: str
    data: bytes
    reservations: tuple[Reservation, ...]


def host_of(url: str) -> str:
    """Return the host of a URL, in lower case; empty if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def survey(url: str, guard: Guard, *, seconds_max: float = SECONDS_MAX) -> list[Found]:
    """Return what a site has of robots.txt, tdmrep.json, RSL, and the metadata of one page.

    Args:
        url: The page; its host is the site.
        guard: Where requests may go.
        seconds_max: How long all of them may take.

    Raises:
        RightsError: INVALID: the URL, or where it leads, is not allowed; or a document is not one
            of its kind. UNAVAILABLE: the site does not answer, or fails.
    """
    http.require_wellformed(url, guard)
    walk = _Walk(guard, time.monotonic() + seconds_max)
    found: list[Found] = []
    licences: list[str] = []
    if at := walk.get(urljoin(url, "/robots.txt"), robots.BYTES_MAX):
        where, answer = at
        if answer.media_type not in HTML:  # Else it is what the site shows for any address.
            said = _read(robots.parse, where, answer.body)
            licences = [_join(where, licence) for licence in said.licences]
            found.append(Found(Kind.ROBOTS, where, answer.body, said.reservations))
    if at := walk.get(urljoin(url, "/.well-known/tdmrep.json"), tdmrep.BYTES_MAX):
        where, answer = at
        if answer.media_type not in HTML:
            said = _read(tdmrep.file, where, answer.body)
            found.append(Found(Kind.TDMREP, where, answer.body, said))
    if at := walk.get(url, PAGE_BYTES_MAX):
        where, answer = at
        found.append(Found(Kind.PAGE, where, _with_head(answer), _of_page(answer)))
        linked = rsl.linked(answer.headers.get("link", ""), _html(answer))
        licences += [_join(where, licence) for licence in linked]
    for licence in list(dict.fromkeys(licences))[:LICENCES_MAX]:
        if at := walk.get(licence, rsl.BYTES_MAX):
            where, answer = at
            said = _read(rsl.parse, where, answer.body)
            found.append(Found(Kind.RSL, where, answer.body, said))
    return [each for each in found if each.data]


def claim(url: str, guard: Guard) -> bytes:
    """Return the file in which a site says whose work it is here.

    A redirect is not followed: where it leads may be another's.

    Raises:
        RightsError: INVALID: the URL is not allowed, or the site has no such file. UNAVAILABLE: it
            does not answer.
    """
    http.require_wellformed(url, guard)
    at = urljoin(url, CLAIM_PATH)
    answer = http.fetch(
        "GET", at, guard=guard, seconds_max=CLAIM_SECONDS_MAX, bytes_max=CLAIM_BYTES_MAX
    )
    if answer.status != 200:
        detail = f"{at} answered with the status {answer.status}; the file has to be there"
        raise RightsError(Code.INVALID, detail)
    return answer.body


@dataclass(frozen=True, slots=True)
class _Walk:
    guard: Guard
    deadline: float

    def get(self, url: str, bytes_max: int) -> tuple[str, Response] | None:
        """Return where a document is in the end, and the answer; None when there is none."""
        for _ in range(REDIRECTS_MAX + 1):
            seconds = self.deadline - time.monotonic()
            if seconds <= 0:
                detail = f"{host_of(url)} did not answer in time."
                raise RightsError(Code.UNAVAILABLE, detail)
            answer = http.fetch(
                *("GET", url),
                guard=self.guard,
                seconds_max=seconds,
                bytes_max=bytes_max,
                headers=PLAIN,
            )
            if answer.status == 200:
                _require_plain(url, answer)
                return url, answer
            if answer.status in {301, 302, 303, 307, 308} and "location" in answer.headers:
                url = _join(url, answer.headers["location"]).partition("#")[0]
            elif 400 <= answer.status < 500 and answer.status != 429:
                return None
            else:
                detail = f"{host_of(url)} answered with the status {answer.status}; try again later"
                raise RightsError(Code.UNAVAILABLE, detail)
        raise RightsError(Code.UNAVAILABLE, f"{host_of(url)} redirects more than we follow.")


def _require_plain(url: str, answer: Response) -> None:
    """Refuse what is compressed: read as it is, it would seem to say nothing."""
    coding = answer.headers.get("content-encoding", "").strip().lower()
    if coding not in {"", "identity"}:
        detail = f"{url} is sent compressed, which was not asked for."
        raise RightsError(Code.UNAVAILABLE, detail)


def _join(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError as error:
        detail = f"{host_of(base)} names an address that is none."
        raise RightsError(Code.INVALID, detail) from error


def _of_page(answer: Response) -> tuple[Reservation, ...]:
    """Return what the header fields and the metadata of a page state."""
    inside = tdmrep.page(_html(answer))
    # A page overrides the header fields that it comes with.
    mined = inside or tdmrep.header(answer.headers)
    return (*aipref.header(answer.headers.get("content-usage", "")), *mined)


def _html(answer: Response) -> str:
    """Return a page's text; empty when it is no HTML."""
    return answer.body.decode("utf-8", "replace") if answer.media_type in HTML else ""


def _with_head(answer: Response) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    return head.encode("latin-1") + b"\r\n" + answer.body


def _read(parse: Callable[[bytes], Said], where: str, data: bytes) -> Said:
    try:
        return parse(data)
    except SignalError as error:
        raise RightsError(Code.INVALID, f"{where} cannot be read: {error}.") from error
