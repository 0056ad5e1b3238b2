"""The verdict on a file: what it says of itself and shows, held against how things stand."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from fingerprint.align import Match, Segment
from fingerprint.parts import AROUND_SECONDS, Part
from ledger import log
from rightsd import looking
from rightsd.adapters import fingerprints as files
from rightsd.adapters.c2pa_credential import Credential, with_revocation, with_signer
from rightsd.adapters.c2pa_credential import State as CredentialState
from rightsd.db import certificates, generations, manifests, standing
from rightsd.db.manifests import Redaction
from rightsd.db.tx import Tx
from rightsd.domain import verdict
from rightsd.domain.generation import Generation
from rightsd.domain.staydown import Bar
from rightsd.domain.verdict import Bond, Evidence, Manifest, Sound, Verdict
from rightsd.looking import Look
from rightsd.runtime import Runtime


class Layers(StrEnum):
    """What of a file is looked at."""

    ALL = "all"
    MANIFEST = "manifest"  # Its content credential alone: nothing is decoded.


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
class Shown:
    """An output in a stretch of a file.

    Attributes:
        part: Where, and what they have in common.
        output: The output.
        marked: Whether the watermark there says the same.
        with_original: Whether it took the output's file to tell.
        doubted: Whether a watermark there does not count: see `verdict.Part`.
        log10_p: How likely a part without a watermark would look like this.
        why_withdrawn: Why it may not be shown; None: it may.
    """

    part: Part
    output: Generation
    marked: bool
    with_original: bool
    doubted: bool
    log10_p: float
    why_withdrawn: str | None

    @property
    def match(self) -> Match:
        """What file and output have in common."""
        return next(each for each in self.part.matches if each.asset_id == self.output.id)


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on a file, and what each layer said.

    Attributes:
        generation: The output that the verdict is about.
        manifest_generation: The output that the credential names, when it is ours.
        exact: The file is byte for byte what was released as that output.
        look: What it shows; None when only its credential was looked at.
        watermark_generation: The output that the watermark names.
        sound_generation: The output that the watermark in its sound names, or whose sound it is.
        shown: Which outputs are where in it.
        redaction: What the manifest repository serves of its manifest, if that was redacted.
        as_of: When Postgres was asked.
    """

    verdict: Verdict
    generation: Generation | None
    credential: Credential
    manifest_generation: str | None
    exact: bool
    look: Look | None
    watermark_generation: str | None
    sound_generation: str | None
    shown: tuple[Shown, ...]
    proof: Proof | None
    redaction: Redaction | None
    as_of: datetime

    @property
    def compared(self) -> bool:
        """Whether its content was compared with what we know."""
        return self.look is not None and self.look.compared

    @property
    def matched(self) -> tuple[str, ...]:
        """The layers that name the output of the verdict."""
        named = self.verdict.generation_id
        if named is None:
            return ()
        shown = [part for part in self.shown if part.output.id == named]
        doubted = any(part.doubted for part in shown)
        marked = any(part.marked for part in shown) or (
            self.watermark_generation == named and not doubted
        )
        layers = {
            "manifest": self.manifest_generation == named,
            "watermark": marked,
            "sound": self.sounds_like == named,
            "fingerprint": bool(shown),
        }
        return tuple(layer for layer, names in layers.items() if names)

    @property
    def sounds_like(self) -> str | None:
        """The output whose sound it has."""
        heard = self.look.sound if self.look else None
        same = heard is not None and (heard.bond is Bond.SAME or heard.output is not None)
        return self.sound_generation if same else None

    @property
    def fingerprint(self) -> Match | None:
        """What the file has in common with the output of the verdict, or with the first in it."""
        matches = [shown.match for shown in self.shown]
        of_it = (
            each for each in matches if self.generation and each.asset_id == self.generation.id
        )
        return next(of_it, matches[0] if matches else None)


def verify(rt: Runtime, path: Path, *, layers: Layers = Layers.ALL) -> Verification:
    """Return what a file is.

    Args:
        rt: The runtime.
        path: The file.
        layers: What of it is looked at. Its credential alone is enough to say that it is genuine.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when it is no video, picture or sound.
    """
    credential = rt.credentials.read(path)
    sha256 = files.digest(path) if credential.signed else None
    ours = credential.claim_signature_ours and credential.vouched
    look = looking.look(rt, path, hears=True, binds=not ours) if layers is Layers.ALL else None
    with rt.transaction() as tx:
        return _conclude(tx, credential, sha256, look)


