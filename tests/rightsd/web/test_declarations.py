"""Declaring an opt-out over HTTP, and the page behind the link: looking at it changes nothing."""

from dataclasses import replace

import pytest

from rightsd.db import declarations as rows
from rightsd.domain.declaration import State
from rightsd.domain.principal import Role
from rightsd.domain.radius import Cap
from rightsd.domain.work import Kind
from rightsd.runtime import Runtime
from rightsd.workflows import declarations
from tests.rightsd.web.conftest import Clients, clients_of
from tests.rightsd.web.test_bad_input import entries, problem

BODY = {
    "title": "Vexwing Hare",
    "owner": "<b>Nora</b>",
    "email": "nora@example.org",
    "statement": "I drew it.",
    "good_faith": True,
}
URL = "/v1/optouts/public"


def declare(clients: Clients, **fields: object) -> dict:
    answer = clients(None).post(URL, json=BODY | fields)
    assert answer.status_code == 202, answer.text
    return answer.json()


def page(rt: Runtime, declaration_id: str) -> str:
    with rt.transaction() as tx:
        return declarations.link(tx, "", declaration_id)


def test_it_is_declared_confirmed_seen_and_lifted(clients: Clients, rt: Runtime) -> None:
    made = declare(clients)
    assert set(made) == {"id", "state", "confirm_before"}
    headers = {"Optout-Token": page(rt, made["id"]).rpartition("/")[2]}
    url = f"{URL}/{made['id']}"
    assert clients(None).get(url, headers=headers).json()["state"] == "unconfirmed"

    confirmed = clients(None).post(f"{url}/confirm", headers=headers)

    assert confirmed.status_code == 200, confirmed.text
    assert confirmed.json()["tier"] == "asserted"
    assert "tlog-proof" in confirmed.headers["link"]
    wish = {"prompt": "vexwing hare"}
    refused = clients(Role.CREATOR).post("/v1/generations", json=wish)
    assert problem(refused, 403, "refused")["reasons"][0]["rule"] == "work.opted_out"
    lifted = clients(None).post(f"{url}/lift", headers=headers)
    assert lifted.json() == confirmed.json() | {"state": "lifted"}
    assert clients(Role.CREATOR).post("/v1/generations", json=wish).status_code == 201


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Is this what you declare?"), ("ja", "申請の内容")]
)
def test_the_page_asks_before_anything_is_changed(
    clients: Clients, rt: Runtime, language: str, word: str
) -> None:
    made = declare(clients, language=language, email=f"{language}@example.org")
    path, before = page(rt, made["id"]), entries(rt)

    for _ in range(2):
        shown = clients(None).get(path)
        assert shown.status_code == 200
        assert word in shown.text
        assert f'<html lang="{language}">' in shown.text
        assert "&lt;b&gt;Nora" in shown.text
        assert shown.headers["referrer-policy"] == "no-referrer"
        assert shown.headers["cache-control"] == "no-store"
    assert clients(None).head(path).status_code == 405
    assert entries(rt) == before

    answer = clients(None).post(f"{path}/confirm", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert f'action="{path}/lift"' in clients(None).get(path).text
    assert entries(rt) == before + 3
    clients(None).post(f"{path}/lift")
    assert entries(rt) == before + 4
    with rt.transaction() as tx:
        token = path.rpartition("/")[2]
        assert declarations.look_up(tx, made["id"], token=token).state is State.LIFTED


def test_a_wide_claim_that_is_confirmed_on_the_page_waits_for_a_reviewer(rt: Runtime) -> None:
    narrow = replace(rt, claim_cap=Cap(share=0.2, requests=2))
    with clients_of(narrow) as clients:
        for number in range(4):
            wish = {"prompt": f"a vexwing hare, {number} of them"}
            assert clients(Role.CREATOR).post("/v1/generations", json=wish).status_code == 201
        path = page(rt, declare(clients)["id"])

        assert clients(None).post(f"{path}/confirm", follow_redirects=False).status_code == 303

        said = clients(Role.CREATOR).post("/v1/generations/preflight", json=wish).json()
        assert said["outcome"] != "refuse"
        (review,) = clients(Role.REVIEWER).get("/v1/reviews").json()
        assert review["kind"] == "claim"


def test_a_wrong_link_says_so_on_a_page(clients: Clients, rt: Runtime) -> None:
    right = page(rt, declare(clients)["id"])
    for wrong in (right[:-4] + "AAAA", right.replace("dec_", "dec_0"), "/optouts/x/%00"):
        asked = {"Accept": "text/html"}
        visitor = clients(None)
        for answer in (
            visitor.get(wrong, headers=asked),
            visitor.post(f"{wrong}/confirm", headers=asked),
        ):
            assert answer.status_code == 404
            assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "nora@example.org\nBcc: eve@example.org"},
        {"email": "a@b.org, c@d.org"},
        {"title": "ab"},
        {"title": "Vexwing\u0000"},
        {"title": ""},
        {"kind": "site", "title": "vexwing.example"},
        {"aliases": ["Vexwing"] * 6},
        {"good_faith": False},
        {"language": "fr"},
        {"statement": "x" * 4001},
        {"surprise": 1},
    ],
)
def test_what_is_not_taken(everyone: Clients, fields: dict[str, object]) -> None:
    problem(everyone(None).post(URL, json=BODY | fields), 422, "invalid")


