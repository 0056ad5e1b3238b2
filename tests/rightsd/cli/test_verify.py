"""`rightsd verify`: the report for people, crJSON for harnesses, and what is said of bad input."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import note
from rightsd.cli import main, report
from rightsd.domain.trust import Anchors, Stamping
from rightsd.web.api.verifications import VerificationOut
from tests import rubrics
from tests.fakes import tsa
from tests.rightsd.adapters.credentialed import OURS, STRANGER, sign, write_video

CLOCK = tsa.create()
VKEY = note.Ed25519Signer("log", Ed25519PrivateKey.from_private_bytes(bytes(32))).vkey
LATER = datetime.now(UTC) + timedelta(days=900)  # When the signer's certificate has run out.
# What is asked for fails: there is no home, no database, and no daemon.
NOWHERE = {"RIGHTSD_HOME": "/dev/null/home", "RIGHTSD_DATABASE_URL": "postgresql://nowhere/"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files with and without credentials and time-stamps, and lists of whom to trust."""
    folder = tmp_path_factory.mktemp("harness")
    write_video(folder / "plain.mp4")
    sign(OURS.credentials(), folder / "plain.mp4", folder / "unstamped.mp4")
    anchors = Anchors(OURS.root_pem, CLOCK.root_pem)
    with tsa.serving(CLOCK) as url:
        stamping = OURS.credentials(anchors=anchors, tsa_url=url, stamping=Stamping.REQUIRED)
        sign(stamping, folder / "plain.mp4", folder / "stamped.mp4")
    (folder / "ours.pem").write_text(OURS.root_pem)
    (folder / "strangers.pem").write_text(STRANGER.root_pem)
    (folder / "clock.pem").write_text(CLOCK.root_pem)
    (folder / "everyone.pem").write_text(OURS.root_pem + CLOCK.root_pem)
    return folder


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, args)], env=NOWHERE)


def validated(folder: Path, name: str, *args: str | Path, trust: str = "ours.pem") -> dict:
    """Return crJSON, or what it says of the one manifest as sets of codes."""
    lists = ["--trust-list", folder / trust] if trust else []
    result = run(folder / name, "--crjson", *lists, *args)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def codes(document: dict) -> dict[str, set[str]]:
    (manifest,) = document["manifests"]
    results = manifest["validationResults"]
    return {
        kind: {status["code"] for status in results[kind]}
        for kind in ("success", "informational", "failure")
    }


def test_crjson_is_that_of_the_file_under_the_lists_that_are_given(folder: Path) -> None:
    found = codes(validated(folder, "stamped.mp4", "--tsa-trust-list", folder / "clock.pem"))

    assert found["failure"] == set()
    assert {"signingCredential.trusted", "timeStamp.trusted"} <= found["success"]


def test_crjson_under_no_lists_trusts_nobody(folder: Path) -> None:
    found = codes(validated(folder, "stamped.mp4", trust=""))

    assert found["failure"] == {"signingCredential.untrusted"}
    assert "timeStamp.untrusted" in found["informational"]


@pytest.mark.parametrize(
    ("trust", "stamps", "signer", "stamp"),
    [
        ("everyone.pem", None, True, False),
        ("strangers.pem", "everyone.pem", False, True),
        ("everyone.pem", "everyone.pem", True, True),
        ("everyone.pem", "clock.pem", True, True),
    ],
)
def test_neither_list_counts_for_the_other(
    folder: Path, trust: str, stamps: str | None, *, signer: bool, stamp: bool
) -> None:
    more = [] if stamps is None else ["--tsa-trust-list", folder / stamps]

    found = codes(validated(folder, "stamped.mp4", *more, trust=trust))

    assert ("signingCredential.trusted" in found["success"]) is signer
    assert ("signingCredential.untrusted" in found["failure"]) is not signer
    assert ("timeStamp.trusted" in found["success"]) is stamp
    assert ("timeStamp.untrusted" in found["informational"]) is not stamp


def test_an_authority_that_is_called_like_a_list_is_on_none(folder: Path, tmp_path: Path) -> None:
    posing = tsa.create("trust list: urn:rightsd:time-stamps, of")
    (tmp_path / "both.pem").write_text(OURS.root_pem + posing.root_pem)
    anchors = Anchors(OURS.root_pem + posing.root_pem)
    with tsa.serving(posing) as url:
        signing = OURS.credentials(anchors=anchors, tsa_url=url, stamping=Stamping.PREFERRED)
        sign(signing, folder / "plain.mp4", tmp_path / "posing.mp4")

    found = codes(validated(tmp_path, "posing.mp4", trust="both.pem"))

    assert "timeStamp.trusted" not in found["success"]
    assert "timeStamp.untrusted" in found["informational"]


