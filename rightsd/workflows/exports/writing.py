"""Writing an audit bundle, as of one moment, one member after the other."""

import hashlib
import io
import tarfile
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from ledger import checkpoint, cosigning, log, merkle, note, policy, tiles
from ledger.checkpoint import Checkpoint
from ledger.errors import LedgerError
from ledger.log import Entry
from ledger.policy import Policy
from rightsd.adapters.histories import Happening, Histories
from rightsd.adapters.tar import entry
from rightsd.db import exports, logkeys, takedowns
from rightsd.db.tx import Tx
from rightsd.domain import dossier, takedown
from rightsd.domain.principal import Principal, Role
from rightsd.domain.replay import Happened
from rightsd.domain.takedown import Account, TakedownError, Told
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.exports import layout, scopes
from rightsd.workflows.exports.layout import Progress, silent
from rightsd.workflows.exports.scopes import Part, Scope, Takedown

PIECE_BYTES = 1 << 20
SPOOL_BYTES_MAX = 4 * 1024 * 1024  # Of a member, in memory; more goes to a file.
TILES_KEPT = 512  # Of 8 KiB; a path needs two a level, and the upper ones again and again.
HASHES_KEPT = 20_000  # Of those between the levels of tiles: each is the work of up to 255 hashes.

Member = tuple[str, IO[bytes]]


def require_auditor(actor: Principal) -> None:
    """Allow auditors.

    Raises:
        RightsError: FORBIDDEN.
    """
    actor.require(Role.AUDITOR, Role.ADMIN)


def audit(
    rt: Runtime,
    file: IO[bytes],
    *,
    scope: Scope | None = None,
    progress: Progress = silent,
) -> None:
    """Write a bundle, as of one moment, to a file. No writer of the log waits for it.

    Args:
        rt: The runtime.
        file: Where to; written from its beginning to its end.
        scope: Which part of the log; None for everything.
        progress: Told how far it has come.

    Raises:
        RightsError: CONFLICT, before the log has published a checkpoint; INVALID or NOT_FOUND, when
            the scope asks for too much or for nothing.
    """
    sums: list[str] = []
    with rt.transaction() as tx:
        tx.conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        # While all that happened is sorted, the database hears nothing.
        tx.conn.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        writer = _writer(tx, rt, progress)
        for name, body in writer.members(scope):
            file.writelines(entry(name, body))
            sums.append(f"{_digest(body)}  {name}\n")
    file.writelines(entry(layout.SUMS, io.BytesIO("".join(sums).encode())))
    file.write(bytes(2 * tarfile.BLOCKSIZE))


def _writer(tx: Tx, rt: Runtime, progress: Progress) -> "_Writer":
    signed = cosigning.published(tx.conn, rt.witness_policy)
    if signed is None:
        detail = "the log has no checkpoint yet that everyone may see; try again in a moment"
        raise RightsError(Code.CONFLICT, detail)
    head = checkpoint.parse(note.parse(signed).text)
    terms = layout.policy_of(_vkeys(tx, rt, signed), rt.witness_policy)
    anchors = layout.certificates(rt.credentials.anchors.claims_pem.encode())

    @lru_cache(TILES_KEPT)
    def read_tile(tile: tiles.Tile) -> bytes:
        return log.file(tx.conn, tile)

    @lru_cache(HASHES_KEPT)
    def read_hash(level: int, index: int) -> bytes:
        return tiles.reader(head.size, read_tile)(level, index)

    return _Writer(tx, head, signed, terms, anchors, read_hash, progress, rt.work_folder)


def _vkeys(tx: Tx, rt: Runtime, signed: bytes) -> list[str]:
    """Return the keys of the log that have signed a checkpoint, the oldest first."""
    known = [key.vkey for key in logkeys.known(tx)]
    known = known or [signer.vkey for signer in rt.log_signers(tx)]
    vkeys = [vkey for vkey in known if _is_signed(signed, vkey)]
    if not vkeys:
        raise RightsError(Code.UNAVAILABLE, "none of the log's keys has signed its checkpoint")
    return vkeys


