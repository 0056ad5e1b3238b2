"""What stands where in an audit bundle, and in which one form."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ledger import entry, note, policy, proof, tiles
from ledger.checkpoint import Checkpoint
from ledger.errors import EntryError
from ledger.policy import Log, Policy
from rightsd.adapters.histories import Happening
from rightsd.domain import dossier, events
from rightsd.domain.events import Event
from rightsd.domain.takedown import Told

VERSION = 1
ABOUT, CHECKPOINT, POLICY = "bundle.json", "checkpoint", "policy"
ANCHORS = "keys/c2pa-trust-anchors.pem"
CASES = "cases/"
ENTRIES, STATEMENTS, ROWS = "entries.ndjson", "statements.ndjson", "rows.ndjson"
PENDING, SUMS = "pending.ndjson", "SHA256SUMS"
# Of the proof of a takedown.
OUTPUTS, DELIVERIES = "outputs.ndjson", "deliveries.ndjson"
ACKNOWLEDGEMENTS = "acknowledgements.ndjson"
SHOWN_BYTES = 400  # Of a line, in an explanation.
OF_TAKEDOWN = (ENTRIES, OUTPUTS, DELIVERIES, ACKNOWLEDGEMENTS)

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)

# progress(stage, done, total) is told how far something has come.
Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
    del stage, done, total


class DefectError(Exception):
    """A bundle is not what it should be.

    Attributes:
        file: The member at fault.
        entry: Index of the entry at fault, if it is a single one.
        event: Id of that entry's event, where it is known.
    """

    def __init__(
        self, file: str, detail: str, *, entry: int | None = None, event: str | None = None
    ) -> None:
        known = "" if event is None else f" ({event})"
        where = file if entry is None else f"{file}, entry {entry}{known}"
        super().__init__(f"{where}: {detail}")
        self.file = file
        self.entry = entry
        self.event = event


def line(value: Mapping[str, object]) -> bytes:
    """Return a value as a line, without its newline: JSON in the one form that bundles have it."""
    return _ENCODER.encode(value).encode()


def about(head: Checkpoint, scope: Mapping[str, object] | None) -> bytes:
    """Return what `bundle.json` holds: for people too, so it is indented."""
    says = {"version": VERSION, "origin": head.origin, "size": head.size, "scope": scope}
    return json.dumps(says, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def policy_of(vkeys: Sequence[str], witness_policy: Policy | None) -> Policy:
    """Return the policy under which a log's checkpoints are good: its keys, and a quorum if any."""
    logs = tuple(Log(note.parse_vkey(vkey)) for vkey in vkeys)
    if witness_policy is None:
        return Policy(logs, (), (), policy.NONE)
    return Policy(logs, witness_policy.witnesses, witness_policy.groups, witness_policy.quorum)


def keys_of(logs: Sequence[Log]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file with a key of the log."""
    for log in logs:
        yield f"keys/log-{log.key.key_id.hex()}.vkey", f"{log.key.vkey}\n".encode()


def certificates(pem: bytes) -> bytes:
    """Return certificates as PEM in one form: without comments, in the order they have.

    Raises:
        ValueError: They cannot be read.
    """
    loaded = x509.load_pem_x509_certificates(pem)
    return b"".join(one.public_bytes(Encoding.PEM) for one in loaded)


def tiles_of(size: int) -> Iterator[tiles.Tile | tiles.Bundle]:
    """Yield the files of the log, entry bundles first."""
    yield from tiles.bundles_of(size)
    yield from tiles.tiles_of(size)


def bundle_of(index: int, size: int) -> tiles.Bundle:
    """Return the entry bundle that holds an entry."""
    number = index // tiles.WIDTH_MAX
    return tiles.Bundle(number, tiles.width_of(0, number, size=size))


def read_event(body: bytes) -> Event:
    """Return the event of an entry.

    Raises:
        ValueError: The bytes are not those of any event.
    """
    try:
        return events.from_body(entry.decode(body))
    except EntryError as error:
        raise ValueError(str(error)) from error


def happening(index: int, event: Event) -> Happening:
    """Return what the histories keep of an entry."""
    return event.subject, index, event.kind, dossier.facts_of(event), event.id


def row(name: str, state: str) -> bytes:
    """Return the line of a thing in `rows.ndjson`."""
    return line({"id": name, "state": state})


def delivery(told: Told) -> bytes:
    """Return the line of a delivery in `deliveries.ndjson`."""
    first, sent = told.first_attempt_at, told.sent_at
    return line(
        {
            "attempts": told.attempts,
            "event_id": told.event_id,
            "first_attempt_at": None if first is None else events.written(first),
            "generation_id": told.generation_id,
            "id": told.id,
            "platform_id": told.platform_id,
            "sent_at": None if sent is None else events.written(sent),
        }
    )


def acknowledgement(ack_id: str, statement: bytes, signature: bytes) -> bytes:
    """Return the line of an acknowledgement in `acknowledgements.ndjson`."""
    written = base64.b64encode(signature).decode()
    return line({"id": ack_id, "signature": written, "statement": statement.decode()})


def proved_line(body: bytes, index: int, path: Sequence[bytes], signed: bytes) -> bytes:
    """Return the line of an entry with its proof."""
    text = proof.encode(proof.Proof(index, tuple(path), signed)).decode()
    # Entries are JSON; what is none can still be shown, and will not verify.
    return line({"index": index, "entry": body.decode(errors="replace"), "proof": text})
