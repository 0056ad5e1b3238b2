"""The three commands of the audit, as a shell and as a person at a terminal see them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger import entry, policy
from ledger.note import VerifierKey
from rightsd.adapters import disk
from rightsd.cli import main
from rightsd.domain.events import Event
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints
from rightsd.workflows.exports import comparing, layout
from rightsd.workflows.exports.scopes import About, Range
from tests import bundles, people
from tests.bundles import SIGNER

PARTS = bundles.small()
ROWS = [json.loads(line) for line in PARTS["rows.ndjson"].splitlines()]
PENDING = len({json.loads(line)["subject"] for line in PARTS["pending.ndjson"].splitlines()})
REVOKED = next(row["id"] for row in ROWS if row["state"] == "revoked")


def run(*arguments: object, settings: Settings | None = None) -> Result:
    env = {}
    if settings is not None:
        env = {
            "RIGHTSD_HOME": str(settings.home),
            "RIGHTSD_DATABASE_URL": settings.database_url,
            "RIGHTSD_BLOBS_URL": settings.blobs_url,
        }
    return CliRunner(env=env).invoke(main, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.pack(tmp_path_factory.mktemp("good") / "good.tar", PARTS)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    rows = PARTS["rows.ndjson"].replace(b"revoked", b"granted")
    return bundles.pack(tmp_path / "bad.tar", PARTS | {"rows.ndjson": rows})


def test_a_good_bundle_ends_with_0(good: Path) -> None:
    done = run("audit", "verify", good, "--vkey", SIGNER.vkey)

    assert done.exit_code == 0
    assert "good: 300 entries of log.example/audit" in done.stdout
    assert "2 events had no place in the log yet" in done.stdout
    assert "the bundle's own" not in done.stdout
    assert done.stderr == ""


def test_a_bad_bundle_ends_with_1_and_one_sentence(bad: Path) -> None:
    done = run("audit", "verify", bad)

    assert done.exit_code == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("rightsd: the bundle is not good: rows.ndjson: line ")
    assert "is revoked by the entries" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "verify"],
        ["audit", "verify", "/nonexistent"],
        ["audit", "verify", "{good}", "--vkey", "nonsense"],
        ["audit", "verify", "{good}", "--policy", "{good}"],
        ["audit", "verify", "{good}", "--vkey", SIGNER.vkey, "--policy", "{good}"],
        ["audit", "replay", "{good}", "--column", "x"],
        ["audit", "export", "x.tar", "--case", "con_1"],
        ["audit", "export", "x.tar", "--from", "-1"],
        ["audit", "export", "x.tar", "--from", "7"],
        ["audit", "export", "x.tar", "--from", "7", "--to", "7"],
    ],
)
def test_a_wrong_command_ends_with_2(good: Path, arguments: list[str]) -> None:
    done = run(*(one.format(good=good) for one in arguments))

    assert done.exit_code == 2
    assert done.stdout == ""


def test_keys_repeat_and_a_policy_does_as_well(good: Path, tmp_path: Path) -> None:
    other = VerifierKey(SIGNER.name, bytes(32)).vkey
    terms = tmp_path / "policy"
    terms.write_bytes(policy.encode(layout.policy_of([SIGNER.vkey], None)))

    assert run("audit", "verify", good, "--vkey", other, "--vkey", SIGNER.vkey).exit_code == 0
    assert run("audit", "verify", good, "--policy", terms).exit_code == 0


def test_replay_counts_what_stands_where(good: Path) -> None:
    done = run("audit", "replay", good)

    assert done.exit_code == 0
    assert re.search(r"^ +\d+ generation +published$", done.stdout, re.MULTILINE)
    assert f"{len(ROWS) - PENDING} things stand as the entries say" in done.stdout


def test_what_only_pending_events_say_is_counted_apart_and_named(tmp_path: Path) -> None:
    granted = [row["id"] for row in ROWS if row["state"] == "granted"]
    rows = PARTS["rows.ndjson"]
    pending = PARTS["pending.ndjson"]
    for number, name in enumerate(granted):
        forged = Event("consent.revoked", name, bundles.BEGAN, {}, f"evt_forged{number}")
        pending += entry.encode(forged.body()) + b"\n"
        rows = rows.replace(layout.row(name, "granted"), layout.row(name, "revoked"))
    forged = PARTS | {"rows.ndjson": rows, "pending.ndjson": pending}
    path = bundles.pack(tmp_path / "forged.tar", forged)

    replayed, verified = (
        run("audit", command, path, "--vkey", SIGNER.vkey).stdout
        for command in ("replay", "verify")
    )

    apart = len(granted) + PENDING
    alone = f"^ +{len(granted)} consent +revoked, says the bundle alone$"
    assert re.search(alone, replayed, re.MULTILINE)
    for said in (replayed, verified):
        assert f"{len(ROWS) - apart} things stand as the entries say" in said
        assert f"{len(granted) + 2} events had no place in the log yet: nothing vouches" in said
        assert f"{apart} things stand where these events put them, and nothing vouches" in said
        assert granted[0] in said
        assert said.count("con_") <= comparing.NAMED_MAX


def test_replay_tells_what_made_a_row_in_words_and_times(good: Path) -> None:
    done = run("audit", "replay", good, "--row", REVOKED)

    assert done.exit_code == 0
    assert f"what the log says of {REVOKED}:" in done.stdout
    told = re.findall(
        r"2030-01-01 00:\d\d:\d\d UTC, entry \d+ \(evt_[0-9a-f]{32}\):\n    (.*)", done.stdout
    )
    assert told == [
        "the consent was granted; it is granted",
        "the consent was revoked; it is revoked",
    ]
    assert 'grantee id: "acc_' in done.stdout
    assert "expires at: null" in done.stdout


def test_replay_of_a_row_that_is_not_there_says_so(good: Path) -> None:
    done = run("audit", "replay", good, "--row", "con_nobody")

    assert done.exit_code == 2
    assert "nothing in the bundle is about con_nobody" in done.stderr


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Return a good bundle with a pending event whose data are not as the daemon writes them."""
    name = "con_" + "f" * 32
    data = {"list": [1, {"a": None}], "bell": "\x1b[1A\x1b[2K\u202eforged\x9b"}
    event = {"at": "2030-01-01T00:00:00.000000Z", "data": data, "id": "evt_f"}
    body = entry.encode(event | {"kind": "consent.granted", "subject": name})
    rows = [*PARTS["rows.ndjson"].splitlines(), layout.row(name, "granted")]
    return bundles.pack(
        tmp_path / "odd.tar",
        PARTS
        | {
            "rows.ndjson": b"".join(row + b"\n" for row in sorted(rows)),
            "pending.ndjson": PARTS["pending.ndjson"] + body + b"\n",
        },
    )


