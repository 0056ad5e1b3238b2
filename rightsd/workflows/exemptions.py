"""Exemptions from stay-down: licensed copies, news, and what someone shows of their own."""

from collections.abc import Mapping

from rightsd.db import accounts, exemptions, licences, notices, standing, staydowns
from rightsd.db.tx import Tx
from rightsd.domain import exemption as domain
from rightsd.domain import ids
from rightsd.domain.events import Event, Value
from rightsd.domain.exemption import Exemption, Terms
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

LIST_MAX = 200
BATCH = 100


def grant(tx: Tx, actor: Principal, terms: Terms) -> Exemption:
    """Let an account, or the holder of a licence, show copies of something that stays down.

    A job shows again what was withdrawn and may be shown now.

    Raises:
        RightsError: INVALID; NOT_FOUND: nothing by this id is to stay down, or there is no such
            account or licence; CONFLICT: it is of a kind of which there are no exemptions.
    """
    actor.require(Role.REVIEWER)
    _check(tx, terms)
    # Jobs that withdraw copies hold these: what they withdraw is committed, and found by ours.
    for cause in standing.barred_by(tx, terms.thing):
        notices.lock(tx, cause)
        staydowns.lock(tx, cause)
    bar = standing.bars(tx, [terms.thing]).get(terms.thing)
    if bar is None:
        raise RightsError(Code.NOT_FOUND, "nothing by this id is to stay down")
    if bar.closed:
        detail = f"there are no exemptions for what was taken down as {' and '.join(bar.kinds)}"
        raise RightsError(Code.CONFLICT, detail)
    facts = terms.facts() | {"reviewer_id": actor.account_id}
    event = Event("exemption.granted", ids.new("exm"), tx.now, facts)
    granted = domain.evolve(None, event, terms=terms)
    exemptions.insert(tx, granted)
    tx.record(event)
    return granted


def end(tx: Tx, actor: Principal, exemption_id: str) -> Exemption:
    """End an exemption: from this commit on what it let be shown is not shown any more."""
    actor.require(Role.REVIEWER)
    found = exemptions.lock(tx, exemption_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no such exemption")
    standing.lock_causes(tx)  # Releases rest on it.
    return _end(tx, found, {"reviewer_id": actor.account_id})


def end_due(rt: Runtime) -> int:
    """End exemptions whose time, or licence, is over; return how many.

    They permit nothing before that too: what is out under them is withdrawn, and platforms told.
    """
    with rt.transaction() as tx:
        due = exemptions.lock_due(tx, BATCH)
        if due:
            standing.lock_causes(tx)
        for exemption in due:
            _end(tx, exemption, {})
    return len(due)


def newest(tx: Tx, actor: Principal) -> list[Exemption]:
    """Return exemptions, the newest first, ended ones too."""
    actor.require(Role.REVIEWER)
    return exemptions.newest(tx, limit=LIST_MAX)


def _end(tx: Tx, exemption: Exemption, facts: Mapping[str, Value]) -> Exemption:
    event = Event("exemption.ended", exemption.id, tx.now, facts)
    ended = domain.evolve(exemption, event)
    exemptions.update(tx, ended)
    tx.record(event)
    return ended


def _check(tx: Tx, terms: Terms) -> None:
    if (terms.account_id is None) == (terms.licence_id is None):
        raise RightsError(Code.INVALID, "an exemption is for an account or for a licence")
    if not tx.now < terms.expires_at <= tx.now + domain.SPAN_MAX:
        detail = f"an exemption ends within {domain.DAYS_MAX} days, and not before it begins"
        raise RightsError(Code.INVALID, detail)
    if terms.account_id is not None and accounts.find(tx, terms.account_id) is None:
        raise RightsError(Code.NOT_FOUND, "there is no such account")
    if terms.licence_id is not None and licences.find(tx, terms.licence_id) is None:
        raise RightsError(Code.NOT_FOUND, "there is no such licence")
