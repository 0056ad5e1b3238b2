"""Create: asked about, asked for, watched, played, shared; and what is shared is watched by all."""

import hashlib
import html
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from ledger import entry, log
from rightsd.db import storyboards, thumbnails
from rightsd.db.generations import Progress, update_progress
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.terms import Audience, Purpose, Use
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal import generations as page
from rightsd.web.portal.players import stretch
from rightsd.workflows import consents
from rightsd.workflows.generations import requests, shares
from tests import people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

MARKUP = "<script>alert(1)</script> & so on"
NASTY = f"a ball {MARKUP} \u202eevil"
JPEG = b"\xff\xd8\xff\xe0 a picture"
CLIP = bytes(range(256)) * 4


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def cleo(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt, Role.CREATOR, address="cleo@example.org", name="Cleo")


def principal(browser: Browser) -> Principal:
    assert browser.member is not None
    return browser.member.principal


def made(
    rt: Runtime, browser: Browser, tmp_path: Path, prompt: str = "a red ball", **fields: Any
) -> Generation:
    """Return a clip of a browser's that is out, with a file and a picture behind it."""
    (tmp_path / "clip.mp4").write_bytes(CLIP)
    sha256 = rt.blobs.put(tmp_path / "clip.mp4")
    assert sha256 == hashlib.sha256(CLIP).hexdigest()
    with rt.transaction() as tx:
        generation = people.published(
            tx, principal(browser), prompt, sha256=sha256, size=len(CLIP), **fields
        )
        thumbnails.insert(tx, generation, JPEG)
        words = [
            {"text": "ball", "fate": "drawn", "reason": ""},
            {
                "text": "<b>zither</b>",
                "fate": "not_drawn",
                "reason": "not a word this engine knows",
            },
        ]
        storyboards.update(tx, generation, {"shots": [], "words": words})
    return generation


def said(prompt: str, **fields: object) -> dict[str, object]:
    return {
        "prompt": prompt,
        "purpose": "personal",
        "seconds": "3",
        "format": "wide",
        "seed": "7",
    } | fields


def test_a_clip_is_checked_then_asked_for_once(rt: Runtime, cleo: Browser) -> None:
    form = cleo.get("/generations/new")

    checked = cleo.post(
        "/generations/check", said(f"a red ball and a zither {MARKUP}"), seen=form.text
    )
    asked = cleo.post("/generations/new", said("a red ball"), seen=form.text)
    again = cleo.post("/generations/new", said("a red ball"), seen=form.text)

    assert "It may be made" in checked.text
    assert shows(checked, MARKUP)
    assert "Not drawn" in checked.text
    assert asked.headers["location"] == again.headers["location"]
    clip = cleo.follow(asked)
    assert "It is being made." in clip.text
    assert "Waiting for its turn" in clip.text
    with rt.transaction() as tx:
        (found,) = requests.mine(tx, principal(cleo))
    assert (found.wanted.prompt, found.wanted.seed, found.wanted.width) == ("a red ball", 7, 640)


def test_a_refusal_is_on_record_and_says_why_and_what_would_do(
    app: FastAPI, rt: Runtime, cleo: Browser
) -> None:
    ada = browser_of(app, rt)
    with rt.transaction() as tx:
        subject = people.subject(tx, principal(ada))
        people.consent(
            tx, principal(ada), subject, audience=Audience.EVERYONE, purposes=(Purpose.PERSONAL,)
        )
    sold = said("@ada waves", purpose="advertising")

    checked = cleo.send("/generations/new", "/generations/check", sold)
    (instead, *_) = re.findall(r'name="instead" value="([^"]*)"', checked.text)
    taken = cleo.post("/generations/check", sold | {"instead": html.unescape(instead)})
    refused = cleo.follow(cleo.send("/generations/new", "/generations/new", sold))

    assert "It would be refused" in checked.text
    assert "This would be permitted" in checked.text
    assert "It may be made" in taken.text
    assert '<option value="personal" selected>' in taken.text
    assert "It is refused." in refused.text
    assert "Change it and try again" in refused.text
    (path,) = re.findall(r'href="(/generations/new\?again=[^"]+)"', refused.text)
    assert "@ada waves" in cleo.get(path).text
    with rt.transaction() as tx:
        (found,) = requests.mine(tx, principal(cleo))
    assert found.state is State.REFUSED


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": "  "},
        {"prompt": "x" * 4001},
        {"prompt": NASTY},
        {"seconds": "61"},
        {"seconds": "-1"},
        {"seconds": "²"},
        {"seed": "9" * 30},
        {"format": "round"},
        {"purpose": "fun"},
        {"territories": "XX"},
        {"instead": "[1"},
        {"instead": "[]"},
    ],
    ids=str,
)
def test_what_cannot_be_made_comes_back_as_it_was_typed(
    rt: Runtime, cleo: Browser, fields: dict[str, str]
) -> None:
    typed = said("a red ball") | fields

    checked = cleo.send("/generations/new", "/generations/check", typed)

    assert checked.status_code == 422
    assert 'role="alert"' in checked.text
    if "instead" not in fields:
        assert cleo.send("/generations/new", "/generations/new", typed).status_code == 422
    with rt.transaction() as tx:
        assert requests.mine(tx, principal(cleo)) == []


