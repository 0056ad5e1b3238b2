"""Step 4: what verify said, signed, and checked with the file and two keys and nothing else."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rightsd.adapters import jose, media
from rightsd.cli import main
from rightsd.workflows.generations import production
from tests.daemon import settle
from tests.paths.conftest import CAMEO, World
from tests.paths.test_4_verify import _noise
from tests.paths.test_5_revocation import revoke


def receive(world: World, path: Path, folder: Path, **query: str) -> tuple[dict, Path]:
    """Return what is answered, and the receipt in a file."""
    with path.open("rb") as file:
        answer = world.clients["public"].post(
            "/v1/verifications", files={"file": file}, params={"receipt": "true", **query}
        )
    assert answer.status_code == 200, answer.text
    receipt = folder / "receipt"
    receipt.write_text(answer.json()["receipt"])
    return answer.json(), receipt


def check(world: World, folder: Path, receipt: Path, *more: str) -> Result:
    keys = folder / "keys.json"
    keys.write_bytes(world.clients["public"].get("/.well-known/jwks.json").content)
    with world.rt.transaction() as tx:
        vkey = world.rt.log_signers(tx)[0].vkey
    offline = ["verify", "--receipt", str(receipt), "--jwks", str(keys), "--vkey", vkey]
    # No home, no database: what is asked for fails.
    nowhere = {"RIGHTSD_HOME": "/dev/null/home", "RIGHTSD_DATABASE_URL": "postgresql://nowhere/"}
    return CliRunner().invoke(main, [*offline, *more], env=nowhere)


def test_the_receipt_of_the_release_verifies_offline(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    answer, receipt = receive(world, file, tmp_path)

    result = check(world, tmp_path, receipt, str(file))

    assert result.exit_code == 0, result.output
    assert answer["matched"] == ["manifest", "watermark", "sound", "fingerprint"]
    assert f"said of {file.name}" in result.output
    assert "genuine" in result.output
    assert (
        f"it is about {clip['id']}, matched by manifest, watermark, sound, fingerprint"
        in result.output
    )
    assert f"as entry {answer['ledger']['index']}: generation.published" in result.output
    assert "byte for byte what was released: the log has its digest" in result.output


def test_the_receipt_of_another_file_is_none_of_this(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    _, receipt = receive(world, file, tmp_path)
    media.transcode(file, tmp_path / "copy.mp4", crf=20, width=320)

    result = check(world, tmp_path, receipt, str(tmp_path / "copy.mp4"))

    assert result.exit_code == 1
    assert result.output == "not good: it is the receipt of another file than copy.mp4\n"


def test_a_copy_has_a_receipt_that_names_its_output(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    media.transcode(file, tmp_path / "copy.mp4", crf=20, width=320)
    answer, receipt = receive(world, tmp_path / "copy.mp4", tmp_path)

    result = check(world, tmp_path, receipt, str(tmp_path / "copy.mp4"))
    said = json.loads(check(world, tmp_path, receipt, "--json").output)

    assert "is the word of" in result.output
    assert (answer["verdict"], said["verdict"]) == ("stripped", "stripped")
    assert said["generation_id"] == clip["id"]
    assert said["matched"] == answer["matched"] == ["watermark", "sound", "fingerprint"]
    assert said["manifest"]["exact"] is False


def test_a_strangers_receipt_names_no_output_and_no_one(
    world: World, clip: dict, tmp_path: Path
) -> None:
    _noise(tmp_path / "stranger.mp4")
    answer, receipt = receive(world, tmp_path / "stranger.mp4", tmp_path)

    result = check(world, tmp_path, receipt, str(tmp_path / "stranger.mp4"))

    assert answer["matched"] == []
    assert result.exit_code == 0, result.output
    assert "unknown" in result.output
    assert "it names none of them" in result.output


def test_a_look_at_the_credential_alone_says_so(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    _, receipt = receive(world, file, tmp_path, layers="manifest")

    result = check(world, tmp_path, receipt)

    assert result.exit_code == 0, result.output
    assert "nothing but its content credential was looked at" in result.output
    assert "the file with the SHA-256" in result.output


def test_whoever_checks_it_like_a_credential_is_told_what_that_leaves_out(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    _, receipt = receive(world, file, tmp_path)
    check(world, tmp_path, receipt)

    result = CliRunner().invoke(
        main, ["verify-credential", str(receipt), "--jwks", str(tmp_path / "keys.json")]
    )

    assert result.exit_code == 0, result.output
    assert "good: a receipt of a verification" in result.output
    assert "what it says of the log is checked by: rightsd verify --receipt" in result.output
    assert "checkpoint" not in result.output


def test_there_is_none_unless_it_is_asked_for(world: World, clip: dict, file: Path) -> None:
    assert world.verify(file)["receipt"] is None


def test_it_says_nothing_that_is_personal(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    answer, receipt = receive(world, file, tmp_path)

    said = jose.unverified(receipt.read_text())

    assert set(said) == {
        *("iss", "iat", "exp", "sha256", "verdict", "reasons", "grounds", "layers", "compared"),
        *("matched", "generation_id", "manifest", "as_of", "log"),
    }
    assert answer["manifest"]["signer"] not in json.dumps(said)
    assert set(said["manifest"]) == {"state", "trusted_now", "trusted_then", "exact"}


@pytest.mark.slow
def test_it_proves_what_the_log_has_and_no_more(fresh: World, tmp_path: Path) -> None:
    asked = fresh.generate(CAMEO, work=False)
    production.produce(fresh.rt, asked["id"])
    path = fresh.download(asked["id"])

    def told() -> Result:
        receive(fresh, path, tmp_path)
        return check(fresh, tmp_path, tmp_path / "receipt", str(path))

    # Released, and the sequencer has not come by.
    early = told()
    assert (early.exit_code, "had no entry of this output yet" in early.output) == (1, True)

    settle(fresh.rt)
    genuine = told()
    assert (genuine.exit_code, "genuine" in genuine.output) == (0, True)

    revoke(fresh)
    revoked = told()
    assert (revoked.exit_code, "generation.withdrawn" in revoked.output) == (0, False)
    assert "  withdrawn\n" in revoked.output

    settle(fresh.rt)
    withdrawn = told()
    assert (withdrawn.exit_code, "generation.withdrawn" in withdrawn.output) == (0, True)
    assert "generation.published" in withdrawn.output
