"""Signing in by a link that comes by mail.

Whoever asks is told the same, whether or not there is such a member: who belongs to us is nobody
else's business. The link works in the browser that asked alone, so that nobody can be brought to
sign someone else in by a link that they are sent.
"""

import hashlib
import hmac
from dataclasses import dataclass

from rightsd.db import letters, members, passkeys, signins, turns
from rightsd.db.letters import Kind
from rightsd.db.tx import Tx
from rightsd.domain import ids, letter
from rightsd.domain import signin as domain
from rightsd.domain.letter import Language
from rightsd.domain.member import Member, mailbox
from rightsd.domain.signin import SignIn
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

GONE = "this link was used, has run out, or never was one; ask for another"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link leads to.

    Attributes:
        members: Those who can be signed in by it: one address may belong to several accounts.
        is_here: Whether this is the browser that asked.
    """

    sign_in: SignIn
    members: tuple[Member, ...]
    is_here: bool


def ask(tx: Tx, *, address: str, browser: bytes, language: Language) -> None:
    """Send a link to an address, if it is a member's and few were sent lately.

    Whose it is, is looked up when the letter is composed, and not here: how long the answer takes
    would tell.

    Args:
        tx: The transaction.
        address: As it was typed.
        browser: A secret of the browser that asks.
        language: Of the letter, for those who have not chosen one.

    Raises:
        RightsError: INVALID: it is no address.
    """
    mac = members.address_mac(tx, mailbox(address))
    turns.take(tx, f"sign-in {mac.hex()}")
    lately = signins.count_of_address(tx, mac, after=tx.now - domain.PER_ADDRESS_WITHIN)
    if lately >= domain.PER_ADDRESS_MAX:
        return  # Nor is this told: it would be by whom else a link was asked for.
    made = _insert(tx, mac, hashlib.sha256(browser).digest(), language)
    letters.post(tx, made.id, Kind.SIGN_IN_CONFIRM)


def ask_as_operator(tx: Tx, member: Member) -> str:
    """Return the path of a link that signs a member in, in any browser: for whoever runs this."""
    mac = members.address_mac(tx, member.address)
    made = _insert(tx, mac, None, member.language or Language.EN)
    return letter.link("", domain.path(made.id), signins.token_of(tx, made.id))


def look_up(tx: Tx, sign_in_id: str, *, token: str, browser: bytes) -> Asked:
    """Return what a link leads to; looking uses nothing up, since mail filters follow links too.

    Raises:
        RightsError: NOT_FOUND.
    """
    expected = signins.token_of(tx, sign_in_id)
    found = signins.find(tx, sign_in_id)
    if (
        not hmac.compare_digest(letter.secret_of(token), expected)
        or found is None
        or found.used_at is not None
        or found.expires_at <= tx.now
    ):
        raise RightsError(Code.NOT_FOUND, GONE)
    is_here = found.browser_hash is None or hmac.compare_digest(
        hashlib.sha256(browser).digest(), found.browser_hash
    )
    return Asked(found, tuple(members.with_address(tx, found.address_mac)), is_here)


def use(tx: Tx, sign_in_id: str, *, token: str, browser: bytes, member_id: str | None) -> Member:
    """Use a link up; return who signs in.

    Args:
        tx: The transaction.
        sign_in_id: Which link.
        token: Its secret.
        browser: The secret of this browser.
        member_id: As whom, if the address is that of several members.

    Raises:
        RightsError: NOT_FOUND, or FORBIDDEN: this is not the browser that asked.
    """
    asked = look_up(tx, sign_in_id, token=token, browser=browser)
    if not asked.is_here:
        raise RightsError(Code.FORBIDDEN, "open the link in the browser in which you asked for it")
    fitting = [each for each in asked.members if member_id in {None, each.id}]
    if not fitting or not signins.use(tx, sign_in_id):
        raise RightsError(Code.NOT_FOUND, GONE)
    return fitting[0]


def forget_old(rt: Runtime) -> int:
    """Forget links, and what passkeys were to sign, that have run out; return how many."""
    with rt.transaction() as tx:
        before = tx.now - domain.KEPT
        return signins.delete_older(tx, before) + passkeys.delete_challenges_older(tx, before)


def _insert(tx: Tx, mac: bytes, browser_hash: bytes | None, language: Language) -> SignIn:
    made = SignIn(ids.new("sgn"), mac, browser_hash, language, tx.now + domain.WITHIN, None)
    signins.insert(tx, made)
    return made
