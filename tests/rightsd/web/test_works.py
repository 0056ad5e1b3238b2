"""Registering works: what the answer says of their names, and what names are refused."""

import pytest

from rightsd.domain.principal import Role
from rightsd.domain.work import EXCLUDED_MAX
from tests.rightsd.web.conftest import Clients

WORK = {"kind": "character", "title": "Vexwing"}


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
