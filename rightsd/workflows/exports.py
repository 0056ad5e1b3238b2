"""The audit bundle: the log and where everything stands, as one tar that verifies offline.

The format is documented in api-specs/ledger.md. Every bit of a bundle is either checked against the
checkpoint, the SHA-256 list or the replay, or has only one value that is right.
"""

import hashlib
import io
import itertools
import json
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ledger import checkpoint, fsck, log, note, tiles
from ledger.errors import LedgerError
from rightsd.adapters.tar import Archive, ArchiveError, entry
from rightsd.db import exports
from rightsd.db.tx import Tx
from rightsd.domain.events import from_body
from rightsd.domain.principal import Principal, Role
from rightsd.domain.replay import Replay, ReplayError
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

VERSION = 1
PIECE_BYTES = 1 << 20
SPOOL_BYTES_MAX = 8 * 1024 * 1024  # Of rows, in memory; more go to a file.
ROWS, PENDING, SUMS, ABOUT, CHECKPOINT = (
    "rows.ndjson",
    "pending.ndjson",
    "SHA256SUMS",
    "bundle.json",
    "checkpoint",
)


@dataclass(frozen=True, slots=True)
class Audited:
    """What a good bundle says.

    Attributes:
        entries: How many the checkpoint covers.
        pending: How many had committed and had no place in the log yet.
        things: How many things the rows and the replay agree on.
        own_key: The key was the bundle's own, so this proves that it is whole, not whose it is.
    """

    origin: str
    entries: int
    pending: int
    things: int
    own_key: bool


def require_auditor(actor: Principal) -> None:
    """Allow auditors.

    Raises:
        RightsError: FORBIDDEN.
    """
    actor.require(Role.AUDITOR, Role.ADMIN)


def audit(rt: Runtime, file: IO[bytes]) -> None:
    """Write a bundle of everything, as of one moment, to a file. No writer waits for it.

    Raises:
        RightsError: CONFLICT, before the log has its first checkpoint.
    """
    sums: list[str] = []
    with rt.transaction() as tx:
        tx.conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        signer = rt.log_signer(tx, log.latest(tx.conn))
        for name, body in _members(tx, signer.vkey):
            file.writelines(entry(name, body))
            sums.append(_sum(_digest(body), name))
    file.writelines(entry(SUMS, io.BytesIO("".join(f"{line}\n" for line in sums).encode())))
    file.write(bytes(2 * tarfile.BLOCKSIZE))


def verify(path: Path, vkey: str | None) -> Audited:
    """Check a bundle from its bytes alone: no network, no database.

    Args:
        path: The bundle.
        vkey: The log's public key, from somewhere else than the bundle; None takes the bundle's.

    Raises:
        RightsError: INVALID, naming the file and the entry that are wrong.
    """
    try:
        with Archive(path) as archive:
            _check_sums(archive)
            about = json.loads(archive.read(ABOUT))
            key = vkey or str(about["vkey"])
            return _check(archive, key, own_key=vkey is None)
    except (ArchiveError, LedgerError, ReplayError) as error:
        raise RightsError(Code.INVALID, f"the bundle is not good: {error}") from error
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise RightsError(Code.INVALID, f"the bundle is not well formed: {error}") from error


def _members(tx: Tx, vkey: str) -> Iterator[tuple[str, IO[bytes]]]:
    signed = log.latest(tx.conn)
    if signed is None:
        raise RightsError(Code.CONFLICT, "the log has no checkpoint yet; try again in a moment")
    head = checkpoint.verify(signed, note.parse_vkey(vkey))
    about = {"version": VERSION, "origin": head.origin, "size": head.size, "vkey": vkey}
    yield ABOUT, io.BytesIO(json.dumps(about, indent=1, sort_keys=True).encode() + b"\n")
    yield CHECKPOINT, io.BytesIO(signed)
    for file in itertools.chain(tiles.bundles_of(head.size), tiles.tiles_of(head.size)):
        yield file.path, io.BytesIO(log.file(tx.conn, file))
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES_MAX) as spool:
        for body in log.pending(tx.conn):
            spool.write(body + b"\n")
        yield PENDING, cast("IO[bytes]", spool)
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES_MAX) as spool:
        for name, state in exports.states(tx):
            spool.write(json.dumps({"id": name, "state": state}, sort_keys=True).encode() + b"\n")
        yield ROWS, cast("IO[bytes]", spool)


def _check_sums(archive: Archive) -> None:
    *names, last = archive.names()
    if last != SUMS:
        raise ArchiveError(f"{SUMS} is not its last file")
    lines = archive.read(SUMS).decode().split("\n")
    for name, line in itertools.zip_longest(names, lines[:-1]):
        if name is None or line != _sum(archive.sha256(name), name):
            raise ArchiveError(f"{name or 'a file'} does not have the SHA-256 in {SUMS}")
    if lines[-1]:
        raise ArchiveError(f"{SUMS} does not end with a whole line")


def _sum(digest: str, name: str) -> str:
    return f"{digest}  {name}"


def _digest(body: IO[bytes]) -> str:
    body.seek(0)
    digest = hashlib.sha256()
    while piece := body.read(PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _check(archive: Archive, vkey: str, *, own_key: bool) -> Audited:
    replay = Replay()

    def visit(index: int, body: bytes) -> None:
        try:
            replay.apply(from_body(json.loads(body)))
        except (ReplayError, ValueError) as error:
            raise ReplayError(f"entry {index}: {error}") from error

    head = fsck.check(archive.read(CHECKPOINT), vkey, archive.read, visit=visit)
    pending = archive.read(PENDING).splitlines()
    for body in pending:
        replay.apply(from_body(json.loads(body)))
    states = replay.states()
    for line in archive.read(ROWS).splitlines():
        row = json.loads(line)
        state = states.pop(row["id"], None)
        if state != row["state"]:
            what = f"{row['id']} is {row['state']} in {ROWS}, but {state} by the entries"
            raise ReplayError(what)
    if states:
        raise ReplayError(f"{min(states)} is in the entries, but not in {ROWS}")
    return Audited(head.origin, head.size, len(pending), len(replay.states()), own_key)
