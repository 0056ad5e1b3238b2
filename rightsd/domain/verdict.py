"""What a file is, concluded from its marks and from where things stand now.

A watermark alone is never proof: whoever has a marked clip can copy the mark onto another. It
counts when the content agrees too, by a valid manifest or by the fingerprint of the same output.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file is."""

    GENUINE = "genuine"
    STRIPPED = "stripped"
    COPIED_MARK = "copied_mark"
    ALTERED = "altered"
    WITHDRAWN = "withdrawn"
    FOREIGN = "foreign_credential"
    UNKNOWN = "unknown"


class Manifest(StrEnum):
    """What its content credential is worth."""

    NONE = "none"
    OURS = "ours"  # Trusted, signed by us, and known to the ledger.
    OURS_BROKEN = "ours_broken"  # Signed by us, but not for these bytes.
    FOREIGN = "foreign"  # Well formed, but not of an output of ours.
    BROKEN = "broken"  # Does not hold, whoever made it.


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each layer says: the generation that it names, or None.

    Attributes:
        why_withdrawn: By generation id: why it may no longer be shown; absent: it may.
    """

    manifest: Manifest
    manifest_generation: str | None
    watermark_generation: str | None
    fingerprint_generation: str | None
    why_withdrawn: dict[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the file is, of which output, and why we say so."""

    kind: Kind
    generation_id: str | None
    reasons: tuple[str, ...]


def conclude(evidence: Evidence) -> Verdict:
    """Return the verdict. Withdrawal outranks everything about content that is ours."""
    found = _by_credential(evidence) or _by_marks(evidence) or _by_nothing_of_ours(evidence)
    withdrawn = found.generation_id and evidence.why_withdrawn.get(found.generation_id)
    same_content = found.kind in {Kind.GENUINE, Kind.STRIPPED} or (
        found.kind is Kind.ALTERED and evidence.fingerprint_generation == found.generation_id
    )
    if withdrawn and same_content:
        reasons = (*found.reasons, f"it was withdrawn: {withdrawn}")
        return Verdict(Kind.WITHDRAWN, found.generation_id, reasons)
    return found


def _by_credential(evidence: Evidence) -> Verdict | None:
    if evidence.manifest is Manifest.OURS:
        reason = "its content credential is ours, is trusted, and covers these bytes"
        return Verdict(Kind.GENUINE, evidence.manifest_generation, (reason,))
    if evidence.manifest is Manifest.OURS_BROKEN:
        reasons = ["its content credential is ours, but the bytes were changed after signing"]
        if evidence.fingerprint_generation != evidence.manifest_generation:
            reasons.append("its content is not that of the output that the credential names")
        return Verdict(Kind.ALTERED, evidence.manifest_generation, tuple(reasons))
    return None


def _by_marks(evidence: Evidence) -> Verdict | None:
    watermark, content = evidence.watermark_generation, evidence.fingerprint_generation
    if watermark is not None and watermark == content:
        reason = "it carries no valid credential of ours, but watermark and fingerprint agree"
        return Verdict(Kind.STRIPPED, watermark, (reason,))
    if watermark is not None:
        reason = "it carries a watermark of ours, but its content is not that of the marked output"
        return Verdict(Kind.COPIED_MARK, None, (reason,))
    if content is not None:
        reason = "its content is that of an output of ours, and credential and watermark are gone"
        return Verdict(Kind.STRIPPED, content, (reason,))
    return None


def _by_nothing_of_ours(evidence: Evidence) -> Verdict:
    if evidence.manifest is Manifest.FOREIGN:
        reason = "it carries someone else's content credential, and nothing of ours"
        return Verdict(Kind.FOREIGN, None, (reason,))
    if evidence.manifest is Manifest.BROKEN:
        reason = "its content credential does not hold, and nothing in it is ours"
        return Verdict(Kind.UNKNOWN, None, (reason,))
    return Verdict(Kind.UNKNOWN, None, ("nothing in it is ours",))
