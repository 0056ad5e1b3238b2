"""/v1/subjects."""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator

from rightsd.db.tx import Tx
from rightsd.domain.age import Age, is_minor
from rightsd.domain.enrolment import Assurance
from rightsd.domain.subject import Likeness, Person, State, Subject
from rightsd.web import commands
from rightsd.web.api.fields import Body, Code, Id, Out, ShownOut, TextId
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
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


class AgeIn(Body):
    """What someone declares of their age: `born`, or that they are an `adult`.

    `territory`: the country they live in (ISO 3166-1 alpha-2), which says when one is of age.
    """

    born: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")] | None = None
    adult: Literal[True] | None = None
    territory: Code | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.born is None) == (self.adult is None):
            raise ValueError("either born or adult is declared")
        return self

    def age(self) -> Age:
        """Return the declaration, as it was sent."""
        return Age(self.born, self.territory)


class SubjectIn(Body):
    """The person who holds the account, as a subject to be cast.

    `consent_text`: the text of `GET /v1/consent-texts` that they were shown, by its id; left out
    when it was none. Nothing is consented to here: a session of enrolment and a consent ask for
    theirs.
    """

    handle: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,31}$")]
    likeness: LikenessIn = LikenessIn()
    age: AgeIn
    consent_text: TextId | None = None


class SubjectOut(Out):
    """A subject. The handle is in lists only, and not once they have left.

    `minor`: by what was declared. `assurance`: L0, what they say of themselves; L1, photographs of
    one face; L2, a clip with the turns of the head that were drawn; L3, a voice with the drawn
    digits as well. Both are null where they are not looked at.
    """

    id: str
    handle: str | None
    state: State
    enrolled_at: datetime
    ended_at: datetime | None
    minor: bool | None
    assurance: Assurance | None
    consent_text: ShownOut | None


@router.post("", status_code=201, response_model=SubjectOut)
def enrol(actor: Actor, rt: Rt, sent: Sent, body: SubjectIn) -> JSONResponse:
    """Enrol oneself. Persons only."""

    def command(tx: Tx) -> Answer:
        likeness = Likeness(**body.likeness.model_dump())
        subject = subjects.enrol(
            tx,
            actor,
            handle=body.handle,
            likeness=likeness,
            age=body.age.age(),
            text=body.consent_text,
        )
        _, person = subjects.view(tx, actor, subject.id)
        shown = _out(subject, person, tx.now).model_dump(mode="json")
        return Answer(201, shown, about=(subject.id,))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_subjects(actor: Actor, rt: Rt) -> list[SubjectOut]:
    """List whom the account has enrolled."""
    with rt.transaction() as tx:
        return [_out(subject, person, tx.now) for subject, person in subjects.mine(tx, actor)]


@router.get("/{subject_id}")
def get_subject(actor: Actor, rt: Rt, subject_id: Id) -> SubjectOut:
    """Show a subject of one's own, or one whose uses one may see."""
    with rt.transaction() as tx:
        subject, person = subjects.view(tx, actor, subject_id)
        return _out(subject, person, tx.now)


@router.post("/{subject_id}/pause", response_model=SubjectOut)
def pause(actor: Actor, rt: Rt, sent: Sent, subject_id: Id) -> JSONResponse:
    """Let nobody cast the subject until further notice. Consents stay; what is out stays out."""

    def command(tx: Tx) -> Answer:
        subject = subjects.pause(tx, actor, subject_id)
        return Answer(200, _out(subject, None, tx.now).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{subject_id}/resume", response_model=SubjectOut)
def resume(actor: Actor, rt: Rt, sent: Sent, subject_id: Id) -> JSONResponse:
    """Let those cast the subject again whose consents stand."""

    def command(tx: Tx) -> Answer:
        subject = subjects.resume(tx, actor, subject_id)
        return Answer(200, _out(subject, None, tx.now).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{subject_id}/unenrol", response_model=SubjectOut)
def unenrol(actor: Actor, rt: Rt, sent: Sent, subject_id: Id) -> JSONResponse:
    """Take one's face back.

    When this has answered, nobody casts the subject any more and every consent has ended. Their
    key, likeness, words and clips are destroyed within seconds; what an open takedown notice is
    about, when it is decided. There is no way back but to enrol anew.
    """

    def command(tx: Tx) -> Answer:
        subject = subjects.unenrol(tx, actor, subject_id)
        return Answer(200, _out(subject, None, tx.now).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


def _out(subject: Subject, person: Person | None, now: datetime) -> SubjectOut:
    return SubjectOut(
        id=subject.id,
        handle=person and person.handle,
        assurance=person and person.assurance,
        minor=None if person is None else is_minor(person.age, now),
        consent_text=person and person.text and ShownOut.model_validate(person.text),
        state=subject.state,
        enrolled_at=subject.enrolled_at,
        ended_at=subject.ended_at,
    )
