"""What everyone may read of the rules."""

import re

import pytest

from rightsd.domain import rulebook
from rightsd.domain.letter import Language
from rightsd.domain.principal import Role
from rightsd.web.portal import wording
from rightsd.web.portal.visitors import preferred
from tests.rightsd.web.conftest import Clients


def test_the_rulebook_can_be_read_in_every_version(everyone: Clients) -> None:
    stranger = everyone(None)

    live = stranger.get("/v1/rulebook").json()
    first = stranger.get("/v1/rulebook/1").json()

    assert live["version"] == rulebook.VERSION
    assert {rule["id"] for rule in live["rules"]} == set(rulebook.CURRENT.rules)
    assert [each["version"] for each in live["versions"]] == list(rulebook.BOOKS)
    (optout,) = [rule for rule in first["rules"] if rule["id"] == "work.opted_out"]
    assert (optout["version"], optout["text"]["en"]) == (
        1,
        "Works that their owner has opted out are not generated.",
    )
    assert stranger.get("/v1/rulebook/99").status_code == 404


def test_where_a_rule_differs_is_said(everyone: Clients) -> None:
    live = everyone(None).get("/v1/rulebook").json()

    (cannabis,) = [rule for rule in live["rules"] if rule["id"] == "drugs.cannabis"]

    assert (cannabis["effect"], cannabis["effects"]) == ("hold", {"JP": "refuse", "US": None})
    assert cannabis["examples"]["cases"][0]["outcomes"]["US"] == "allow"


def test_the_counts_of_a_shadow_are_for_staff(everyone: Clients) -> None:
    everyone(Role.CREATOR).post("/v1/generations", json={"prompt": "a 19 year old drinks beer"})

    counts = everyone(Role.REVIEWER).get("/v1/rulebook/shadow").json()

    assert {
        "rulebook": "4",
        "live": "allow",
        "outcome": "hold",
        "rules": ["drugs.young_adults@1"],
        "requests": 1,
    } in counts


@pytest.mark.parametrize("version", rulebook.BOOKS)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_has_every_rule_of_every_version(
    everyone: Clients, version: str, language: str
) -> None:
    page = everyone(None).get("/rules", params={"version": version, "lang": language})

    assert page.status_code == 200
    assert page.headers["content-language"] == language
    assert f'<html lang="{language}">' in page.text
    for rule in rulebook.BOOKS[version].rules.values():
        assert f'id="{rule.id}"' in page.text
    assert "<script" not in page.text
    ids = re.findall(r'\bid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))
    named = re.findall(r'aria-labelledby="([^"]+)"', page.text)
    assert set(named) <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= set(ids)


def test_a_version_that_is_not_there_leads_to_the_one_that_is(everyone: Clients) -> None:
    page = everyone(None).get("/rules", params={"version": "<9>"})

    assert page.status_code == 404
    assert "<9>" not in page.text
    assert 'href="/rules?lang=en"' in page.text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-GB,en;q=0.9,ja;q=0.8", "en"),
        ("fr, ja;q=0.1", "ja"),
        ("ja;q=0, en", "en"),
        ("*", "en"),
        (";;;,q=1,ja;q=9", "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_the_reader_s_language_is_found(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


@pytest.mark.parametrize("language", Language)
def test_every_area_has_a_name(language: Language) -> None:
    areas = {name.partition(".")[0] for book in rulebook.BOOKS.values() for name in book.rules}

    assert {area for area in areas if not wording.of(language).knows(f"rules.area.{area}")} == set()
