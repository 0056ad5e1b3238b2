"""What is this file, and may it be shown? Free, public, and asked of Postgres every time."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from fingerprint import descriptor
from fingerprint.align import Match
from fingerprint.descriptor import Descriptors
from ledger import log
from rightsd.adapters import media
from rightsd.adapters.c2pa_credential import Credential, with_revocation
from rightsd.adapters.c2pa_credential import State as CredentialState
from rightsd.db import certificates, generations, manifests, standing
from rightsd.db.manifests import Redaction
from rightsd.db.tx import Tx
from rightsd.domain import verdict
from rightsd.domain.generation import Generation
from rightsd.domain.resemblance import STRONG_BITS_MAX
from rightsd.domain.staydown import is_entry
from rightsd.domain.verdict import Evidence, Manifest, Verdict
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from watermark.detect import Detection, Detector

logger = logging.getLogger(__name__)

# Matches whose scores differ by less are equally good: the same clip can be published twice.
EQUAL_SCORES = 0.1
# What a stranger's file may cost: two minutes of video, decoded twice.
LIMITS = replace(media.LIMITS, seconds_max=120.0, frames_max=7_200, cpu_seconds=120)


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the ledger tells of an output.

    Attributes:
        event_id: Its publication.
        index: The entry's index; None until the sequencer has come by.
    """

    event_id: str
    index: int | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on a file, and what each layer said.

    Attributes:
        generation: The output that the verdict is about.
        redaction: What the manifest repository serves of its manifest, if that was redacted.
        as_of: When Postgres was asked.
        compared: The fingerprint index was asked what it shows.
    """

    verdict: Verdict
    generation: Generation | None
    credential: Credential
    watermark: Detection
    watermark_generation: str | None
    fingerprint: Match | None
    proof: Proof | None
    redaction: Redaction | None
    as_of: datetime
    compared: bool


def verify(rt: Runtime, path: Path) -> Verification:
    """Return what a file is.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be read as video or picture.
    """
    credential = rt.credentials.read(path)
    with media.open_video(path, limits=LIMITS) as video:
        detection = Detector(rt.watermark_secret).detect(chunk.frames for chunk in video)
    with media.open_video(path, limits=LIMITS) as video:
        content = descriptor.describe((chunk.frames, chunk.seconds) for chunk in video)
    compared = _compare(rt, content)
    with rt.transaction() as tx:
        return _conclude(tx, credential, detection, compared)


def _compare(rt: Runtime, content: Descriptors) -> tuple[list[Match], list[Match]] | None:
    """Return the outputs and the entries that a file shows; None when the index does not answer."""
    try:
        return rt.match(content), rt.match_references(content)[0]
    except RightsError as error:
        if error.code is not Code.UNAVAILABLE:
            raise
        logger.exception("a file is judged without its content")
        return None


def _conclude(
    tx: Tx,
    credential: Credential,
    detection: Detection,
    compared: tuple[list[Match], list[Match]] | None,
) -> Verification:
    credential = with_revocation(credential, certificates.revoked_from(tx, credential.serial))
    matches, entries = compared or ([], [])
    named = generations.with_marks(
        tx,
        manifest_id=credential.manifest_id,
        watermark_id=detection.payload_id,
        generation_ids=[match.asset_id for match in matches],
    )
    by_id = {generation.id: generation for generation in named}
    of_manifest = next((g for g in named if _is_of(g, credential)), None)
    of_watermark = next(
        (
            generation
            for generation in named
            if detection.payload_id is not None and generation.watermark_id == detection.payload_id
        ),
        None,
    )
    why_withdrawn = standing.why_not(tx, named)
    good = [match for match in matches if match.score >= matches[0].score - EQUAL_SCORES]
    content = _without_exempt(tx, good, by_id, why_withdrawn)
    owner = of_manifest or by_id.get(content[0].asset_id if content else "")
    bars = standing.bars(tx, _entries(entries), account_id=owner and owner.account_id)
    taken_down = standing.bars(tx, [generation.id for generation in named])
    evidence = Evidence(
        manifest=_manifest(credential, of_manifest),
        manifest_generation=of_manifest and of_manifest.id,
        watermark_generation=of_watermark and of_watermark.id,
        content=tuple(match.asset_id for match in content),
        why_withdrawn=why_withdrawn,
        staydowns=tuple(sorted(bars)),
        grounds={thing: bar.kinds for thing, bar in {**bars, **taken_down}.items()},
        compared=compared is not None,
    )
    concluded = verdict.conclude(evidence)
    generation = by_id.get(concluded.generation_id or "")
    return Verification(
        verdict=concluded,
        generation=generation,
        credential=credential,
        watermark=detection,
        watermark_generation=evidence.watermark_generation,
        fingerprint=next(
            (match for match in content if match.asset_id == concluded.generation_id),
            content[0] if content else None,
        ),
        proof=_proof(tx, generation),
        redaction=_redaction(tx, generation, evidence),
        as_of=tx.now,
        compared=evidence.compared,
    )


def _entries(matches: list[Match]) -> list[str]:
    """Return the stay-down entries among what a file shows, beyond doubt."""
    return [
        match.asset_id
        for match in matches
        if is_entry(match.asset_id) and match.bits <= STRONG_BITS_MAX
    ]


def _without_exempt(
    tx: Tx, good: list[Match], by_id: dict[str, Generation], why_withdrawn: dict[str, str]
) -> list[Match]:
    """Return equally good matches without those of which another is a copy that may be shown."""
    shown = [match.asset_id for match in good]
    owners = {by_id[each].account_id for each in shown if each not in why_withdrawn}
    down = [each for each in shown if each in why_withdrawn]
    exempt = {
        thing
        for owner in sorted(owners if down else ())
        for thing in set(down) - set(standing.bars(tx, down, account_id=owner))
        if thing in standing.bars(tx, [thing])
    }
    return [match for match in good if match.asset_id not in exempt]


def _is_of(generation: Generation, credential: Credential) -> bool:
    """Say whether our own signature names this output: anyone can write our manifest's name."""
    output = generation.output
    named = output is not None and output.manifest_id == credential.manifest_id
    return named and credential.claim_signature_ours


def _manifest(credential: Credential, generation: Generation | None) -> Manifest:
    if credential.state is CredentialState.NONE:
        return Manifest.NONE
    if credential.claim_signature_ours and generation is not None:
        return Manifest.OURS if credential.vouched else Manifest.OURS_BROKEN
    if credential.state in {CredentialState.TRUSTED, CredentialState.VALID}:
        return Manifest.FOREIGN
    return Manifest.BROKEN


def _redaction(tx: Tx, generation: Generation | None, evidence: Evidence) -> Redaction | None:
    """Return the redaction of an output's manifest, while the output may not be shown."""
    if generation is None or generation.id not in evidence.why_withdrawn:
        return None
    return manifests.redaction_of(tx, generation.id)


def _proof(tx: Tx, generation: Generation | None) -> Proof | None:
    if generation is None or generation.output is None:
        return None
    event_id = generation.output.event_id
    return Proof(event_id, log.find(tx.conn, event_id))
