"""Creating things once: a retry under the same Idempotency-Key gets the same answer.

Source: draft-ietf-httpapi-idempotency-key-header. Thing and answer commit together, so that there
is no moment at which a retry would create a second thing.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from rightsd.db.tx import Tx
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.workflows import answers

KEY = re.compile(r"^[\x21-\x7e]{8,128}$")
PUBLIC = "public"  # The scope of those who have no account.


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer.

    Attributes:
        once: Members of the body that are shown this once, and not to a retry: secrets.
    """

    status: int
    body: dict[str, Any]
    once: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """The key of a request, and where it was sent."""

    key: str | None
    route: str


def _guard(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(description="8 to 128 visible characters; a UUID is good")
    ] = None,
) -> Guard:
    if idempotency_key is not None and not KEY.match(idempotency_key):
        raise RightsError(Code.INVALID, "an Idempotency-Key has 8 to 128 visible ASCII characters")
    return Guard(idempotency_key, f"{request.method} {request.url.path}")


Once = Annotated[Guard, Depends(_guard)]


def create(
    rt: Runtime, guard: Guard, scope: str, body: BaseModel, make: Callable[[Tx], Answer]
) -> JSONResponse:
    """Run `make` in a transaction and answer, or repeat the answer that the key got before.

    Args:
        rt: The runtime.
        guard: The request's key.
        scope: The account, or PUBLIC: keys of different scopes have nothing to do with each other.
        body: What was sent.
        make: Creates the thing.

    Raises:
        RightsError: KEY_REUSED, when the key was used for another request.
    """
    digest = hashlib.sha256(f"{guard.route}\n{body.model_dump_json()}".encode()).digest()
    with rt.transaction() as tx:
        kept = None
        if guard.key is not None:
            kept = answers.claim(tx, scope=scope, key=guard.key, request=digest)
        if kept is None:
            answer = make(tx)
            shown = answer.body
            if guard.key is not None:
                stored = {name: shown[name] for name in shown if name not in answer.once}
                answers.keep(tx, scope=scope, key=guard.key, status=answer.status, body=stored)
        else:
            answer = Answer(kept.status, kept.body)
    return _response(answer, guard)


def _response(answer: Answer, guard: Guard) -> JSONResponse:
    failed = answer.status >= 400
    headers: dict[str, str] = {}
    if not failed and "id" in answer.body:
        headers["Location"] = f"{guard.route.partition(' ')[2]}/{answer.body['id']}"
    media_type = problems.MEDIA_TYPE if failed else "application/json"
    return JSONResponse(
        answer.body, status_code=answer.status, headers=headers, media_type=media_type
    )
