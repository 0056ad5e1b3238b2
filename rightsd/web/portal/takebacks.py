"""Taking a work back: how much of it, what would end, for now or for good."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain import revocation as domain
from rightsd.domain.member import Member
from rightsd.domain.principal import Role
from rightsd.domain.revocation import Mode, Scope, Target
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render, works
from rightsd.web.portal.forms import Done
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.revocations import SCOPES as NAMED
from rightsd.web.portal.revocations import ScopeForm, previews
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.workflows import closures, revocations
from rightsd.workflows import works as registered
from rightsd.workflows.closures import Closure

router = APIRouter(include_in_schema=False)

PATH = works.PATH + "/{work_id}/take-back"
SCOPES = (Scope.WORK, Scope.REQUESTER, Scope.PLATFORM)


class TargetForm(ScopeForm):
    """How much of a work is taken back."""

    def target(self, work_id: str) -> Target:
        """Return what is taken back.

        Raises:
            RightsError: INVALID.
        """
        if self.scope not in set(SCOPES):
            raise RightsError(Code.INVALID, "say how much is taken back")
        scope, named = Scope(self.scope), self.named.strip()
        said: dict[str, str | None] = {"work_id": work_id}
        if scope is not Scope.WORK:
            if not named:
                raise RightsError(Code.INVALID, "name the creator or the platform")
            said[NAMED[scope]] = named
        return domain.target(scope, said)


EMPTY = TargetForm()


@router.get(PATH)
def show_form(rt: Rt, visitor: Anyone, work_id: str) -> HTMLResponse:
    """Show the form."""
    return _page(rt, visitor, work_id, EMPTY)


@router.post(PATH + "/preview")
def preview(rt: Rt, visitor: Anyone, work_id: str, form: Annotated[TargetForm, Form()]) -> Response:
    """Show what would end. Nothing is kept, and nobody has to look at it first."""
    if (back := forms.unsent(visitor, form)) is not None:
        return back
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    try:
        with rt.transaction() as tx:
            previews.step(actor.account_id, tx.now)
            closure = closures.preview(tx, actor, of=form.target(work_id), mode=form.how())
    except RightsError as error:
        return _page(rt, visitor, work_id, form, error=error)
    return _page(rt, visitor, work_id, form, closure=closure)


@router.post(PATH)
def take_back(
    rt: Rt, visitor: Anyone, work_id: str, form: Annotated[TargetForm, Form()]
) -> Response:
    """Take it back, from this moment on, and lead on to where that is followed."""

    def command(tx: Tx, member: Member) -> Done:
        member.principal.require(Role.RIGHTS_HOLDER)
        of, mode = form.target(work_id), form.how()
        made = revocations.make(tx, member.principal, of=of, mode=mode)
        return Done(f"/requests/{made.id}", "takebacks.flash.made")

    return forms.run(
        rt,
        visitor,
        form,
        command,
        refused=lambda error: _page(rt, visitor, work_id, form, error=error),
    )


def _page(
    rt: Runtime,
    visitor: Visitor,
    work_id: str,
    typed: TargetForm,
    *,
    error: RightsError | None = None,
    closure: Closure | None = None,
) -> HTMLResponse:
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        work = registered.view(tx, actor, work_id)
    return render.page(
        visitor,
        "take_back.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=[*works.crumbs(visitor), Crumb(f"{works.PATH}/{work.id}", work.title)],
        work=work,
        scopes=SCOPES,
        modes=list(Mode),
        typed=typed,
        closure=closure,
        error=error and error.detail,
    )