def _is_signed(signed: bytes, vkey: str) -> bool:
    try:
        checkpoint.verify(signed, note.parse_vkey(vkey))
    except LedgerError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes the members of one bundle, in order."""

    tx: Tx
    head: Checkpoint
    signed: bytes
    terms: Policy
    anchors: bytes
    read_hash: merkle.Read
    progress: Progress
    folder: Path

    def members(self, scope: Scope | None) -> Iterator[Member]:
        """Yield the members of a bundle."""
        match scope:
            case None:
                return self.whole()
            case scopes.Takedown():
                return self.takedown(scope)
            case _:
                return self.part(scope)

    def whole(self) -> Iterator[Member]:
        """Yield the members of a bundle of everything."""
        yield from self._opening(None)
        with Histories(self.folder) as histories:
            for bundle in tiles.bundles_of(self.head.size):
                body = log.file(self.tx.conn, bundle)
                first = bundle.index * tiles.WIDTH_MAX
                histories.add(_happenings(first, tiles.decode_bundle(body, bundle.width)))
                yield bundle.path, io.BytesIO(body)
                self.progress("entries", first + bundle.width, self.head.size)
            for tile in tiles.tiles_of(self.head.size):
                yield tile.path, io.BytesIO(log.file(self.tx.conn, tile))
            histories.sort()
            cases = 0
            for subject, happened in histories.all():
                if happened[0].kind.startswith(f"{dossier.NOTICE}."):
                    cases += 1
                    self.progress("cases", cases, 0)
                    subjects = dossier.subjects_of_case(subject, histories.of)
                    found = self._covered(subjects)
                    with _spooled(map(self._proved, found), self.folder) as spool:
                        yield f"{layout.CASES}{subject}.ndjson", spool
            stated = (
                layout.line(statement)
                for subject, happened in histories.all()
                for statement in dossier.statements(subject, happened)
            )
            with _spooled(stated, self.folder) as spool:
                yield layout.STATEMENTS, spool
        with _spooled(self._rows(None), self.folder) as spool:
            yield layout.ROWS, spool
        with _spooled(self._pending(), self.folder) as spool:
            yield layout.PENDING, spool

    def part(self, scope: Part) -> Iterator[Member]:
        """Yield the members of a bundle of a part of the log."""
        entries = self._selected(scope)
        if not entries:
            raise RightsError(Code.NOT_FOUND, "the log has no entry about this, or not yet")
        subjects = sorted({entry.subject for entry in entries})
        yield from self._opening(scope)
        with _spooled(map(self._proved, entries), self.folder) as spool:
            yield layout.ENTRIES, spool
        with _spooled(self._rows(subjects), self.folder) as spool:
            yield layout.ROWS, spool
        # Of a range the rows are compared without them: more than they may have happened since.
        about = frozenset[str]() if isinstance(scope, scopes.Range) else frozenset(subjects)
        waiting = (body for body in self._pending() if _subject(body) in about)
        with _spooled(waiting, self.folder) as spool:
            yield layout.PENDING, spool

    def takedown(self, scope: Takedown) -> Iterator[Member]:
        """Yield the members of the proof of a takedown."""
        size = self.head.size
        causes = [scope.cause, *self._along(scope.cause)]
        told = takedowns.told(self.tx, causes, size=size, platform_id=scope.platform)
        if scope.platform is not None and not told:
            raise RightsError(Code.NOT_FOUND, "this platform was told of nothing because of that")
        signed = takedowns.acknowledgements(self.tx, [one.id for one in told], size=size)
        account = Account(scope.cause)
        about = self._of_takedown(scope, causes, told) | {ack_id for ack_id, _, _ in signed}
        yield from self._opening(scope)
        with _spooled(self._accounted(account, sorted(about)), self.folder) as spool:
            yield layout.ENTRIES, spool
        try:
            account.check_whole(sorted({one.platform_id for one in told}))
        except TakedownError as error:
            detail = f"there is nothing to prove, or not yet: {error}"
            raise RightsError(Code.CONFLICT, detail) from error
        with _spooled(map(layout.line, account.outputs()), self.folder) as spool:
            yield layout.OUTPUTS, spool
        with _spooled(map(layout.delivery, told), self.folder) as spool:
            yield layout.DELIVERIES, spool
        with _spooled((layout.acknowledgement(*one) for one in signed), self.folder) as spool:
            yield layout.ACKNOWLEDGEMENTS, spool

    def _along(self, cause: str) -> list[str]:
        """Return what ended because of a cause, by the entries, and takes outputs down as well."""
        found = self._covered(takedowns.along(self.tx, cause))
        return sorted(
            {one.subject for one in found if takedown.leads_to(cause, layout.read_event(one.body))}
        )

    def _of_takedown(
        self, scope: Takedown, causes: Sequence[str], told: Sequence[Told]
    ) -> set[str]:
        """Return the things that a takedown is about, but for acknowledgements."""
        size, limit = self.head.size, takedown.OUTPUTS_MAX + 1
        found = {one.generation_id for one in told}
        if scope.platform is None:
            found.update(takedowns.withdrawn(self.tx, causes, size=size, limit=limit))
        if len(found) >= limit:
            detail = f"more than {takedown.OUTPUTS_MAX} outputs were withdrawn; take the whole log"
            raise RightsError(Code.INVALID, detail)
        cause = list(self._covered([scope.cause]))
        if not (cause or (found and takedown.is_unlogged(scope.cause))):
            raise RightsError(Code.NOT_FOUND, "the log has no entry about this, or not yet")
        named = takedown.named_by(layout.read_event(one.body) for one in cause)
        platforms = {one.platform_id for one in told}
        copies = takedowns.copies(self.tx, sorted(found), size=size, platform_id=scope.platform)
        return {*causes, *named, *found, *platforms, *copies}

    def _accounted(self, account: Account, subjects: Sequence[str]) -> Iterator[bytes]:
        """Yield the entries about some things, as lines, and take them in."""
        for number, one in enumerate(self._covered(subjects)):
            if number == takedown.ENTRIES_MAX:
                detail = f"there are more than {takedown.ENTRIES_MAX} entries; take the whole log"
                raise RightsError(Code.INVALID, detail)
            try:
                account.take(one.index, layout.read_event(one.body))
            except TakedownError as error:
                detail = f"the log does not prove this: entry {one.index}: {error}"
                raise RightsError(Code.CONFLICT, detail) from error
            yield self._proved(one)

    def _opening(self, scope: Scope | None) -> Iterator[Member]:
        said = None if scope is None else scope.said()
        yield layout.ABOUT, io.BytesIO(layout.about(self.head, said))
        yield layout.CHECKPOINT, io.BytesIO(self.signed)
        yield layout.POLICY, io.BytesIO(policy.encode(self.terms))
        for name, content in layout.keys_of(self.terms.logs):
            yield name, io.BytesIO(content)
        yield layout.ANCHORS, io.BytesIO(self.anchors)

    def _selected(self, scope: Part) -> list[Entry]:
        match scope:
            case scopes.Range(start, end):
                if end > self.head.size:
                    detail = f"the log has {self.head.size} entries, not {end}"
                    raise RightsError(Code.INVALID, detail)
                return list(log.entries(self.tx.conn, start, end))
            case scopes.About(subject):
                return self._about([subject])
            case scopes.Case(notice):
                return self._about(dossier.subjects_of_case(notice, self._history))

    def _about(self, subjects: Sequence[str]) -> list[Entry]:
        found: list[Entry] = []
        for one in self._covered(subjects):
            found.append(one)
            if len(found) > scopes.ENTRIES_MAX:
                detail = f"there are more than {scopes.ENTRIES_MAX} entries; take the whole log"
                raise RightsError(Code.INVALID, detail)
        return found

    def _covered(self, subjects: Sequence[str]) -> Iterator[Entry]:
        found = log.entries_about(self.tx.conn, subjects)
        return (entry for entry in found if entry.index < self.head.size)

    def _history(self, subject: str) -> list[Happened]:
        found = ((entry.index, entry.body) for entry in self._about([subject]))
        kept = (one for index, body in found for one in _happenings(index, [body]))
        return [Happened(index, kind, facts) for _, index, kind, facts, _ in kept]

    def _proved(self, entry: Entry) -> bytes:
        path = merkle.prove_inclusion(entry.index, self.head.size, self.read_hash)
        return layout.proved_line(entry.body, entry.index, path, self.signed)

    def _rows(self, ids: Sequence[str] | None) -> Iterator[bytes]:
        return (layout.row(name, state) for name, state in exports.states(self.tx, ids))

    def _pending(self) -> Iterator[bytes]:
        """Yield what the checkpoint does not cover: entries not yet cosigned, then the intake."""
        newest = log.latest(self.tx.conn)
        assert newest is not None
        size = checkpoint.parse(note.parse(newest).text).size
        for uncovered in log.entries(self.tx.conn, self.head.size, size):
            yield uncovered.body
        yield from log.pending(self.tx.conn)


def _happenings(first: int, bodies: Sequence[bytes]) -> Iterator[Happening]:
    """Yield what happened by some entries; those that are no events are left for the verifier."""
    for index, body in enumerate(bodies, first):
        try:
            yield layout.happening(index, layout.read_event(body))
        except ValueError:
            continue


def _subject(body: bytes) -> str | None:
    try:
        return layout.read_event(body).subject
    except ValueError:
        return None


@contextmanager
def _spooled(lines: Iterable[bytes], folder: Path) -> Generator[IO[bytes]]:
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES_MAX, dir=str(folder)) as spool:
        for line in lines:
            spool.write(line + b"\n")
        yield cast("IO[bytes]", spool)


def _digest(body: IO[bytes]) -> str:
    body.seek(0)
    digest = hashlib.sha256()
    while piece := body.read(PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()
