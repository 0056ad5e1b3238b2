"""A brand's pages in a real browser: register, refer, opt out, see a match, ask to have it down."""

import html
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from rightsd import comparing
from rightsd.adapters import fingerprints as files
from rightsd.adapters import media
from rightsd.adapters.fingerprints import Shown
from rightsd.db import fingerprints, resemblances, thumbnails
from rightsd.domain.member import Member
from rightsd.domain.principal import Role
from rightsd.domain.reference import Reference
from rightsd.domain.revocation import Mode, Scope, Target
from rightsd.workflows import notices, references, revocations
from tests import people, pictures
from tests.browser.conftest import NARROW, WIDE, Site, require_accessible, shoot

pytestmark = pytest.mark.slow

FOX, OTHER = pictures.clouds(1), pictures.clouds(2)
LONG = "Nebula Fox and the Longest Title That Fits on Posters 星狐"


def drawn(seed: int) -> Shown:
    """A reference with a small picture."""
    picture = pictures.clouds(seed)
    return replace(pictures.shown(picture), thumbnail=pictures.file(picture, "JPEG"))


def brand(site: Site) -> Member:
    return site.member("nora@example.org", Role.RIGHTS_HOLDER, "Nebula Pictures")


def publish(site: Site, folder: Path) -> str:
    """Publish a clip that shows the fox in its second second; return its id."""
    path = folder / "clip.mp4"
    frames = iter([np.stack([OTHER] * 8 + [FOX] * 16)])
    height, width = FOX.shape[:2]
    media.write_video(path, width=width, height=height, fps=Fraction(8), frames=frames, audio=None)
    content = pictures.content(OTHER, FOX, FOX)
    found = comparing.of_frames(site.rt.match_references(content))
    with site.rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        made = people.published(tx, creator, sha256=site.rt.blobs.put(path))
        fingerprints.insert(tx, made.id, [files.pack(content)])
        resemblances.insert(tx, made.id, found)
        thumbnails.insert(tx, made, pictures.file(FOX, "JPEG"))
    return made.id


def furnish(site: Site, folder: Path) -> list[str]:
    """Give a brand something on every page; return the paths of these."""
    member = brand(site)
    actor = member.principal
    with site.rt.transaction() as tx:
        work = people.work(tx, actor, LONG, "Neffi", "星狐")
        people.optout(tx, actor, work)
        other = people.work(tx, actor, "Orbit Hare")
        references.register(tx, actor, work_id=work.id, shown=drawn(3))
        made = references.register(tx, actor, work_id=other.id, shown=drawn(1))
        rival = people.account(tx, Role.RIGHTS_HOLDER)
        people.optout(tx, rival, people.work(tx, rival, "Neffi"))
        offer = people.offer(tx, actor, work, quota_total=3)
        creator = people.account(tx, Role.CREATOR)
        people.licence(tx, creator, offer)
        people.published(tx, creator, f"{LONG} runs")
    clip = publish(site, folder)
    with site.rt.transaction() as tx:
        claim = people.claim(work=LONG, accurate=False)
        given = notices.receive(tx, claim=claim, generation_id=clip, actor=actor)
        upheld = notices.receive(
            tx, claim=people.claim(work="Orbit"), generation_id=clip, actor=actor
        )
        target = Target(Scope.WORK, work_id=work.id)
        taken = revocations.make(tx, actor, of=target, mode=Mode.SUSPEND)
    site.sign_in(site.browser.contexts[-1], member)
    return paths(work.id, made, clip, given.notice.id, upheld.notice.id, taken.id)


def paths(work_id: str, made: Reference, clip: str, *requests: str) -> list[str]:
    match = f"/matches/{clip}/{made.id}"
    return [
        "/home",
        "/works",
        "/works?q=badger",
        "/works/new",
        f"/works/{work_id}",
        f"/works/{work_id}/take-back",
        "/works/conflicts",
        "/works/import",
        "/matches",
        match,
        f"{match}/notice",
        "/requests",
        *(f"/requests/{each}" for each in requests),
        "/licences",
        f"/licences/new?work_id={work_id}",
        "/licences/statement",
    ]


def upload(page: Page, folder: Path) -> None:
    (folder / "fox.png").write_bytes(pictures.file(FOX))
    page.get_by_label("Add a file").set_input_files(folder / "fox.png")
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("The reference is added.").wait_for()


