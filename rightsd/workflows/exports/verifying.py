"""Verifying an audit bundle from its bytes alone: no network, no database, little memory."""

import itertools
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger import checkpoint, fsck, note, policy
from ledger.errors import FsckError, LedgerError
from ledger.policy import Policy
from rightsd.adapters.histories import Histories, HistoriesError
from rightsd.adapters.tar import Archive, ArchiveError
from rightsd.domain.events import Event
from rightsd.domain.takedown import Proven
from rightsd.errors import Code, RightsError
from rightsd.workflows.exports import comparing, keys, layout, scopes, takedowns
from rightsd.workflows.exports.comparing import Opened
from rightsd.workflows.exports.layout import DefectError, Progress, silent
from rightsd.workflows.exports.scopes import Scope


@dataclass(frozen=True, slots=True)
class Step:
    """One entry about a thing, and where the thing stood after it.

    Attributes:
        index: Its index; None for an event that had no place in the log yet.
        state: None where it cannot be known, because the bundle begins in the middle.
    """

    index: int | None
    event: Event
    state: str | None


@dataclass(frozen=True, slots=True)
class Audited:
    """What a good bundle says.

    Attributes:
        size: How many entries the checkpoint covers.
        entries: How many of them the bundle holds.
        scope: Which; None for all.
        pending: How many events had committed and had no place in the log yet.
        standing: How many things stand where by entries alone, by noun and state; the rows agree.
        resting: How many stand where only with what is pending, for which nothing vouches.
        named: Some of these things; all of them, if they are few.
        witnesses: Who cosigned the checkpoint, of those in the policy.
        own_key: The keys were the bundle's own, so this proves that it is whole, not whose it is.
        steps: What happened to the one thing that was asked about.
        takedown: What came of a cause, if the bundle is the proof of that.
    """

    origin: str
    size: int
    entries: int
    scope: Scope | None
    pending: int
    standing: Mapping[tuple[str, str], int]
    resting: Mapping[tuple[str, str], int]
    named: tuple[str, ...]
    witnesses: tuple[str, ...]
    own_key: bool
    steps: tuple[Step, ...]
    takedown: Proven | None = None

    @property
    def things(self) -> int:
        """How many things stand as the entries say."""
        return sum(self.standing.values())

    @property
    def unvouched(self) -> int:
        """How many things stand as nothing but the bundle says."""
        return sum(self.resting.values())


def trust_keys(vkeys: Sequence[str]) -> Policy | None:
    """Return the policy that asks for a signature by one of these keys; None for no keys.

    Raises:
        RightsError: INVALID.
    """
    try:
        return layout.policy_of(vkeys, None) if vkeys else None
    except LedgerError as error:
        raise RightsError(Code.INVALID, str(error)) from error


def trust_policy(path: Path) -> Policy:
    """Return the policy of a file (tlog-policy).

    Raises:
        RightsError: INVALID.
    """
    try:
        with path.open("rb") as file:
            return policy.parse(file.read(policy.POLICY_BYTES_MAX + 1))
    except (LedgerError, OSError) as error:
        raise RightsError(Code.INVALID, f"{path} is no policy: {error}") from error


def verify(
    path: Path, trust: Policy | None, *, row: str | None = None, progress: Progress = silent
) -> Audited:
    """Check a bundle, and replay its entries.

    Args:
        path: The bundle.
        trust: Whose word counts, from somewhere else than the bundle; None takes the bundle's.
        row: Also return what happened to the thing with this id.
        progress: Told how far it has come.

    Raises:
        RightsError: INVALID, naming the file and the entry that are wrong: `extra` has them as
            `file`, `entry` and `event`. NOT_FOUND: nothing happened to that thing. UNAVAILABLE: the
            file cannot be read, or there is no room to work in, which says nothing of the bundle.
    """
    try:
        with Archive(path) as archive:
            return _verify(archive, trust, row, progress)
    except DefectError as error:
        extra = {"file": error.file, "entry": error.entry, "event": error.event}
        raise RightsError(Code.INVALID, f"the bundle is not good: {error}", extra) from error
    except (ArchiveError, HistoriesError) as error:
        raise RightsError(Code.INVALID, f"the bundle is not good: {error}") from error
    except (OSError, sqlite3.Error) as error:
        detail = f"whether the bundle is good could not be told: {error}"
        raise RightsError(Code.UNAVAILABLE, detail) from error


