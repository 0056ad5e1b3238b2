"""Looking at published outputs anew, for whoever has enrolled since, and for new voices of works.

The faces and voices in an output are not kept: most are of people who never enrolled. So the files
are read again, one at a time and slowly, and each once for all who enrolled meanwhile.
"""

import logging
import tempfile
from datetime import timedelta
from pathlib import Path

from rightsd.adapters import media
from rightsd.adapters.likenesses.lookout import Lookout
from rightsd.db import (
    generations,
    looks,
    references,
    request_references,
    resemblances,
    reviews,
    standing,
)
from rightsd.db import withdrawals as withdrawal_rows
from rightsd.db.looks import Look
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain import recognition
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, State
from rightsd.domain.recognition import Likeness, Seen
from rightsd.domain.reference import Kind
from rightsd.domain.template import Kind as Of
from rightsd.errors import RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import deciding, withdrawals

logger = logging.getLogger(__name__)

BATCH = 5_000
TAKEN = timedelta(minutes=10)  # Longer than any look takes; then another worker may try.


def ask_about_all(rt: Runtime, cause_id: str) -> None:
    """Have every output that is out looked at anew; what is released later needs no such look."""
    del cause_id
    # A release that has not seen the cause has committed once this has the lock. Whoever enrols
    # holds themselves, for whom a release may wait, so they cannot take it.
    with rt.transaction() as tx:
        standing.lock_causes(tx)
    after: str | None = ""
    while after is not None:
        with rt.transaction() as tx:
            after = looks.ask_page(tx, after=after, limit=BATCH)


def ask_for_voice(rt: Runtime, reference_id: str) -> None:
    """Have every output that is out listened to anew, if a reference is a voice."""
    with rt.transaction() as tx:
        reference = references.find(tx, reference_id)
    if reference is not None and reference.kind is Kind.VOICE:
        ask_about_all(rt, reference_id)


def ask_about_one(rt: Runtime, generation_id: str) -> None:
    """Have one output looked at anew, which was not out when the others were."""
    with rt.transaction() as tx:
        looks.ask(tx, generation_id)


def take_next(rt: Runtime) -> bool:
    """Look at the next output that is due, if the models are here; say whether there was one."""
    models = {Of.FACE: rt.likenesses.face_model, Of.VOICE: rt.likenesses.voice_model}
    with rt.transaction() as tx:
        kinds = rt.sought_kinds(tx)
        if any(models[kind] is None for kind in kinds):
            return False
        look = looks.take(tx, until=tx.now + TAKEN)
    if look is None:
        return False
    try:
        seen = _look(rt, look, Lookout(rt.likenesses, kinds))
    except RightsError:
        logger.exception("%s could not be looked at; it will be tried again", look.generation_id)
        return True
    with rt.transaction() as tx:
        _judge(tx, look.generation_id, seen)
        looks.end(tx, look)
    return True


def _look(rt: Runtime, look: Look, lookout: Lookout) -> Seen:
    with tempfile.TemporaryDirectory(dir=rt.work_folder, prefix="look-") as folder:
        path = Path(folder) / "output.mp4"
        rt.blobs.save(look.sha256, path)
        with media.open_video(path) as video:
            for chunk in video:
                lookout.look(chunk.frames, chunk.seconds)
        sound = media.read_audio(path)
    if sound is not None:
        lookout.listen(*sound)
    return lookout.seen()


def _judge(tx: Tx, generation_id: str, seen: Seen) -> None:
    """Withdraw an output that is certainly of someone, or put on record of whom it may be."""
    generation = generations.lock(tx, generation_id)
    if generation is None or generation.state is not State.PUBLISHED:
        return
    standing.hold_causes(tx)
    recognised = tx.recognise(tx, seen)
    found = list(recognition.found(recognised, generation.wanted.people))
    looks.note(tx, generation_id, found)
    resemblances.insert(tx, generation_id, recognised.voices)
    certain = [one for one in found if one.certain and not _is_cleared(tx, generation_id, one)]
    if certain:
        cause = "it shows or sounds like someone enrolled who is not cast"
        named, *others = [looks.name_of(tx, generation_id, one) for one in certain]
        deciding.withdraw(tx, generation, cause, named)
        withdrawal_rows.note(tx, generation_id, others)  # Each of them sees where they were found.
    else:
        _doubt(tx, generation)
        voices = [one.reference_id for one in recognised.voices]
        withdrawals.recheck_for_voices(tx, generation_id, voices)


def _is_cleared(tx: Tx, generation_id: str, one: Likeness) -> bool:
    """Say whether a reviewer found that it is not them whose likeness an output was said to be."""
    mask = request_references.mask(tx, generation_id, one.subject_id)
    reason = recognition.reason_of(one, recognition.OUTPUT, mask)
    return reason.matter in reviews.cleared(tx, generation_id)


def _doubt(tx: Tx, generation: Generation) -> None:
    new = looks.doubt(tx, generation.id)
    if new:
        event = Event("generation.doubted", generation.id, tx.now, {"because_of": new})
        domain.MACHINE.next(generation.state, event.kind)
        tx.record(event)
