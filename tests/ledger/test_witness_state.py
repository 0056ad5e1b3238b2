"""What a witness keeps in files: crashes, two at once, damage."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger import checkpoint, note, witness
from ledger.errors import StateError
from ledger.witness import FileState, Status
from tests.ledger.oracle import KEY, SIGNER
from tests.ledger.witnessed import (
    FORK,
    HONEST,
    LOGS,
    NOW,
    WITNESS,
    WITNESS_KEY,
    request,
    signed,
    size_kept,
    submit,
)

ROOT = Path(__file__).parents[2]
ORIGIN = SIGNER.name


def test_many_at_once_on_files_leave_one_winner_a_size(tmp_path: Path) -> None:
    state = FileState(tmp_path)
    submit(request(0, 4), state)
    together = threading.Barrier(8)

    def run(number: int) -> list[tuple[int, Status]]:
        together.wait(30)
        entries = HONEST if number % 2 else FORK
        ended: list[tuple[int, Status]] = []
        for size in range(5, 21):
            asked = request(size - 1, size, entries)
            ended.append((number % 2, submit(asked, state).status))
        return ended

    with ThreadPoolExecutor(8) as pool:
        ended = [one for run in pool.map(run, range(8)) for one in run]

    # Whichever history was first at size 5 is the one; the other was never cosigned.
    cosigned = {history for history, status in ended if status is Status.COSIGNED}
    assert len(cosigned) == 1
    entries = HONEST if cosigned == {1} else FORK
    size = size_kept(state)
    assert state.latest(ORIGIN) is not None
    assert checkpoint.verify(state.latest(ORIGIN) or b"", KEY) == checkpoint.verify(
        signed(size, entries), KEY
    )


def test_a_partial_file_of_a_crash_is_written_over(tmp_path: Path) -> None:
    state = FileState(tmp_path)
    submit(request(0, 5), state)
    partial = tmp_path / f"{witness.origin_hash(ORIGIN)}.partial"
    partial.write_bytes(signed(8)[:40] * 100)

    assert size_kept(state) == 5
    assert submit(request(5, 8), state).status is Status.COSIGNED
    assert size_kept(state) == 8
    assert not partial.exists()


VICTIM = """
import sys
from pathlib import Path
from ledger.witness import FileState, Status
from tests.ledger.witnessed import WITNESS_KEY, request, submit
from tests.ledger.oracle import SIGNER
from ledger import witness

state = FileState(Path(sys.argv[1]))
while True:
    old = witness.recall(state, SIGNER.name, WITNESS_KEY).size
    answer = submit(request(old, old % 40 + 1 if old < 40 else 40), state)
    assert answer.status is Status.COSIGNED, answer
    print(min(old + 1, 40), flush=True)
"""


@pytest.mark.parametrize("answers", [1, 4, 11])
def test_kill_9_never_takes_back_an_answer(tmp_path: Path, answers: int) -> None:
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert victim.stdout is not None
    with victim:
        for _ in range(answers):
            told = int(victim.stdout.readline())
        victim.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in victim.stdout if line.endswith("\n"))])

    assert size_kept(FileState(tmp_path)) >= told
    again = FileState(tmp_path)
    kept = size_kept(again)
    assert submit(request(kept, 40), again).status is Status.COSIGNED
    assert submit(request(40, 40, FORK), again).status is Status.INCONSISTENT


def test_two_states_on_one_folder_share_what_they_kept(tmp_path: Path) -> None:
    submit(request(0, 5), FileState(tmp_path))

    assert size_kept(FileState(tmp_path)) == 5
    assert not FileState(tmp_path).replace(ORIGIN, expected=None, signed=signed(5))


def test_files_are_private_and_named_by_the_hash_of_the_origin(tmp_path: Path) -> None:
    state = FileState(tmp_path / "a" / "logs")
    submit(request(0, 5), state)

    name = witness.origin_hash(ORIGIN)
    assert {path.name for path in state.folder.iterdir()} == {name, f"{name}.lock"}
    assert state.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:0],
        lambda data: data[:-1],
        lambda data: data.replace(b"\n5\n", b"\n4\n"),
        lambda data: signed(5) or data,
        lambda data: data + b"x" * note.NOTE_BYTES_MAX,
    ],
)
def test_a_damaged_state_stops_the_witness(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    state = FileState(tmp_path)
    submit(request(0, 5), state)
    file = tmp_path / witness.origin_hash(ORIGIN)
    file.write_bytes(damage(file.read_bytes()))

    with pytest.raises(StateError, match=r"log\.example/test"):
        submit(request(5, 8), state)


def test_the_state_of_another_log_is_not_believed(tmp_path: Path) -> None:
    state = FileState(tmp_path)
    submit(request(0, 5), state)
    other = note.Ed25519Signer("log.example/other", SIGNER.private_key)
    (tmp_path / witness.origin_hash(ORIGIN)).rename(tmp_path / witness.origin_hash(other.name))
    empty = checkpoint.sign(checkpoint.Checkpoint(other.name, 0, bytes(32)), other)
    logs = {**LOGS, other.name: [note.parse_vkey(other.vkey)]}

    with pytest.raises(StateError, match="was not cosigned"):
        witness.process(b"old 0\n\n" + empty, state, logs=logs, signer=WITNESS, timestamp=NOW)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to write to")
def test_a_full_disk_keeps_what_was_kept(tmp_path: Path) -> None:
    state = FileState(tmp_path)
    submit(request(0, 5), state)
    partial = tmp_path / f"{witness.origin_hash(ORIGIN)}.partial"
    partial.symlink_to("/dev/full")

    with pytest.raises(StateError, match="cannot be kept"):
        submit(request(5, 8), state)
    assert size_kept(state) == 5
    partial.unlink()
    assert submit(request(5, 8), state).status is Status.COSIGNED


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match="cannot be"):
        submit(request(0, 5), FileState(tmp_path / "file"))


def test_a_log_without_files_has_cosigned_nothing(tmp_path: Path) -> None:
    assert witness.recall(FileState(tmp_path / "none"), ORIGIN, WITNESS_KEY) == witness.Kept()
    assert list(tmp_path.iterdir()) == []
