"""What `rightsd certificates` says, and that only a daemon notes whom it trusts."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rightsd import cli
from rightsd.db import trustlists
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from tests.rightsd.adapters.credentialed import STRANGER
from tests.rightsd.cli.test_operate import EFFECT_SECONDS_MAX, eventually


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> Mapping[str, str]:
    """Of someone who trusts one more than the daemon of these tests."""
    (tmp_path / "trusted.pem").write_text(STRANGER.root_pem)
    return {
        "RIGHTSD_HOME": str(settings.home),
        "RIGHTSD_DATABASE_URL": str(settings.database_url),
        "RIGHTSD_TRUST_LIST": str(tmp_path / "trusted.pem"),
    }


def certificates(environment: Mapping[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["certificates", *arguments], env=environment)


def noted(rt: Runtime) -> list[str]:
    with rt.transaction() as tx:
        return [each.anchors.claims_pem for each in trustlists.history(tx)]


def test_a_command_does_not_note_whom_it_trusts(
    rt: Runtime, environment: Mapping[str, str]
) -> None:
    result = certificates(environment, "list")

    assert "signs now" in result.output
    assert noted(rt) == []


@pytest.mark.slow
def test_a_daemon_that_starts_notes_whom_it_trusts(
    rt: Runtime, environment: Mapping[str, str]
) -> None:
    command = [sys.executable, "-m", "rightsd", "worker", "--attached"]
    with subprocess.Popen(command, env=os.environ | environment, stdin=subprocess.PIPE) as process:
        assert eventually(lambda: noted(rt) != [], EFFECT_SECONDS_MAX)
        assert process.stdin is not None
        process.stdin.close()

    (pem,) = noted(rt)
    assert STRANGER.root_pem in pem
