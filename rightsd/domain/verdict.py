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
        content: The outputs whose content it has, the best match first, all about equally good.
        why_withdrawn: By generation id: why it may no longer be shown; absent: it may.
    """

    manifest: Manifest
    manifest_generation: str | None
    watermark_generation: str | None
    content: tuple[str, ...]
    why_withdrawn: dict[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the file is, of which output, and why we say so."""

    kind: Kind
    generation_id: str | None
    reasons: tuple[str, ...]


def conclude(evidence: Evidence) -> Verdict:
    """Return the verdict.

    Content that was withdrawn outranks everything that the file says about itself; only the very
    bytes of an output that stands, under our trusted credential, are that output all the same.
    """
    if evidence.manifest is Manifest.OURS:
        return _genuine(evidence)
    for generation_id in evidence.content:
        if cause := evidence.why_withdrawn.get(generation_id):
            reason = "its content is that of an output of ours"
            return _withdrawn(generation_id, reason, cause)
    return _by_broken_credential(evidence) or _by_marks(evidence) or _by_nothing_of_ours(evidence)


def _genuine(evidence: Evidence) -> Verdict:
    assert evidence.manifest_generation is not None
    reason = "its content credential is ours, is trusted, and covers these bytes"
    if cause := evidence.why_withdrawn.get(evidence.manifest_generation):
        return _withdrawn(evidence.manifest_generation, reason, cause)
    return Verdict(Kind.GENUINE, evidence.manifest_generation, (reason,))


def _withdrawn(generation_id: str, reason: str, cause: str) -> Verdict:
    return Verdict(Kind.WITHDRAWN, generation_id, (reason, f"it was withdrawn: {cause}"))


def _by_broken_credential(evidence: Evidence) -> Verdict | None:
    if evidence.manifest is not Manifest.OURS_BROKEN:
        return None
    reasons = ["its content credential is ours, but the bytes were changed after signing"]
    if evidence.manifest_generation not in evidence.content:
        reasons.append("its content is not that of the output that the credential names")
    return Verdict(Kind.ALTERED, evidence.manifest_generation, tuple(reasons))


def _by_marks(evidence: Evidence) -> Verdict | None:
    watermark = evidence.watermark_generation
    if watermark is not None and watermark in evidence.content:
        reason = "it carries no valid credential of ours, but watermark and fingerprint agree"
        return Verdict(Kind.STRIPPED, watermark, (reason,))
    if watermark is not None:
        reason = "it carries a watermark of ours, but its content is not that of the marked output"
        return Verdict(Kind.COPIED_MARK, None, (reason,))
    if evidence.content:
        reason = "its content is that of an output of ours, and credential and watermark are gone"
        return Verdict(Kind.STRIPPED, evidence.content[0], (reason,))
    return None


def _by_nothing_of_ours(evidence: Evidence) -> Verdict:
    if evidence.manifest is Manifest.FOREIGN:
        reason = "it carries someone else's content credential, and nothing of ours"
        return Verdict(Kind.FOREIGN, None, (reason,))
    if evidence.manifest is Manifest.BROKEN:
        reason = "its content credential does not hold, and nothing in it is ours"
        return Verdict(Kind.UNKNOWN, None, (reason,))
    return Verdict(Kind.UNKNOWN, None, ("nothing in it is ours",))