def _verify(archive: Archive, trust: Policy | None, row: str | None, progress: Progress) -> Audited:
    # A wrong digest says which file; what is wrong in it is said by whoever reads it.
    wrong = _wrong_sum(archive, progress)
    try:
        with Histories() as histories:
            audited = _check(archive, histories, trust, row, progress)
    except KeyError as error:
        raise wrong or DefectError(str(error.args[0]), "the file is missing") from error
    if wrong is not None:
        raise wrong
    return audited


def _wrong_sum(archive: Archive, progress: Progress) -> DefectError | None:
    *names, last = archive.names() or [""]
    if last != layout.SUMS:
        raise DefectError(layout.SUMS, f"it is not the last file; {last or 'none'} is")
    lines = archive.lines(layout.SUMS)
    wrong: DefectError | None = None
    for number, name in enumerate(names):
        expected = f"{archive.sha256(name)}  {name}"
        found = next(lines, b"").decode(errors="replace")
        if found != expected and wrong is None:
            detail = f"{layout.SUMS} has “{found[:200]}” where “{expected}” is right"
            wrong = DefectError(name, detail)
        progress("digests", number + 1, len(names))
    for line in lines:
        wrong = wrong or DefectError(layout.SUMS, f"it lists a file too many: {line[:200]!r}")
    return wrong


def _check(
    archive: Archive,
    histories: Histories,
    trust: Policy | None,
    row: str | None,
    progress: Progress,
) -> Audited:
    opened, scope, witnesses = _open(archive, trust)
    _check_names(archive, opened, scope)
    proven, pending = None, 0
    if isinstance(scope, scopes.Takedown):
        proven, entries = takedowns.check(opened, scope, histories)
        comparing.check_ids(opened, scope, histories)
        histories.sort()
        standing = takedowns.standing(opened, scope, histories)
    else:
        if scope is None:
            entries = opened.head.size
            _walk(opened, histories, progress)
        else:
            entries = comparing.take_entries(opened, scope, histories)
        pending = _take_pending(opened, histories)
        comparing.check_ids(opened, scope, histories)
        histories.sort()
        if scope is not None:
            comparing.check_scope(opened, scope, histories)
        standing = comparing.compare(opened, scope, histories, progress)
    if scope is None:
        keys.check(opened, histories)
    return Audited(
        origin=opened.head.origin,
        size=opened.head.size,
        entries=entries,
        scope=scope,
        pending=pending,
        standing=dict(standing.vouched),
        resting=dict(standing.resting),
        named=tuple(standing.named),
        witnesses=witnesses,
        own_key=trust is None,
        steps=() if row is None else tuple(_steps(opened, scope, histories, row)),
        takedown=proven,
    )


def _open(archive: Archive, trust: Policy | None) -> tuple[Opened, Scope | None, tuple[str, ...]]:
    """Read what a bundle says about itself, and check who vouches for its checkpoint."""
    signed = archive.read(layout.CHECKPOINT)
    terms = _terms(archive)
    witnesses: tuple[str, ...] = ()
    try:
        head = checkpoint.parse(note.parse(signed).text)
        for one in (terms, trust or terms):
            approval = policy.verify(signed, one)
            witnesses = tuple(found.key.name for found in approval.cosignatures)
        for log in terms.logs:  # A policy is met when one of them signed; a bundle names who did.
            checkpoint.verify(signed, log.key)
    except LedgerError as error:
        raise DefectError(layout.CHECKPOINT, str(error)) from error
    about = archive.read(layout.ABOUT)
    try:
        scope = scopes.read(json.loads(about)["scope"])
    except (KeyError, TypeError, ValueError, RecursionError, RightsError) as error:
        raise DefectError(layout.ABOUT, f"it is not well formed: {error}") from error
    right = layout.about(head, None if scope is None else scope.said())
    if about != right:
        expected = " ".join(right.decode().split())
        raise DefectError(layout.ABOUT, f"by the checkpoint and the scope it should say {expected}")
    return Opened(archive, head, signed, terms.logs), scope, witnesses


