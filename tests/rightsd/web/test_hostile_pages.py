"""Pages under attack: forms of other sites, addresses and texts that nobody types, and races."""

from typing import Any

import pytest
from fastapi import FastAPI
from psycopg import Connection, Cursor

from rightsd.db import invites as db_invites
from rightsd.domain.letter import Language
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import accounts, invites
from rightsd.workflows.enrolments import sessions
from rightsd.workflows.enrolments.sessions import MEDIA_MAX
from tests import people
from tests.conftest import UNPACED
from tests.members import member, token
from tests.rightsd.web.portal import Browser, browser_of, hidden, shows

FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def ada(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_sends_is_not_offered_to_be_sent_again(ada: Browser, site: str) -> None:
    forged = {"name": "chosen by someone else", "csrf": "0" * 64, "token": "1" * 32}

    page = ada.client.post("/account/keys", data=forged, headers={"Sec-Fetch-Site": site})

    assert page.status_code == 403
    assert "chosen by someone else" not in page.text
    assert 'action="/account/keys"' not in page.text


def test_another_site_cannot_make_a_browser_forget_that_it_asked(app: FastAPI) -> None:
    # Their forms come without our cookies, which are SameSite=Lax.
    for path in ("/sign-in", "/account/keys", "/sign-in/passkey"):
        answer = Browser(app).client.post(path, data={"address": "a@example.org"}, headers=FOREIGN)

        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_what_a_page_of_ours_sends_is_taken(ada: Browser) -> None:
    said = hidden(ada, ada.get("/account/keys").text) | {"name": "laptop"}

    answer = ada.client.post("/account/keys", data=said, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/likenesses/%00",
        "/uses/%00/thumbnail",
        "/enrolments/%00",
        "/sign-in/%00/x",
        "/invites/%00/x",
        "/v1/consents/%00",
        "/static/%00",
    ],
)
def test_no_address_has_a_nul(ada: Browser, path: str) -> None:
    assert ada.get(path).status_code == 404
    assert ada.client.post(path, data={"csrf": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/permissions/try", {"subject_id": "a\0", "audience": "everyone"}),
        ("/permissions/new", {"subject_id": "x", "grantees": "a\0", "audience": "approved"}),
        ("/permissions/new", {"audience": "everyone", "purposes": "a\0"}),
        ("/revocations/preview", {"scope": "generation", "named": "a\0", "mode": "suspend"}),
        ("/account/keys", {"name": "a\0"}),
        ("/sign-in/passkey", {"answer": "a\0"}),
    ],
)
def test_what_nobody_types_is_not_valid(ada: Browser, path: str, said: dict[str, str]) -> None:
    assert ada.post(path, said).status_code == 422


@pytest.mark.parametrize("field", ["purposes", "denied_topics"])
def test_a_limit_that_is_not_known_is_not_left_out(ada: Browser, field: str) -> None:
    said = {"audience": "everyone", field: "something-new"}

    page = ada.post("/permissions/try", said)

    assert page.status_code == 422
    assert "no choice" in page.text


def test_an_invite_to_something_unknown_invites_nobody_to_join(ada: Browser, rt: Runtime) -> None:
    said = {"address": "bo@example.org", "opens": "something-new", "language": "en"}

    page = ada.send("/account/members", "/account/invites", said)

    assert page.status_code == 422
    with rt.transaction() as tx:
        assert ada.member is not None
        assert invites.mine(tx, ada.member) == []


def test_who_is_invited_to_join_sees_whose_account_it_is(app: FastAPI, rt: Runtime) -> None:
    ada = browser_of(app, rt, name="<b>Ada</b> & co")
    assert ada.member is not None
    with rt.transaction() as tx:
        made = invites.make(
            tx, ada.member, address="bo@example.org", opens=None, language=Language.EN
        )
        path = f"/invites/{made.id}/{token(db_invites.token_of(tx, made.id))}"

    page = Browser(app).get(path)

    assert shows(page, "<b>Ada</b> & co")
    assert "<b>Ada" not in page.text


def test_no_more_files_are_opened_than_an_enrolment_has(ada: Browser, rt: Runtime) -> None:
    files = [("photos", (f"{n}.jpg", b"x", "image/jpeg")) for n in range(MEDIA_MAX + 1)]
    assert ada.member is not None
    with rt.transaction() as tx:
        subject = people.subject(tx, ada.member.principal)
        opened = sessions.open_session(
            tx,
            ada.member.principal,
            subject_id=subject.id,
            text="enrolment.1.en",
            keep_media=False,
        )
    path = f"/enrolments/{opened.id}/media"
    csrf = hidden(ada, ada.get(f"/enrolments/{opened.id}").text)

    page = ada.client.post(path, data=csrf, files=files)

    assert page.status_code == 422
    assert f"{MEDIA_MAX} files" in page.text


def test_a_failure_is_noted_without_the_secret_of_a_link(
    app: FastAPI, rt: Runtime, ada: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    path = f"/invites/inv_{'0' * 32}/{'s' * 43}"
    with rt.transaction() as tx:
        tx.conn.execute("ALTER TABLE rights.invite RENAME COLUMN opens TO opened")

    answer = ada.get(path)

    assert answer.status_code == 500
    assert "GET /invites/{invite_id}/{token} failed" in caplog.text
    assert "s" * 43 not in caplog.messages[-1]


def test_the_tree_of_invites_takes_as_many_questions_however_long(
    app: FastAPI, rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = browser_of(app, rt, Role.ADMIN)
    few = questions(staff, monkeypatch)
    with rt.transaction() as tx:
        for number in range(4):
            host = member(tx, f"{number}@example.org", name=f"host {number}")
            made = invites.make(
                tx, host, address="x@example.org", opens=Role.CREATOR, language=Language.EN
            )
            used = invites.use(tx, made.id, token=token(db_invites.token_of(tx, made.id)))
            account = accounts.open_for(tx, Role.CREATOR, f"guest {number}")
            invites.note_opened(tx, used, account.id)

    assert questions(staff, monkeypatch) == few
    page = staff.get("/invites")
    for number in range(4):
        assert f"host {number}" in page.text
        assert f"guest {number}" in page.text


def questions(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many statements it takes to show the tree of invites.

    That the session is used is noted now and then, which is none of them.
    """
    counted: list[object] = []
    execute = Connection.execute

    def counting(self: Connection[Any], *args: Any, **options: Any) -> Cursor[Any]:
        counted.append(args[0])
        return execute(self, *args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "execute", counting)
        assert browser.get("/invites").status_code == 200
    return sum("UPDATE rights.session" not in str(each) for each in counted)
