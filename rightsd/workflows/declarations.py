"""Opting a work out without an account: declare it, answer the mail, look at it, lift it.

The link in the mail is all that its holder needs. Confirming opens an account for the claimant
that nobody has a key to; an admin can make one for whoever shows who they are, later.
"""

import hmac
from datetime import timedelta

from rightsd.db import (
    accounts,
    claims,
    declarations,
    imports,
    letters,
    optouts,
    revocations,
    standing,
    works,
)
from rightsd.db.tx import Tx
from rightsd.domain import account as account_domain
from rightsd.domain import declaration as domain
from rightsd.domain import ids, letter, matching, radius
from rightsd.domain import optout as optout_domain
from rightsd.domain import work as work_domain
from rightsd.domain.declaration import CONFIRM_WITHIN, Declaration, Declared, State
from rightsd.domain.events import Event
from rightsd.domain.letter import Language
from rightsd.domain.optout import State as OptoutState
from rightsd.domain.principal import Role
from rightsd.domain.radius import Cap
from rightsd.domain.work import Alias
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OF_EMAIL_PER_DAY = 3  # Whoever did not ask for our mail gets no more of it than that.
OF_ADDRESS_PER_DAY = 10
OF_ALL_PER_HOUR = 200  # No list of addresses makes us send more.
STANDING_MAX = 20  # Of one mailbox; owners of more open an account.
FORGET_BATCH = 500


def declare(tx: Tx, declared: Declared, *, language: Language, address: str) -> Declaration:
    """Take a declaration in; its link goes out by mail, and until it is followed nothing is so.

    Args:
        tx: The transaction.
        declared: What is declared.
        language: Of the mail and the page.
        address: The network address that it came from.

    Raises:
        RightsError: INVALID: names or address are none we take. TOO_MANY.
    """
    domain.require(declared)
    _names(declared)
    mailbox, origin = domain.mailbox(declared.email), domain.origin(address)
    declarations.take_turn(tx)
    _require_room(tx, mailbox, origin)
    declaration = Declaration(ids.new("dec"), language, declared, tx.now, None, None, None)
    declarations.insert(tx, declaration, mailbox=mailbox, origin=origin)
    letters.post(tx, declaration.id, letters.Kind.DECLARATION_CONFIRM)
    return declaration


def look_up(tx: Tx, declaration_id: str, *, token: str) -> Declaration:
    """Return a declaration to whoever has its link.

    Raises:
        RightsError: NOT_FOUND, also when it was not confirmed in time.
    """
    _require_token(tx, declaration_id, token)
    return _present(tx, declarations.find(tx, declaration_id))


def confirm(tx: Tx, declaration_id: str, *, token: str, cap: Cap = radius.CAP) -> Declaration:
    """Put a declaration into effect, from this commit on; once more changes nothing.

    Names that would refuse more than the cap wait for a reviewer, as those of any claim do.
    """
    _require_token(tx, declaration_id, token)
    declarations.take_turn(tx)
    declaration = _present(tx, declarations.lock(tx, declaration_id))
    if declaration.state is not State.UNCONFIRMED:
        return declaration
    declared = declaration.declared
    mailbox = domain.mailbox(declared.email)
    if declarations.count_standing(tx, mailbox) >= STANDING_MAX:
        detail = f"{STANDING_MAX} opt-outs stand under this address; ask for an account for more"
        raise RightsError(Code.TOO_MANY, detail)
    account_id = declarations.account_of(tx, mailbox) or _open_account(tx, declared.owner)
    optout_id = _opt_out(tx, account_id, declared, cap)
    declarations.confirm(tx, declaration_id, account_id=account_id, optout_id=optout_id)
    letters.cancel(tx, declaration_id, letters.Kind.DECLARATION_CONFIRM)
    return _present(tx, declarations.find(tx, declaration_id))