def test_a_retry_declares_once(clients: Clients, rt: Runtime) -> None:
    headers = {"Idempotency-Key": "declare-1"}
    first, again = (clients(None).post(URL, json=BODY, headers=headers) for _ in range(2))

    assert first.json() == again.json()
    with rt.transaction() as tx:
        assert tx.conn.execute("SELECT count(*) FROM rights.declaration").fetchone() == (1,)


def test_too_many_are_told_to_wait(clients: Clients) -> None:
    for number in range(declarations.OF_EMAIL_PER_DAY):
        declare(clients, title=f"Vexwing Hare {number}")

    answer = clients(None).post(URL, json=BODY)

    problem(answer, 429, "too-many")
    assert answer.headers["retry-after"]


FIELDS = {key: str(value) for key, value in BODY.items()} | {
    "language": "en",
    "kind": "voice",
    "aliases": "Vex\n  ヴェクス \n",
    "good_faith": "true",
}
FORM = "/optouts/new"


@pytest.mark.parametrize(("language", "word"), [("en", "Opt a work out"), ("ja", "オプトアウト")])
def test_the_form_is_shown_in_both_languages(clients: Clients, language: str, word: str) -> None:
    answer = clients(None).get(f"{FORM}?lang={language}")

    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    assert word in answer.text
    assert 'value="site"' not in answer.text


def test_what_the_form_sends_is_declared_as_over_the_api(clients: Clients, rt: Runtime) -> None:
    fields = FIELDS | {"title": "Formling Hare", "email": "form@example.org"}

    answer = clients(None).post(FORM, data=fields)

    assert answer.status_code == 202
    assert "A letter is on its way" in answer.text
    with rt.transaction() as tx:
        (made,) = (
            declaration
            for (declaration_id,) in tx.conn.execute("SELECT id FROM rights.declaration")
            if (declaration := rows.find(tx, declaration_id)) is not None
            and declaration.declared.title == "Formling Hare"
        )
    assert made.state is State.UNCONFIRMED
    assert made.declared.aliases == ("Vex", "ヴェクス")
    assert made.declared.kind is Kind.VOICE


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"good_faith": ""}, "I believe in good faith"),
        ({"email": "nobody"}, "no e-mail address"),
        ({"owner": " "}, "owner"),
        ({"statement": "x" * 4001}, "4,000 characters"),
        ({"statement": "a\x00b"}, "characters"),
        ({"title": ""}, "too short"),
        ({"aliases": "\n".join("abcdefg")}, "at most"),
        ({"kind": "site"}, "by its own files"),
    ],
)
def test_what_is_wrong_is_said_on_the_form_and_nothing_is_lost(
    clients: Clients, wrong: dict, said: str
) -> None:
    answer = clients(None).post(FORM, data=FIELDS | {"email": "w@example.org"} | wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert '<form class="card"' in answer.text
    assert "&lt;b&gt;Nora" in answer.text or "owner" in wrong
