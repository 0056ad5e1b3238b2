"""`rightsd watermark`: marking a file, finding its mark, rotating secrets, and wrong keys."""

import json
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rightsd.adapters import media
from rightsd.cli import cards, main
from tests.watermark import clips
from watermark.attacks import ATTACKS
from watermark.stamp import stamp

Run = Callable[..., Result]
ID = "00000000000beef"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    environment = {"RIGHTSD_HOME": str(tmp_path / "home")}
    return lambda *arguments: CliRunner().invoke(main, ["watermark", *arguments], env=environment)


@pytest.fixture
def plain(tmp_path: Path) -> str:
    path = tmp_path / "plain.mp4"
    frames = clips.plain("gradients", 180, 320, 24)
    media.write_video(path, width=320, height=180, fps=Fraction(24), frames=[frames])
    return str(path)


def test_a_mark_is_found_after_a_rotation_and_not_before_it_was_put(run: Run, plain: str) -> None:
    marked = plain.replace("plain", "marked")

    assert run("detect", plain).stdout == "no mark of ours\n"
    embedded = run("embed", plain, marked, "--id", "beef")
    assert embedded.exit_code == 0, embedded.output
    assert embedded.stdout.startswith("marked at 4")
    assert run("rotate-key").stdout.startswith("outputs are now marked with secret 2;")

    assert run("detect", marked).stdout.startswith(f"{ID}, by chance in one of 10^")
    found = json.loads(run("detect", marked, "--json").stdout)
    assert found["payload_id"] == 0xBEEF
    assert found["log10_p"] < -9


@pytest.mark.parametrize("number", ["", "xyz", "1" * 16, "-1"])
def test_an_id_that_is_none_is_refused(run: Run, plain: str, number: str) -> None:
    refused = run("embed", plain, f"{plain}.marked", "--id", number)

    assert refused.exit_code == 2
    assert "15 hexadecimal digits" in refused.output


def test_what_is_too_small_to_be_marked_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "tiny.mp4"
    frames = clips.plain("flat", 64, 64, 2)
    media.write_video(path, width=64, height=64, fps=Fraction(24), frames=[frames])

    refused = run("embed", str(path), str(tmp_path / "out.mp4"), "--id", "1")

    assert refused.exit_code == 2
    assert "96 pixels" in refused.output
    assert not (tmp_path / "out.mp4").exists()


def test_wrong_keys_are_held_against_the_bound(run: Run, plain: str) -> None:
    measured = run("null", plain, "--trials", "400")

    assert measured.exit_code == 0, measured.output
    assert "400 wrong keys in 1 clips: 0 below 1e-4." in measured.stdout
    assert measured.stdout.count("\n| ") == 3  # The head, and two places in the tail.


def chosen(file: str) -> float:
    """Return the strength that a bad copy of a file asks for, by the secret of cards."""
    with media.open_video(Path(file)) as video:
        frames = [chunk.frames for chunk in video]
    recode = partial(media.recode, folder=Path(file).parent)
    return stamp(frames, secret=cards.SECRET, payload_id=cards.PAYLOAD_ID, recode=recode).strength


@pytest.mark.slow
def test_a_card_says_what_a_mark_outlives(
    run: Run, plain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "ATTACKS", (ATTACKS[0], ATTACKS[4]))

    written = run("card", plain, str(tmp_path / "card"))

    assert written.exit_code == 0, written.output
    said = (tmp_path / "card" / "card.md").read_text()
    assert "| H.264 at CRF 23 | yes |" in said
    assert "| **all** | **1 of 2** | | |" in said
    assert "The first 24 frames, of 320x180, are marked at 4" in said
    assert (
        f"marked with strength {chosen(plain):.2f}: in a bad copy of its beginning it has" in said
    )
    for name in ("plain", "marked", "difference"):
        assert (tmp_path / "card" / f"{name}.jpg").read_bytes()[:2] == b"\xff\xd8"
