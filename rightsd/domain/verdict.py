"""What a file is, concluded from its marks and from where things stand now.

A watermark alone is never proof: whoever has a marked clip can copy the mark onto another. It
counts when the content agrees too, by a valid manifest or by the fingerprint of the same output.
Nor does a part make the whole: what was put together of several outputs, or of one and other
things, is altered, however well each part is marked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# What lasts less may be a title, a fade, or frames that a bad copy has lost.
ELSEWHERE_SECONDS_MIN = 2.0
SOUND_OF_OURS = "its sound is that of an output of ours"
UNLOOKED = "only its content credential was looked at"


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
    UNREADABLE = "unreadable"  # Nothing is known of it.


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the file that shows an output of ours.

    Attributes:
        outputs: Those that it shows equally well, the best first.
        start: In seconds of the file.
        end: The same, for a still picture.
        mark: The output that the watermark found there names, if any.
        with_original: It took the file of that output to tell.
        doubted: A watermark there names what the part shows, and does not count: whether it was
            moved there cannot be told.
    """

    outputs: tuple[str, ...]
    start: float
    end: float
    mark: str | None = None
    with_original: bool = False
    doubted: bool = False

    @property
    def output(self) -> str:
        """The output that it shows; of several that look alike, the one whose mark it carries."""
        return self.mark if self.mark in self.outputs and self.mark else self.outputs[0]

    @property
    def marked(self) -> bool:
        """Whether the watermark says the same."""
        return self.mark in self.outputs


class Bond(StrEnum):
    """Whether a sound is that of the output which the mark in it names."""

    SAME = "same"
    OTHER = "other"  # The mark was moved there.
    GONE = "gone"  # Nothing is left to compare it with.