def _conclude(
    tx: Tx, credential: Credential, sha256: str | None, look: Look | None
) -> Verification:
    credential = with_signer(credential, certificates.signer_of(tx, credential.manifest_id))
    credential = with_revocation(credential, certificates.revoked_from(tx, credential.serial))
    of_credential = _of_credential(tx, credential)
    named = _named(tx, of_credential, look)
    by_id = {generation.id: generation for generation in named}
    of_manifest = by_id.get(of_credential or "")
    of_mark = {g.watermark_id: g.id for g in named if g.watermark_id is not None}
    why_withdrawn = standing.why_not(tx, named)
    shown = _shown(tx, look, by_id, of_mark, why_withdrawn) if look else ()
    manifest = _manifest(credential, of_manifest)
    whole = of_manifest if manifest is Manifest.OURS else None
    bars = _bars(tx, look, by_id, shown, whole) if look else {}
    taken_down = standing.bars(tx, [generation.id for generation in named])
    payload_id = look.mark.payload_id if look else None
    evidence = Evidence(
        manifest=manifest,
        manifest_generation=of_manifest and of_manifest.id,
        vouched=credential.vouched,
        exact=_is_exact(of_manifest, sha256),
        looked=look is not None,
        compared=look is None or look.compared,
        gone=look is not None and look.gone,
        mark=None if payload_id is None else of_mark.get(payload_id),
        stray_mark=payload_id is not None and payload_id not in of_mark,
        trace=look is not None and look.mark.present and payload_id is None,
        parts=tuple(part for part, _, _ in shown),
        elsewhere=look.explanation.elsewhere if look else 0.0,
        pictures=look is None or look.pictures,
        sound=_sound(look, of_mark),
        why_withdrawn=why_withdrawn,
        staydowns=tuple(sorted(bars)),
        grounds={thing: bar.kinds for thing, bar in {**bars, **taken_down}.items()},
    )
    concluded = verdict.conclude(evidence)
    generation = by_id.get(concluded.generation_id or "")
    return Verification(
        verdict=concluded,
        generation=generation,
        credential=credential,
        manifest_generation=evidence.manifest_generation,
        exact=evidence.exact,
        look=look,
        watermark_generation=evidence.mark,
        sound_generation=evidence.sound and evidence.sound.mark,
        shown=tuple(
            Shown(
                found,
                by_id[part.output],
                part.marked,
                part.with_original,
                part.doubted,
                log10_p,
                why_withdrawn.get(part.output),
            )
            for part, found, log10_p in shown
        ),
        proof=_proof(tx, generation),
        redaction=_redaction(tx, generation, evidence),
        as_of=tx.now,
    )


def _of_credential(tx: Tx, credential: Credential) -> str | None:
    """Return the output that our own signature names: anyone can write our manifest's name.

    Its manifest may have been redacted since, and the file be told so by the update manifest.
    """
    if credential.manifest_id is None or not credential.claim_signature_ours:
        return None
    return manifests.find_generation(tx, credential.manifest_id)


def _named(tx: Tx, of_credential: str | None, look: Look | None) -> list[Generation]:
    """Return the released outputs that anything in a file names."""
    ids = [] if of_credential is None else [of_credential]
    marks: set[int | None] = set()
    if look is not None:
        marks = {mark.payload_id for mark in (look.mark, *look.marks)}
        marks |= {look.sound.found.payload_id} if look.sound else set()
        ids += [match.asset_id for part in look.explanation.parts for match in part.matches]
        ids += [look.sound.output] if look.sound and look.sound.output else []
    return generations.with_marks(
        tx,
        manifest_id=None,
        watermark_ids=[mark for mark in marks if mark is not None],
        generation_ids=ids,
    )


