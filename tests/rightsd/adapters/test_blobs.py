import hashlib
import os
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from rightsd.adapters import blobs
from rightsd.adapters.blobs import Blobs
from rightsd.errors import Code, RightsError

BODY = bytes(range(256)) * 20_000
NAME = hashlib.sha256(BODY).hexdigest()


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as one object needs: whole and in parts, in path style."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]
    parts: dict[int, bytes]

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        length = headers.pop("length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = urlsplit(self.path)
        if query := parse_qs(target.query):
            self.parts[int(query["partNumber"][0])] = body
        else:
            self.objects[target.path] = body
        self.answer(200, ETag='"e"')

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = urlsplit(self.path)
        if target.query.startswith("delete"):
            keys = re.findall(rb"<Key>.*?</Key>", body)
            for key in keys:
                name = key.decode().removeprefix("<Key>").removesuffix("</Key>")
                self.objects.pop(f"{target.path.rstrip('/')}/{name}", None)
            told = b"".join(b"<Deleted>%s</Deleted>" % key for key in keys)
            self.answer(200, b"<DeleteResult>%s</DeleteResult>" % told)
        elif "uploadId" in target.query:
            self.objects[target.path] = b"".join(self.parts[n] for n in sorted(self.parts))
            self.answer(
                200,
                b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>",
            )
        else:
            self.answer(
                200,
                b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>",
            )

    def do_GET(self) -> None:
        body = self.objects.get(urlsplit(self.path).path)
        if body is None:
            self.answer(404)
            return
        modified = {"Last_Modified": "Wed, 02 Jan 2030 03:04:05 GMT", "ETag": '"e"'}
        if self.command == "HEAD":
            self.answer(200, length=str(len(body)), **modified)
        elif stretch := re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", "")):
            start, end = int(stretch[1]), int(stretch[2])
            told = f"bytes {start}-{end}/{len(body)}"
            self.answer(206, body[start : end + 1], Content_Range=told, **modified)
        else:
            self.answer(200, body, **modified)

    def do_HEAD(self) -> None:
        self.do_GET()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    objects: dict[str, bytes] = {}
    handler = type("OneBucket", (Bucket,), {"objects": objects, "parts": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    yield objects
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a store"


@pytest.fixture
def store(folder: Path) -> Blobs:
    return Blobs(folder.as_uri())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(BODY)
    return path


def refused(code: Code) -> "pytest.RaisesExc[RightsError]":
    return pytest.raises(RightsError, check=lambda error: error.code == code)


def test_name_is_the_hash_and_the_bytes_come_back(store: Blobs, source: Path) -> None:
    name = store.put(source)

    blob = store.open(name)

    assert name == NAME
    assert blob.size == store.size(name) == len(BODY)
    assert b"".join(blob) == BODY


def test_a_blob_is_saved_to_a_new_file_alone(store: Blobs, source: Path, tmp_path: Path) -> None:
    name, target = store.put(source), tmp_path / "saved"

    store.save(name, target)

    assert target.read_bytes() == source.read_bytes()
    with pytest.raises(FileExistsError):
        store.save(name, target)


def test_a_blob_is_lent_as_a_file_until_it_is_given_back(
    store: Blobs, source: Path, tmp_path: Path
) -> None:
    name, work = store.put(source), tmp_path / "work"
    work.mkdir()

    with store.lent(name, work) as path:
        assert path is not None
        assert path.read_bytes() == source.read_bytes()

    assert list(work.iterdir()) == []


def test_of_a_blob_that_is_gone_nothing_is_lent(store: Blobs, tmp_path: Path) -> None:
    with store.lent("0" * 64, tmp_path) as path:
        assert path is None
    with refused(Code.INVALID), store.lent("../0", tmp_path):
        pass


def test_empty_file_is_kept(store: Blobs, source: Path) -> None:
    source.write_bytes(b"")

    name = store.put(source)

    assert store.size(name) == 0
    assert list(store.open(name)) == []


def test_stretch_is_read(store: Blobs, source: Path) -> None:
    name = store.put(source)

    middle = store.open(name, start=1000, length=300)
    tail = store.open(name, start=len(BODY) - 10, length=500)

    assert b"".join(middle) == BODY[1000:1300]
    assert b"".join(tail) == BODY[-10:]
    assert middle.size == len(BODY)


def test_stretch_outside_is_refused(store: Blobs, source: Path) -> None:
    name = store.put(source)

    with refused(Code.INVALID):
        store.open(name, start=len(BODY) + 1)


def test_putting_twice_keeps_one(store: Blobs, source: Path, folder: Path) -> None:
    first = store.put(source)

    second = store.put(source)

    assert first == second
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_putting_again_repairs_what_a_crash_has_damaged(
    store: Blobs, source: Path, folder: Path
) -> None:
    store.put(source)
    (folder / NAME).write_bytes(bytes(len(BODY)))

    store.put(source)

    assert b"".join(store.open(NAME)) == BODY


@pytest.mark.parametrize("damaged", [BODY[:-1] + b"x", BODY[:-1]])
def test_damaged_blob_is_noticed_by_its_reader(
    store: Blobs, source: Path, folder: Path, damaged: bytes
) -> None:
    store.put(source)
    (folder / NAME).write_bytes(damaged)

    with refused(Code.UNAVAILABLE):
        list(store.open(NAME))


def test_what_a_crash_left_half_written_is_no_blob(
    store: Blobs, source: Path, folder: Path
) -> None:
    (folder / f"{NAME}#1").write_bytes(BODY[:1000])

    with refused(Code.NOT_FOUND):
        store.open(NAME)
    store.put(source)

    assert b"".join(store.open(NAME)) == BODY


def test_file_that_changes_meanwhile_is_not_kept(
    store: Blobs, source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = blobs._read

    def read_and_change(path: Path) -> Iterator[bytes]:
        yield from read(path)
        path.write_bytes(b"changed")

    monkeypatch.setattr(blobs, "_read", read_and_change)

    with refused(Code.CONFLICT):
        store.put(source)

    assert not (folder / NAME).exists()


def test_deleted_blob_is_gone_and_deleting_again_is_fine(store: Blobs, source: Path) -> None:
    name = store.put(source)

    store.delete(name)
    store.delete(name)

    with refused(Code.NOT_FOUND):
        store.size(name)


@pytest.mark.parametrize("name", ["", "a" * 63, "A" * 64, "../" + "a" * 61, "a" * 64 + "\n"])
def test_what_is_no_name_is_refused(store: Blobs, name: str) -> None:
    for use in (store.open, store.size, store.delete):
        with refused(Code.INVALID):
            use(name)


@pytest.mark.parametrize("url", ["", "/folder", "http://host/x", "file://host/x", "s3://"])
def test_what_is_no_store_is_refused(url: str) -> None:
    with refused(Code.INVALID):
        Blobs(url)


@pytest.mark.skipif(os.geteuid() == 0, reason="Root may write anywhere.")
def test_folder_that_cannot_be_written_is_unavailable(
    store: Blobs, source: Path, folder: Path
) -> None:
    folder.chmod(0o500)

    with refused(Code.UNAVAILABLE):
        store.put(source)


def test_s3_keeps_a_blob_below_its_prefix(bucket: dict[str, bytes], source: Path) -> None:
    store = Blobs("s3://things/outputs/")

    name = store.put(source)
    whole = b"".join(store.open(name))
    part = b"".join(store.open(name, start=7, length=5))
    kept = dict(bucket)
    store.delete(name)

    assert kept == {f"/things/outputs/{NAME}": BODY}
    assert whole == BODY
    assert part == BODY[7:12]
    assert bucket == {}


def test_s3_that_lost_a_blob_says_so(bucket: dict[str, bytes]) -> None:
    store = Blobs("s3://things")

    with refused(Code.NOT_FOUND):
        store.open(NAME)

    assert bucket == {}
