"""The public log of notices: everything that happened, and nobody whom it happened to."""

import re
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from rightsd.domain.principal import Role
from rightsd.domain.regime import Kind
from rightsd.runtime import Runtime
from rightsd.workflows import notices
from tests import people
from tests.rightsd.web.conftest import Clients

# Words that are nowhere else: of the claimant, the creator, the person who is cast, and a stranger.
PLANTED = {
    "claimant": "Obadiah Thistlewick",
    "email": "thistlewick@quux.example",
    "creator": "Quillon Persimmonwhistle",
    "handle": "zephyrine",
    "phone": "090-1234-5678",
    "site": "https://quux.example/thistlewick",
    "japanese": "渡邊龍之介",
    "signature": "Barnaby Umbrellastand",
    "address": "Gooseberry Vicarage",
}
STATEMENT = (
    "The clip copies Nebula Fox. Signed, OBADIAH THISTLEWICK (thistlewick@quux.example),"
    " ０９０－１２３４－５６７８, see https://quux.example/thistlewick. Made by Persimmonwhistle"
    " of @zephyrine. Umbrellastand lives at the Gooseberry Vicarage. 担当の渡邊龍之介さんまで。"
)


@dataclass(frozen=True)
class Case:
    """A daemon that has had notices, the oldest first."""

    client: TestClient
    ids: dict[str, str]

    def get(self, path: str, **params: object) -> dict:
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def case(rt: Runtime, clients: Clients) -> Case:
    ids: dict[str, str] = {}
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR, PLANTED["creator"])
        person = people.account(tx, Role.PERSON)
        subject = people.subject(tx, person, PLANTED["handle"])
        people.consent(tx, person, subject, creator)
        reviewer = people.account(tx, Role.REVIEWER)
        made = people.published(tx, creator, f"@{PLANTED['handle']} waves")
    for name, kind, decide in (
        ("upheld", Kind.COPYRIGHT, notices.uphold),
        ("rejected", Kind.TRADEMARK, notices.reject),
        ("likeness", Kind.LIKENESS, notices.uphold),
        ("privacy", Kind.PRIVACY, notices.reject),
        ("waiting", Kind.COPYRIGHT, None),
    ):
        with rt.transaction() as tx:
            claim = people.claim(
                kind,
                name=PLANTED["claimant"],
                email=PLANTED["email"],
                statement=STATEMENT,
                signature=PLANTED["signature"],
                address=PLANTED["address"],
            )
            ids[name] = notices.receive(tx, generation_id=made.id, claim=claim).notice.id
            if decide is not None:
                decide(tx, reviewer, ids[name], reason="Thistlewick says so.")
    ids["generation"] = made.id
    return Case(clients(None), ids)


def planted_in(text: str) -> set[str]:
    # Ids are drawn: their digits may be anyone's.
    squeezed = re.sub(r"[\W_]", "", re.sub(r"\b[a-z]{3}_[0-9a-f]{32}", " ", text.lower()))
    parts = {part for value in PLANTED.values() for part in re.split(r"[\W_]+", value.lower())}
    parts -= {"https", "example"}
    return {part for part in parts if len(part) > 2 and part in squeezed}


def test_everyone_is_told_of_every_notice_and_of_nobody(case: Case) -> None:
    page = case.get("/v1/transparency/notices")

    told = {each["id"]: each for each in page["notices"]}
    names = ["upheld", "rejected", "likeness", "privacy", "waiting"]
    assert list(told) == [case.ids[name] for name in reversed(names)]
    assert page["before"] is None
    assert planted_in(str(page)) == set()
    upheld = told[case.ids["upheld"]]
    assert (upheld["kind"], upheld["state"], upheld["down"]) == ("copyright", "upheld", True)
    assert upheld["generation_id"] == case.ids["generation"]
    assert upheld["text"].startswith("The clip copies Nebula Fox. ")
    assert upheld["withheld"] >= 5
    assert not told[case.ids["rejected"]]["down"]


def test_of_what_is_about_people_only_the_outcome_is_told_and_of_what_waits_the_kind(
    case: Case,
) -> None:
    told = {each["id"]: each for each in case.get("/v1/transparency/notices")["notices"]}

    for name in ("likeness", "privacy"):
        of_person = told[case.ids[name]]
        assert of_person["kind"] == name
        assert of_person["decided_on"] is not None
        assert (of_person["text"], of_person["generation_id"]) == (None, None)
        assert of_person["withheld"] == 0
    waiting = told[case.ids["waiting"]]
    assert (waiting["state"], waiting["text"], waiting["decided_on"]) == ("received", None, None)


def test_pages_counts_and_the_page_for_people(case: Case) -> None:
    first = case.get("/v1/transparency/notices", limit=3)
    rest = case.get("/v1/transparency/notices", limit=3, before=first["before"])
    ids = [each["id"] for each in (*first["notices"], *rest["notices"])]
    assert len(ids) == len(set(ids)) == 5
    assert rest["before"] is None
    unknown = case.get("/v1/transparency/notices", before=f"ntc_{'0' * 32}")
    assert unknown == {"notices": [], "before": None}

    counts = case.get("/v1/transparency/counts")
    assert sum(each["notices"] for each in counts) == 5
    assert {each["kind"] for each in counts} == {"copyright", "trademark", "likeness", "privacy"}

    for language, words in (("en", "Likeness or voice"), ("ja", "肖像・声")):
        page = case.client.get("/transparency", params={"lang": language})
        assert page.status_code == 200
        assert page.headers["content-language"] == language
        assert words in page.text
        assert "Nebula Fox" in page.text
        assert planted_in(page.text) == set()
        assert "<script" not in page.text
        ids = re.findall(r'\bid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'aria-labelledby="([^"]+)"', page.text)) <= set(ids)


def test_answers_may_be_kept_for_a_minute(everyone: Clients) -> None:
    for path in ("notices", "counts"):
        answer = everyone(None).get(f"/v1/transparency/{path}")
        assert answer.headers["cache-control"] == "public, max-age=60"


def test_the_page_takes_no_nonsense(everyone: Clients) -> None:
    page = everyone(None).get("/transparency", params={"before": "<b>", "lang": "xx"})

    assert page.status_code == 200
    assert "<b>" not in page.text