def _shown(
    tx: Tx,
    look: Look,
    by_id: Mapping[str, Generation],
    of_mark: Mapping[int, str],
    why_withdrawn: Mapping[str, str],
) -> list[tuple[verdict.Part, Part, float]]:
    """Return which outputs are where in a file, as the verdict takes it and as it was found.

    With each goes how likely a part without a watermark would look like this.
    """
    shown: list[tuple[verdict.Part, Part, float]] = []
    found = zip(look.explanation.parts, look.marks, look.doubted, look.proved, strict=True)
    for part, mark, unsure, proved in found:
        released = [match for match in part.matches if match.asset_id in by_id]
        counting = _without_exempt(tx, released, by_id, why_withdrawn)
        if counting:
            outputs = tuple(match.asset_id for match in counting)
            named = None if mark.payload_id is None else of_mark.get(mark.payload_id)
            log10_p, with_original, doubted = mark.log10_p, False, unsure
            if proved is not None and proved.generation_id in outputs:
                named, log10_p = proved.generation_id, proved.log10_p
                with_original, doubted = True, False
            of_part = verdict.Part(outputs, part.start, part.end, named, with_original, doubted)
            shown.append((of_part, part, log10_p))
    return shown


def _sound(look: Look | None, of_mark: Mapping[int, str]) -> Sound | None:
    """Return what the sound of a file says, as the verdict takes it."""
    heard = look.sound if look else None
    if heard is not None and heard.output is not None:
        return Sound(heard.output, Bond.SAME)
    if heard is None or heard.found.payload_id is None:
        return None
    return Sound(of_mark.get(heard.found.payload_id), heard.bond or Bond.OTHER)


def _is_exact(generation: Generation | None, sha256: str | None) -> bool:
    return bool(generation and generation.output and generation.output.sha256 == sha256)


def _bars(
    tx: Tx,
    look: Look,
    by_id: Mapping[str, Generation],
    shown: Sequence[tuple[verdict.Part, Part, float]],
    whole: Generation | None,
) -> dict[str, Bar]:
    """Return the stay-down entries that a file shows, beyond doubt, to whomever it belongs.

    Who is exempt from one shows it in outputs of their own, and where a file shows nothing else.

    Args:
        tx: The transaction.
        look: What the file shows.
        by_id: The outputs that anything in the file names.
        shown: Which of them are where in it.
        whole: The output that the file is as a whole, when its credential holds.
    """
    entries = {one.entry_id: one.where for one in look.entries}
    barred = standing.bars(tx, list(entries))
    for entry in list(barred):
        there = [part.outputs for part, found, _ in shown if _is_within(entries[entry], found)]
        outputs = [whole] if whole else [by_id[each] for each in itertools.chain(*there)]
        owners = {output.account_id for output in outputs}
        if not all(standing.bars(tx, [entry], account_id=owner) for owner in owners):
            del barred[entry]
    return barred


def _is_within(stretch: Segment, part: Part) -> bool:
    """Say whether a part shows its output all through a stretch of the file."""
    return any(
        each.start - AROUND_SECONDS <= stretch.start and stretch.end <= each.end + AROUND_SECONDS
        for each in part.stretches
    )


def _without_exempt(
    tx: Tx,
    good: list[Match],
    by_id: Mapping[str, Generation],
    why_withdrawn: Mapping[str, str],
) -> list[Match]:
    """Return equally good matches without those of which another is a copy that may be shown.

    Those are outputs that fell by notice alone, from which the owner of the copy is exempt.
    """
    shown = [match.asset_id for match in good]
    owners = {by_id[each].account_id for each in shown if each not in why_withdrawn}
    down = [by_id[each] for each in shown if each in why_withdrawn]
    if not owners or not down:
        return good
    fallen = standing.ended(tx, down)
    exempt: set[str] = set()
    for owner in sorted(owners):
        barred = standing.bars(tx, list(fallen), account_id=owner)
        exempt |= standing.spared(tx, fallen, owner) - set(barred)
    return [match for match in good if match.asset_id not in exempt]


def _manifest(credential: Credential, generation: Generation | None) -> Manifest:
    if credential.state is CredentialState.NONE:
        return Manifest.NONE
    if credential.claim_signature_ours and generation is not None:
        return Manifest.OURS if credential.vouched else Manifest.OURS_BROKEN
    if credential.state in {CredentialState.TRUSTED, CredentialState.VALID}:
        return Manifest.FOREIGN
    if credential.state is CredentialState.UNREADABLE:
        return Manifest.UNREADABLE
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
