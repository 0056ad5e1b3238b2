"""/v1/optouts/public: opting a work out without an account."""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain.declaration import (
    ALIASES_MAX,
    CONFIRM_WITHIN,
    Declaration,
    Declared,
    State,
)
from rightsd.domain.letter import ADDRESS_LENGTH_MAX, Language
from rightsd.domain.work import Kind
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Line, Out, Text
from rightsd.web.auth import Rt
from rightsd.web.commands import PUBLIC, Answer, Sent
from rightsd.workflows import declarations

router = APIRouter(prefix="/v1/optouts/public", tags=["optouts"])

Token = Annotated[str, Header(alias="Optout-Token", min_length=1, max_length=100)]


class DeclarationIn(Body):
    """What is declared. `owner`: the name of whoever owns the work; `email`: how to reach them.

    `statement`: why whoever declares believes in good faith that they may.
    """

    title: Line
    kind: Kind = Kind.WORK
    aliases: Annotated[tuple[Line, ...], Field(max_length=ALIASES_MAX)] = ()
    owner: Line
    email: Annotated[Line, Field(max_length=ADDRESS_LENGTH_MAX)]
    statement: Text
    good_faith: Literal[True]
    language: Language = Language.EN

    def declared(self) -> Declared:
        """Return what is declared."""
        return Declared(self.kind, self.title, self.aliases, self.owner, self.email, self.statement)


class ReceivedOut(Out):
    """What became of it: a mail is on its way, with the link that puts it into effect."""

    id: str
    state: State
    confirm_before: datetime


class DeclarationOut(Out):
    """A declaration, to whoever has its link. `tier`: how it is known who owns the work."""

    id: str
    state: State
    tier: Literal["asserted"] = "asserted"
    kind: Kind
    title: str
    aliases: tuple[str, ...]
    owner: str
    declared_at: datetime
    confirmed_at: datetime | None
    optout_id: str | None

    @classmethod
    def of(cls, declaration: Declaration) -> Self:
        """Return the form for whoever has the link."""
        declared = declaration.declared
        return cls(
            id=declaration.id,
            state=declaration.state,
            kind=declared.kind,
            title=declared.title,
            aliases=declared.aliases,
            owner=declared.owner,
            declared_at=declaration.declared_at,
            confirmed_at=declaration.confirmed_at,
            optout_id=declaration.optout_id,
        )


@router.post("", status_code=202, response_model=ReceivedOut)
def declare_optout(request: Request, rt: Rt, sent: Sent, body: DeclarationIn) -> JSONResponse:
    """Opt a work out without an account: it takes effect when the mail is answered."""
    address = request.client.host if request.client else ""

    def command(tx: Tx) -> Answer:
        made = declarations.declare(tx, body.declared(), language=body.language, address=address)
        out = ReceivedOut(
            id=made.id, state=made.state, confirm_before=made.declared_at + CONFIRM_WITHIN
        )
        return Answer(202, out.model_dump(mode="json"), about=(made.id,))

    return commands.run(rt, sent, PUBLIC, body, command)


@router.get("/{declaration_id}")
def show_declaration(rt: Rt, declaration_id: Id, optout_token: Token) -> DeclarationOut:
    """Show how a declaration stands, to whoever has its link."""
    with rt.transaction() as tx:
        return DeclarationOut.of(declarations.look_up(tx, declaration_id, token=optout_token))


@router.post("/{declaration_id}/confirm", response_model=DeclarationOut)
def confirm_declaration(
    rt: Rt, sent: Sent, declaration_id: Id, optout_token: Token
) -> JSONResponse:
    """Put a declaration into effect."""

    def command(tx: Tx) -> Answer:
        return _answer(
            declarations.confirm(tx, declaration_id, token=optout_token, cap=rt.claim_cap)
        )

    return commands.run(rt, sent, PUBLIC, optout_token, command)


@router.post("/{declaration_id}/lift", response_model=DeclarationOut)
def lift_declaration(rt: Rt, sent: Sent, declaration_id: Id, optout_token: Token) -> JSONResponse:
    """Lift the opt-out that a declaration led to."""

    def command(tx: Tx) -> Answer:
        return _answer(declarations.lift(tx, declaration_id, token=optout_token))

    return commands.run(rt, sent, PUBLIC, optout_token, command)


def _answer(declaration: Declaration) -> Answer:
    body = DeclarationOut.of(declaration).model_dump(mode="json")
    return Answer(200, body, about=(declaration.id,))
