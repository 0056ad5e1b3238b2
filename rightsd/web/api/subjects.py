"""/v1/subjects."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain.subject import Likeness, State
from rightsd.web import idempotency
from rightsd.web.api.fields import Body, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.idempotency import Answer, Once
from rightsd.workflows import subjects

router = APIRouter(prefix="/v1/subjects", tags=["subjects"])

Channel = Annotated[int, Field(ge=0, le=255)]
Colour = tuple[Channel, Channel, Channel]


class LikenessIn(Body):
    """How the person is drawn and voiced: sRGB colours, metres, hertz."""

    skin: Colour = (224, 172, 140)
    hair: Colour = (60, 40, 30)
    clothes: Colour = (40, 90, 160)
    height_m: Annotated[float, Field(ge=0.8, le=2.3)] = 1.7
    voice_hz: Annotated[float, Field(ge=60, le=400)] = 160.0


class SubjectIn(Body):
    """The person who holds the account, as a subject to be cast."""

    handle: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,31}$")]
    likeness: LikenessIn = LikenessIn()


class SubjectOut(Out):
    """A subject."""

    id: str
    handle: str
    state: State
    enrolled_at: datetime


@router.post("", status_code=201, response_model=SubjectOut)
def enrol(actor: Actor, rt: Rt, once: Once, body: SubjectIn) -> JSONResponse:
    """Enrol oneself. Persons only."""

    def make(tx: Tx) -> Answer:
        likeness = Likeness(**body.likeness.model_dump())
        subject = subjects.enrol(tx, actor, handle=body.handle, likeness=likeness)
        return Answer(201, SubjectOut.model_validate(subject).model_dump(mode="json"))

    return idempotency.create(rt, once, actor.account_id, body, make)


@router.get("")
def list_subjects(actor: Actor, rt: Rt) -> list[SubjectOut]:
    """List whom the account has enrolled."""
    with rt.transaction() as tx:
        return [SubjectOut.model_validate(subject) for subject in subjects.mine(tx, actor)]
