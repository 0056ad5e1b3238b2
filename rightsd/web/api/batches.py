"""/v1/verifications/batches."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import Field, StringConstraints

from rightsd.adapters.http import URL_CHARS_MAX
from rightsd.db.tx import Tx
from rightsd.domain.batch import FILES_MAX, Answer, State
from rightsd.domain.verdict import Kind
from rightsd.errors import RightsError
from rightsd.web import commands, problems
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.api.verifications import VerificationOut
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Sent
from rightsd.workflows.verifications import Layers, batches
from rightsd.workflows.verifications.batches import Progress

router = APIRouter(prefix="/v1/verifications/batches", tags=["verifications"])

NDJSON = "application/x-ndjson"
BODY_BYTES_MAX = FILES_MAX * (URL_CHARS_MAX + 16) + 1024
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Url = Annotated[str, StringConstraints(min_length=1, max_length=URL_CHARS_MAX)]


class BatchIn(Body):
    """Which files: public https addresses, of which no redirect is followed."""

    urls: Annotated[list[Url], Field(min_length=1, max_length=FILES_MAX)]
    layers: Layers = Layers.ALL


class BatchOut(Out):
    """A batch. `done`: how many of its `size` files have their answer: a verdict or a problem."""

    id: str
    state: State
    layers: Layers
    size: int
    done: int
    verdicts: dict[Kind, int]
    problems: int
    opened_at: datetime
    ended_at: datetime | None
    expires_at: datetime

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """Return the public form."""
        batch = progress.batch
        return cls(
            id=batch.id,
            state=batch.state,
            layers=Layers(batch.layers),
            size=batch.size,
            done=batch.done,
            verdicts={Kind(verdict): count for verdict, count in progress.verdicts.items()},
            problems=progress.problems,
            opened_at=batch.opened_at,
            ended_at=batch.ended_at,
            expires_at=batch.expires_at,
        )


class ResultOut(Out):
    """A line: what a file is, or else why that cannot be said.

    `cursor`: of this line. `number`: of the file in `urls`, from 0. `problem`: as an answer to
    `POST /v1/verifications` would have it.
    """

    cursor: int
    number: int
    url: str
    verification: VerificationOut | None
    problem: dict[str, Any] | None


# A line is no answer of its own, which is all that the framework would describe.
LINE = ResultOut.model_json_schema(ref_template="#/components/schemas/{model}")
LINES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A line of JSON for each file that has its answer",
        "content": {
            NDJSON: {"schema": {name: said for name, said in LINE.items() if name != "$defs"}}
        },
    }
}


@router.post("", status_code=201, response_model=BatchOut)
def start_batch(actor: Actor, rt: Rt, sent: Sent, body: BatchIn) -> JSONResponse:
    """Have up to 1,000 files verified in the background. Platforms only."""

    def command(tx: Tx) -> commands.Answer:
        started = batches.start(
            tx, actor, urls=body.urls, layers=body.layers, guard=rt.reference_guard
        )
        return _answer(201, started)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_batches(actor: Actor, rt: Rt) -> list[BatchOut]:
    """List one's batches, the newest first."""
    with rt.transaction() as tx:
        return [BatchOut.of(each) for each in batches.page(tx, actor)]


@router.get("/{batch_id}")
def show_batch(actor: Actor, rt: Rt, batch_id: Id) -> BatchOut:
    """Say how far a batch is."""
    with rt.transaction() as tx:
        return BatchOut.of(batches.find(tx, actor, batch_id))


@router.get("/{batch_id}/results", response_class=StreamingResponse, responses=LINES)
def list_results(
    actor: Actor,
    rt: Rt,
    batch_id: Id,
    after: Annotated[int, Query(ge=0, le=FILES_MAX, description="`cursor` of the last line")] = 0,
) -> StreamingResponse:
    """List what is known by now, in the order in which it became known."""
    found = batches.answers(rt, actor, batch_id, after=after)
    return StreamingResponse(_lines(found), media_type=NDJSON, headers=HEADERS)


@router.post("/{batch_id}/cancel", response_model=BatchOut)
def cancel_batch(actor: Actor, rt: Rt, sent: Sent, batch_id: Id) -> JSONResponse:
    """Have nothing more of a batch looked at. Results that are there stay."""

    def command(tx: Tx) -> commands.Answer:
        return _answer(200, batches.cancel(tx, actor, batch_id))

    return commands.run(rt, sent, actor.account_id, "", command)


def _answer(status: int, progress: Progress) -> commands.Answer:
    return commands.Answer(status, BatchOut.of(progress).model_dump(mode="json"))


def _lines(found: Iterator[Answer]) -> Iterator[str]:
    for answer in found:
        problem = answer.problem and problems.document(RightsError(*answer.problem))
        line = {
            "cursor": answer.place,
            "number": answer.number,
            "url": answer.url,
            "verification": answer.verification,
            "problem": problem,
        }
        yield json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
