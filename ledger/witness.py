"""A witness: cosigns a log's checkpoint if it continues the last one it cosigned (tlog-witness).

`process` is the whole protocol but for HTTP. What a witness must never forget, the newest
checkpoint of each log, stands behind `State`; `FileState` keeps it in a folder. A folder that is
put back from a backup is a witness that has forgotten: it would cosign a second history.
"""

import base64
import fcntl
import hashlib
import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Protocol

from ledger import checkpoint, cosignature, merkle, note
from ledger.checkpoint import Checkpoint
from ledger.errors import NoteError, ProofError, RequestError, StateError

PROOF_HASHES_MAX = 63
REQUEST_BYTES_MAX = 262_144  # A proof is 3 kB; sixteen post-quantum signatures are 107 kB.
# A submission that loses this often against others of the same size is told to come again.
ATTEMPTS_MAX = 16
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


class Status(IntEnum):
    """How a submission ended; the numbers are the protocol's HTTP statuses."""

    COSIGNED = 200
    MALFORMED = 400
    UNTRUSTED = 403
    UNKNOWN = 404
    CONFLICT = 409
    INCONSISTENT = 422
    BUSY = 503


@dataclass(frozen=True, slots=True)
class Request:
    """What a log submits.

    Attributes:
        old_size: Size of the checkpoint that it believes the witness cosigned last, or 0.
        proof: Consistency proof from `old_size` to the checkpoint's size, 32 bytes each.
        checkpoint: The checkpoint, a signed note, byte for byte.
    """

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers: cosignature lines, a size after a conflict, or a sentence."""

    status: Status
    body: bytes

    @property
    def content_type(self) -> str:
        """The answer's media type."""
        return SIZE_TYPE if self.status is Status.CONFLICT else TEXT_TYPE


class State(Protocol):
    """The newest checkpoint of each log that the witness cosigned, safe from crashes."""

    def latest(self, origin: str) -> bytes | None:
        """Return the checkpoint last kept for a log, or None if there never was one."""
        ...

    def replace(self, origin: str, *, expected: bytes | None, signed: bytes) -> bool:
        """Keep `signed` if `expected` is still what `latest` returns; return whether it was.

        Comparing and keeping are one step for everyone who shares the state. After True, a power
        failure does not undo it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What a witness remembers of a log: nothing but the empty tree before the first time.

    Attributes:
        size: Number of entries.
        root: Root hash of the tree of that size, 32 bytes.
        timestamp: When it was cosigned, in POSIX seconds.
        signed: The checkpoint, a signed note with the cosignature; None before the first time.
    """

    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    timestamp: int = 0
    signed: bytes | None = None


def encode(request: Request) -> bytes:
    """Return the body of an add-checkpoint request.

    Raises:
        RequestError: The request cannot be written.
    """
    lines = [f"old {request.old_size}"]
    lines += [base64.b64encode(hash_).decode() for hash_ in request.proof]
    body = "\n".join(lines).encode() + b"\n\n" + request.checkpoint
    if parse(body) != request:
        raise RequestError("the request cannot be written")
    return body


def parse(body: bytes) -> Request:
    """Return what the body of an add-checkpoint request says; its checkpoint is not looked at.

    Raises:
        RequestError: It is malformed or beyond a limit.
    """
    if len(body) > REQUEST_BYTES_MAX:
        raise RequestError(f"a request has at most {REQUEST_BYTES_MAX} bytes")
    head, gap, signed = body.partition(b"\n\n")
    first, *lines = head.decode(errors="replace").split("\n")
    digits = first.removeprefix("old ")
    if not gap or digits == first or not checkpoint.DECIMAL.fullmatch(digits):
        raise RequestError("a request is a line “old” and a size, a proof, and an empty line")
    if int(digits) > merkle.SIZE_MAX:
        raise RequestError(f"a size is at most {merkle.SIZE_MAX}")
    if len(lines) > PROOF_HASHES_MAX:
        raise RequestError(f"a consistency proof has at most {PROOF_HASHES_MAX} hashes")
    try:
        proof = tuple(note.decode_base64(line) for line in lines)
    except NoteError as error:
        raise RequestError(f"the consistency proof is malformed: {error}") from error
    if any(len(hash_) != merkle.HASH_BYTES for hash_ in proof):
        raise RequestError(f"a hash of a consistency proof has {merkle.HASH_BYTES} bytes")
    return Request(int(digits), proof, signed)


