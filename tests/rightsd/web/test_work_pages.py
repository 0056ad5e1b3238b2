"""Works: registered, shown by references, opted out and in again on their pages."""

import html
import re

import pytest
from fastapi import FastAPI
from httpx2 import Response

from rightsd.domain.principal import Role
from rightsd.domain.work import Kind
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal.works import CONFLICTS_MAX, PAGE_MAX
from rightsd.workflows import optouts, works
from tests import people, pictures
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, hidden, shows

NASTY = "Fox <script>alert(1)</script> \u202eevil"
FOX = pictures.file(pictures.clouds(1))


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def brand(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt, Role.RIGHTS_HOLDER, name="Nebula")


def register(browser: Browser, title: str = "Nebula Fox", aliases: str = "") -> str:
    """Register a work by its form, and return the path of its page."""
    said = {"kind": "character", "title": title, "aliases": aliases}
    done = browser.send("/works/new", "/works/new", said)
    assert done.status_code == 303, html.unescape(done.text)
    return done.headers["location"]


def send(browser: Browser, path: str, content: bytes = FOX, accept: str = "text/html") -> Response:
    fields = hidden(browser, browser.get(path).text)
    return browser.client.post(
        f"{path}/references",
        data=fields,
        files={"file": ("fox.png", content)},
        headers={"Accept": accept},
    )


def test_a_work_is_registered_opted_out_and_in_again(brand: Browser, rt: Runtime) -> None:
    assert "You have registered no work yet." in brand.get("/works").text
    path = register(brand, aliases="Neffi\r\n星狐\r\n")

    page = brand.get(path)
    assert "Neffi" in page.text
    assert "星狐" in page.text
    assert "When you opt it out:" in page.text
    out = brand.follow(brand.send(path, f"{path}/opt-out"))

    assert "It is opted out, from now on." in out.text
    assert "stay withdrawn" in out.text
    assert brand.post(f"{path}/opt-out").status_code == 409
    with rt.transaction() as tx:
        assert brand.member is not None
        assert [each.work_id for each in optouts.mine(tx, brand.member.principal)] == [path[7:]]
    lifted = brand.follow(brand.send(path, f"{path}/opt-in"))
    assert "The opt-out is lifted." in lifted.text
    assert "Not opted out" in brand.get("/works").text
    assert brand.post(f"{path}/opt-in").status_code == 409


def test_what_is_wrong_with_a_form_is_said_and_nothing_typed_is_lost(brand: Browser) -> None:
    said = {"kind": "character", "title": NASTY.replace("\u202e", ""), "aliases": "x"}

    answer = brand.send("/works/new", "/works/new", said)

    assert answer.status_code == 422
    assert "too short" in answer.text
    assert shows(answer, said["title"])
    assert re.search(r'value="character" required checked', answer.text)
    none = brand.send("/works/new", "/works/new", {"title": "Nebula Fox"})
    assert none.status_code == 422
    hidden_mark = brand.send("/works/new", "/works/new", {"kind": "mark", "title": NASTY})
    assert hidden_mark.status_code == 422


def test_names_with_markup_are_shown_as_names(brand: Browser) -> None:
    title = "Fox & <script>alert(1)</script>"
    path = register(brand, title, "ｷﾂﾈ <b>bold</b>")

    for seen in (brand.get(path), brand.get("/works")):
        assert shows(seen, title)
        assert "<b>bold" not in seen.text


def test_a_form_that_is_sent_twice_registers_one_work(brand: Browser) -> None:
    seen = brand.get("/works/new").text
    said = {"kind": "mark", "title": "Nebula"}

    first, second = (brand.post("/works/new", said, seen=seen) for _ in range(2))

    assert first.headers["location"] == second.headers["location"]
    assert brand.get("/works").text.count("/works/wrk_") == 1


def test_works_are_found_by_any_of_their_names(brand: Browser) -> None:
    register(brand, "Nebula Fox", "Star Vixen")
    register(brand, "Orbit Hare")

    found = brand.get("/works?q=STAR+vix")

    assert "Nebula Fox" in found.text
    assert "Orbit Hare" not in found.text
    assert "None of your works goes by that name." in brand.get("/works?q=badger").text
    assert "None of your works goes by that name." in brand.get("/works?q=%25%25").text
    assert "None of your works goes by that name." in brand.get("/works?q=%00zz").text


def test_a_long_list_has_pages(brand: Browser, rt: Runtime) -> None:
    assert brand.member is not None
    with rt.transaction() as tx:
        for number in range(PAGE_MAX + 1):
            people.work(tx, brand.member.principal, f"Nebula Fox {number}")

    first = brand.get("/works?q=nebula")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following is not None
    second = brand.get(html.unescape(following[1]))

    assert first.text.count('href="/works/wrk_') == PAGE_MAX
    assert second.text.count('href="/works/wrk_') == 1
    assert 'rel="next"' not in second.text
    for wrong in ("yesterday", "2030-01-01~wrk_1", "2030-01-01T00:00:00Z~"):
        assert brand.get(f"/works?before={wrong}").status_code == 404


