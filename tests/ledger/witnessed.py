"""A log with two histories, in memory, and a witness of it."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, cosignature, witness
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Ed25519Signer
from ledger.witness import Answer, Request, State
from tests.ledger import reference
from tests.ledger.oracle import KEY, SIGNER

NOW = 1764061200
WITNESS = Ed25519Signer("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32))
WITNESS_KEY = cosignature.parse_vkey(WITNESS.vkey)
LOGS = {SIGNER.name: [KEY]}

HONEST = [f"entry {number}".encode() for number in range(40)]
FORK = [*HONEST[:4], *(f"other {number}".encode() for number in range(4, 40))]


def signed(size: int, entries: list[bytes] = HONEST) -> bytes:
    """The log's checkpoint over the first entries of one of its histories."""
    return checkpoint.sign(Checkpoint(SIGNER.name, size, reference.root(entries[:size])), SIGNER)


def request(old: int, size: int, entries: list[bytes] = HONEST) -> bytes:
    """What an honest log submits; of a fork, what a dishonest one would."""
    proof = reference.consistency(old, entries[:size]) if 0 < old <= size else []
    return witness.encode(Request(old, tuple(proof), signed(size, entries)))


def submit(body: bytes, state: State, *, now: int = NOW) -> Answer:
    return witness.process(body, state, logs=LOGS, signer=WITNESS, timestamp=now)


def size_kept(state: State) -> int:
    return witness.recall(state, SIGNER.name, WITNESS_KEY).size


@dataclass
class Memory:
    """A state that a crash would empty."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def latest(self, origin: str) -> bytes | None:
        return self.kept.get(origin)

    def replace(self, origin: str, *, expected: bytes | None, signed: bytes) -> bool:
        if self.latest(origin) != expected:
            return False
        self.kept[origin] = signed
        return True
