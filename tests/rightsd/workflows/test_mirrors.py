"""A mirror is the log, at every moment and however it was interrupted."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, cosigning, fsck, log, note, policy, sequencing, tiles
from ledger.checkpoint import Checkpoint
from ledger.note import Ed25519Signer
from rightsd.adapters.files import Files
from rightsd.db import mirrors as turns
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, mirrors
from tests.buckets import Bucket, serving
from tests.ledger.cosigned import keep, quorum


def grow(rt: Runtime, to: int) -> bytes:
    """Make the log `to` entries long, and return its checkpoint."""
    with rt.transaction() as tx:
        row = tx.conn.execute("SELECT size FROM ledger.head").fetchone()
        assert row is not None
        for number in range(row[0], to):
            body = b'{"number":%d}' % number
            log.record(
                tx.conn, event_id=f"evt_{number}", kind="number.counted", subject="num_1", body=body
            )
    with rt.transaction() as tx:
        sequencing.sequence(tx.conn, signers=rt.log_signers(tx))
        signed = log.latest(tx.conn)
    assert signed is not None
    return signed


def expected(rt: Runtime, *sizes: int) -> dict[str, bytes]:
    """Return the files of the log at some sizes, from the database; without a checkpoint."""
    with rt.transaction() as tx:
        return {
            file.path: checkpoints.file(tx, file.path, None)
            for size in sizes
            for file in (*tiles.tiles_of(size), *tiles.bundles_of(size))
        }


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def audit(rt: Runtime, signed: bytes, read: fsck.ReadFile) -> list[bytes]:
    """Check a log as a stranger would, and return its entries."""
    seen: list[bytes] = []
    fsck.check(signed, rt.log_keys.make(1).vkey, read, visit=lambda _, entry: seen.append(entry))
    return seen


def entries(size: int) -> list[bytes]:
    return [b'{"number":%d}' % number for number in range(size)]


def refused(code: Code) -> "pytest.RaisesExc[RightsError]":
    return pytest.raises(RightsError, check=lambda error: error.code == code)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def files(folder: Path) -> Files:
    return Files(folder.as_uri())


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving(monkeypatch) as bucket:
        yield bucket


def test_the_files_are_those_of_the_database(rt: Runtime, files: Files, folder: Path) -> None:
    signed = grow(rt, 600)

    size = mirrors.update(rt, files)

    assert size == 600
    assert files_in(folder) == expected(rt, 600) | {"checkpoint": signed}
    assert audit(rt, signed, lambda path: (folder / path).read_bytes()) == entries(600)


def test_any_static_server_serves_it(rt: Runtime, files: Files, folder: Path) -> None:
    grow(rt, 300)
    mirrors.update(rt, files)
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=folder))
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()

    def fetch(path: str) -> bytes:
        try:
            with urlopen(f"http://127.0.0.1:{server.server_port}/{path}") as answer:
                return answer.read()
        except HTTPError as error:
            raise LookupError(path) from error

    seen = audit(rt, fetch("checkpoint"), fetch)
    server.shutdown()
    thread.join()
    server.server_close()

    assert seen == entries(300)


def test_nothing_is_written_when_nothing_has_happened(rt: Runtime, bucket: Bucket) -> None:
    grow(rt, 300)
    files = Files("s3://things/log")
    mirrors.update(rt, files)
    bucket.puts.clear()
    bucket.gets.clear()

    assert mirrors.update(rt, files) == 300

    assert bucket.puts == []
    assert set(bucket.gets) == {"/things/log/checkpoint"}


def test_full_tiles_are_written_once_and_every_size_shown_stays_whole(
    rt: Runtime, files: Files, folder: Path
) -> None:
    sizes = (3, 255, 256, 257, 300, 600)
    shown: list[bytes] = []
    written: dict[Path, int] = {}
    for size in sizes:
        shown.append(grow(rt, size))
        mirrors.update(rt, files)
        for path in folder.rglob("tile/**/*"):
            if path.is_file():
                assert written.setdefault(path, path.stat().st_ino) == path.stat().st_ino

    assert files_in(folder) == expected(rt, *sizes) | {"checkpoint": shown[-1]}
    for size, signed in zip(sizes, shown, strict=True):
        assert audit(rt, signed, lambda path: (folder / path).read_bytes()) == entries(size)


def test_only_what_is_new_is_written(rt: Runtime, bucket: Bucket) -> None:
    files = Files("s3://things")
    grow(rt, 300)
    mirrors.update(rt, files)
    bucket.puts.clear()

    grow(rt, 513)
    mirrors.update(rt, files)

    assert [path.removeprefix("/things/") for path in bucket.puts] == [
        "tile/entries/001",
        "tile/0/001",
        "tile/entries/002.p/1",
        "tile/0/002.p/1",
        "tile/1/000.p/2",
        "checkpoint",
    ]


def test_it_is_whole_wherever_writing_stopped_and_is_finished_the_next_time(
    rt: Runtime, bucket: Bucket
) -> None:
    files = Files("s3://things")
    first = grow(rt, 300)
    mirrors.update(rt, files)
    start = dict(bucket.objects)
    second = grow(rt, 600)

    def read(path: str) -> bytes:
        return bucket.objects[f"/things/{path}"]

    for stop in range(6):
        bucket.objects.clear()
        bucket.objects.update(start)
        bucket.puts_left = stop
        with refused(Code.UNAVAILABLE):
            mirrors.update(rt, files)
        assert read("checkpoint") == first
        assert audit(rt, first, read) == entries(300)

        bucket.puts_left = None
        bucket.puts.clear()
        assert mirrors.update(rt, files) == 600
        assert len(bucket.puts) == 6 - stop
        assert read("checkpoint") == second
        assert audit(rt, second, read) == entries(600)


@pytest.mark.parametrize("damage", [b"", bytes(300), None])
def test_a_mirror_without_a_good_checkpoint_is_mended(
    rt: Runtime, files: Files, folder: Path, damage: bytes | None
) -> None:
    signed = grow(rt, 600)
    mirrors.update(rt, files)
    whole = files_in(folder)
    (folder / "tile/0/000").write_bytes(bytes(8191))
    (folder / "tile/entries/001").unlink()
    if damage is None:
        (folder / "checkpoint").unlink()
    else:
        (folder / "checkpoint").write_bytes(damage)

    mirrors.update(rt, files)

    assert files_in(folder) == whole
    assert whole["checkpoint"] == signed


def test_an_empty_log_is_shown_once_it_has_a_checkpoint(
    rt: Runtime, files: Files, folder: Path
) -> None:
    assert mirrors.update(rt, files) == 0
    assert files_in(folder) == {}

    signed = grow(rt, 0)
    assert mirrors.update(rt, files) == 0
    assert files_in(folder) == {"checkpoint": signed}
    assert audit(rt, signed, lambda path: (folder / path).read_bytes()) == []


def test_it_goes_on_under_another_signature_on_the_same_tree(
    rt: Runtime, files: Files, folder: Path
) -> None:
    """As when the log's key has changed, or a witness has signed too."""
    grow(rt, 300)
    mirrors.update(rt, files)
    other = Ed25519Signer(rt.log_keys.origin, Ed25519PrivateKey.generate())
    head = checkpoint.parse(note.parse((folder / "checkpoint").read_bytes()).text)
    (folder / "checkpoint").write_bytes(checkpoint.sign(head, other))

    signed = grow(rt, 301)

    assert mirrors.update(rt, files) == 301
    assert (folder / "checkpoint").read_bytes() == signed


