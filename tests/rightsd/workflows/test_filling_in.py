"""Outputs from before all that they are compared by was kept are read again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from fingerprint import landmarks, proxy
from rightsd.adapters import fingerprints as files
from rightsd.db import fingerprints
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal
from rightsd.domain.work import Work
from rightsd.runtime import Runtime
from rightsd.workflows.generations import backfills
from tests import people, upholding
from tests.daemon import settle
from tests.rightsd.workflows.test_copies_of_parts import (
    PART,
    WORK,
    creator,
    publish,
    refer,
    save,
    state,
    work,
)

__all__ = ["creator", "work"]  # Fixtures.


def after(rt: Runtime, passed: timedelta) -> Runtime:
    return replace(rt, clock=lambda: rt.clock() + passed)


def old(rt: Runtime, creator: Principal, sha256: str) -> Generation:
    """Publish the part, of which only whole frames are known."""
    with rt.transaction() as tx:
        made = people.published(tx, creator, sha256=sha256)
        fingerprints.insert(tx, made.id, [files.pack(PART.content)])
        tx.conn.execute("INSERT INTO rights.unindexed (generation_id) VALUES (%s)", (made.id,))
    return made


def test_an_output_from_before_is_read_again_and_held_against_references(
    rt: Runtime, brand: Principal, creator: Principal, work: Work, tmp_path: Path
) -> None:
    path = save(tmp_path / "output.mp4")
    made = old(rt, creator, rt.blobs.put(path))
    refer(rt, brand, work)
    settle(rt)
    assert state(rt, creator, made) is State.PUBLISHED

    assert (backfills.fill_in(rt), backfills.fill_in(rt)) == (True, False)

    assert state(rt, creator, made) is State.WITHDRAWN
    with rt.transaction() as tx:
        kept = dict(fingerprints.of_asset(tx, made.id))
    assert set(kept).issuperset({proxy.ALGORITHM})
    assert landmarks.ALGORITHM not in kept  # It has no sound.


def test_an_output_from_before_that_shows_a_part_of_one_that_was_taken_down_is_withdrawn(
    rt: Runtime, creator: Principal, tmp_path: Path
) -> None:
    made = old(rt, creator, rt.blobs.put(save(tmp_path / "output.mp4")))
    out = publish(rt, creator, WORK)
    with rt.transaction() as tx:
        upholding.take_down(tx, out)
    settle(rt)
    assert state(rt, creator, made) is State.PUBLISHED

    backfills.fill_in(rt)

    assert state(rt, creator, made) is State.WITHDRAWN


def test_what_cannot_be_read_is_told_of_and_tried_every_day(
    rt: Runtime, creator: Principal, tmp_path: Path
) -> None:
    broken = tmp_path / "output.mp4"
    broken.write_bytes(b"no film")
    made = old(rt, creator, rt.blobs.put(broken))

    for tried in range(backfills.TRIES_MAX):
        assert backfills.fill_in(after(rt, tried * backfills.TAKEN))

    again = after(rt, backfills.TRIES_MAX * backfills.TAKEN)
    assert not backfills.fill_in(again)
    with rt.transaction() as tx:
        standing = backfills.standing(tx)
    assert standing.left == 1
    assert [one.generation_id for one in standing.unread] == [made.id]
    assert standing.unread[0].why
    tomorrow = after(again, backfills.DAILY)
    assert backfills.fill_in(tomorrow)
    assert not backfills.fill_in(tomorrow)