def test_data_of_any_form_are_shown_as_json_and_cannot_command_the_terminal(odd: Path) -> None:
    done = run("audit", "replay", odd, "--row", "con_" + "f" * 32)

    assert done.exit_code == 0
    assert 'list: [1, {"a": null}]' in done.stdout
    assert r'bell: "\u001b[1A\u001b[2K\u202eforged\x9b"' in done.stdout


def test_what_a_bad_bundle_says_cannot_command_the_terminal(tmp_path: Path) -> None:
    rows = b"\x1b[2J\x1b[Hgood: 300 entries\n" + PARTS["rows.ndjson"]
    path = bundles.pack(tmp_path / "esc.tar", PARTS | {"rows.ndjson": rows})

    done = run("audit", "verify", path)

    assert done.exit_code == 1
    assert "\x1b" not in done.stderr
    assert r"\x1b[2J" in done.stderr


def test_what_could_not_be_told_ends_with_3(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    # Held open for writing, so that who reads does not wait for someone who writes.
    writer = os.open(tmp_path / "pipe", os.O_RDWR)

    done = run("audit", "verify", tmp_path / "pipe")
    os.close(writer)

    assert done.exit_code == 3
    assert "could not be told" in done.stderr


def test_a_part_says_what_it_cannot_show(tmp_path: Path) -> None:
    with bundles.Log(bundles.Story(seed=7).events(300)) as log:
        log.histories.sort()
        of_range = bundles.pack(tmp_path / "r.tar", bundles.part(log, Range(10, 20)))
        about = bundles.pack(tmp_path / "s.tar", bundles.part(log, About(REVOKED)))

    ranged, subject = run("audit", "verify", of_range), run("audit", "verify", about)

    assert "good: 10 of the 300 entries" in ranged.stdout
    assert "it cannot show what happened before or after" in ranged.stdout
    assert f"it holds entries about {REVOKED}" in subject.stdout
    assert "it cannot show that nothing else exists about it" in subject.stdout


@pytest.mark.slow
def test_a_bar_is_shown_to_people_and_not_to_pipes(good: Path) -> None:
    ours, theirs = os.openpty()

    done = subprocess.run(
        [sys.executable, "-m", "rightsd", "audit", "verify", str(good)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "100"},
        check=False,
        text=True,
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)

    assert done.returncode == 0
    assert done.stdout.startswith("good: 300 entries")
    assert "\x1b" not in done.stdout
    assert "entries" in shown
    assert "300/300" in shown


def test_an_export_is_written_verified_and_filtered(
    rt: Runtime, settings: Settings, tmp_path: Path
) -> None:
    with rt.transaction() as tx:
        people.account(tx, Role.PERSON)
        people.account(tx, Role.CREATOR)
    checkpoints.sequence(rt)

    assert run("audit", "export", tmp_path / "b.tar", settings=settings).exit_code == 0
    part = run("audit", "export", tmp_path / "p.tar", "--from", 1, "--to", 2, settings=settings)
    rest = run("audit", "export", tmp_path / "r.tar", "--to", 2, settings=settings)

    assert part.exit_code == rest.exit_code == 0, (part.stderr, rest.stderr)
    assert "good: 2 entries" in run("audit", "verify", tmp_path / "b.tar").stdout
    assert "good: 1 of the 2 entries" in run("audit", "verify", tmp_path / "p.tar").stdout
    assert "good: 2 of the 2 entries" in run("audit", "verify", tmp_path / "r.tar").stdout


def test_an_export_that_fails_leaves_nothing_and_keeps_what_was_there(
    rt: Runtime, settings: Settings, tmp_path: Path
) -> None:
    assert rt is not None
    (tmp_path / "old.tar").write_bytes(b"old")

    failed = run("audit", "export", tmp_path / "new.tar", settings=settings)
    again = run("audit", "export", tmp_path / "old.tar", settings=settings)

    assert failed.exit_code == again.exit_code == 1
    assert "no checkpoint yet" in failed.stderr
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["old.tar"]
    assert (tmp_path / "old.tar").read_bytes() == b"old"


def test_a_file_that_is_half_written_never_has_its_name(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        with disk.replacing(path) as file:
            file.write(b"half")
            file.flush()
            assert not path.exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail(tmp_path / "x.tar")

    assert list(tmp_path.iterdir()) == []