def test_progress_is_shown_by_stage(rt: Runtime, cleo: Browser) -> None:
    with rt.transaction() as tx:
        clip = requests.request(tx, principal(cleo), wanted=people.wanted(NASTY))
        update_progress(tx, clip.id, Progress("reading the marks back", 0.9))

    shown = cleo.get(f"/generations/{clip.id}")

    assert shows(shown, NASTY)
    assert '<progress max="100" value="90"' in shown.text
    assert '<li aria-current="step">Reading the marks back' in shown.text
    assert "data-every" in shown.text


def test_a_clip_is_played_whole_or_in_stretches_by_its_owner_alone(
    app: FastAPI, rt: Runtime, cleo: Browser, tmp_path: Path
) -> None:
    clip = made(rt, cleo, tmp_path)
    file = f"/generations/{clip.id}/file"
    eve = browser_of(app, rt, Role.CREATOR, address="eve@example.org")

    whole = cleo.get(file)
    part = cleo.client.get(file, headers={"Range": "bytes=10-19"})
    tail = cleo.client.get(file, headers={"Range": "bytes=-4"})
    beyond = cleo.client.get(file, headers={"Range": f"bytes={len(CLIP)}-"})

    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (
        200,
        CLIP,
        "bytes",
    )
    assert (part.status_code, part.content) == (206, CLIP[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(CLIP)}"
    assert (tail.status_code, tail.content) == (206, CLIP[-4:])
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(CLIP)}")
    assert whole.headers["cache-control"] == "no-store"
    assert eve.get(file).status_code == 404
    assert eve.get(f"/generations/{clip.id}").status_code == 404
    assert eve.get(f"/generations/{clip.id}/thumbnail").status_code == 404
    assert cleo.get(f"/generations/{clip.id}/thumbnail").content == JPEG


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", None),
        ("bytes=0-", (0, 10)),
        ("bytes=2-3", (2, 4)),
        ("bytes=2-99", (2, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=-0", (10, 10)),
        ("bytes=10-", (10, 10)),
        ("bytes=3-2", None),
        ("bytes=-", None),
        ("bytes=0-1,4-5", None),
        ("bytes=٣-", None),
        ("bytes=" + "9" * 19 + "-", None),
        ("lines=1-2", None),
    ],
)
def test_stretches_are_read_as_http_has_them(asked: str, found: tuple[int, int] | None) -> None:
    assert stretch(asked, 10) == found


def test_a_clip_is_shown_to_everyone_and_no_more(
    app: FastAPI, rt: Runtime, cleo: Browser, tmp_path: Path
) -> None:
    clip = made(rt, cleo, tmp_path, NASTY)
    anyone = Browser(app)
    before = anyone.get(f"/watch/{clip.id}")

    own = cleo.follow(cleo.send(f"/generations/{clip.id}", f"/generations/{clip.id}/share"))
    gallery, one = anyone.get("/watch"), anyone.get(f"/watch/{clip.id}")
    played = anyone.client.get(f"/watch/{clip.id}/file", headers={"Range": "bytes=0-1"})
    twice = cleo.post(f"/generations/{clip.id}/share")
    gone = cleo.follow(cleo.send(f"/generations/{clip.id}", f"/generations/{clip.id}/unshare"))

    assert before.status_code == 404
    assert "Everyone can see it now." in own.text
    assert shows(own, "<b>zither</b>")
    assert shows(gallery, NASTY)
    assert "Content credential" in gallery.text
    assert shows(one, NASTY)
    assert "Make a remix" not in one.text
    assert (played.status_code, played.content) == (206, CLIP[:2])
    assert anyone.get(f"/watch/{clip.id}/thumbnail").status_code == 404
    assert twice.status_code == 409
    assert "Nobody else can see it any more." in gone.text
    assert "Nobody shows a clip yet." in anyone.get("/watch").text
    assert anyone.get(f"/watch/{clip.id}/file").status_code == 404
    with rt.transaction() as tx:
        bodies = log.bodies_about(tx.conn, clip.id)
    kinds = [str(entry.decode(body)["kind"]) for body in bodies]
    assert kinds[-2:] == ["generation.shared", "generation.unshared"]


