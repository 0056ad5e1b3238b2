"""Making an output: draw, mark, encode, read the mark back, sign, and only then release.

The commits, and what a crash after each leaves, are a section of rightsd/README.md. Until the last
one nothing can be downloaded, and running the procedure again from the start is always right.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from fingerprint.bundle import Fingerprint as Content
from generator import storyboards
from generator.errors import GeneratorError
from rightsd import comparing
from rightsd.adapters import blobs
from rightsd.adapters import fingerprints as shown
from rightsd.comparing import Shows
from rightsd.db import (
    certificates,
    files,
    fingerprints,
    generations,
    hashes,
    lineages,
    manifests,
    picturemarks,
    reliances,
    resemblances,
    soundmarks,
    standing,
    thumbnails,
)
from rightsd.db import storyboards as storyboard_rows
from rightsd.db.certificates import Signing
from rightsd.db.generations import Progress
from rightsd.db.picturemarks import PictureMark
from rightsd.db.soundmarks import SoundMark
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain import ids
from rightsd.domain.events import Event
from rightsd.domain.fingerprint import Packed
from rightsd.domain.generation import Generation, Output, State
from rightsd.domain.policy import Outcome
from rightsd.domain.recognition import Seen
from rightsd.runtime import Runtime
from rightsd.workflows.generations import (
    deciding,
    marking,
    matches,
    metering,
    planning,
    references,
    stamping,
)
from rightsd.workflows.generations.stamping import UnfitError

SUPERSEDED_AGE_MIN = timedelta(hours=1)  # Longer than any attempt takes.
SUPERSEDED_BATCH = 500


class EndedError(Exception):
    """The generation is no longer under way: it was refused, or someone else finished it."""


@dataclass(frozen=True, slots=True)
class _Finished:
    """A signed file that has not been released.

    Attributes:
        lines: What is said in it, each after its shot, from 1.
        shots: The ids of the manifests of its shots.
        whole: Its fingerprint.
        packed: All that is kept of it for comparing, made before anything is held for its release.
        thumbnail: A JPEG.
        picture_mark: As it was read back.
        sound_mark: As it was read back; None: its sound carries none.
    """

    path: Path
    md5: str
    manifest_id: str
    store: bytes
    shots: Sequence[str]
    whole: Content
    packed: Sequence[Packed]
    storyboard: dict[str, Any]
    lines: tuple[tuple[int, str], ...]
    thumbnail: bytes
    event_id: str
    seen: Seen
    signing: Signing
    picture_mark: PictureMark
    sound_mark: SoundMark | None


def produce(rt: Runtime, generation_id: str) -> None:
    """Make the output of a generation and release it, if it is permitted all the way.

    Raises:
        InterruptedError: The process is stopping; run it again.
    """
    try:
        generation = _report(rt, generation_id, Progress("planning", 0.0))
        with rt.transaction() as tx:
            certificates.require_good(tx, rt.credentials.certificate())
        with tempfile.TemporaryDirectory(dir=rt.work_folder, prefix="generation-") as folder:
            finished = _finish(rt, generation, Path(folder))
            _report(rt, generation_id, Progress("releasing", 0.98))
            with rt.transaction() as tx:
                files.insert(tx, blobs.name_of(finished.path), generation_id)
            stored = rt.blobs.put(finished.path)
            shows = comparing.compare(rt, finished.whole)
            output = Output(
                stored, finished.path.stat().st_size, finished.manifest_id, finished.event_id
            )
            with rt.transaction() as tx:
                released = _release(tx, generation_id, output, finished, shows)
            if not released:
                rt.blobs.delete(stored)
    except EndedError:
        return
    except (GeneratorError, UnfitError) as error:
        give_up(rt, generation_id, str(error))


def delete_superseded(rt: Runtime) -> int:
    """Delete files of attempts that came to nothing; return how many.

    An attempt that is late may still be storing its file: only what was noted long ago is deleted.
    """
    with rt.transaction() as tx:
        names = files.superseded(tx, before=tx.now - SUPERSEDED_AGE_MIN, limit=SUPERSEDED_BATCH)
    for name in names:
        rt.blobs.delete(name)
        with rt.transaction() as tx:
            files.delete(tx, name)
    return len(names)


def give_up(rt: Runtime, generation_id: str, reason: str) -> None:
    """Mark a generation as failed."""
    with rt.transaction() as tx:
        generation = generations.lock(tx, generation_id)
        if generation is None or generation.state is not State.REQUESTED:
            return
        event = Event("generation.failed", generation_id, tx.now, {})
        generations.update(tx, domain.evolve(generation, event, reason=reason))
        tx.record(event)


def _release(
    tx: Tx,
    generation_id: str,
    output: Output,
    finished: _Finished,
    shows: Shows,
) -> bool:
    """Publish an output, or refuse it if by now it is not permitted; say which.

    Until the commit everything that the decision rests on is held, so that whatever revokes
    permission comes either before this decision or after this publication.
    """
    locked = lineages.lock(tx, generation_id)
    if locked is None or locked.state is not State.REQUESTED:
        return locked is not None and locked.output == output
    # Held first, so that no reference is registered and nobody enrolled between this look and the
    # commit.
    standing.hold_causes(tx)
    certificates.require_good(tx, finished.signing.certificate)
    recognised = tx.recognise(tx, finished.seen)
    late, _ = references.late(tx, finished.whole, through=shows.through)
    found = [*shows.found, *late, *recognised.voices]
    others = matches.late(tx, finished.whole, horizon=shows.horizon)
    clip = matches.Shown(
        copies=[*shows.copies, *(one.thing for one in others if one.strong)],
        found=found,
        recognised=recognised,
        likes=[*shows.likes, *(one.thing for one in others if not one.strong)],
    )
    matches.note(tx, generation_id, clip.others, locked.account_id)
    decision = deciding.decide(
        tx,
        deciding.wish_of(locked, lines=finished.lines),
        of=generation_id,
        shown=clip,
        hold=True,
    )
    # Whoever decided knew of those that are opted out by now: they are no news later.
    judged = [one.resemblance.reference_id for one in references.depicted_in(tx, found)]
    resemblances.insert(tx, generation_id, found, doubted=judged)
    if decision.outcome is not Outcome.REFUSE:
        thumbnails.insert(tx, locked, finished.thumbnail)  # Who is to look at it sees this.
    if decision.outcome is not Outcome.ALLOW:
        deciding.end(tx, locked, decision)
        return False
    facts = decision.facts() | {
        "sha256": output.sha256,
        "manifest_id": output.manifest_id,
        "manifest_sha256": hashlib.sha256(finished.store).hexdigest(),
    }
    event = Event("generation.published", generation_id, tx.now, facts, output.event_id)
    generations.update(tx, domain.evolve(locked, event, decision=decision, output=output))
    storyboard_rows.update(tx, locked, finished.storyboard)
    generations.update_progress(tx, generation_id, Progress("done", 1.0))
    reliances.replace(tx, generation_id, decision)
    metering.meter(tx, locked, decision)
    certificates.insert_signing(tx, generation_id, finished.signing)
    manifests.insert(tx, locked, manifest_id=output.manifest_id, store=finished.store)
    manifests.insert_shots(tx, generation_id, finished.shots)
    fingerprints.insert(tx, generation_id, finished.packed)
    hashes.insert_md5(tx, generation_id, finished.md5)
    picturemarks.insert(tx, generation_id, finished.picture_mark)
    if finished.sound_mark is not None:
        soundmarks.insert(tx, generation_id, finished.sound_mark)
    tx.record(event)
    return True


def _finish(rt: Runtime, generation: Generation, folder: Path) -> _Finished:
    drawing = planning.drawing(rt, generation.wanted, permit=generation.id)
    storyboard = rt.engine.plan(drawing)
    # An engine may have people say what the prompt does not: that is judged before it is drawn.
    lines = tuple(
        (number, line.text)
        for number, shot in enumerate(storyboard.shots, 1)
        for line in shot.dialogue
    )

    def report(stage: str, share: float) -> None:
        _report(rt, generation.id, Progress(stage, share), lines=lines)

    encoded, signed = folder / "encoded.mp4", folder / "signed.mp4"
    labelled = marking.label_for(rt, generation)
    made = stamping.make(
        rt, generation, drawing, storyboard, encoded, labelled=labelled, report=report
    )
    _report(rt, generation.id, Progress("signing", 0.95))
    event_id = ids.new("evt")
    told = marking.Told(generation, made.storyboard, made.whole.content, event_id, labelled)
    credential, shots = marking.sign(rt, told, encoded, signed, thumbnail=made.thumbnail)
    return _Finished(
        signed,
        shown.digest(signed, "md5"),
        credential.manifest_id,
        credential.store,
        shots,
        made.whole,
        [*shown.pack_whole(made.whole, moves=True), shown.pack_pdq(made.pdq)],
        storyboards.to_json(made.storyboard),
        lines,
        made.thumbnail,
        event_id,
        made.seen,
        Signing(credential.certificate, rt.credentials.anchors, credential.time_stamped_at),
        made.picture_mark,
        made.sound_mark,
    )


def _report(
    rt: Runtime,
    generation_id: str,
    progress: Progress,
    *,
    lines: Sequence[tuple[int, str]] = (),
) -> Generation:
    """Note the progress, and make sure that going on is still permitted."""
    if rt.stopping.is_set():
        raise InterruptedError
    with rt.transaction() as tx:
        generation = deciding.recheck(tx, generation_id, lines=lines)
        if generation is not None:
            generations.update_progress(tx, generation_id, progress)
    if generation is None:
        raise EndedError
    return generation
