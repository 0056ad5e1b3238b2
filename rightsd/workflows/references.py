"""Pictures, clips and recordings of works: what outputs and requests are compared with."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rightsd import comparing
from rightsd.adapters import fingerprints as files
from rightsd.adapters import media
from rightsd.adapters.fingerprints import Shown
from rightsd.adapters.marks import Marks
from rightsd.adapters.media_process import Limits
from rightsd.db import fingerprints, generations, references, standing, works
from rightsd.db.tx import Tx
from rightsd.domain import ids, staydown, template
from rightsd.domain import reference as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.reference import Kind, Reference
from rightsd.domain.staydown import Found
from rightsd.domain.template import Level, Template
from rightsd.domain.work import Kind as WorkKind
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

OF_WORK_MAX = 50
# A minute is enough to recognise a work by, and each takes a core for some seconds.
LIMITS = Limits(
    bytes_max=64 << 20, seconds_max=60.0, frames_max=3_600, cpu_seconds=60, wall_seconds=60.0
)
WINDOWS_MIN = 6  # Of speech, by which a voice is known: some five seconds.
PARTS = 3  # Of a recording, that must be of one voice.


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recording of a voice is.

    Attributes:
        template: By what the voice is recognised.
    """

    sha256: str
    seconds: float
    template: Template


def describe(rt: Runtime, actor: Principal, work_id: str, path: Path) -> Shown | Heard:
    """Return what a file shows, once it is clear that its sender may make it a reference.

    Of a work that is a voice, whose it is to hear: of a clip that is the sound alone.

    Raises:
        RightsError: NOT_FOUND; INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be compared;
            UNAVAILABLE: there is no model here that could compare a voice.
    """
    with rt.transaction() as tx:
        work = _require_owner(tx, actor, work_id)
    if work.kind is WorkKind.VOICE:
        return _listen(rt, path)
    marks = Marks(rt.watermark_keys.all())
    shown = files.describe(path, limits=LIMITS, watches=[marks.look], channels=files.COMPARED)
    return replace(shown, mark=marks.find().payload_id)


def compare(rt: Runtime, shown: Shown | Heard) -> list[Found]:
    """Return the outputs and stay-down entries that a file shows, or carries the mark of."""
    if isinstance(shown, Heard):
        return []
    shows = comparing.compare(rt, shown.whole)
    found = staydown.found(shows.copies, shows.found)
    if shown.mark is not None:
        with rt.transaction() as tx:
            named = generations.with_marks(
                tx, manifest_id=None, watermark_ids=[shown.mark], generation_ids=[]
            )
        found += [Found(generation.id) for generation in named]
    return found


def register(
    tx: Tx,
    actor: Principal,
    *,
    work_id: str,
    shown: Shown | Heard,
    found: Sequence[Found] = (),
    grey_copy: bool = True,
) -> Reference:
    """Make a file a reference of a work: a fingerprint and a thumbnail of it are kept, or a voice.

    What is released from this commit on has been compared with it; a job compares what is out.

    Args:
        tx: The transaction.
        actor: Whose work it is.
        work_id: The work.
        shown: What the file shows.
        found: What of it may have to stay down: see `compare`.
        grey_copy: Keep a small grey copy of a video, by which is told whether what looks the same
            is the same recording.
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
        "kind": _kind(shown).value,
        "sha256": shown.sha256,
    }
    event = Event("reference.registered", ids.new("ref"), tx.now, facts)
    moves = grey_copy and _kind(shown) is Kind.VIDEO
    reference = domain.evolve(None, event, seconds=shown.seconds, grey_copy=moves)
    kept = shown.template if isinstance(shown, Heard) else shown.thumbnail
    if not references.insert(tx, reference, kept):
        raise RightsError(Code.CONFLICT, "this file is a reference of the work already")
    if isinstance(shown, Shown):
        packed = files.pack_whole(shown.whole, moves=moves)
        fingerprints.insert(tx, reference.id, packed, account_id=actor.account_id)
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


def _kind(shown: Shown | Heard) -> Kind:
    if isinstance(shown, Heard):
        return Kind.VOICE
    return Kind.PICTURE if shown.still else Kind.VIDEO


def _listen(rt: Runtime, path: Path) -> Heard:
    """Return by what the voice in a file is recognised, if one voice alone speaks in it."""
    model = rt.likenesses.voice_model
    if model is None:
        detail = "voices cannot be compared here: the operator has to run `rightsd models install`"
        raise RightsError(Code.UNAVAILABLE, detail)
    sound = media.read_audio(path, limits=LIMITS)
    if sound is None:
        raise RightsError(Code.INVALID, "there is no sound in this file, and the work is a voice")
    samples, rate = sound
    windows = [one for _, one in rt.likenesses.voices(samples, rate)]
    if len(windows) < WINDOWS_MIN:
        detail = "nobody is heard to speak for five seconds in this file"
        raise RightsError(Code.INVALID, detail)
    # The mean of several voices would be somewhat like everyone's.
    edges = [len(windows) * part // PARTS for part in range(PARTS + 1)]
    parts = [template.centre(model, windows[start:end]) for start, end in itertools.pairwise(edges)]
    scores = [template.compare(model, [one], two) for one, two in itertools.combinations(parts, 2)]
    if any(score is None or score.level is Level.NONE for score in scores):
        raise RightsError(Code.INVALID, "more than one voice is heard in this file")
    return Heard(files.digest(path), len(samples) / rate, template.centre(model, windows))


def _require_owner(tx: Tx, actor: Principal, work_id: str) -> Work:
    actor.require(Role.RIGHTS_HOLDER)
    work = works.find(tx, work_id)
    if work is None:
        raise RightsError(Code.NOT_FOUND, "there is no such work")
    actor.require_owner(work.account_id, "work")
    return work
