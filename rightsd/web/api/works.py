"""/v1/works."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.descriptions import Description
from rightsd.db.tx import Tx
from rightsd.domain import describing
from rightsd.domain.describing import DESCRIPTION_CHARS_MAX, DESCRIPTIONS_MAX
from rightsd.domain.evidence import SOURCE_CHARS_MAX
from rightsd.domain.work import (
    ALIASES_MAX,
    EXCLUDED_MAX,
    Alias,
    Kind,
    Ownership,
    Standing,
    State,
    Work,
)
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Line, Out, Words
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import works

router = APIRouter(prefix="/v1/works", tags=["works"])


class AliasIn(Body):
    """A name that does not count everywhere.

    It does not count inside the `excluded` phrases. A `common` one counts only where the words
    around it tell that it is a name; without `common`, a dictionary says which are.
    """

    name: Line
    excluded: Annotated[tuple[Line, ...], Field(max_length=EXCLUDED_MAX)] = ()
    common: bool | None = None


Telling = Annotated[Words, Field(min_length=1, max_length=DESCRIPTION_CHARS_MAX)]


class DescriptionIn(Body):
    """What a work is like, in English or Japanese: how it looks, or what happens in it."""

    text: Telling


class WorkIn(Body):
    """A work, the names it goes by in any script, and what it is like."""

    kind: Kind
    title: Line
    aliases: Annotated[tuple[Line | AliasIn, ...], Field(max_length=ALIASES_MAX)] = ()
    descriptions: Annotated[tuple[Telling, ...], Field(max_length=DESCRIPTIONS_MAX)] = ()


class DocumentIn(Body):
    """What proves whose a work is: where and as what it is registered, and a document's SHA-256.

    The document stays with its owner, who shows it to a reviewer when asked.
    """

    registry: Line
    number: Line
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SiteIn(Body):
    """An address of the site: its host is the work's title."""

    url: Annotated[str, Field(min_length=1, max_length=SOURCE_CHARS_MAX)]


class NameOut(Out):
    """A name, why it counts only in context, if it does, and what it counts for if opted out."""

    shown: str
    excluded: tuple[str, ...]
    why_in_context: str | None
    standing: Standing


class DescriptionOut(Out):
    """A description.

    `read_as` is what prompts are compared with: in English, without the names. Prompts that come as
    near to it as `refused_from` are refused, those as near as `reviewed_from` are looked at; both
    are higher where ordinary prompts come near.
    """

    id: str
    text: str
    read_as: str
    refused_from: float
    reviewed_from: float
    described_at: datetime

    @classmethod
    def of(cls, described: Description) -> "DescriptionOut":
        """Return it as it is sent."""
        refused_from, reviewed_from = describing.thresholds(described.common)
        return cls(
            id=described.id,
            text=described.shown,
            read_as=described.read,
            refused_from=round(refused_from, 3),
            reviewed_from=round(reviewed_from, 3),
            described_at=described.described_at,
        )


class WorkOut(Out):
    """A work."""

    id: str
    kind: Kind
    title: str
    state: State
    registered_at: datetime
    ownership: Ownership
    names: tuple[NameOut, ...]
    descriptions: tuple[DescriptionOut, ...]


@router.post("", status_code=201, response_model=WorkOut)
def register_work(actor: Actor, rt: Rt, sent: Sent, body: WorkIn) -> JSONResponse:
    """Register a work. Rights holders only."""

    def command(tx: Tx) -> Answer:
        aliases = [
            Alias(alias.name, alias.excluded, common=alias.common)
            if isinstance(alias, AliasIn)
            else alias
            for alias in body.aliases
        ]
        work = works.register(
            tx,
            actor,
            kind=body.kind,
            title=body.title,
            aliases=aliases,
            described_as=body.descriptions,
        )
        return Answer(201, _out(tx, [work])[0].model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{work_id}/descriptions", status_code=201, response_model=DescriptionOut)
def describe_work(
    actor: Actor, rt: Rt, sent: Sent, work_id: str, body: DescriptionIn
) -> JSONResponse:
    """Say what a work is like. Its rights holder only."""

    def command(tx: Tx) -> Answer:
        described = works.describe(tx, actor, work_id=work_id, text=body.text)
        return Answer(201, DescriptionOut.of(described).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{work_id}/documents", status_code=201, response_model=WorkOut)
def add_document(actor: Actor, rt: Rt, sent: Sent, work_id: Id, body: DocumentIn) -> JSONResponse:
    """Add what proves that a work is the account's own; a reviewer is asked to look at it."""

    def command(tx: Tx) -> Answer:
        work = works.document(
            tx, actor, work_id, registry=body.registry, number=body.number, sha256=body.sha256
        )
        return Answer(201, _out(tx, [work])[0].model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{work_id}/verify-site", response_model=WorkOut)
def verify_site(actor: Actor, rt: Rt, sent: Sent, work_id: Id, body: SiteIn) -> JSONResponse:
    """Prove that a site is the account's own, which puts the work's id on it."""
    sha256 = works.read_claim(rt, actor, work_id, url=body.url)

    def command(tx: Tx) -> Answer:
        work = works.verify_site(tx, actor, work_id, sha256=sha256)
        return Answer(200, _out(tx, [work])[0].model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_works(actor: Actor, rt: Rt) -> list[WorkOut]:
    """List the account's works."""
    with rt.transaction() as tx:
        return _out(tx, works.mine(tx, actor))


def _out(tx: Tx, registered: Sequence[Work]) -> list[WorkOut]:
    names, described = works.names_of(tx, registered), works.descriptions_of(tx, registered)
    return [
        WorkOut(
            id=work.id,
            kind=work.kind,
            title=work.title,
            state=work.state,
            registered_at=work.registered_at,
            ownership=work.ownership,
            names=tuple(NameOut.model_validate(name) for name in names[work.id]),
            descriptions=tuple(map(DescriptionOut.of, described.get(work.id, ()))),
        )
        for work in registered
    ]
