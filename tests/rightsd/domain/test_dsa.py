"""Statements of reasons: whole, true, and about nobody."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rightsd.domain import dsa
from rightsd.domain.events import Event
from rightsd.domain.regime import Kind

SCHEMA = (
    Path(__file__).parents[4] / "shared/standards/data/dsa-transparency-db/statement.schema.json"
)
AT = datetime(2030, 1, 2, 23, 30, tzinfo=UTC)
GENERATION = "gen_" + "1" * 32
IDS = {prefix: f"{prefix}_{'2' * 32}" for prefix in ("con", "lic", "sub", "rev", "ntc", "rvk")}
OF_WORKS = ["opt", "evd", "wrk", "ref"]


def withdrawn(because_of: str, **facts: Any) -> Event:
    return Event("generation.withdrawn", GENERATION, AT, {"because_of": because_of} | facts)


def notice(kind: str = "copyright", of: str = GENERATION, **decided: Any) -> list[Event]:
    facts = {"generation_id": of, "kind": kind}
    return [
        Event("notice.received", IDS["ntc"], AT - timedelta(days=2), facts),
        Event("notice.upheld", IDS["ntc"], AT, {"reviewer_id": "acc_3"} | decided),
    ]


def state(event: Event, *history: Event, published: Event | None = None) -> dict[str, Any]:
    return dsa.statement(event, published, history, trusted=False)


def of_notice(*events: Event, trusted: bool = False) -> dict[str, Any]:
    return dsa.statement(withdrawn(IDS["ntc"]), None, events, trusted=trusted)


def every() -> Mapping[str, dict[str, Any]]:
    """One statement for each way in which an output is withdrawn."""
    revoked = {
        scope: [Event("revocation.revoked", IDS["rvk"], AT, {"scope": scope})]
        for scope in ("generation", "subject", "work", "licence", "platform")
    }
    expired = {
        prefix: [Event(f"{noun}.expired", IDS[prefix], AT, {})]
        for prefix, noun in (("con", "consent"), ("lic", "licence"))
    }
    made = {f"notice {kind}": of_notice(*notice(kind)) for kind in dsa.NOTICES}
    made |= {f"because of {p}": state(withdrawn(p + "_1")) for p in OF_WORKS}
    made |= {f"because of {p}": state(withdrawn(i)) for p, i in IDS.items()}
    made |= {
        f"revoked {scope}": state(withdrawn(IDS["rvk"]), *events)
        for scope, events in revoked.items()
    }
    made |= {
        f"expired {prefix}": state(withdrawn(IDS[prefix]), *events)
        for prefix, events in expired.items()
    }
    right = Event("notice.upheld", IDS["ntc"], AT, {"offence_against_child": True})
    made["against a child"] = of_notice(*notice("illegal"), right)
    made["copy"] = of_notice(*notice(of="gen_" + "9" * 32))
    return made


STATEMENTS = every()


def test_there_is_a_ground_for_every_kind_of_notice() -> None:
    assert {kind.value for kind in Kind} <= set(dsa.NOTICES)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the database's schema is not here")
@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_is_as_the_database_takes_it(name: str) -> None:
    schema = json.loads(SCHEMA.read_text())
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validator = jsonschema.Draft202012Validator(schema, format_checker=checker)

    assert [error.message for error in validator.iter_errors(STATEMENTS[name])] == []
    # Members that it does not know it would drop: we would not say what we think that we say.
    assert set(STATEMENTS[name]) <= set(schema["properties"])


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_is_whole_and_names_nothing_but_its_event(name: str) -> None:
    said = STATEMENTS[name]

    assert said["content_type"] == ["CONTENT_TYPE_VIDEO", "CONTENT_TYPE_SYNTHETIC_MEDIA"]
    assert (said["content_date"], said["application_date"]) == ("2030-01-02",) * 2
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,500}", said["puid"])
    illegal = said["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert ("illegal_content_legal_ground" in said) is illegal
    assert ("incompatible_content_ground" in said) is not illegal
    rest = json.dumps({key: value for key, value in said.items() if key != "puid"})
    assert not re.search(r"\b[a-z]{3}_[0-9a-f]{6,}|\bacc_", rest)


def test_the_puid_is_the_event_and_stays() -> None:
    event = withdrawn(IDS["con"])

    assert state(event)["puid"] == event.id
    assert state(event) == state(event)


def test_the_content_dates_from_its_publication() -> None:
    published = Event("generation.published", GENERATION, AT - timedelta(days=40), {})

    said = state(withdrawn(IDS["con"]), published=published)

    assert (said["content_date"], said["application_date"]) == ("2029-11-23", "2030-01-02")


@pytest.mark.parametrize(
    ("events", "source", "detected", "decided"),
    [
        (notice(), "ARTICLE_16", "No", "NOT_AUTOMATED"),
        (notice(reviewer_id=None), "ARTICLE_16", "No", "FULLY"),
        (notice(of="gen_" + "9" * 32), "ARTICLE_16", "Yes", "PARTIALLY"),
    ],
    ids=["by a reviewer", "by a rule", "a copy"],
)
def test_who_asked_and_how_far_machines_decided(
    events: list[Event], source: str, detected: str, decided: str
) -> None:
    said = of_notice(*events)

    assert said["source_type"] == f"SOURCE_{source}"
    assert said["automated_detection"] == detected
    assert said["automated_decision"] == f"AUTOMATED_DECISION_{decided}"


def test_a_trusted_flagger_is_named_as_one_and_no_further() -> None:
    said = of_notice(*notice(), trusted=True)

    assert said["source_type"] == "SOURCE_TRUSTED_FLAGGER"
    assert "source_identity" not in said


def test_an_output_that_was_identified_later_is_no_copy() -> None:
    received, upheld = notice(of="")
    named = Event("notice.identified", IDS["ntc"], AT, {"generation_id": GENERATION})

    assert of_notice(received, named, upheld)["automated_detection"] == "No"


def test_what_ended_by_itself_was_nobodys_notification() -> None:
    assert STATEMENTS["expired con"]["source_type"] == "SOURCE_VOLUNTARY"
    assert STATEMENTS["because of con"]["source_type"] == "SOURCE_TYPE_OTHER_NOTIFICATION"


def test_consents_are_about_people_and_opt_outs_about_works() -> None:
    people = ["because of con", "because of sub", "revoked subject", "revoked platform"]
    works = [*(f"because of {prefix}" for prefix in OF_WORKS), "revoked work", "revoked licence"]

    assert {STATEMENTS[name]["category"] for name in people} == {dsa.Category.PRIVACY}
    assert {STATEMENTS[name]["category"] for name in works} == {dsa.Category.WORKS}


@pytest.mark.parametrize(
    ("facts", "source", "category"),
    [
        ({"scope": "subject"}, "SOURCE_TYPE_OTHER_NOTIFICATION", dsa.Category.PRIVACY),
        ({"scope": "subject", "by_staff": True}, "SOURCE_VOLUNTARY", dsa.Category.PRIVACY),
        (
            {"scope": "requester", "work_id": "wrk_1"},
            "SOURCE_TYPE_OTHER_NOTIFICATION",
            dsa.Category.WORKS,
        ),
        ({"about": "work", "by_staff": True}, "SOURCE_VOLUNTARY", dsa.Category.WORKS),
        ({"about": "person"}, "SOURCE_TYPE_OTHER_NOTIFICATION", dsa.Category.PRIVACY),
    ],
)
def test_a_revocation_says_whose_it_is(facts: dict[str, Any], source: str, category: str) -> None:
    made = Event("revocation.suspended", IDS["rvk"], AT, facts)

    said = state(withdrawn(IDS["rvk"]), made)

    assert said["source_type"] == source
    assert said["category"] == category
