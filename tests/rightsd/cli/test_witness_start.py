"""How a witness starts, or why not: addresses, keys, and what a crash has left."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from ledger import cosignature, witness
from ledger.policy import Witness
from ledger.witness import FileState
from rightsd.adapters.witness import Trouble
from rightsd.cli import ledger as command
from rightsd.errors import Code, RightsError
from tests.ledger.oracle import SIGNER
from tests.ledger.witnessed import FORK, WITNESS, request, submit
from tests.rightsd.cli.test_witness import NAME, ask

WAIT_SECONDS_MAX = 30


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Witness]]:
    """Run the command; yield its process, and the witness as its log would know it."""
    options = ["--log", SIGNER.vkey, "--listen", "127.0.0.1:0", "--state", str(folder)]
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "rightsd", "ledger", "witness", *options, "--key-name", NAME],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    with process:
        assert process.stdout is not None
        try:
            printed = "".join(process.stdout.readline() for _ in range(3))
            found = re.search(r"the witness is (\S+)\n.*\n.*(http://127\.0\.0\.1:\d+)\n", printed)
            assert found is not None, printed
            yield process, Witness(NAME, cosignature.parse_vkey(found[1]), found[2])
        finally:
            process.terminate()


def kept(folder: Path, asked: Witness) -> int:
    return witness.recall(FileState(folder / "logs"), SIGNER.name, asked.key).size


@pytest.mark.slow
def test_kill_9_takes_nothing_back_and_terminate_ends_well(tmp_path: Path) -> None:
    with running(tmp_path) as (process, asked):
        assert ask(asked, 5) == ask(asked, 8, old=5) == 1
        process.send_signal(signal.SIGKILL)
        process.wait(WAIT_SECONDS_MAX)

    with running(tmp_path) as (process, again):
        assert again.key == asked.key
        with pytest.raises(RightsError) as caught:
            ask(again, 9, FORK)
        assert caught.value.extra["trouble"] is Trouble.FORKED
        assert ask(again, 9, old=8) == 1
        process.terminate()
        assert process.wait(WAIT_SECONDS_MAX) == 0
    assert kept(tmp_path, asked) == 9


@pytest.mark.slow
def test_a_crash_between_keeping_and_answering_costs_one_more_question(tmp_path: Path) -> None:
    """strace kills the process as it is about to send the answer: what it has kept stays."""
    tracer = ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=sendto"]
    try:
        subprocess.run([*tracer, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("strace is not here, or may not trace")
    with running(tmp_path) as (process, asked):
        assert ask(asked, 5) == 1
        kill = ["strace", "-f", "-o", os.devnull, "-e", "inject=sendto:signal=KILL"]
        with subprocess.Popen(
            [*kill, "-p", str(process.pid)], stderr=subprocess.PIPE, text=True
        ) as attached:
            assert attached.stderr is not None
            assert "attached" in attached.stderr.readline()
            with pytest.raises(RightsError) as caught:
                ask(asked, 8, old=5)
            assert process.wait(WAIT_SECONDS_MAX) == -signal.SIGKILL
            attached.communicate(timeout=WAIT_SECONDS_MAX)
    assert caught.value.extra["trouble"] is Trouble.UNREACHABLE

    assert kept(tmp_path, asked) == 8
    with running(tmp_path) as (_, again):
        assert ask(again, 8, old=5) == 1


def refusal(folder: Path, *arguments: str, log: str = SIGNER.vkey, name: str = NAME) -> RightsError:
    """Return why the command does not start."""
    options = ["witness", "--log", log, "--state", str(folder), "--key-name", name, *arguments]
    result = CliRunner().invoke(command.ledger, options)
    assert isinstance(result.exception, RightsError), result.output
    return result.exception


@pytest.mark.parametrize(
    "listen", ["", "8470", ":8470", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "a b:1", "::1:80"]
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, listen: str) -> None:
    assert refusal(tmp_path, "--listen", listen).code is Code.INVALID


def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        error = refusal(tmp_path, "--listen", f"127.0.0.1:{taken.getsockname()[1]}")

    assert error.code is Code.UNAVAILABLE


def test_an_address_of_ipv6_is_written_in_brackets() -> None:
    assert command._address("[::1]:8470") == ("::1", 8470)
    assert command._written(("::1", 8470)) == "[::1]:8470"


@pytest.mark.parametrize(
    ("log", "name"), [("nonsense", NAME), (WITNESS.vkey, NAME), (SIGNER.vkey, "a b")]
)
def test_keys_and_names_are_checked(tmp_path: Path, log: str, name: str) -> None:
    assert refusal(tmp_path, log=log, name=name).code is Code.INVALID


def test_the_state_of_another_witness_stops_it(tmp_path: Path) -> None:
    submit(request(0, 5), FileState(tmp_path / "logs"))

    error = refusal(tmp_path)

    assert error.code is Code.UNAVAILABLE
    assert "was not cosigned by witness.example/w1" in error.detail


def test_a_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "state"

    first = command._private_key(folder, None)
    again = command._private_key(folder, None)

    assert first.private_bytes_raw() == again.private_bytes_raw()
    assert [path.name for path in folder.iterdir()] == ["witness.pem"]
    assert folder.stat().st_mode & 0o077 == (folder / "witness.pem").stat().st_mode & 0o077 == 0


def test_many_at_once_make_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: command._private_key(tmp_path, None), range(8)))

    assert len({key.private_bytes_raw() for key in keys}) == 1


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    command._private_key(tmp_path, None)
    (tmp_path / "witness.pem").chmod(0o640)

    error = refusal(tmp_path)

    assert error.code is Code.UNAVAILABLE
    assert "chmod 600" in error.detail


def pem(key: PrivateKeyTypes, encryption: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def test_a_key_may_be_given(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.touch(0o600)
    file.write_bytes(pem(WITNESS.private_key))

    key = command._private_key(tmp_path / "state", file)

    assert key.private_bytes_raw() == WITNESS.private_key.private_bytes_raw()
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(x25519.X25519PrivateKey.generate()),
        pem(WITNESS.private_key, BestAvailableEncryption(b"passphrase")),
        pem(WITNESS.private_key)[:-40],
    ],
    ids=["empty", "nonsense", "another curve", "key agreement", "encrypted", "cut short"],
)
def test_a_key_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.pem"
    file.touch(0o600)
    file.write_bytes(content)

    assert refusal(tmp_path, "--key", str(file)).code is Code.INVALID


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(RightsError, match="cannot be used"):
        command._private_key(tmp_path / "file" / "state", None)
