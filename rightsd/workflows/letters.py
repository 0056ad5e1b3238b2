"""The mail: what is due in the outbox is composed of the rows, and goes out.

A crash between sending a letter and noting that sends it again.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from rightsd.db import declarations, escalations, letters, platforms
from rightsd.db.letters import Due, Kind
from rightsd.db.tx import Tx
from rightsd.domain import declaration, letter
from rightsd.domain.letter import Letter
from rightsd.domain.proof import Issuer
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

MAIL_BATCH = 10
MAIL_ATTEMPTS_MAX = 8  # At 1, 2, 4 … minutes: two hours in all.
MAIL_AGAIN = timedelta(minutes=1)

logger = logging.getLogger(__name__)


def mail_due(rt: Runtime) -> int:
    """Mail the letters that are due; return how many went out."""
    with rt.transaction() as tx:
        due = letters.take_due(
            tx, again_at=tx.now + MAIL_AGAIN, attempts_max=MAIL_ATTEMPTS_MAX, limit=MAIL_BATCH
        )
    return sum(_mail(rt, one) for one in due)


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
    overdue = escalations.overdue(tx, platform_id)
    if platform is None or not letter.is_address(platform.integration.contact):
        return None
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


# What each says, by what it is about; None: there is nobody to write to any more.
COMPOSERS: Mapping[Kind, Callable[[Tx, Issuer, str], Letter | None]] = {
    Kind.DECLARATION_CONFIRM: _confirmation,
    Kind.PLATFORM_OVERDUE: _overdue,
}