def story(page: Page, folder: Path) -> None:
    """Register a work, refer to it, and opt it out."""
    page.goto("/home")
    page.get_by_role("link", name="Works", exact=True).click()
    page.get_by_role("link", name="Register a work").click()
    page.get_by_role("radio", name=re.compile("Character")).check()
    page.get_by_label("What is it called?").fill("Nebula Fox")
    page.get_by_role("button", name="Register it").click()
    page.get_by_text("It is registered.").wait_for()
    upload(page, folder)
    page.get_by_role("button", name="Opt it out").click()
    page.get_by_text("It is opted out, from now on.").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_brand_opts_out_and_asks_to_have_a_match_taken_down(
    site: Site,
    tmp_path: Path,
    scripts: bool,  # noqa: FBT001 -- A parameter of the test.
) -> None:
    context = site.context(scripts=scripts)
    site.sign_in(context, brand(site))
    page = context.new_page()

    story(page, tmp_path)
    publish(site, tmp_path)
    page.get_by_role("link", name="Matches", exact=True).click()
    page.get_by_role("link", name="Nebula Fox").click()
    page.get_by_text("Frames of the clip are those of your reference.").wait_for()
    assert page.locator("polygon").count() >= 1
    page.get_by_role("link", name="Ask to have it taken down").click()
    page.get_by_label("Why it is not allowed").fill("It is mine.")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Signature: your full name").fill("Nora")
    page.get_by_label("Your e-mail address").fill("nora@example.org")
    for said in ("I believe in good faith", "The information", "Under penalty"):
        page.get_by_label(re.compile(said)).check()
    page.get_by_role("button", name="Send the notice").click()

    page.get_by_text("Your notice is received.").wait_for()
    assert "Decision due by" in html.unescape(page.content())


def test_a_clip_is_played_and_sought(site: Site, tmp_path: Path) -> None:
    context = site.context()
    match = next(
        each for each in furnish(site, tmp_path) if re.fullmatch("/matches/[^/]+/[^/]+", each)
    )
    page = context.new_page()

    page.goto(match)
    length = page.evaluate(
        """async () => {
            const film = document.querySelector('video');
            film.muted = true;
            await film.play();
            film.pause();
            film.currentTime = 2.5;
            await new Promise(done => film.addEventListener('seeked', done, {once: true}));
            return [film.duration, film.currentTime];
        }"""
    )

    assert length[0] == pytest.approx(3, abs=0.2)
    assert length[1] == pytest.approx(2.5, abs=0.2)


def test_an_upload_says_what_is_wrong_and_can_be_stopped(site: Site, tmp_path: Path) -> None:
    context = site.context()
    site.sign_in(context, brand(site))
    page = context.new_page()
    story(page, tmp_path)

    (tmp_path / "no.png").write_bytes(b"no picture")
    page.get_by_label("Add a file").set_input_files(tmp_path / "no.png")
    page.get_by_role("button", name="Send it").click()
    page.locator("[data-failed]:visible").wait_for()
    page.route("**/references", lambda route: None)  # It is never answered.
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("button", name="Stop").click()

    assert page.locator("[data-progress]").is_hidden()
    assert page.get_by_role("button", name="Send it").is_enabled()
    assert page.evaluate("document.querySelector('#file').files.length") == 1


def test_a_table_is_shown_before_it_is_imported(site: Site, tmp_path: Path) -> None:
    context = site.context()
    site.sign_in(context, brand(site))
    page = context.new_page()
    (tmp_path / "works.csv").write_text("title,optout\nNebula Fox,yes\nOrbit Hare,no\n")

    page.goto("/works/import")
    page.get_by_label("The table").set_input_files(tmp_path / "works.csv")
    page.get_by_role("button", name="Show what would change").first.click()
    page.get_by_text("Nothing has changed yet.").wait_for()
    require_accessible(page)
    shoot(page, "import-changes")
    page.get_by_role("button", name="Import it: all of this").click()

    page.get_by_text("The import is done.").wait_for()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_nothing_keeps_people_out(
    site: Site, language: str, size: dict[str, int], tmp_path: Path
) -> None:
    context = site.context(language=language, viewport=size)
    found = furnish(site, tmp_path)
    page = context.new_page()
    for path in found:
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        require_accessible(page)
        name = re.sub(r"[a-z]{3}_[0-9a-f]{32}", "id", path).replace("/", "-").replace("?", "-")
        shoot(page, f"rights-{language}-{size['width']}{name}{found.index(path)}")
