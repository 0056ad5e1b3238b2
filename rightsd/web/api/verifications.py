"""/v1/verifications."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query, UploadFile

from rightsd.domain.verdict import Kind
from rightsd.web import uploads
from rightsd.web.api.fields import Out
from rightsd.web.auth import Rt
from rightsd.workflows import verifications
from rightsd.workflows.verifications import Layers, Shown, Verification

router = APIRouter(prefix="/v1/verifications", tags=["verifications"])


class TimeStampOut(Out):
    """When a time-stamping authority saw the signature; worth something only if it is trusted."""

    at: datetime
    trusted: bool


class ManifestLayer(Out):
    """What the content credential says.

    `trusted_now`: someone whom we trust today vouches for the signer; `trusted_then`: the same of
    the day of its trusted time-stamp, as far as that is known. Neither says anything of the file.
    `generation_id`: the output that it names, when it is ours. `exact`: the file is byte for byte
    what was released as that. `redacted`: assertions that it says were taken back.
    """

    state: str
    manifest_id: str | None
    generation_id: str | None
    signer: str | None
    time_stamp: TimeStampOut | None
    trusted_now: bool
    trusted_then: bool | None
    ours: bool
    exact: bool
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


class PartLayer(Out):
    """An output that a part of the file shows.

    `stretches`: where in the file, in seconds; what lies between two shows something else.
    `reference`: from where to where in the output. `bits`: of 256, how far the nearest frame is.
    `marked`: the watermark in this part says the same. `withdrawn`: it may not be shown.
    """

    generation_id: str
    stretches: list[tuple[float, float]]
    reference: tuple[float, float]
    score: float
    bits: int
    mirrored: bool
    speed: float
    marked: bool
    log10_p: float
    withdrawn: bool


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

    `grounds`: of what was taken down on notice, or is on the stay-down list. `matched`: the layers
    that name the output of the verdict. `layers`: what of it was looked at. `compared`: its content
    was compared with what we know; if it was to be and could not, nothing is `genuine`, and
    `unchecked` is no *no*. `seconds`: time of its last frame; 0 for a picture. `parts`: which
    outputs are where in it; `elsewhere_seconds`: for how long it shows something that is none of
    them. `receipt`: what matters of this, signed, if that was asked for.
    """

    verdict: Kind
    reasons: list[str]
    grounds: list[str]
    matched: list[str]
    layers: Layers
    still: bool | None
    seconds: float | None
    manifest: ManifestLayer
    watermark: WatermarkLayer | None
    fingerprint: FingerprintLayer | None
    parts: list[PartLayer]
    elsewhere_seconds: float | None
    ledger: LedgerLayer | None
    redaction: RedactionLayer | None
    compared: bool
    as_of: datetime
    receipt: str | None

    @classmethod
    def of(cls, verification: Verification, *, receipt: str | None = None) -> Self:
        """Return the public form: ids and states, nothing personal."""
        look, match = verification.look, verification.fingerprint
        return cls(
            verdict=verification.verdict.kind,
            reasons=list(verification.verdict.reasons),
            grounds=list(verification.verdict.grounds),
            matched=list(verification.matched),
            layers=Layers.ALL if look else Layers.MANIFEST,
            still=look and look.still,
            seconds=look and look.seconds,
            manifest=_manifest(verification),
            watermark=look
            and WatermarkLayer(
                found=look.mark.payload_id is not None,
                generation_id=verification.watermark_generation,
                log10_p=look.mark.log10_p,
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
            parts=[_part(shown) for shown in verification.shown],
            elsewhere_seconds=look and look.explanation.elsewhere,
            ledger=_ledger(verification),
            redaction=verification.redaction
            and RedactionLayer.model_validate(verification.redaction),
            compared=verification.compared,
            as_of=verification.as_of,
            receipt=receipt,
        )


@router.post("")
def verify(
    rt: Rt,
    file: UploadFile,
    layers: Annotated[
        Layers, Query(description="`manifest`: only its credential, which takes milliseconds")
    ] = Layers.ALL,
    *,
    receipt: Annotated[
        bool, Query(description="Answer with a signed receipt as well, to be checked offline")
    ] = False,
) -> VerificationOut:
    """Say what a video or picture is, and whether it may be shown. Free, no account."""
    with uploads.looked_at(rt, file) as path:
        found = verifications.verify(rt, path, layers=layers)
        signed = verifications.receipt(rt, path, found) if receipt else None
    return VerificationOut.of(found, receipt=signed)


def _manifest(verification: Verification) -> ManifestLayer:
    credential = verification.credential
    return ManifestLayer(
        state=credential.state.value,
        manifest_id=credential.manifest_id,
        generation_id=verification.manifest_generation,
        signer=credential.signer,
        time_stamp=credential.time_stamp and TimeStampOut.model_validate(credential.time_stamp),
        trusted_now=credential.trusted_now,
        trusted_then=credential.trusted_then,
        ours=credential.claim_signature_ours,
        exact=verification.exact,
        failures=list(credential.failures),
        redacted=list(credential.redacted),
    )


def _part(shown: Shown) -> PartLayer:
    match = shown.match
    return PartLayer(
        generation_id=shown.output.id,
        stretches=[(each.start, each.end) for each in shown.part.stretches],
        reference=(match.reference.start, match.reference.end),
        score=match.score,
        bits=match.bits,
        mirrored=match.mirrored,
        speed=match.speed,
        marked=shown.marked,
        log10_p=shown.mark.log10_p,
        withdrawn=shown.why_withdrawn is not None,
    )


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
