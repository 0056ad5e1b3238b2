"""Matches: seen side by side, played where they are out, and acted on."""

import html
import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from rightsd import comparing
from rightsd.adapters import fingerprints as files
from rightsd.adapters.media import Frames
from rightsd.db import fingerprints, resemblances, thumbnails
from rightsd.domain.generation import Generation
from rightsd.domain.principal import Principal, Role
from rightsd.domain.reference import Reference
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal.matches import PAGE_MAX
from rightsd.workflows import references
from tests import people, pictures
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

NASTY = "Fox & <script>alert(1)</script>"
FOX, OTHER = pictures.clouds(1), pictures.clouds(2)
LIKE_FOX = pictures.blend(1, 2, 0.3)  # Near enough to be noticed, too far to be sure.
CLIP = bytes(range(256)) * 40


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def brand(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt, Role.RIGHTS_HOLDER, name="Nebula")


@pytest.fixture
def creator(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.CREATOR)


@pytest.fixture
def fox(rt: Runtime, brand: Browser) -> Reference:
    """A reference of a work of the brand."""
    assert brand.member is not None
    actor = brand.member.principal
    with rt.transaction() as tx:
        work = people.work(tx, actor, NASTY)
        return references.register(tx, actor, work_id=work.id, shown=pictures.shown(FOX))


def publish(
    rt: Runtime, creator: Principal, *frames: Frames, folder: Path | None = None
) -> Generation:
    """An output that shows these pictures, a second each, with a file behind it."""
    sha256 = "0" * 64
    if folder is not None:
        (folder / "clip.mp4").write_bytes(CLIP)
        sha256 = rt.blobs.put(folder / "clip.mp4")
    content = pictures.content(*frames)
    found = comparing.of_frames(rt.match_references(content))
    with rt.transaction() as tx:
        made = people.published(tx, creator, sha256=sha256, size=len(CLIP))
        fingerprints.insert(tx, made.id, [files.pack(content)])
        resemblances.insert(tx, made.id, found)
        thumbnails.insert(tx, made, pictures.file(frames[0], "JPEG"))
    return made


def path_of(made: Generation, reference: Reference) -> str:
    return f"/matches/{made.id}/{reference.id}"


def test_a_match_shows_both_sides_where_and_why(
    brand: Browser, rt: Runtime, creator: Principal, fox: Reference, tmp_path: Path
) -> None:
    assert "No clip resembles your references." in brand.get("/matches").text
    made = publish(rt, creator, OTHER, FOX, FOX, folder=tmp_path)
    path = path_of(made, fox)

    listed, page = brand.get("/matches"), brand.get(path)

    assert f'href="{path}"' in listed.text
    for seen in (listed, page):
        assert shows(seen, NASTY)
        assert "Frames of the clip are those of your reference." in seen.text
    assert f'src="{path}/film#t=1.0"' in page.text
    assert f'src="/references/{fox.id}/thumbnail"' in page.text
    assert "<polygon" in page.text
    assert "Your picture is seen from 1.0 to" in page.text
    assert made.account_id in page.text
    assert brand.get(f"{path}/thumbnail").content.startswith(b"\xff\xd8")


def test_the_clip_is_played_whole_and_in_stretches(
    brand: Browser, rt: Runtime, creator: Principal, fox: Reference, tmp_path: Path
) -> None:
    film = path_of(publish(rt, creator, FOX, folder=tmp_path), fox) + "/film"

    whole = brand.get(film)
    part = brand.client.get(film, headers={"Range": "bytes=256-511"})
    end = brand.client.get(film, headers={"Range": "bytes=-3"})
    beyond = brand.client.get(film, headers={"Range": f"bytes={len(CLIP)}-"})

    assert (whole.status_code, whole.content) == (200, CLIP)
    assert whole.headers["accept-ranges"] == "bytes"
    assert (part.status_code, part.content) == (206, CLIP[256:512])
    assert part.headers["content-range"] == f"bytes 256-511/{len(CLIP)}"
    assert (end.status_code, end.content) == (206, CLIP[-3:])
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(CLIP)}")


