"""A person's pages in a real browser: permit, see, take back; by mouse, narrow, without scripts."""

import re

import pytest
from playwright.sync_api import Page

from rightsd.domain.principal import Role
from tests import people
from tests.browser.conftest import NARROW, WIDE, Site, require_accessible, shoot

pytestmark = pytest.mark.slow

PROMPT = "@ada_of_the_very_long_handle waves in a park " + "and walks on and on " * 8


def furnish(site: Site, prompt: str = PROMPT) -> str:
    """Enrol someone who has permissions and uses of every kind; return her first permission."""
    member = site.member()
    handle = "ada_of_the_very_long_handle"
    with site.rt.transaction() as tx:
        actor, creator = member.principal, people.account(tx, Role.CREATOR)
        subject = people.subject(tx, actor, handle)
        given = people.consent(tx, actor, subject, creator, restrictions="no swimming", strict=True)
        people.refused(tx, creator)
        people.published(tx, creator, "a red ball")
        wanted = people.wanted(prompt, cameos=(handle,))
        people.requests.request(tx, creator, wanted=wanted)
        people.requests.request(tx, creator, wanted=wanted)
    site.sign_in(site.browser.contexts[-1], member)
    return given.id


def clicks(page: Page) -> list[str]:
    """Count from now on what is pressed on a page."""
    pressed: list[str] = []
    page.expose_function("noteClick", lambda tag: pressed.append(tag))  # noqa: PLW0108 -- Playwright marks what it is given.
    page.add_init_script("addEventListener('click', e => noteClick(e.target.tagName), true)")
    return pressed


def test_taking_back_takes_no_more_presses_than_giving(site: Site) -> None:
    context = site.context()
    furnish(site)
    page = context.new_page()
    pressed = clicks(page)

    page.goto("/home")
    page.get_by_role("link", name="Permissions").click()
    page.get_by_role("link", name="Permit something").click()
    page.get_by_label("Everyone").check()
    page.get_by_label("I have read this text").check()
    page.get_by_role("button", name="Permit it").click()
    page.get_by_text("You can take it back at any time.").first.wait_for()
    giving = len(pressed)
    pressed.clear()
    page.goto("/home")
    page.get_by_role("link", name="Permissions").click()
    page.get_by_role("button", name=re.compile("Take back Open")).click()
    page.get_by_text("It is taken back.").wait_for()

    assert 2 <= len(pressed) <= giving


def test_a_person_enrols_permits_and_revokes_without_scripts(site: Site) -> None:
    context = site.context(scripts=False)
    site.sign_in(context, site.member())
    page = context.new_page()

    page.goto("/likenesses")
    page.get_by_label("Name in prompts").fill("ada")
    page.get_by_label("I am of age where I live").check()
    page.get_by_role("button", name="Enrol me").click()
    page.get_by_text("You are enrolled.").wait_for()
    page.goto("/permissions/new")
    page.get_by_label("Everyone").check()
    page.get_by_role("button", name="Try it out first").click()
    page.get_by_role("heading", name="Would be allowed").wait_for()
    page.get_by_label("I have read this text").check()
    page.get_by_role("button", name="Permit it").click()
    page.get_by_role("button", name=re.compile("Take back")).click()
    page.get_by_text("It is taken back.").wait_for()
    page.goto("/revocations")
    page.get_by_label("Everything", exact=True).check()
    page.get_by_label("For now: you can undo it").check()
    page.get_by_role("button", name="Show what would end").click()
    page.get_by_text("Nothing has ended yet.").wait_for()
    page.get_by_role("button", name="Take it back").click()
    page.get_by_role("button", name=re.compile("Let it be shown again")).click()

    page.get_by_text("It is lifted.").wait_for()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_nothing_keeps_people_out(site: Site, language: str, size: dict[str, int]) -> None:
    context = site.context(language=language, viewport=size)
    furnish(site)
    page = context.new_page()
    name = f"{language}-{size['width']}"
    for path in (
        "/home",
        "/likenesses",
        "/permissions",
        "/permissions/new",
        "/uses",
        "/revocations",
    ):
        page.goto(path)
        require_accessible(page)
        shoot(page, f"{name}{path.replace('/', '-')}")
    page.goto("/likenesses")
    page.locator("main .list a").first.click()
    require_accessible(page)
    shoot(page, f"{name}-likeness")
    page.locator("a.danger").click()
    require_accessible(page)
    shoot(page, f"{name}-likeness-delete")
