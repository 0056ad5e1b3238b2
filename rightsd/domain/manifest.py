"""The C2PA manifest definition of an output: what we state about it, inside the file, in our name.

And what of it is taken back when the output may not be shown any more.

Source: C2PA 2.4, and the rules that the conformance programme 0.2 adds to it.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import cast

from rightsd.domain import label
from rightsd.domain.ingredient import Ingredient, Relationship
from rightsd.domain.label import Label
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError

SPEC_VERSION = "2.4"
RIGHTS_LABEL = "org.rightsd.rights"
# The name under which a signer hands over the thumbnail that the definition refers to.
THUMBNAIL = "thumbnail.jpg"

TITLE_CHARS_MAX = 200
# Room for the fingerprint of a long clip; a manifest is copied into every output.
SOFT_BINDING_CHARS_MAX = 16_384
# The algorithms that may be named: those of api-specs/softbinding-algorithms.json. Others on the
# list that C2PA keeps are not ours, and one that is on neither cannot be resolved by anyone.
SOFT_BINDINGS = frozenset(
    {"org.rightsd.lattice.2", "org.rightsd.lattice.1", "org.rightsd.phash256.1"}
)
# Everything in the rights statement is an opaque id: nothing else can get in, least of all a name.
_ID = re.compile(r"[A-Za-z0-9._:/+-]{1,200}")

# JSON-LD and our own statement are JSON by definition; the rest of a manifest is CBOR.
_JSON_LABELS = frozenset({"cawg.metadata", RIGHTS_LABEL})
# Control characters, halves of surrogate pairs (UTF-8 cannot write them), and line breaks.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NOT_ALLOWED = {"use": "notAllowed"}

# The assertions that tell of software, marks and ids. Whatever else a manifest may come to hold is
# taken for personal: a picture of the clip, who is in it, who made it, what is told of them.
_IMPERSONAL = frozenset(
    {
        "c2pa.actions.v2",
        "c2pa.hash.bmff.v3",
        # By these a copy finds its manifest. They are numbers of ours and of pictures: whoever has
        # the clip can make the one, and no one can make the clip from the other.
        "c2pa.soft-binding",
        # Ours have numbers for titles, and commitments for what they are (`domain.ingredient`).
        "c2pa.ingredient.v3",
        "cawg.training-mining",
        "cawg.metadata",
        RIGHTS_LABEL,
    }
)
# A second assertion of the same label has a number: c2pa.soft-binding__1.
_NUMBER = re.compile(r"__[0-9]+$")


class State(StrEnum):
    """What became of a manifest."""

    REDACTED = "redacted"


MACHINE: Machine[State] = Machine({(None, "manifest.redacted"): State.REDACTED})


class Reason(StrEnum):
    """Why an assertion was redacted: C2PA 2.4, section 6.8, which lets others name their own."""

    PERSONAL = "c2pa.PII.present"  # The output casts people.
    WITHDRAWN = "org.rightsd.withdrawn"  # It shows a frame of what may not be shown.


class DigitalSourceType(StrEnum):
    """How an output came about, in the words of the IPTC."""

    TRAINED_ALGORITHMIC_MEDIA = (
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    )
    COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA = (
        "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    )
    # Only for an engine that was not trained on samples of other people's work.
    ALGORITHMIC_MEDIA = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


@dataclass(frozen=True, slots=True)
class Agent:
    """A piece of software and its version."""

    name: str
    version: str


DAEMON = Agent("rightsd", "0.1.0")


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """What is being described.

    Attributes:
        media_type: That of the file, such as video/mp4.
        labelled: What it is labelled with, in the file too.
    """

    title: str
    media_type: str
    labelled: Label

    @property
    def generator(self) -> Agent:
        """The engine."""
        return Agent(self.labelled.system, self.labelled.version)


@dataclass(frozen=True, slots=True)
class SoftBinding:
    """A watermark or a fingerprint.

    Attributes:
        alg: Name on the C2PA soft binding algorithm list, with its version.
        value: In the text form that the algorithm defines. The schema wants bytes, but the signing
            library takes JSON, which has none: text comes through it unchanged.
    """

    alg: str
    value: str


@dataclass(frozen=True, slots=True)
class RightsFacts:
    """Where the ledger says why this output may exist. Opaque ids, never personal data."""

    decision_id: str
    rulebook_version: str
    log_origin: str
    event_id: str


def definition(
    output: OutputFacts,
    *,
    claim_generator: Agent,
    watermark: SoftBinding,
    fingerprint: SoftBinding,
    rights: RightsFacts,
    ingredients: Sequence[Ingredient] = (),
) -> dict[str, object]:
    """Return the manifest definition of an output or of a shot, ready for the signer.

    Every assertion says `created`, so that it is ours and not merely gathered: otherwise the
    signing library attributes it to nobody, and the programme fails the manifest. Ingredients and
    the thumbnail cannot say so here; the signer's settings do (`adapters.c2pa_child`).

    Args:
        output: What is being described.
        claim_generator: The daemon.
        watermark: What was embedded before signing.
        fingerprint: Of the finished output. Kept beside the watermark because a watermark can be
            moved to another clip, and a fingerprint cannot.
        rights: Where the ledger says why.
        ingredients: What it is made of; the signer is to have them as well.

    Raises:
        RightsError: INVALID, when the title or an id cannot stand in a manifest.
    """
    require_text("title", output.title)
    require_text("provider", output.labelled.provider)
    for binding in (watermark, fingerprint):
        require_text("soft binding", binding.value, chars_max=SOFT_BINDING_CHARS_MAX)
    if parse_rights(asdict(rights)) is None:
        raise RightsError(
            Code.INVALID,
            "A rights statement holds ids of letters, digits and ._:/+- only, 200 characters each.",
        )
    assertions = (
        ("c2pa.actions.v2", _actions(output, claim_generator, ingredients)),
        ("c2pa.soft-binding", _soft_binding(watermark)),
        ("c2pa.soft-binding", _soft_binding(fingerprint)),
        ("cawg.training-mining", _training_mining()),
        ("cawg.metadata", label.json_ld(output.labelled)),
        (RIGHTS_LABEL, asdict(rights)),
    )
    return {
        "claim_generator_info": [{**asdict(claim_generator), "specVersion": SPEC_VERSION}],
        "title": output.title,
        "format": output.media_type,
        "assertions": [_assertion(label, data) for label, data in assertions],
    }


def personal(addresses: Collection[str]) -> list[str]:
    """Return which assertions of an output's manifest store are redacted, by their JUMBF URIs.

    Of what we sign that is the thumbnail, a frame of the clip, and those of the outputs that it is
    made of.
    """
    return sorted(one for one in addresses if _NUMBER.sub("", label_of(one)) not in _IMPERSONAL)


def address(manifest_id: str, label: str) -> str:
    """Return the JUMBF URI of an assertion in a manifest store."""
    return f"self#jumbf=/c2pa/{manifest_id}/c2pa.assertions/{label}"


def label_of(address: str) -> str:
    """Return the label in the JUMBF URI of an assertion."""
    return address.rsplit("/", 1)[-1]


def redaction(
    redacted: Sequence[str], *, claim_generator: Agent, reason: Reason
) -> dict[str, object]:
    """Return the definition of the update manifest that takes assertions of another one back.

    What remains of that manifest validates as before: its claim names the assertions by their
    digests, and the update manifest says which of them are gone on purpose.

    Args:
        redacted: JUMBF URIs of the assertions to redact, at least one, of the manifest that is
            updated or of one that is an ingredient of it.
        claim_generator: The daemon.
        reason: Why.
    """
    assert redacted
    # The signer puts c2pa.opened before these, with the manifest that is updated.
    actions = [
        {"action": "c2pa.redacted", "reason": str(reason), "parameters": {"redacted": one}}
        for one in redacted
    ]
    said: dict[str, object] = {"actions": actions, "allActionsIncluded": True}
    return {
        "claim_generator_info": [{**asdict(claim_generator), "specVersion": SPEC_VERSION}],
        "redactions": list(redacted),
        "assertions": [_assertion("c2pa.actions.v2", said)],
    }


def require_text(what: str, text: str, *, chars_max: int = TITLE_CHARS_MAX) -> None:
    """Check that a text can stand in a manifest.

    Args:
        what: What the text is, as the refusal names it.
        text: The text.
        chars_max: How long it may be.

    Raises:
        RightsError: INVALID, when it cannot.
    """
    refused = any(unicodedata.category(character) in _REFUSED_CATEGORIES for character in text)
    if refused or not 0 < len(text) <= chars_max:
        raise RightsError(
            Code.INVALID,
            f"The {what} must be 1 to {chars_max} characters on one line, no control characters.",
        )


def require_id(what: str, text: str) -> None:
    """Check that a text can stand in a rights statement; the arguments are those of `require_text`.

    Raises:
        RightsError: INVALID, when it cannot.
    """
    if not _ID.fullmatch(text):
        detail = f"The {what} must be 1 to 200 letters, digits and characters of ._:/+- only."
        raise RightsError(Code.INVALID, detail)


def parse_rights(value: object) -> RightsFacts | None:
    """Return the rights statement read from a manifest, or None when it is not exactly one."""
    if not isinstance(value, dict):
        return None
    fields = cast("dict[object, object]", value)
    if set(fields) != set(RightsFacts.__dataclass_fields__):
        return None
    ids = {str(name): text for name, text in fields.items() if isinstance(text, str)}
    if len(ids) != len(fields) or not all(_ID.fullmatch(text) for text in ids.values()):
        return None
    return RightsFacts(**ids)


def _assertion(label: str, data: dict[str, object]) -> dict[str, object]:
    assertion: dict[str, object] = {"label": label, "data": data, "created": True}
    return {**assertion, "kind": "Json"} if label in _JSON_LABELS else assertion


def _actions(
    output: OutputFacts,
    claim_generator: Agent,
    ingredients: Sequence[Ingredient],
) -> dict[str, object]:
    made: dict[str, object] = {
        "digitalSourceType": output.labelled.digital_source_type,
        "softwareAgent": asdict(output.generator),
        "when": label.written(output.labelled.made_at),
    }
    # What keeps shots of another output is that, opened and edited; the rest is made from nothing.
    opened = _with({"action": "c2pa.opened"}, ingredients, Relationship.PARENT)
    begun = {"action": "c2pa.edited" if opened else "c2pa.created", **made}
    placed: dict[str, object] = {
        "action": "c2pa.placed",
        "softwareAgent": asdict(output.generator),
    }
    watermarked = {"action": "c2pa.watermarked.bound", "softwareAgent": asdict(claim_generator)}
    actions = [
        *opened,
        *_with(begun, ingredients, Relationship.INPUT, always=True),
        *_with(placed, ingredients, Relationship.COMPONENT),
        watermarked,
    ]
    return {"actions": actions, "allActionsIncluded": True}


def _with(
    action: dict[str, object],
    ingredients: Sequence[Ingredient],
    relationship: Relationship,
    *,
    always: bool = False,
) -> list[dict[str, object]]:
    """Return an action on the ingredients of one kind; without any, only if it is one `always`."""
    labels = [one.label for one in ingredients if one.relationship is relationship]
    if labels:
        return [{**action, "parameters": {"ingredientIds": labels}}]
    return [action] if always else []


def _soft_binding(binding: SoftBinding) -> dict[str, object]:
    block = {"scope": dict[str, object](), "value": binding.value}
    return {"alg": binding.alg, "blocks": [block], "pad": list[int]()}


def _training_mining() -> dict[str, object]:
    uses = ("data_mining", "ai_inference", "ai_training", "ai_generative_training")
    return {"entries": {f"cawg.{use}": _NOT_ALLOWED for use in uses}}
