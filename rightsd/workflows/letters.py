"""The mail: what is due in the outbox is composed of the rows, and goes out.

A crash between sending a letter and noting that sends it again.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from rightsd.db import (
    claimants,
    declarations,
    escalations,
    invites,
    letters,
    members,
    notices,
    platforms,
    signins,
)
from rightsd.db.letters import Due, Kind
from rightsd.db.tx import Tx
from rightsd.domain import declaration, invite, letter, memberletter, noticeletter, signin
from rightsd.domain.letter import Letter
from rightsd.domain.proof import Issuer
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

MAIL_BATCH = 10
MAIL_ATTEMPTS_MAX = 8  # At 1, 2, 4 … minutes: two hours in all.
MAIL_AGAIN = timedelta(minutes=1)

logger = logging.getLogger(__name__)


def mail_due(rt: Runtime) -> int:
    """Mail the letters that are due; return how many went out.

    Strangers ask for letters that nobody gets: however many of these there are, none of the others
    waits for the next time.
    """
    mailed, due = 0, _take_due(rt)
    while due:
        mailed += sum(_mail(rt, one) for one in due)
        due = _take_due(rt) if len(due) == MAIL_BATCH and not rt.stopping.is_set() else []
    return mailed


def _take_due(rt: Runtime) -> list[Due]:
    with rt.transaction() as tx:
        return letters.take_due(
            tx, again_at=tx.now + MAIL_AGAIN, attempts_max=MAIL_ATTEMPTS_MAX, limit=MAIL_BATCH
        )


def _mail(rt: Runtime, due: Due) -> bool:
    """Mail a letter; return whether it went out. If not, it may be due again later."""
    try:
        with rt.transaction() as tx:
            composed = COMPOSERS[due.kind](tx, rt.issuer, due.owner_id)
        if composed is not None:
            rt.mailer.send(composed)
    except RightsError as error:
        logger.warning("letter %s of %s did not go out: %s", due.id, due.owner_id, error.detail)
        if error.code is Code.UNAVAILABLE:
            return False
        composed = None
    with rt.transaction() as tx:
        letters.end(tx, due.id, sent_at=composed and tx.now)
    return composed is not None


def _confirmation(tx: Tx, issuer: Issuer, declaration_id: str) -> Letter | None:
    found = declarations.find(tx, declaration_id)
    if found is None:
        return None
    secret = declarations.token_of(tx, declaration_id)
    return letter.confirmation(
        found.declared.email,
        found.language,
        link=letter.link(issuer.url, declaration.path(declaration_id), secret),
        within=declaration.CONFIRM_WITHIN,
        operator=issuer.operator,
    )


def _overdue(tx: Tx, issuer: Issuer, platform_id: str) -> Letter | None:
    platform = platforms.find(tx, platform_id)
    if platform is None or not letter.is_address(platform.integration.contact):
        return None
    overdue = escalations.overdue(tx, [platform_id])[platform_id]
    if overdue.receipt + overdue.removal == 0:
        return None  # It has answered meanwhile.
    return letter.reminder(
        platform.integration.contact,
        platform_id=platform_id,
        receipt=overdue.receipt,
        removal=overdue.removal,
        url=issuer.url,
        operator=issuer.operator,
    )


def _disabled(tx: Tx, issuer: Issuer, platform_id: str) -> Letter | None:
    platform = platforms.find(tx, platform_id)
    if platform is None or not letter.is_address(platform.integration.contact):
        return None
    if platform.disabled_because is None:
        return None  # It was enabled meanwhile, or closed.
    return letter.disabled(
        platform.integration.contact,
        platform_id=platform_id,
        because=platform.disabled_because,
        url=issuer.url,
        operator=issuer.operator,
    )


def _of_notice(
    write: Callable[..., Letter], tx: Tx, issuer: Issuer, notice_id: str
) -> Letter | None:
    notice = notices.find(tx, notice_id)
    if notice is None or not notice.claim.email:
        return None
    return write(notice, link=_link(tx, issuer, notice_id), operator=issuer.operator)


def _of_suspension(tx: Tx, issuer: Issuer, notice_id: str) -> Letter | None:
    notice, found = notices.find(tx, notice_id), claimants.suspension_by_notice(tx, notice_id)
    if notice is None or found is None or not notice.claim.email:
        return None
    link = _link(tx, issuer, notice_id)
    return noticeletter.suspended(notice, found, link=link, operator=issuer.operator)


def _sign_in(tx: Tx, issuer: Issuer, sign_in_id: str) -> Letter | None:
    found = signins.find(tx, sign_in_id)
    if found is None or found.used_at is not None or found.expires_at <= tx.now:
        return None
    addressed = [each for each in members.with_address(tx, found.address_mac) if each.address]
    if not addressed:
        return None
    secret = signins.token_of(tx, sign_in_id)
    return memberletter.sign_in(
        addressed[0].address,
        next((each.language for each in addressed if each.language), found.language),
        link=letter.link(issuer.url, signin.path(sign_in_id), secret),
        operator=issuer.operator,
    )


def _invite(tx: Tx, issuer: Issuer, invite_id: str) -> Letter | None:
    found = invites.find(tx, invite_id)
    if found is None or not found.is_open(tx.now) or not found.address:
        return None
    secret = invites.token_of(tx, invite_id)
    return memberletter.invited(
        found.address,
        found.language,
        found.opens,
        link=letter.link(issuer.url, invite.path(invite_id), secret),
        operator=issuer.operator,
    )


def _link(tx: Tx, issuer: Issuer, notice_id: str) -> str:
    return letter.link(issuer.url, noticeletter.path(notice_id), notices.token_of(tx, notice_id))


# What each says, by what it is about; None: there is nobody to write to any more.
COMPOSERS: Mapping[Kind, Callable[[Tx, Issuer, str], Letter | None]] = {
    Kind.DECLARATION_CONFIRM: _confirmation,
    Kind.PLATFORM_OVERDUE: _overdue,
    Kind.PLATFORM_DISABLED: _disabled,
    Kind.NOTICE_RECEIVED: partial(_of_notice, noticeletter.receipt),
    Kind.NOTICE_AMENDED: partial(_of_notice, noticeletter.amended),
    Kind.NOTICE_DECIDED: partial(_of_notice, noticeletter.decided),
    Kind.NOTICE_COUNTERED: partial(_of_notice, noticeletter.countered),
    Kind.NOTICE_RESTORED: partial(_of_notice, noticeletter.decided),
    Kind.NOTICE_APPEALED: partial(_of_notice, noticeletter.appealed),
    Kind.NOTICE_LAPSED: partial(_of_notice, noticeletter.lapsed),
    Kind.SIGN_IN_CONFIRM: _sign_in,
    Kind.INVITE_ACCEPT: _invite,
    Kind.SUSPENSION_IMPOSED: _of_suspension,
    Kind.SUSPENSION_DECIDED: _of_suspension,
}
