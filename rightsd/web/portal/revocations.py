"""Taking back: how much, what would end, for now or for good, and lifting what was for now."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain import revocation as domain
from rightsd.domain.member import Member
from rightsd.domain.principal import Role
from rightsd.domain.revocation import Mode, Scope, State, Target
from rightsd.domain.subject import PRESENT
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.pace import Pace
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.workflows import closures, revocations, subjects
from rightsd.workflows.closures import Closure

router = APIRouter(include_in_schema=False)

PATH = "/revocations"
PREVIEWS_A_MINUTE = 20  # As of the API: each may open many requests.
# What a person takes back, and what the form asks for besides whose likeness it is.
SCOPES: Mapping[Scope, str] = {
    Scope.SUBJECT: "",
    Scope.REQUESTER: "requester_id",
    Scope.PLATFORM: "platform",
    Scope.GENERATION: "generation_id",
}

previews = Pace("previews of revocations", per_minute=PREVIEWS_A_MINUTE)


class ScopeForm(forms.Form):
    """How much is taken back, all of it or what one field names; and how."""

    scope: Said = ""
    named: Said = ""
    mode: Said = ""

    def how(self) -> Mode:
        """Return whether it is taken back for now or for good.

        Raises:
            RightsError: INVALID.
        """
        if self.mode not in set(Mode):
            raise RightsError(Code.INVALID, "say whether it is for now or for good")
        return Mode(self.mode)


class TargetForm(ScopeForm):
    """How much of someone is taken back."""

    subject_id: Said = ""

    def target(self) -> Target:
        """Return what is taken back.

        Raises:
            RightsError: INVALID.
        """
        if self.scope not in {scope.value for scope in SCOPES}:
            raise RightsError(Code.INVALID, "say how much is taken back")
        scope, named = Scope(self.scope), self.named.strip()
        if SCOPES[scope] and not named:
            raise RightsError(Code.INVALID, "name the creator, the platform or the clip")
        said: dict[str, str | None] = {}
        if scope is not Scope.GENERATION:
            said["subject_id"] = self.subject_id
        if SCOPES[scope]:
            said[SCOPES[scope]] = named
        return domain.target(scope, said)


EMPTY = TargetForm()


@router.get(PATH)
def show_revocations(rt: Rt, visitor: Anyone, generation_id: str = "") -> HTMLResponse:
    """Show what was taken back, and the form to take back more."""
    typed = EMPTY
    if generation_id:
        said = {"scope": Scope.GENERATION.value, "named": generation_id[: forms.FIELD_MAX]}
        typed = EMPTY.model_copy(update=said)
    return _page(rt, visitor, typed)


@router.post(PATH + "/preview")
def preview(rt: Rt, visitor: Anyone, form: Annotated[TargetForm, Form()]) -> Response:
    """Show what would end. Nothing is kept, and nobody has to look at it first."""
    if (back := forms.unsent(visitor, form)) is not None:
        return back
    actor = visitor.actor(Role.PERSON)
    try:
        with rt.transaction() as tx:
            previews.step(actor.account_id, tx.now)
            closure = closures.preview(tx, actor, of=form.target(), mode=form.how())
    except RightsError as error:
        return _page(rt, visitor, form, error=error)
    return _page(rt, visitor, form, closure=closure)


@router.post(PATH)
def take_back(rt: Rt, visitor: Anyone, form: Annotated[TargetForm, Form()]) -> Response:
    """Take it back, from this moment on."""

    def command(tx: Tx, member: Member) -> Done:
        made = revocations.make(tx, member.principal, of=form.target(), mode=form.how())
        suspended = made.state is State.SUSPENDED
        return Done(
            PATH, "revocations.flash.suspended" if suspended else "revocations.flash.revoked"
        )

    return forms.run(
        rt, visitor, form, command, refused=lambda error: _page(rt, visitor, form, error=error)
    )


@router.post(PATH + "/{revocation_id}/lift")
def lift(
    rt: Rt, visitor: Anyone, revocation_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Lift what was taken back for now."""

    def command(tx: Tx, member: Member) -> Done:
        revocations.lift(tx, member.principal, revocation_id)
        return Done(PATH, "revocations.flash.lifted")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{revocation_id}/revoke")
def make_final(
    rt: Rt, visitor: Anyone, revocation_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Make final what was taken back for now."""

    def command(tx: Tx, member: Member) -> Done:
        revocations.revoke(tx, member.principal, revocation_id)
        return Done(PATH, "revocations.flash.revoked")

    return forms.run(rt, visitor, form, command)


def _page(
    rt: Runtime,
    visitor: Visitor,
    typed: TargetForm,
    *,
    error: RightsError | None = None,
    closure: Closure | None = None,
) -> HTMLResponse:
    actor = visitor.actor(Role.PERSON)
    with rt.transaction() as tx:
        people = {
            subject.id: person
            for subject, person in subjects.mine(tx, actor)
            if subject.state in PRESENT
        }
        made = revocations.mine(tx, actor)
    return render.page(
        visitor,
        "revocations.html",
        200 if error is None else problems.STATUS[error.code].value,
        people=people,
        made=made,
        scopes=list(SCOPES),
        modes=list(Mode),
        typed=typed,
        closure=closure,
        error=error and error.detail,
    )
