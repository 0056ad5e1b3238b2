"""`rightsd account`: letting people in, as the operator of the machine."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fastapi.testclient import TestClient

from rightsd.cli import main
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, home: Path, dsn: str, tmp_path: Path):  # noqa: ANN201
    monkeypatch.setenv("RIGHTSD_HOME", str(home))
    monkeypatch.setenv("RIGHTSD_DATABASE_URL", dsn)
    monkeypatch.setenv("RIGHTSD_BLOBS_URL", (tmp_path / "blobs").as_uri())

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["account", *arguments])

    return command


def path_in(result: Result) -> str:
    """Return the path of the link that was printed."""
    assert result.exit_code == 0, result.output
    return "/" + result.output.strip().splitlines()[-1].split("/", 3)[3]


def test_the_first_admin_gets_in_by_the_link_that_is_printed(run, rt: Runtime) -> None:  # noqa: ANN001
    opened = run("open", "Ada@example.org", "--role", "admin", "--name", "Ada")
    again = run("sign-in", "ada@example.org")
    browser = Browser(create_app(rt, looked_at_per_minute=UNPACED))
    assert isinstance(browser.client, TestClient)

    for path in (path_in(opened), path_in(again)):
        page = browser.get(path)
        done = browser.post(path, seen=page.text)
        assert done.headers["location"] == "/home"
        assert browser.get("/invites").status_code == 200
        browser.client.cookies.clear()


def test_what_cannot_be_done_is_said(run) -> None:  # noqa: ANN001
    stranger = run("sign-in", "eve@example.org")
    no_account = run("join", "acc_" + "0" * 32, "eve@example.org")
    no_address = run("open", "eve", "--role", "person", "--name", "Eve")

    assert stranger.exit_code == no_account.exit_code == 1
    assert "nobody signs in by eve@example.org" in stranger.output
    assert "there is no such account" in no_account.output
    assert no_address.exit_code == 2
