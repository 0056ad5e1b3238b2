"""Permissions: who may use a likeness, for what; giving them, trying them out, taking them back.

A light says at a glance how open a permission is; its terms stand below. Giving one takes two
presses, on the list and on the form; taking one back takes one.
"""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain import consenttext
from rightsd.domain.consent import State as ConsentState
from rightsd.domain.consenttext import About
from rightsd.domain.member import Member
from rightsd.domain.previews import Preview
from rightsd.domain.principal import Role
from rightsd.domain.restrictions import TEXT_LENGTH_MAX
from rightsd.domain.subject import PRESENT, Person, Subject
from rightsd.domain.terms import Audience, Purpose, Terms
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.likenesses import text_of
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import consents, subjects

router = APIRouter(include_in_schema=False)

PATH = "/permissions"
CHOICES_MAX = 50  # Of one kind in one form: more than there are.
GREEN, YELLOW, RED = "green", "yellow", "red"

Several = Annotated[tuple[Said, ...], Field(max_length=CHOICES_MAX)]


class TermsForm(forms.Form):
    """Whom to permit what. What is left out is not limited, but whom it is for."""

    subject_id: Said = ""
    audience: Said = ""
    grantees: Said = ""  # Numbers of accounts, with spaces or lines between.
    purposes: Several = ()
    denied_topics: Several = ()
    strict: bool = False
    per_use_approval: bool = False
    restrictions: Said = ""
    text: Said = ""
    agreed: bool = False

    def terms(self) -> Terms:
        """Return the terms, as they were typed.

        Raises:
            RightsError: INVALID.
        """
        if self.audience not in set(Audience):
            raise RightsError(Code.INVALID, "say whom you permit it")
        return Terms(
            audience=Audience(self.audience),
            grantees=tuple(self.grantees.replace(",", " ").split()),
            purposes=forms.chosen(Purpose, self.purposes),
            denied_topics=forms.chosen(Topic, self.denied_topics),
            strict=self.strict,
            per_use_approval=self.per_use_approval,
            restrictions=self.restrictions.strip(),
        )


EMPTY = TermsForm()


@router.get(PATH)
def show_permissions(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show the permissions that stand, and those that have ended."""
    actor = visitor.actor(Role.PERSON)
    with rt.transaction() as tx:
        people = _people(tx, visitor)
        mine = [each for each in consents.mine(tx, actor) if each.subject_id in people]
    standing = [(each, light(each.terms)) for each in mine if each.state is ConsentState.GRANTED]
    return render.page(
        visitor,
        "permissions.html",
        people=people,
        standing=standing,
        ended=[each for each in mine if each.state is not ConsentState.GRANTED],
    )


@router.get(PATH + "/new")
def show_form(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show the form of a permission."""
    return _form(rt, visitor, EMPTY)


@router.post(PATH + "/try")
def try_out(rt: Rt, visitor: Anyone, form: Annotated[TermsForm, Form()]) -> Response:
    """Show what terms would let through and what not, by example; nothing is kept."""
    if (back := forms.unsent(visitor, form)) is not None:
        return back
    actor = visitor.actor(Role.PERSON)
    try:
        with rt.transaction() as tx:
            found = consents.preview(
                tx, actor, terms=form.terms(), subject_id=form.subject_id or None
            )
    except RightsError as error:
        return _form(rt, visitor, form, error=error)
    return _form(rt, visitor, form, preview=found)


@router.post(PATH + "/new")
def grant(rt: Rt, visitor: Anyone, form: Annotated[TermsForm, Form()]) -> Response:
    """Give a permission."""

    def command(tx: Tx, member: Member) -> Done:
        if not form.agreed:
            raise RightsError(
                Code.INVALID, "nothing is permitted without having agreed to the text"
            )
        consents.grant(
            tx,
            member.principal,
            subject_id=form.subject_id,
            terms=form.terms(),
            text=form.text,
        )
        return Done(PATH, "permissions.flash.granted")

    return forms.run(
        rt, visitor, form, command, refused=lambda error: _form(rt, visitor, form, error=error)
    )


@router.post(PATH + "/{consent_id}/revoke")
def revoke(
    rt: Rt, visitor: Anyone, consent_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Take a permission back, at once."""

    def command(tx: Tx, member: Member) -> Done:
        consents.revoke(tx, member.principal, consent_id)
        return Done(PATH, "permissions.flash.revoked")

    return forms.run(rt, visitor, form, command)


def light(terms: Terms) -> str:
    """Return how open terms are: to all without asking, within limits, or to nobody else."""
    if terms.audience is Audience.ONLY_ME:
        return RED
    limited = (
        terms.audience is not Audience.EVERYONE
        or terms.per_use_approval
        or terms.purposes
        or terms.about_words
        or terms.territories
        or terms.platforms
    )
    return YELLOW if limited else GREEN


def _people(tx: Tx, visitor: Visitor) -> dict[str, Person | None]:
    actor = visitor.actor(Role.PERSON)
    found: list[tuple[Subject, Person | None]] = subjects.mine(tx, actor)
    return {subject.id: person for subject, person in found if subject.state in PRESENT}


def _form(
    rt: Runtime,
    visitor: Visitor,
    typed: TermsForm,
    *,
    error: RightsError | None = None,
    preview: Preview | None = None,
) -> HTMLResponse:
    visitor.actor(Role.PERSON)
    with rt.transaction() as tx:
        people = _people(tx, visitor)
    text = text_of(visitor, About.GRANT, rt)
    return render.page(
        visitor,
        "permission_form.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=[Crumb(PATH, wording_of(visitor.language).say("nav.permissions"))],
        people=people,
        audiences=list(Audience),
        purposes=list(Purpose),
        topics=list(Topic),
        typed=typed,
        text=text,
        words=consenttext.words(text),
        limit=TEXT_LENGTH_MAX,
        preview=preview,
        error=error and error.detail,
    )
