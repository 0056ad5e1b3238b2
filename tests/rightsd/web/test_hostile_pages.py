"""Pages under attack: forms of other sites, addresses and texts that nobody types, and races."""

import pytest
from fastapi import FastAPI

from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, hidden

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
