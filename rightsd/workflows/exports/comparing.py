"""Comparing what a bundle says about the log with what follows from the log's entries."""

import itertools
import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from ledger import proof, tiles
from ledger.checkpoint import Checkpoint
from ledger.errors import LedgerError, ProofError
from ledger.policy import Log
from rightsd.adapters.histories import Histories
from rightsd.adapters.tar import Archive
from rightsd.domain import dossier, replay
from rightsd.domain.events import Event
from rightsd.domain.replay import Happened, ReplayError
from rightsd.workflows.exports import layout, scopes
from rightsd.workflows.exports.layout import DefectError, Progress
from rightsd.workflows.exports.scopes import Part, Scope

REPORT_EVERY = 1000  # Things.
NAMED_MAX = 20  # Things that rest on what is pending; there can be as many as there are events.


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle whose checkpoint was verified.

    Attributes:
        signed: The checkpoint, byte for byte.
        logs: The log's keys, as the bundle's policy has them.
    """

    archive: Archive
    head: Checkpoint
    signed: bytes
    logs: Sequence[Log]

    def file_of(self, scope: Scope | None, index: int) -> str:
        """Return the file that an entry stands in, or an event without a place yet."""
        if index >= self.head.size:
            return layout.PENDING
        if scope is not None:
            return layout.ENTRIES
        return layout.bundle_of(index, self.head.size).path

    def event(self, scope: Scope | None, index: int) -> Event:
        """Return the event of an entry that was checked, or of one without a place yet."""
        file = self.file_of(scope, index)
        if file == layout.PENDING:
            lines = self.archive.lines(file)
            body = next(itertools.islice(lines, index - self.head.size, None))
        elif file == layout.ENTRIES:
            read = (json.loads(line) for line in self.archive.lines(file))
            body = next(one["entry"].encode() for one in read if one["index"] == index)
        else:
            bundle = layout.bundle_of(index, self.head.size)
            entries = tiles.decode_bundle(self.archive.read(file), bundle.width)
            body = entries[index % tiles.WIDTH_MAX]
        return layout.read_event(body)

    def event_id(self, index: int, scope: Scope | None = None) -> str | None:
        """Return the id of an entry's event, if the entry can be read."""
        try:
            return self.event(scope, index).id
        except (LedgerError, LookupError, ValueError):
            return None


@dataclass(slots=True)
class Standing:
    """How many things stand where, by noun and state; the rows agree.

    Attributes:
        vouched: Those that only entries are about, which the checkpoint covers.
        resting: Those that something pending is about too: whoever wrote the bundle says so.
        named: The first of these, in the order of their ids.
    """

    vouched: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    resting: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    named: list[str] = field(default_factory=list[str])

    def count(self, subject: str, noun: str, state: str, *, pending: bool) -> None:
        """Take in where a thing stands."""
        (self.resting if pending else self.vouched)[noun, state] += 1
        if pending and len(self.named) < NAMED_MAX:
            self.named.append(subject)


def take_entries(opened: Opened, scope: Part, histories: Histories) -> int:
    """Check the entries of a part of the log, take in what happened, and return how many."""
    count, before = 0, -1
    for index, event in proved(opened, layout.ENTRIES):
        detail = None
        if isinstance(scope, scopes.Range) and index != scope.start + count:
            detail = f"entry {scope.start + count} is expected here"
        elif count == scopes.ENTRIES_MAX:
            detail = f"a part has at most {scopes.ENTRIES_MAX} entries"
        elif index <= before:
            detail = f"it stands after entry {before}"
        elif isinstance(scope, scopes.About) and event.subject != scope.subject:
            detail = f"it is about {event.subject}, and the bundle about {scope.subject}"
        if detail is not None:
            raise DefectError(layout.ENTRIES, detail, entry=index, event=event.id)
        histories.add([layout.happening(index, event)])
        count, before = count + 1, index
    if isinstance(scope, scopes.Range) and count != scope.end - scope.start:
        missing = scope.start + count
        raise DefectError(layout.ENTRIES, "it is missing: the range goes on", entry=missing)
    return count


