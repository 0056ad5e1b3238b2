"""No body is read beyond its limit, in bytes and in time, whatever its headers say.

And of requests that everyone may make, none is read at all once its sender has made too many.

`async` stands here because this sits below the framework, where bodies arrive piece by piece.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rightsd.errors import Code, RightsError
from rightsd.web import problems

BODY_BYTES_MAX = 256 * 1024
ID = re.compile(r"(?<=/)[a-z]{3}_[0-9a-f]{32}(?=/|$)")
LOG = "/log/"  # Says itself what is not there, so that no cache keeps that for long.
Refuse = Callable[[RightsError, Request], Response]
BODY_SECONDS_MAX = 120.0  # An upload that trickles longer than this is given up.


class BodyLimit:
    """ASGI middleware that refuses bodies that are too large or too slow."""

    def __init__(
        self, app: ASGIApp, bytes_max: Mapping[str, int], refuse: Refuse = problems.response
    ) -> None:
        """Wrap an application.

        Args:
            app: The application.
            refuse: Makes the answer to what is not let through.
            bytes_max: Limits of single paths, with "{id}" where ids stand; elsewhere
                BODY_BYTES_MAX holds.
        """
        self._app = app
        self._bytes_max = dict(bytes_max)
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and cut it off at the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = ID.sub("{id}", scope["path"])
        limit = self._bytes_max.get(path, BODY_BYTES_MAX)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await self._answer(limit, scope, receive, send)
            return
        body = _Body(receive, send, limit)
        try:
            await self._app(scope, body.receive, body.send)
        except (_TooLargeError, TimeoutError):
            if body.answered or not body.refused:
                raise
        if body.refused and not body.answered:
            await self._answer(limit, scope, receive, send)

    async def _answer(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        detail = (
            f"the body may have {limit} bytes and take {BODY_SECONDS_MAX:.0f} seconds to arrive"
        )
        error = RightsError(Code.TOO_LARGE, detail)
        await _answer(self._refuse(error, Request(scope)), scope, receive, send)


class _Body:
    """The body of one request on its way in, and whether an answer is on its way out.

    The framework turns whatever goes wrong with a body into an answer of its own; once the limit
    was broken, that answer is held back in favour of ours.
    """

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._left = limit
        self._deadline = asyncio.get_running_loop().time() + BODY_SECONDS_MAX
        self._whole = False
        self.refused = False
        self.answered = False

    async def receive(self) -> Message:
        if self._whole:  # From here on the framework only waits for the client to go away.
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            self.refused = True
            raise
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.refused = True
            raise _TooLargeError
        self._whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if not self.refused:
            self.answered = True
            await self._send(message)


class _TooLargeError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Paced:
    """Requests of which one network address may make so many.

    Attributes:
        method: Their method.
        path: Their path, all of it.
        step: Counts one from an address; raises a `RightsError` when it is one too many.
    """

    method: str
    path: re.Pattern[str]
    step: Callable[[str], object]


class PaceLimit:
    """ASGI middleware that refuses requests before their body is read."""

    def __init__(
        self, app: ASGIApp, paced: Sequence[Paced], refuse: Refuse = problems.response
    ) -> None:
        """Wrap an application; `refuse` makes the answer to what is not let through."""
        self._app = app
        self._refuse = refuse
        self._paced = tuple(paced)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        error = self._trouble(scope) if scope["type"] == "http" else None
        if error is None:
            await self._app(scope, receive, send)
        else:
            await _answer(self._refuse(error, Request(scope)), scope, receive, send)

    def _trouble(self, scope: Scope) -> RightsError | None:
        """Return why a request is refused."""
        address = scope["client"][0] if scope.get("client") else ""
        # The router's patterns end in "$", which one line break may follow.
        path = scope["path"].removesuffix("\n")
        # No id has a NUL, and Postgres takes none in any text.
        if "\0" in path and not path.startswith(LOG):
            return RightsError(Code.NOT_FOUND, "there is nothing at this address")
        try:
            for each in self._paced:
                if each.method == scope["method"] and each.path.fullmatch(path):
                    each.step(address)
        except RightsError as error:
            return error
        return None


async def _answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request whose body was not read, or not to its end."""
    response.headers["Connection"] = "close"
    await response(scope, receive, send)
