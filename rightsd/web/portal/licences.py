"""Licences: what is offered on works, who has accepted it, what that earned; and ending it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain import offer as offer_domain
from rightsd.domain import price as prices
from rightsd.domain import statement as statements
from rightsd.domain.licence import State as LicenceState
from rightsd.domain.member import Member
from rightsd.domain.offer import WHOLE, Ending, Share
from rightsd.domain.offer import State as OfferState
from rightsd.domain.price import Per, Price
from rightsd.domain.principal import Role
from rightsd.domain.statement import Statement
from rightsd.domain.terms import Audience, Purpose, Terms
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, paging, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import licences, offers, works

router = APIRouter(include_in_schema=False)

PATH = "/licences"
PAGE_MAX = 25  # Of each kind, what someone looks through at a time.
LINES_MAX = 200  # Of a statement on its page; the table that is downloaded has all.
MONTHS = 24  # For which statements are listed.
CHOICES_MAX = 10  # Of one kind in one form: more than there are.
QUOTA_DIGITS_MAX = 9
AUDIENCES = (Audience.EVERYONE, Audience.APPROVED)
OFFER_TONES: Mapping[OfferState, str] = {
    OfferState.PROPOSED: "warn",
    OfferState.OFFERED: "good",
    OfferState.WITHDRAWN: "",
}
LICENCE_TONES: Mapping[LicenceState, str] = {
    LicenceState.ACTIVE: "good",
    LicenceState.REVOKED: "bad",
    LicenceState.EXPIRED: "",
    LicenceState.EXHAUSTED: "",
}

Several = Annotated[tuple[Said, ...], Field(max_length=CHOICES_MAX)]


class OfferForm(forms.Form):
    """What is offered, to whom, and at what price. What is left out is not limited."""

    work_id: Said = ""
    audience: Said = ""
    grantees: Said = ""  # Numbers of accounts, with spaces or lines between.
    purposes: Several = ()
    territories: Said = ""
    expires: Said = ""  # The last day.
    quota: Said = ""
    amount: Said = ""
    currency: Said = ""
    per: Said = ""
    stays_after: Several = ()
    shares: Said = ""  # An account and its percent, one a line.

    def terms(self) -> Terms:
        """Return the terms, as they were typed.

        Raises:
            RightsError: INVALID.
        """
        if self.audience not in set(AUDIENCES):
            raise RightsError(Code.INVALID, "say to whom you offer it")
        return Terms(
            audience=Audience(self.audience),
            grantees=_words(self.grantees),
            purposes=tuple(Purpose(each) for each in self.purposes if each in set(Purpose)),
            territories=_words(self.territories),
            expires_at=self._end(),
            quota_total=self._quota(),
        )

    def price(self) -> Price:
        """Return the price, as it was typed.

        Raises:
            RightsError: INVALID.
        """
        if self.per not in set(Per):
            raise RightsError(Code.INVALID, "say what the price is for")
        currency = self.currency.strip().upper()
        return Price(prices.minor(self.amount, currency), currency, Per(self.per))

    def split(self, account_id: str) -> list[Share]:
        """Return the shares, the rest being of the account that makes the offer.

        Raises:
            RightsError: INVALID.
        """
        shares = [_share(line) for line in self.shares.splitlines() if line.strip()]
        rest = WHOLE - sum(share.basis_points for share in shares)
        if shares and rest < 0:
            raise RightsError(Code.INVALID, "these shares are more than 100 % together")
        return [*shares, Share(account_id, rest)] if shares and rest else shares

    def endings(self) -> list[Ending]:
        """Return after which ends what was published stays."""
        return [Ending(each) for each in self.stays_after if each in set(Ending)]

    def _end(self) -> datetime | None:
        if not self.expires.strip():
            return None
        try:
            last = date.fromisoformat(self.expires.strip())
            return datetime.combine(last + timedelta(days=1), time(), UTC)
        except (ValueError, OverflowError) as error:
            raise RightsError(Code.INVALID, "write the last day as in 2030-12-31") from error

    def _quota(self) -> int | None:
        quota = self.quota.strip()
        if not quota:
            return None
        if not (quota.isascii() and quota.isdigit() and len(quota) <= QUOTA_DIGITS_MAX):
            raise RightsError(Code.INVALID, "write with digits how many clips, or leave it empty")
        return int(quota)


@router.get(PATH)
def show_licences(rt: Rt, visitor: Anyone, offer: str = "", licence: str = "") -> HTMLResponse:
    """Show what is offered and what was accepted, newest first; each from behind one on."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        made = [view.offer for view in offers.mine(tx, actor)]
        issued = licences.mine(tx, actor)
    of_offers = paging.behind(made, offer, [each.id for each in made])
    of_licences = paging.behind(issued, licence, [each.id for each in issued])
    shown_offers, last_offer = paging.cut(of_offers, PAGE_MAX)
    shown_licences, last_licence = paging.cut(of_licences, PAGE_MAX)
    return render.page(
        visitor,
        "licences.html",
        offers=shown_offers,
        licences=shown_licences,
        next_offer=last_offer and last_offer.id,
        next_licence=last_licence and last_licence.id,
        whose=actor.account_id,
        offer_tones=OFFER_TONES,
        licence_tones=LICENCE_TONES,
        amount=prices.shown,
    )


