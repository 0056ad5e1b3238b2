"""What the daemon exports is what its database holds, and verifies."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, cosignature, cosigning, log, note
from ledger.policy import Policy, Witness
from rightsd.adapters.tar import Archive
from rightsd.db import notices as db_notices
from rightsd.db.tx import Tx
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, consents, notices
from rightsd.workflows.exports import scopes, verifying, writing
from rightsd.workflows.exports.scopes import Scope
from tests import people


@pytest.fixture
def case(rt: Runtime) -> str:
    """A notice that was upheld, about a generation that relied on a consent that was revoked."""
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        consent = people.consent(tx, person, people.subject(tx, person), creator)
        made = people.published(tx, creator, "@ada waves")
        other = people.published(tx, creator)
        notice = notices.receive(tx, generation_id=made.id, claim=people.claim()).notice
        notices.receive(tx, generation_id=other.id, claim=people.claim())
        reviewer = Principal("acc_reviewer", Role.REVIEWER)
        notices.uphold(tx, reviewer, notice.id, reason="It is.")
        consents.revoke(tx, person, consent.id)
    checkpoints.sequence(rt)
    return notice.id


def export(rt: Runtime, path: Path, scope: Scope | None = None) -> Path:
    with path.open("wb") as file:
        writing.audit(rt, file, scope=scope)
    return path


def read(path: Path, name: str) -> list[dict]:
    with Archive(path) as archive:
        return [json.loads(line) for line in archive.lines(name)]


@contextmanager
def refused(code: Code) -> Iterator[None]:
    with pytest.raises(RightsError) as caught:
        yield
    assert caught.value.code is code


def test_the_same_state_gives_the_same_bytes(rt: Runtime, case: str, tmp_path: Path) -> None:
    assert case

    first, second = export(rt, tmp_path / "1.tar"), export(rt, tmp_path / "2.tar")

    assert first.read_bytes() == second.read_bytes()


def test_a_case_has_the_notice_the_generation_and_the_consents_with_proofs(
    rt: Runtime, case: str, tmp_path: Path
) -> None:
    path = export(rt, tmp_path / "b.tar")

    found = verifying.verify(path, verifying.trust_keys([rt.log_keys.make(1).vkey]))

    assert found.standing["notice", "upheld"] == found.standing["notice", "received"] == 1
    lines = read(path, f"cases/{case}.ndjson")
    assert [json.loads(line["entry"])["kind"] for line in lines] == [
        "consent.granted",
        "generation.requested",
        "generation.published",
        "notice.received",
        "notice.upheld",
        "consent.revoked",
    ]
    assert all(line["proof"].startswith("c2sp.org/tlog-proof@v1\n") for line in lines)


def test_decisions_are_stated_without_personal_data(rt: Runtime, case: str, tmp_path: Path) -> None:
    with rt.transaction() as tx:
        people.refused(tx, people.account(tx, Role.CREATOR))
    checkpoints.sequence(rt)

    path = export(rt, tmp_path / "b.tar")

    refusal, decision = read(path, "statements.ndjson")
    assert refusal["kind"] == "generation.refused"
    assert refusal["rules"] == ["cameo.unknown@1"]
    assert {name: decision[name] for name in ("subject", "ground", "outcome")} == {
        "subject": case,
        "ground": "copyright",
        "outcome": "upheld",
    }
    assert {"event_id", "at", "index"} < set(decision)
    content = path.read_bytes()
    assert people.claim().name.encode() not in content
    assert people.claim().email.encode() not in content
    assert b"@ada" not in content


def test_what_is_pending_makes_no_case_larger(rt: Runtime, case: str, tmp_path: Path) -> None:
    with rt.transaction() as tx:
        target = _target(tx, case)
        notices.receive(tx, generation_id=target, claim=people.claim())
        people.withdrawn(tx, target, {"consents": ["con_new"]})

    path = export(rt, tmp_path / "b.tar")

    assert verifying.verify(path, None).pending == 2
    assert len(read(path, f"cases/{case}.ndjson")) == 6


@pytest.mark.parametrize("kind", ["range", "subject", "case"])
def test_a_part_holds_what_it_says(rt: Runtime, case: str, tmp_path: Path, kind: str) -> None:
    scope = {
        "range": scopes.Range(2, 5),
        "subject": scopes.About(case),
        "case": scopes.Case(case),
    }[kind]

    path = export(rt, tmp_path / "b.tar", scope)

    assert verifying.verify(path, None).scope == scope
    held = {line["index"] for line in read(path, "entries.ndjson")}
    whole = export(rt, tmp_path / "whole.tar")
    assert (
        held
        == {
            "range": {2, 3, 4},
            "subject": {one.index for one in _about(rt, case)},
            "case": {line["index"] for line in read(whole, f"cases/{case}.ndjson")},
        }[kind]
    )


def _about(rt: Runtime, subject: str) -> list[log.Entry]:
    with rt.transaction() as tx:
        return list(log.entries_about(tx.conn, [subject]))


def test_a_part_tells_of_events_that_are_pending(rt: Runtime, case: str, tmp_path: Path) -> None:
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        subject = people.subject(tx, person, "eve")
        consent = people.consent(tx, person, subject, people.account(tx, Role.CREATOR))
    checkpoints.sequence(rt)
    with rt.transaction() as tx:
        consents.revoke(tx, person, consent.id)
        people.account(tx, Role.CREATOR)

    found = verifying.verify(export(rt, tmp_path / "b.tar", scopes.About(consent.id)), None)

    assert (found.entries, found.pending) == (1, 1)
    assert found.resting == {("consent", "revoked"): 1}


def test_nothing_is_exported_of_what_is_not_there(rt: Runtime, case: str, tmp_path: Path) -> None:
    assert case
    for scope in (scopes.About(f"con_{0:032x}"), scopes.Case(f"ntc_{0:032x}")):
        with refused(Code.NOT_FOUND):
            writing.audit(rt, io.BytesIO(), scope=scope)
    with refused(Code.INVALID):
        writing.audit(rt, io.BytesIO(), scope=scopes.Range(0, 1000))


def test_there_is_nothing_to_export_before_the_first_checkpoint(rt: Runtime) -> None:
    with refused(Code.CONFLICT):
        writing.audit(rt, io.BytesIO())


def test_a_log_whose_entries_are_no_events_can_be_exported_and_is_found_out(
    rt: Runtime, case: str, tmp_path: Path
) -> None:
    assert case
    with rt.transaction() as tx:
        body = b'{"id": "evt_x"}'
        log.record(tx.conn, event_id="evt_x", kind="thing.done", subject="thi_1", body=body)
        index = tx.conn.execute("SELECT size FROM ledger.head").fetchone()
    with rt.transaction() as tx:
        # Past the daemon's own sequencer, which would not know what follows from this.
        checkpoints.sequencing.sequence(tx.conn, signers=[rt.log_keys.make(1)])
    assert index is not None

    path = export(rt, tmp_path / "b.tar")

    with pytest.raises(RightsError) as caught:
        verifying.verify(path, None)
    assert caught.value.extra["entry"] == index[0]
    assert "canonical form" in caught.value.detail


def test_what_is_not_yet_cosigned_is_pending(rt: Runtime, case: str, tmp_path: Path) -> None:
    witness = cosignature.Ed25519Signer("witness.example/w", Ed25519PrivateKey.generate())
    key = cosignature.parse_vkey(witness.vkey)
    witnessed = replace(rt, witness_policy=Policy((), (Witness("w", key),), (), "w"))
    with refused(Code.CONFLICT):
        writing.audit(witnessed, io.BytesIO())
    with rt.transaction() as tx:
        signed = log.latest(tx.conn)
        assert signed is not None
        head = checkpoint.parse(note.parse(signed).text)
        made = cosignature.sign(head.text, witness, timestamp=1_900_000_000)
        cosigning.keep(tx.conn, head.size, [made])
        people.withdrawn(tx, _target(tx, case), {"because_of": case})
    checkpoints.sequence(rt)
    with rt.transaction() as tx:
        people.account(tx, Role.PERSON)

    found = verifying.verify(export(witnessed, tmp_path / "b.tar"), None)

    assert (found.size, found.pending) == (head.size, 2)
    assert found.witnesses == ("witness.example/w",)
    assert found.resting["generation", "withdrawn"] == 1
    part = verifying.verify(export(witnessed, tmp_path / "p.tar", scopes.Case(case)), None)
    assert (part.entries, part.pending) == (6, 1)
    with refused(Code.INVALID):
        writing.audit(witnessed, io.BytesIO(), scope=scopes.Range(0, head.size + 1))


def _target(tx: Tx, notice_id: str) -> str:
    found = db_notices.find(tx, notice_id)
    assert found is not None
    return found.generation_id


def test_the_steps_of_a_row_are_told_in_order(rt: Runtime, case: str, tmp_path: Path) -> None:
    path = export(rt, tmp_path / "b.tar")

    steps = verifying.verify(path, None, row=case).steps

    assert [(step.event.kind, step.state) for step in steps] == [
        ("notice.received", "received"),
        ("notice.upheld", "upheld"),
    ]
    with refused(Code.NOT_FOUND):
        verifying.verify(path, None, row="ntc_nobody")
