"""A creator's pages in a real browser: told before, shown while, and shared with everyone."""

import pytest
from playwright.sync_api import Page, expect

from rightsd.db import storyboards, thumbnails
from rightsd.db.generations import Progress, update_progress
from rightsd.domain.principal import Role
from rightsd.workflows.generations import requests, shares
from tests import people, pictures
from tests.browser.conftest import NARROW, WIDE, Site, require_accessible, shoot
from tests.daemon import settle

pytestmark = pytest.mark.slow

LONG = "A red ball rolls past Donaudampfschifffahrtsgesellschaftskapitän’s-office-" + "and-on" * 30
SHOT = {
    "seconds": 2.5, "lens_mm": 28.0, "f_stop": 8.0, "size": "wide", "angle": "eye",
    "move": "static", "place": "park", "light": "dusk", "weather": "clear", "motion": "bounce",
    "cast": [{"name": "ada", "handle": "ada", "action": "wave"}],
    "props": [{"kind": "ball", "count": 2, "action": ""}],
    "dialogue": [{"speaker": 0, "text": "Hello there."}], "cues": [],
}  # fmt: skip
MADE_MS = 120_000  # A clip takes that long on a busy machine.


def test_a_creator_is_told_before_watches_and_shares(site: Site) -> None:
    context = site.context()
    site.sign_in(context, site.member("cleo@example.org", Role.CREATOR, "Cleo"))
    page = context.new_page()

    page.goto("/home")
    page.get_by_role("link", name="Create").click()
    page.get_by_role("link", name="Make a clip").click()
    page.get_by_label("What should it show?").press_sequentially("a red ball bounces by a zither")
    expect(page.get_by_text("It may be made")).to_be_visible()  # While it was typed.
    expect(page.get_by_text("zither", exact=True)).to_be_visible()
    require_accessible(page)
    shoot(page, "create-checked")
    page.get_by_label("Length").select_option("3")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("It is being made.")).to_be_visible()
    shoot(page, "create-waiting")
    settle(site.rt)
    expect(page.get_by_role("button", name="Show it to everyone")).to_be_visible(timeout=MADE_MS)
    seconds = page.evaluate(
        """() => new Promise((done) => {
            const video = document.querySelector("video");
            const say = () => done(video.duration);
            video.readyState ? say() : video.addEventListener("loadedmetadata", say);
            video.addEventListener("error", () => done(-1));
        })"""
    )
    assert seconds == pytest.approx(3, abs=0.2)
    require_accessible(page)
    shoot(page, "create-made")
    page.get_by_role("button", name="Show it to everyone").click()
    expect(page.get_by_text("Everyone can see it now.")).to_be_visible()

    anyone = site.context().new_page()
    anyone.goto("/watch")
    anyone.locator(".gallery a").first.click()
    expect(anyone.get_by_text("Content credential")).to_be_visible()
    shoot(anyone, "watch-made")
    page.get_by_role("button", name="Show it no more").click()
    expect(page.get_by_text("Nobody else can see it any more.")).to_be_visible()
    anyone.reload()
    expect(anyone.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_without_scripts_a_button_checks_and_a_link_looks_again(site: Site) -> None:
    context = site.context(scripts=False)
    site.sign_in(context, site.member("cleo@example.org", Role.CREATOR, "Cleo"))
    page = context.new_page()

    page.goto("/generations/new")
    page.get_by_label("What should it show?").fill("@nobody waves")
    page.get_by_role("button", name="Check first").click()
    expect(page.get_by_text("It would be refused")).to_be_visible()
    page.get_by_label("What should it show?").fill("a red ball")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("Waiting for its turn").first).to_be_visible()
    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_role("heading", name="a red ball")).to_be_visible()


def furnish(site: Site) -> dict[str, str]:
    """Make clips of every kind for who is signed in last; return pages to look at."""
    member = site.member("cleo@example.org", Role.CREATOR, "Cleo")
    with site.rt.transaction() as tx:
        actor = member.principal
        clips = [people.published(tx, actor, prompt) for prompt in ("a red ball", LONG)]
        remix = people.published(tx, actor, "a blue ball", remix_of=clips[0].id)
        words = [
            {"text": "ball", "fate": "drawn", "reason": ""},
            {"text": "zither", "fate": "not_drawn", "reason": "not a word this engine knows"},
        ]
        for each in (*clips, remix):
            thumbnails.insert(tx, each, pictures.file(pictures.clouds(7), "JPEG"))
            storyboards.update(tx, each, {"shots": [SHOT, SHOT], "words": words})
            shares.share(tx, actor, each.id)
        refused = people.refused(tx, actor)
        waiting = requests.request(tx, actor, wanted=people.wanted("a green ball"))
        update_progress(tx, waiting.id, Progress("drawing", 0.4))
    site.sign_in(site.browser.contexts[-1], member)
    return {
        "generations": "/generations",
        "generation": f"/generations/{clips[0].id}",
        "generation-long": f"/generations/{clips[1].id}",
        "generation-refused": f"/generations/{refused.id}",
        "generation-waiting": f"/generations/{waiting.id}",
        "generation-form": f"/generations/new?remix_of={clips[0].id}",
        "watch": "/watch",
        "watch-clip": f"/watch/{clips[0].id}",
        "watch-remix": f"/watch/{remix.id}",
    }


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_nothing_keeps_people_out(site: Site, language: str, size: dict[str, int]) -> None:
    context = site.context(language=language, viewport=size)
    empty = context.new_page()
    look(empty, f"{language}-{size['width']}-watch-empty", "/watch")
    for name, path in furnish(site).items():
        look(empty, f"{language}-{size['width']}-{name}", path)
    empty.goto("/generations/new")
    empty.locator("#prompt").fill("@nobody waves at a castle by the sea")
    empty.locator("button[formaction='/generations/check']").click()
    require_accessible(empty)
    shoot(empty, f"{language}-{size['width']}-generation-checked")


def look(page: Page, name: str, path: str) -> None:
    page.goto(path)
    require_accessible(page)
    shoot(page, name)
