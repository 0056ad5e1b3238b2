"""Checking that the keys of a log handed over to one another as its entries say."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ledger import note, rotation
from ledger.errors import LedgerError, NoteError
from ledger.note import VerifierKey
from rightsd.adapters.histories import Histories
from rightsd.domain.replay import Happened
from rightsd.workflows.exports import layout
from rightsd.workflows.exports.comparing import Opened
from rightsd.workflows.exports.layout import DefectError

NOUN = "key"
EVENTS_MAX = 2 * rotation.STATEMENTS_MAX  # A key is introduced and retired.


def check(opened: Opened, histories: Histories) -> None:
    """Check the statements of a whole log, and that its checkpoint is signed by who should sign it.

    The sequencer goes by what has committed: a rotation that is on record as pending, and not yet
    covered by the checkpoint, can have changed already who signs it.

    Raises:
        DefectError: A statement does not verify, or another key signed than the entries have.
    """
    signed = frozenset(log.key for log in opened.logs)
    may_sign: list[frozenset[VerifierKey]] = []
    chain = _Chain(opened.head.origin)
    for subject, one in _events(opened, histories):
        if one.index >= opened.head.size:
            may_sign.append(frozenset(chain.signing.values()))
        try:
            chain.take(subject, one)
        except (LedgerError, ValueError) as error:
            raise _defect(opened, one.index, str(error)) from error
    may_sign.append(frozenset(chain.signing.values()))
    try:
        if chain.keys:
            rotation.follow(chain.keys[0], chain.statements)
    except LedgerError as error:
        raise DefectError(layout.STATEMENTS, str(error)) from error
    if frozenset() in may_sign:  # Nothing was said of keys yet: it has the one it began with.
        may_sign += [frozenset({key}) for key in chain.keys[:1] or signed]
    if signed not in may_sign or _ids_of_signers(opened) != {key.key_id for key in signed}:
        right = " and ".join(key.vkey for key in chain.signing.values()) or "a single key"
        detail = f"by the entries it should be signed by {right}, and by no other key of the log"
        raise DefectError(layout.CHECKPOINT, detail)


@dataclass(slots=True)
class _Chain:
    """The keys, the first first, as far as the entries were read.

    Attributes:
        signing: Those that sign, by the ids of what the entries are about.
    """

    origin: str
    keys: list[VerifierKey] = field(default_factory=list[VerifierKey])
    signing: dict[str, VerifierKey] = field(default_factory=dict[str, VerifierKey])
    statements: list[bytes] = field(default_factory=list[bytes])

    def take(self, subject: str, event: Happened) -> None:
        """Follow an entry.

        Raises:
            NoteError: It does not verify, or not lead on from those before.
            ValueError: It does not say what such an entry says.
        """
        facts = json.loads(event.facts or "{}")
        if event.kind == "key.introduced":
            self._introduce(subject, facts)
        else:
            self._retire(subject, facts)

    def _introduce(self, subject: str, facts: dict[str, Any]) -> None:
        new = note.parse_vkey(str(facts.get("new_vkey")))
        if facts.get("number") != len(self.keys) + 1:
            raise NoteError(f"the key that is introduced here is number {len(self.keys) + 1}")
        if new.name != self.origin:
            raise NoteError(f"this is a key of {new.name}, not of {self.origin}")
        if self.keys:
            self._hand_over(new, facts)
        elif "statement" in facts:
            raise NoteError("the first key was there from the beginning: nobody hands over to it")
        self.keys.append(new)
        self.signing[subject] = new

    def _hand_over(self, new: VerifierKey, facts: dict[str, Any]) -> None:
        data = str(facts.get("statement", "")).encode()
        statement = rotation.verify(data, self.keys[-1])
        if statement.new != new or statement.old.vkey != facts.get("old_vkey"):
            raise NoteError("the statement is about other keys than its entry")
        if len(self.signing) > 1:
            raise NoteError("the last rotation is not over: at most two keys sign at a time")
        self.statements.append(data)

    def _retire(self, subject: str, facts: dict[str, Any]) -> None:
        key = self.signing.get(subject)
        if key is None or key.vkey != facts.get("vkey"):
            raise NoteError("the key that is retired is not the one that was introduced")
        if len(self.signing) == 1 or key == self.keys[-1]:
            raise NoteError("a key is retired when another has taken over from it")
        del self.signing[subject]


def _events(opened: Opened, histories: Histories) -> Iterator[tuple[str, Happened]]:
    for number, (subject, one) in enumerate(histories.of_noun(NOUN)):
        if number == EVENTS_MAX:
            raise _defect(opened, one.index, f"more than {EVENTS_MAX} entries are about keys")
        yield subject, one


def _ids_of_signers(opened: Opened) -> set[bytes]:
    lines = note.parse(opened.signed).signatures
    return {line.key_id for line in lines if line.name == opened.head.origin}


def _defect(opened: Opened, index: int, detail: str) -> DefectError:
    event = opened.event_id(index)
    return DefectError(opened.file_of(None, index), detail, entry=index, event=event)
