"""What the public is told of a file: ids, states and numbers, nothing personal."""

from typing import Any

from rightsd.domain.verdict import Bond
from rightsd.workflows.verifications.judging import Layers, Shown, Verification


def tell(verification: Verification, *, numbers: bool) -> dict[str, Any]:
    """Return a verification in its public form, with plain values: times are datetimes.

    Its members are described where they are answered: web/api/verifications.py.

    Args:
        verification: What was found.
        numbers: Say how clear watermarks are. Whoever may watch that change with a file is led to
            one that has no mark any more.
    """
    look, match, redaction = verification.look, verification.fingerprint, verification.redaction
    return {
        "verdict": verification.verdict.kind,
        "reasons": list(verification.verdict.reasons),
        "grounds": list(verification.verdict.grounds),
        "matched": list(verification.matched),
        "layers": Layers.ALL if look else Layers.MANIFEST,
        "still": look and look.still,
        "seconds": look and look.seconds,
        "manifest": _manifest(verification),
        "watermark": {
            "found": look.mark.payload_id is not None,
            "generation_id": verification.watermark_generation,
            "present": look.mark.present,
            "log10_p": look.mark.log10_p if numbers else None,
        }
        if look and look.pictures
        else None,
        "sound": _sound(verification, numbers=numbers),
        "fingerprint": match
        and {
            "generation_id": match.asset_id,
            "score": match.score,
            "query": (match.query.start, match.query.end),
            "reference": (match.reference.start, match.reference.end),
            "mirrored": match.mirrored,
            "speed": match.speed,
        },
        "parts": [_part(shown, numbers=numbers) for shown in verification.shown],
        "elsewhere_seconds": look and look.explanation.elsewhere,
        "ledger": _ledger(verification),
        "redaction": redaction
        and {
            "manifest_id": redaction.manifest_id,
            "update_id": redaction.update_id,
            "assertions": list(redaction.assertions),
            "reason": redaction.reason,
            "redacted_at": redaction.redacted_at,
        },
        "compared": verification.compared,
        "as_of": verification.as_of,
    }


def _sound(verification: Verification, *, numbers: bool) -> dict[str, Any] | None:
    look = verification.look
    if look is None or look.sound is None:
        return None
    found = look.sound.found
    return {
        "found": found.payload_id is not None,
        "generation_id": verification.sound_generation,
        "log10_p": found.log10_p if numbers else None,
        "able": found.able,
        "tempo": found.tempo,
        "pitch": found.pitch,
        "stretch": found.stretch,
        "bond": _bond(verification),
    }


def _bond(verification: Verification) -> Bond | None:
    if verification.sound_generation is None:
        return None
    look = verification.look
    return Bond.SAME if verification.sounds_like else look and look.sound and look.sound.bond


def _manifest(verification: Verification) -> dict[str, Any]:
    credential = verification.credential
    stamp = credential.time_stamp
    return {
        "state": credential.state,
        "manifest_id": credential.manifest_id,
        "generation_id": verification.manifest_generation,
        "signer": credential.signer,
        "time_stamp": stamp and {"at": stamp.at, "trusted": stamp.trusted},
        "trusted_now": credential.trusted_now,
        "trusted_then": credential.trusted_then,
        "ours": credential.claim_signature_ours,
        "exact": verification.exact,
        "failures": list(credential.failures),
        "redacted": list(credential.redacted),
    }


def _part(shown: Shown, *, numbers: bool) -> dict[str, Any]:
    match = shown.match
    return {
        "generation_id": shown.output.id,
        "stretches": [(each.start, each.end) for each in shown.part.stretches],
        "reference": (match.reference.start, match.reference.end),
        "score": match.score,
        "bits": match.bits,
        "mirrored": match.mirrored,
        "speed": match.speed,
        "marked": shown.marked,
        "with_original": shown.with_original,
        "log10_p": shown.log10_p if numbers else None,
        "withdrawn": shown.why_withdrawn is not None,
    }


def _ledger(verification: Verification) -> dict[str, Any] | None:
    generation, proof = verification.generation, verification.proof
    if generation is None:
        return None
    return {
        "generation_id": generation.id,
        "state": generation.state,
        "decision_rulebook": generation.decision.rulebook,
        "consents": list(generation.decision.consents),
        "licences": list(generation.decision.licences),
        "event_id": proof and proof.event_id,
        "index": proof and proof.index,
    }
