"""Credentials that were made to hurt: what they say is text, and what they cost is bounded."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from markupsafe import escape

from rightsd.cli import main
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from tests.mutants import hostile
from tests.rightsd.web.conftest import Clients

CREDENTIAL = "/v1/verifications?layers=manifest"
TEXTS = {
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "an attribute": "\" onmouseover='alert(1)' x=\"",
    "SQL": "'; DROP TABLE rights.generation; --",
    "a template": "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "the other way round": "\u202egnp.exe\u202c \u2066x\u2069",
    "control characters": "a\x1b]0;owned\x07\x1b[31mb\r\nSet-Cookie: a=b\x00\x7f\x9b",
    "markup of the terminal": "[bold red]ours[/] [link=https://example.org]x[/link] [/nothing]",
    "half a character": "\ufffe\ufdd0 \U000e0041",
}


def strings(value: object) -> Iterator[str]:
    """Yield all text in a document."""
    match value:
        case str():
            yield value
        case dict():
            for key, each in value.items():
                yield key
                yield from strings(each)
        case list():
            for each in value:
                yield from strings(each)
        case _:
            pass


@pytest.mark.parametrize("name", TEXTS)
def test_what_a_stranger_writes_is_shown_as_text(everyone: Clients, name: str) -> None:
    text = TEXTS[name]
    file = hostile.signed(hostile.stated(text), name=text[:64])

    answer = everyone(None).post(CREDENTIAL, files={"file": (f"{text}.png", file)})
    page = everyone(None).post("/verify", files={"file": (f"{text}.png", file)})

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    assert said["verdict"] in {"foreign_credential", "unknown"}
    assert all(each.isprintable() for each in strings(said))
    # A name that can be shown on a line is shown as it is; any other is not shown.
    shown = text[:64] if text[:64].isprintable() else None
    assert said["manifest"]["signer"] == (f"{shown}, Example" if shown else "Example")
    assert page.status_code == 200
    assert not set(text) & set("\x1b\x07\x9b\u202e\u2066") & set(page.text)
    if shown:
        assert f"{escape(shown)}, Example" in page.text


@pytest.mark.slow
def test_the_terminal_shows_it_as_text_too(
    rt: Runtime, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGHTSD_HOME", str(settings.home))
    monkeypatch.setenv("RIGHTSD_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("RIGHTSD_BLOBS_URL", str(settings.blobs_url))
    monkeypatch.setenv("COLUMNS", "400")
    for name in ("the other way round", "control characters", "markup of the terminal"):
        text, marked = TEXTS[name], TEXTS[name][:64]
        # No name of a file has a slash or a null byte.
        path = tmp_path / f"{text.replace('/', '|').replace(chr(0), '')}.png"
        path.write_bytes(hostile.signed(hostile.stated(text), name=marked))

        done = CliRunner().invoke(main, ["verify", str(path)])

        assert done.exit_code == 0, done.output
        assert not set("\x1b\x07\r\x9b\u202e\u2066") & set(done.output)
        assert not marked.isprintable() or marked in done.output


@pytest.mark.parametrize("case", hostile.CASES)
def test_a_credential_that_was_made_to_hurt(everyone: Clients, case: Callable[[], bytes]) -> None:
    client, file = everyone(None), case()

    answer = client.post(CREDENTIAL, files={"file": ("a.png", file)})

    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["verdict"] == "unknown"
    assert said["manifest"]["state"] == "unreadable"
    assert said["reasons"][0] == "its content credential could not be read"
    assert len(answer.content) < 64 * 1024
    good = client.post(CREDENTIAL, files={"file": ("a.png", hostile.signed(hostile.stated()))})
    assert good.json()["manifest"]["state"] == "valid"


def test_nothing_that_a_file_points_at_is_fetched(everyone: Clients) -> None:
    client = everyone(None)
    with hostile.listening() as (address, came):
        url = f"http://{address}"
        files = [
            hostile.signed(hostile.stated(), elsewhere=f"{url}/manifest.c2pa"),
            hostile.pointing(url),
        ]

        answers = [client.post(CREDENTIAL, files={"file": ("a.png", file)}) for file in files]

    states = [answer.json()["manifest"]["state"] for answer in answers]
    assert states == ["none", "valid"]
    assert all(address.encode() in file for file in files)
    assert came == []
    assert address not in json.dumps([answer.json() for answer in answers])
