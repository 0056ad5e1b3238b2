"""Enrolling over HTTP: sessions, uploads, retries, and delegations and texts beside them."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rightsd.adapters.likenesses.gallery import Gallery
from rightsd.domain.challenge import TURN_DEGREES, Challenge, Turn
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from tests import enrolling, heads, likenesses
from tests.daemon import settle
from tests.enrolling import RED
from tests.fakes.likenesses import Painted
from tests.people import ENROLMENT
from tests.rightsd.web.conftest import Clients, clients_of

KEY = {"Idempotency-Key": "k" * 8}


@pytest.fixture(scope="module")
def seeing(shared_rt: Runtime) -> Runtime:
    return replace(shared_rt, likenesses=Painted())


@pytest.fixture(scope="module")
def there(seeing: Runtime) -> Iterator[Clients]:
    with clients_of(seeing) as clients:
        yield clients


def enrolled(person: TestClient, **body: Any) -> dict[str, Any]:
    handle = f"h{secrets.token_hex(6)}"
    answer = person.post("/v1/subjects", json=ENROLMENT | {"handle": handle} | body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def opened(person: TestClient, subject_id: str) -> dict[str, Any]:
    body = {"subject_id": subject_id, "consent_text": "enrolment.1.ja"}
    answer = person.post("/v1/enrolments", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def photos(folder: Path, count: int = 3) -> list[tuple[str, Any]]:
    content = enrolling.photo(folder / "p.png", (RED, 0.0)).read_bytes()
    return [("photos", (f"{number}.png", content, "image/png")) for number in range(count)]


def test_texts_are_there_for_everyone_and_their_digests_are_right(everyone: Clients) -> None:
    texts = everyone(None).get("/v1/consent-texts").json()

    assert {text["id"] for text in texts} == {
        f"{about}.1.{language}" for about in ("enrolment", "grant") for language in ("en", "ja")
    }
    for text in texts:
        assert hashlib.sha256(text["text"].encode()).hexdigest() == text["sha256"]


@pytest.mark.slow
def test_a_person_enrols_over_http_and_a_retry_gets_the_same_answer(
    there: Clients, seeing: Runtime, tmp_path: Path
) -> None:
    person = there(Role.PERSON)
    subject = enrolled(person, consent_text="enrolment.1.en")
    session = opened(person, subject["id"])
    asked = session["challenge"]
    drawn = Challenge(tuple(asked["slots"][20:]), tuple(map(Turn, asked["turns"])))
    path = f"/v1/enrolments/{session['id']}/media"
    files = [
        ("clip", ("c.mp4", enrolling.good_clip(tmp_path / "c.mp4", drawn).read_bytes())),
        ("voice", ("v.wav", enrolling.good_voice(tmp_path / "v.wav", drawn).read_bytes())),
        *photos(tmp_path),
    ]

    sent = person.put(path, files=files, headers=KEY)
    again = person.put(path, files=files, headers=KEY)
    late = person.put(path, files=files)
    settle(seeing)

    assert (sent.status_code, again.status_code, late.status_code) == (202, 202, 409)
    assert sent.json() == again.json()
    shown = person.get(f"/v1/enrolments/{session['id']}").json()
    assert (shown["state"], shown["assurance"], shown["fault"]) == ("passed", "L3", None)
    assert shown["evidence"]["digits_right"] >= 6
    assert shown["consent_text"]["id"] == "enrolment.1.ja"
    seen = person.get(f"/v1/subjects/{subject['id']}").json()
    assert (seen["assurance"], seen["minor"], seen["handle"]) == ("L3", False, subject["handle"])
    assert list(seeing.work_folder.glob("enrolment-*")) == []


@pytest.mark.slow
def test_a_head_that_turns_enrols_with_the_bundled_models_and_not_with_other_turns(
    shared_rt: Runtime, tmp_path: Path
) -> None:
    looking = replace(shared_rt, likenesses=likenesses.models(), gallery=Gallery())
    picture = likenesses.fit(likenesses.picture(likenesses.COLLINS), 480)
    face = likenesses.models().faces(picture)[0]
    with clients_of(looking) as clients:
        person, shown = clients(Role.PERSON), []
        for reverse in (False, True):
            session, turns = beginning_left(person)
            other = [Turn.RIGHT if turn is Turn.LEFT else Turn.LEFT for turn in turns]
            path = heads.clip(tmp_path / "c.mp4", picture, face, other if reverse else turns)
            sent = person.put(
                f"/v1/enrolments/{session['id']}/media",
                files=[("clip", ("c.mp4", path.read_bytes()))],
            )
            assert sent.status_code == 202, sent.text
            settle(looking)
            shown.append(person.get(f"/v1/enrolments/{session['id']}").json())

    did, did_not = shown
    assert (did["state"], did["fault"]) == ("passed", None), did
    assert did["evidence"]["clip_alone"] >= 0.9
    assert min(map(abs, did["evidence"]["turn_degrees"])) >= TURN_DEGREES
    assert (did_not["state"], did_not["fault"]) == ("failed", "turns")


def beginning_left(person: TestClient) -> tuple[dict[str, Any], list[Turn]]:
    """Return a session that asks for a turn to the left first, and all of its turns.

    The warped photograph turns 25 degrees to the right only once the encoder has seen it move.
    """
    while True:
        session = opened(person, enrolled(person)["id"])
        turns = list(map(Turn, session["challenge"]["turns"]))
        if turns[0] is Turn.LEFT:
            return session, turns


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([("clip", ("c.mp4", b"not a video", "video/mp4"))], 422, "invalid"),
        ([("clip", ("c.mp4", b"", "video/mp4"))], 422, "invalid"),
        ([("photos", ("p.png", bytes(9 << 20), "image/png"))] * 3, 413, "too-large"),
        ([("photos", ("p.png", b"\x89PNG\r\n\x1a\n", "image/png"))] * 3, 422, "invalid"),
        ([("voice", ("v.wav", b"RIFF", "audio/wav"))], 422, "invalid"),
        ([("video", ("c.mp4", b"x", "video/mp4"))], 422, "invalid"),
    ],
)
def test_media_that_are_none_leave_the_session_open(
    there: Clients, files: list[Any], status: int, code: str
) -> None:
    person = there(Role.PERSON)
    session = opened(person, enrolled(person)["id"])

    answer = person.put(f"/v1/enrolments/{session['id']}/media", files=files)

    assert answer.status_code == status, answer.text
    assert answer.json()["type"].endswith(code)
    assert person.get(f"/v1/enrolments/{session['id']}").json()["state"] == "open"


def test_media_that_say_they_are_huge_are_not_read(there: Clients) -> None:
    person = there(Role.PERSON)
    session = opened(person, enrolled(person)["id"])
    path = f"/v1/enrolments/{session['id']}/media"

    answer = person.put(path, content=b"x", headers={"Content-Length": str(10**10)})

    assert answer.status_code == 413


def test_other_peoples_sessions_are_not_there(there: Clients, tmp_path: Path) -> None:
    session = opened(there(Role.PERSON), enrolled(there(Role.PERSON))["id"])
    path = f"/v1/enrolments/{session['id']}"
    stranger = there(Role.RIGHTS_HOLDER)

    assert stranger.get(path).status_code == 404
    assert stranger.put(f"{path}/media", files=photos(tmp_path)).status_code == 404


@pytest.mark.parametrize(
    "age",
    [
        None,
        {},
        {"born": "2010-01", "adult": True},
        {"born": "2010-1"},
        {"born": "2031-01"},
        {"adult": False},
    ],
)
def test_an_age_is_declared_in_one_way(there: Clients, age: object) -> None:
    body = ENROLMENT | {"handle": "kim", "age": age}

    assert there(Role.PERSON).post("/v1/subjects", json=body).status_code == 422


def test_who_is_a_minor_is_told_on_enrolling(there: Clients) -> None:
    person = there(Role.PERSON)

    assert enrolled(person)["minor"] is False
    assert enrolled(person, age={"born": "2020-01", "territory": "jp"})["minor"] is True


def test_nobody_consents_to_anything_without_a_text(there: Clients) -> None:
    person, creator = there(Role.PERSON), there(Role.CREATOR)
    session = {"subject_id": enrolled(person)["id"]}
    consent = session | {"grantee_id": creator.get("/v1/accounts/me").json()["account_id"]}

    for path, body in (("/v1/enrolments", session), ("/v1/consents", consent)):
        for text in ({}, {"consent_text": None}, {"consent_text": "other.1.en"}):
            assert person.post(path, json=body | text).status_code == 422


def test_a_delegate_is_shown_what_they_may_and_acts(there: Clients) -> None:
    person, agent = there(Role.PERSON), there(Role.RIGHTS_HOLDER)
    subject = enrolled(person)
    delegate_id = agent.get("/v1/accounts/me").json()["account_id"]
    body = {
        "subject_id": subject["id"],
        "delegate_id": delegate_id,
        "kind": "agent",
        "verbs": ["pause", "see"],
        "ceiling": {"audience": "approved", "days": 30},
    }

    offered = person.post("/v1/delegations", json=body)
    assert offered.status_code == 201, offered.text
    path = f"/v1/delegations/{offered.json()['id']}"
    assert agent.post(f"/v1/subjects/{subject['id']}/pause").status_code == 404
    assert agent.post(f"{path}/accept").json()["in_force"] is True
    assert agent.post(f"/v1/subjects/{subject['id']}/pause").json()["state"] == "paused"
    assert agent.post(f"/v1/subjects/{subject['id']}/resume").status_code == 403
    assert agent.get(f"/v1/subjects/{subject['id']}").json()["handle"] == subject["handle"]
    assert agent.get("/v1/delegations").json()[0]["scope"]["verbs"] == ["see", "pause"]
    assert person.post(f"{path}/end").json()["state"] == "ended"
    assert agent.get(f"/v1/subjects/{subject['id']}").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"verbs": []},
        {"verbs": ["fly"]},
        {"verbs": ["unenrol"]},
        {"kind": "friend"},
        {"ceiling": {"days": 0}},
        {"ceiling": {"territories": ["Atlantis"]}},
        {"ends_at": "2001-01-01T00:00:00Z"},
        {"starts_at": "2040-01-02T00:00:00Z", "ends_at": "2040-01-01T00:00:00Z"},
        {"delegate_id": "acc_" + "0" * 32},
    ],
)
def test_scopes_that_make_no_sense_are_refused(there: Clients, change: dict[str, Any]) -> None:
    person, agent = there(Role.PERSON), there(Role.RIGHTS_HOLDER)
    body = {
        "subject_id": enrolled(person)["id"],
        "delegate_id": agent.get("/v1/accounts/me").json()["account_id"],
        "kind": "agent",
        "verbs": ["see"],
    }

    answer = person.post("/v1/delegations", json=body | change)

    assert answer.status_code == 422, answer.text


def test_a_receipt_says_which_text_was_shown(there: Clients) -> None:
    person, creator = there(Role.PERSON), there(Role.CREATOR)
    body = {
        "subject_id": enrolled(person)["id"],
        "grantee_id": creator.get("/v1/accounts/me").json()["account_id"],
        "consent_text": "grant.1.ja",
    }

    granted = person.post("/v1/consents", json=body)
    outdated = person.post("/v1/consents", json=body | {"consent_text": "grant.9.ja"})

    assert granted.json()["consent_text"]["id"] == "grant.1.ja"
    assert outdated.status_code == 422
    assert "consent-texts" in outdated.json()["detail"]
