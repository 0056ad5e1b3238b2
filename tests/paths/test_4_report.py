"""Step 4 from the shell: `rightsd verify`, over the daemon's own home and database."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from rightsd.cli import main
from tests.paths.conftest import World


def verify(world: World, home: Path, *args: str) -> Result:
    env = {
        "RIGHTSD_HOME": str(home),
        "RIGHTSD_DATABASE_URL": world.rt.pool.conninfo,
        "RIGHTSD_BLOBS_URL": (world.folder / "blobs").as_uri(),
    }
    return CliRunner().invoke(main, ["verify", *args], env=env)


def test_the_report_is_that_of_the_api(world: World, home: Path, clip: dict, file: Path) -> None:
    answer = world.verify(file, who="platform")

    told = verify(world, home, str(file))
    said = json.loads(verify(world, home, str(file), "--json").output)

    assert told.exit_code == 0, told.output
    words = " ".join(told.output.split())
    assert f"{file.name}: genuine" in words
    assert answer["manifest"]["signer"] in words
    assert "now: yes" in words
    assert f"{clip['id']}, published" in words
    same = ("verdict", "reasons", "matched", "layers", "parts", "ledger")
    assert {name: said[name] for name in same} == {name: answer[name] for name in same}


def test_only_the_credential_is_looked_at_if_that_is_asked(
    world: World, home: Path, file: Path
) -> None:
    told = verify(world, home, str(file), "--layers", "manifest", "--json")

    assert told.exit_code == 0, told.output
    said = json.loads(told.output)
    assert (said["verdict"], said["layers"], said["watermark"]) == ("genuine", "manifest", None)
