"""The frame of all pages: signing in, forms that are safe and lose nothing, and errors in words."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI

from rightsd.db import invites as db_invites
from rightsd.db import letters, signins
from rightsd.domain.letter import Language
from rightsd.domain.member import Duty
from rightsd.domain.principal import Role
from rightsd.errors import Code
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal import wording
from rightsd.workflows import invites, members
from rightsd.workflows.letters import mail_due
from tests.conftest import UNPACED
from tests.members import posted, token
from tests.rightsd.web.portal import Browser, browser_of, hidden, shows, signed_in

# Markup, a right-to-left override and its end, an isolate, and a name in Arabic.
NASTY = "<script>alert(1)</script>\u202egnp.exe\u202c “علي” & 'co'"
ID = "0" * 32


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def ada(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt)


def link(rt: Runtime) -> str:
    with rt.transaction() as tx:
        sign_in_id = posted(tx, letters.Kind.SIGN_IN_CONFIRM)[-1]
        return f"/sign-in/{sign_in_id}/{token(signins.token_of(tx, sign_in_id))}"


def count(rt: Runtime, table: str) -> int:
    statements = {
        "api_key": "SELECT count(*) FROM rights.api_key WHERE revoked_at IS NULL",
        "session": "SELECT count(*) FROM rights.session WHERE ended_at IS NULL",
    }
    with rt.transaction() as tx:
        row = tx.conn.execute(statements[table]).fetchone()
    assert row is not None
    return row[0]


def test_someone_signs_in_by_link_and_is_led_where_they_wanted(
    app: FastAPI, rt: Runtime, ada: Browser
) -> None:
    browser = Browser(app)
    asked = browser.get("/account/keys")
    assert asked.headers["location"] == "/sign-in"

    sent = browser.send("/sign-in", "/sign-in", {"address": "ADA@example.org"})
    assert "Look into your mail" in browser.follow(sent).text
    page = browser.get(link(rt))
    assert "ada@example.org" in page.text
    done = browser.post(link(rt), seen=page.text)

    assert done.headers["location"] == "/account/keys"
    cookies = "; ".join(done.headers.get_list("set-cookie"))
    assert re.search(r"rights_session=\S+; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax", cookies)
    assert browser.follow(done).status_code == 200
    assert browser.get(link(rt)).status_code == 404


def test_a_link_opened_elsewhere_signs_nobody_in(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    Browser(app).send("/sign-in", "/sign-in", {"address": "ada@example.org"})
    other = Browser(app)

    page = other.get(link(rt))

    assert page.status_code == 403
    assert "Open this link where you asked for it" in page.text
    assert "ada@example.org" not in page.text
    assert other.post(link(rt), seen=other.get("/sign-in").text).status_code == 403
    assert count(rt, "session") == 1


def test_strangers_are_told_the_same(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    known, unknown = (
        Browser(app).send("/sign-in", "/sign-in", {"address": f"{name}@example.org"})
        for name in ("ada", "eve")
    )

    assert known.status_code == unknown.status_code == 303
    assert known.headers["location"] == unknown.headers["location"]
    assert known.content == unknown.content
    assert mail_due(rt) == 1


def test_what_is_no_address_comes_back_to_be_mended(app: FastAPI) -> None:
    page = Browser(app).send("/sign-in", "/sign-in", {"address": NASTY})

    assert page.status_code == 422
    assert shows(page, NASTY)


def test_signing_out_ends_the_session(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    ada.send("/account", "/sign-out")

    assert ada.get("/account").headers["location"] == "/sign-in"
    assert count(rt, "session") == 0


def test_signing_out_everywhere_ends_them_all(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    assert ada.member is not None
    other = signed_in(app, rt, ada.member)
    page = ada.get("/account")
    assert page.text.count("Sign out there") == 1

    ada.send("/account", "/account/sessions/end-all")

    assert other.get("/account").status_code == 303
    assert ada.get("/account").status_code == 303


def test_a_session_elsewhere_is_ended(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    assert ada.member is not None
    other = signed_in(app, rt, ada.member)
    found = re.search(r'action="(/account/sessions/ses_[^"]+)"', ada.get("/account").text)
    assert found is not None

    ada.send("/account", found[1])

    assert other.get("/account").status_code == 303
    assert ada.get("/account").status_code == 200


def test_forms_of_other_pages_change_nothing_and_lose_nothing(rt: Runtime, ada: Browser) -> None:
    for forged in ({}, {"csrf": "0" * 64, "token": "1" * 32}):
        page = ada.client.post("/account/keys", data={"name": NASTY} | forged)

        assert page.status_code == 403
        assert shows(page, NASTY)
        assert count(rt, "api_key") == 0
    again = ada.post("/account/keys", {"name": NASTY}, seen=page.text)
    assert again.status_code == 200
    assert count(rt, "api_key") == 1


def test_a_form_of_another_s_session_is_refused(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    eve = browser_of(app, rt, address="eve@example.org")
    hers = hidden(eve, eve.get("/account/keys").text)

    assert ada.client.post("/account/keys", data=hers).status_code == 403


def test_what_was_typed_outlives_the_session(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    form = ada.get("/account/members")
    typed = {"address": "bo@example.org", "opens": "creator", "language": "ja"}
    with rt.transaction() as tx:
        tx.conn.execute("UPDATE rights.session SET expires_at = %s", (tx.now - timedelta(1),))

    kept = ada.post("/account/invites", typed, seen=form.text)
    assert kept.status_code == 401
    for name, value in typed.items():
        assert f'name="{name}" value="{value}"' in kept.text
    assert ada.member is not None
    again = signed_in(app, rt, ada.member)
    asked = again.post("/account/invites", typed, seen=kept.text)
    done = again.post("/account/invites", typed, seen=asked.text)

    assert asked.status_code == 403  # It is of another session, so it is looked at once more.
    assert done.status_code == 303
    assert "bo@example.org" in again.follow(done).text


def test_what_is_sent_twice_is_done_once(rt: Runtime, ada: Browser) -> None:
    form = ada.get("/account/keys")

    first = ada.post("/account/keys", {"name": "laptop"}, seen=form.text)
    second = ada.post("/account/keys", {"name": "laptop"}, seen=form.text)
    other = ada.post("/account/keys", {"name": "phone"}, seen=form.text)

    assert re.search(r'value="rk_[0-9a-f]{16}_[\w-]{43}"', first.text)
    assert second.status_code == 303
    assert "rk_" not in ada.follow(second).text
    assert other.status_code == 200
    assert count(rt, "api_key") == 2


def test_a_key_made_here_works_until_it_is_revoked(ada: Browser) -> None:
    page = ada.send("/account/keys", "/account/keys", {"name": NASTY})
    key = re.search(r'value="(rk_[^"]+)"', page.text)
    action = re.search(r'action="(/account/keys/key_[^"]+/revoke)"', page.text)
    assert key is not None
    assert action is not None

    def status() -> int:
        headers = {"Authorization": f"Bearer {key[1]}"}
        return ada.client.get("/v1/accounts/me", headers=headers).status_code

    assert shows(page, NASTY)
    assert status() == 200
    assert "last used" in ada.get("/account/keys").text
    ada.send("/account/keys", action[1])
    assert status() == 401


def test_an_invitee_opens_an_account(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    sent = ada.send(
        "/account/members",
        "/account/invites",
        {"address": "bo@example.org", "opens": "creator", "language": "en"},
    )
    assert sent.status_code == 303
    assert ada.member is not None
    with rt.transaction() as tx:
        (made,) = invites.mine(tx, ada.member)
        path = f"/invites/{made.id}/{token(db_invites.token_of(tx, made.id))}"
    bo = Browser(app)
    page = bo.get(path)

    nameless = bo.post(path, {"name": " "}, seen=page.text)
    done = bo.post(path, {"name": NASTY}, seen=page.text)

    assert nameless.status_code == 422
    assert shows(bo.get("/account"), NASTY)
    assert done.headers["location"] == "/home"
    assert bo.get(path).status_code == 404
    assert "accepted" in ada.get("/account/members").text
    staff = browser_of(app, rt, Role.ADMIN, address="staff@example.org")
    assert shows(staff.get("/invites"), NASTY)
    assert ada.get("/invites").status_code == 403


def test_members_are_let_go_and_made_owners(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    assert ada.member is not None
    with rt.transaction() as tx:
        bo = members.join(tx, ada.member.account_id, address="bo@example.org", duty=Duty.MEMBER)
    his = signed_in(app, rt, bo)
    assert "Owners of the account invite people" in his.get("/account/members").text
    assert his.post("/account/invites", {"address": "cy@example.org"}).status_code == 403

    ada.send("/account/members", f"/account/members/{bo.id}/promote")
    ada.send("/account/members", f"/account/members/{bo.id}/demote")
    ada.send("/account/members", f"/account/members/{bo.id}/remove")

    assert his.get("/account").status_code == 303
    alone = ada.post(f"/account/members/{ada.member.id}/remove")
    assert alone.status_code == 409
    assert "keeps one owner" in alone.text


def test_an_account_is_closed_by_its_name_and_says_first_what_ends(
    app: FastAPI, rt: Runtime
) -> None:
    ada = browser_of(app, rt, name=NASTY)
    page = ada.get("/account/close")
    assert "One member is signed out" in page.text

    wrong = ada.send("/account/close", "/account/close", {"name": "Ada"})
    done = ada.send("/account/close", "/account/close", {"name": NASTY})

    assert wrong.status_code == 422
    assert done.headers["location"] == "/sign-in"
    assert "The account is closed." in ada.follow(done).text
    assert ada.get("/account").status_code == 303


def test_the_language_is_the_member_s_or_what_was_chosen_here(ada: Browser) -> None:
    assert '<html lang="en">' in ada.get("/account").text
    ada.send("/account", "/account/language", {"language": "ja"})
    assert '<html lang="ja">' in ada.get("/account").text
    ada.get("/language/en?next=/account")
    assert '<html lang="en">' in ada.get("/account").text


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_other_hosts(app: FastAPI, path: str) -> None:
    answer = Browser(app).client.get("/language/ja", params={"next": path})

    assert answer.headers["location"] == "/home"


def test_pages_carry_their_headers_and_fresh_nonces(ada: Browser) -> None:
    nonces = set()
    for path in ("/", "/home", "/account", "/nowhere", "/rules", "/transparency"):
        headers = ada.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        nonces.add(re.findall(r"'nonce-([\w-]{16,})'", policy)[0])
    assert len(nonces) == 6


def test_pages_hold_no_inline_script_or_style(ada: Browser) -> None:
    for path in ("/", "/account", "/account/members", "/account/keys", "/rules", "/notices/new"):
        text = ada.get(path).text
        assert not re.search(r"<script(?![^>]* src=)", text)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("language", Language)
def test_every_error_has_a_page(code: Code, language: Language) -> None:
    said = wording.of(language)
    assert said.say(f"trouble.{code.value}.title")
    assert said.say(f"trouble.{code.value}.what")


def test_who_reads_pages_gets_pages_and_programs_get_problems(app: FastAPI) -> None:
    browser = Browser(app, "ja")

    page = browser.get("/nowhere")
    problem = browser.client.get("/nowhere", headers={"Accept": "application/json"})
    under_api = browser.get(f"/v1/generations/gen_{ID}")
    method = browser.client.put("/account")

    assert (page.status_code, problem.status_code) == (404, 404)
    assert "ページが見つかりません" in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert under_api.headers["content-type"] == "application/problem+json"
    assert method.status_code == 405
    assert "text/html" in method.headers["content-type"]


def test_what_is_too_large_is_a_page_too(ada: Browser) -> None:
    page = ada.client.post("/account/keys", data={"name": "x" * 300_000})

    assert page.status_code == 413
    assert "Too large" in page.text


def test_attempts_to_sign_in_are_paced(app: FastAPI) -> None:
    browser = Browser(app)
    seen = browser.get("/sign-in").text

    statuses = [
        browser.post("/sign-in", {"address": "x"}, seen=seen).status_code for _ in range(40)
    ]

    assert statuses.count(429) >= 9
    assert 422 in statuses


def test_a_passkey_page_says_so_where_there_are_none(app: FastAPI, rt: Runtime) -> None:
    ada = browser_of(app, rt)  # The daemon's address is a bare one.

    assert "There are no passkeys here" in ada.get("/account").text
    answer = ada.post("/sign-in/passkey/options")
    assert answer.status_code == 503


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_role_sees_its_home(app: FastAPI, rt: Runtime, role: Role, language: str) -> None:
    browser = browser_of(app, rt, role, name=NASTY, language=language)
    staff = role in {Role.ADMIN, Role.REVIEWER}

    page = browser.get("/home")

    assert page.status_code == 200
    assert "(0)" in page.text
    assert f'<html lang="{language}">' in page.text
    assert ('href="/invites"' in page.text) == staff
    for place in re.findall(r'<a href="(/[a-z/]*)"', page.text):
        answer = browser.get(place)
        assert answer.status_code in {200, 303, 404}, place
        assert answer.status_code != 404 or place == "/log/checkpoint"
