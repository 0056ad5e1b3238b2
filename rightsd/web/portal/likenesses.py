"""My likeness: who is enrolled, by what they are recognised, and taking it back."""

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain import challenge, consenttext
from rightsd.domain.age import Age, is_minor
from rightsd.domain.consenttext import About, Text
from rightsd.domain.enrolment import PHOTOS_MAX, PHOTOS_MIN, Kind, State
from rightsd.domain.member import Member
from rightsd.domain.principal import Role
from rightsd.domain.subject import PRESENT, Likeness
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems, uploads
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import consents, subjects
from rightsd.workflows.enrolments import sessions

router = APIRouter(include_in_schema=False)

PATH = "/likenesses"
# How someone is drawn who has said nothing of it; what they are recognised by is measured apart.
DRAWN = Likeness((224, 172, 140), (60, 40, 30), (40, 90, 160), 1.7, 160.0)


class PersonForm(forms.Form):
    """Who is to be enrolled: what prompts call them by, and their age."""

    handle: Said = ""
    age: Said = ""  # "adult", or "born".
    born: Said = ""
    territory: Said = ""


class SessionForm(forms.Form):
    """That someone has read the text on being measured, and agrees to it."""

    agreed: bool = False
    text: Said = ""
    keep_media: bool = False


EMPTY = PersonForm()


