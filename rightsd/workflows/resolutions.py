"""From a soft binding to the manifests that it leads to, and the receipts of these.

A binding by an algorithm of ours leads to outputs of ours and nowhere else: whatever others bind
to the number in our watermark is not found. And a watermark in a file counts only where its
pictures bear it out, since it can be moved to another clip, and a fingerprint cannot.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from fingerprint import align, descriptor
from ledger import cosigning, entry, log, note
from ledger import proof as proofs
from ledger.errors import LedgerError
from ledger.policy import Policy
from rightsd import looking
from rightsd.adapters import http, readings
from rightsd.db import deposits, generations, logkeys, manifests
from rightsd.db.tx import Tx
from rightsd.domain import deposit, resolution
from rightsd.domain.events import Event, from_body
from rightsd.domain.resolution import Anchor, Match
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from watermark import keys as watermark_keys

WATERMARKS = watermark_keys.ALGORITHMS
FINGERPRINTS = (descriptor.ALGORITHM,)
ALGORITHMS = frozenset({*WATERMARKS, *FINGERPRINTS})
VALUE_CHARS_MAX = deposit.BINDING_CHARS_MAX
REFERENCE_BYTES_MAX = 32 * 1024**2  # Held in memory while it arrives.
REFERENCE_SECONDS_MAX = 30.0
WATERMARK_DIGITS = 15  # 60 bits.
FRAME_BITS_MAX = 37  # One frame that near is evidence enough: fingerprint.align.SCORE_MIN.
CODE_BITS = 8 * descriptor.CODE_BYTES
# The member of an event that is the SHA-256 of a manifest store.
DIGESTS: Mapping[str, str] = {
    "generation.published": "manifest_sha256",
    "manifest.redacted": "sha256",
    "deposit.stored": "sha256",
}


def by_binding(rt: Runtime, *, alg: str, value: str) -> list[Match]:
    """Return what a soft binding leads to, the nearest first.

    Args:
        rt: The runtime.
        alg: Name of its algorithm. Deposits are found under any that is not ours: those who
            deposited them were not asked for one.
        value: In base64; of ours, the text that stands in a manifest, or the bytes that it writes.

    Raises:
        RightsError: INVALID: it is no value of an algorithm of ours.
    """
    if not 0 < len(value) <= VALUE_CHARS_MAX:
        detail = f"a soft binding has 1 to {VALUE_CHARS_MAX} characters"
        raise RightsError(Code.INVALID, detail)
    if alg in WATERMARKS:
        return _by_watermark(rt, _hexadecimal(value, digits=WATERMARK_DIGITS))
    if alg in FINGERPRINTS:
        return _by_code(rt, _code(value))
    with rt.transaction() as tx:
        found = deposits.bound(tx, deposit.binding_key(value), limit=resolution.RESULTS_MAX)
    return [Match(manifest_id=manifest_id) for manifest_id in found]


def by_content(rt: Runtime, path: Path, *, alg: str | None) -> list[Match]:
    """Return the outputs that a file shows, the best first; the marked one before its likes.

    Args:
        rt: The runtime.
        path: The file.
        alg: Look by one algorithm alone; None: by all.

    Raises:
        RightsError: INVALID: the algorithm is not ours, or the file cannot be read. UNSUPPORTED,
            TOO_LARGE. UNAVAILABLE: the index does not answer.
    """
    if alg is not None and alg not in ALGORITHMS:
        raise RightsError(Code.INVALID, "files are not searched by this algorithm here")
    if alg in FINGERPRINTS:  # What was cropped is known by its mark alone.
        reading = readings.read(path, limits=looking.LIMITS, channels=())
        return _scored(rt.match(reading.content))
    look = looking.look(rt, path, hears=False)
    if not look.compared:
        raise RightsError(Code.UNAVAILABLE, "the fingerprint index does not answer")
    shown = _scored([match for part in look.explanation.parts for match in part.matches])
    numbers = {mark.payload_id for mark in (look.mark, *look.marks)}
    named = _of_watermarks(rt, [number for number in numbers if number is not None])
    named += [proved.generation_id for proved in look.proved if proved is not None]
    marked = [match for match in shown if match.generation_id in named]
    return marked if alg is not None else marked + [each for each in shown if each not in marked]


def fetch(rt: Runtime, url: str, *, length: int) -> bytes:
    """Return a file from an address that a client has named.

    Raises:
        RightsError: INVALID: it may not be fetched, or is not of this length. TOO_LARGE.
            UNAVAILABLE: it cannot be had.
    """
    if length > REFERENCE_BYTES_MAX:
        detail = f"a file that is fetched may have {REFERENCE_BYTES_MAX} bytes; send it instead"
        raise RightsError(Code.TOO_LARGE, detail)
    answer = http.fetch(
        "GET",
        url,
        guard=rt.reference_guard,
        seconds_max=REFERENCE_SECONDS_MAX,
        bytes_max=length,
        headers={"Accept": "video/*, image/*"},
    )
    if answer.status != 200:
        detail = f"the address answered with the status {answer.status}; no redirect is followed"
        raise RightsError(Code.UNAVAILABLE, detail)
    if len(answer.body) != length:
        raise RightsError(Code.INVALID, f"the file at the address has not {length} bytes")
    return answer.body


def receipt(
    tx: Tx, manifest_id: str, store: bytes, *, policy: Policy | None, repository: str
) -> dict[str, object] | None:
    """Return the receipt of a manifest store that is served; None while the log has no entry of it.

    Args:
        tx: The transaction.
        manifest_id: The manifest.
        store: As it is served now.
        policy: Whose cosignatures the log's checkpoint must have.
        repository: The address of the daemon.
    """
    signed = cosigning.published(tx.conn, policy)
    if signed is None:
        return None
    digest = hashlib.sha256(store).hexdigest()
    for subject in _subjects(tx, manifest_id):
        for body in log.bodies_about(tx.conn, subject):
            event = from_body(entry.decode(body))
            proof = log.proof_of(tx.conn, event.id, signed) if _digest(event) == digest else None
            if proof is not None:
                anchor = Anchor(event.id, body, proof)
                return resolution.receipt(manifest_id, anchor, repository=repository)
    return None


def fault_of(
    rt: Runtime, tx: Tx, said: Mapping[str, object], manifest_id: str, store: bytes
) -> str | None:
    """Return what is wrong with a receipt of a manifest store, in a sentence; None: it is good.

    Nothing is asked but the log's keys: whoever has them and the store can check it likewise.
    """
    if not resolution.names(said, manifest_id, repository=rt.issuer.url):
        return "it is no receipt of this repository for this manifest"
    anchor = resolution.parse_anchor(said)
    if anchor is None:
        return f"it holds no proof of the kind {resolution.PROOF_ALG}"
    body, proof = anchor
    try:
        event = from_body(entry.decode(body))
    except (LedgerError, ValueError):
        return "its entry is none of a log"
    if not any(_proves(proof, body, vkey) for vkey in _vkeys(rt, tx)):
        return "its proof does not show that the entry is in the log"
    if _digest(event) != hashlib.sha256(store).hexdigest():
        return "it is about another manifest store than is kept by this name now"
    return None


def is_up(rt: Runtime) -> bool:
    """Say whether the database answers, without which nothing is found."""
    try:
        with rt.transaction() as tx:
            tx.conn.execute("SELECT 1")
    except RightsError:
        return False
    return True


def _by_watermark(rt: Runtime, number: int) -> list[Match]:
    return [Match(each) for each in _of_watermarks(rt, [number])]


def _of_watermarks(rt: Runtime, numbers: Sequence[int]) -> list[str]:
    with rt.transaction() as tx:
        found = generations.with_marks(
            tx, manifest_id=None, watermark_ids=numbers, generation_ids=[]
        )
    return [generation.id for generation in found]


def _scored(matches: Sequence[align.Match]) -> list[Match]:
    """Return outputs that a file shows, each once, the best first."""
    scores: dict[str, int] = {}
    for match in matches:
        score = min(round(100 * match.score), 100)
        scores[match.asset_id] = max(score, scores.get(match.asset_id, 0))
    best = sorted(scores, key=lambda asset_id: -scores[asset_id])
    return [Match(asset_id, score=scores[asset_id]) for asset_id in best]


def _by_code(rt: Runtime, code: bytes) -> list[Match]:
    near = rt.near(descriptor.ALGORITHM, code, bits_max=FRAME_BITS_MAX)
    with rt.transaction() as tx:  # References and stay-down entries have codes as well.
        outputs = {each.id for each in generations.with_ids(tx, list(near))}
    # Codes of unrelated pictures differ in half of their bits.
    scores = {
        thing: 100 - 200 * bits // CODE_BITS for thing, bits in near.items() if thing in outputs
    }
    nearest = sorted(scores, key=lambda thing: -scores[thing])[: resolution.RESULTS_MAX]
    return [Match(thing, score=scores[thing]) for thing in nearest]


def _code(value: str) -> bytes:
    raw = deposit.decode(value)
    if raw is not None and len(raw) == descriptor.CODE_BYTES:
        return raw
    digits = 2 * descriptor.CODE_BYTES
    return _hexadecimal(value, digits=digits).to_bytes(descriptor.CODE_BYTES, "big")


def _hexadecimal(value: str, *, digits: int) -> int:
    """Return the number that a value writes, in hexadecimal digits under base64."""
    raw = deposit.decode(value) or b""
    if len(raw) != digits or not all(each in b"0123456789abcdef" for each in raw):
        detail = f"a value of this algorithm is {digits} hexadecimal digits, and these in base64"
        raise RightsError(Code.INVALID, detail)
    return int(raw, 16)


def _subjects(tx: Tx, manifest_id: str) -> Sequence[str]:
    """Return what the log's entries about a manifest store are about."""
    generation_id = manifests.find_generation(tx, manifest_id)
    generation = None if generation_id is None else generations.find(tx, generation_id)
    if generation is not None and generation.output is not None:
        return generation.id, generation.output.manifest_id
    found = deposits.find(tx, manifest_id)
    return () if found is None else (found.id,)


def _digest(event: Event) -> object:
    member = DIGESTS.get(event.kind)
    return None if member is None else event.data.get(member)


def _vkeys(rt: Runtime, tx: Tx) -> list[str]:
    known = [key.vkey for key in logkeys.known(tx)]
    return known or [signer.vkey for signer in rt.log_signers(tx)]


def _proves(proof: bytes, body: bytes, vkey: str) -> bool:
    try:
        proofs.verify(proof, body, note.parse_vkey(vkey))
    except LedgerError:
        return False
    return True