def _terms(archive: Archive) -> Policy:
    """Return the bundle's own policy, having checked the keys that go with it."""
    data = archive.read(layout.POLICY)
    try:
        terms = policy.parse(data)
        right = policy.encode(terms)
    except LedgerError as error:
        raise DefectError(layout.POLICY, str(error)) from error
    if data != right:
        raise DefectError(layout.POLICY, "it is not in its one form")
    for name, content in layout.keys_of(terms.logs):
        if archive.read(name) != content:
            raise DefectError(name, "it is not the key that the policy has")
    anchors = archive.read(layout.ANCHORS)
    try:
        right = layout.certificates(anchors)
    except ValueError as error:
        raise DefectError(layout.ANCHORS, f"these are not certificates: {error}") from error
    if anchors != right:
        raise DefectError(layout.ANCHORS, "the certificates are not in their one form")
    return terms


def _check_names(archive: Archive, opened: Opened, scope: Scope | None) -> None:
    """Check that the files are those that the format has, in its order."""
    found = archive.names()
    match scope:
        case None:
            tiles = (file.path for file in layout.tiles_of(opened.head.size))
            cases = sorted(name for name in found if name.startswith(layout.CASES))
            held = itertools.chain(tiles, cases, (layout.STATEMENTS, layout.ROWS, layout.PENDING))
        case scopes.Takedown():
            held = iter(layout.OF_TAKEDOWN)
        case _:
            held = iter((layout.ENTRIES, layout.ROWS, layout.PENDING))
    expected = itertools.chain(
        (layout.ABOUT, layout.CHECKPOINT, layout.POLICY),
        (name for name, _ in layout.keys_of(opened.logs)),
        (layout.ANCHORS,),
        held,
        (layout.SUMS,),
    )
    for there, right in itertools.zip_longest(found, expected):
        if right is None or there != right:
            name = there if right is None or right in found else right
            detail = f"{there or 'nothing'} stands where {right or 'nothing'} should"
            raise DefectError(str(name), f"a file is missing, out of order or too many: {detail}")


def _walk(opened: Opened, histories: Histories, progress: Progress) -> None:
    """Check all tiles and entries, and take in what happened."""
    size = opened.head.size

    def visit(first: int, entries: Sequence[bytes]) -> None:
        path = layout.bundle_of(first, size).path
        histories.add(
            [
                layout.happening(index, _event(body, path, index))
                for index, body in enumerate(entries, first)
            ]
        )
        progress("entries", first + len(entries), size)

    try:
        fsck.check_files(opened.head, opened.archive.read, visit_bundle=visit)
    except FsckError as error:
        event = None if error.leaf is None else opened.event_id(error.leaf)
        detail = str(error).removeprefix(f"{error.path}: ")
        raise DefectError(error.path, detail, entry=error.leaf, event=event) from error


def _take_pending(opened: Opened, histories: Histories) -> int:
    count = 0
    for body in opened.archive.lines(layout.PENDING):
        event = _event(body, layout.PENDING, opened.head.size + count)
        histories.add([layout.happening(opened.head.size + count, event)])
        count += 1
    return count


def _event(body: bytes, file: str, index: int) -> Event:
    try:
        return layout.read_event(body)
    except ValueError as error:
        raise DefectError(file, str(error), entry=index) from error


def _steps(opened: Opened, scope: Scope | None, histories: Histories, row: str) -> Iterator[Step]:
    happened = histories.of(row)
    if not happened:
        raise RightsError(Code.NOT_FOUND, f"nothing in the bundle is about {row}")
    for number, one in enumerate(happened, 1):
        pending = one.index >= opened.head.size
        state = comparing.state_of(scope, happened[:number])
        yield Step(None if pending else one.index, opened.event(scope, one.index), state)
