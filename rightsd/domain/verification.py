"""Verification: what a receipt of one says of a file, and what of that the log bears out.

A receipt says what the answer said, of a file by its digest, and nothing that is personal: no
signer, whose name may be somebody's, and nothing that the file says of itself.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from rightsd.domain import events
from rightsd.domain.credential import seconds
from rightsd.domain.events import Event
from rightsd.domain.proof import LIFETIME, Issuer
from rightsd.domain.verdict import Kind

TYP = "verification-receipt+jwt"
PUBLISHED, WITHDRAWN = "generation.published", "generation.withdrawn"
CLOCK_SKEW = timedelta(seconds=60)  # By which the clocks of two of our processes may differ.
ENTRIES_MAX = 2  # The publication of an output, and its withdrawal.


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of the log, byte for byte, and the tlog-proof file that it is one."""

    entry: bytes
    proof: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was said of a file.

    Attributes:
        sha256: Of the file, hexadecimal.
        layers: What of it was looked at.
        compared: Its content was compared with what we know.
        matched: The layers that name the output of the verdict.
        generation_id: The output that the verdict is about.
        state: What its content credential was worth; `trusted_now` and `trusted_then` of whoever
            signed that.
        exact: It is byte for byte what was released as that output.
        checkpoint: The log's checkpoint for everyone to see, a signed note; None: there was none.
        entries: What the log has under it of the output: its publication, and if it is withdrawn,
            the last time it was.
    """

    sha256: str
    verdict: Kind
    reasons: tuple[str, ...]
    grounds: tuple[str, ...]
    layers: str
    compared: bool
    matched: tuple[str, ...]
    generation_id: str | None
    state: str
    trusted_now: bool
    trusted_then: bool | None
    exact: bool
    as_of: datetime
    checkpoint: str | None = None
    entries: tuple[Logged, ...] = ()


def told(of: Sequence[Event], *, withdrawn: bool) -> list[Event]:
    """Return those events about an output, the oldest first, that a receipt proves."""
    last = [event for event in of if event.kind == WITHDRAWN][-1:] if withdrawn else []
    return [*(event for event in of if event.kind == PUBLISHED), *last]


def claims(receipt: Receipt, issuer: Issuer) -> dict[str, object]:
    """Return what is signed."""
    return {
        "iss": issuer.url,
        "iat": seconds(receipt.as_of),
        "exp": seconds(receipt.as_of + LIFETIME),
        "sha256": receipt.sha256,
        "verdict": receipt.verdict.value,
        "reasons": list(receipt.reasons),
        "grounds": list(receipt.grounds),
        "layers": receipt.layers,
        "compared": receipt.compared,
        "matched": list(receipt.matched),
        "generation_id": receipt.generation_id,
        "manifest": {
            "state": receipt.state,
            "trusted_now": receipt.trusted_now,
            "trusted_then": receipt.trusted_then,
            "exact": receipt.exact,
        },
        "as_of": events.written(receipt.as_of),
        "log": {
            "checkpoint": receipt.checkpoint,
            "entries": [
                {"entry": _encode(one.entry), "proof": _encode(one.proof)}
                for one in receipt.entries
            ],
        },
    }


def parse(said: Mapping[str, object]) -> Receipt:
    """Return what the claims of a receipt say, believing nothing of their types.

    Raises:
        ValueError: They are none of a receipt. The message is a sentence.
    """
    manifest, log = (_members(said, name) for name in ("manifest", "log"))
    entries = log.get("entries")
    if not isinstance(entries, list) or len(cast("list[object]", entries)) > ENTRIES_MAX:
        raise ValueError(f"entries is no list of at most {ENTRIES_MAX}")
    try:
        verdict = Kind(_text(said, "verdict"))
    except ValueError as error:
        raise ValueError("its verdict is none that is known here") from error
    return Receipt(
        sha256=_text(said, "sha256"),
        verdict=verdict,
        reasons=_texts(said, "reasons"),
        grounds=_texts(said, "grounds"),
        layers=_text(said, "layers"),
        compared=_flag(said, "compared"),
        matched=_texts(said, "matched"),
        generation_id=_text_or_none(said, "generation_id"),
        state=_text(manifest, "state"),
        trusted_now=_flag(manifest, "trusted_now"),
        trusted_then=None
        if manifest.get("trusted_then", 0) is None
        else _flag(manifest, "trusted_then"),
        exact=_flag(manifest, "exact"),
        as_of=events.read_at(_text(said, "as_of")),
        checkpoint=_text_or_none(log, "checkpoint"),
        entries=tuple(_logged(one) for one in cast("list[object]", entries)),
    )


def fault_of(receipt: Receipt, proven: Sequence[Event]) -> str | None:
    """Return what the log does not bear out of a receipt, in a sentence; None: it bears it out.

    Args:
        receipt: The receipt.
        proven: The events of its entries, each proven to be in the log.
    """
    if receipt.generation_id is None:
        of_one = receipt.verdict in {Kind.GENUINE, Kind.STRIPPED}
        names_one = of_one or receipt.matched or proven
        return "it names no output, and yet says that the file is one" if names_one else None
    if not proven:
        return "the log had no entry of this output yet: ask for another receipt in a moment"
    published, *later = proven
    faults = {
        "its entries are others than the publication of an output, and its withdrawal": (
            published.kind != PUBLISHED or any(event.kind != WITHDRAWN for event in later)
        ),
        "its entries are about another output": any(
            event.subject != receipt.generation_id for event in proven
        ),
        "its entries are younger than what it says": any(
            event.at > receipt.as_of + CLOCK_SKEW for event in proven
        ),
        "it says that the file is genuine, and the log that it was withdrawn": (
            receipt.verdict is Kind.GENUINE and bool(later)
        ),
        "it says that the file is what was released, and the log has another digest of that": (
            receipt.exact and published.data.get("sha256") != receipt.sha256
        ),
    }
    return next((fault for fault, is_so in faults.items() if is_so), None)


def _logged(value: object) -> Logged:
    members = _members({"an entry": value}, "an entry")
    try:
        entry, proof = (
            base64.b64decode(_text(members, name), validate=True) for name in ("entry", "proof")
        )
    except binascii.Error as error:
        raise ValueError("an entry or a proof is not base64") from error
    return Logged(entry, proof)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _members(said: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = said.get(name)
    if not isinstance(found, dict):
        raise ValueError(f"{name} is missing")  # noqa: TRY004 -- It is the text that is wrong.
    return cast("Mapping[str, object]", found)


def _text(said: Mapping[str, object], name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str):
        raise ValueError(f"{name} is not a text")  # noqa: TRY004 -- As above.
    return found


def _text_or_none(said: Mapping[str, object], name: str) -> str | None:
    return None if name in said and said[name] is None else _text(said, name)


def _texts(said: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = said.get(name)
    texts = cast("list[object]", found) if isinstance(found, list) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} is no list of texts")
    return tuple(cast("list[str]", texts))


def _flag(said: Mapping[str, object], name: str) -> bool:
    found = said.get(name)
    if not isinstance(found, bool):
        raise ValueError(f"{name} is neither true nor false")  # noqa: TRY004 -- As above.
    return found
