"""A real witness in a process of its own, asked by our client over loopback."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from ledger import cosignature
from ledger.policy import Witness
from rightsd.adapters import http, witness
from rightsd.errors import Code, RightsError
from tests.ledger import reference
from tests.ledger.oracle import KEY
from tests.ledger.witnessed import FORK, HONEST, signed

NAME = "witness.example/w1"
LOCAL = http.Guard(allow_private=True)


@contextmanager
def witnessing(folder: Path, log: str = KEY.vkey, name: str = NAME) -> Iterator[Witness]:
    command = ["ledger", "witness", "--log", log, "--state", str(folder), "--key-name", name]
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "rightsd", *command, "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert process.stdout is not None
    try:
        printed = "".join(process.stdout.readline() for _ in range(3))
        vkey = re.search(r"the witness is (\S+)", printed)
        url = re.search(r"it listens on (\S+)", printed)
        assert vkey is not None
        assert url is not None, printed
        yield Witness(name, cosignature.parse_vkey(vkey[1]), url[1])
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def ask(asked: Witness, size: int, entries: list[bytes] = HONEST, *, old: int = 0) -> int:
    """Return how many cosignatures a witness gives on a checkpoint."""
    prove = partial(reference.consistency, entries=entries[:size])
    return len(
        witness.cosign(
            asked,
            signed(size, entries),
            prove,
            old_size=old,
            guard=LOCAL,
            now=datetime.now(UTC),
        )
    )


def test_a_growing_log_is_cosigned_and_a_forked_one_is_not(tmp_path: Path) -> None:
    with witnessing(tmp_path) as asked:
        assert ask(asked, 5) == 1
        assert ask(asked, 5, old=5) == 1
        assert ask(asked, 9, old=5) == 1
        # We forgot how far it was: it says so, and we prove from there.
        assert ask(asked, 20) == 1

        with pytest.raises(RightsError) as caught:
            ask(asked, 30, FORK, old=20)
        assert caught.value.extra["trouble"] == witness.Trouble.FORKED

        with pytest.raises(RightsError) as caught:
            ask(asked, 7)
        assert caught.value.extra["trouble"] == witness.Trouble.AHEAD


def test_what_it_cosigned_survives_a_restart_and_so_does_its_key(tmp_path: Path) -> None:
    with witnessing(tmp_path) as asked:
        assert ask(asked, 9) == 1
    with witnessing(tmp_path) as again:
        assert again.key == asked.key
        with pytest.raises(RightsError) as caught:
            ask(again, 9, FORK, old=9)

    assert caught.value.extra["trouble"] == witness.Trouble.FORKED
    assert (tmp_path / "witness.pem").stat().st_mode & 0o077 == 0


def test_a_witness_that_is_not_there_is_named(tmp_path: Path) -> None:
    with witnessing(tmp_path) as asked:
        pass

    with pytest.raises(RightsError) as caught:
        ask(asked, 5)
    assert caught.value.code is Code.UNAVAILABLE
    assert caught.value.extra["trouble"] == witness.Trouble.UNREACHABLE


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "http://example.com/",
        "file:///etc/passwd",
        "https://user:word@example.com/",
    ],
)
def test_the_guard_lets_no_request_inside(url: str) -> None:
    with pytest.raises(RightsError):
        http.require_allowed(url, http.Guard(), seconds_max=5.0)


def test_a_name_that_leads_inside_is_refused_too() -> None:
    guard = http.Guard(resolve=lambda _host, _port: ["93.184.216.34", "192.168.0.1"])

    with pytest.raises(RightsError):
        http.require_allowed("https://example.com/", guard, seconds_max=5.0)
