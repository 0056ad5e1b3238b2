"""kill -9 before and after every commit of the generation path.

Whatever the moment: nothing is released without all its marks, no acknowledged event is lost, and
the next worker finishes the work.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from psycopg.rows import scalar_row

from ledger import fsck, log
from rightsd.adapters import c2pa, media
from rightsd.domain.generation import State
from rightsd.domain.principal import Role
from rightsd.errors import RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints
from rightsd.workflows.generations import production, requests
from tests import people
from tests.crash.dying import victims
from watermark.detect import Detector

pytestmark = pytest.mark.slow

SECONDS = 1
# Sequencing, planning, casting, drawing, reading back, signing, releasing, matching: all commits.
COMMITS_BEFORE_RELEASE_MIN = 8
COMMITS_MAX = 40


def check_marks(rt: Runtime, actor: people.Principal, generation_id: str, folder: Path) -> bool:
    """Return whether the output can be downloaded; if so, every mark must be there."""
    with rt.transaction() as tx:
        generation = requests.view(tx, actor, generation_id).generation
        if generation.output is None:
            with pytest.raises(RightsError, match="has no file"):
                requests.download(tx, actor, generation_id)
            return False
        output = requests.download(tx, actor, generation_id)
        rows = tx.conn.cursor(row_factory=scalar_row)
        fingerprints = rows.execute("SELECT count(*) FROM rights.fingerprint").fetchone()
        stores = rows.execute("SELECT count(*) FROM rights.manifest").fetchone()
    path = folder / "output.mp4"
    path.write_bytes(b"".join(rt.blobs.open(output.sha256)))
    with media.open_video(path) as video:
        detection = Detector(*rt.watermark_keys.all()).detect(chunk.frames for chunk in video)
    credential = rt.credentials.read(path)
    assert detection.payload_id == generation.watermark_id
    assert (credential.state, credential.manifest_id) == (c2pa.State.TRUSTED, output.manifest_id)
    assert fingerprints
    assert stores == 1
    return True


def check_files(rt: Runtime, folder: Path) -> int:
    """Whatever is in the blob store is on the list by which it is deleted; return how much."""
    with rt.transaction() as tx:
        listed = {name for (name,) in tx.conn.execute("SELECT sha256 FROM rights.file").fetchall()}
    stored = {path.name for path in folder.iterdir()}
    assert stored <= listed
    return len(stored)


def events(rt: Runtime) -> list[str]:
    """Sequence what is left, check the whole log from its bytes, and return its events."""
    while checkpoints.sequence(rt):
        pass
    found: list[str] = []
    with rt.transaction() as tx:
        note = log.latest(tx.conn)
        assert note is not None
        fsck.check(
            note,
            rt.log_keys.make(1).vkey,
            lambda path: checkpoints.file(tx, path, None),
            visit=lambda _, body: found.append(json.loads(body)["kind"]),
        )
    return found


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_at_any_commit_is_replaced(
    rt: Runtime, settings: Settings, tmp_path: Path, moment: str
) -> None:
    """One generation, and a worker that dies a commit later each time, until one comes through."""
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        asked = requests.request(tx, creator, wanted=people.wanted(seconds=SECONDS))
    acknowledged = ["account.opened", "generation.requested"]
    released: list[bool] = []

    with victims("tests.crash.victim", settings, asked.id) as die:
        for number in range(1, COMMITS_MAX):
            if die(number, moment):
                break
            released.append(check_marks(rt, creator, asked.id, tmp_path))
            check_files(rt, tmp_path / "blobs")
            kinds = events(rt)
            assert kinds == [*acknowledged, "generation.published"][: 2 + released[-1]]
        else:
            pytest.fail("no worker came through")

    assert released == sorted(released), "what was released stays so"
    assert released.count(False) >= COMMITS_BEFORE_RELEASE_MIN
    assert check_marks(rt, creator, asked.id, tmp_path)
    assert events(rt) == [*acknowledged, "generation.published"]
    assert check_files(rt, tmp_path / "blobs") > 1, "attempts that died left files behind"
    later = replace(rt, clock=lambda: datetime.now(UTC) + timedelta(hours=2))
    production.delete_superseded(later)
    assert check_files(rt, tmp_path / "blobs") == 1
    assert check_marks(rt, creator, asked.id, tmp_path)
    with rt.transaction() as tx:
        assert requests.view(tx, creator, asked.id).generation.state is State.PUBLISHED