def test_what_is_not_out_or_not_sure_is_not_shown(
    brand: Browser, rt: Runtime, creator: Principal, fox: Reference, tmp_path: Path
) -> None:
    unsure = publish(rt, creator, LIKE_FOX, folder=tmp_path)
    withdrawn = publish(rt, creator, FOX, folder=tmp_path)
    with rt.transaction() as tx:
        people.withdrawn(tx, withdrawn.id, {})

    for made, why in ((unsure, "a reviewer looks at it"), (withdrawn, "shown to nobody")):
        path = path_of(made, fox)
        page = brand.get(path)
        assert why in page.text
        assert "<video" not in page.text
        assert made.account_id not in page.text
        assert brand.get(f"{path}/film").status_code == 404
        assert brand.get(f"{path}/thumbnail").status_code == 404
    assert "look like those" in brand.get(path_of(unsure, fox)).text
    assert "/film" not in brand.get("/matches").text


def test_matches_of_others_are_not_found(
    app: FastAPI, rt: Runtime, creator: Principal, fox: Reference, tmp_path: Path
) -> None:
    path = path_of(publish(rt, creator, FOX, folder=tmp_path), fox)
    other = browser_of(app, rt, Role.RIGHTS_HOLDER, address="eve@example.org")

    assert "No clip resembles your references." in other.get("/matches").text
    for each in (path, f"{path}/film", f"{path}/thumbnail", f"{path}/notice"):
        assert other.get(each).status_code == 404
    for act in ("aside", "again"):
        assert other.post(f"{path}/{act}").status_code == 404
    assert other.get(f"/matches?work_id={fox.work_id}").status_code == 404


def test_a_match_is_put_aside_and_taken_up_again(
    brand: Browser, rt: Runtime, creator: Principal, fox: Reference
) -> None:
    path = path_of(publish(rt, creator, FOX), fox)

    brand.follow(brand.send(path, f"{path}/aside"))

    assert path not in brand.get("/matches").text
    assert path in brand.get("/matches?aside=true").text
    brand.follow(brand.send(path, f"{path}/again"))
    assert path in brand.get(f"/matches?work_id={fox.work_id}").text
    assert path not in brand.get("/matches?aside=true").text


def test_notice_is_given_once_with_what_was_typed(
    brand: Browser, rt: Runtime, creator: Principal, fox: Reference
) -> None:
    made = publish(rt, creator, FOX)
    path = path_of(made, fox)
    said = {
        "kind": "copyright",
        "location": made.id,
        "work": NASTY,
        "statement": "It is <b>mine</b>.",
        "name": "Nora",
        "email": "no address",
        "signature": "Nora",
        "good_faith": "true",
        "accurate": "true",
        "authorised": "true",
    }

    refused = brand.send(f"{path}/notice", f"{path}/notice", said)
    assert refused.status_code == 422
    assert shows(refused, "It is <b>mine</b>.")
    seen = brand.get(f"{path}/notice").text
    right = said | {"email": "nora@example.org"}
    first, second = (brand.post(f"{path}/notice", right, seen=seen) for _ in range(2))

    assert first.status_code == 303, html.unescape(first.text)
    assert first.headers["location"] == second.headers["location"]
    assert re.fullmatch(r"/requests/ntc_[0-9a-f]{32}", first.headers["location"])
    assert "You have given notice against this clip." in brand.get(path).text
    wrong = brand.send(f"{path}/notice", f"{path}/notice", right | {"kind": "privacy"})
    assert wrong.status_code == 422


def test_a_long_list_has_pages(
    brand: Browser, rt: Runtime, creator: Principal, fox: Reference
) -> None:
    for _ in range(PAGE_MAX + 1):
        publish(rt, creator, FOX)

    first = brand.get(f"/matches?work_id={fox.work_id}")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older is not None
    second = brand.get(html.unescape(older[1]))

    assert first.text.count('href="/matches/gen_') == PAGE_MAX
    assert second.text.count('href="/matches/gen_') == 1
    assert brand.get("/matches?before=yesterday").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RIGHTS_HOLDER])
def test_matches_are_of_rights_holders(app: FastAPI, rt: Runtime, role: Role) -> None:
    browser = browser_of(app, rt, role)

    assert browser.get("/matches").status_code == 403
    assert browser.get("/matches/gen_1/ref_1/film").status_code == 403
