"""Finding the output that a file or a frame shows, so that a notice can be against it.

As in a verification, the marks and the fingerprint propose, and Postgres says what there is.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from rightsd import comparing
from rightsd.adapters import media, readings
from rightsd.adapters.c2pa_credential import with_revocation, with_signer
from rightsd.adapters.marks import Marks
from rightsd.db import certificates, generations
from rightsd.domain.resemblance import clearest
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

# What a stranger's file may cost: two minutes of video.
LIMITS = replace(media.LIMITS, seconds_max=120.0, frames_max=7_200, cpu_seconds=120)
CANDIDATES_MAX = 5


class By(StrEnum):
    """What told which output it is, the surest first."""

    MANIFEST = "manifest"
    WATERMARK = "watermark"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An output that a file may show.

    Attributes:
        sure: Nobody needs to look whether it does.
    """

    generation_id: str
    by: By
    sure: bool = True


def find_one(rt: Runtime, path: Path) -> str:
    """Return the one output that a file shows.

    Raises:
        RightsError: NOT_FOUND: it shows none. CONFLICT: only its looks tell, and they tell of
            several that are as sure, which are named. And as `find`.
    """
    found = find(rt, path)
    if not found:
        raise RightsError(Code.NOT_FOUND, "this file shows no output of ours")
    rivals = [each for each in found if each.sure == found[0].sure]
    if found[0].by is By.FINGERPRINT and len(rivals) > 1:
        several = ", ".join(each.generation_id for each in rivals)
        raise RightsError(
            Code.CONFLICT, f"this file looks like several outputs: name one, of {several}"
        )
    return found[0].generation_id


def find(rt: Runtime, path: Path) -> list[Candidate]:
    """Return the outputs that a file may show, the surest first, each once.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be read as video or picture.
    """
    credential = rt.credentials.read(path)
    marks = Marks(rt.watermark_keys.all())
    reading = readings.read(path, limits=LIMITS, watches=[marks.look])
    mark = marks.find().payload_id
    framed = comparing.of_frames(rt.match(reading.content))
    seen = clearest([*framed, *comparing.outputs(rt, reading.whole)])
    matches = {one.reference_id: one.strong for one in sorted(seen, key=lambda one: one.rank)}
    with rt.transaction() as tx:
        credential = with_signer(credential, certificates.signer_of(tx, credential.manifest_id))
        credential = with_revocation(credential, certificates.revoked_from(tx, credential.serial))
        named = generations.with_marks(
            tx,
            manifest_id=credential.manifest_id if credential.claim_signature_ours else None,
            watermark_ids=[] if mark is None else [mark],
            generation_ids=list(matches),
        )
    known = {generation.id for generation in named}
    found = {
        generation.id: By.MANIFEST
        for generation in named
        if credential.claim_signature_ours
        and generation.output is not None
        and generation.output.manifest_id == credential.manifest_id
    }
    for generation in named:
        if mark is not None and generation.watermark_id == mark:
            found.setdefault(generation.id, By.WATERMARK)
    for match in matches:
        if match in known:
            found.setdefault(match, By.FINGERPRINT)
    named_by = [
        Candidate(each, by, sure=by is not By.FINGERPRINT or matches[each])
        for each, by in found.items()
    ]
    return named_by[:CANDIDATES_MAX]