def lift(tx: Tx, declaration_id: str, *, token: str) -> Declaration:
    """Lift the opt-out that a declaration led to; once more changes nothing.

    Raises:
        RightsError: CONFLICT, when it has not been confirmed.
    """
    _require_token(tx, declaration_id, token)
    declaration = _present(tx, declarations.lock(tx, declaration_id))
    if declaration.optout_id is None:
        raise RightsError(Code.CONFLICT, "this has not been confirmed, so there is nothing to lift")
    optout = optouts.lock(tx, declaration.optout_id)
    assert optout is not None
    if optout.state is OptoutState.STANDING:
        revocations.require_unsuspended(tx, [optout.work_id])
        event = Event("optout.lifted", optout.id, tx.now, {})
        optouts.update_state(tx, optout_domain.evolve(optout, event))
        tx.record(event)
    return _present(tx, declarations.find(tx, declaration_id))


def forget_old(rt: Runtime) -> int:
    """Delete what was not confirmed in time, and forget where the rest came from."""
    with rt.transaction() as tx:
        declarations.forget_origins(tx, before=tx.now - DAY)
        before = tx.now - CONFIRM_WITHIN
        return declarations.delete_unconfirmed(tx, before=before, limit=FORGET_BATCH)


def link(tx: Tx, url: str, declaration_id: str) -> str:
    """Return the link of a declaration, under the daemon's address."""
    path = domain.path(declaration_id)
    return letter.link(url, path, declarations.token_of(tx, declaration_id))


def _require_token(tx: Tx, declaration_id: str, token: str) -> None:
    known = declarations.token_of(tx, declaration_id)
    if not hmac.compare_digest(letter.secret_of(token), known):
        raise RightsError(Code.NOT_FOUND, "there is no such opt-out under this link")


def _present(tx: Tx, declaration: Declaration | None) -> Declaration:
    if declaration is None or declaration.lapsed(tx.now):
        raise RightsError(Code.NOT_FOUND, "this was not confirmed in time; declare it anew")
    return declaration


def _require_room(tx: Tx, mailbox: str, origin: str) -> None:
    """Check the limits.

    Raises:
        RightsError: TOO_MANY.
    """
    day, hour = tx.now - DAY, tx.now - HOUR
    for counted, most, detail in (
        (
            declarations.count(tx, since=day, mailbox=mailbox),
            OF_EMAIL_PER_DAY,
            "this e-mail address has been written to often enough today",
        ),
        (
            declarations.count(tx, since=day, origin=origin),
            OF_ADDRESS_PER_DAY,
            "too much has been declared from your network address today",
        ),
        (
            declarations.count(tx, since=hour),
            OF_ALL_PER_HOUR,
            "too much is being declared; try again in an hour",
        ),
    ):
        if counted >= most:
            raise RightsError(Code.TOO_MANY, detail)


def _names(declared: Declared) -> list[Alias]:
    """Return the names of the work as they are kept, each once.

    Raises:
        RightsError: INVALID, when one is no name that is taken.
    """
    names = [work_domain.named(Alias(name)) for name in (declared.title, *declared.aliases)]
    return list({matching.fold(name.shown): name for name in names}.values())


def _open_account(tx: Tx, name: str) -> str:
    """Open the account of a claimant, without a key."""
    facts = {"role": Role.RIGHTS_HOLDER.value}
    event = Event("account.opened", ids.new("acc"), tx.now, facts)
    accounts.insert(tx, account_domain.evolve(None, event, name=name))
    tx.record(event)
    return event.subject


def _opt_out(tx: Tx, account_id: str, declared: Declared, cap: Cap) -> str:
    """Register the work and opt it out; return the id of the opt-out."""
    said = {"account_id": account_id, "tier": domain.TIER}
    facts = {**said, "kind": declared.kind.value}
    registered = Event("work.registered", ids.new("wrk"), tx.now, facts)
    work = work_domain.evolve(None, registered, title=declared.title)
    works.insert(tx, work)
    works.insert_aliases(tx, work.id, _names(declared))
    tx.record(registered)
    event = Event("optout.registered", ids.new("opt"), tx.now, {**said, "work_id": work.id})
    asked = claims.lately(tx)
    # In the order in which whoever has an account does it: see workflows/optouts.py.
    imports.hold_account(tx, account_id)
    inserted = optouts.insert(tx, optout_domain.evolve(None, event))
    assert inserted
    tx.record(event)
    claims.hold(tx, [work.id])
    claims.brake(tx, work, asked, cap)
    claims.contest(tx, [work.id])
    standing.lock_causes(tx)
    return event.subject
