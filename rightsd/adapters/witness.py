"""Asking a witness to cosign a checkpoint (the client of tlog-witness).

A witness is a stranger: its answer is bounded, and only cosignatures that verify are returned.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from ledger import checkpoint, cosignature, note, policy, witness
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosignature
from ledger.errors import NoteError
from ledger.witness import Request
from rightsd.adapters import http
from rightsd.errors import Code, RightsError

ATTEMPTS_MAX = 4  # The size may change between two attempts; not often, unless someone plays.
ANSWER_BYTES_MAX = 65_536  # A cosignature is 150 bytes, a post-quantum one 4 kB.
SECONDS_MAX = 10.0  # Of one attempt; a witness has a signature to make and a file to sync.
CLOCK_SKEW_MAX = timedelta(minutes=5)

# prove(old_size) returns the consistency proof from there to the checkpoint that is submitted.
Prove = Callable[[int], Sequence[bytes]]


class Trouble(StrEnum):
    """Why there is no cosignature; the member `trouble` of the error's `extra`.

    FORKED and AHEAD may mean that the log has shown two histories, and ROLLED_BACK that the witness
    would help to: all three are for people to look at. With the latter two, the member `size` is
    what the witness names.
    """

    UNREACHABLE = "unreachable"  # No answer, or it is out of order: ask again later.
    UNKNOWN_LOG = "unknown-log"  # The witness does not know the log.
    UNTRUSTED = "untrusted"  # It knows the log by another key.
    FORKED = "forked"  # What it cosigned is not the beginning of this checkpoint's tree.
    AHEAD = "ahead"  # It has cosigned a larger tree than this checkpoint's.
    ROLLED_BACK = "rolled-back"  # It names a smaller size than that of a cosignature it gave.
    CONTESTED = "contested"  # The size it names changed with every attempt.
    BROKEN = "broken"  # Its answer is not one that the protocol knows, or does not verify.


# For people to look at.
ALARMS = frozenset({Trouble.FORKED, Trouble.AHEAD, Trouble.ROLLED_BACK})


def cosign(
    asked: policy.Witness,
    signed: bytes,
    prove: Prove,
    *,
    old_size: int,
    guard: http.Guard,
    now: datetime,
    seconds_max: float = SECONDS_MAX,
) -> tuple[Cosignature, ...]:
    """Return a witness's cosignatures on a checkpoint: at least one, all verified.

    Safe to run again: a witness that has cosigned the checkpoint already does so once more. When
    the witness remembers another size than `old_size`, the proof is made anew from the size that
    it names.

    Args:
        asked: The witness; its URL is the submission prefix.
        signed: The checkpoint with the log's signature.
        prove: Makes a consistency proof to the checkpoint's size, from one of 1 up to that size.
        old_size: Size of a cosignature by the witness that was seen, the last; or 0.
        guard: Where the request may go.
        now: The time, to refuse cosignatures from the future.
        seconds_max: How long one attempt may take; there are at most ATTEMPTS_MAX.

    Raises:
        RightsError: INVALID: the witness has no URL, or one that may not be fetched. UNAVAILABLE or
            CONFLICT: there is no cosignature; `extra["trouble"]` says why.
    """
    head = checkpoint.parse(note.parse(signed).text)
    if asked.url is None:
        raise RightsError(Code.INVALID, f"The policy names no URL for the witness {asked.name}.")
    size = old_size
    url = f"{asked.url.rstrip('/')}/add-checkpoint"
    for _ in range(ATTEMPTS_MAX):
        if size > head.size:
            detail = f"has cosigned a log of {size} entries, more than these {head.size}"
            raise _error(asked, Trouble.AHEAD, detail, size=size)
        body = witness.encode(Request(size, tuple(prove(size)) if size else (), signed))
        response = _post(asked, url, body, guard, seconds_max)
        if response.status != witness.Status.CONFLICT:
            _require_success(asked, response)
            return _read_cosignatures(asked, response.body, head, now)
        named = _read_size(asked, response)
        if named == size:
            raise _error(asked, Trouble.BROKEN, f"rejects the size {size} and names it")
        if named < old_size:
            detail = f"has cosigned {old_size} entries and remembers {named}: it was rolled back"
            raise _error(asked, Trouble.ROLLED_BACK, detail, size=named)
        size = named
    raise _error(asked, Trouble.CONTESTED, f"named another size {ATTEMPTS_MAX} times")


def _post(
    asked: policy.Witness, url: str, body: bytes, guard: http.Guard, seconds_max: float
) -> http.Response:
    try:
        return http.fetch(
            "POST",
            url,
            guard=guard,
            seconds_max=seconds_max,
            bytes_max=ANSWER_BYTES_MAX,
            body=body,
            headers={"Content-Type": witness.TEXT_TYPE},
        )
    except RightsError as error:
        if error.code is Code.INVALID:
            raise
        raise _error(
            asked, Trouble.UNREACHABLE, f"gave no answer: {error.detail.rstrip('.')}"
        ) from error


def _require_success(asked: policy.Witness, response: http.Response) -> None:
    match response.status:
        case witness.Status.COSIGNED:
            return
        case witness.Status.UNKNOWN:
            raise _error(asked, Trouble.UNKNOWN_LOG, "does not know this log")
        case witness.Status.UNTRUSTED:
            raise _error(asked, Trouble.UNTRUSTED, "knows this log by another key")
        case witness.Status.INCONSISTENT:
            detail = "has cosigned a tree that this one does not continue: compare the two"
            raise _error(asked, Trouble.FORKED, detail)
        case 429 | 500 | 502 | 503 | 504 as status:
            raise _error(asked, Trouble.UNREACHABLE, f"is out of order: HTTP {status}")
        case status:
            raise _error(asked, Trouble.BROKEN, f"answered with HTTP {status}")


def _read_size(asked: policy.Witness, response: http.Response) -> int:
    text = response.body.decode(errors="replace")
    if response.media_type != witness.SIZE_TYPE or not text.endswith("\n"):
        raise _error(asked, Trouble.BROKEN, "names no size after a conflict")
    if not checkpoint.DECIMAL.fullmatch(text[:-1]):
        raise _error(asked, Trouble.BROKEN, "names no size after a conflict")
    return int(text)


def _read_cosignatures(
    asked: policy.Witness, lines: bytes, head: Checkpoint, now: datetime
) -> tuple[Cosignature, ...]:
    try:
        found = cosignature.verify(head.text + b"\n" + lines, [asked.key])
    except NoteError as error:
        raise _error(asked, Trouble.BROKEN, f"did not cosign: {error}") from error
    if not found:
        raise _error(asked, Trouble.BROKEN, "did not cosign with the key that it is known by")
    latest = (now + CLOCK_SKEW_MAX).timestamp()
    if not all(1 <= one.timestamp <= latest for one in found):
        raise _error(asked, Trouble.BROKEN, "cosigned at no time or in the future")
    return found


def _error(asked: policy.Witness, trouble: Trouble, detail: str, **more: object) -> RightsError:
    code = Code.CONFLICT if trouble in ALARMS else Code.UNAVAILABLE
    extra = {"witness": asked.name, "trouble": trouble, **more}
    return RightsError(code, f"The witness {asked.name} {detail}.", extra)
