"""Marking an output: watermark, labels, and the manifest that says what it is made of.

Every shot of a clip of several has a manifest of its own, over a file of its own, which is cut out
of the clip without being encoded again and not kept: its manifest goes into that of the clip.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from fingerprint import descriptor
from fingerprint.descriptor import Descriptors
from generator import storyboards
from generator.base import Clip, Samples, Storyboard
from ledger import entry
from rightsd.adapters import media, media_cuts, media_tags
from rightsd.adapters.c2pa import Signed
from rightsd.db import generations, lineages, manifests, request_references, subjects
from rightsd.db.tx import Tx
from rightsd.domain import ingredient, label, manifest, rulebook
from rightsd.domain.certificate import Certificate
from rightsd.domain.generation import Generation, Wanted
from rightsd.domain.ingredient import Ingredient
from rightsd.domain.label import Label
from rightsd.domain.manifest import (
    DAEMON,
    DigitalSourceType,
    OutputFacts,
    RightsFacts,
    SoftBinding,
)
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from watermark import keys as watermark_keys
from watermark.stamp import Stamped, stamp

FPS = Fraction(24)
MEDIA_TYPE = "video/mp4"


@dataclass(frozen=True, slots=True)
class Told:
    """What the manifests of a finished clip tell of.

    Attributes:
        content: The fingerprint of the clip.
        event_id: The event that will publish it.
        labelled: What the file is labelled with.
    """

    generation: Generation
    storyboard: Storyboard
    content: Descriptors
    event_id: str
    labelled: Label


def label_for(rt: Runtime, generation: Generation) -> Label:
    """Return what an output that is made now is labelled with."""
    return Label(
        identifier=generation.id,
        provider=rt.issuer.operator,
        system=rt.engine.name,
        version=str(rt.engine.version),
        digital_source_type=DigitalSourceType(rt.engine.digital_source_type),
        made_at=rt.clock(),
    )


def encode(
    rt: Runtime,
    generation: Generation,
    clip: Clip,
    path: Path,
    *,
    audio: Samples,
    labelled: Label,
    strength: float | None = None,
) -> Stamped:
    """Write a clip with its watermark and its labels, so that it can be cut into its shots.

    Args:
        rt: The runtime.
        generation: What it is for.
        clip: Its pictures.
        path: Where to; a bad copy of the clip is put beside it meanwhile.
        audio: Its sound, marked if it can be.
        labelled: What the file is labelled with.
        strength: Of the mark; None: what a bad copy of the clip's beginning asks for.

    Returns:
        What is known of the mark.

    Raises:
        WatermarkError: The pictures are too small for a mark.
    """
    wanted, producer = generation.wanted, rt.aigc_producer
    assert generation.watermark_id is not None
    cuts = storyboards.cuts(clip.storyboard, FPS)
    stamped = stamp(
        clip.frames,
        secret=rt.watermark_keys.newest(),
        payload_id=generation.watermark_id,
        recode=partial(media.recode, folder=path.parent),
        tenant=generation.account_id,
        cuts=cuts,
        strength=strength,
    )
    media.write_video(
        path,
        width=wanted.width,
        height=wanted.height,
        fps=FPS,
        frames=stamped.frames,
        audio=audio,
        rate=clip.rate,
        cuts=cuts,
        tags={} if producer is None else {label.AIGC_TAG: label.aigc(labelled, producer=producer)},
    )
    media_tags.append_xmp(path, label.xmp(labelled))
    return stamped


def sign(
    rt: Runtime, told: Told, source: Path, target: Path, *, thumbnail: bytes
) -> tuple[Signed, list[str]]:
    """Write a signed copy of a clip; files under way are put beside it.

    Returns:
        The signing, and the ids of the manifests of its shots.

    Raises:
        RightsError: As for `ContentCredentials.sign`; UNAVAILABLE, when the certificate changed on
            the way: what a clip is released under is on record, and so has to be that of its shots.
    """
    with rt.transaction() as tx:
        given = _given(tx, told.generation)
        parents = _parents(tx, told.generation)
    shots = list(_shots(rt, told, source, target.parent))
    made_with = rt.engine.assets(told.storyboard)
    models = [one for one in made_with if one.kind == "model"]
    used = [
        *given,
        *(
            ingredient.model(number, one.name, one.revision, one.licence)
            for number, one in enumerate(models, 1)
        ),
        *(_parent(rt, number, each, target.parent) for number, each in enumerate(parents, 1)),
        *(shot.ingredient for shot in shots),
    ]
    title = f"{told.generation.id}.mp4"
    definition = _define(rt, told, title, told.content, used)
    signed = rt.credentials.sign(
        source, target, definition=definition, thumbnail=thumbnail, ingredients=used
    )
    if any(shot.certificate != signed.certificate for shot in shots):
        detail = "the certificate that signs outputs changed while this one was signed"
        raise RightsError(Code.UNAVAILABLE, detail)
    return signed, [shot.manifest_id for shot in shots]


def _given(tx: Tx, generation: Generation) -> list[Ingredient]:
    """Return what the generator was given.

    Of prompt and references it is said what the log says of the request: the same commitments.
    """
    wanted, sent = generation.wanted, request_references.digests(tx, [generation.id])
    people = subjects.people(tx, wanted.people)
    prompt = entry.commit(wanted.salt, wanted.prompt.encode())
    return [
        ingredient.given("prompt", "prompt", "text/plain", prompt),
        *(
            ingredient.given(
                f"reference{number}",
                f"reference {number}",
                "application/octet-stream",
                entry.commit(wanted.salt, sha256.encode()),
            )
            for number, (_, sha256) in enumerate(sent.get(generation.id, ()), 1)
        ),
        *(
            ingredient.given(
                f"cameo{number}",
                f"cameo {number}",
                "application/json",
                _commit_to_likeness(wanted, subject_id, asdict(people[subject_id].likeness)),
            )
            for number, subject_id in enumerate(sorted(people), 1)
        ),
    ]


def _commit_to_likeness(wanted: Wanted, subject_id: str, likeness: dict[str, object]) -> bytes:
    said = {"subject_id": subject_id, "likeness": likeness}
    written = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    return entry.commit(wanted.salt, written)


@dataclass(frozen=True, slots=True)
class _Parent:
    """An output that another one is made of.

    Attributes:
        whole: Its manifest is to go into that of the other.
        kept: Its shots are in the other, but for one.
    """

    id: str
    manifest_id: str
    sha256: str
    whole: bool
    kept: bool


def _parents(tx: Tx, generation: Generation) -> list[_Parent]:
    found: list[_Parent] = []
    for parent_id in lineages.parents(tx, generation.id, limit=ingredient.PARENTS_MAX):
        made = generations.find(tx, parent_id)
        assert made is not None
        assert made.output is not None
        room = sum(one.whole for one in found) < ingredient.PARENTS_WHOLE_MAX
        store = manifests.store(tx, made) if room else None
        whole = store is not None and len(store) <= ingredient.STORE_BYTES_MAX
        remix = generation.wanted.remix
        kept = remix is not None and remix.shot is not None and remix.of == made.id
        found.append(_Parent(made.id, made.output.manifest_id, made.output.sha256, whole, kept))
    return found


def _parent(rt: Runtime, number: int, parent: _Parent, folder: Path) -> Ingredient:
    path = None
    if parent.whole:
        path = folder / f"of-{number}.mp4"
        rt.blobs.save(parent.sha256, path)
    return ingredient.parent(number, parent.id, parent.manifest_id, path, kept=parent.kept)


@dataclass(frozen=True, slots=True)
class _Shot:
    """A shot that was signed: as an ingredient, by which manifest, under which certificate."""

    ingredient: Ingredient
    manifest_id: str
    certificate: Certificate


def _shots(rt: Runtime, told: Told, clip: Path, folder: Path) -> Iterator[_Shot]:
    """Yield the shots of a clip, signed; a clip of one shot is that shot."""
    cuts = storyboards.cuts(told.storyboard, FPS)
    if len(cuts) == 1:
        return
    ends = [float(cut / FPS) for cut in (*cuts[1:], 0)]
    ends[-1] = float("inf")
    for number, path in enumerate(media_cuts.split(clip, folder, cuts, fps=FPS), 1):
        content = _between(told.content, float(cuts[number - 1] / FPS), ends[number - 1])
        title = f"{told.generation.id}, shot {number}"
        signed = path.with_name(f"signed-{path.name}")
        definition = _define(rt, told, title, content)
        made = rt.credentials.sign(path, signed, definition=definition, thumbnail=None)
        yield _Shot(ingredient.shot(number, signed), made.manifest_id, made.certificate)


def _between(content: Descriptors, start: float, end: float) -> Descriptors:
    """Return the fingerprint of a part of a clip; of all of it, when there is none of the part."""
    rows = np.flatnonzero((content.seconds >= start) & (content.seconds < end))
    if not len(rows):
        return content
    return Descriptors(content.seconds[rows], content.codes[rows], content.quality[rows])


def _define(
    rt: Runtime,
    told: Told,
    title: str,
    content: Descriptors,
    ingredients: Sequence[Ingredient] = (),
) -> dict[str, object]:
    generation = told.generation
    assert generation.watermark_id is not None
    best = content.codes[int(np.argmax(content.quality))]
    return manifest.definition(
        OutputFacts(
            title=title,
            media_type=MEDIA_TYPE,
            labelled=told.labelled,
        ),
        claim_generator=DAEMON,
        watermark=SoftBinding(watermark_keys.ALGORITHM, f"{generation.watermark_id:015x}"),
        fingerprint=SoftBinding(descriptor.ALGORITHM, best.tobytes().hex()),
        rights=RightsFacts(
            decision_id=generation.id,
            rulebook_version=rulebook.VERSION,
            log_origin=rt.log_keys.origin,
            event_id=told.event_id,
        ),
        ingredients=ingredients,
    )
