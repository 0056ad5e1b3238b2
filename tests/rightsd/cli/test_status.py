"""What `rightsd ledger status` says."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger import policy
from rightsd import cli
from rightsd.adapters.witness import Trouble
from rightsd.db import witnessing
from rightsd.db.witnessing import WitnessTrouble
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints
from tests import people
from tests.ledger.cosigned import keep, quorum
from tests.rightsd.witnesses import told

ASKED = quorum(2, [told(name, f"https://{name}.example/") for name in ("w1", "w2", "w3")])


def status(settings: Settings, *, policy_file: Path | None = None) -> Result:
    environment = {
        "RIGHTSD_HOME": str(settings.home),
        "RIGHTSD_DATABASE_URL": settings.database_url,
        "RIGHTSD_WITNESS_POLICY": None if policy_file is None else str(policy_file),
    }
    return CliRunner().invoke(cli.main, ["ledger", "status"], env=environment)


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    (tmp_path / "policy").write_bytes(policy.encode(ASKED))
    return tmp_path / "policy"


def grow(rt: Runtime) -> None:
    with rt.transaction() as tx:
        people.account(tx, Role.PERSON)
    checkpoints.sequence(rt)


def trouble(rt: Runtime, name: str, kind: Trouble) -> None:
    key = told(name, "").key
    with rt.transaction() as tx:
        said = WitnessTrouble(key.name, key.key_id, 2, kind, "It said so.", tx.now)
        witnessing.insert(tx, said)


def test_a_log_without_witnesses_is_told_as_such(rt: Runtime, settings: Settings) -> None:
    first = status(settings)
    grow(rt)
    second = status(settings)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "entries: no checkpoint yet, published: no checkpoint yet" in first.output
    assert "entries: 1, published: 1" in second.output
    assert "RIGHTSD_WITNESS_POLICY names none" in second.output


def test_each_witness_is_told_of(rt: Runtime, settings: Settings, policy_file: Path) -> None:
    grow(rt)
    with rt.transaction() as tx:
        keep(tx.conn, 1, "w1", "w2")
    grow(rt)
    trouble(rt, "w1", Trouble.UNREACHABLE)

    result = status(settings, policy_file=policy_file)

    assert result.exit_code == 0
    name, sizes, *lines = result.output.splitlines()
    assert name == f"the log is {rt.log_keys.origin}"
    assert sizes == "entries: 2, published: 1"
    assert lines[0].startswith("witness.example/w1 has cosigned 1; unreachable since 20")
    assert lines[0].endswith(" UTC, when asked to cosign 2: It said so.")
    assert lines[1:] == [
        "witness.example/w2 has cosigned 1",
        "witness.example/w3 has cosigned nothing yet",
    ]


@pytest.mark.parametrize("kind", [Trouble.FORKED, Trouble.AHEAD])
def test_two_histories_are_told_and_the_status_says_so(
    rt: Runtime, settings: Settings, policy_file: Path, kind: Trouble
) -> None:
    grow(rt)
    trouble(rt, "w3", kind)

    result = status(settings, policy_file=policy_file)

    assert result.exit_code == 1
    assert "may have two histories" in result.output
    assert f"witness.example/w3 has cosigned nothing yet; {kind} since" in result.output


def test_a_witness_that_was_rolled_back_is_told_of_for_good(
    rt: Runtime, settings: Settings, policy_file: Path
) -> None:
    grow(rt)
    trouble(rt, "w1", Trouble.ROLLED_BACK)
    grow(rt)
    with rt.transaction() as tx:
        keep(tx.conn, 2, "w1")

    result = status(settings, policy_file=policy_file)

    assert result.exit_code == 1
    assert "witness.example/w1 has cosigned 2; rolled-back since" in result.output
    assert result.output.count("rolled-back") == 1
