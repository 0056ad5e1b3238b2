"""`rightsd audit proof`, and what `audit verify` says of the proof of a takedown."""

import re
from pathlib import Path

import pytest

from rightsd.cli.audit import audit
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import notices
from rightsd.workflows.exports import layout
from rightsd.workflows.exports.scopes import Takedown
from tests import bundles, daemon, people, takedowns
from tests.bundles import SIGNER
from tests.rightsd.cli.test_audit import run
from tests.takedowns import CONSENT, FIRST, TUBE, edited


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.pack(tmp_path_factory.mktemp("good") / "good.tar", takedowns.proof())


def test_what_is_proven_is_told_from_what_is_claimed(good: Path) -> None:
    done = run("audit", "verify", good, "--vkey", SIGNER.vkey)

    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"good: proof of the takedown for {CONSENT}, in log.example/audit",
        "proven: consent.revoked is entry 10, of 2030-01-01 00:00:10 UTC",
        "proven: 16 entries are here, and in the log of 19 entries",
        "proven: 2 outputs were withdrawn because of it, the last 2030-01-01 00:00:12 UTC",
        "proven: for 2 deliveries platforms signed an answer, under keys in the log",
        "claimed by the daemon: 4 of 4 deliveries were taken, and when that was",
        "claimed by the daemon: these were for 2 platforms, and no others",
        "claimed by the platforms: 0 received, 1 removed, 1 refused; 2 are unanswered",
        "claimed by the platforms: 1 copies were noted, 1 of them are removed",
        "it cannot show that nothing else was withdrawn, or came back: only the whole log can",
    ]


def test_each_command_of_audit_is_one() -> None:
    assert set(audit.commands) == {"export", "proof", "replay", "statements", "verify"}


def test_whose_part_it_is_and_what_came_back_is_said(tmp_path: Path) -> None:
    made = takedowns.revoked()
    made.happen("generation.restored", FIRST, because_of=CONSENT)
    part = bundles.pack(tmp_path / "p.tar", takedowns.members(made, Takedown(CONSENT, TUBE)))

    said = run("audit", "verify", part).stdout

    assert f"for {CONSENT}, the part of {TUBE}, in" in said
    assert f"proven: 1 of them were restored since: {FIRST}" in said
    assert "the key was the bundle's own" in said


def test_the_steps_of_a_thing_are_told_from_a_proof(good: Path) -> None:
    done = run("audit", "replay", good, "--row", FIRST)

    assert done.exit_code == 0, done.stderr
    assert "the generation was withdrawn; it is withdrawn" in done.stdout
    assert f'because of: "{CONSENT}"' in done.stdout


def test_a_bad_proof_ends_with_1_and_one_sentence(tmp_path: Path) -> None:
    parts = edited(takedowns.proof(), layout.ACKNOWLEDGEMENTS, 0, signature="AAAA")

    done = run("audit", "verify", bundles.pack(tmp_path / "b.tar", parts))

    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert re.search(r"acknowledgements\.ndjson, entry \d+ \(evt_\w+\): ack_", done.stderr)


def test_the_proof_of_a_cause_is_written_and_verified(
    rt: Runtime, settings: Settings, tmp_path: Path
) -> None:
    with rt.transaction() as tx:
        output = people.published(tx, people.account(tx, Role.CREATOR))
        received = notices.receive(tx, generation_id=output.id, claim=people.claim())
        reviewer = people.account(tx, Role.REVIEWER)
        notices.uphold(tx, reviewer, received.notice.id, reason="Theirs.")
    daemon.settle(rt)
    path = tmp_path / "takedown.tar"

    done = run("audit", "proof", received.notice.id, path, settings=settings)
    wrong = run("audit", "proof", "con_1", tmp_path / "w.tar", settings=settings)

    assert done.exit_code == 0, done.stderr
    said = run("audit", "verify", path).stdout
    assert f"good: proof of the takedown for {received.notice.id}" in said
    assert "no platform was to be told" in said
    assert wrong.exit_code == 2
    assert not (tmp_path / "w.tar").exists()
