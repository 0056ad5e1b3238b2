"""/v1/verifications."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter, UploadFile

from rightsd.domain.verdict import Kind
from rightsd.web import uploads
from rightsd.web.api.fields import Out
from rightsd.web.auth import Rt
from rightsd.workflows import verifications
from rightsd.workflows.verifications import Verification

router = APIRouter(prefix="/v1/verifications", tags=["verifications"])


class ManifestLayer(Out):
    """What the content credential says. `redacted`: assertions that it says were taken back."""

    state: str
    manifest_id: str | None
    signer: str | None
    ours: bool
    failures: list[str]
    redacted: list[str]


class WatermarkLayer(Out):
    """What the watermark says. `log10_p`: how likely an unmarked file would look like this."""

    found: bool
    generation_id: str | None
    log10_p: float


class FingerprintLayer(Out):
    """What the content says: the best match, and where, in seconds."""

    generation_id: str
    score: float
    query: tuple[float, float]
    reference: tuple[float, float]
    mirrored: bool
    speed: float


class LedgerLayer(Out):
    """What the ledger says of the output."""

    generation_id: str
    state: str
    decision_rulebook: str
    consents: list[str]
    licences: list[str]
    event_id: str | None
    index: int | None


class RedactionLayer(Out):
    """What the manifest repository serves of an output that may not be shown: see /v1/manifests."""

    manifest_id: str
    update_id: str
    assertions: list[str]
    reason: str
    redacted_at: datetime


class VerificationOut(Out):
    """What a file is, why we say so, and what each layer said.

    `grounds`: of what was taken down on notice, or is on the stay-down list. `compared`: its
    content was compared with what we know; if not, nothing is `genuine`, and `unchecked` no *no*.
    """

    verdict: Kind
    reasons: list[str]
    grounds: list[str]
    manifest: ManifestLayer
    watermark: WatermarkLayer
    fingerprint: FingerprintLayer | None
    ledger: LedgerLayer | None
    redaction: RedactionLayer | None
    compared: bool
    as_of: datetime

    @classmethod
    def of(cls, verification: Verification) -> Self:
        """Return the public form: ids and states, nothing personal."""
        credential, match = verification.credential, verification.fingerprint
        return cls(
            verdict=verification.verdict.kind,
            reasons=list(verification.verdict.reasons),
            grounds=list(verification.verdict.grounds),
            manifest=ManifestLayer(
                state=credential.state.value,
                manifest_id=credential.manifest_id,
                signer=credential.signer,
                ours=credential.claim_signature_ours,
                failures=list(credential.failures),
                redacted=list(credential.redacted),
            ),
            watermark=WatermarkLayer(
                found=verification.watermark.payload_id is not None,
                generation_id=verification.watermark_generation,
                log10_p=verification.watermark.log10_p,
            ),
            fingerprint=match
            and FingerprintLayer(
                generation_id=match.asset_id,
                score=match.score,
                query=(match.query.start, match.query.end),
                reference=(match.reference.start, match.reference.end),
                mirrored=match.mirrored,
                speed=match.speed,
            ),
            ledger=_ledger(verification),
            redaction=verification.redaction
            and RedactionLayer.model_validate(verification.redaction),
            compared=verification.compared,
            as_of=verification.as_of,
        )


@router.post("")
def verify(rt: Rt, file: UploadFile) -> VerificationOut:
    """Say what a video or picture is, and whether it may be shown. Free, no account."""
    with uploads.looked_at(rt, file) as path:
        return VerificationOut.of(verifications.verify(rt, path))


def _ledger(verification: Verification) -> LedgerLayer | None:
    generation, proof = verification.generation, verification.proof
    if generation is None:
        return None
    return LedgerLayer(
        generation_id=generation.id,
        state=generation.state.value,
        decision_rulebook=generation.decision.rulebook,
        consents=list(generation.decision.consents),
        licences=list(generation.decision.licences),
        event_id=proof and proof.event_id,
        index=proof and proof.index,
    )