def test_a_reference_is_added_shown_and_removed(brand: Browser) -> None:
    path = register(brand)

    added = brand.follow(send(brand, path))

    assert "The reference is added." in added.text
    picture = re.search(r"/references/ref_[0-9a-f]+/thumbnail", added.text)
    assert picture is not None
    thumbnail = brand.get(picture[0])
    assert thumbnail.content.startswith(b"\xff\xd8")
    assert "default-src 'none'" in thumbnail.headers["content-security-policy"]
    again = send(brand, path)
    assert again.status_code == 409
    assert "reference of the work already" in again.text
    remove = re.search(rf"{path}/references/ref_[0-9a-f]+/remove", added.text)
    assert remove is not None
    removed = brand.follow(brand.send(path, remove[0]))
    assert "The reference is removed." in removed.text
    assert brand.get(picture[0]).status_code == 404


def test_the_module_is_told_where_to_go_on_and_what_is_wrong(brand: Browser) -> None:
    path = register(brand)

    bad = send(brand, path, b"no picture", "application/json")
    done = send(brand, path, accept="application/json")

    assert bad.status_code in {415, 422}
    assert bad.json()["detail"]
    assert done.status_code == 201
    assert done.json() == {"next": path}
    assert "The reference is added." in brand.get(path).text


def test_a_file_comes_from_our_page_and_from_who_is_signed_in(
    app: FastAPI, rt: Runtime, brand: Browser
) -> None:
    path = register(brand)
    file = {"file": ("fox.png", FOX)}

    forged = brand.client.post(f"{path}/references", files=file)
    program = brand.client.post(
        f"{path}/references", files=file, headers={"Accept": "application/json"}
    )
    stranger = Browser(app).client.post(f"{path}/references", files=file)

    assert forged.status_code == 403
    assert program.status_code == 403
    assert stranger.status_code == 401
    assert "There are none" in brand.get(path).text
    empty = brand.post(f"{path}/references", seen=brand.get(path).text)
    assert empty.status_code == 422
    assert "choose a file first" in empty.text


def test_works_of_others_are_not_found(app: FastAPI, rt: Runtime, brand: Browser) -> None:
    path = register(brand)
    added = brand.follow(send(brand, path))
    picture = re.search(r"/references/ref_[0-9a-f]+/thumbnail", added.text)
    assert picture is not None
    other = browser_of(app, rt, Role.RIGHTS_HOLDER, address="eve@example.org")

    assert other.get(path).status_code == 404
    assert other.get(picture[0]).status_code == 404
    for act in ("opt-out", "opt-in"):
        assert other.post(f"{path}/{act}").status_code == 404
    document = {"registry": "EUIPO", "number": "1", "sha256": "a" * 64}
    assert other.post(f"{path}/documents", document).status_code == 404
    assert path not in other.get("/works").text
    assert other.get("/works/wrk_" + "0" * 32).status_code == 404


def test_a_conflict_is_told_without_telling_whose_the_other_is(
    app: FastAPI, rt: Runtime, brand: Browser
) -> None:
    assert "Nobody else claims" in brand.get("/works/conflicts").text
    path = register(brand)
    brand.send(path, f"{path}/opt-out")
    other = browser_of(app, rt, Role.RIGHTS_HOLDER, address="eve@example.org", name="Eve Rival")
    theirs = register(other, "Nebula Fox")
    other.send(theirs, f"{theirs}/opt-out")

    for browser, mine, standing in ((other, theirs, "others claim it"), (brand, path, "counts")):
        for page in (browser.get("/works/conflicts"), browser.get(mine)):
            assert "The other: Character" in html.unescape(page.text)
            assert standing in page.text
            assert "Eve Rival" not in page.text
    assert path not in other.get("/works/conflicts").text


def test_many_conflicts_have_pages(app: FastAPI, rt: Runtime, brand: Browser) -> None:
    other = browser_of(app, rt, Role.RIGHTS_HOLDER, address="eve@example.org")
    assert brand.member is not None
    assert other.member is not None
    names = [f"Nebula Fox {number:03}" for number in range(CONFLICTS_MAX + 1)]
    with rt.transaction() as tx:
        for member in (brand.member, other.member):
            work = people.work(tx, member.principal, names[0], *names[1:])
            people.optout(tx, member.principal, work)

    first = other.get("/works/conflicts")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following is not None
    second = other.get(html.unescape(following[1]))

    assert first.text.count("The other:") == CONFLICTS_MAX
    assert second.text.count("The other:") == 1


def test_a_document_is_added_and_a_wrong_one_is_given_back(brand: Browser) -> None:
    path = register(brand)
    wrong = {"registry": "EUIPO <b>", "number": "0184", "sha256": "abc"}

    refused = brand.send(path, f"{path}/documents", wrong)
    done = brand.follow(brand.send(path, f"{path}/documents", wrong | {"sha256": "A" * 64}))

    assert refused.status_code == 422
    assert "64 digits" in refused.text
    assert shows(refused, 'value="EUIPO <b>"')
    assert "A reviewer looks at it." in done.text
    assert shows(done, "EUIPO <b>")
    assert "<strong>documented</strong>" in done.text


def test_a_site_that_does_not_say_so_is_told(brand: Browser, rt: Runtime) -> None:
    assert brand.member is not None
    with rt.transaction() as tx:
        site = works.register(
            tx, brand.member.principal, kind=Kind.SITE, title="127.0.0.1.invalid", aliases=()
        )

    answer = brand.send(f"/works/{site.id}", f"/works/{site.id}/verify-site")

    assert answer.status_code in {422, 503}
    assert "That did not work:" in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RIGHTS_HOLDER])
def test_works_are_of_rights_holders(app: FastAPI, rt: Runtime, role: Role) -> None:
    browser = browser_of(app, rt, role)

    for path in ("/works", "/works/new", "/works/conflicts", "/works/import"):
        assert browser.get(path).status_code == 403
