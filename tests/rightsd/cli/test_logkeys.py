"""Rotating the log's key from the command line, and following the statements without a daemon."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger import note, rotation
from rightsd.cli import main
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints
from tests.conftest import runtime

Run = Callable[..., Result]
VECTORS = json.loads(
    (Path(__file__).parents[3] / "api-specs/vectors/ledger-rotation.json").read_text()
)


@pytest.fixture
def settings(tmp_path: Path, dsn: str) -> Settings:
    blobs = (tmp_path / "blobs").as_uri()
    return Settings(home=tmp_path / "home", database_url=dsn, blobs_url=blobs)


@pytest.fixture
def rt(settings: Settings) -> Iterator[Runtime]:
    with runtime(settings) as built:
        checkpoints.sequence(built)
        yield built


@pytest.fixture
def run(settings: Settings) -> Run:
    environment = {
        "RIGHTSD_HOME": str(settings.home),
        "RIGHTSD_DATABASE_URL": str(settings.database_url),
        "RIGHTSD_BLOBS_URL": str(settings.blobs_url),
    }
    return lambda *arguments: CliRunner().invoke(main, ["ledger", *arguments], env=environment)


def test_a_rotation_from_its_beginning_to_its_end(rt: Runtime, run: Run) -> None:
    first = rt.log_keys.signer(1).vkey
    assert run("keys").stdout == f"1 {first} signs\n"

    rotated = run("rotate-key")
    assert rotated.exit_code == 0, rotated.output
    second = rt.log_keys.signer(2).vkey
    statement = rotated.stdout.partition("\n\n")[2].encode()
    assert rotation.verify(statement, note.parse_vkey(first)).new.vkey == second
    checkpoints.sequence(rt)
    assert [line.endswith(", signs") for line in run("keys").stdout.splitlines()] == [True, True]
    assert run("keys", "--statements").stdout.encode() == statement

    early = run("retire-key")
    assert early.exit_code == 1
    assert early.stderr.startswith("rightsd: both keys sign until ")

    retired = run("retire-key", "--now")
    assert retired.exit_code == 0, retired.output
    assert "may be destroyed: the file log.ed25519" in retired.stdout
    one, two = run("keys").stdout.splitlines()
    assert re.fullmatch(rf"1 {re.escape(first)} introduced \S+Z, retired \S+Z", one)
    assert re.fullmatch(rf"2 {re.escape(second)} introduced \S+Z, signs", two)


def test_a_second_rotation_is_refused_in_a_sentence(rt: Runtime, run: Run) -> None:
    run("rotate-key")

    again = run("rotate-key")

    assert rt.log_keys.signer(2)
    assert again.exit_code == 1
    assert again.stderr.startswith("rightsd: the last rotation is not over")


def follow(vkey: str, statements: str) -> Result:
    return CliRunner().invoke(main, ["ledger", "follow", vkey, "-"], input=statements)


@pytest.mark.parametrize("case", VECTORS["chains"])
def test_a_stranger_follows_the_published_chains(case: dict) -> None:
    vkeys = VECTORS["vkeys"]

    done = follow(vkeys[case["trusted"]], "\n".join(case["notes"]))

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [vkeys[number] for number in case["leads_to"]]


@pytest.mark.parametrize("case", VECTORS["refused_chains"], ids=lambda case: case["why"])
def test_a_stranger_is_told_of_what_does_not_follow(case: dict) -> None:
    done = follow(VECTORS["vkeys"][case["trusted"]], "\n".join(case["notes"]))

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("rightsd: The keys do not follow: ")


@pytest.mark.parametrize("text", ["x", "x\n\ny\n", "a\n\nb\n\nc\n", "\0", "x" * 5_000_000])
def test_a_file_that_holds_no_statements_is_refused(text: str) -> None:
    assert follow(VECTORS["vkeys"][0], text).exit_code == 2


def test_a_key_that_is_none_is_refused() -> None:
    assert follow("log.example/test", "").exit_code == 2


def test_whoever_gives_a_statement_twice_is_told_so_and_accuses_no_one() -> None:
    (case,) = [case for case in VECTORS["refused_chains"] if case["why"] == "one statement twice"]

    done = follow(VECTORS["vkeys"][case["trusted"]], "\n".join(case["notes"]))

    assert done.stderr.endswith("is there twice: leave one out.\n")
