"""Being signed in: beginning, going on, and ending it, here or everywhere."""

import hashlib
import secrets
from datetime import datetime

from rightsd.db import accounts, members, sessions
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import session as domain
from rightsd.domain.member import Member
from rightsd.domain.session import Session, Way
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

TOKEN_CHARS_MAX = 100


def begin(tx: Tx, member: Member, *, way: Way, agent: str) -> str:
    """Sign a member in; return the token that their browser shows from now on.

    Args:
        tx: The transaction.
        member: Who.
        way: How they have shown who they are.
        agent: The User-Agent of their browser.
    """
    token = secrets.token_urlsafe(domain.TOKEN_BYTES)
    session = Session(
        id=ids.new("ses"),
        member_id=member.id,
        way=way,
        browser=domain.browser(agent),
        opened_at=tx.now,
        used_at=tx.now,
        expires_at=tx.now + domain.lifetime(member.role),
    )
    sessions.insert(tx, session, token_hash=_hash(token))
    return token


def find(tx: Tx, token: str) -> tuple[Session, Member] | None:
    """Return the session that a token is of, if it stands, and whose; note that it is used."""
    if len(token) > TOKEN_CHARS_MAX:
        return None
    session = sessions.find(tx, _hash(token), used_after=_idle(tx.now))
    member = None if session is None else members.find(tx, session.member_id)
    if session is None or member is None:
        return None
    if tx.now - session.used_at >= domain.USED_EVERY:
        sessions.use(tx, session.id)
    return session, member


def again(tx: Tx, token: str) -> Member:
    """Return who is signed in by a token as of this transaction, in which they do something.

    Who it was when they were asked for the page may have been let go since, or be an owner no more.
    Their account is held, so that it is not closed before what they do is done.

    Raises:
        RightsError: UNAUTHENTICATED: nobody is, any more.
    """
    session = sessions.find(tx, _hash(token), used_after=_idle(tx.now))
    member = None if session is None else members.find(tx, session.member_id)
    if member is None or not accounts.hold(tx, member.account_id):
        raise RightsError(Code.UNAUTHENTICATED, "you were signed out meanwhile; sign in again")
    return member


def mine(tx: Tx, actor: Member) -> list[Session]:
    """Return where one is signed in, the session that was used last first."""
    return sessions.of_member(tx, actor.id, used_after=_idle(tx.now))


def end(tx: Tx, actor: Member, session_id: str) -> None:
    """End one of one's sessions."""
    if not sessions.end(tx, session_id, member_id=actor.id):
        raise RightsError(Code.NOT_FOUND, "there is no such session, or it is over")


def end_all(tx: Tx, actor: Member) -> int:
    """End every session of one's own, this one too; return how many there were."""
    return sessions.end_of_member(tx, actor.id)


def forget_old(rt: Runtime) -> int:
    """Forget sessions that are long over; return how many."""
    with rt.transaction() as tx:
        return sessions.delete_older(tx, tx.now - domain.KEPT)


def _idle(now: datetime) -> datetime:
    return now - domain.IDLE


def _hash(token: str) -> bytes:
    """Return what is kept of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()
