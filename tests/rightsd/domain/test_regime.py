"""What each regime asks for, what is said to be missing, and which clocks run."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rightsd.domain import regime
from rightsd.domain.clocks import SetBy, What
from rightsd.domain.letter import Language
from rightsd.domain.regime import Claim, Confidence, Counter, Kind
from tests import people

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
# The elements as the law names them: 17 U.S.C. 512(c)(3)(A) and (g)(3), TAKE IT DOWN Act section 3,
# Regulation (EU) 2022/2065 Article 16(2).
ELEMENTS = {
    "us-dmca-512c": [
        "signature",
        "work_identification",
        "material_location",
        "complainant_contact",
        "good_faith_statement",
        "accuracy_statement",
        "authority_under_penalty_of_perjury",
    ],
    "us-take-it-down": [
        "signature",
        "depiction_identification_and_location",
        "good_faith_nonconsensual_statement",
        "contact",
    ],
    "eu-dsa-16": [
        "substantiated_explanation",
        "exact_electronic_location",
        "name",
        "email",
        "bona_fide_statement",
    ],
}
COUNTER = Counter(
    name="C. Maker",
    address="1 Road, Town",
    telephone="+1 555 0100",
    signature="C. Maker",
    material="the clip of the ball",
    statement="It is my own ball.",
    salt=bytes(32),
    mistaken=True,
    jurisdiction=True,
    service=True,
)


def running(claim: Claim, *, whole: bool = True) -> dict[str, timedelta]:
    found = regime.running(What.ACT, claim, received_at=AT, whole_at=AT if whole else None)
    assert list(found) == sorted(found, key=lambda clock: clock.due_at)
    return {clock.regime: clock.due_at - AT for clock in found}


def test_every_kind_is_governed_by_one_regime() -> None:
    for kind in Kind:
        assert len([each for each in regime.REGIMES if kind in each.governs]) == 1


def test_whatever_governs_says_for_how_long_words_are_kept() -> None:
    for found in regime.REGIMES:
        assert (found.kept >= timedelta(days=184)) is bool(found.governs)


@pytest.mark.parametrize("name", ELEMENTS)
def test_the_elements_are_those_of_the_law(name: str) -> None:
    (found,) = [each for each in regime.REGIMES if each.id == name]

    assert [element.id for element in found.elements] == ELEMENTS[name]
    assert found.confidence is not Confidence.OPERATOR


@pytest.mark.parametrize("kind", Kind)
def test_a_whole_notice_lacks_nothing(kind: Kind) -> None:
    assert regime.missing(people.claim(kind)) == ()


@pytest.mark.parametrize("kind", Kind)
def test_a_notice_that_says_nothing_lacks_everything(kind: Kind) -> None:
    empty = Claim(kind, "", "", "", bytes(32))

    assert regime.missing(empty) == regime.governing(kind).elements


@pytest.mark.parametrize(
    ("field", "element"),
    [
        ("signature", "signature"),
        ("work", "work_identification"),
        ("location", "material_location"),
        ("good_faith", "good_faith_statement"),
        ("accurate", "accuracy_statement"),
        ("authorised", "authority_under_penalty_of_perjury"),
    ],
)
def test_what_a_copyright_notice_lacks_is_named(field: str, element: str) -> None:
    claim = people.claim(Kind.COPYRIGHT)
    empty = replace(claim, **{field: type(getattr(claim, field))()})

    (found,) = regime.missing(empty)

    assert found.id == element
    for language in Language:
        assert found.words[language] in regime.say([found], language)


def test_one_way_to_be_reached_is_enough() -> None:
    claim = replace(people.claim(Kind.COPYRIGHT), email="", telephone="+1 555 0100")

    assert regime.missing(claim) == ()


def test_a_child_protection_notice_needs_no_name() -> None:
    claim = replace(people.claim(Kind.ILLEGAL), name="", email="")

    assert [element.id for element in regime.missing(claim)] == ["name", "email"]
    assert regime.missing(replace(claim, offence_against_child=True)) == ()


def test_a_description_is_no_exact_location() -> None:
    for kind, whole in ((Kind.COPYRIGHT, True), (Kind.ILLEGAL, False)):
        claim = replace(people.claim(kind), location="the clip with the ball", exact=False)

        assert (regime.missing(claim) == ()) is whole


def test_only_copyright_has_a_counter_notice() -> None:
    for kind in Kind:
        found = regime.missing_in_counter(kind, COUNTER)

        assert found == (() if kind is Kind.COPYRIGHT else None)


def test_what_a_counter_notice_lacks_is_named() -> None:
    empty = Counter("", "", "", "", "", "", bytes(32))

    found = regime.missing_in_counter(Kind.COPYRIGHT, empty)

    assert found is not None
    assert [element.id for element in found] == [
        "signature",
        "material_identification_and_prior_location",
        "mistake_statement_under_penalty_of_perjury",
        "name",
        "address",
        "telephone",
        "jurisdiction_consent",
        "accept_service_statement",
    ]


def test_intimate_pictures_have_48_hours() -> None:
    found = running(people.claim(Kind.INTIMATE))

    assert next(iter(found.items())) == ("us-take-it-down", timedelta(hours=48))


def test_the_shortest_clock_comes_first_wherever_it_comes_from() -> None:
    claim = replace(people.claim(Kind.INTIMATE), territory="IN")

    found = running(claim)

    assert list(found) == ["in-it-rules", "us-take-it-down", "eu-dsa-16"]
    assert found["in-it-rules"] == timedelta(hours=2)
    assert running(replace(claim, kind=Kind.PRIVACY))["in-it-rules"] == timedelta(hours=36)


def test_a_deficient_notice_starts_the_diligence_of_the_dsa_and_not_512() -> None:
    claim = people.claim(Kind.COPYRIGHT)

    assert set(running(claim)) == {"us-dmca-512c", "eu-dsa-16"}
    assert set(running(claim, whole=False)) == {"eu-dsa-16"}


def test_who_set_a_clock_is_said() -> None:
    found = regime.running(What.ACT, people.claim(Kind.INTIMATE), received_at=AT, whole_at=AT)

    assert [clock.set_by for clock in found] == [SetBy.LAW, SetBy.OPERATOR]


def test_an_output_is_put_back_between_ten_and_fourteen_business_days() -> None:
    window = regime.putback(Kind.COPYRIGHT, AT)

    assert window.opens_at == datetime(2026, 3, 17, 4, tzinfo=UTC)
    assert window.closes_at == datetime(2026, 3, 21, 4, tzinfo=UTC)


def test_regimes_are_documented() -> None:
    page = (Path(__file__).parents[3] / "api-specs/notices.md").read_text()

    for each in regime.REGIMES:
        assert f"`{each.id}`" in page
    assert json.dumps(regime.NO_ADVICE[Language.EN])[1:-1] in page