@pytest.mark.parametrize(
    ("size", "root", "origin"),
    [
        (301, bytes(32), None),  # Ahead, as after a backup was restored.
        (300, bytes(32), None),  # Another history of the same length.
        (7, bytes(32), None),  # Another history, shorter.
        (0, bytes(32), "log.example/other"),  # Somebody else's.
    ],
)
def test_a_mirror_of_another_history_is_left_alone(
    rt: Runtime, files: Files, folder: Path, size: int, root: bytes, origin: str | None
) -> None:
    grow(rt, 300)
    signer = Ed25519Signer(
        origin or rt.log_keys.origin, Ed25519PrivateKey.from_private_bytes(bytes(32))
    )
    signed = checkpoint.sign(Checkpoint(signer.name, size, root), signer)
    files.put("checkpoint", signed, mirrors.CHECKPOINT)

    with refused(Code.CONFLICT):
        mirrors.update(rt, files)

    assert files_in(folder) == {"checkpoint": signed}


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000", "tile/entries/001.p/44"])
def test_files_of_another_history_are_left_alone_without_its_checkpoint(
    rt: Runtime, files: Files, folder: Path, path: str
) -> None:
    grow(rt, 300)
    mirrors.update(rt, files)
    (folder / path).write_bytes((folder / path).read_bytes().replace(b"7", b"8"))
    (folder / "checkpoint").write_bytes(b"")
    before = files_in(folder)

    with refused(Code.CONFLICT):
        mirrors.update(rt, files)

    assert files_in(folder) == before


