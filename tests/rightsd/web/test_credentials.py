"""Credentials, receipts and status lists over HTTP, as a stranger verifies them."""

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.testclient import TestClient

from ledger import entry
from rightsd.adapters import jose, sdjwt, statuslist
from rightsd.domain import credential, proof, status
from rightsd.domain.principal import Role
from rightsd.domain.status import Status
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import accounts, consents, subjects
from tests.daemon import settle
from tests.people import ADMIN, ENROLMENT, GRANT
from tests.rightsd.web.conftest import Clients


@dataclass(frozen=True)
class Case:
    """A person who has consented to a creator, and everyone's clients."""

    rt: Runtime
    clients: Clients
    subject_id: str
    consent_id: str

    @property
    def person(self) -> TestClient:
        return self.clients(Role.PERSON)

    @property
    def creator(self) -> TestClient:
        return self.clients(Role.CREATOR)

    @property
    def keys(self) -> dict[str, jose.PublicKey]:
        return jose.parse_key_set(self.clients(None).get("/.well-known/jwks.json").content)

    def credential(self) -> sdjwt.Presented:
        answer = self.creator.get(f"/v1/consents/{self.consent_id}/credential")
        assert answer.status_code == 200, answer.text
        return sdjwt.verify(answer.text, self.keys, typ=credential.TYP)

    def status(self, claims: jose.Members) -> int:
        index, uri = statuslist.place_of(claims) or (0, "")
        answer = self.clients(None).get(uri.removeprefix(self.rt.issuer.url))
        token = jose.verify(answer.text, self.keys, typ=statuslist.TYP).claims
        assert token["sub"] == uri
        return statuslist.status_of(token["status_list"], index)

    def revoke(self) -> None:
        answer = self.person.post(f"/v1/consents/{self.consent_id}/revoke")
        assert answer.status_code == 200, answer.text


@pytest.fixture
def case(rt: Runtime, clients: Clients) -> Case:
    subject = clients(Role.PERSON).post("/v1/subjects", json=ENROLMENT | {"handle": "ada"}).json()
    grantee = clients(Role.CREATOR).get("/v1/accounts/me").json()
    wish = {"subject_id": subject["id"], "grantee_id": grantee["account_id"]}
    consent = clients(Role.PERSON).post("/v1/consents", json=GRANT | wish).json()
    return Case(rt, clients, subject["id"], consent["id"])


def test_a_credential_says_who_may_cast_whom_and_until_when(case: Case) -> None:
    presented = case.credential()

    claims = presented.claims
    assert claims["iss"] == case.rt.issuer.url
    assert claims["vct"] == credential.VCT
    assert claims["exp"] - claims["iat"] == credential.LIFETIME.total_seconds()
    assert claims["consent_id"] == case.consent_id
    assert claims["subject_id"] == case.subject_id
    assert claims["grantee_id"] == case.creator.get("/v1/accounts/me").json()["account_id"]
    assert case.status(claims) == Status.VALID


def test_its_holder_may_keep_back_who_it_is_about(case: Case) -> None:
    text = case.creator.get(f"/v1/consents/{case.consent_id}/credential").text
    token = sdjwt.split(text)[0]

    presented = sdjwt.verify(f"{token}~", case.keys, typ=credential.TYP)

    assert set(presented.claims) == {"iss", "iat", "exp", "vct", "status"}
    assert case.subject_id not in json.dumps(presented.claims)
    assert case.status(presented.claims) == Status.VALID


def test_the_owner_gets_the_same_credential(case: Case) -> None:
    answer = case.person.get(f"/v1/consents/{case.consent_id}/credential")

    presented = sdjwt.verify(answer.text, case.keys, typ=credential.TYP)
    assert presented.claims["consent_id"] == case.consent_id
    assert answer.headers["content-type"] == "application/dc+sd-jwt"
    assert answer.headers["cache-control"] == "no-store"


