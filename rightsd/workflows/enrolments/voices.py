"""Checks the voice recording: one voice, which says the digits that were drawn."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rightsd.adapters import digits, media
from rightsd.adapters.digits import Spoken
from rightsd.domain import challenge as challenges
from rightsd.domain import template
from rightsd.domain.challenge import Challenge
from rightsd.domain.enrolment import Fault, Kind, Measured
from rightsd.domain.template import Level
from rightsd.ports import Likenesses, Samples
from rightsd.workflows.enrolments import limits
from rightsd.workflows.enrolments.findings import Findings, UnfitError

LATE_SECONDS_MAX = 10.0  # That a recording may go on after the last slot.
SHORT_SECONDS_MAX = 0.7  # That may be missing of the last slot.
SILENT_MAX = challenges.DIGITS_DRAWN - challenges.DIGITS_NEEDED


def check(likenesses: Likenesses, path: Path, challenge: Challenge) -> Findings:
    """Return what holds of a voice recording.

    Raises:
        UnfitError: It is not one voice that says what was asked for.
        RightsError: INVALID, TOO_LARGE: it cannot be read; UNAVAILABLE, without a model.
    """
    slots, rate = _slots(path, challenge)
    heard = [digits.listen(slot, rate) for slot in slots]
    readings = len(heard) - len(challenge.digits)
    if any(spoken is None for spoken in heard[:readings]):
        missed = [str(challenge.slots[at]) for at in range(readings) if heard[at] is None]
        detail = f"nothing was heard where these were to be read: {', '.join(missed)}"
        raise UnfitError(Fault.SILENCE, detail, {"slots_silent": len(missed)})
    read = [spoken for spoken in heard[:readings] if spoken is not None]
    evidence = _require_digits(read, heard[readings:], challenge)
    said = [spoken for spoken in heard if spoken is not None]
    return _require_one_voice(likenesses, said, rate, evidence)


def _slots(path: Path, challenge: Challenge) -> tuple[list[Samples], int]:
    """Return the recording cut into its slots, one channel, and its rate."""
    sound = media.read_audio(path, limits=limits.OF[Kind.VOICE])
    if sound is None:
        raise UnfitError(Fault.SILENCE, "the recording has no sound in it")
    samples, rate = sound
    if rate < digits.RATE_MIN:
        detail = f"the recording has {rate} samples a second; {digits.RATE_MIN} are needed"
        raise UnfitError(Fault.UNREADABLE, detail)
    mono = samples.mean(axis=1, dtype=np.float32)
    seconds, wanted = len(mono) / rate, challenge.voice_seconds
    if not wanted - SHORT_SECONDS_MAX <= seconds <= wanted + LATE_SECONDS_MAX:
        detail = f"the recording has {seconds:.1f} seconds instead of {wanted:.1f}"
        raise UnfitError(Fault.LENGTH, detail, {"voice_seconds": round(seconds, 1)})
    edges = [round(at * challenges.SLOT_SECONDS * rate) for at in range(len(challenge.slots) + 1)]
    return [mono[start:end] for start, end in itertools.pairwise(edges)], rate


def _require_digits(
    read: Sequence[Spoken], drawn: Sequence[Spoken | None], challenge: Challenge
) -> Measured:
    """Compare what was said with the person's own readings of the ten digits."""
    silent = sum(spoken is None for spoken in drawn)
    evidence: Measured = {"digits_algorithm": digits.ALGORITHM, "slots_silent": silent}
    if silent > SILENT_MAX:
        detail = f"nothing was heard in {silent} of the {len(drawn)} places for the drawn digits"
        raise UnfitError(Fault.SILENCE, detail, evidence)
    readings = [read[digit::10] for digit in range(10)]
    right = sum(
        spoken is not None and digits.recognise(spoken, readings) == digit
        for spoken, digit in zip(drawn, challenge.digits, strict=True)
    )
    evidence["digits_right"] = right
    if right < challenges.DIGITS_NEEDED:
        detail = (
            f"{right} of the {len(drawn)} drawn digits were recognised, and"
            f" {challenges.DIGITS_NEEDED} are needed: say one in each place, in a quiet room"
        )
        raise UnfitError(Fault.DIGITS, detail, evidence)
    return evidence


def _require_one_voice(
    likenesses: Likenesses, said: Sequence[Spoken], rate: int, so_far: Measured
) -> Findings:
    """Compare the readings and the drawn digits: each part is long enough to be a voice."""
    parts = (said[:10], said[10:20], said[20:])
    made = tuple(
        likenesses.embed_voice(np.concatenate([spoken.samples for spoken in part]), rate)
        for part in parts
    )
    model = likenesses.voice_model
    assert model is not None
    score = template.agreement(model, made)
    assert score is not None
    evidence = so_far | {"voice_model": model.id, "voice_agreement": round(score.value, 3)}
    if score.level is not Level.ACCEPT:
        detail = "the recording is not of one voice from its beginning to its end"
        raise UnfitError(Fault.OTHER_VOICE, detail, evidence)
    return Findings(made, evidence)
