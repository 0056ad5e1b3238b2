"""Resolution: from a soft binding to a manifest, in the words of C2PA's API 2.4 for it.

Source: C2PA Soft Binding Resolution API 2.4.0, and section "Manifest receipts" of C2PA 2.4.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

BASE = "/sbr/v1"
WELL_KNOWN = "/.well-known/c2pa-soft-binding-resolution"
SPEC_VERSION = "2.4.0"
CAPABILITIES = ("queryByContent", "queryByReference", "storeManifests", "storeBindings")
RESULTS = 10  # Unless the client asks for another number.
RESULTS_MAX = 100

RECEIPT_TYPE = "org.c2pa.manifest-receipt"
RECEIPT_CONTEXT = {
    "c2pa": "https://c2pa.org/ns/",
    "receipt": "https://c2pa.org/ns/manifest-receipt#",
}
RECEIPT_MEMBERS = ("@context", "@type", "repository", "anchor")
PROOF_ALG = "c2sp.org/tlog-proof@v1"
RECEIPT_TEXT_MAX = 262_144


@dataclass(frozen=True, slots=True)
class Match:
    """What a soft binding leads to.

    Attributes:
        generation_id: An output of ours, by whose manifest it goes.
        manifest_id: A manifest that somebody has deposited, instead.
        score: 0 to 100, or None where a binding is equal or is not.
    """

    generation_id: str | None = None
    manifest_id: str | None = None
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the log says that a manifest store is in the repository.

    Attributes:
        entry: The entry, byte for byte.
        proof: That it is in the log: a tlog-proof file.
    """

    event_id: str
    entry: bytes
    proof: bytes


def receipt(manifest_id: str, anchor: Anchor, *, repository: str) -> dict[str, object]:
    """Return the receipt of a manifest: the entry with its store's digest, and the entry's proof.

    Args:
        manifest_id: The manifest.
        anchor: From the log.
        repository: The address of the daemon.
    """
    return {
        "@context": RECEIPT_CONTEXT,
        "@type": RECEIPT_TYPE,
        "repository": {"uri": repository + BASE, "manifestId": manifest_id},
        "anchor": {
            "uri": f"{repository}/v1/ledger/proofs/{anchor.event_id}",
            "parameters": {"event_id": anchor.event_id},
            "proof": {
                "alg": PROOF_ALG,
                "value": base64.b64encode(anchor.proof).decode(),
                "entry": base64.b64encode(anchor.entry).decode(),
            },
        },
    }


def names(said: Mapping[str, object], manifest_id: str, *, repository: str) -> bool:
    """Return whether a receipt is one of this repository, about a certain manifest."""
    where = {"uri": repository + BASE, "manifestId": manifest_id}
    return said.get("@type") == RECEIPT_TYPE and said.get("repository") == where


def parse_anchor(said: Mapping[str, object]) -> tuple[bytes, bytes] | None:
    """Return the entry and the proof of a receipt, believing nothing; None: it has none of ours."""
    proof = _member(_member(said, "anchor"), "proof")
    value, entry = proof.get("value"), proof.get("entry")
    if proof.get("alg") != PROOF_ALG or not isinstance(value, str) or not isinstance(entry, str):
        return None
    if len(value) + len(entry) > RECEIPT_TEXT_MAX:
        return None
    try:
        return base64.b64decode(entry, validate=True), base64.b64decode(value, validate=True)
    except ValueError:
        return None


def _member(said: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = said.get(name)
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else {}
