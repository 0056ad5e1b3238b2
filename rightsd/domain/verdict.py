"""What a file is, concluded from its marks and from where things stand now.

A watermark alone is never proof: whoever has a marked clip can copy the mark onto another. It
counts when the content agrees too, by a valid manifest or by the fingerprint of the same output.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    UNCHECKED = "unchecked"  # Its content could not be compared, and what is left does not tell.


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
        staydowns: The stay-down entries whose content it has.
        grounds: Why outputs and entries are to stay down, by their ids.
        compared: Its content was compared with what we know; otherwise nothing is known of it.
    """

    manifest: Manifest
    manifest_generation: str | None
    watermark_generation: str | None
    content: tuple[str, ...]
    why_withdrawn: dict[str, str]
    staydowns: tuple[str, ...] = ()
    grounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    compared: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the file is, of which output, and why we say so.

    Attributes:
        grounds: Of what was taken down: the kinds of the notices, or of the stay-down entries.
    """

    kind: Kind
    generation_id: str | None
    reasons: tuple[str, ...]
    grounds: tuple[str, ...] = ()


def conclude(evidence: Evidence) -> Verdict:
    """Return the verdict.

    Content that was withdrawn outranks everything that the file says about itself; only the very
    bytes of an output that stands, under our trusted credential, are that output all the same.
    """
    if not evidence.compared:
        return _without_content(evidence)
    if evidence.staydowns:
        return _stays_down(evidence)
    if evidence.manifest is Manifest.OURS:
        return _genuine(evidence)
    for generation_id in evidence.content:
        if cause := evidence.why_withdrawn.get(generation_id):
            reason = "its content is that of an output of ours"
            return _withdrawn(evidence, generation_id, reason, cause)
    return _by_broken_credential(evidence) or _by_marks(evidence) or _by_nothing_of_ours(evidence)


def _without_content(evidence: Evidence) -> Verdict:
    """Return the verdict by credential and watermark alone.

    What was withdrawn or altered can be said of a file without its content. That it is genuine, or
    that nothing in it is ours, cannot: it may show what is to stay down, or be stripped.
    """
    not_compared = "its content could not be compared with what we know; try again later"
    named = evidence.manifest_generation
    if evidence.manifest is Manifest.OURS:
        found = _genuine(evidence)
        kind = Kind.UNCHECKED if found.kind is Kind.GENUINE else found.kind
        return Verdict(kind, named, (*found.reasons, not_compared), found.grounds)
    if evidence.manifest is Manifest.OURS_BROKEN:
        reason = "its content credential is ours, but the bytes were changed after signing"
        return Verdict(Kind.ALTERED, named, (reason, not_compared))
    reasons = [not_compared]
    if evidence.watermark_generation is not None:
        reasons.insert(0, "it carries a watermark of ours, which can be copied and proves nothing")
    if evidence.manifest is Manifest.FOREIGN:
        reasons.insert(0, "it carries someone else's content credential")
    return Verdict(Kind.UNCHECKED, None, tuple(reasons))


def _genuine(evidence: Evidence) -> Verdict:
    assert evidence.manifest_generation is not None
    reason = "its content credential is ours, is trusted, and covers these bytes"
    if cause := evidence.why_withdrawn.get(evidence.manifest_generation):
        return _withdrawn(evidence, evidence.manifest_generation, reason, cause)
    return Verdict(Kind.GENUINE, evidence.manifest_generation, (reason,))


def _stays_down(evidence: Evidence) -> Verdict:
    """Return the verdict on what is to stay down whether or not it ever was an output."""
    grounds = {ground for entry in evidence.staydowns for ground in evidence.grounds[entry]}
    reason = "its content was reported, and is to stay down"
    named = evidence.manifest_generation or next(iter(evidence.content), None)
    return Verdict(Kind.WITHDRAWN, named, (reason,), tuple(sorted(grounds)))


def _withdrawn(evidence: Evidence, generation_id: str, reason: str, cause: str) -> Verdict:
    reasons = (reason, f"it was withdrawn: {cause}")
    grounds = tuple(evidence.grounds.get(generation_id, ()))
    return Verdict(Kind.WITHDRAWN, generation_id, reasons, grounds)


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
