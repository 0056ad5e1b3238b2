"""kill -9 at every step of a rotation: there is one next key, introduced once and used once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger import fsck, log, note, rotation
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints
from tests.conftest import runtime
from tests.crash import rotator
from tests.crash.dying import victims

pytestmark = pytest.mark.slow

ROTATOR = "tests.crash.rotator"
COMMITS_MAX = 20
DEATHS_MIN = 4  # Looking twice, introducing, retiring; what a death left done is not done again.


@pytest.fixture
def settings(tmp_path: Path, dsn: str) -> Settings:
    """A home of its own: keys are made in it."""
    blobs = (tmp_path / "blobs").as_uri()
    return Settings(home=tmp_path / "home", database_url=dsn, blobs_url=blobs)


@pytest.fixture
def rt(settings: Settings) -> Iterator[Runtime]:
    with runtime(settings) as built:
        checkpoints.sequence(built)
        yield built


def check(rt: Runtime, settings: Settings) -> None:
    """Check that one rotation is over, and that the first key leads to the one that signs."""
    entries: list[dict] = []
    with rt.transaction() as tx:
        signed = log.latest(tx.conn)
        assert signed is not None
        (signer,) = rt.log_signers(tx)
        fsck.check(
            signed,
            signer.vkey,
            lambda path: checkpoints.file(tx, path, None),
            visit=lambda _, body: entries.append(json.loads(body)),
        )
    first = note.parse_vkey(rt.log_keys.signer(1).vkey)
    stated = [entry["data"].get("statement") for entry in entries]
    assert [entry["kind"] for entry in entries] == ["key.introduced"] * 2 + ["key.retired"]
    assert (
        rotation.follow(first, [text.encode() for text in stated if text])[-1].vkey == signer.vkey
    )
    files = {path.name for path in (settings.home / "keys").glob("*.ed25519")}
    assert files == {"log.ed25519", "log-2.ed25519"}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_rotation_whose_process_dies_at_any_commit_is_finished_by_the_next(
    rt: Runtime, settings: Settings, moment: str
) -> None:
    """A process that dies a commit later each time, until one comes through."""
    deaths = 0
    with victims(ROTATOR, settings) as die:
        for number in range(1, COMMITS_MAX):
            if die(number, moment):
                break
            deaths += 1
        else:
            pytest.fail("no process came through")

    assert deaths >= DEATHS_MIN
    check(rt, settings)


def test_a_rotation_that_died_once_the_key_was_made_goes_on_with_that_key(
    rt: Runtime, settings: Settings
) -> None:
    with victims(ROTATOR, settings) as die:
        assert die(0, "made") == 0
    made = rt.log_keys.signer(2).vkey

    rotator.finish(rt)

    check(rt, settings)
    assert rt.log_keys.signer(2).vkey == made
