"""What every change of a notice has in common: who may, the row, the letters and the event."""

import hashlib
import hmac
import re
from collections.abc import Mapping

from rightsd.db import letters, notices, statements_of_reasons
from rightsd.db.letters import Kind as LetterKind
from rightsd.db.tx import Tx
from rightsd.domain import letter
from rightsd.domain import notice as domain
from rightsd.domain import statement_of_reasons as reasons
from rightsd.domain.events import Event, Value
from rightsd.domain.notice import Notice
from rightsd.domain.principal import Principal
from rightsd.domain.regime import Claim
from rightsd.errors import Code, RightsError

ID = re.compile(r"ntc_[0-9a-f]{32}")
# What both sides are given a statement of reasons about.
DECIDING = frozenset(
    {"notice.upheld", "notice.rejected", "notice.affirmed", "notice.reversed", "notice.restored"}
)
# What the claimant is written to about, beside what they send: each happens once, or is a
# reviewer's.
LETTERS: Mapping[str, LetterKind] = {
    "notice.upheld": LetterKind.NOTICE_DECIDED,
    "notice.rejected": LetterKind.NOTICE_DECIDED,
    "notice.affirmed": LetterKind.NOTICE_DECIDED,
    "notice.reversed": LetterKind.NOTICE_DECIDED,
    "notice.countered": LetterKind.NOTICE_COUNTERED,
    "notice.restored": LetterKind.NOTICE_RESTORED,
}


def hash_of(token: str) -> bytes:
    """Return what is kept of a token that was shown to a claimant once."""
    return hashlib.sha256(token.encode()).digest()


def is_mailed(tx: Tx, notice_id: str, token: str) -> bool:
    """Return whether a token is that of the link in our mail to the claimant."""
    return hmac.compare_digest(letter.secret_of(token), notices.token_of(tx, notice_id))


def require_claimant(tx: Tx, notice_id: str, token: str | None, actor: Principal | None) -> None:
    """Allow whoever gave a notice.

    They have the token that the answer showed once, that of the link in our mail, or the key of
    the account that gave it.

    Raises:
        RightsError: NOT_FOUND.
    """
    # It comes from the path of a page as well, where anything can stand.
    notice = notices.find(tx, notice_id) if ID.fullmatch(notice_id) else None
    account_id = notice and notice.claimant.account_id
    if actor is not None and account_id == actor.account_id:
        return
    expected = (notice and notices.token_hash(tx, notice_id)) or bytes(32)
    shown = token is not None and hmac.compare_digest(hash_of(token), expected)
    mailed = token is not None and is_mailed(tx, notice_id, token)
    if notice is None or not (shown or mailed):
        raise RightsError(Code.NOT_FOUND, "there is no such notice under this token")


def lock(tx: Tx, notice_id: str) -> Notice:
    """Return a notice, locked.

    Raises:
        RightsError: NOT_FOUND.
    """
    notice = notices.lock(tx, notice_id)
    if notice is None:
        raise RightsError(Code.NOT_FOUND, "there is no such notice")
    return notice


def lock_of_claimant(
    tx: Tx, notice_id: str, token: str | None, actor: Principal | None = None
) -> Notice:
    """Return a notice, locked, to whoever gave it.

    Raises:
        RightsError: NOT_FOUND.
    """
    require_claimant(tx, notice_id, token, actor)
    return lock(tx, notice_id)


def change(
    tx: Tx,
    notice: Notice,
    kind: str,
    facts: Mapping[str, Value],
    *,
    claim: Claim | None = None,
    words: str | None = None,
) -> Notice:
    """Let an event happen to a locked notice: row, statement of reasons, letter, ledger."""
    event = Event(kind, notice.id, tx.now, facts)
    changed = domain.evolve(notice, event, claim=claim, words=words)
    notices.update(tx, changed)
    tell(tx, changed, event)
    return changed


def tell(tx: Tx, notice: Notice, event: Event) -> None:
    """Record an event that has been written to the row, and write to whom it concerns."""
    if event.kind in DECIDING:
        statement = reasons.of(notice)
        assert statement is not None
        statements_of_reasons.insert(tx, statement)
    if event.kind in LETTERS and notice.claim.email:
        letters.post(tx, notice.id, LETTERS[event.kind])
    tx.record(event)
