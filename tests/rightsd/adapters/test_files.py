import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rightsd.adapters import files
from rightsd.adapters.files import Files, Served
from rightsd.errors import Code, RightsError
from tests.buckets import Bucket, serving

NAME = "tile/0/x001/234.p/7"
PLAIN = Served("text/plain; charset=utf-8", "public, max-age=2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a store"


@pytest.fixture
def store(folder: Path) -> Files:
    return Files(folder.as_uri())


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving(monkeypatch) as bucket:
        yield bucket


def refused(code: Code) -> "pytest.RaisesExc[RightsError]":
    return pytest.raises(RightsError, check=lambda error: error.code == code)


def test_a_file_lies_under_its_name_and_comes_back(store: Files, folder: Path) -> None:
    store.put(NAME, b"seven", PLAIN)

    assert (folder / NAME).read_bytes() == b"seven"
    assert store.get(NAME) == b"seven"


def test_others_may_read_it(folder: Path) -> None:
    old = os.umask(0o022)
    try:
        Files(folder.as_uri()).put(NAME, b"seven", PLAIN)
    finally:
        os.umask(old)

    for path in (folder / NAME, *(folder / NAME).parents[:4]):
        assert path.stat().st_mode & 0o044 == 0o044


def test_an_empty_file_is_kept(store: Files) -> None:
    store.put(NAME, b"", PLAIN)

    assert store.get(NAME) == b""


def test_what_is_not_there_is_none(store: Files) -> None:
    store.put(NAME, b"seven", PLAIN)

    assert store.get("checkpoint") is None
    assert store.get("tile/0") is None


def test_another_file_takes_its_place(store: Files, folder: Path) -> None:
    store.put(NAME, b"seven", PLAIN)

    store.put(NAME, b"eight", PLAIN)

    assert store.get(NAME) == b"eight"
    assert [path.name for path in (folder / NAME).parent.iterdir()] == ["7"]


def test_the_same_file_is_not_written_again(store: Files, folder: Path) -> None:
    store.put(NAME, b"seven", PLAIN)
    before = (folder / NAME).stat()

    store.put(NAME, b"seven", PLAIN)

    assert (folder / NAME).stat().st_ino == before.st_ino
    assert (folder / NAME).stat().st_mtime_ns == before.st_mtime_ns


def test_a_file_that_a_crash_has_damaged_is_repaired(store: Files, folder: Path) -> None:
    store.put(NAME, b"seven", PLAIN)
    (folder / NAME).write_bytes(bytes(5))

    store.put(NAME, b"seven", PLAIN)

    assert (folder / NAME).read_bytes() == b"seven"


def test_what_a_crash_left_half_written_is_no_file(store: Files, folder: Path) -> None:
    (folder / NAME).parent.mkdir(parents=True)
    (folder / f"{NAME}#1").write_bytes(b"sev")

    assert store.get(NAME) is None
    store.put(NAME, b"seven", PLAIN)
    assert store.get(NAME) == b"seven"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/x",
        "x/",
        "x//y",
        ".",
        "..",
        "../x",
        "x/../y",
        "x/.y",
        "x#1",
        "x y",
        "x\n",
        "é",
        256 * "a",
    ],
)
def test_what_is_no_name_is_refused(store: Files, folder: Path, name: str) -> None:
    with refused(Code.INVALID):
        store.get(name)
    with refused(Code.INVALID):
        store.put(name, b"x", PLAIN)

    assert list(folder.iterdir()) == []


def test_a_file_that_is_too_large_is_neither_kept_nor_read(store: Files, folder: Path) -> None:
    with refused(Code.INVALID):
        store.put(NAME, bytes(files.FILE_BYTES_MAX + 1), PLAIN)
    with (folder / "large").open("wb") as file:
        file.truncate(files.FILE_BYTES_MAX + 1)

    with refused(Code.UNAVAILABLE):
        store.get("large")


@pytest.mark.parametrize("url", ["", "/folder", "http://host/x", "file://host/x", "s3://"])
def test_what_is_no_store_is_refused(url: str) -> None:
    with refused(Code.INVALID):
        Files(url)


def test_a_folder_where_a_file_stands_is_unavailable(store: Files, folder: Path) -> None:
    (folder / "tile").write_bytes(b"in the way")

    with refused(Code.UNAVAILABLE):
        store.put(NAME, b"seven", PLAIN)


def test_a_bucket_keeps_how_a_file_is_served(bucket: Bucket) -> None:
    store = Files("s3://things/log/")

    store.put("checkpoint", b"seven", PLAIN)

    assert bucket.objects == {"/things/log/checkpoint": b"seven"}
    kept = bucket.headers["/things/log/checkpoint"]
    assert {name.lower(): value for name, value in kept.items()}.items() >= {
        "content-type": PLAIN.media_type,
        "cache-control": PLAIN.cache,
    }.items()
    assert store.get("checkpoint") == b"seven"
    assert store.get("tile/0/000") is None


def test_a_bucket_is_not_written_to_again_for_the_same_file(bucket: Bucket) -> None:
    store = Files("s3://things")
    store.put(NAME, b"seven", PLAIN)

    store.put(NAME, b"seven", PLAIN)

    assert bucket.puts == [f"/things/{NAME}"]


def test_a_bucket_that_fails_is_unavailable(bucket: Bucket) -> None:
    bucket.puts_left = 0

    with refused(Code.UNAVAILABLE):
        Files("s3://things").put(NAME, b"seven", PLAIN)
