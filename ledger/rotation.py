"""Statements in which a log's key hands over to the next one, signed by both.

A statement is a signed note. The old key vouches for the new one; the new key shows that whoever
is named by it holds it. Who trusts one key of a log follows the statements to the key that signs
today. No statement can pass for a checkpoint of any log under the same key, nor the other way
round: its first line holds a space, and the name of a key, which an origin is, never does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledger import note
from ledger.errors import NoteError

HEADER = "/key-rotation v1"  # Behind the origin, on the first line.
STATEMENT_BYTES_MAX = 4096  # A name of 255 bytes five times, and room.
STATEMENTS_MAX = 1000  # A rotation a month for eighty years.
TIMESTAMP_MAX = 2**63 - 1
DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Statement:
    """One handing over; true only once `verify` has said so.

    Attributes:
        old: The key that vouches.
        new: The key that it vouches for. Both go by one name, the log's origin.
        timestamp: When it was made, in POSIX seconds, as the log says.
    """

    old: note.VerifierKey
    new: note.VerifierKey
    timestamp: int

    @property
    def text(self) -> bytes:
        """The text that is signed."""
        return (
            f"{self.old.name}{HEADER}\n"
            f"old {self.old.vkey}\n"
            f"new {self.new.vkey}\n"
            f"time {self.timestamp}\n"
        ).encode()


def state(old: note.Signer, new: note.Signer, *, timestamp: int) -> bytes:
    """Return the statement that `old` hands over to `new`, signed by both.

    Raises:
        NoteError: They are not two keys of one log, the timestamp is out of bounds, or a signer's
            answer does not verify.
    """
    statement = Statement(note.parse_vkey(old.vkey), note.parse_vkey(new.vkey), timestamp)
    if parse(statement.text) != statement:
        raise NoteError("the statement cannot be written")
    return note.sign(statement.text, old, new)


def parse(text: bytes) -> Statement:
    """Return what a note's text states. Nothing vouches for it yet.

    Raises:
        NoteError: The text is not a statement: not the one way to write it, of keys of two logs,
            or of a single key.
    """
    if len(text) > STATEMENT_BYTES_MAX:
        raise NoteError(f"a statement has at most {STATEMENT_BYTES_MAX} bytes")
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError as error:
        raise NoteError("a statement is UTF-8") from error
    if len(lines) != 5 or lines[-1]:
        raise NoteError("a statement has four lines")
    old = note.parse_vkey(_after("old ", lines[1]))
    new = note.parse_vkey(_after("new ", lines[2]))
    timestamp = _after("time ", lines[3])
    if lines[0] != f"{old.name}{HEADER}" or new.name != old.name:
        raise NoteError("a statement is about two keys of the log that its first line names")
    if new.key_id == old.key_id:
        raise NoteError("a statement is about two keys that their ids tell apart")
    if not DECIMAL.fullmatch(timestamp) or int(timestamp) > TIMESTAMP_MAX:
        raise NoteError("the time of a statement is in POSIX seconds, in decimal")
    return Statement(old, new, int(timestamp))


def verify(data: bytes, key: note.VerifierKey) -> Statement:
    """Return the statement in a signed note, having verified that both its keys signed it.

    Args:
        data: The signed note; signatures by others are not looked at.
        key: The key that hands over.

    Raises:
        NoteError: It is malformed, lacks a signature, or another key hands over.
    """
    statement = _verify(data)
    if statement.old != key:
        raise NoteError(f"in this statement {statement.old.vkey} hands over, not {key.vkey}")
    return statement


def follow(key: note.VerifierKey, statements: Sequence[bytes]) -> tuple[note.VerifierKey, ...]:
    """Return the keys that a trusted one leads to: itself first, and last the one of today.

    Args:
        key: The key that is trusted.
        statements: Of its log, in any order; those from before the key leads are checked as well.

    Raises:
        NoteError: There are too many, one does not verify or is of another log, one key hands over
            twice or takes over twice, or the keys go round in a circle. All of these mean that
            someone signed what should not exist: then none of the keys is trusted any further.
    """
    if len(statements) > STATEMENTS_MAX:
        raise NoteError(f"a log has at most {STATEMENTS_MAX} statements")
    after: dict[note.VerifierKey, note.VerifierKey] = {}
    taken = set[note.VerifierKey]()
    for data in statements:
        statement = _verify(data)
        if statement.old.name != key.name:
            raise NoteError(f"this is a statement of {statement.old.name}, not of {key.name}")
        if after.get(statement.old) == statement.new:
            raise NoteError(f"the statement of {statement.old.vkey} is there twice: leave one out")
        if statement.old in after:
            raise NoteError(f"the key {statement.old.vkey} hands over twice")
        if statement.new in taken:
            raise NoteError(f"the key {statement.new.vkey} takes over twice")
        after[statement.old] = statement.new
        taken.add(statement.new)
    keys = [key]
    while (following := after.get(keys[-1])) is not None:
        # No key takes over twice, so a circle can only close where it began.
        if following == key:
            raise NoteError(f"the key {key.vkey} is handed back to")
        keys.append(following)
    return tuple(keys)


def _verify(data: bytes) -> Statement:
    if len(data) > STATEMENT_BYTES_MAX:
        raise NoteError(f"a statement has at most {STATEMENT_BYTES_MAX} bytes")
    statement = parse(note.parse(data).text)
    for key in (statement.old, statement.new):
        note.verify(data, [key])
    return statement


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise NoteError(f"a line of a statement begins with {word.strip()}")
    return line[len(word) :]
