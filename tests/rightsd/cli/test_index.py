"""`rightsd index backfill` and `rightsd index status`."""

from pathlib import Path

from click.testing import CliRunner, Result

from fingerprint import proxy
from rightsd import cli
from rightsd.db import fingerprints
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from tests import people
from tests.rightsd.workflows.test_copies_of_parts import save


def run(settings: Settings, *arguments: str) -> Result:
    environment = {
        "RIGHTSD_HOME": str(settings.home),
        "RIGHTSD_DATABASE_URL": settings.database_url,
        "RIGHTSD_BLOBS_URL": settings.blobs_url,
    }
    return CliRunner().invoke(cli.main, ["index", *arguments], env=environment)


def old(rt: Runtime, path: Path) -> str:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        made = people.published(tx, creator, sha256=rt.blobs.put(path))
        tx.conn.execute("INSERT INTO rights.unindexed (generation_id) VALUES (%s)", (made.id,))
    return made.id


def test_what_is_missing_is_made_at_once_and_what_cannot_be_is_told(
    rt: Runtime, settings: Settings, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    fine, lost = old(rt, save(tmp_path / "fine.mp4")), old(rt, broken)
    before = run(settings, "status")

    first, second = run(settings, "backfill"), run(settings, "backfill")

    assert (before.exit_code, before.output) == (0, "outputs that are compared by less: 2\n")
    assert "all there is to see: 1 more" in first.output
    assert f"{lost} could not be read at" in first.output
    assert (first.exit_code, second.exit_code) == (1, 1)
    assert "all there is to see: 0 more" in second.output
    assert run(settings, "status").exit_code == 1
    with rt.transaction() as tx:
        assert proxy.ALGORITHM in dict(fingerprints.of_asset(tx, fine))
