"""What is this file, and may it be shown? Free, public, and asked of Postgres every time."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from fingerprint import descriptor
from fingerprint.align import Match
from ledger import log
from rightsd.adapters import media
from rightsd.adapters.c2pa import Credential
from rightsd.adapters.c2pa import State as CredentialState
from rightsd.db import generations, manifests, standing
from rightsd.db.manifests import Redaction
from rightsd.db.tx import Tx
from rightsd.domain import verdict
from rightsd.domain.generation import Generation
from rightsd.domain.verdict import Evidence, Manifest, Verdict
from rightsd.runtime import Runtime
from watermark.detect import Detection, Detector

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
    matches = rt.match(content)
    with rt.transaction() as tx:
        return _conclude(tx, credential, detection, matches)


def _conclude(
    tx: Tx, credential: Credential, detection: Detection, matches: list[Match]
) -> Verification:
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
    content = [match for match in matches if match.score >= matches[0].score - EQUAL_SCORES]
    evidence = Evidence(
        manifest=_manifest(credential, of_manifest),
        manifest_generation=of_manifest and of_manifest.id,
        watermark_generation=of_watermark and of_watermark.id,
        content=tuple(match.asset_id for match in content),
        why_withdrawn=standing.why_not(tx, named),
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
    )


def _is_of(generation: Generation, credential: Credential) -> bool:
    """Say whether our own signature names this output: anyone can write our manifest's name."""
    output = generation.output
    named = output is not None and output.manifest_id == credential.manifest_id
    return named and credential.claim_signature_ours


def _manifest(credential: Credential, generation: Generation | None) -> Manifest:
    if credential.state is CredentialState.NONE:
        return Manifest.NONE
    if credential.claim_signature_ours and generation is not None:
        trusted = credential.state is CredentialState.TRUSTED
        return Manifest.OURS if trusted else Manifest.OURS_BROKEN
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