def process(
    body: bytes,
    state: State,
    *,
    logs: Mapping[str, Sequence[note.VerifierKey]],
    signer: note.Signer,
    timestamp: int,
) -> Answer:
    """Answer an add-checkpoint request; a cosignature is given only once it is kept.

    Args:
        body: The request's body.
        state: What was cosigned before.
        logs: The keys of each log that is witnessed, by origin.
        signer: The witness's key, one for `cosignature.sign`.
        timestamp: Now, in POSIX seconds. When the clock has gone back, the time of the last
            cosignature is used: an earlier time would make the new statement untrue.

    Raises:
        StateError: The state failed; nothing was answered, and the log may ask again.
        NoteError: The signer failed.

    Source: tlog-witness, "add-checkpoint"; the checks are made in its order.
    """
    try:
        request = parse(body)
        head = checkpoint.parse(note.parse(request.checkpoint).text)
    except (RequestError, NoteError) as error:
        return _refusal(Status.MALFORMED, str(error))
    keys = logs.get(head.origin)
    if keys is None:
        return _refusal(Status.UNKNOWN, f"the log {head.origin} is not witnessed here")
    try:
        note.verify(request.checkpoint, keys)
    except NoteError as error:
        return _refusal(Status.UNTRUSTED, str(error))
    if request.old_size > head.size:
        return _refusal(Status.MALFORMED, "the old size is above the checkpoint's")
    for _ in range(ATTEMPTS_MAX):
        answer = _attempt(request, head, keys, state, signer, timestamp)
        if answer is not None:
            return answer
    return _refusal(Status.BUSY, "too many others submit the same checkpoint; try again")


def recall(state: State, origin: str, key: cosignature.WitnessKey) -> Kept:
    """Return what a witness remembers of a log.

    Its own cosignature must vouch for it: a file that was damaged, edited, or is another witness's
    stops the witness, where believing the file could make it cosign a second history.

    Raises:
        StateError: It cannot be read, or was not cosigned by the key.
    """
    signed = state.latest(origin)
    if signed is None:
        return Kept()
    try:
        head = checkpoint.parse(note.parse(signed).text)
        ours = cosignature.verify(signed, [key])
    except NoteError as error:
        raise StateError(f"what was kept of {origin} is damaged: {error}") from error
    if head.origin != origin or not ours:
        raise StateError(f"what was kept of {origin} was not cosigned by {key.name}")
    return Kept(head.size, head.root, max(one.timestamp for one in ours), signed)


def origin_hash(origin: str) -> str:
    """Return how a log is named in the path of its checkpoint: lower-case hex SHA-256."""
    return hashlib.sha256(origin.encode()).hexdigest()


def _attempt(
    request: Request,
    head: Checkpoint,
    keys: Sequence[note.VerifierKey],
    state: State,
    signer: note.Signer,
    timestamp: int,
) -> Answer | None:
    """Answer a request as the state is now; None if the state changed meanwhile."""
    key = cosignature.parse_vkey(signer.vkey)
    kept = recall(state, head.origin, key)
    if request.old_size != kept.size:
        return Answer(Status.CONFLICT, f"{kept.size}\n".encode())
    try:
        _require_growth(kept, head, request.proof)
    except ProofError as error:
        return _refusal(Status.INCONSISTENT, str(error))
    ours = cosignature.sign(head.text, signer, timestamp=max(timestamp, kept.timestamp))
    # Strangers may have added signatures; only those that were verified are kept and shown.
    signed = cosignature.attach(request.checkpoint, [ours], keep=keys)
    if not state.replace(head.origin, expected=kept.signed, signed=signed):
        return None
    return Answer(Status.COSIGNED, ours.line)


def _require_growth(kept: Kept, head: Checkpoint, proof: Sequence[bytes]) -> None:
    if head.size == 0 and head.root != merkle.EMPTY_ROOT:
        raise ProofError("the empty tree has another root hash")
    if kept.size:
        merkle.verify_consistency(kept.size, head.size, kept.root, head.root, proof)
    elif proof:
        raise ProofError("there is nothing to prove about the empty tree")


def _refusal(status: Status, detail: str) -> Answer:
    return Answer(status, f"{detail}\n".encode())


@dataclass(frozen=True, slots=True)
class FileState:
    """The state in a folder: a file for each log, named by `origin_hash`, and a lock beside it.

    Safe among threads and processes of one machine. A file is replaced whole, after its bytes are
    on disk, so a crash leaves either the old checkpoint or the new one.
    """

    folder: Path

    def latest(self, origin: str) -> bytes | None:
        """Return the checkpoint last kept for a log, or None if there never was one.

        Raises:
            StateError: The file cannot be read.
        """
        try:
            with (self.folder / origin_hash(origin)).open("rb") as file:
                return file.read(note.NOTE_BYTES_MAX + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateError(f"what was kept of {origin} cannot be read: {error}") from error

    def replace(self, origin: str, *, expected: bytes | None, signed: bytes) -> bool:
        """Keep `signed` if `expected` is still what `latest` returns; return whether it was.

        Raises:
            StateError: It cannot be kept. Whether it was is then what `latest` says.
        """
        path = self.folder / origin_hash(origin)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(path.with_suffix(".lock")):
                if self.latest(origin) != expected:
                    return False
                _write(path, signed)
                return True
        except OSError as error:
            raise StateError(f"the checkpoint of {origin} cannot be kept: {error}") from error


@contextmanager
def _locked(path: Path) -> Generator[None]:
    # Every opening of the file is a lock holder of its own: threads exclude one another as well.
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(path: Path, content: bytes) -> None:
    # One name for the partial file, which the lock makes ours: crashes leave at most one behind.
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
