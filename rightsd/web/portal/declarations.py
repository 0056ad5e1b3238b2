"""The form of a declaration, and the page behind its link. Looking changes nothing."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from rightsd.db.tx import Tx
from rightsd.domain import declaration as domain
from rightsd.domain.declaration import CONFIRM_WITHIN, KINDS, Declaration, Declared
from rightsd.domain.letter import Language
from rightsd.domain.work import TITLE_LENGTH_MAX, Kind
from rightsd.errors import RightsError
from rightsd.web import commands, problems
from rightsd.web.auth import Rt
from rightsd.web.commands import PUBLIC, Answer, Sent
from rightsd.web.portal import render, wording
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.workflows import declarations

router = APIRouter(include_in_schema=False)

FORM = "/optouts/new"
PAGE = "/optouts/{declaration_id}/{token}"
FIELD_MAX = 8_000  # Characters; what is too long for us, but not for this, comes back to be mended.
EMPTY = Declared(Kind.WORK, "", (), "", "", "")

Said = Annotated[str, Field(max_length=FIELD_MAX)]


class DeclarationForm(BaseModel):
    """The fields of the form, as they come; what is missing in them is said on the form."""

    language: Language
    kind: Kind
    title: Said = ""
    aliases: Said = ""
    owner: Said = ""
    email: Said = ""
    statement: Said = ""
    good_faith: bool = False

    def declared(self) -> Declared:
        """Return what is declared."""
        names = tuple(name for line in self.aliases.splitlines() if (name := line.strip()))
        title, owner, email = self.title.strip(), self.owner.strip(), self.email.strip()
        return Declared(self.kind, title, names, owner, email, self.statement.strip())


@router.get(FORM)
def show_form(visitor: Anyone) -> HTMLResponse:
    """Show the empty form."""
    return _form(visitor, visitor.language, EMPTY)


@router.post(FORM)
def declare_optout(
    request: Request, visitor: Anyone, rt: Rt, sent: Sent, form: Annotated[DeclarationForm, Form()]
) -> HTMLResponse:
    """Take a declaration in, or give the form back with what is wrong with it."""
    declared, language = form.declared(), form.language
    address = request.client.host if request.client else ""

    def command(tx: Tx) -> Answer:
        made = declarations.declare(tx, declared, language=language, address=address)
        return Answer(202, {"id": made.id}, about=(made.id,))

    if not form.good_faith:
        missing = wording.of(language).say("declarations.good_faith")
        return _form(visitor, language, declared, missing, 422)
    try:
        commands.run(rt, sent, PUBLIC, form, command)
    except RightsError as error:
        return _form(visitor, language, declared, error.detail, problems.STATUS[error.code].value)
    hours = round(CONFIRM_WITHIN.total_seconds() / 3600)
    return render.page(
        visitor,
        "declared.html",
        202,
        hours=hours,
        language=language.value,
    )


@router.get(PAGE)
def show_declaration(rt: Rt, visitor: Anyone, declaration_id: str, token: str) -> HTMLResponse:
    """Show what was declared, and how it stands."""
    try:
        with rt.transaction() as tx:
            declaration = declarations.look_up(tx, declaration_id, token=token)
    except RightsError as error:
        return _trouble(visitor, error)
    return render.page(
        visitor,
        "declaration.html",
        declaration=declaration,
        path=f"/optouts/{declaration_id}/{token}",
        language=declaration.language.value,
    )


@router.post(PAGE + "/confirm")
def confirm_declaration(
    rt: Rt, visitor: Anyone, sent: Sent, declaration_id: str, token: str
) -> Response:
    """Put it into effect, and lead back to the page."""
    confirm = partial(declarations.confirm, cap=rt.claim_cap)
    return _run(rt, visitor, sent, declaration_id, token, confirm)


@router.post(PAGE + "/lift")
def lift_declaration(
    rt: Rt, visitor: Anyone, sent: Sent, declaration_id: str, token: str
) -> Response:
    """Lift it, and lead back to the page."""
    return _run(rt, visitor, sent, declaration_id, token, declarations.lift)


def _run(
    rt: Rt,
    visitor: Visitor,
    sent: Sent,
    declaration_id: str,
    token: str,
    change: Callable[..., Declaration],
) -> Response:
    def command(tx: Tx) -> Answer:
        changed = change(tx, declaration_id, token=token)
        return Answer(200, {"id": changed.id}, about=(changed.id,))

    try:
        commands.run(rt, sent, PUBLIC, token, command)
    except RightsError as error:
        return _trouble(visitor, error)
    return RedirectResponse(f"/optouts/{declaration_id}/{token}", status_code=303)


def _form(
    visitor: Visitor,
    language: Language,
    declared: Declared,
    error: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    return render.page(
        visitor,
        "declare.html",
        status,
        declared=declared,
        error=error,
        kinds=[kind for kind in Kind if kind in KINDS],
        limits={
            "title": TITLE_LENGTH_MAX,
            "owner": domain.OWNER_LENGTH_MAX,
            "statement": domain.STATEMENT_LENGTH_MAX,
        },
        language=language.value,
    )


def _trouble(visitor: Visitor, error: RightsError) -> HTMLResponse:
    status = problems.STATUS[error.code].value
    return render.page(
        visitor,
        "declaration.html",
        status,
        declaration=None,
        error=error.detail,
        language=visitor.language.value,
    )
