import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rightsd.adapters import c2pa_readers
from rightsd.adapters.c2pa_readers import ReaderError, Readers
from rightsd.domain.manifest import RIGHTS_LABEL
from tests.mutants import hostile
from tests.rightsd.adapters.credentialed import OURS, sign

CONFIGURATION = {"anchors": {"claims_pem": OURS.root_pem}, "rights_label": RIGHTS_LABEL}


@pytest.fixture(scope="module")
def signed(plain: Path) -> Path:
    path = plain.with_name("signed.mp4")
    sign(OURS.credentials(), plain, path)
    return path


@pytest.fixture
def readers() -> Iterator[Readers]:
    readers = Readers(CONFIGURATION)
    yield readers
    readers.close()


def test_a_reader_stays_warm(readers: Readers, signed: Path) -> None:
    readers.report(signed, "video/mp4")
    [first] = readers._idle

    assert readers.report(signed, "video/mp4")["state"] == "trusted"
    assert readers._idle == [first]
    assert first.reads == 2


def test_a_reader_that_hangs_is_killed_and_replaced(readers: Readers, signed: Path) -> None:
    readers.report(signed, "video/mp4")
    [reader] = readers._idle
    os.kill(reader._process.pid, signal.SIGSTOP)
    reader.seconds_max = 0.2

    with pytest.raises(ReaderError, match="within the time allowed"):
        readers.report(signed, "video/mp4")

    assert reader._process.returncode == -signal.SIGKILL
    assert readers.report(signed, "video/mp4")["state"] == "trusted"


def test_a_reader_that_dies_over_a_file_gives_no_answer(signed: Path) -> None:
    reader = c2pa_readers._Reader(CONFIGURATION)
    reader._process.kill()

    with pytest.raises(ReaderError, match="the reader stopped"):
        reader.ask(signed, "video/mp4")

    reader.stop()


def test_a_reader_that_died_idle_costs_nothing(readers: Readers, signed: Path) -> None:
    readers.report(signed, "video/mp4")
    [reader] = readers._idle
    reader._process.kill()
    reader._process.wait()

    assert readers.report(signed, "video/mp4")["state"] == "trusted"


def test_a_reader_is_replaced_after_its_share_of_files(readers: Readers, signed: Path) -> None:
    readers.report(signed, "video/mp4")
    [reader] = readers._idle
    reader.reads = c2pa_readers.READS_MAX - 1

    assert readers.report(signed, "video/mp4")["state"] == "trusted"
    assert readers._idle == []
    assert not reader.is_alive()


def test_threads_read_at_once(readers: Readers, signed: Path, plain: Path) -> None:
    paths = [signed, plain] * 8

    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda path: readers.report(path, "video/mp4"), paths))

    assert [report["state"] for report in reports] == ["trusted", "none"] * 8
    assert len(readers._idle) <= c2pa_readers.READERS_MAX


def test_readers_are_confined(readers: Readers, signed: Path) -> None:
    readers.report(signed, "video/mp4")
    [reader] = readers._idle

    limits = Path(f"/proc/{reader._process.pid}/limits").read_text().splitlines()
    environment = Path(f"/proc/{reader._process.pid}/environ").read_bytes()

    soft = {line[:26].strip(): line[26:].split()[0] for line in limits[1:]}
    assert soft["Max file size"] == "0"
    assert soft["Max core file size"] == "0"
    assert int(soft["Max address space"]) == 2 * 1024**3
    assert b"PATH=" not in environment


def test_more_boxes_than_anyone_has_are_not_read(readers: Readers, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(hostile.many_ingredients())

    assert readers.report(file, "image/png") == {"state": "unreadable", "error": "TooManyBoxes"}


def test_no_reader_outlives_its_pipe(signed: Path) -> None:
    reader = c2pa_readers._Reader(CONFIGURATION)
    reader.ask(signed, "video/mp4")
    assert reader._process.stdin is not None

    reader._process.stdin.close()

    assert reader._process.wait(timeout=10) == 0
    reader.stop()
