"""Signing in and looking after one's account, in a real browser."""

import pytest
from playwright.sync_api import Page

from rightsd.db import signins
from rightsd.db.letters import Kind
from rightsd.domain.principal import Role
from tests.browser.conftest import NARROW, WIDE, Site, require_accessible, shoot
from tests.members import posted, token

pytestmark = pytest.mark.slow

LONG = "Yamada-Featherstonehaugh & Söhne für digitale Rechte 山田花子 \u202egnp.exe\u202c" * 2
PUBLIC = (
    "/",
    "/sign-in",
    "/sign-in/sent",
    "/rules",
    "/transparency",
    "/notices/new",
    "/optouts/new",
)
SIGNED_IN = ("/home", "/account", "/account/members", "/account/keys", "/account/close", "/nowhere")


def link(site: Site) -> str:
    with site.rt.transaction() as tx:
        sign_in_id = posted(tx, Kind.SIGN_IN_CONFIRM)[-1]
        return f"/sign-in/{sign_in_id}/{token(signins.token_of(tx, sign_in_id))}"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_sign_in_by_link_with_the_keyboard(site: Site, *, scripts: bool) -> None:
    site.member()
    page = site.context(scripts=scripts).new_page()
    page.goto("/account")
    page.wait_for_url("**/sign-in")

    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/sent")
    page.goto(link(site))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")

    assert page.get_by_role("heading", name="Account", exact=True).is_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    assert page.get_by_text("You are signed out.").is_visible()


def test_a_passkey_is_added_and_signs_in(site: Site) -> None:
    context = site.context()
    site.sign_in(context, site.member())
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto("/account")
    page.locator("#passkey-name").fill("my phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("Your passkey is added.").wait_for()
    shoot(page, "passkey")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/home")
    page.goto("/account")

    assert page.get_by_text("by passkey").is_visible()


def test_a_device_that_refuses_leaves_the_link(site: Site) -> None:
    page = site.context().new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    page.goto("/sign-in")

    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')); }")
    page.get_by_role("button", name="Use a passkey").click()

    page.get_by_text("That did not work. Try again").wait_for()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_nothing_keeps_people_out(site: Site, language: str, size: dict[str, int]) -> None:
    context = site.context(language=language, viewport=size)
    page = context.new_page()
    for path in PUBLIC:
        look(page, path, language, size)
    person = site.member(name=LONG)
    admin = site.member("staff@example.org", Role.ADMIN, "Staff")
    site.sign_in(context, person)
    for path in SIGNED_IN:
        look(page, path, language, size)
    site.sign_in(context, admin)
    look(page, "/invites", language, size)


def test_dark_and_printed_pages_can_be_read(site: Site) -> None:
    context = site.context(color_scheme="dark")
    site.sign_in(context, site.member())
    page = context.new_page()
    for path in ("/", "/account", "/account/members", "/rules"):
        page.goto(path)
        require_accessible(page)
        shoot(page, f"dark{path.replace('/', '-')}")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Main").is_visible()


def look(page: Page, path: str, language: str, size: dict[str, int]) -> None:
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == language
    require_accessible(page)
    shoot(page, f"{language}-{size['width']}{path.replace('/', '-')}")
