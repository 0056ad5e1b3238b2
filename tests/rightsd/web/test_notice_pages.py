"""The public form and the page behind its link, in both languages; looking changes nothing."""

import html
import re
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from rightsd.adapters.mail import FolderMailer
from rightsd.domain.generation import Generation
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.workflows import letters
from tests import people
from tests.rightsd.web.conftest import Clients

FORM = {
    "kind": "copyright",
    "name": "Nora <b>",
    "email": "nora@example.org",
    "signature": "Nora",
    "work": "The Ball",
    "statement": "Mine.",
    "good_faith": "true",
    "accurate": "true",
    "authorised": "true",
}


@pytest.fixture
def clip(rt: Runtime) -> Generation:
    with rt.transaction() as tx:
        return people.published(tx, people.account(tx, Role.CREATOR))


def link_of(page: str) -> str:
    found = re.search(r'href="(/notices/ntc_[^"]+)"', page)
    assert found is not None, page
    return found[1]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "We have received your notice"), ("ja", "通知を受け付けました")],
)
def test_a_notice_is_given_and_followed_without_an_account(
    clients: Clients, clip: Generation, language: str, said: str
) -> None:
    public = clients(None)
    assert public.get(f"/notices/new?lang={language}").status_code == 200

    given = public.post("/notices/new", data=FORM | {"location": clip.id, "language": language})

    assert given.status_code == 202
    assert said in given.text
    page = public.get(link_of(given.text))
    assert page.status_code == 200
    assert "<b>" not in page.text
    assert clip.id in page.text
    (queued,) = clients(Role.REVIEWER).get("/v1/notices").json()
    assert (queued["state"], queued["generation_id"]) == ("received", clip.id)


def test_what_is_missing_is_said_and_added_on_the_page(clients: Clients, clip: Generation) -> None:
    public = clients(None)
    said = {name: value for name, value in FORM.items() if name != "authorised"}
    given = public.post("/notices/new", data=said | {"location": clip.id})
    link = link_of(given.text)
    assert "penalty of perjury" in given.text

    done = public.post(f"{link}/complete", data=FORM | {"location": clip.id})

    assert done.status_code == 200
    assert "waits for a decision" in done.text


def test_a_form_that_cannot_be_taken_comes_back_as_it_was(clients: Clients) -> None:
    answer = clients(None).post("/notices/new", data=FORM | {"email": "nobody", "kind": "privacy"})

    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text
    assert '<option value="privacy" selected>' in answer.text


