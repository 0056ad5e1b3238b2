"""What the sound of a file says: whose mark is in it, and whether it is that output's sound."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rightsd import recalling
from rightsd.adapters import fingerprints, media, sounds
from rightsd.adapters.media_process import Limits
from rightsd.db import generations
from rightsd.domain.verdict import Bond
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from watermark.sound.analysis import Heard
from watermark.sound.detect import Detection, Detector

logger = logging.getLogger(__name__)

SLACK_SECONDS = 1.0  # Sound may end a little after the picture.
# What may be wrong with a sound: then it is not heard, and the file is what it shows.
UNHEARD = frozenset({Code.INVALID, Code.TOO_LARGE, Code.UNSUPPORTED})


@dataclass(frozen=True, slots=True)
class Listening:
    """What was heard of a file.

    Attributes:
        seconds: How long it is.
        found: The mark in it.
        bond: Whether it is the sound of the output that the mark names; None: it names none.
        output: The output whose sound it is all the same, if no mark is read in it.
        compared: That was asked, if it had to be; if not, nothing is known of it.
    """

    seconds: float
    found: Detection
    bond: Bond | None
    output: str | None = None
    compared: bool = True


def listen(rt: Runtime, path: Path, *, limits: Limits, shown: Collection[str]) -> Listening | None:
    """Return what the sound of a file with pictures says; None: it has none that can be heard.

    Args:
        rt: The runtime.
        path: The file.
        limits: Of its pictures.
        shown: The outputs that its pictures show: a sound with the mark of one of these belongs
            there, whatever it is.
    """
    longer = replace(limits, seconds_max=limits.seconds_max + SLACK_SECONDS)
    try:
        heard = sounds.hear(path, limits=longer)
    except RightsError as error:
        if error.code not in UNHEARD:
            raise
        return None
    return None if heard is None else _find(rt, heard, shown)


def listen_alone(rt: Runtime, path: Path, *, limits: Limits) -> Listening | None:
    """Return what a file says that is sound alone; None: it is something else.

    Raises:
        RightsError: TOO_LARGE: it is too long.
    """
    try:
        heard = sounds.hear(path, limits=limits, alone=True)
    except RightsError as error:
        if error.code not in {Code.INVALID, Code.UNSUPPORTED}:
            raise
        return None
    if heard is None:
        return None
    listening = _find(rt, heard, ())
    if listening.found.payload_id is not None:
        return listening
    return _recall(rt, path, listening, limits=limits)


def _recall(rt: Runtime, path: Path, listening: Listening, *, limits: Limits) -> Listening:
    """Return what was heard of a file in which no mark was read, with whose sound it is."""
    sound = fingerprints.hear(path, limits=limits)
    if sound is None:
        return listening
    try:
        return replace(listening, output=recalling.recall_sound(rt, sound))
    except RightsError as error:
        if error.code is not Code.UNAVAILABLE:
            raise
        logger.exception("a sound is judged without its content")
        return replace(listening, compared=False)


def _find(rt: Runtime, heard: Heard, shown: Collection[str]) -> Listening:
    detector, found = _look(rt.watermark_keys.all(), heard)
    bond = None if found.payload_id is None else _bond(rt, detector, heard, found, shown)
    return Listening(heard.seconds, found, bond)


def _look(secrets: Sequence[bytes], heard: Heard) -> tuple[Detector, Detection]:
    """Return what is heard of the marks of some secrets, and by which of their detectors."""
    looks: list[tuple[Detector, Detection]] = []
    for secret in secrets:
        detector = Detector(secret, chances=len(secrets))
        looks.append((detector, detector.look(heard)))
        if looks[-1][1].payload_id is not None:
            return looks[-1]
    return min(looks, key=lambda look: look[1].log10_p)


def _bond(
    rt: Runtime, detector: Detector, heard: Heard, found: Detection, shown: Collection[str]
) -> Bond | None:
    assert found.payload_id is not None
    with rt.transaction() as tx:
        named = generations.with_marks(
            tx, manifest_id=None, watermark_ids=[found.payload_id], generation_ids=[]
        )
    if not named or named[0].output is None:
        return None
    if named[0].id in shown:
        return Bond.SAME
    with rt.blobs.lent(named[0].output.sha256, rt.work_folder) as path:
        if path is None:
            return Bond.GONE
        original = sounds.hear(path, limits=media.LIMITS)
    if original is None or not detector.is_of(heard, original, found):
        return Bond.OTHER
    return Bond.SAME
