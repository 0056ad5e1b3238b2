"""/v1/offers."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from rightsd.db.tx import Tx
from rightsd.domain.offer import SHARES_MAX, WHOLE, Ending, Share, State
from rightsd.domain.terms import GRANTEES_MAX, Audience, Purpose, Terms
from rightsd.domain.topics import Topic
from rightsd.web import commands
from rightsd.web.api.consents import Codes, Quota
from rightsd.web.api.fields import Body, Id, Out, PriceIn, PriceOut
from rightsd.web.api.licences import LicenceOut, LimitsOut, answer
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import licences, offers
from rightsd.workflows.offers import View

router = APIRouter(prefix="/v1/offers", tags=["offers"])


class LimitsIn(Body):
    """What licences of a work allow, and to whom they are offered. What is left out is open.

    The audience `approved` names its `grantees`. Quotas are of each licence.
    """

    audience: Audience = Audience.EVERYONE
    grantees: Annotated[tuple[Id, ...], Field(max_length=GRANTEES_MAX)] = ()
    purposes: tuple[Purpose, ...] = ()
    denied_topics: tuple[Topic, ...] = ()
    territories: Codes = ()
    platforms: Codes = ()
    languages: Codes = ()
    starts_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    quota_total: Quota | None = None
    quota_30_days: Quota | None = None


class ShareIn(Body):
    """What an account gets of what an offer earns; it has to agree before the offer is open."""

    account_id: Id
    basis_points: Annotated[int, Field(ge=1, le=WHOLE)]


class OfferIn(Body):
    """An offer on a work, with terms and a price, or on a consent, which has its own.

    `shares` sum to 10,000; left out: all of it is the account's that makes the offer.
    `stays_after`: after which ends of a licence what was published under it stays.
    """

    work_id: Id | None = None
    consent_id: Id | None = None
    terms: LimitsIn | None = None
    price: PriceIn | None = None
    shares: Annotated[tuple[ShareIn, ...], Field(max_length=SHARES_MAX)] = ()
    stays_after: tuple[Ending, ...] = (Ending.EXPIRED,)

    @model_validator(mode="after")
    def _check_thing(self) -> Self:
        if (self.work_id is None) == (self.consent_id is None):
            raise ValueError("an offer is on a work or on a consent, and on one of them")
        if self.work_id is not None and self.price is None:
            raise ValueError("an offer on a work needs a price; an amount of 0 is for nothing")
        if self.consent_id is not None and (self.terms is not None or self.price is not None):
            raise ValueError("what a consent allows, and its price, stand in the consent")
        return self


class AcceptIn(Body):
    """What is accepted: the digest of the offer that was shown."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ShareOut(Out):
    """A share, and whether the account has agreed."""

    account_id: str
    basis_points: int
    accepted: bool


class OfferOut(Out):
    """An offer. Only those whom it concerns see who shares in it and to whom else it is offered.

    `digest`: the ledger's commitment to what is shown here, which `digest_salt` opens (hexadecimal;
    empty once the person is erased); whoever accepts sends it back.
    """

    id: str
    work_id: str | None
    consent_id: str | None
    subject_id: str | None
    title: str
    terms: LimitsOut
    terms_version: int
    price: PriceOut
    stays_after: list[Ending]
    digest: str
    digest_salt: str
    state: State
    made_at: datetime
    ended_at: datetime | None
    grantees: list[str]
    shares: list[ShareOut]


@router.post("", status_code=201, response_model=OfferOut)
def make_offer(actor: Actor, rt: Rt, sent: Sent, body: OfferIn) -> JSONResponse:
    """Offer licences on one's work, or on one's likeness as a consent allows it."""

    def command(tx: Tx) -> Answer:
        shares = [Share(share.account_id, share.basis_points) for share in body.shares]
        if body.consent_id is not None:
            view = offers.make_on_consent(
                tx, actor, body.consent_id, shares=shares, stays_after=body.stays_after
            )
        else:
            assert body.work_id is not None
            assert body.price is not None
            limits = body.terms or LimitsIn()
            view = offers.make_on_work(
                tx,
                actor,
                body.work_id,
                terms=Terms(**limits.model_dump()),
                price=body.price.price(),
                shares=shares,
                stays_after=body.stays_after,
            )
        return _answer(201, view, actor.account_id)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_offers(actor: Actor, rt: Rt) -> list[OfferOut]:
    """List the offers that the account made or shares in, newest first, 200 at most."""
    with rt.transaction() as tx:
        return [_out(view, actor.account_id) for view in offers.mine(tx, actor)]


@router.get("/open")
def list_open_offers(actor: Actor, rt: Rt, work_id: Id | None = None) -> list[OfferOut]:
    """List the offers that the account may accept, newest first, 200 at most.

    `work_id`: only those on this work.
    """
    with rt.transaction() as tx:
        return [
            _out(view, actor.account_id) for view in offers.open_now(tx, actor, work_id=work_id)
        ]


@router.post("/{offer_id}/join", response_model=OfferOut)
def join_offer(actor: Actor, rt: Rt, sent: Sent, offer_id: Id) -> JSONResponse:
    """Agree to one's share in an offer. With the last one it is open."""

    def command(tx: Tx) -> Answer:
        return _answer(200, offers.join(tx, actor, offer_id), actor.account_id)

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{offer_id}/withdraw", response_model=OfferOut)
def withdraw_offer(actor: Actor, rt: Rt, sent: Sent, offer_id: Id) -> JSONResponse:
    """Withdraw an offer, or decline a share in it. Licences that were issued stay."""

    def command(tx: Tx) -> Answer:
        return _answer(200, offers.withdraw(tx, actor, offer_id), actor.account_id)

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{offer_id}/accept", status_code=201, response_model=LicenceOut)
def accept_offer(actor: Actor, rt: Rt, sent: Sent, offer_id: Id, body: AcceptIn) -> JSONResponse:
    """Accept an offer as it was shown. The licence keeps its price and terms for good."""

    def command(tx: Tx) -> Answer:
        licence = licences.accept(tx, actor, offer_id, digest=body.digest)
        return answer(201, licences.view(tx, licence), actor.account_id)

    return commands.run(rt, sent, actor.account_id, body, command)


def _answer(status: int, view: View, viewer_id: str) -> Answer:
    body: dict[str, Any] = _out(view, viewer_id).model_dump(mode="json")
    about = (viewer_id,) if view.subject_id is None else (viewer_id, view.subject_id)
    return Answer(status, body, about=about)


def _out(view: View, viewer_id: str) -> OfferOut:
    offer = view.offer
    concerns = offer.concerns(viewer_id)
    shares = [ShareOut.model_validate(share) for share in offer.shares]
    return OfferOut(
        id=offer.id,
        work_id=offer.work_id,
        consent_id=offer.consent_id,
        subject_id=view.subject_id,
        title=offer.title,
        terms=LimitsOut.model_validate(view.terms),
        terms_version=offer.terms_version,
        price=PriceOut.model_validate(offer.price),
        stays_after=list(offer.stays_after),
        digest=offer.digest,
        digest_salt=offer.salt.hex(),
        state=offer.state,
        made_at=offer.made_at,
        ended_at=offer.ended_at,
        grantees=list(offer.terms.grantees) if concerns else [],
        shares=shares if concerns else [],
    )
