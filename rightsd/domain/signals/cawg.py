"""The training and data mining assertion in a file's Content Credentials.

Source: CAWG Training and Data Mining Assertion 1.1. What is constrained without a word on how is
not allowed.
"""

import json
from collections.abc import Mapping
from typing import cast

from rightsd.domain.signals.reservation import Reservation, SignalError, Source, Stance, Use, shown

LABELS = ("cawg.training-mining", "c2pa.training-mining")
CHARS_MAX = 256 * 1024

_ENTRIES = {
    "data_mining": Use.MINE,
    "ai_inference": Use.INPUT,
    "ai_training": Use.TRAIN,
    "ai_generative_training": Use.GENERATE,
}


def parse(crjson: str, manifest_id: str) -> tuple[Reservation, ...]:
    """Return what the active manifest says of the file.

    Args:
        crjson: The manifest store as crJSON, as the C2PA library reads it.
        manifest_id: The label of the active manifest.

    Raises:
        SignalError: It is not crJSON, or too large.
    """
    if len(crjson) > CHARS_MAX:
        raise SignalError(f"its manifest has more than {CHARS_MAX} characters")
    try:
        store = json.loads(crjson)
    except (ValueError, RecursionError) as error:
        raise SignalError("its manifest is not JSON") from error
    manifests = _object(store).get("manifests")
    for manifest in cast("list[object]", manifests) if isinstance(manifests, list) else []:
        if _object(manifest).get("label") == manifest_id:
            assertions = _object(_object(manifest).get("assertions"))
            found = (_reservation(assertions.get(label)) for label in LABELS)
            return tuple(each for each in found if each is not None)
    return ()


def _reservation(assertion: object) -> Reservation | None:
    uses: dict[Use, Stance] = {}
    constraint: str | None = None
    for name, entry in _object(_object(assertion).get("entries")).items():
        use = _ENTRIES.get(name.rpartition(".")[2])
        info = _object(entry).get("constraint_info")
        said = shown(info) if isinstance(info, str) else None
        stance = _stance(_object(entry).get("use"), constrained_how=said)
        if use is not None and stance is not None:
            uses[use] = stance
            constraint = constraint or said
    if not uses:
        return None
    return Reservation(source=Source.CAWG, scope="", uses=uses, policy_url=constraint)


def _stance(word: object, *, constrained_how: str | None) -> Stance | None:
    match word:
        case "allowed":
            return Stance.ALLOW
        case "notAllowed":
            return Stance.DENY
        case "constrained":
            return Stance.CONSTRAINED if constrained_how else Stance.DENY
        case _:
            return None


def _object(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
