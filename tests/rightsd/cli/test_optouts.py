from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rightsd.cli import main
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import optouts
from tests import people


@pytest.fixture
def account(rt: Runtime) -> str:
    with rt.transaction() as tx:
        return people.account(tx, Role.RIGHTS_HOLDER).account_id


def run(settings: Settings, account: str, *arguments: str) -> Result:
    env = {
        "RIGHTSD_HOME": str(settings.home),
        "RIGHTSD_DATABASE_URL": settings.database_url,
        "RIGHTSD_BLOBS_URL": settings.blobs_url,
    }
    command = ["optout", "import", "--account", account, *arguments]
    return CliRunner().invoke(main, command, env=env)


def standing(rt: Runtime, account: str) -> int:
    with rt.transaction() as tx:
        return len(optouts.mine(tx, people.Principal(account, Role.RIGHTS_HOLDER)))


def test_a_table_is_imported(rt: Runtime, settings: Settings, account: str, tmp_path: Path) -> None:
    table = tmp_path / "works.csv"
    table.write_text("title\nNebula Fox\nOrbit\n")

    dry = run(settings, account, str(table), "--dry-run")
    assert standing(rt, account) == 0
    done = run(settings, account, str(table))

    assert (dry.exit_code, done.exit_code) == (0, 0), done.output
    assert "Would be imported" in dry.output
    assert "evd_" in done.output
    assert standing(rt, account) == 2


def test_faults_are_named_by_line(
    rt: Runtime, settings: Settings, account: str, tmp_path: Path
) -> None:
    table = tmp_path / "works.csv"
    table.write_text("title\nNebula Fox\nab\n\n,\n")

    done = run(settings, account, str(table))

    assert done.exit_code == 2
    assert "line 3: " in done.output
    assert "line 5: " in done.output
    assert standing(rt, account) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere.csv",),
        ("http://a.example/",),
        ("https://127.0.0.1/",),
        (__file__, "--kind", "rsl"),
    ],
)
def test_what_is_no_source_is_refused(
    settings: Settings, account: str, arguments: tuple[str, ...]
) -> None:
    done = run(settings, account, *arguments)

    assert done.exit_code == 2
    assert done.output.startswith("rightsd: ")


def test_only_a_rights_holder_has_opt_outs(rt: Runtime, settings: Settings, tmp_path: Path) -> None:
    table = tmp_path / "works.csv"
    table.write_text("title\nNebula Fox\n")
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR).account_id

    assert run(settings, creator, str(table)).exit_code == 1
    assert run(settings, "acc_nobody", str(table)).exit_code == 1