def test_its_holder_cannot_keep_back_that_there_are_limits(case: Case) -> None:
    wish = {
        "subject_id": case.subject_id,
        "grantee_id": case.creator.get("/v1/accounts/me").json()["account_id"],
        "territories": ["JP"],
        "quota_total": 2,
        "restrictions": "no smoking",
    }
    given = case.person.post("/v1/consents", json=GRANT | wish).json()
    text = case.creator.get(f"/v1/consents/{given['id']}/credential").text

    whole = sdjwt.verify(text, case.keys, typ=credential.TYP).claims
    least = sdjwt.verify(f"{sdjwt.split(text)[0]}~", case.keys, typ=credential.TYP).claims

    assert least["limits"] == whole["limits"] == ["quota_total", "restrictions", "territories"]
    assert "terms" not in least
    assert whole["terms"]["territories"] == ["JP"]
    assert whole["terms"]["quota_total"] == 2
    assert "smoking" not in json.dumps(whole)


def test_of_several_grantees_each_learns_of_themselves_alone_and_the_owner_of_all(
    case: Case,
) -> None:
    with case.rt.transaction() as tx:
        others = [
            accounts.open_account(tx, ADMIN, role=Role.CREATOR, name=name) for name in ("b", "c")
        ]
    ids = [opened.account.id for opened in others]
    wish = {"subject_id": case.subject_id, "grantees": ids}
    given = case.person.post("/v1/consents", json=GRANT | wish).json()
    path = f"/v1/consents/{given['id']}"

    for opened in others:
        headers = {"Authorization": f"Bearer {opened.api_key}"}
        text = case.clients(None).get(f"{path}/credential", headers=headers).text
        claims = sdjwt.verify(text, case.keys, typ=credential.TYP).claims
        assert claims["grantee_id"] == opened.account.id
        assert [each for each in ids if each in json.dumps(claims)] == [opened.account.id]
    text = case.person.get(f"{path}/credential").text
    assert "grantee_id" not in sdjwt.verify(text, case.keys, typ=credential.TYP).claims
    receipt = case.person.get(f"{path}/receipt").text
    said = jose.verify(receipt, case.keys, typ=proof.CONSENT_TYP).claims
    assert said["pii_processing"][0]["recipient_third_parties"] == sorted(ids)


def test_a_stranger_gets_nothing_and_learns_nothing(case: Case) -> None:
    asked = case.creator.post("/v1/generations", json={"prompt": "a ball"}).json()
    mine = {
        Role.CREATOR: [
            f"/v1/consents/{case.consent_id}/credential",
            f"/v1/generations/{asked['id']}/decision",
        ],
        Role.PERSON: [
            f"/v1/consents/{case.consent_id}/credential",
            f"/v1/consents/{case.consent_id}/receipt",
        ],
    }
    for role, paths in mine.items():
        with case.rt.transaction() as tx:
            opened = accounts.open_account(tx, ADMIN, role=role, name="stranger")
        headers = {"Authorization": f"Bearer {opened.api_key}"}
        for path in paths:
            missing = re.sub("[0-9a-f]{32}", "0" * 32, path)
            answers = [case.clients(None).get(each, headers=headers) for each in (path, missing)]

            assert [answer.status_code for answer in answers] == [404, 404], path
            assert answers[0].json() == answers[1].json()


def test_two_credentials_of_one_consent_differ_in_their_salts(case: Case) -> None:
    first, second = (
        case.creator.get(f"/v1/consents/{case.consent_id}/credential").text for _ in range(2)
    )

    assert not set(sdjwt.split(first)[1:-1]) & set(sdjwt.split(second)[1:-1])


def test_a_credential_is_bound_to_the_key_that_was_asked_for(case: Case) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    holder = jose.encode(jose.write(jose.public_members(key)))

    answer = case.creator.get(
        f"/v1/consents/{case.consent_id}/credential", params={"holder": holder}
    )

    claims = sdjwt.verify(answer.text, case.keys, typ=credential.TYP).claims
    assert sdjwt.holder_of(claims).public_numbers() == key.public_numbers()


@pytest.mark.parametrize("holder", ["", "e30", "!", "bnVsbA", "W10", "x" * 1001, "a" * 1000])
def test_what_is_no_key_binds_nothing(everyone: Clients, holder: str) -> None:
    answer = everyone(Role.CREATOR).get(
        f"/v1/consents/con_{'0' * 32}/credential", params={"holder": holder}
    )

    assert answer.status_code == 422


