"""Noting where platforms show copies of outputs, and that they do not any more."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from ledger import entry
from rightsd.db import copies, delistings, generations, standing
from rightsd.db.tx import Tx
from rightsd.domain import copy as domain
from rightsd.domain import ids
from rightsd.domain.acknowledgement import CLOCKS_APART
from rightsd.domain.copy import Copy
from rightsd.domain.events import Event
from rightsd.domain.generation import State as GenerationState
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError

COPIES_MAX = 1000  # Of one output on one platform, not removed: one acknowledgement ends them all.
PAGE_MAX = 100
OUT = (GenerationState.PUBLISHED, GenerationState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Noted:
    """A copy that was noted.

    Attributes:
        is_new: It was noted just now: it may have been there.
        is_withdrawn: The output may not be shown on that platform, so this copy has to go.
    """

    copy: Copy
    is_new: bool
    is_withdrawn: bool


def note(
    tx: Tx,
    actor: Principal,
    *,
    generation_id: str | None,
    sha256: str | None,
    url: str,
    published_at: datetime,
) -> Noted:
    """Note a copy of an output, on the platform of an account; the same once more changes nothing.

    Args:
        tx: The transaction.
        actor: The platform's account.
        generation_id: The output.
        sha256: Of the file, hexadecimal, instead of its id.
        url: Where the copy is.
        published_at: Since when, by the platform's word.

    Raises:
        RightsError: NOT_FOUND: there is no such output. INVALID. TOO_MANY. CONFLICT: the account
            has no platform, or has noted another output at this URL.
    """
    actor.require(Role.PLATFORM)
    platform_id = copies.hold_platform_of(tx, actor.account_id)
    if platform_id is None:
        raise RightsError(Code.CONFLICT, "register your platform first")
    domain.require_url(url)
    if published_at > tx.now + CLOCKS_APART:
        raise RightsError(Code.INVALID, "`published_at` lies ahead: compare your clock with ours")
    wanted = generation_id or copies.generation_of_file(tx, sha256 or "")
    target = None if wanted is None else generations.hold(tx, wanted)
    if target is None or target.state not in OUT:
        raise RightsError(Code.NOT_FOUND, "there is no published output by this id or digest")
    barred = delistings.barred(tx, [target]).get(target.id, {})
    withdrawn = bool(standing.why_not(tx, [target])) or platform_id in barred
    known = copies.find_at(tx, platform_id, url)
    if known is None and copies.count_noted(tx, platform_id, target.id) >= COPIES_MAX:
        detail = f"{COPIES_MAX} copies of this output are noted; remove some first"
        raise RightsError(Code.TOO_MANY, detail)
    if known is None:
        made = _note(tx, platform_id, target.id, url, published_at)
        if copies.insert(tx, made[1], account_id=actor.account_id):
            tx.record(made[0])
            return Noted(made[1], is_new=True, is_withdrawn=withdrawn)
        known = copies.find_at(tx, platform_id, url)  # Someone was faster.
    if known is None or known.generation_id != target.id:
        detail = "another output is noted at this URL; remove that copy first"
        raise RightsError(Code.CONFLICT, detail)
    return Noted(known, is_new=False, is_withdrawn=withdrawn)


def remove(tx: Tx, actor: Principal, copy_id: str) -> Copy:
    """Note that a copy is gone, as its platform says.

    Raises:
        RightsError: NOT_FOUND. CONFLICT, when it was removed before.
    """
    actor.require(Role.PLATFORM)
    platform_id = copies.hold_platform_of(tx, actor.account_id)
    found = copies.lock(tx, copy_id)
    if found is None or found.platform_id != platform_id:
        raise RightsError(Code.NOT_FOUND, "there is no such copy")
    event = Event("copy.removed", copy_id, tx.now, {"acknowledgement_id": None})
    removed = domain.evolve(found, event)
    copies.update(tx, removed)
    tx.record(event)
    return removed


def page(tx: Tx, actor: Principal, *, generation_id: str | None, after: str | None) -> list[Copy]:
    """Return copies in the order in which they were noted: a platform's own, or all to reviewers.

    Args:
        tx: The transaction.
        actor: Who asks.
        generation_id: Of this output only.
        after: Behind this copy; None: from the beginning.
    """
    actor.require(Role.PLATFORM, Role.REVIEWER, Role.ADMIN)
    platform_id = None
    if actor.role is Role.PLATFORM:
        platform_id = copies.hold_platform_of(tx, actor.account_id)
        if platform_id is None:
            return []
    behind = (datetime.min.replace(tzinfo=UTC), "")
    if after is not None:
        last = copies.lock(tx, after)
        if last is None or platform_id not in {None, last.platform_id}:
            raise RightsError(Code.NOT_FOUND, "there is no such copy")
        behind = (last.noted_at, last.id)
    return copies.page(
        tx, platform_id=platform_id, generation_id=generation_id, after=behind, limit=PAGE_MAX
    )


def _note(
    tx: Tx, platform_id: str, generation_id: str, url: str, published_at: datetime
) -> tuple[Event, Copy]:
    salt = secrets.token_bytes(entry.SALT_BYTES)
    facts = {
        "platform_id": platform_id,
        "generation_id": generation_id,
        "url": entry.commit(salt, url.encode()).hex(),
    }
    event = Event("copy.noted", ids.new("cpy"), tx.now, facts)
    return event, domain.note(event, url=url, salt=salt, published_at=published_at)