@router.get(PATH + "/new")
def show_form(rt: Rt, visitor: Anyone, work_id: str = "") -> Response:
    """Show the form of an offer on a work; lead to the works where none is named."""
    visitor.actor(Role.RIGHTS_HOLDER)
    if not work_id:
        return render.lead(visitor, "/works", flash="licences.flash.choose")
    return _form(rt, visitor, OfferForm(work_id=work_id[: forms.FIELD_MAX]))


@router.post(PATH + "/new")
def offer_licence(rt: Rt, visitor: Anyone, form: Annotated[OfferForm, Form()]) -> Response:
    """Offer licences on a work."""

    def command(tx: Tx, member: Member) -> Done:
        view = offers.make_on_work(
            tx,
            member.principal,
            form.work_id,
            terms=form.terms(),
            price=form.price(),
            shares=form.split(member.account_id),
            stays_after=form.endings(),
        )
        is_open = view.offer.state is OfferState.OFFERED
        return Done(PATH, "licences.flash.offered" if is_open else "licences.flash.proposed")

    return forms.run(
        rt, visitor, form, command, refused=lambda error: _form(rt, visitor, form, error)
    )


@router.post(PATH + "/offers/{offer_id}/join")
def join(rt: Rt, visitor: Anyone, offer_id: str, form: Annotated[forms.Form, Form()]) -> Response:
    """Agree to one's share in an offer."""

    def command(tx: Tx, member: Member) -> Done:
        member.principal.require(Role.RIGHTS_HOLDER)
        offers.join(tx, member.principal, offer_id)
        return Done(PATH, "licences.flash.joined")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/offers/{offer_id}/withdraw")
def withdraw(
    rt: Rt, visitor: Anyone, offer_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Withdraw an offer; licences that were issued stay."""

    def command(tx: Tx, member: Member) -> Done:
        member.principal.require(Role.RIGHTS_HOLDER)
        offers.withdraw(tx, member.principal, offer_id)
        return Done(PATH, "licences.flash.withdrawn")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{licence_id}/revoke")
def revoke(
    rt: Rt, visitor: Anyone, licence_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """End a licence, at once."""

    def command(tx: Tx, member: Member) -> Done:
        member.principal.require(Role.RIGHTS_HOLDER)
        licences.revoke(tx, member.principal, licence_id)
        return Done(PATH, "licences.flash.revoked")

    return forms.run(rt, visitor, form, command)


@router.get(PATH + "/statement")
def show_statement(rt: Rt, visitor: Anyone, month: str = "") -> HTMLResponse:
    """Show what the account's shares earned in a month."""
    stated, chosen = _statement(rt, visitor, month)
    return render.page(
        visitor,
        "statement.html",
        crumbs=_crumbs(visitor),
        statement=stated,
        lines=stated.lines[:LINES_MAX],
        month=chosen,
        months=months(rt.clock()),
        amount=prices.shown,
        whole=WHOLE,
    )


@router.get(PATH + "/statement.csv")
def download_statement(rt: Rt, visitor: Anyone, month: str = "") -> StreamingResponse:
    """Write the same as a table, with all its lines."""
    stated, chosen = _statement(rt, visitor, month)
    headers = render.headers(visitor.nonce) | {
        "Content-Disposition": f'attachment; filename="statement-{chosen}.csv"'
    }
    lines = statements.table(stated)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def months(now: datetime) -> list[str]:
    """Return the latest months, this one first, as "2030-12"."""
    count = 12 * now.year + now.month - 1
    return [f"{each // 12:04}-{each % 12 + 1:02}" for each in range(count, count - MONTHS, -1)]


def _statement(rt: Runtime, visitor: Visitor, month: str) -> tuple[Statement, str]:
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    listed = months(rt.clock())
    chosen = month or listed[0]
    if chosen not in listed:
        raise RightsError(Code.NOT_FOUND, "there is no statement for this month")
    begins = datetime.fromisoformat(f"{chosen}-01T00:00:00+00:00")
    ends = (begins + timedelta(days=32)).replace(day=1)
    with rt.transaction() as tx:
        return licences.statement(tx, actor, begins=begins, ends=ends), chosen


def _form(
    rt: Runtime, visitor: Visitor, typed: OfferForm, error: RightsError | None = None
) -> HTMLResponse:
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        work = works.view(tx, actor, typed.work_id)
    return render.page(
        visitor,
        "offer_form.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=_crumbs(visitor),
        work=work,
        typed=typed,
        audiences=AUDIENCES,
        purposes=list(Purpose),
        pers=list(Per),
        endings=list(Ending),
        currencies=sorted(prices.DECIMALS),
        shares_max=offer_domain.SHARES_MAX,
        error=error and error.detail,
    )


def _share(line: str) -> Share:
    account_id, _, percent = line.strip().rpartition(" ")
    # Percent have two decimals, as most currencies have: these are basis points.
    points = prices.minor(percent.removesuffix("%"), "EUR") if account_id else 0
    if not 0 < points <= WHOLE:
        raise RightsError(Code.INVALID, "write a share as the number of an account and its percent")
    return Share(account_id.strip(), points)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _crumbs(visitor: Visitor) -> list[Crumb]:
    return [Crumb(PATH, wording_of(visitor.language).say("nav.licences"))]