def test_a_revoked_consent_is_invalid_once_the_revocation_has_answered(case: Case) -> None:
    claims = case.credential().claims

    case.revoke()

    assert case.status(claims) == Status.INVALID
    for client in (case.person, case.creator):
        assert client.get(f"/v1/consents/{case.consent_id}/credential").status_code == 410


def test_a_consent_that_has_run_out_is_invalid_before_anything_marks_it(
    case: Case, clients: Clients
) -> None:
    grantee = clients(Role.CREATOR).get("/v1/accounts/me").json()
    until = case.rt.clock() + timedelta(days=1)
    wish = {
        "subject_id": case.subject_id,
        "grantee_id": grantee["account_id"],
        "expires_at": until.isoformat(),
    }
    consent = clients(Role.PERSON).post("/v1/consents", json=GRANT | wish).json()
    short = replace(case, consent_id=consent["id"])
    claims = short.credential().claims
    later = replace(case.rt, clock=lambda: until)

    with TestClient(create_app(later)) as client:
        index, uri = statuslist.place_of(claims) or (0, "")
        token = client.get(uri.removeprefix(case.rt.issuer.url)).text

    said = jose.verify(token, case.keys, typ=statuslist.TYP).claims
    assert claims["exp"] == claims["expires_at"] == int(until.timestamp())
    assert statuslist.status_of(said["status_list"], index) == Status.INVALID
    assert case.status(claims) == Status.VALID  # By a clock that is not there yet.


def test_who_is_erased_leaves_an_invalid_status_and_no_credential(case: Case) -> None:
    claims = case.credential().claims
    assert case.person.post(f"/v1/subjects/{case.subject_id}/unenrol").status_code == 200
    settle(case.rt)
    assert subjects.erase_leaving(case.rt) == 1

    for client in (case.person, case.creator):
        assert client.get(f"/v1/consents/{case.consent_id}/credential").status_code == 410
    assert case.status(claims) == Status.INVALID


def test_a_status_list_is_for_a_few_seconds_and_for_everyone(case: Case) -> None:
    answer = case.clients(None).get("/v1/statuslists/0")

    claims = jose.verify(answer.text, case.keys, typ=statuslist.TYP).claims
    assert answer.headers["content-type"] == "application/statuslist+jwt"
    assert answer.headers["cache-control"] == f"public, max-age={status.TTL_SECONDS}"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert claims["ttl"] == status.TTL_SECONDS
    assert claims["exp"] - claims["iat"] == status.LIFETIME_SECONDS
    packed = statuslist.unpack(claims["status_list"]["lst"])
    assert len(packed) * 8 == status.LIST_SIZE * status.BITS