JAPANESE = re.compile("[ぁ-んァ-ヶ一-龯]")


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"email": "nobody"}, "メールアドレス: 正しく入力してください"),
        ({"name": "x" * 300}, "氏名: 200文字以内"),
        ({"location": "gen_" + "0" * 32}, "見つかりません"),
    ],
)
def test_what_is_wrong_with_a_japanese_form_is_said_in_japanese_and_nothing_is_lost(
    clients: Clients, said: dict[str, str], word: str
) -> None:
    answer = clients(None).post("/notices/new", data=FORM | {"language": "ja"} | said)

    assert answer.status_code >= 400
    found = re.search(r'role="alert">(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None
    assert word in found[1]
    assert not re.search("[a-z]{3,}", re.sub("<[^>]+>|URL|ID", "", found[1]))
    for value in (FORM | said).values():
        assert html.escape(value) in answer.text
    assert answer.text.count(" checked") == 3


def test_the_bar_on_japanese_pages_is_japanese_and_stays_there(clients: Clients) -> None:
    public = clients(None)

    bar = re.search("<nav[^>]*>(.*?)</nav>", public.get("/notices/new?lang=ja").text, re.DOTALL)

    assert bar is not None
    for path, shown in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', bar[1]):
        assert JAPANESE.search(shown) or shown == "API"
        page = public.get(path)
        assert page.status_code in {200, 404}, path  # A log may have no checkpoint yet.
        if page.headers["content-type"].startswith("text/html"):
            assert '<html lang="ja">' in page.text, path


def test_a_reader_who_prefers_japanese_is_met_in_it(clients: Clients) -> None:
    public, japanese = clients(None), {"Accept-Language": "ja,en;q=0.5"}

    form = public.get("/notices/new", headers=japanese)
    gone = public.get("/notices/ntc_" + "0" * 32 + "/x", headers=japanese)

    assert '<html lang="ja">' in form.text
    assert "処理できませんでした" in gone.text
    assert "見つかりません" in gone.text


def test_a_refused_form_of_a_notices_page_keeps_what_was_typed(
    clients: Clients, clip: Generation
) -> None:
    public = clients(None)
    said = FORM | {"location": clip.id, "authorised": "false", "language": "ja"}
    link = link_of(public.post("/notices/new", data=said).text)

    added = public.post(f"{link}/complete", data=said | {"statement": "More words."})
    notice_id = link.split("/")[2]
    public.post(f"{link}/complete", data=said | {"authorised": "true"})
    clients(Role.REVIEWER).post(f"/v1/notices/{notice_id}/reject", json={"reason": "Nein."})
    long = "言葉" * 2_001
    appealed = public.post(f"{link}/appeal", data={"reason": long})

    assert added.status_code == appealed.status_code == 422
    assert "More words." in added.text
    assert "偽証" in re.search(r'role="alert">(.*?)</p>', added.text, re.DOTALL)[1]
    assert long in appealed.text


def test_lines_count_once_however_a_browser_ends_them(clients: Clients, clip: Generation) -> None:
    said = FORM | {"location": clip.id, "statement": "ab\r\n" * 1_300}

    assert clients(None).post("/notices/new", data=said).status_code == 202


def test_a_decision_is_read_and_appealed_on_the_page(clients: Clients, clip: Generation) -> None:
    public = clients(None)
    link = link_of(public.post("/notices/new", data=FORM | {"location": clip.id}).text)
    notice_id = link.split("/")[2]
    clients(Role.REVIEWER).post(f"/v1/notices/{notice_id}/reject", json={"reason": "A parody."})

    page = public.get(link)
    appealed = public.post(f"{link}/appeal", data={"reason": "It is none."})

    assert "A parody." in page.text
    assert f'action="{link}/appeal"' in page.text
    assert "An appeal waits" in appealed.text
    assert public.post(f"{link}/appeal", data={"reason": "Again."}).status_code == 409
    assert public.post(f"{link}/appeal", data={"reason": ""}).status_code == 422


def test_only_the_link_in_the_mail_confirms_the_address(
    clients: Clients, rt: Runtime, clip: Generation, tmp_path: Path
) -> None:
    public = clients(None)
    shown = link_of(public.post("/notices/new", data=FORM | {"location": clip.id}).text)
    post = replace(rt, mailer=FolderMailer(tmp_path / "outbox", "rightsd@example.com"))
    letters.mail_due(post)
    (path,) = (tmp_path / "outbox").iterdir()
    content = message_from_bytes(path.read_bytes(), policy=policy.default).get_content()
    found = re.search(r"/notices/ntc_[0-9a-f]{32}/\S+", content)
    assert found is not None
    mailed = found[0]

    assert "/confirm" not in public.get(shown).text
    assert public.post(f"{shown}/confirm").status_code == 422
    assert f'action="{mailed}/confirm"' in public.get(mailed).text
    assert "Your address is confirmed." in public.post(f"{mailed}/confirm").text


def test_what_cannot_be_done_is_said_on_the_page_in_its_language(
    clients: Clients, clip: Generation
) -> None:
    public = clients(None)
    said = FORM | {"location": clip.id, "language": "ja", "authorised": "false"}
    link = link_of(public.post("/notices/new", data=said).text)

    refused = public.post(f"{link}/complete", data=said)

    assert refused.status_code == 422
    assert "処理できませんでした" in refused.text
    assert f'action="{link}/complete"' in refused.text


@pytest.mark.parametrize("page", ["/notices/new", "/optouts/new"])
def test_no_page_that_keeps_what_is_sent_says_that_nothing_is_kept(
    clients: Clients, page: str
) -> None:
    public = clients(None)

    assert "Nothing you upload here is kept" in public.get("/").text
    assert "kept" not in public.get(page).text


@pytest.mark.parametrize(
    "link", ["/notices/ntc_" + "0" * 32 + "/x", "/notices/a%00b/x", "/notices/ntc_/%00"]
)
def test_what_is_no_link_shows_nothing(clients: Clients, link: str) -> None:
    public = clients(None)

    assert public.get(link).status_code == 404
    for act in ("confirm", "retract", "complete"):
        assert public.post(f"{link}/{act}").status_code == 404


def test_retracting_is_one_button(clients: Clients, clip: Generation) -> None:
    public = clients(None)
    link = link_of(public.post("/notices/new", data=FORM | {"location": clip.id}).text)

    assert "You have taken your notice back" in public.post(f"{link}/retract").text
    assert f'action="{link}/retract"' not in public.get(link).text