def check_ids(opened: Opened, scope: Scope | None, histories: Histories) -> None:
    """Check that no event stands there twice, among the entries or as pending."""
    found = histories.repeated()
    if found is not None:
        event_id, first, last = found
        file = opened.file_of(scope, last)
        detail = f"its event is that of entry {first} in {opened.file_of(scope, first)} already"
        raise DefectError(file, detail, entry=last, event=event_id)


def check_scope(opened: Opened, scope: Part, histories: Histories) -> None:
    """Check that the entries are about what the bundle is about, and that nothing is missing."""
    covered = _covered(opened, histories)
    match scope:
        case scopes.Range():
            if next(opened.archive.lines(layout.PENDING), None) is not None:
                raise DefectError(layout.PENDING, "a bundle of a range has none of these")
            return
        case scopes.About(subject):
            wanted = {subject}
        case scopes.Case(notice):
            wanted = set(dossier.subjects_of_case(notice, covered))
    for subject, happened in histories.all():
        if subject not in wanted:
            index = happened[0].index
            raise DefectError(
                opened.file_of(scope, index),
                f"it is about {subject}, which the bundle is not about",
                entry=index,
                event=opened.event_id(index, scope),
            )
    for subject in sorted(wanted):
        if not covered(subject):
            raise DefectError(layout.ENTRIES, f"the entries about {subject} are missing")


def compare(
    opened: Opened, scope: Scope | None, histories: Histories, progress: Progress
) -> Standing:
    """Check rows, statements and cases against what happened; count what stands where.

    All are in the order of ids, so that each file is read once, beside the histories.
    """
    standing = Standing()
    rows = _Lines(opened, layout.ROWS)
    whole = scope is None
    stated = _Lines(opened, layout.STATEMENTS) if whole else None
    cases = (name for name in opened.archive.names() if name.startswith(layout.CASES))
    for number, (subject, happened) in enumerate(histories.all(), 1):
        noun, states = states_of(opened, scope, happened)
        state = rows.take_row(subject, states, happened[-1].index, scope)
        covered = [one for one in happened if one.index < opened.head.size]
        standing.count(subject, noun, state, pending=len(covered) < len(happened))
        if stated is not None:
            for statement in dossier.statements(subject, covered):
                stated.take(layout.line(statement), f"the decision of entry {statement['index']}")
        if whole and noun == dossier.NOTICE and covered:
            _check_case(opened, histories, subject, next(cases, None))
        if number % REPORT_EVERY == 0:
            progress("rows", number, 0)
    rows.end()
    if stated is not None:
        stated.end()
    if (name := next(cases, None)) is not None:
        raise DefectError(name, "the log has no entry about such a notice")
    return standing


def state_of(scope: Scope | None, happened: Sequence[Happened]) -> str | None:
    """Return where a thing stands after events, or None where a range does not tell."""
    return None if isinstance(scope, scopes.Range) else replay.state_after(happened)


def states_of(
    opened: Opened, scope: Scope | None, happened: Sequence[Happened]
) -> tuple[str, frozenset[str]]:
    """Return what kind of thing it is, and the states it can be in.

    Raises:
        DefectError: That cannot have happened to it.
    """
    try:
        noun = replay.noun_of(happened)
        if isinstance(scope, scopes.Range):
            return noun, replay.states_after_some(happened)
        return noun, frozenset({replay.state_after(happened)})
    except ReplayError as error:
        raise DefectError(
            opened.file_of(scope, error.index),
            str(error),
            entry=error.index,
            event=opened.event_id(error.index, scope),
        ) from error


def proved(opened: Opened, file: str) -> Iterator[tuple[int, Event]]:
    """Yield index and event of each line of entries with proofs, having checked the proof."""
    for number, line in enumerate(opened.archive.lines(file), 1):
        index = None
        try:
            index, text, proof_text = _parse(line)
            event = layout.read_event(text.encode())
        except (ValueError, RecursionError) as error:
            raise DefectError(file, f"line {number}: {error}", entry=index) from error
        try:
            _check_proof(opened, index, text, proof_text)
        except LedgerError as error:
            detail = f"line {number}: its proof does not hold: {error}"
            raise DefectError(file, detail, entry=index, event=event.id) from error
        yield index, event


