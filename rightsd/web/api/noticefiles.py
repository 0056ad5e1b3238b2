"""/v1/notices with files: against what a file or a frame shows, and many at once from a table."""

import hashlib
import secrets
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from rightsd.db.tx import Tx
from rightsd.domain import noticefile, regime
from rightsd.domain.catalogue import Fault
from rightsd.domain.notice import SALT_BYTES, Notice, State
from rightsd.domain.noticefile import Row
from rightsd.domain.principal import Principal
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import commands, uploads
from rightsd.web.api import notices as single
from rightsd.web.api.fields import Id, Out
from rightsd.web.api.noticefields import NoticeIn, NoticeOut, SaidIn
from rightsd.web.auth import Actor, Caller, Reviewer, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import notices
from rightsd.workflows.notices import identifying
from rightsd.workflows.notices.identifying import By

router = APIRouter(prefix="/v1/notices", tags=["notices"])

NOTICE_CHARS_MAX = 64 * 1024  # Of the notice beside a file.
B = TypeVar("B", bound=BaseModel)
Written = Annotated[str, Form(max_length=NOTICE_CHARS_MAX, description="What it says, as JSON")]


class CandidateOut(Out):
    """An output that the file may show, and what told so, the surest first."""

    generation_id: str
    by: By


class LineOut(Out):
    """What became of one line of a table; `problem`, if no notice did."""

    line: int
    id: str | None = None
    state: State | None = None
    missing: tuple[str, ...] = ()
    problem: str | None = None


class FileOut(Out):
    """What became of a table of notices."""

    taken: int
    refused: int
    lines: list[LineOut]


@router.post("/candidates")
def find_candidates(rt: Rt, file: UploadFile) -> list[CandidateOut]:
    """Say which outputs a file or a frame may show, so that a notice can name the right one."""
    with uploads.looked_at(rt, file) as path:
        return [CandidateOut.model_validate(each) for each in identifying.find(rt, path)]


@router.post("/media", status_code=201, response_model=NoticeOut)
def give_notice_with_media(
    request: Request, caller: Caller, rt: Rt, sent: Sent, file: UploadFile, notice: Written
) -> JSONResponse:
    """Give notice against the output that a file or a frame shows. The file is not kept."""
    body = _read(NoticeIn, notice)
    with uploads.looked_at(rt, file) as path:
        found = identifying.find(rt, path)
    if not found:
        detail = "this file shows no output of ours; give notice by its URL or by a description"
        raise RightsError(Code.NOT_FOUND, detail)
    target = found[0].generation_id

    def command(tx: Tx) -> Answer:
        return single.receive(tx, request, caller, body, target)

    written = f"{target} {body.model_dump_json()}"
    return commands.run(rt, sent, single.scope_of(caller), written, command)


@router.post("/{notice_id}/identify-media", response_model=NoticeOut)
def identify_output_with_media(
    actor: Reviewer, rt: Rt, sent: Sent, notice_id: Id, file: UploadFile
) -> JSONResponse:
    """Say which output a notice describes, by a file or a frame of it. Reviewers only.

    If only the looks of the file tell, and of several outputs, they are named and none is taken.
    """
    with uploads.looked_at(rt, file) as path:
        target = identifying.find_one(rt, path)

    def change(tx: Tx) -> Notice:
        return notices.identify(tx, actor, notice_id, generation_id=target)

    return single.run(rt, sent, actor, target, change)


@router.post("/files", status_code=201, response_model=FileOut)
def give_notices_of_a_file(
    actor: Actor, rt: Rt, sent: Sent, file: UploadFile, notice: Written
) -> JSONResponse:
    """Give the notices of a table (CSV, UTF-8), one a line; `notice` says what all have in common.

    Each line is taken or refused by itself. Come back to a notice with the account's key.
    """
    common = _read(SaidIn, notice)
    with uploads.stored(rt, file, bytes_max=noticefile.BYTES_MAX) as path:
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()

        def command(tx: Tx) -> Answer:
            with path.open("rb") as lines:
                found = [_take(tx, rt, actor, common, each) for each in noticefile.read(lines)]
            refused = sum(each.problem is not None for each in found)
            out = FileOut(taken=len(found) - refused, refused=refused, lines=found)
            return Answer(201, out.model_dump(mode="json"))

        written = f"{common.model_dump_json()} {digest}"
        return commands.run(rt, sent, actor.account_id, written, command)


def _take(tx: Tx, rt: Runtime, actor: Principal, common: SaidIn, row: Row | Fault) -> LineOut:
    """Take one line in, or say why not. Nothing of a line that is refused has been written."""
    if isinstance(row, Fault):
        return LineOut(line=row.line, problem=row.what)
    try:
        body = NoticeIn.model_validate({**common.said(), **row.said, "kind": row.kind})
        salt = secrets.token_bytes(SALT_BYTES)
        target = body.target(rt.issuer.url)
        received = notices.receive(tx, claim=body.claim(salt), generation_id=target, actor=actor)
    except ValidationError as error:
        return LineOut(line=row.line, problem=_fault(error))
    except RightsError as error:
        return LineOut(line=row.line, problem=error.detail)
    notice = received.notice
    deficient = notice.state is State.DEFICIENT
    missing = tuple(each.id for each in regime.missing(notice.claim)) if deficient else ()
    return LineOut(line=row.line, id=notice.id, state=notice.state, missing=missing)


def _read(model: type[B], written: str) -> B:
    try:
        return model.model_validate_json(written)
    except ValidationError as error:
        raise RightsError(Code.INVALID, f"the notice: {_fault(error)}") from error


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'JSON'}: {first['msg']}"