def test_what_is_taken_back_is_watched_by_nobody_from_that_commit_on(
    app: FastAPI, rt: Runtime, cleo: Browser, tmp_path: Path
) -> None:
    ada = browser_of(app, rt)
    with rt.transaction() as tx:
        subject = people.subject(tx, principal(ada))
        given = people.consent(tx, principal(ada), subject, audience=Audience.EVERYONE)
    clip = made(rt, cleo, tmp_path, "@ada waves")
    with rt.transaction() as tx:
        shares.share(tx, principal(cleo), clip.id)
    anyone = Browser(app)
    seen = anyone.get(f"/watch/{clip.id}/file")

    with rt.transaction() as tx:
        consents.revoke(tx, principal(ada), given.id)

    assert seen.status_code == 200
    for path in (f"/watch/{clip.id}", f"/watch/{clip.id}/file", f"/watch/{clip.id}/thumbnail"):
        assert anyone.get(path).status_code == 404
    assert cleo.get(f"/generations/{clip.id}/file").status_code == 410
    assert clip.id not in anyone.get("/watch").text
    own = cleo.get(f"/generations/{clip.id}")
    assert "<video" not in own.text
    assert "consent that it relied on has ended" in own.text


def test_what_is_for_certain_places_is_not_shown_to_everyone(
    rt: Runtime, cleo: Browser, tmp_path: Path
) -> None:
    clip = made(rt, cleo, tmp_path, use=Use(Purpose.PERSONAL, ("JP",), (), ()))

    shown = cleo.get(f"/generations/{clip.id}")

    assert "cannot be shown to everyone here" in shown.text
    assert f"/generations/{clip.id}/share" not in shown.text
    assert cleo.post(f"/generations/{clip.id}/share").status_code == 409


def test_anyone_makes_a_remix_of_what_is_shown(
    app: FastAPI, rt: Runtime, cleo: Browser, tmp_path: Path
) -> None:
    clip = made(rt, cleo, tmp_path, "a red ball")
    dan = browser_of(app, rt, Role.CREATOR, address="dan@example.org", name="Dan")
    unseen = dan.get(f"/generations/new?remix_of={clip.id}")
    with rt.transaction() as tx:
        shares.share(tx, principal(cleo), clip.id)

    form = dan.get(f"/generations/new?remix_of={clip.id}")
    asked = dan.post("/generations/new", said("a blue ball", remix_of=clip.id), seen=form.text)
    remix = dan.follow(asked)
    with rt.transaction() as tx:
        made_one = people.published(tx, principal(dan), "a green ball", remix_of=clip.id)
        shares.share(tx, principal(dan), made_one.id)
    parent, child = dan.get(f"/watch/{clip.id}"), dan.get(f"/watch/{made_one.id}")

    assert unseen.status_code == 404
    assert "stands and falls with" in form.text
    assert f'href="/watch/{clip.id}"' in remix.text
    assert f'href="/watch/{made_one.id}"' in parent.text
    assert f'href="/watch/{clip.id}"' in child.text
    assert f'/generations/new?remix_of={clip.id}"' in parent.text
    with rt.transaction() as tx:
        shares.unshare(tx, principal(cleo), clip.id)
    assert "One clip that is not shown here" in dan.get(f"/watch/{made_one.id}").text


def test_long_lists_have_pages(
    app: FastAPI, rt: Runtime, cleo: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PAGE_MAX", 2)
    monkeypatch.setattr(shares, "PAGE_MAX", 2)
    with rt.transaction() as tx:  # At one moment, so that it is the ids that tell them apart.
        ids = [people.published(tx, principal(cleo), f"ball {n}").id for n in range(5)]
        for each in ids:
            shares.share(tx, principal(cleo), each)

    for start, browser in (("/generations", cleo), ("/watch", Browser(app))):
        path, seen = start, list[str]()
        while path:
            shown = browser.get(path).text
            found = re.findall(rf'href="{start}/(gen_[^"?/]+)"', shown)
            assert len(found) <= 2
            seen += found
            further = re.search(r'rel="next" href="([^"]+)"', shown)
            path = html.unescape(further[1]) if further else ""
        assert sorted(seen) == sorted(ids)
        assert browser.get(f"{start}?before=yesterday").status_code == 404
    assert "There are no older ones." in cleo.get("/generations?before=2000-01-01T00:00:00Z~a").text


@pytest.mark.parametrize("role", [each for each in Role if each not in page.MAKERS])
def test_clips_are_made_by_creators_and_people(app: FastAPI, rt: Runtime, role: Role) -> None:
    browser = browser_of(app, rt, role)

    assert browser.get("/generations").status_code == 403
    assert browser.get("/generations/new").status_code == 403
    assert browser.post("/generations/check", said("a ball")).status_code == 403
    assert browser.post("/generations/new", said("a ball")).status_code == 403
    assert browser.get("/watch").status_code == 200


def test_a_session_that_ended_meanwhile_loses_nothing(app: FastAPI, cleo: Browser) -> None:
    form = cleo.get("/generations/new")
    cleo.client.cookies.clear()

    kept = cleo.post("/generations/new", said(NASTY), seen=form.text)

    assert kept.status_code == 401
    assert shows(kept, NASTY)
