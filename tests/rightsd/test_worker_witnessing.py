"""The daemon with two witnesses in processes of their own, as its settings describe it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ledger import fsck, note, policy, proof, receipt
from ledger.policy import Group, Policy
from rightsd import worker
from rightsd.db.tx import Tx
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.web.app import create_app
from rightsd.workflows import deliveries
from rightsd.workflows.witnessing import Calls
from tests import people
from tests.conftest import runtime
from tests.rightsd.cli.test_witness import witnessing

NAMES = ("one.example/witness", "two.example/witness")


@pytest.fixture
def calls() -> Iterator[Calls]:
    calls = Calls()
    yield calls
    calls.close()


def happen(tx: Tx) -> str:
    """Have something happen; return the event's id."""
    people.subject(tx, people.account(tx, Role.PERSON), handle="ada")
    return tx.events[-1].id


def steps(rt: Runtime, calls: Calls) -> dict[str, worker.Step]:
    return {
        getattr(step, "__name__", ""): step
        for step, _ in worker._steps(rt, calls, deliveries.Calls())
    }


def test_what_two_witnesses_cosigned_is_published_and_mirrored(
    rt: Runtime, settings: Settings, tmp_path: Path, calls: Calls
) -> None:
    key = note.parse_vkey(rt.log_keys.make(1).vkey)
    with ExitStack() as stack:
        witnesses = [
            stack.enter_context(witnessing(tmp_path / f"state{number}", key.vkey, name))
            for number, name in enumerate(NAMES)
        ]
        asked = Policy((policy.Log(key),), tuple(witnesses), (Group("both", 2, NAMES),), "both")
        (tmp_path / "policy").write_bytes(policy.encode(asked))
        changed = {
            "witness_policy": tmp_path / "policy",
            "witness_private": True,
            "mirror_url": (tmp_path / "log").as_uri(),
        }
        rt = stack.enter_context(runtime(settings.model_copy(update=changed)))
        client = stack.enter_context(TestClient(create_app(rt)))
        work = steps(rt, calls)
        with rt.transaction() as tx:
            event_id = happen(tx)
        work["_sequence_all"](rt)
        work["_mirror"](rt)
        paths = [
            "/log/checkpoint",
            "/log/tile/0/000.p/1",
            "/log/tile/entries/000.p/1",
            f"/v1/ledger/proofs/{event_id}",
            f"/v1/ledger/receipts/{event_id}",
        ]
        assert [client.get(path).status_code for path in paths] == [404] * 5
        assert "not yet" in client.get(paths[0]).json()["detail"]
        assert not (tmp_path / "log/checkpoint").exists()

        work["witness"](rt)
        work["_mirror"](rt)

        assert [client.get(path).status_code for path in paths] == [200] * 5
        shown = client.get(paths[0]).content
        approval = policy.verify(shown, asked)
        assert {one.key.name for one in approval.cosignatures} == set(NAMES)
        assert (tmp_path / "log/checkpoint").read_bytes() == shown
        seen: list[bytes] = []
        fsck.check(
            shown,
            key.vkey,
            lambda path: (tmp_path / "log" / path).read_bytes(),
            visit=lambda _, entry: seen.append(entry),
        )
        mine = next(entry for entry in seen if event_id.encode() in entry)
        assert policy.verify(proof.parse(client.get(paths[3]).content).checkpoint, asked)
        assert receipt.verify(client.get(paths[4]).content, mine, key) == approval.checkpoint.root


def test_only_what_is_configured_is_done(rt: Runtime, calls: Calls) -> None:
    assert {"witness", "_mirror"}.isdisjoint(steps(rt, calls))
