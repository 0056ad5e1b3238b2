"""Running commands: once under one Idempotency-Key, and with links to the proof of what they did.

Sources: draft-ietf-httpapi-idempotency-key-header; RFC 7240 for `Prefer: wait`; RFC 8288 for links,
whose relations are here the addresses of the formats. Change and kept answer commit together, so
that there is no moment at which a retry would do a second thing.
"""

import hashlib
import logging
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from rightsd.db.tx import Tx
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.workflows import answers, checkpoints

KEY = re.compile(r"^[\x21-\x7e]{8,128}$")
PUBLIC = "public"  # The scope of those who have no account.
WAIT = re.compile(r"(?:^|,)\s*wait\s*=\s*([0-9]{1,3})\s*(?:$|[,;])", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')
PREFER_CHARS_MAX = 1000
WAIT_SECONDS_MAX = 10
WAITING_MAX = 16  # Each occupies a thread; whoever comes when all wait is answered at once.
LINKS_MAX = 5  # Proxies refuse long headers; whoever ends more than that reads the log.
LOCATED = frozenset(
    {
        "POST /v1/generations",
        "POST /v1/notices",
        "POST /v1/revocations",
        "POST /v1/verifications/batches",
    }
)  # These can be asked for by id.
PROOF_RELATION = "https://c2sp.org/tlog-proof"
RECEIPT_RELATION = "https://www.rfc-editor.org/rfc/rfc9942"

logger = logging.getLogger(__name__)
_waiting = threading.BoundedSemaphore(WAITING_MAX)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer.

    Attributes:
        about: Ids of all whom the body is about, when that is not the account that asked.
        once: Members of the body that are shown this once, and not to a retry: secrets.
    """

    status: int
    body: dict[str, Any]
    about: tuple[str, ...] = ()
    once: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What comes with a request, whatever it asks.

    Attributes:
        key: Its Idempotency-Key.
        route: Method and path.
        wait_seconds: How long the answer may wait for the log to hold what was done.
    """

    key: str | None
    route: str
    wait_seconds: int


def _envelope(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(description="8 to 128 visible characters; a UUID is good")
    ] = None,
    prefer: Annotated[
        str | None,
        Header(description="`wait=5`: answer when the log holds what was done, or after 5 seconds"),
    ] = None,
) -> Envelope:
    if idempotency_key is not None and not KEY.match(idempotency_key):
        raise RightsError(Code.INVALID, "an Idempotency-Key has 8 to 128 visible ASCII characters")
    asked = WAIT.search(QUOTED.sub("", (prefer or "")[:PREFER_CHARS_MAX]))
    wait_seconds = min(int(asked[1]), WAIT_SECONDS_MAX) if asked else 0
    return Envelope(idempotency_key, f"{request.method} {request.url.path}", wait_seconds)


Sent = Annotated[Envelope, Depends(_envelope)]


def run(
    rt: Runtime,
    sent: Envelope,
    scope: str,
    body: BaseModel | str,
    command: Callable[[Tx], Answer],
) -> JSONResponse:
    """Run a command in a transaction and answer, or repeat the answer that the key got before.

    The answer links to the proof of each event that the command recorded. When the request prefers
    to wait, it is held back until the log has them, or the time is over: either way the change has
    been made by then.

    Args:
        rt: The runtime.
        sent: The request's envelope.
        scope: The account, or PUBLIC: keys of different scopes have nothing to do with each other.
        body: What was sent, secrets that say who asks included.
        command: Does it.

    Raises:
        RightsError: KEY_REUSED, when the key was used for another request.
    """
    written = body if isinstance(body, str) else body.model_dump_json()
    digest = hashlib.sha256(f"{sent.route}\n{written}".encode()).digest()
    # Strangers have one scope together, and must not come upon each other's keys.
    key = sent.key if sent.key is None or scope != PUBLIC else f"{sent.key} {digest.hex()}"
    with rt.transaction() as tx:
        kept = None
        if key is not None:
            kept = answers.claim(tx, scope=scope, key=key, request=digest)
        if kept is not None:
            assert kept.body is not None
            answer, events = Answer(kept.status, kept.body), kept.events
        else:
            answer = command(tx)
            events = tuple(event.id for event in tx.events)
            if key is not None:
                shown = {k: v for k, v in answer.body.items() if k not in answer.once}
                about = answer.about or (scope,)
                answers.keep(
                    tx, scope=scope, key=key, status=answer.status, body=shown, about=about
                )
    return _response(answer, sent, _headers(rt, sent, events))


def _headers(rt: Runtime, sent: Envelope, events: Sequence[str]) -> dict[str, str]:
    if not events:
        return {}
    links = [
        f'</v1/ledger/{path}/{event_id}>; rel="{relation}"'
        for event_id in events[:LINKS_MAX]
        for path, relation in (("proofs", PROOF_RELATION), ("receipts", RECEIPT_RELATION))
    ]
    headers = {"Link": ", ".join(links)}
    if sent.wait_seconds and _waiting.acquire(blocking=False):
        index = None
        try:
            index = checkpoints.await_index(rt, events[-1], sent.wait_seconds)
        except RightsError:
            # It has been done, whatever becomes of this: an answer that says so must go out.
            logger.warning("the log was not seen to hold %s", events[-1])
        finally:
            _waiting.release()
        headers["Preference-Applied"] = f"wait={sent.wait_seconds}"
        if index is not None:
            headers["Ledger-Index"] = str(index)
    return headers


def _response(answer: Answer, sent: Envelope, headers: dict[str, str]) -> JSONResponse:
    failed = answer.status >= 400
    if sent.route in LOCATED and answer.status == 201:
        headers["Location"] = f"{sent.route.partition(' ')[2]}/{answer.body['id']}"
    media_type = problems.MEDIA_TYPE if failed else "application/json"
    return JSONResponse(
        answer.body, status_code=answer.status, headers=headers, media_type=media_type
    )
