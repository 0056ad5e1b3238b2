"""The manifest repository: the Content Credentials of outputs, for copies that have lost theirs.

While an output may be shown, its manifest is what was embedded in it, and that of a shot is the one
that lies in there. Otherwise both are that manifest without what is personal in it, under an update
manifest that says so.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.adapters import jumbf
from rightsd.adapters.c2pa import Signed
from rightsd.db import certificates, generations, manifests, notices, standing
from rightsd.db.manifests import Redaction
from rightsd.db.tx import Tx
from rightsd.domain import manifest as domain
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, State
from rightsd.domain.manifest import DAEMON, Reason
from rightsd.domain.regime import Kind
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

# The grounds of notices by which people say that an output shows them.
PERSONAL = frozenset({Kind.LIKENESS, Kind.INTIMATE, Kind.PRIVACY})


@dataclass(frozen=True, slots=True)
class Served:
    """A manifest store, and which of its manifests is the active one."""

    manifest_id: str
    store: bytes


def show(tx: Tx, name: str) -> Served:
    """Return the manifest store of an output, as it may be shown at this moment. Public.

    Args:
        tx: The transaction.
        name: The output's id, or the URN of its manifest, of the update manifest, or of the
            manifest of a shot of it.

    Raises:
        RightsError: NOT_FOUND. WITHDRAWN, once someone whom the output is about was erased.
            UNAVAILABLE, between the commit that ends a permission and the redaction.
    """
    generation_id = manifests.find_generation(tx, name)
    generation = None if generation_id is None else generations.find(tx, generation_id)
    if generation is None or generation.output is None:
        raise RightsError(Code.NOT_FOUND, "there is no manifest by this name")
    if generation.id not in standing.why_not(tx, [generation]):
        store = _require(manifests.store(tx, generation))
        if manifests.is_shot(tx, name):
            return Served(name, jumbf.only(store, name))
        return Served(generation.output.manifest_id, store)
    redaction = manifests.redaction_of(tx, generation.id)
    if redaction is not None:
        store = _require(manifests.redacted_store(tx, generation, redaction))
        return Served(redaction.update_id, store)
    _require(manifests.store(tx, generation))
    detail = "the output may not be shown any more; its manifest is being redacted: ask again"
    raise RightsError(Code.UNAVAILABLE, detail)


def names(tx: Tx, generation_ids: Sequence[str]) -> dict[str, str]:
    """Return by which name the manifest of each output is served now, by the outputs' ids.

    While one is being redacted it goes by its first name; what is no output is left out.
    """
    outputs = [each for each in generations.with_ids(tx, generation_ids) if each.output is not None]
    redactions = {each: manifests.redaction_of(tx, each) for each in standing.why_not(tx, outputs)}
    updates = {each: found.update_id for each, found in redactions.items() if found is not None}
    return {each.id: each.output.manifest_id for each in outputs if each.output} | updates


def redact(rt: Runtime, generation_id: str) -> None:
    """Redact the manifest of an output that was withdrawn, unless that was done before.

    Raises:
        RightsError: UNAVAILABLE, when the certificate that signs was revoked: until there is
            another one, nothing is served.
    """
    with rt.unhurried() as tx:
        generation = _due(tx, generation_id)
        original = None if generation is None else manifests.store(tx, generation)
        reason = None if generation is None else _reason(tx, generation)
        if original is not None:
            # It is tried again until there is another: the key is not asked each time.
            certificates.require_good(tx, rt.credentials.certificate())
    if generation is None or original is None or reason is None:
        return
    signed, labels = _signed(rt, generation, reason)
    with rt.unhurried() as tx:
        locked = generations.lock(tx, generation_id)
        if _due(tx, generation_id) is None or locked is None:
            return
        certificates.require_good(tx, signed.certificate)
        facts = {
            "generation_id": generation_id,
            "update_id": signed.manifest_id,
            "assertions": labels,
            "reason": str(reason),
            "original_sha256": hashlib.sha256(original).hexdigest(),
            "sha256": hashlib.sha256(signed.store).hexdigest(),
        }
        assert generation.output is not None
        event = Event("manifest.redacted", generation.output.manifest_id, tx.now, facts)
        redaction = Redaction(
            manifest_id=event.subject,
            update_id=signed.manifest_id,
            generation_id=generation_id,
            state=domain.MACHINE.next(None, event.kind),
            assertions=labels,
            reason=str(reason),
            redacted_at=event.at,
        )
        manifests.redact(tx, locked, redaction, store=signed.store)
        tx.record(event)


def _due(tx: Tx, generation_id: str) -> Generation | None:
    """Return a withdrawn output whose manifest is not redacted."""
    generation = generations.find(tx, generation_id)
    if generation is None or generation.state is not State.WITHDRAWN:
        return None
    return None if manifests.redaction_of(tx, generation_id) else generation


def _reason(tx: Tx, generation: Generation) -> Reason:
    """Return why it is redacted: for people, if it casts any or someone has said that it does."""
    if generation.wanted.people:
        return Reason.PERSONAL
    upheld = standing.upheld_notices(tx, [generation.id]).get(generation.id, [])
    found = [notices.find(tx, notice_id) for notice_id in upheld]
    personal = any(notice is not None and notice.kind in PERSONAL for notice in found)
    return Reason.PERSONAL if personal else Reason.WITHDRAWN


def _signed(rt: Runtime, generation: Generation, reason: Reason) -> tuple[Signed, list[str]]:
    """Return the redacted store, validated over the output itself, and the labels of what is gone.

    Of an output that is made of others, that is gone from their manifests too.
    """
    assert generation.output is not None
    path = rt.work_folder / f"redact-{secrets.token_hex(8)}.mp4"
    try:
        rt.blobs.save(generation.output.sha256, path)
        redacted = domain.personal(rt.credentials.read(path).present)
        definition = domain.redaction(redacted, claim_generator=DAEMON, reason=reason)
        labels = sorted({domain.label_of(one) for one in redacted})
        return rt.credentials.redact(path, definition=definition), labels
    finally:
        path.unlink(missing_ok=True)


def _require(store: bytes | None) -> bytes:
    if store is None:
        detail = "someone whom this output was about has left, and its manifest with them"
        raise RightsError(Code.WITHDRAWN, detail)
    return store