@router.get(PATH)
def show_likenesses(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show who is enrolled."""
    return _list(rt, visitor, EMPTY)


@router.post(PATH)
def enrol(rt: Rt, visitor: Anyone, form: Annotated[PersonForm, Form()]) -> Response:
    """Enrol the person who holds the account."""

    def command(tx: Tx, member: Member) -> Done:
        if form.age not in {"adult", "born"}:
            raise RightsError(Code.INVALID, "say how old you are")
        age = Age(form.born.strip() if form.age == "born" else None, form.territory.strip() or None)
        made = subjects.enrol(
            tx, member.principal, handle=form.handle.strip().lower(), likeness=DRAWN, age=age
        )
        return Done(f"{PATH}/{made.id}", "likenesses.flash.enrolled")

    return forms.run(
        rt, visitor, form, command, refused=lambda error: _list(rt, visitor, form, error)
    )


@router.get(PATH + "/{subject_id}")
def show_likeness(rt: Rt, visitor: Anyone, subject_id: str) -> HTMLResponse:
    """Show one likeness, and what can be done about it."""
    return _one(rt, visitor, subject_id)


@router.post(PATH + "/{subject_id}/pause")
def pause(
    rt: Rt, visitor: Anyone, subject_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Let nobody cast them for a while."""

    def command(tx: Tx, member: Member) -> Done:
        subjects.pause(tx, member.principal, subject_id)
        return Done(f"{PATH}/{subject_id}", "likenesses.flash.paused")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{subject_id}/resume")
def resume(
    rt: Rt, visitor: Anyone, subject_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Let those cast them again whose permissions stand."""

    def command(tx: Tx, member: Member) -> Done:
        subjects.resume(tx, member.principal, subject_id)
        return Done(f"{PATH}/{subject_id}", "likenesses.flash.resumed")

    return forms.run(rt, visitor, form, command)


@router.get(PATH + "/{subject_id}/delete")
def show_deleting(rt: Rt, visitor: Anyone, subject_id: str) -> HTMLResponse:
    """Say what follows when someone is deleted, before anything does."""
    actor = visitor.actor(Role.PERSON)
    with rt.transaction() as tx:
        subject, person = subjects.view(tx, actor, subject_id)
        standing = [
            each
            for each in consents.mine(tx, actor)
            if each.subject_id == subject_id and each.ended_at is None
        ]
    return render.page(
        visitor,
        "likeness_delete.html",
        crumbs=_crumbs(visitor),
        subject=subject,
        person=person,
        standing=len(standing),
    )


@router.post(PATH + "/{subject_id}/delete")
def delete(
    rt: Rt, visitor: Anyone, subject_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Take a likeness back, for good."""

    def command(tx: Tx, member: Member) -> Done:
        subjects.unenrol(tx, member.principal, subject_id)
        return Done(PATH, "likenesses.flash.deleted")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{subject_id}/measure")
def open_session(
    rt: Rt, visitor: Anyone, subject_id: str, form: Annotated[SessionForm, Form()]
) -> Response:
    """Open a session in which they are measured."""

    def command(tx: Tx, member: Member) -> Done:
        if not form.agreed:
            raise RightsError(Code.INVALID, "nobody is measured without having agreed to the text")
        opened = sessions.open_session(
            tx,
            member.principal,
            subject_id=subject_id,
            text=form.text,
            keep_media=form.keep_media,
        )
        sessions.require_models(rt)
        return Done(f"/enrolments/{opened.id}")

    return forms.run(
        rt, visitor, form, command, refused=lambda error: _one(rt, visitor, subject_id, error)
    )


@router.get("/enrolments/{enrolment_id}")
def show_session(rt: Rt, visitor: Anyone, enrolment_id: str) -> HTMLResponse:
    """Show what is asked for in a session, or what came of it."""
    return _session(rt, visitor, enrolment_id)


@router.post("/enrolments/{enrolment_id}/media")
def send_media(
    rt: Rt,
    visitor: Anyone,
    enrolment_id: str,
    *,
    csrf: Annotated[str, Form(max_length=forms.TOKEN_CHARS_MAX)] = "",
    clip: Annotated[UploadFile | None, File()] = None,
    photos: Annotated[list[UploadFile], File()] = [],  # noqa: B006 -- Never changed.
    voice: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take in what was recorded; a session takes it once, so that sending twice is harmless."""
    actor = visitor.actor(Role.PERSON)
    forms.check(visitor, forms.Form(csrf=csrf))
    given = [
        (kind, each)
        for kind, each in (
            (Kind.CLIP, clip),
            *((Kind.PHOTO, photo) for photo in photos),
            (Kind.VOICE, voice),
        )
        if each is not None and each.filename  # A browser sends an empty part for what is left out.
    ]
    try:
        with rt.transaction() as tx:
            waiting = sessions.is_waiting(tx, actor, enrolment_id)
        if waiting:
            with uploads.turn(), uploads.sent(rt, given) as files:
                sessions.look(rt, files)
                stored = sessions.store(rt, actor, enrolment_id, files)
            with rt.transaction() as tx:
                sessions.submit(tx, actor, enrolment_id, stored)
    except RightsError as error:
        return _session(rt, visitor, enrolment_id, error)
    return render.lead(visitor, f"/enrolments/{enrolment_id}")


def text_of(visitor: Visitor, about: About, rt: Runtime) -> Text:
    """Return the consent text that stands, in the visitor's language."""
    standing = [each for each in consenttext.standing(rt.clock()) if each.about is about]
    same = [each for each in standing if each.language == visitor.language.value]
    return (same or standing)[0]


def _list(
    rt: Runtime, visitor: Visitor, typed: PersonForm, error: RightsError | None = None
) -> HTMLResponse:
    actor = visitor.actor(Role.PERSON)
    with rt.transaction() as tx:
        mine = [pair for pair in subjects.mine(tx, actor) if pair[0].state in PRESENT]
    return render.page(
        visitor,
        "likenesses.html",
        _status(error),
        mine=mine,
        typed=typed,
        error=error and error.detail,
    )


def _one(
    rt: Runtime, visitor: Visitor, subject_id: str, error: RightsError | None = None
) -> HTMLResponse:
    actor = visitor.actor(Role.PERSON)
    with rt.transaction() as tx:
        subject, person = subjects.view(tx, actor, subject_id)
        minor = person is not None and is_minor(person.age, tx.now)
    text = text_of(visitor, About.ENROLMENT, rt)
    return render.page(
        visitor,
        "likeness.html",
        _status(error),
        crumbs=_crumbs(visitor),
        subject=subject,
        person=person,
        minor=minor,
        present=subject.state in PRESENT,
        text=text,
        words=consenttext.words(text),
        able=rt.likenesses.face_model is not None,
        error=error and error.detail,
    )


def _session(
    rt: Runtime, visitor: Visitor, enrolment_id: str, error: RightsError | None = None
) -> HTMLResponse:
    actor = visitor.actor(Role.PERSON)
    with rt.transaction() as tx:
        enrolment = sessions.view(tx, actor, enrolment_id)
        open_now = enrolment.state is State.OPEN and tx.now < enrolment.expires_at
    return render.page(
        visitor,
        "enrolment.html",
        _status(error),
        crumbs=[*_crumbs(visitor), _crumb_of(visitor, enrolment.subject_id)],
        enrolment=enrolment,
        open=open_now,
        voices=rt.likenesses.voice_model is not None,
        slot_seconds=challenge.SLOT_SECONDS,
        photos_min=PHOTOS_MIN,
        photos_max=PHOTOS_MAX,
        error=error and error.detail,
    )


def _status(error: RightsError | None) -> int:
    return 200 if error is None else problems.STATUS[error.code].value


def _crumbs(visitor: Visitor) -> list[Crumb]:
    return [Crumb(PATH, wording_of(visitor.language).say("nav.likenesses"))]


def _crumb_of(visitor: Visitor, subject_id: str) -> Crumb:
    return Crumb(f"{PATH}/{subject_id}", wording_of(visitor.language).say("likenesses.one"))