@dataclass(frozen=True, slots=True)
class Sound:
    """A mark in the sound of a file.

    Attributes:
        mark: The output that it names; None: none that was ever released.
        bond: Whether it is the sound of that.
    """

    mark: str | None
    bond: Bond


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each layer says: the generation that it names, or None.

    Attributes:
        vouched: Someone whom we trust vouches for the signer of its credential, or did then.
        exact: The file is byte for byte the one that was released.
        looked: The content was looked at, too; else nothing is known but the credential.
        mark: The output that a watermark in the file names, wherever in it.
        stray_mark: There is a watermark of ours that names no output that was ever released.
        trace: There is a watermark of ours that is too damaged to be read.
        parts: Which stretches of it show which outputs.
        elsewhere: For how many seconds it shows none.
        why_withdrawn: By generation id: why it may no longer be shown; absent: it may.
        staydowns: The stay-down entries whose content it has.
        grounds: Why outputs and entries are to stay down, by their ids.
        compared: Its content was compared with what we know; otherwise nothing is known of it.
        gone: Of the output that the mark names no file is left that a crop could be compared with.
        pictures: It shows something; else it is sound alone.
        sound: What its sound says, if there is a mark of ours in it.
    """

    manifest: Manifest
    manifest_generation: str | None = None
    vouched: bool = True
    exact: bool = False
    looked: bool = True
    mark: str | None = None
    stray_mark: bool = False
    trace: bool = False
    parts: tuple[Part, ...] = ()
    elsewhere: float = 0.0
    why_withdrawn: Mapping[str, str] = field(default_factory=dict[str, str])
    staydowns: tuple[str, ...] = ()
    grounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    compared: bool = True
    gone: bool = False
    pictures: bool = True
    sound: Sound | None = None

    @property
    def content(self) -> tuple[str, ...]:
        """The outputs whose content it has."""
        return tuple(dict.fromkeys(each for part in self.parts for each in part.outputs))

    @property
    def sounds_like(self) -> str | None:
        """The output whose sound it has."""
        return self.sound.mark if self.sound and self.sound.bond is Bond.SAME else None

    @property
    def is_mixed(self) -> bool:
        """Whether it shows more than one output, as a whole or an excerpt, in its order."""
        return len(self.parts) > 1 or self.elsewhere >= ELSEWHERE_SECONDS_MIN

    @property
    def main(self) -> Part:
        """The part that tells most about what the file is; there must be one."""
        return max(self.parts, key=lambda part: (part.marked, part.end - part.start))


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
    for part in evidence.parts:
        for generation_id in part.outputs:
            if cause := evidence.why_withdrawn.get(generation_id):
                return _withdrawn(evidence, generation_id, _place(evidence, part), cause)
    return (
        _by_withdrawn_sound(evidence)
        or _by_broken_credential(evidence)
        or _by_copied_mark(evidence)
        or _by_content(evidence)
        or _by_sound(evidence)
        or _by_nothing_of_ours(evidence)
    )


def _without_content(evidence: Evidence) -> Verdict:
    """Return the verdict by credential, sound and watermark alone.

    What was withdrawn or altered can be said of a file without its content. That it is genuine, or
    that nothing in it is ours, cannot: it may show what is to stay down, or be stripped.
    """
    not_compared = "its content could not be compared with what we know; try again later"
    named = evidence.manifest_generation
    if evidence.manifest is Manifest.OURS:
        found = _genuine(evidence)
        kind = Kind.UNCHECKED if found.kind is Kind.GENUINE else found.kind
        return Verdict(kind, named, (*found.reasons, not_compared), found.grounds)
    if withdrawn := _by_withdrawn_sound(evidence):
        return withdrawn
    if evidence.manifest is Manifest.OURS_BROKEN:
        reason = "its content credential is ours, but the bytes were changed after signing"
        return Verdict(Kind.ALTERED, named, (reason, not_compared))
    reasons = [not_compared]
    if evidence.mark is not None:
        reasons.insert(0, "it carries a watermark of ours, which can be copied and proves nothing")
    if evidence.sounds_like is not None:
        reasons.insert(0, SOUND_OF_OURS)
    return Verdict(Kind.UNCHECKED, None, (*_foreign(evidence), *reasons))


def _genuine(evidence: Evidence) -> Verdict:
    assert evidence.manifest_generation is not None
    reason = "its content credential is ours, is trusted, and covers these bytes"
    if cause := evidence.why_withdrawn.get(evidence.manifest_generation):
        return _withdrawn(evidence, evidence.manifest_generation, reason, cause)
    reasons = [reason]
    if evidence.exact:
        reasons.append("it is byte for byte the file that was released")
    return Verdict(Kind.GENUINE, evidence.manifest_generation, tuple(reasons))


def _stays_down(evidence: Evidence) -> Verdict:
    """Return the verdict on what is to stay down whether or not it ever was an output.

    An output is named when the file is that and nothing else: the rest may be what was reported.
    """
    grounds = {ground for entry in evidence.staydowns for ground in evidence.grounds[entry]}
    reason = "its content was reported, and is to stay down"
    if evidence.manifest is Manifest.OURS:
        named = evidence.manifest_generation
    else:
        named = evidence.main.output if evidence.parts and not evidence.is_mixed else None
    return Verdict(Kind.WITHDRAWN, named, (reason,), tuple(sorted(grounds)))


def _withdrawn(evidence: Evidence, generation_id: str, reason: str, cause: str) -> Verdict:
    reasons = (reason, f"it was withdrawn: {cause}")
    grounds = tuple(evidence.grounds.get(generation_id, ()))
    return Verdict(Kind.WITHDRAWN, generation_id, reasons, grounds)


def _place(evidence: Evidence, part: Part) -> str:
    """Say where in the file an output is."""
    if not evidence.is_mixed:
        return "its content is that of an output of ours"
    return f"from second {part.start:.1f} to second {part.end:.1f} it shows an output of ours"


def _by_broken_credential(evidence: Evidence) -> Verdict | None:
    if evidence.manifest is not Manifest.OURS_BROKEN:
        return None
    reasons = ["its content credential is ours, but the bytes were changed after signing"]
    named = evidence.manifest_generation
    if not evidence.looked:
        reasons.append(UNLOOKED)
    elif named not in evidence.content:
        reasons.append("its content is not that of the output that the credential names")
        if evidence.parts:
            named = evidence.main.output
            reasons.append("its content is that of another output of ours")
    reasons += _mixture(evidence)
    return Verdict(Kind.ALTERED, named, tuple(reasons))


def _by_copied_mark(evidence: Evidence) -> Verdict | None:
    """Return the verdict on a file with a mark whose output it does not show."""
    named = {evidence.mark, *(part.mark for part in evidence.parts)} - {None}
    astray = named.difference(evidence.content)
    if not astray:
        return None
    if evidence.gone:
        reason = "it carries a watermark of ours, and nothing is left to compare it with"
        return Verdict(Kind.UNCHECKED, None, (reason, *_foreign(evidence)))
    reasons = ["it carries a watermark of ours, but its content is not that of the marked output"]
    if evidence.parts:
        reasons.append("its content is that of another output of ours")
    shown = evidence.main.output if evidence.parts else None
    return Verdict(Kind.COPIED_MARK, shown, (*reasons, *_mixture(evidence), *_foreign(evidence)))


def _by_content(evidence: Evidence) -> Verdict | None:
    if not evidence.parts:
        return None
    if evidence.main.marked and evidence.main.with_original:
        reason = (
            "it carries no valid credential of ours, but its content is that of an output of ours,"
            " and with that its watermark, too weak to be read alone, was verified"
        )
    elif evidence.main.marked:
        reason = "it carries no valid credential of ours, but watermark and fingerprint agree"
    elif evidence.main.doubted:
        reason = (
            "its content is that of an output of ours, without a valid credential; of the watermark"
            " in it, it cannot be told whether it was moved there"
        )
    else:
        reason = "its content is that of an output of ours, without a valid credential or watermark"
    reasons = [reason, *_mixture(evidence), *_foreign(evidence)]
    dubbed = evidence.sounds_like is not None and evidence.sounds_like not in evidence.content
    if dubbed:
        reasons.append("its sound is that of another output of ours")
    kind = Kind.ALTERED if evidence.is_mixed or dubbed else Kind.STRIPPED
    return Verdict(kind, evidence.main.output, tuple(reasons))


def _by_withdrawn_sound(evidence: Evidence) -> Verdict | None:
    heard = evidence.sounds_like
    cause = evidence.why_withdrawn.get(heard) if heard else None
    if heard is None or cause is None:
        return None
    return _withdrawn(evidence, heard, SOUND_OF_OURS, cause)


def _by_sound(evidence: Evidence) -> Verdict | None:
    """Return the verdict on a file that shows nothing of ours and has a mark in its sound."""
    sound = evidence.sound
    if sound is None or sound.mark is None:
        return None
    if sound.bond is Bond.GONE:
        reason = "its sound carries a watermark of ours, and nothing is left to compare it with"
        return Verdict(Kind.UNCHECKED, None, (reason, *_foreign(evidence)))
    if sound.bond is Bond.OTHER:
        reason = "its sound carries a watermark of ours, but is not that of the marked output"
        return Verdict(Kind.COPIED_MARK, None, (reason, *_foreign(evidence)))
    shown = "what it shows is not" if evidence.pictures else "it shows nothing"
    kind = Kind.ALTERED if evidence.pictures else Kind.STRIPPED
    return Verdict(kind, sound.mark, (SOUND_OF_OURS, shown, *_foreign(evidence)))


def _mixture(evidence: Evidence) -> Iterator[str]:
    """Say of what the file was put together, if it was."""
    several = len({part.output for part in evidence.parts})
    if several > 1:
        yield f"it is put together of parts of {several} outputs of ours"
    elif len(evidence.parts) > 1:
        yield "parts of an output of ours are in it in another order"
    if evidence.parts and evidence.elsewhere >= ELSEWHERE_SECONDS_MIN:
        yield f"{evidence.elsewhere:.1f} seconds of it are not of any output of ours"


def _foreign(evidence: Evidence) -> Iterator[str]:
    if evidence.manifest is Manifest.FOREIGN:
        yield "it carries someone else's content credential"
        if not evidence.vouched:
            yield "nobody whom we trust vouches for its signer"
    elif evidence.manifest is Manifest.UNREADABLE:
        yield "its content credential could not be read"


def _by_nothing_of_ours(evidence: Evidence) -> Verdict:
    reasons: list[str] = []
    kind = Kind.UNKNOWN
    if evidence.stray_mark:
        reasons.append("it carries a watermark of ours, of no output that was ever released")
    if evidence.trace:
        reasons.append("it carries a watermark of ours, too damaged to say of which output")
    if evidence.sound is not None:
        reasons.append("its sound carries a watermark of ours, of no output that was ever released")
    if evidence.manifest is Manifest.FOREIGN:
        kind = Kind.FOREIGN
    reasons += _foreign(evidence)
    if evidence.manifest is Manifest.BROKEN:
        reasons.append("its content credential does not hold")
    elif evidence.manifest is Manifest.NONE:
        reasons.append("it carries no content credential")
    if not evidence.looked:
        reasons.append(UNLOOKED)
    elif not evidence.pictures:
        reasons.append("it shows nothing, and neither its sound nor a watermark in that is ours")
    elif not evidence.stray_mark and not evidence.trace and evidence.sound is None:
        reasons.append("nothing in it is ours")
    return Verdict(kind, None, tuple(reasons))
