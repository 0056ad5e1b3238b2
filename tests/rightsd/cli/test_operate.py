"""The daemon as a newcomer runs it: a process, its Postgres, its worker, and a restart."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

pytestmark = pytest.mark.slow

START_SECONDS_MAX = 120.0
EFFECT_SECONDS_MAX = 60.0
LOOK_AGAIN_SECONDS = 0.2
CLIENT = httpx.Client()  # One: each reads the certificates of all authorities when it is made.


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rd-") as folder:
        yield Path(folder) / "home"


def environment(home: Path, **extra: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "RIGHTSD_HOME": str(home)} | extra


def rightsd(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "rightsd", *arguments],
        env=environment(home),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(home: Path, **extra: str) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """Yield the address, what was printed, and the process."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "rightsd", "serve"],
        env=environment(home, RIGHTSD_PORT=str(port), **extra),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        printed = "".join(process.stdout.readline() for _ in range(3))
        url = f"http://127.0.0.1:{port}"
        assert eventually(lambda: answers(url), START_SECONDS_MAX)
        yield url, printed, process
    finally:
        process.terminate()
        assert process.wait(60) in {0, -signal.SIGKILL}
        process.stdout.close()


def answers(url: str) -> bool:
    try:
        return CLIENT.get(f"{url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def eventually(check: object, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(LOOK_AGAIN_SECONDS)
    return False


def get(url: str, path: str, key: str) -> httpx.Response:
    return CLIENT.get(f"{url}{path}", headers={"Authorization": f"Bearer {key}"})


def test_state_and_keys_survive_a_restart(home: Path) -> None:
    with serving(home) as (url, printed, _):
        key = re.search(r"first admin key, shown this once: (rk_\S+)", printed)
        assert key is not None
        assert url in printed
        assert get(url, "/v1/accounts/me", key[1]).json()["role"] == "admin"
        log = CLIENT.get(f"{url}/log/checkpoint").text if sequenced(url) else ""
        assert CLIENT.get(url).status_code == 200

    with serving(home) as (url, printed, _):
        assert "first admin key" not in printed
        assert get(url, "/v1/accounts/me", key[1]).json()["role"] == "admin"
        assert CLIENT.get(f"{url}/log/checkpoint").text == log != ""
        another = rightsd(home, "admin-key").strip()
        assert get(url, "/v1/accounts/me", another).status_code == 200


def sequenced(url: str) -> bool:
    return eventually(
        lambda: CLIENT.get(f"{url}/log/checkpoint").text.splitlines()[1:2] == ["1"],
        EFFECT_SECONDS_MAX,
    )


def test_a_killed_worker_is_replaced_and_none_outlives_a_killed_server(home: Path) -> None:
    with serving(home) as (_, _, process):

        def workers() -> list[int]:
            return [child.pid for child in psutil.Process(process.pid).children() if works(child)]

        assert eventually(workers, EFFECT_SECONDS_MAX)
        (first,) = workers()
        assert psutil.Process(first).environ()["OPENBLAS_NUM_THREADS"] == "1"

        os.kill(first, signal.SIGKILL)

        assert eventually(lambda: workers() not in ([], [first]), EFFECT_SECONDS_MAX)

        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 3

        process.kill()

        assert eventually(lambda: not any(alive(child) for child in family), EFFECT_SECONDS_MAX)


def works(process: psutil.Process) -> bool:
    try:
        return "worker" in process.cmdline()
    except psutil.Error:
        return False


def alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_development_authority_is_made_once(home: Path) -> None:
    first = rightsd(home, "dev", "ca")

    assert first.startswith("-----BEGIN CERTIFICATE-----")
    assert rightsd(home, "dev", "ca") == first


def test_an_error_is_one_sentence(home: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"no bundle")
    done = subprocess.run(
        [sys.executable, "-m", "rightsd", "audit", "verify", str(tmp_path / "x.tar")],
        env=environment(home),
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("rightsd: the bundle is not")
    assert len(done.stderr.splitlines()) == 1