def test_validation_is_as_of_the_time_that_is_given(folder: Path) -> None:
    later = ("--at", LATER.isoformat())

    unstamped = codes(validated(folder, "unstamped.mp4"))
    run_out = validated(folder, "unstamped.mp4", *later)
    stamped = validated(folder, "stamped.mp4", *later, "--tsa-trust-list", folder / "clock.pem")

    assert unstamped["failure"] == set()
    assert "signingCredential.expired" in codes(run_out)["failure"]
    assert codes(stamped)["failure"] == set()
    for document in (run_out, stamped):
        said = document["manifests"][0]["validationResults"]["validationTime"]
        assert datetime.fromisoformat(said) == LATER.replace(microsecond=0)


def test_what_is_not_valid_yet_is_not_valid(folder: Path) -> None:
    found = codes(validated(folder, "unstamped.mp4", "--at", "2001-02-03T04:05:06Z"))

    assert found["failure"]


@pytest.mark.skipif(not rubrics.FOLDER.exists(), reason="the rubrics are not here")
def test_crjson_is_what_the_programmes_rubrics_judge(folder: Path) -> None:
    document = validated(folder, "stamped.mp4", "--tsa-trust-list", folder / "clock.pem")

    assert rubrics.failed(rubrics.CONFORMANCE, document) == []
    assert rubrics.failed(rubrics.TRUST, document) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "names no certificate that is trusted"),
        (b"not a list", "names no certificate that is trusted"),
        (b"{", "is not JSON"),
        (b"{}", "has no list LoTE.TrustedEntitiesList"),
        (
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "has something that is no certificate",
        ),
    ],
)
@pytest.mark.parametrize("option", ["--trust-list", "--tsa-trust-list"])
def test_a_bad_list_is_named_in_one_sentence(
    folder: Path, tmp_path: Path, option: str, content: bytes, words: str
) -> None:
    bad = tmp_path / "list"
    bad.write_bytes(content)

    result = run(folder / "stamped.mp4", "--crjson", option, bad)

    assert result.exit_code == 2
    assert result.output.startswith(f"rightsd: The trust list {bad} cannot be used: it {words}")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("at", ["now", "", "2026-08-01", "2026-08-01T12:00:00", "2026-13-01T0:0Z"])
def test_a_time_without_its_zone_is_no_time(folder: Path, at: str) -> None:
    result = run(folder / "stamped.mp4", "--crjson", "--at", at)

    assert result.exit_code == 2
    assert "2026-08-01T12:00:00Z" in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("at", ["1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"])
def test_a_time_before_computers_or_after_us_is_refused(folder: Path, at: str) -> None:
    result = run(folder / "stamped.mp4", "--crjson", "--at", at)

    assert result.exit_code == 2
    assert "is not a time at which" in result.output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Only MP4, QuickTime, JPEG and PNG"),
        (b"hello", "Only MP4, QuickTime, JPEG and PNG"),
        (b"\x89PNG\r\n\x1a\n", "cannot validate"),
    ],
)
def test_what_has_no_credential_is_said_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "file").write_bytes(content)

    result = run(tmp_path / "file", "--crjson")

    assert result.exit_code != 0
    assert words in result.output
    assert result.output.count("\n") == 1


def test_a_file_without_credentials_has_no_crjson(folder: Path) -> None:
    result = run(folder / "plain.mp4", "--crjson")

    assert (result.exit_code, result.output) == (
        2,
        "rightsd: The file has no Content Credentials.\n",
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "name a FILE"),
        (("--crjson",), "name a FILE"),
        (("--at", "2026-08-01T12:00:00Z"), "goes with --crjson"),
        (("--trust-list", "ours.pem"), "goes with --crjson"),
        (("--jwks", "ours.pem"), "goes with --receipt"),
        (("--vkey", "x"), "goes with --receipt"),
        (("--receipt", "ours.pem"), "needs --jwks"),
        (("--receipt", "ours.pem", "--jwks", "ours.pem"), "needs --vkey or --policy"),
        (("--receipt", "ours.pem", "--crjson"), "give one of them"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    folder: Path, args: tuple[str, ...], words: str
) -> None:
    named = [str(folder / each) if each.endswith(".pem") else each for each in args]

    result = run(*named)

    assert result.exit_code == 2
    assert words in result.output


@pytest.mark.parametrize(
    ("vkey", "code", "words"),
    [
        ("x+00000000+AQ==", 2, "rightsd: "),
        (VKEY, 1, "not good: "),
    ],
)
def test_what_is_no_key_or_no_receipt_is_said_in_a_sentence(
    folder: Path, vkey: str, code: int, words: str
) -> None:
    nonsense = folder / "ours.pem"

    result = run("--receipt", nonsense, "--jwks", nonsense, "--vkey", vkey)

    assert (result.exit_code, result.output.count("\n")) == (code, 1)
    assert result.output.startswith(words)


