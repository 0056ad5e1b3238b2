import os
import signal
import socket
from pathlib import Path

import numpy as np
import pytest

from rightsd.adapters import media
from rightsd.adapters.media import Limits
from rightsd.adapters.media_process import LIMITS, MediaProcess
from rightsd.errors import Code, RightsError


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More frames than a pipe can hold, so that the child must wait for its reader."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    frames = np.zeros((120, 96, 160, 3), np.uint8)
    media.write_video(path, width=160, height=96, fps=media.Fraction(25), frames=[frames])
    return path


def children() -> set[str]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


def drain(process: MediaProcess) -> None:
    while True:
        kind, length = process.next_message()
        if kind == b"Z":
            return
        process.read(length)


def test_leaving_early_ends_the_child(clip: Path) -> None:
    before = children()

    with media.open_video(clip) as video:
        next(iter(video))
        during = children()

    assert len(during - before) == 1
    assert children() <= before


def test_failing_in_the_middle_ends_the_child(clip: Path) -> None:
    before = children()

    with pytest.raises(ZeroDivisionError), media.open_video(clip):
        _ = 1 // 0

    assert children() <= before


@pytest.mark.parametrize(
    ("sign", "code", "match"),
    [
        (signal.SIGSEGV, Code.INVALID, "broken"),
        (signal.SIGXCPU, Code.TOO_LARGE, "processor time"),
        (signal.SIGKILL, Code.TOO_LARGE, "memory"),
    ],
)
def test_death_of_the_child_is_an_error(
    clip: Path, sign: signal.Signals, code: Code, match: str
) -> None:
    with MediaProcess(clip, want="video", limits=LIMITS) as process:
        process.read_info()
        os.kill(process._process.pid, sign)

        with pytest.raises(RightsError, match=match) as caught:
            drain(process)

    assert caught.value.code == code


def test_stopped_child_is_given_up(clip: Path) -> None:
    with MediaProcess(clip, want="video", limits=Limits(wall_seconds=20.0)) as process:
        process.read_info()
        process._patience = 0.2
        os.kill(process._process.pid, signal.SIGSTOP)

        with pytest.raises(RightsError, match="to decode") as caught:
            drain(process)

    assert caught.value.code == Code.TOO_LARGE


def test_pipe_instead_of_a_file_does_not_keep_us(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")

    with pytest.raises(RightsError, match="not a file"), media.open_video(tmp_path / "fifo"):
        pass


def test_socket_instead_of_a_file_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))

        with pytest.raises(RightsError), media.open_video(tmp_path / "s"):
            pass


def test_child_has_no_environment_and_its_limits(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGHTSD_SECRET", "secret")

    with MediaProcess(clip, want="video", limits=LIMITS) as process:
        process.read_info()
        place = Path(f"/proc/{process._process.pid}")
        environment = (place / "environ").read_bytes()
        limits = (place / "limits").read_text()

    assert b"secret" not in environment
    assert f"Max address space         {LIMITS.memory_bytes}" in limits
    assert "Max core file size        0" in limits
    assert "Max file size             0" in limits