def test_a_mirror_of_a_log_that_is_gone_is_left_alone(
    rt: Runtime, files: Files, folder: Path
) -> None:
    signed = checkpoint.sign(Checkpoint(rt.log_keys.origin, 0, bytes(32)), rt.log_keys.make(1))
    files.put("checkpoint", signed, mirrors.CHECKPOINT)

    with refused(Code.CONFLICT):
        mirrors.update(rt, files)

    assert files_in(folder) == {"checkpoint": signed}


def test_it_shows_what_is_published_and_with_every_cosignature(rt: Runtime, bucket: Bucket) -> None:
    files = Files("s3://things")
    rt = replace(rt, witness_policy=quorum(2))
    grow(rt, 300)
    assert mirrors.update(rt, files) == 0
    assert bucket.objects == {}
    with rt.transaction() as tx:
        keep(tx.conn, 300, "w1", "w2")
    grow(rt, 600)

    assert mirrors.update(rt, files) == 300
    assert bucket.objects.keys() == {
        f"/things/{path}" for path in (*expected(rt, 300), "checkpoint")
    }
    bucket.puts.clear()
    with rt.transaction() as tx:
        keep(tx.conn, 300, "w3")
        signed = cosigning.cosigned(tx.conn, 300)
    assert mirrors.update(rt, files) == 300

    assert bucket.puts == ["/things/checkpoint"]
    assert bucket.objects["/things/checkpoint"] == signed
    key = note.parse_vkey(rt.log_keys.make(1).vkey)
    assert len(policy.verify(signed, quorum(3), logs=[key]).cosignatures) == 3


def test_a_new_policy_takes_nothing_back(rt: Runtime, files: Files, folder: Path) -> None:
    signed = grow(rt, 300)
    mirrors.update(rt, files)
    grow(rt, 600)
    rt = replace(rt, witness_policy=quorum(1))

    assert mirrors.update(rt, files) == 300
    with rt.transaction() as tx:
        keep(tx.conn, 300, "w1")
    assert mirrors.update(rt, files) == 300
    assert (folder / "checkpoint").read_bytes().startswith(signed)
    with rt.transaction() as tx:
        keep(tx.conn, 600, "w1")
    assert mirrors.update(rt, files) == 600


def test_two_do_not_write_at_once(rt: Runtime, files: Files, folder: Path) -> None:
    grow(rt, 3)
    with rt.transaction() as tx:
        assert turns.lock(tx)

        assert mirrors.update(rt, files) is None
        assert files_in(folder) == {}

    assert mirrors.update(rt, files) == 3


def test_a_process_that_stops_leaves_the_rest_for_later(
    rt: Runtime, files: Files, folder: Path
) -> None:
    first = grow(rt, 3)
    mirrors.update(rt, files)
    grow(rt, 300)
    rt.stopping.set()

    assert mirrors.update(rt, files) == 3

    assert (folder / "checkpoint").read_bytes() == first
    rt.stopping.clear()
    assert mirrors.update(rt, files) == 300
