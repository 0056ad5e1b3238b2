"""Pictures and clips of works: what outputs and requests are compared with."""

from collections.abc import Sequence
from pathlib import Path

from fingerprint import descriptor
from rightsd.adapters import fingerprints as files
from rightsd.adapters import marks
from rightsd.adapters.fingerprints import Shown
from rightsd.adapters.media_process import Limits
from rightsd.db import fingerprints, generations, references, standing, works
from rightsd.db.tx import Tx
from rightsd.domain import ids, staydown
from rightsd.domain import reference as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.reference import Kind, Reference
from rightsd.domain.resemblance import STRONG_BITS_MAX
from rightsd.domain.staydown import Found
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


def compare(rt: Runtime, path: Path, shown: Shown) -> list[Found]:
    """Return the outputs and stay-down entries that a file shows, or carries the mark of."""
    found = [Found(match.asset_id) for match in rt.match(shown.content)]
    entries, _ = rt.match_references(shown.content)
    found += [
        Found(match.asset_id, match.bits <= STRONG_BITS_MAX)
        for match in entries
        if staydown.is_entry(match.asset_id)
    ]
    mark = marks.read(path, rt.watermark_secret, limits=LIMITS)
    if mark is not None:
        with rt.transaction() as tx:
            named = generations.with_marks(
                tx, manifest_id=None, watermark_id=mark, generation_ids=[]
            )
        found += [Found(generation.id) for generation in named]
    return found


def register(
    tx: Tx, actor: Principal, *, work_id: str, shown: Shown, found: Sequence[Found] = ()
) -> Reference:
    """Make a file a reference of a work; of it a fingerprint and a thumbnail are kept.

    What is released from this commit on has been compared with it; a job compares what is out.

    Args:
        tx: The transaction.
        actor: Whose work it is.
        work_id: The work.
        shown: What the file shows.
        found: What of it may have to stay down: see `compare`.
    """
    _require_owner(tx, actor, work_id)
    _require_not_taken_down(tx, actor, found)
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


def _require_not_taken_down(tx: Tx, actor: Principal, found: Sequence[Found]) -> None:
    """Refuse to keep what was taken down for someone's own sake.

    What was taken down for the sake of a work may well be a picture of the work that its owner
    sends, and to be held against others is all that a reference does.
    """
    strong = [one.thing for one in found if one.strong]
    bars = standing.bars(tx, strong, account_id=actor.account_id) if strong else {}
    if any(not staydown.OF_WORKS.issuperset(bar.kinds) for bar in bars.values()):
        raise RightsError(Code.REFUSED, "this file shows what was taken down, and stays down")


def _require_owner(tx: Tx, actor: Principal, work_id: str) -> None:
    actor.require(Role.RIGHTS_HOLDER)
    work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
