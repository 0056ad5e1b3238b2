"""Trusted flaggers: an admin says whose notices are decided first."""

from rightsd.db import accounts, claimants, notices
from rightsd.db.tx import Tx
from rightsd.domain import declaration, ids, letter
from rightsd.domain import flagger as domain
from rightsd.domain.events import Event
from rightsd.domain.flagger import Flagger
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

LIST_MAX = 500


def grant(
    tx: Tx,
    actor: Principal,
    *,
    name: str,
    account_id: str | None = None,
    email: str | None = None,
) -> Flagger:
    """Trust whoever comes with an account's key, or has answered mail to an address.

    Raises:
        RightsError: INVALID: not exactly one of the two. NOT_FOUND. CONFLICT: they are trusted.
    """
    actor.require(Role.ADMIN)
    if (account_id is None) == (email is None):
        raise RightsError(Code.INVALID, "name one account_id or one email")
    if account_id is not None and accounts.find(tx, account_id) is None:
        raise RightsError(Code.NOT_FOUND, "there is no such account")
    if email is not None and not letter.is_address(email):
        raise RightsError(Code.INVALID, "this is no e-mail address that we can write to")
    mac = notices.claimant_of(tx, account_id or declaration.mailbox(email or ""))
    event = Event("flagger.granted", ids.new("flg"), tx.now, {"account_id": actor.account_id})
    flagger = domain.evolve(None, event, name=name)
    if not claimants.insert_flagger(tx, flagger, claimant_mac=mac):
        raise RightsError(Code.CONFLICT, "this claimant is a trusted flagger already")
    tx.record(event)
    return flagger


def end(tx: Tx, actor: Principal, flagger_id: str) -> Flagger:
    """Take trust back: the notices that they give from now on wait like any others."""
    actor.require(Role.ADMIN)
    found = claimants.lock_flagger(tx, flagger_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no such trusted flagger")
    event = Event("flagger.ended", found.id, tx.now, {"account_id": actor.account_id})
    ended = domain.evolve(found, event)
    claimants.update_flagger(tx, ended)
    tx.record(event)
    return ended


def published(tx: Tx) -> list[Flagger]:
    """Return the trusted flaggers, former ones too: anyone may know them."""
    return claimants.flaggers(tx, limit=LIST_MAX)
