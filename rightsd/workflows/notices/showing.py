"""Showing notices: to whoever gave them, and to whoever made what they are against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsd.db import claimants, matches, notices, statements_of_reasons
from rightsd.db.tx import Tx
from rightsd.domain.flagger import Accuracy
from rightsd.domain.notice import Notice
from rightsd.domain.principal import Principal
from rightsd.domain.statement_of_reasons import Statement
from rightsd.errors import Code, RightsError
from rightsd.workflows.notices import changing

MINE_MAX = 200
ACCURACY_WITHIN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice with every decision that was made on it.

    Attributes:
        mailed: Whoever asks followed the link in our mail.
    """

    notice: Notice
    statements: Sequence[Statement]
    mailed: bool


def look_up(
    tx: Tx, notice_id: str, *, token: str | None = None, actor: Principal | None = None
) -> Notice:
    """Return a notice to its claimant."""
    changing.require_claimant(tx, notice_id, token, actor)
    notice = notices.find(tx, notice_id)
    assert notice is not None
    return notice


def statements(
    tx: Tx, notice_id: str, *, token: str | None = None, actor: Principal | None = None
) -> Shown:
    """Return a notice and its statements of reasons, to its claimant or the output's creator.

    Raises:
        RightsError: NOT_FOUND for anyone else. UNAUTHENTICATED: neither token nor key came.
    """
    if (
        token is None
        and actor is not None
        and actor.account_id == notices.creator_of(tx, notice_id)
    ):
        pass
    elif token is not None or actor is not None:
        changing.require_claimant(tx, notice_id, token, actor)
    else:
        detail = "this needs the claimant's Notice-Token, or the API key of the output's creator"
        raise RightsError(Code.UNAUTHENTICATED, detail)
    notice = notices.find(tx, notice_id)
    if notice is None:
        raise RightsError(Code.NOT_FOUND, "there is no such notice")
    mailed = token is not None and changing.is_mailed(tx, notice_id, token)
    return Shown(notice, statements_of_reasons.of_notice(tx, notice_id), mailed)


def against_mine(tx: Tx, actor: Principal) -> list[Notice]:
    """Return the notices against the actor's outputs, the newest first, once they were decided."""
    found = notices.against(tx, actor.account_id, limit=MINE_MAX)
    return [each for each in found if each.decided_at is not None]


def given(
    tx: Tx, actor: Principal, *, before: tuple[datetime, str] | None = None, limit: int
) -> list[Notice]:
    """Return the notices that the account has given, newest first: see `notices.given_by`."""
    return notices.given_by(tx, actor.account_id, before=before, limit=limit)


def own(tx: Tx, actor: Principal, notice_id: str) -> Shown:
    """Return a notice that the account has given, and its statements of reasons.

    Raises:
        RightsError: NOT_FOUND.
    """
    notice = look_up(tx, notice_id, actor=actor)
    return Shown(notice, statements_of_reasons.of_notice(tx, notice_id), mailed=False)


def prevented(tx: Tx, actor: Principal, notice_id: str) -> int:
    """Return how many clips and files showed what a notice of the account keeps down."""
    notice = look_up(tx, notice_id, actor=actor)
    if notice.generation_id is None or not notice.stands:
        return 0
    return matches.count(tx, notice.generation_id)


def accuracy(tx: Tx) -> list[Accuracy]:
    """Return how often claimants were right in the last year, as anyone may know."""
    return claimants.accuracy(tx, within=ACCURACY_WITHIN)
