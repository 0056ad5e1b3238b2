"""/v1/works/{work_id}/references and /v1/references: what clips and requests are compared with."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, UploadFile
from fastapi.responses import JSONResponse, Response
from pydantic import computed_field

from rightsd.db.tx import Tx
from rightsd.domain.generation import MAKERS
from rightsd.domain.principal import Principal, Role
from rightsd.domain.reference import Kind, State
from rightsd.web import commands, uploads
from rightsd.web.api.fields import PRIVATE, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import references
from rightsd.workflows.generations import references as request_references

router = APIRouter(prefix="/v1", tags=["references"])

OF_WORK_BYTES_MAX = references.LIMITS.bytes_max
OF_REQUEST_BYTES_MAX = request_references.LIMITS.bytes_max


def _holder(actor: Actor) -> Principal:
    """Return who asks, if it is a rights holder: before any file is looked at for them."""
    actor.require(Role.RIGHTS_HOLDER)
    return actor


def _maker(actor: Actor) -> Principal:
    """Return who asks, if they may have clips made: before any file is looked at for them."""
    actor.require(*MAKERS)
    return actor


Holder = Annotated[Principal, Depends(_holder)]
Maker = Annotated[Principal, Depends(_maker)]


class ReferenceOut(Out):
    """A reference of a work; `sha256`: of the file, which is not kept.

    `grey_copy`: a small grey copy of it is kept, sealed.
    """

    id: str
    work_id: str
    kind: Kind
    sha256: str
    seconds: float
    grey_copy: bool
    state: State
    registered_at: datetime
    ended_at: datetime | None

    @computed_field
    @property
    def compared(self) -> Literal["picture", "voice"]:
        """What of it outputs and requests are compared with."""
        return "voice" if self.kind is Kind.VOICE else "picture"


class RequestReferenceOut(Out):
    """A picture or clip for one request, to be named there until `usable_until`."""

    id: str
    sha256: str
    usable_until: datetime
    drawn_from: Literal[False] = False


@router.post("/works/{work_id}/references", status_code=201, response_model=ReferenceOut)
def register_reference(
    actor: Holder,
    rt: Rt,
    sent: Sent,
    work_id: Id,
    file: UploadFile,
    grey_copy: Annotated[bool, Form()] = True,  # noqa: FBT002 -- A field of a form.
) -> JSONResponse:
    """Add a picture or video of a work, with which outputs and requests are compared.

    Its fingerprint and a thumbnail are kept, and the file is not. Of a work that is a voice it is a
    recording, or a clip's sound, and what is kept is by what the voice is recognised. `grey_copy`:
    of a video, keep a small grey copy, without which parts of its pictures, wherever they are
    found, are held for a reviewer and never refused.
    """
    with uploads.looked_at(rt, file) as path:
        shown = references.describe(rt, actor, work_id, path)
        found = references.compare(rt, shown)

    def command(tx: Tx) -> Answer:
        reference = references.register(
            tx, actor, work_id=work_id, shown=shown, found=found, grey_copy=grey_copy
        )
        return Answer(201, ReferenceOut.model_validate(reference).model_dump(mode="json"))

    written = f"{grey_copy}\n{shown.sha256}"
    return commands.run(rt, sent, actor.account_id, written, command)


@router.get("/works/{work_id}/references")
def list_references(actor: Holder, rt: Rt, work_id: Id) -> list[ReferenceOut]:
    """List the references of one's work."""
    with rt.transaction() as tx:
        found = references.of_work(tx, actor, work_id)
    return [ReferenceOut.model_validate(reference) for reference in found]


@router.post("/works/{work_id}/references/{reference_id}/remove", response_model=ReferenceOut)
def remove_reference(
    actor: Holder, rt: Rt, sent: Sent, work_id: Id, reference_id: Id
) -> JSONResponse:
    """Take a reference back; what was kept of it is deleted."""

    def command(tx: Tx) -> Answer:
        reference = references.remove(tx, actor, work_id, reference_id)
        return Answer(200, ReferenceOut.model_validate(reference).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.get(
    "/references/{reference_id}/thumbnail",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
)
def show_reference_thumbnail(actor: Actor, rt: Rt, reference_id: Id) -> Response:
    """Show a small picture of a reference to its owner, or to a reviewer."""
    with rt.transaction() as tx:
        jpeg = references.thumbnail(tx, actor, reference_id)
    return Response(jpeg, media_type="image/jpeg", headers=PRIVATE)


@router.post("/references", status_code=201, response_model=RequestReferenceOut)
def send_reference(actor: Maker, rt: Rt, sent: Sent, file: UploadFile) -> JSONResponse:
    """Send a picture, a clip or a recording for one request.

    It is compared with works and with what was taken down. The engine does not draw from it.
    """
    with uploads.looked_at(rt, file) as path:
        looked = request_references.look(rt, actor, path)

    def command(tx: Tx) -> Answer:
        kept = request_references.send(tx, actor, looked)
        out = RequestReferenceOut(
            id=kept.id,
            sha256=kept.sha256,
            usable_until=kept.uploaded_at + request_references.USABLE,
        )
        return Answer(201, out.model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, looked.sha256, command)
