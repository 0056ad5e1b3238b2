"""The log's key is replaced while everything goes on, and whoever trusted it is led along."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from ledger import (
    checkpoint,
    cosigning,
    fsck,
    log,
    note,
    proof,
    receipt,
    rotation,
    sequencing,
)
from ledger.errors import LedgerError
from rightsd.db import logkeys as rows
from rightsd.db.tx import Tx
from rightsd.domain.key import State
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints, logkeys
from rightsd.workflows.exports import verifying, writing
from tests.conftest import runtime
from tests.ledger.cosigned import keep, quorum
from tests.rightsd.workflows.rotating import happen, key, newest, refused, retire, signed_by


@pytest.fixture
def settings(tmp_path: Path, dsn: str) -> Settings:
    """A home of its own: keys are made in it."""
    blobs = (tmp_path / "blobs").as_uri()
    return Settings(home=tmp_path / "home", database_url=dsn, blobs_url=blobs)


@pytest.fixture
def rt(settings: Settings) -> Iterator[Runtime]:
    with runtime(settings) as built:
        while checkpoints.sequence(built):
            pass
        yield built


def covering(rt: Runtime, kind: str) -> bytes:
    """Return the checkpoint that first covered an entry of a kind, the newest of that kind."""
    with rt.transaction() as tx:
        row = tx.conn.execute(
            """
            SELECT note FROM ledger.checkpoint WHERE size > (
                SELECT max("index") FROM ledger.entry WHERE kind = %s
            ) ORDER BY size LIMIT 1
            """,
            (kind,),
        ).fetchone()
    assert row is not None
    return row[0]


def index_of(tx: Tx, kind: str) -> int:
    """Return the index of the newest entry of a kind."""
    row = tx.conn.execute(
        'SELECT max("index") FROM ledger.entry WHERE kind = %s', (kind,)
    ).fetchone()
    assert row is not None
    return row[0]


def entry_of(rt: Runtime, event_id: str) -> bytes:
    with rt.transaction() as tx:
        index = log.find(tx.conn, event_id)
        assert index is not None
        (found,) = log.entries(tx.conn, index, index + 1)
    return found.body


def test_before_the_first_rotation_one_key_signs_and_there_is_no_row(rt: Runtime) -> None:
    happen(rt)

    with rt.transaction() as tx:
        assert logkeys.known(tx) == []
        assert [signer.vkey for signer in rt.log_signers(tx)] == [key(rt, 1).vkey]
    assert signed_by(rt, newest(rt)) == [1]


def test_both_keys_sign_what_covers_the_introduction_and_the_new_one_what_covers_the_retirement(
    rt: Runtime,
) -> None:
    logkeys.rotate(rt)
    happen(rt)

    assert signed_by(rt, covering(rt, "key.introduced")) == [1, 2]
    retire(rt)
    happen(rt)
    assert signed_by(rt, covering(rt, "key.retired")) == [2]


def test_whoever_trusts_the_first_key_is_led_to_the_last_by_what_is_in_the_log(
    rt: Runtime,
) -> None:
    for _ in range(2):
        logkeys.rotate(rt)
        happen(rt)
        retire(rt)
        happen(rt)
    entries: list[dict] = []
    with rt.transaction() as tx:
        fsck.check(
            newest(rt),
            key(rt, 3).vkey,
            lambda path: checkpoints.file(tx, path, None),
            visit=lambda _, body: entries.append(json.loads(body)),
        )
        found = logkeys.statements(tx)
    stated = [
        entry["data"]["statement"].encode()
        for entry in entries
        if entry["kind"] == "key.introduced" and "statement" in entry["data"]
    ]

    assert rotation.follow(key(rt, 1), stated) == (key(rt, 1), key(rt, 2), key(rt, 3))
    assert found == stated
    assert signed_by(rt, newest(rt)) == [3]


def test_the_log_says_who_was_there_from_the_beginning_and_who_ended(rt: Runtime) -> None:
    logkeys.rotate(rt)
    happen(rt)
    retire(rt)

    with rt.transaction() as tx:
        first, second = logkeys.known(tx)
    assert (first.number, first.vkey, first.state) == (1, key(rt, 1).vkey, State.RETIRED)
    assert (second.number, second.vkey, second.state) == (2, key(rt, 2).vkey, State.INTRODUCED)


def test_proofs_and_receipts_verify_at_every_moment_of_a_rotation(rt: Runtime) -> None:
    event_id = happen(rt)
    entry = entry_of(rt, event_id)

    def check(*numbers: int, issuer: int) -> None:
        with rt.transaction() as tx:
            proven = checkpoints.proof(tx, event_id, rt.witness_policy)
        assert proven is not None
        for number in numbers:
            proof.verify(proven, entry, key(rt, number))
        issued = checkpoints.receipt(rt, event_id)
        assert issued is not None
        receipt.verify(issued, entry, key(rt, issuer))

    check(1, issuer=1)
    logkeys.rotate(rt)
    check(1, issuer=1)  # No checkpoint carries the new key's signature yet.
    happen(rt)
    check(1, 2, issuer=2)
    retire(rt)
    check(1, 2, issuer=2)  # The newest checkpoint still carries both.
    happen(rt)
    check(2, issuer=2)
    with rt.transaction() as tx, pytest.raises(LedgerError):
        proof.verify(checkpoints.proof(tx, event_id, rt.witness_policy) or b"", entry, key(rt, 1))


def test_a_bundle_verifies_at_every_moment_of_a_rotation(rt: Runtime, tmp_path: Path) -> None:
    def check(*numbers: int) -> None:
        path = tmp_path / "audit.tar"
        with path.open("wb") as file:
            writing.audit(rt, file)
        assert verifying.verify(path, None).own_key
        for number in numbers:
            verifying.verify(path, verifying.trust_keys([key(rt, number).vkey]))

    happen(rt)
    check(1)
    logkeys.rotate(rt)
    check(1)
    happen(rt)
    check(1, 2)
    retire(rt)
    check(1, 2)
    happen(rt)
    check(2)
    with pytest.raises(RightsError):
        check(1)


def test_a_rotation_is_refused_while_another_is_open(rt: Runtime) -> None:
    logkeys.rotate(rt)
    happen(rt)

    with refused(Code.CONFLICT, "last rotation is not over"):
        logkeys.rotate(rt)

    assert signed_by(rt, newest(rt)) == [1, 2]


def test_a_key_that_an_interrupted_rotation_made_is_the_one_that_is_introduced(
    rt: Runtime,
) -> None:
    left = rt.log_keys.make(2).vkey

    handover = logkeys.rotate(rt)

    assert handover.key.vkey == left
    assert handover.key.number == 2


def test_of_rotations_at_once_one_is_made(rt: Runtime) -> None:
    barrier = Barrier(4)

    def rotate(_: int) -> str:
        barrier.wait()
        try:
            return logkeys.rotate(rt).key.vkey
        except RightsError as error:
            return error.code

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(rotate, range(4)))

    assert outcomes == [Code.CONFLICT] * 3 + [key(rt, 2).vkey]
    with rt.transaction() as tx:
        assert [found.number for found in logkeys.known(tx)] == [1, 2]


def test_without_a_checkpoint_there_is_nothing_to_rotate(settings: Settings) -> None:
    with runtime(settings) as rt, refused(Code.CONFLICT, "no checkpoint yet"):
        logkeys.rotate(rt)


def test_nothing_is_retired_unless_another_takes_over(rt: Runtime) -> None:
    with refused(Code.CONFLICT, "rotate the log's key first"):
        retire(rt)

    logkeys.rotate(rt)
    happen(rt)
    retire(rt)
    with refused(Code.CONFLICT, "rotate the log's key first"):
        retire(rt)


def test_even_in_a_hurry_the_old_key_stays_until_a_checkpoint_carries_the_new_one(
    rt: Runtime,
) -> None:
    logkeys.rotate(rt)

    with refused(Code.CONFLICT, "does not show the statement under both keys"):
        retire(rt, at_once=True)

    happen(rt)
    retire(rt, at_once=True)


def test_the_keys_overlap_for_a_week_from_when_the_statement_was_to_be_seen(rt: Runtime) -> None:
    now = [rt.clock()]
    turned = replace(rt, clock=lambda: now[0])
    logkeys.rotate(turned)
    now[0] += timedelta(seconds=3)
    happen(turned)
    with rt.transaction() as tx:
        index = index_of(tx, "key.introduced")
        shown_at = cosigning.published_at(tx.conn, index, None)
    assert shown_at is not None

    now[0] = shown_at + logkeys.OVERLAP_MIN - timedelta(seconds=1)
    with refused(Code.CONFLICT, f"both keys sign until {shown_at + logkeys.OVERLAP_MIN:%Y-%m-%d}"):
        retire(turned, at_once=False)

    now[0] = shown_at + logkeys.OVERLAP_MIN
    retire(turned, at_once=False)


def test_a_key_that_no_checkpoint_under_it_vouches_for_the_next_one_stays(rt: Runtime) -> None:
    """So many wait that the first checkpoint under both keys does not reach the statement."""
    with rt.transaction() as tx:
        for number in range(sequencing.BATCH_MAX):
            event_id = f"evt_{number}"
            log.record(tx.conn, event_id=event_id, kind="k.done", subject="num_1", body=b"{}")
    logkeys.rotate(rt)
    checkpoints.sequence(rt)
    assert signed_by(rt, newest(rt)) == [1, 2]

    with refused(Code.CONFLICT, "does not show the statement under both keys"):
        retire(rt, at_once=True)

    checkpoints.sequence(rt)
    assert signed_by(rt, covering(rt, "key.introduced")) == [1, 2]
    retire(rt, at_once=True)


def test_a_key_stays_until_witnesses_have_published_what_it_vouches_for(rt: Runtime) -> None:
    asked = quorum(2)
    watched = replace(rt, witness_policy=asked)
    logkeys.rotate(watched)
    happen(watched)
    size = checkpoint.parse(note.parse(newest(rt)).text).size

    for witnesses in ((), ("w1",)):
        with rt.transaction() as tx:
            keep(tx.conn, size, *witnesses)
        with refused(Code.CONFLICT, "does not show the statement under both keys"):
            retire(watched, at_once=True)

    with rt.transaction() as tx:
        keep(tx.conn, size, "w2")
        cosigning.publish(tx.conn, asked)
        since = cosigning.published_at(tx.conn, size - 1, asked)
    assert since is not None
    later = replace(watched, clock=lambda: since + logkeys.OVERLAP_MIN)
    retire(later, at_once=False)


def test_no_key_comes_or_goes_beside_a_batch(rt: Runtime) -> None:
    logkeys.rotate(rt)
    happen(rt)

    with rt.transaction() as sequencer:
        rows.hold(sequencer)
        with refused(Code.UNAVAILABLE, "database"), rt.transaction() as tx:
            tx.conn.execute("SET LOCAL lock_timeout = '50ms'")
            logkeys.retire(tx, rt.witness_policy, at_once=True)

    retire(rt)