def answer(**change: Any) -> VerificationOut:
    said = {
        "verdict": "genuine",
        "reasons": ["its content credential is ours, is trusted, and covers these bytes"],
        "grounds": [],
        "matched": ["manifest", "watermark", "fingerprint"],
        "layers": "all",
        "still": False,
        "seconds": 3.0,
        "manifest": {
            "state": "valid",
            "manifest_id": "urn:c2pa:1",
            "generation_id": "gen_1",
            "signer": "Example Signer, Example Ltd.",
            "time_stamp": {"at": "2030-01-02T03:04:05Z", "trusted": True},
            "trusted_now": False,
            "trusted_then": True,
            "ours": True,
            "exact": True,
            "failures": ["signingCredential.untrusted"],
            "redacted": [],
        },
        "sound": {
            "found": True,
            "generation_id": "gen_1",
            "log10_p": -20.0,
            "able": True,
            "tempo": 1.0,
            "pitch": 1.0,
            "stretch": (0.0, 3.0),
            "bond": "same",
        },
        "watermark": {"found": True, "present": True, "generation_id": "gen_1", "log10_p": -12.0},
        "fingerprint": None,
        "parts": [
            {
                "generation_id": "gen_1",
                "stretches": [(0.0, 1.5), (2.0, 3.0)],
                "reference": (4.0, 6.5),
                "score": 0.97,
                "bits": 3,
                "mirrored": True,
                "speed": 1.0,
                "marked": True,
                "with_original": True,
                "log10_p": -9.0,
                "withdrawn": True,
            }
        ],
        "elsewhere_seconds": 0.5,
        "ledger": {
            "generation_id": "gen_1",
            "state": "published",
            "decision_rulebook": "1",
            "consents": [],
            "licences": [],
            "event_id": "evt_1",
            "index": 7,
        },
        "redaction": None,
        "compared": True,
        "as_of": "2030-01-02T03:04:05Z",
        "receipt": None,
    }
    return VerificationOut.model_validate(said | change)


def test_the_report_tells_signer_trust_time_stamp_and_parts() -> None:
    assert list(report.rows(answer())) == [
        ("because", "its content credential is ours, is trusted, and covers these bytes"),
        ("credential", "valid, ours, byte for byte what was released"),
        ("manifest", "urn:c2pa:1"),
        ("signer", "Example Signer, Example Ltd."),
        ("trusted", "now: no; when it was signed: yes"),
        ("time-stamp", "2030-01-02 03:04:05 UTC, by an authority that we trust"),
        ("failed", "signingCredential.untrusted"),
        ("sound", "gen_1, by chance in one of 10^20 files, and is its sound"),
        ("watermark", "gen_1, by chance in one of 10^12 files"),
        (
            "shows",
            (
                "gen_1 from 0.0 to 1.5 s, 2.0 to 3.0 s, its seconds 4.0 to 6.5, score 0.97, "
                "mirrored, marked as the original tells, withdrawn"
            ),
        ),
        ("shows", "something else for 0.5 s"),
        ("ledger", "gen_1, published, entry 7 of the log"),
        ("matched by", "manifest, watermark, fingerprint"),
        ("as of", "2030-01-02 03:04:05 UTC"),
    ]


def test_a_report_of_nothing_says_so() -> None:
    credential = {"state": "none", "ours": False, "exact": False, "trusted_now": False}
    nothing = dict.fromkeys(("manifest_id", "generation_id", "signer", "time_stamp"))
    bare = credential | nothing | {"trusted_then": None, "failures": [], "redacted": []}
    found = answer(
        verdict="unknown", manifest=bare, parts=[], ledger=None, matched=[], elsewhere_seconds=3.0
    )

    said = dict(report.rows(found))

    assert said["credential"] == "none"
    assert said["shows"] == "nothing of ours"
    assert said["ledger"] == "no output of ours"
    assert "signer" not in said
    assert dict(report.rows(found.model_copy(update={"compared": False})))["shows"] == (
        "could not be asked"
    )


def test_what_a_file_says_of_itself_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "[red]x[/red] :boom: \x1b[31m \u202e"
    credential = answer().manifest.model_copy(update={"signer": hostile})

    report.show("\x1b]0;title\x07[bold].mp4", answer(manifest=credential))

    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\u202e" not in out
    assert "[red]x[/red] :boom: \\u001b[31m \\u202e" in out
    assert "\\u001b]0;title\\u0007[bold].mp4: genuine" in out
