"""Pictures and clips of works: what outputs and requests are compared with."""

from pathlib import Path

from fingerprint import descriptor
from rightsd.adapters import fingerprints as files
from rightsd.adapters.fingerprints import Shown
from rightsd.adapters.media_process import Limits
from rightsd.db import fingerprints, references, standing, works
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import reference as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.reference import Kind, Reference
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

OF_WORK_MAX = 50
# A minute is enough to recognise a work by, and each takes a core for some seconds.
LIMITS = Limits(
    bytes_max=64 << 20, seconds_max=60.0, frames_max=3_600, cpu_seconds=60, wall_seconds=60.0
)


def describe(rt: Runtime, actor: Principal, work_id: str, path: Path) -> Shown:
    """Return what a file shows, once it is clear that its sender may make it a reference.

    Raises:
        RightsError: NOT_FOUND; INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be compared.
    """
    with rt.transaction() as tx:
        _require_owner(tx, actor, work_id)
    return files.describe(path, limits=LIMITS)


def register(tx: Tx, actor: Principal, *, work_id: str, shown: Shown) -> Reference:
    """Make a file a reference of a work; of it a fingerprint and a thumbnail are kept.

    What is released from this commit on has been compared with it; a job compares what is out.
    """
    _require_owner(tx, actor, work_id)
    # Releases hold this until they have committed what they were compared with.
    standing.lock_causes(tx)
    if references.count(tx, work_id) >= OF_WORK_MAX:
        detail = f"a work has {OF_WORK_MAX} references at most; remove one first"
        raise RightsError(Code.TOO_MANY, detail)
    facts = {
        "account_id": actor.account_id,
        "work_id": work_id,
        "kind": (Kind.PICTURE if shown.still else Kind.VIDEO).value,
        "sha256": shown.sha256,
    }
    event = Event("reference.registered", ids.new("ref"), tx.now, facts)
    reference = domain.evolve(None, event, seconds=shown.seconds)
    if not references.insert(tx, reference, shown.thumbnail):
        raise RightsError(Code.CONFLICT, "this file is a reference of the work already")
    moments = files.moments(shown.content)
    fingerprints.insert_of_reference(tx, reference.id, descriptor.ALGORITHM, moments)
    tx.record(event)
    return reference


def remove(tx: Tx, actor: Principal, work_id: str, reference_id: str) -> Reference:
    """Take a reference back: from this commit on nothing is compared with it."""
    _require_owner(tx, actor, work_id)
    reference = references.lock(tx, reference_id)
    if reference is None or reference.work_id != work_id:
        raise RightsError(Code.NOT_FOUND, "this work has no such reference")
    event = Event("reference.removed", reference.id, tx.now, {})
    removed = domain.evolve(reference, event)
    references.end(tx, removed)
    tx.record(event)
    return removed


def of_work(tx: Tx, actor: Principal, work_id: str) -> list[Reference]:
    """Return the references of one's work, oldest first."""
    _require_owner(tx, actor, work_id)
    return references.of_work(tx, work_id)


def thumbnail(tx: Tx, actor: Principal, reference_id: str) -> bytes:
    """Return a small picture of a reference, a JPEG, to its owner or a reviewer."""
    actor.require(Role.RIGHTS_HOLDER, Role.REVIEWER)
    found = references.thumbnail(tx, reference_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no such reference")
    if actor.role is not Role.REVIEWER:
        actor.require_owner(found[0], "reference")
    return found[1]


def _require_owner(tx: Tx, actor: Principal, work_id: str) -> None:
    actor.require(Role.RIGHTS_HOLDER)
    work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
