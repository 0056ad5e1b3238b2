"""/v1/licences."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import AwareDatetime

from rightsd.db.tx import Tx
from rightsd.domain import statement as domain
from rightsd.domain.licence import State
from rightsd.domain.statement import Line, Statement
from rightsd.domain.terms import Purpose
from rightsd.domain.topics import Topic
from rightsd.web import commands
from rightsd.web.api.fields import Id, Out, PriceOut
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import licences
from rightsd.workflows.licences import View

router = APIRouter(prefix="/v1/licences", tags=["licences"])

From = Annotated[AwareDatetime, Query(alias="from")]
To = Annotated[AwareDatetime, Query(alias="to", description="Until before this moment")]


class LimitsOut(Out):
    """What a licence allows. Terms of a likeness are those of the consent."""

    purposes: list[Purpose]
    denied_topics: list[Topic]
    territories: list[str]
    platforms: list[str]
    languages: list[str]
    starts_at: datetime | None
    expires_at: datetime | None
    quota_total: int | None
    quota_30_days: int | None
    strict: bool
    per_use_approval: bool
    restrictions: str


class LicenceOut(Out):
    """A licence: an offer as it was accepted.

    `digest`: of the offer as the creator was shown it; price and terms are for good.
    """

    id: str
    offer_id: str
    work_id: str | None
    consent_id: str | None
    subject_id: str | None
    title: str
    creator_id: str
    terms: LimitsOut
    price: PriceOut
    terms_version: int
    digest: str
    state: State
    issued_at: datetime
    ended_at: datetime | None


class LineOut(Out):
    """What was used of one licence in the period; amounts are in minor units.

    `share_basis_points` and `share_amount`: what of it is the account's; null for the creator, who
    owes the whole.
    """

    licence_id: str
    offer_id: str
    creator_id: str
    uses: int
    seconds: int
    price: PriceOut
    amount: int
    share_basis_points: int | None
    share_amount: int | None


class StatementOut(Out):
    """What concerns an account in a period. `totals`: by currency, what it gets or owes."""

    begins: datetime
    ends: datetime
    lines: list[LineOut]
    totals: dict[str, int]


@router.get("")
def list_licences(actor: Actor, rt: Rt) -> list[LicenceOut]:
    """List the licences that the account has, or that are under its offers, newest first."""
    with rt.transaction() as tx:
        return [_out(licences.view(tx, licence)) for licence in licences.mine(tx, actor)]


@router.get("/statements")
def show_statement(actor: Actor, rt: Rt, begins: From, ends: To) -> StatementOut:
    """State what the account's licences cost, or what its shares earned, in a period."""
    with rt.transaction() as tx:
        return _statement(licences.statement(tx, actor, begins=begins, ends=ends))


@router.get("/statements.csv", response_class=StreamingResponse)
def download_statement(actor: Actor, rt: Rt, begins: From, ends: To) -> StreamingResponse:
    """Write the same as a table."""
    with rt.transaction() as tx:
        statement = licences.statement(tx, actor, begins=begins, ends=ends)
    headers = {"Content-Disposition": 'attachment; filename="statement.csv"'}
    lines = domain.table(statement)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/{licence_id}/revoke", response_model=LicenceOut)
def revoke_licence(actor: Actor, rt: Rt, sent: Sent, licence_id: Id) -> JSONResponse:
    """End a licence, as who made the offer. What its terms do not keep is withdrawn."""

    def command(tx: Tx) -> Answer:
        licence = licences.revoke(tx, actor, licence_id)
        return answer(200, licences.view(tx, licence), actor.account_id)

    return commands.run(rt, sent, actor.account_id, "", command)


def answer(status: int, view: View, viewer_id: str) -> Answer:
    """Return an answer that shows a licence."""
    about = (viewer_id,) if view.subject_id is None else (viewer_id, view.subject_id)
    return Answer(status, _out(view).model_dump(mode="json"), about=about)


def _out(view: View) -> LicenceOut:
    licence, offer = view.licence, view.licence.offer
    return LicenceOut(
        id=licence.id,
        offer_id=offer.id,
        work_id=offer.work_id,
        consent_id=offer.consent_id,
        subject_id=view.subject_id,
        title=offer.title,
        creator_id=licence.creator_id,
        terms=LimitsOut.model_validate(view.terms),
        price=PriceOut.model_validate(offer.price),
        terms_version=offer.terms_version,
        digest=offer.digest,
        state=licence.state,
        issued_at=licence.issued_at,
        ended_at=licence.ended_at,
    )


def _statement(statement: Statement) -> StatementOut:
    return StatementOut(
        begins=statement.begins,
        ends=statement.ends,
        lines=[_line(line) for line in statement.lines],
        totals=dict(statement.totals),
    )


def _line(line: Line) -> LineOut:
    entry = line.entry
    return LineOut(
        licence_id=entry.licence_id,
        offer_id=entry.offer_id,
        creator_id=entry.creator_id,
        uses=entry.uses,
        seconds=entry.seconds,
        price=PriceOut.model_validate(entry.price),
        amount=entry.amount,
        share_basis_points=line.basis_points,
        share_amount=line.share_amount,
    )
