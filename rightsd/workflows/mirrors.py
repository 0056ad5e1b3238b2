"""The log as plain files, so that any static server can serve it and outlive the daemon.

A mirror is what c2sp.org/tlog-tiles describes, at every size that it has ever shown: a full tile is
written once, the partial ones of each size stay beside it, and the checkpoint comes last, when all
that it covers is safe on the disk. The mirror's own checkpoint is all that is remembered about it.
"""

from collections.abc import Iterator

from ledger import checkpoint, cosigning, log, merkle, note, tiles
from ledger.checkpoint import Checkpoint
from ledger.errors import LedgerError, NoteError, ProofError
from ledger.tiles import Bundle, Tile
from rightsd.adapters.files import Files, Served
from rightsd.db import mirrors
from rightsd.db.tx import Tx
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

PATH = "checkpoint"
# tlog-tiles: what never changes is kept for long, the checkpoint for a few seconds.
TILE = Served("application/octet-stream", "public, max-age=31536000, immutable")
CHECKPOINT = Served("text/plain; charset=utf-8", "public, max-age=2")


def update(rt: Runtime, files: Files) -> int | None:
    """Bring a mirror up to the published checkpoint; one that shows more already is left as it is.

    One process at a time: a mirror that two write to could go back to an older checkpoint. The
    transaction that holds the turn stays open meanwhile, but keeps nobody else waiting. A mirror
    that is interrupted shows the log as it was, and the next run finishes it; one whose checkpoint
    is deleted or damaged is compared and mended file by file, unless one is whole, but another.

    Returns:
        How many entries the mirror shows; None when another process is writing to it.

    Raises:
        RightsError: CONFLICT: the mirror shows what this log never was; nothing is changed.
            UNAVAILABLE: the store failed.
    """
    with rt.transaction() as tx:
        if not mirrors.lock(tx):
            return None
        shown, signed = _shown(files), cosigning.published(tx.conn, rt.witness_policy)
        _require_beginning(tx, shown)
        size = 0 if shown is None else shown.size
        head = None if signed is None else checkpoint.parse(note.parse(signed).text)
        # A policy that asks for more than the last one did may publish less for a while.
        if signed is None or head is None or head.size < size:
            return size
        for file in _missing(size, head.size):
            if rt.stopping.is_set():
                return size
            body = log.file(tx.conn, file)
            _require_no_other(files, file, body)
            files.put(file.path, body, TILE)
        # Uploads take time: had the turn been lost meanwhile, others may have gone further by now.
        if not mirrors.lock(tx):
            return None
        files.put(PATH, signed, CHECKPOINT)
        return head.size


def _shown(files: Files) -> Checkpoint | None:
    """Return the checkpoint that a mirror shows; None if there is none, or one that is damaged.

    Its signature is not looked at, as the key may have changed since: that the log continues it is
    found out from the tree.
    """
    signed = files.get(PATH)
    if signed is None:
        return None
    try:
        return checkpoint.parse(note.parse(signed).text)
    except NoteError:
        return None


def _require_beginning(tx: Tx, shown: Checkpoint | None) -> None:
    """Check that the log continues what a mirror shows, as it would not after a restored backup."""
    if shown is None:
        return
    signed = log.latest(tx.conn)
    head = None if signed is None else checkpoint.parse(note.parse(signed).text)
    if head is None or shown.origin != head.origin or shown.size > head.size:
        raise RightsError(
            Code.CONFLICT,
            f"The mirror shows {shown.size} entries of {shown.origin}, which are not in this log.",
        )
    if shown.size:
        path = log.prove_consistency(tx.conn, shown.size, head.size)
        try:
            merkle.verify_consistency(shown.size, head.size, shown.root, head.root, path)
        except ProofError as error:
            raise RightsError(
                Code.CONFLICT,
                f"The mirror shows another history of {shown.origin} than this log has.",
            ) from error


def _require_no_other(files: Files, file: Tile | Bundle, body: bytes) -> None:
    """Check that no file of another history is written over: it is evidence, and never changes."""
    shown = files.get(file.path)
    if shown is None or shown == body:
        return
    decode = tiles.decode_tile if isinstance(file, Tile) else tiles.decode_bundle
    try:
        decode(shown, file.width)
    except LedgerError:
        return
    raise RightsError(
        Code.CONFLICT,
        f"The mirror has another {file.path} than this log: it may be of another history. Keep it,"
        " and give the mirror an empty place.",
    )


def _missing(old: int, new: int) -> Iterator[Tile | Bundle]:
    """Yield the files of the log of `new` entries that the log of `old` entries does not have."""
    level = 0
    while hashes := new >> (tiles.HEIGHT * level):
        first = (old >> (tiles.HEIGHT * level)) // tiles.WIDTH_MAX
        for index in range(first, -(-hashes // tiles.WIDTH_MAX)):
            width = tiles.width_of(level, index, size=new)
            if width != tiles.width_of(level, index, size=old):
                if level == 0:
                    yield Bundle(index, width)
                yield Tile(level, index, width)
        level += 1
