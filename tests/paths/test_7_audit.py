"""Step 7: the bundle verifies without us, and a flipped bit anywhere does not."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.note import VerifierKey
from rightsd.errors import RightsError
from rightsd.workflows.exports import verifying, writing
from tests.daemon import settle
from tests.paths.conftest import World, query

FLIPS = 60


@pytest.fixture(scope="module")
def bundle(world: World, clip: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert clip["state"] == "published"
    settle(world.rt)
    answer = world.clients["auditor"].get("/v1/exports/audit.tar")
    path = tmp_path_factory.mktemp("bundle") / "audit.tar"
    path.write_bytes(answer.content)
    return path


def test_it_verifies_where_there_is_no_database(world: World, bundle: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "rightsd",
            "audit",
            "verify",
            str(bundle),
            "--vkey",
            world.rt.log_keys.make(1).vkey,
        ],
        env={"RIGHTSD_DATABASE_URL": "host=/nonexistent", "RIGHTSD_HOME": "/nonexistent"},
        capture_output=True,
        check=False,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    ((size,),) = query(world.rt, "SELECT size FROM ledger.head")
    assert f"good: {size} entries" in done.stdout


def test_every_flipped_bit_is_found(bundle: Path, tmp_path: Path) -> None:
    content = bundle.read_bytes()
    bad = tmp_path / "bad.tar"
    rng = random.Random(7)
    sums = content.rindex(b"SHA256SUMS")  # Of all files the one that nothing else vouches for.
    places = [*rng.sample(range(len(content)), FLIPS), *rng.sample(range(sums, sums + 1000), FLIPS)]
    places += [place for place in range(sums, len(content)) if content[place] == ord("\n")]
    for place in places:
        flipped = bytearray(content)
        flipped[place] ^= 1 << (0 if content[place] == ord("\n") else rng.randrange(8))
        bad.write_bytes(flipped)
        with pytest.raises(RightsError) as caught:
            verifying.verify(bad, None)
        assert caught.value.detail.startswith("the bundle is not")


@pytest.mark.parametrize("keep", [0, 511, 512, 5000, -1, -1024, -1025])
def test_a_bundle_cut_short_is_refused(bundle: Path, tmp_path: Path, keep: int) -> None:
    (tmp_path / "short.tar").write_bytes(bundle.read_bytes()[:keep])

    with pytest.raises(RightsError):
        verifying.verify(tmp_path / "short.tar", None)


def test_another_key_is_refused(world: World, bundle: Path) -> None:
    name, _, _ = world.rt.log_keys.make(1).vkey.partition("+")
    other = VerifierKey(name, bytes(32))
    with pytest.raises(RightsError, match="no signature by"):
        verifying.verify(bundle, verifying.trust_keys([other.vkey]))


def test_rows_that_do_not_follow_from_the_log_are_named(
    world: World, clip: dict, tmp_path: Path
) -> None:
    consent = world.ids["consent"]
    with world.rt.transaction() as tx:
        tx.conn.execute("UPDATE rights.consent SET state = 'revoked', ended_at = now()")
    try:
        with (tmp_path / "bad.tar").open("wb") as file:
            writing.audit(world.rt, file)
        with pytest.raises(RightsError) as caught:
            verifying.verify(tmp_path / "bad.tar", None)
    finally:
        with world.rt.transaction() as tx:
            tx.conn.execute("UPDATE rights.consent SET state = 'granted', ended_at = NULL")
    assert f"{consent} is granted by the entries" in caught.value.detail
    assert '"state":"revoked"' in caught.value.detail
    assert caught.value.extra["file"] == "rows.ndjson"
    assert clip["state"] == "published"


def test_events_without_a_place_yet_are_in_the_bundle_as_such(world: World, tmp_path: Path) -> None:
    settle(world.rt)
    assert (
        world.clients["creator"]
        .post("/v1/generations", json={"prompt": "@nobody waves"})
        .status_code
        == 403
    )
    with (tmp_path / "b.tar").open("wb") as file:
        writing.audit(world.rt, file)

    assert verifying.verify(tmp_path / "b.tar", None).pending == 1


def test_only_auditors_take_it(world: World) -> None:
    assert world.clients["creator"].get("/v1/exports/audit.tar").status_code == 403
