"""Stay-down entries: files that are no outputs of ours, and are not to come back as one."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from ledger import entry
from rightsd.adapters import fingerprints as files
from rightsd.adapters.fingerprints import Shown
from rightsd.adapters.media_process import Limits
from rightsd.db import fingerprints, matches, standing, staydowns
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import staydown as domain
from rightsd.domain.events import Event
from rightsd.domain.flood import Precision
from rightsd.domain.principal import Principal, Role
from rightsd.domain.staydown import Bar, File, Kind, Staydown
from rightsd.errors import Code, RightsError

LIST_MAX = 200
# As much as a clip that may be verified has, so that whatever is shown here can be put here.
LIMITS = Limits(
    bytes_max=256 << 20, seconds_max=120.0, frames_max=7_200, cpu_seconds=120, wall_seconds=120.0
)


@dataclass(frozen=True, slots=True)
class Statistics:
    """How something that is to stay down does.

    Attributes:
        bar: None when it does not stay down any more.
    """

    thing: str
    bar: Bar | None
    precision: Precision


def describe(actor: Principal, path: Path) -> Shown:
    """Return what a file shows that a reviewer puts on the list.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be compared.
    """
    actor.require(Role.REVIEWER)
    return files.describe(path, limits=LIMITS)


def add(tx: Tx, actor: Principal, *, kind: Kind, shown: Shown, reason: str) -> Staydown:
    """Have a file stay down: from this commit on nothing is released that shows it.

    Of the file digests and a fingerprint are kept. A job compares what is out.
    """
    actor.require(Role.REVIEWER)
    # Releases hold this until they have committed what they were compared with.
    standing.lock_causes(tx)
    salt = secrets.token_bytes(domain.SALT_BYTES)
    facts = {
        "account_id": actor.account_id,
        "kind": kind.value,
        "file": entry.commit(salt, shown.sha256.encode()).hex(),
    }
    event = Event("staydown.added", ids.new("std"), tx.now, facts)
    file = File(shown.sha256, shown.md5, shown.seconds, reason, salt)
    added = domain.evolve(None, event, file=file)
    if not staydowns.insert(tx, added):
        raise RightsError(Code.CONFLICT, "this file is on the list already")
    # A grey copy shows what it is of: there is none of people and their intimate images.
    moves = kind in domain.OF_WORKS and not shown.still
    packed = [*files.pack_whole(shown.whole, moves=moves), files.pack_pdq(shown.pdq)]
    fingerprints.insert(tx, added.id, packed, account_id=actor.account_id)
    tx.record(event)
    return added


def end(tx: Tx, actor: Principal, staydown_id: str) -> Staydown:
    """Take an entry off the list: from this commit on nothing is compared with it."""
    actor.require(Role.REVIEWER)
    found = staydowns.lock(tx, staydown_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no such entry")
    event = Event("staydown.ended", found.id, tx.now, {"reviewer_id": actor.account_id})
    ended = domain.evolve(found, event)
    staydowns.end(tx, ended)
    tx.record(event)
    return ended


def newest(tx: Tx, actor: Principal) -> list[Staydown]:
    """Return entries, the newest first, ended ones too."""
    actor.require(Role.REVIEWER)
    return staydowns.newest(tx, limit=LIST_MAX)


def statistics(tx: Tx, actor: Principal) -> list[Statistics]:
    """Return how precise what matched most lately is, and whether its effect is held."""
    actor.require(Role.REVIEWER)
    things = matches.busiest(tx, limit=LIST_MAX)
    bars, precisions = standing.bars(tx, things), matches.precisions(tx, things)
    return [Statistics(thing, bars.get(thing), precisions[thing]) for thing in things]
