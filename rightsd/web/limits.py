"""No body is read beyond its limit, in bytes and in time, whatever its headers say.

`async` stands here because this sits below the framework, where bodies arrive piece by piece.
"""

import asyncio
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rightsd.errors import Code, RightsError
from rightsd.web import problems

BODY_BYTES_MAX = 256 * 1024
BODY_SECONDS_MAX = 120.0  # An upload that trickles longer than this is given up.


class BodyLimit:
    """ASGI middleware that refuses bodies that are too large or too slow."""

    def __init__(self, app: ASGIApp, bytes_max: Mapping[str, int]) -> None:
        """Wrap an application.

        Args:
            app: The application.
            bytes_max: Limits of single paths; elsewhere BODY_BYTES_MAX holds.
        """
        self._app = app
        self._bytes_max = dict(bytes_max)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and cut it off at the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._bytes_max.get(scope["path"], BODY_BYTES_MAX)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await _refuse(limit, scope, receive, send)
            return
        received = 0
        answered = False
        deadline = asyncio.get_running_loop().time() + BODY_SECONDS_MAX

        async def receive_within() -> Message:
            nonlocal received
            async with asyncio.timeout_at(deadline):
                message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _TooLargeError
            if message["type"] == "http.request" and not message.get("more_body"):
                return message
            return message

        async def send_noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, receive_within, send_noted)
        except (_TooLargeError, TimeoutError):
            if answered:
                raise
            await _refuse(limit, scope, receive, send)


class _TooLargeError(Exception):
    pass


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"the body may have {limit} bytes and take {BODY_SECONDS_MAX:.0f} seconds to arrive"
    response = problems.response(RightsError(Code.TOO_LARGE, detail))
    response.headers["Connection"] = "close"
    await response(scope, receive, send)