@pytest.mark.parametrize(
    "number", ["1", "00", "-1", "+0", "0x0", "1e9", "٣", "9" * 30, "9" * 5000, "a", "%00"]
)
def test_what_is_no_list_is_not_found(everyone: Clients, number: str) -> None:
    answer = everyone(None).get(f"/v1/statuslists/{number}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_receipt_tells_what_became_of_a_consent(case: Case) -> None:
    case.revoke()
    settle(case.rt)

    answer = case.person.get(f"/v1/consents/{case.consent_id}/receipt")

    claims = jose.verify(answer.text, case.keys, typ=proof.CONSENT_TYP).claims
    assert claims["record_id"] == case.consent_id
    assert claims["pii_principal_id"] == case.subject_id
    assert claims["party_identification"][0]["party_name"] == case.rt.issuer.operator
    assert [event["event_state"] for event in claims["event"]] == [
        "consent given",
        "consent withdrawn",
    ]
    for event in claims["event"]:
        proven = case.clients(None).get(f"/v1/ledger/proofs/{event['event_id']}")
        assert proven.status_code == 200


def test_a_receipt_is_there_before_the_log_has_the_event(case: Case) -> None:
    answer = case.person.get(f"/v1/consents/{case.consent_id}/receipt")

    claims = jose.verify(answer.text, case.keys, typ=proof.CONSENT_TYP).claims
    assert [event["event_type"] for event in claims["event"]] == ["consent.granted"]


def test_a_decision_is_bound_to_the_request_and_gives_its_reasons(case: Case) -> None:
    case.revoke()
    wish = {"prompt": "@ada waves at the sea"}
    refused = case.creator.post("/v1/generations", json=wish).json()
    path = f"/v1/generations/{refused['generation_id']}"

    answer = case.creator.get(f"{path}/decision")

    claims = jose.verify(answer.text, case.keys, typ=proof.DECISION_TYP).claims
    shown = case.creator.get(path).json()
    assert claims["outcome"] == "refuse"
    assert claims["reasons"] == shown["decision"]["reasons"]
    assert claims["consents"] == []
    salt = bytes.fromhex(shown["commitment_salt"])
    assert claims["request"] == entry.commit(salt, wish["prompt"].encode()).hex()
    settle(case.rt)
    proven = case.clients(None).get(f"/v1/ledger/proofs/{claims['event_id']}")
    assert proven.status_code == 200


def test_an_allowance_names_the_consents_that_it_relies_on(case: Case) -> None:
    asked = case.creator.post("/v1/generations", json={"prompt": "@ada waves"}).json()

    answer = case.creator.get(f"/v1/generations/{asked['id']}/decision")

    claims = jose.verify(answer.text, case.keys, typ=proof.DECISION_TYP).claims
    assert claims["outcome"] == "allow"
    assert claims["consents"] == [case.consent_id]
    assert claims["event_kind"] == "generation.requested"


def test_a_later_refusal_is_the_decision_that_counts(case: Case) -> None:
    asked = case.creator.post("/v1/generations", json={"prompt": "@ada waves"}).json()
    case.revoke()
    settle(case.rt)

    answer = case.creator.get(f"/v1/generations/{asked['id']}/decision")

    claims = jose.verify(answer.text, case.keys, typ=proof.DECISION_TYP).claims
    assert claims["outcome"] == "refuse"
    assert claims["event_kind"] == "generation.refused"


def test_what_the_ledger_does_not_say_is_not_signed(case: Case) -> None:
    asked = case.creator.post("/v1/generations", json={"prompt": "@ada waves"}).json()
    with case.rt.transaction() as tx:
        tx.conn.execute(
            """
            UPDATE rights.generation SET decision = jsonb_set(decision, '{consents}', '[]')
            WHERE id = %s
            """,
            (asked["id"],),
        )

    answer = case.creator.get(f"/v1/generations/{asked['id']}/decision")

    assert answer.status_code == 503
    assert "is not what the ledger says" in answer.json()["detail"]


def test_no_decision_is_told_once_its_words_are_erased(case: Case) -> None:
    case.revoke()
    refused = case.creator.post("/v1/generations", json={"prompt": "@ada waves"}).json()
    case.person.post(f"/v1/subjects/{case.subject_id}/unenrol")
    settle(case.rt)
    assert subjects.erase_leaving(case.rt) == 1

    answer = case.creator.get(f"/v1/generations/{refused['generation_id']}/decision")

    assert answer.status_code == 410


def test_an_issuer_says_where_its_keys_are(case: Case) -> None:
    answer = case.clients(None).get("/.well-known/jwt-vc-issuer")

    url = case.rt.issuer.url
    assert answer.json() == {"issuer": url, "jwks_uri": f"{url}/.well-known/jwks.json"}
    assert answer.headers["cache-control"] == "public, max-age=300"


def test_what_an_older_key_signed_still_verifies(case: Case) -> None:
    before = case.creator.get(f"/v1/consents/{case.consent_id}/credential").text
    count = len(case.keys)

    made = case.rt.credential_keys.rotate()
    after = case.creator.get(f"/v1/consents/{case.consent_id}/credential").text

    assert len(case.keys) == count + 1
    for text in (before, after):
        sdjwt.verify(text, case.keys, typ=credential.TYP)
    assert jose.verify(sdjwt.split(after)[0], case.keys, typ=credential.TYP).kid == made.kid


def test_consents_that_are_expired_by_the_worker_are_invalid(case: Case) -> None:
    claims = case.credential().claims
    with case.rt.transaction() as tx:
        tx.conn.execute("UPDATE rights.consent SET expires_at = %s", (tx.now,))

    assert consents.expire_due(case.rt) == 1

    assert case.status(claims) == Status.INVALID
