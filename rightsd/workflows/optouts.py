"""Opting works out, and lifting that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rightsd.db import claims, imports, optouts, revocations, standing, works
from rightsd.db.tx import Tx
from rightsd.domain import catalogue, ids, radius
from rightsd.domain import optout as domain
from rightsd.domain.events import Event
from rightsd.domain.optout import Optout
from rightsd.domain.principal import Principal, Role
from rightsd.domain.radius import Cap
from rightsd.domain.work import Standing
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

LIST_MAX = 500
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Effect:
    """What an opt-out does about names that do not refuse.

    Attributes:
        waiting: Names that would refuse so much that a reviewer is asked first.
        contested: Names that someone else claims with more right so far: they hold for review.
        lost: Names that are not the claimant's, as a reviewer found.
    """

    waiting: tuple[str, ...]
    contested: tuple[str, ...]
    lost: tuple[str, ...]


def register(tx: Tx, actor: Principal, *, work_id: str, cap: Cap = radius.CAP) -> Optout:
    """Opt a work out, from this commit on and for what is published already.

    Names that no reviewer has found to be the work's own, and that would refuse more than the cap,
    wait for one, and names that others claim are contested; the others refuse at once.
    """
    actor.require(Role.RIGHTS_HOLDER)
    work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
    facts = {"account_id": actor.account_id, "work_id": work_id}
    event = Event("optout.registered", ids.new("opt"), tx.now, facts)
    optout = domain.evolve(None, event)
    asked = claims.lately(tx)
    imports.hold_account(tx, actor.account_id)
    if not optouts.insert(tx, optout):
        raise RightsError(Code.CONFLICT, "this work is opted out already")
    tx.record(event)
    claims.hold(tx, [work_id])
    claims.brake(tx, work, asked, cap)
    claims.contest(tx, [work_id])
    standing.lock_causes(tx)
    return optout


def lift(tx: Tx, actor: Principal, optout_id: str) -> Optout:
    """Lift an opt-out."""
    actor.require(Role.RIGHTS_HOLDER)
    optout = optouts.lock(tx, optout_id)
    if optout is None:
        raise RightsError(Code.NOT_FOUND, "there is no such opt-out")
    actor.require_owner(optout.account_id, "opt-out")
    revocations.require_unsuspended(tx, [optout.work_id])
    event = Event("optout.lifted", optout.id, tx.now, {})
    optout = domain.evolve(optout, event)
    optouts.update_state(tx, optout)
    tx.record(event)
    return optout


def mine(tx: Tx, actor: Principal) -> list[Optout]:
    """Return the opt-outs that the account registered."""
    actor.require(Role.RIGHTS_HOLDER)
    return optouts.of_account(tx, actor.account_id, limit=LIST_MAX)


def over(tx: Tx, actor: Principal, work_id: str) -> Optout | None:
    """Return the opt-out that stands over one's work, if one does."""
    actor.require(Role.RIGHTS_HOLDER)
    found = optouts.over(tx, work_id)
    return found if found is not None and found.account_id == actor.account_id else None


def effects(tx: Tx, optouts_: Sequence[Optout]) -> dict[str, Effect]:
    """Return what opt-outs do about names that do not refuse, by the work's id."""
    return {
        work_id: Effect(
            waiting=_that(names, Standing.WAITING),
            contested=_that(names, Standing.CONTESTED),
            lost=_that(names, Standing.LOST),
        )
        for work_id, names in claims.standings(tx, [each.work_id for each in optouts_]).items()
    }


def table(rt: Runtime, actor: Principal) -> Iterator[str]:
    """Return the account's works, names and opt-outs as lines of CSV, which can be imported.

    Raises:
        RightsError: FORBIDDEN, before the first line.
    """
    actor.require(Role.RIGHTS_HOLDER)
    return _lines(rt, actor.account_id)


def _that(names: Mapping[str, Standing], standing: Standing) -> tuple[str, ...]:
    return tuple(sorted(name for name, each in names.items() if each is standing))


def _lines(rt: Runtime, account_id: str) -> Iterator[str]:
    yield catalogue.write(catalogue.COLUMNS)
    after = ("", "")
    while True:
        with rt.transaction() as tx:
            page = imports.page_of_works(tx, account_id, after=after, limit=PAGE)
        for work in page:
            optout = "yes" if work.opted_out else "no"
            aliases = catalogue.join(work.aliases)
            yield catalogue.write([work.title, work.kind, aliases, optout])
        if len(page) < PAGE:
            return
        after = (page[-1].title, page[-1].work_id)
