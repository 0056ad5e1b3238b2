"""Registering works: what the answer says of their names, and what names are refused."""

import pytest

from rightsd.domain.principal import Role
from rightsd.domain.work import EXCLUDED_MAX
from tests.rightsd.web.conftest import Clients

WORK = {"kind": "character", "title": "Vexwing"}
LONELY = "a lonely giant with a tree on his back carries a village through the desert"


def test_the_answer_says_which_names_count_only_in_context(everyone: Clients) -> None:
    aliases = [
        "Thaw",
        "Milo",
        {"name": "Star Lantern", "excluded": ["star lantern festival"]},
        {"name": "Nightglass", "common": True},
        {"name": "Quartz", "common": False},
    ]

    answer = everyone(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK | {"aliases": aliases})

    assert answer.status_code == 201
    names = {name["shown"]: name for name in answer.json()["names"]}
    assert {shown: name["why_in_context"] for shown, name in names.items()} == {
        "Vexwing": None,
        "Thaw": "it is a common word",
        "Milo": "many people or places are called that",
        "Star Lantern": None,
        "Nightglass": "its owner says so",
        "Quartz": None,
    }
    assert names["Star Lantern"]["excluded"] == ["star lantern festival"]
    assert answer.json() in everyone(Role.RIGHTS_HOLDER).get("/v1/works").json()


def test_an_alias_says_more_about_the_title_that_it_repeats(everyone: Clients) -> None:
    aliases = [{"name": "VEXWING", "common": True}]

    answer = everyone(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK | {"aliases": aliases})

    assert [name["why_in_context"] for name in answer.json()["names"]] == ["its owner says so"]


@pytest.mark.parametrize(
    "alias",
    [
        {"name": "Vexwing", "excluded": ["a tower"]},
        {"name": "Vexwing", "excluded": ["Vex-wing"]},
        {"name": "Vexwing", "excluded": ["the Vexwing"] * (EXCLUDED_MAX + 1)},
        {"name": "Vexwing", "excluded": "the Vexwing"},
        {"name": "Vexwing", "unknown": True},
        {"name": "!?"},
        {"excluded": ["a"]},
        17,
    ],
)
def test_a_name_that_makes_no_sense_is_refused(everyone: Clients, alias: object) -> None:
    answer = everyone(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK | {"aliases": [alias]})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_the_answer_says_how_a_description_is_read(everyone: Clients) -> None:
    text = "Tamarok、背中に木が生えた孤独な巨人が、肩に小さな村を乗せて果てしない砂漠を歩く"
    body = WORK | {"title": "Tamarok", "descriptions": [text]}

    answer = everyone(Role.RIGHTS_HOLDER).post("/v1/works", json=body)

    assert answer.status_code == 201
    (described,) = answer.json()["descriptions"]
    assert described["text"] == text
    assert described["read_as"].startswith(", back wood grow lonely giant")
    assert 0.5 <= described["reviewed_from"] < described["refused_from"] <= 1
    assert answer.json() in everyone(Role.RIGHTS_HOLDER).get("/v1/works").json()


def test_a_description_can_be_added(everyone: Clients) -> None:
    client = everyone(Role.RIGHTS_HOLDER)
    work = client.post("/v1/works", json=WORK | {"title": "Tamarok"}).json()

    added = client.post(f"/v1/works/{work['id']}/descriptions", json={"text": LONELY})

    assert (added.status_code, added.json()["read_as"]) == (201, LONELY)
    listed = {each["id"]: each for each in client.get("/v1/works").json()}
    assert listed[work["id"]]["descriptions"] == [added.json()]


@pytest.mark.parametrize("text", ["", "  ", "x" * 401, "a giant", f"\u0000{LONELY}", 17])
def test_a_description_that_makes_no_sense_is_refused(everyone: Clients, text: object) -> None:
    answer = everyone(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK | {"descriptions": [text]})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