def _parse(line: bytes) -> tuple[int, str, str]:
    match json.loads(line):
        case {"index": int(index), "entry": str(text), "proof": str(proof_text), **more} as says:
            # To Python, true is the integer 1 as well.
            if not more and layout.line(says) == line and not isinstance(index, bool):
                return index, text, proof_text
        case _:
            pass
    raise ValueError("it is not an index, an entry and a proof, in their one form")


def _check_proof(opened: Opened, index: int, entry: str, text: str) -> None:
    proved = proof.verify_under(text.encode(), entry.encode(), opened.head, opened.signed)
    if proved != index:
        raise ProofError(f"it is a proof of entry {proved}")


def _check_case(opened: Opened, histories: Histories, notice: str, name: str | None) -> None:
    """Check that a case holds every entry about it, and no other, each with its proof."""
    right = f"{layout.CASES}{notice}.ndjson"
    if name != right:
        raise DefectError(right, f"the file is missing; {name or 'none'} is in its place")
    covered = _covered(opened, histories)
    subjects = dossier.subjects_of_case(notice, covered)
    expected = sorted(one.index for subject in subjects for one in covered(subject))
    found = proved(opened, right)
    for index in expected:
        there = next(found, None)
        if there is None or there[0] != index:
            other = "nothing" if there is None else f"entry {there[0]}"
            raise DefectError(
                right,
                f"it belongs to the case, and {other} stands in its place",
                entry=index,
                event=opened.event_id(index),
            )
    for index, event in found:
        detail = f"it is about {event.subject}, and so not of this case, or stands there twice"
        raise DefectError(right, detail, entry=index, event=event.id)


def _covered(opened: Opened, histories: Histories) -> dossier.History:
    """Return a view of what happened by entries alone: what is pending makes no case larger."""
    size = opened.head.size
    return lambda subject: [one for one in histories.of(subject) if one.index < size]


class _Lines:
    """The lines of a file, each of which is known before it is read."""

    def __init__(self, opened: Opened, file: str) -> None:
        self._opened = opened
        self._file = file
        self._lines = opened.archive.lines(file)
        self._number = 0

    def take(self, expected: bytes, what: str) -> None:
        """Read one line, which stands for `what`."""
        found = self._next()
        if found != expected:
            raise self._defect(f"{what} is expected: {_shown(expected)}", found)

    def take_row(self, name: str, states: Collection[str], last: int, scope: Scope | None) -> str:
        """Read the row of a thing; return its state, which is one of those that it can be in.

        Args:
            name: The thing.
            states: The states.
            last: The last entry about it.
            scope: What part of the log the bundle holds.
        """
        found = self._next()
        for state in states:
            if found == layout.row(name, state):
                return state
        other = _id(found)
        if other is not None and other < name:
            raise self._defect(f"no entry is about {other}, so {name} is expected", found)
        event = self._opened.event_id(last, scope)
        by = f"entry {last} ({event})" if last < self._opened.head.size else f"{event}, pending"
        said = " or ".join(sorted(states))
        raise self._defect(f"{name} is {said} by the entries, the last of them {by}", found)

    def end(self) -> None:
        """Check that nothing is left."""
        found = self._next()
        if found is not None:
            raise self._defect("the end is expected: no entry leads to more", found)

    def _next(self) -> bytes | None:
        self._number += 1
        return next(self._lines, None)

    def _defect(self, expected: str, found: bytes | None) -> DefectError:
        there = "the end" if found is None else _shown(found)
        return DefectError(self._file, f"line {self._number}: {expected}; found is {there}")


def _id(row: bytes | None) -> str | None:
    try:
        return str(json.loads(row or b"{}").get("id", "")) or None
    except (ValueError, AttributeError, RecursionError):
        return None


def _shown(line: bytes) -> str:
    return line[: layout.SHOWN_BYTES].decode(errors="replace")
