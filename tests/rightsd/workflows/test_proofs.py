"""Checking proofs without the daemon: what is good, and in words what is not."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.adapters import jose, sdjwt, statuslist
from rightsd.domain import credential, proof, status
from rightsd.domain.status import Status
from rightsd.errors import Code, RightsError
from rightsd.workflows import proofs
from rightsd.workflows.proofs import Checked, Given
from tests.rightsd.adapters.signing import signer

SPECS = Path(__file__).parents[3] / "api-specs" / "vectors"
VECTORS = json.loads((SPECS / "credential.json").read_text())
NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER, OTHER, HOLDER = signer(7), signer(8), signer(9)
URL = "https://rights.example"
LIST = f"{URL}/v1/statuslists/0"
KEYS = jose.key_set([ISSUER.public])
FRAME = {"iss": URL, "iat": AT - 100, "exp": AT + 100}
SHOWN = FRAME | {
    "vct": credential.VCT,
    "status": {"status_list": {"idx": 3, "uri": LIST}},
    "cnf": {"jwk": jose.public_members(HOLDER.public)},
}


def issued(**change: Any) -> str:
    said = {name: value for name, value in (SHOWN | change).items() if value is not None}
    hidden = {"consent_id": "con_1"}
    return sdjwt.issue(ISSUER, credential.TYP, said, disclosable=hidden, salt=lambda: bytes(16))


def listed(found: int = 0, *, by: jose.Signer = ISSUER, **change: Any) -> str:
    packed = statuslist.pack([(3, found)], size=status.LIST_SIZE, bits=status.BITS)
    claims = FRAME | {"sub": LIST, "status_list": statuslist.claim(packed, bits=status.BITS)}
    return jose.sign(by, statuslist.TYP, claims | change)


def receipt(typ: str = proof.CONSENT_TYP, **change: Any) -> str:
    said = {name: value for name, value in (FRAME | change).items() if value is not None}
    return jose.sign(ISSUER, typ, said)


def nothing(url: str, _: int) -> bytes:
    raise AssertionError(url)


def check(text: str, status_list: str | None = None) -> Checked:
    return proofs.check(text, Given(KEYS, status_list), fetch=nothing, now=NOW)


def refused(text: str, status_list: str | None = None) -> str:
    with pytest.raises(RightsError) as caught:
        check(text, status_list)
    assert caught.value.code is Code.INVALID
    return caught.value.detail


def test_a_credential_that_stands_is_good() -> None:
    checked = check(issued(), listed())

    assert (checked.typ, checked.issuer, checked.status) == (credential.TYP, URL, Status.VALID)
    assert checked.claims["consent_id"] == "con_1"
    assert checked.expires_at == NOW + timedelta(seconds=100)


def test_a_file_that_ends_with_a_line_break_is_as_good() -> None:
    assert check(f"{issued()}\n", f"{listed()}\n").status is Status.VALID


@pytest.mark.parametrize("typ", [proof.CONSENT_TYP, proof.DECISION_TYP, statuslist.TYP])
def test_receipts_and_lists_are_good_on_their_own(typ: str) -> None:
    assert check(receipt(typ)).typ == typ


@pytest.mark.parametrize(("found", "words"), [(1, "revoked"), (2, "suspended"), (3, "ended")])
def test_a_credential_that_does_not_stand_is_not_good(found: int, words: str) -> None:
    assert words in refused(issued(), listed(found))


def test_keys_and_list_are_fetched_from_the_issuer_if_they_are_not_given() -> None:
    asked: list[str] = []
    there = {f"{URL}/.well-known/jwks.json": KEYS, LIST: listed().encode()}

    def fetch(url: str, bytes_max: int) -> bytes:
        asked.append(url)
        assert bytes_max <= jose.TOKEN_CHARS_MAX
        return there[url]

    checked = proofs.check(issued(), Given(), fetch=fetch, now=NOW)

    assert checked.status is Status.VALID
    assert asked == list(there)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"exp": AT}, "ran out"),
        ({"exp": None}, "exp is not a time"),
        ({"exp": True}, "exp is not a time"),
        ({"exp": 1e12}, "exp is not a time"),
        ({"exp": 2**60}, "exp is not a time"),
        ({"exp": -1}, "exp is not a time"),
        ({"iat": AT + 61}, "future"),
        ({"iat": "now"}, "iat is not a time"),
        ({"nbf": AT + 61}, "future"),
        ({"iss": None}, "iss is missing"),
        ({"iss": 1}, "iss is missing"),
    ],
)
def test_what_does_not_hold_now_is_not_good(change: dict[str, Any], words: str) -> None:
    assert words in refused(receipt(**change))
    if change.get("iss", URL):
        assert words in refused(issued(**change), listed())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vct": "https://rights.example/another"}, "not one of a consent"),
        ({"status": None}, "names no status list"),
        ({"status": {}}, "not in a status list"),
        (
            {"status": {"status_list": {"idx": 3, "uri": f"{URL}.evil.example/1"}}},
            "someone else",
        ),
        ({"status": {"status_list": {"idx": 4, "uri": f"{LIST}0"}}}, "another one"),
        ({"status": {"status_list": {"idx": status.LIST_SIZE, "uri": LIST}}}, "does not reach"),
        ({"cnf": {"jku": URL}}, "not a key"),
    ],
)
def test_a_credential_that_says_something_else_is_not_good(
    change: dict[str, Any], words: str
) -> None:
    text = issued(**change)

    assert words in refused(f"{text}x.y.z" if "cnf" in change else text, listed())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"exp": AT - 1}, "ran out"),
        ({"sub": f"{URL}/v1/statuslists/1"}, "another one"),
        ({"status_list": None}, "bits"),
    ],
)
def test_a_list_that_is_old_or_another_shows_nothing(change: dict[str, Any], words: str) -> None:
    assert words in refused(issued(), listed(**change))


def test_a_list_that_someone_else_signed_shows_nothing() -> None:
    assert "no key that the issuer publishes" in refused(issued(), listed(by=OTHER))


def test_a_receipt_is_no_list_and_a_list_no_credential() -> None:
    assert "not of the type" in refused(issued(), receipt())
    assert "none of" in refused(f"{listed()}~")
    assert "none of" in refused(sdjwt.split(issued())[0])
    assert "none of" in refused(receipt("JWT"))


@pytest.mark.parametrize("at", [AT + 61, AT - 161, -1, True, 2**60])
def test_a_holder_signs_after_the_issuer_and_not_in_the_future(at: int) -> None:
    text = issued()
    bound = {"iat": at, "aud": "https://b.example", "nonce": "n", "sd_hash": sdjwt.digest(text)}

    refused(text + jose.sign(HOLDER, sdjwt.KEY_BINDING, bound), listed())


def test_whoever_it_is_bound_to_must_present_it_if_that_is_asked() -> None:
    text = issued()
    bound = {"iat": AT, "aud": "https://b.example", "nonce": "n", "sd_hash": sdjwt.digest(text)}
    shown = check(text + jose.sign(HOLDER, sdjwt.KEY_BINDING, bound), listed())

    proofs.require_presented(shown, audience="https://b.example", nonce="n")
    for audience, nonce in (("https://c.example", "n"), ("https://b.example", "m")):
        with pytest.raises(RightsError, match="another"):
            proofs.require_presented(shown, audience=audience, nonce=nonce)
    with pytest.raises(RightsError, match="has not signed"):
        proofs.require_presented(check(text, listed()), audience=None, nonce="n")


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_published_vectors(case: dict[str, Any]) -> None:
    have = Given(jose.write(VECTORS["keys"]), VECTORS["status_lists"].get(case["status_list"]))
    now = datetime.fromtimestamp(case["now"], UTC)

    if "refused" in case:
        with pytest.raises(RightsError) as caught:
            proofs.check(case["proof"], have, fetch=nothing, now=now)
        assert caught.value.detail == case["refused"]
    else:
        checked = proofs.check(case["proof"], have, fetch=nothing, now=now)
        assert checked.claims == case["claims"]


@given(st.text() | st.text(alphabet="abcXYZ019-_.~", max_size=200))
def test_anything_is_refused_in_words(text: str) -> None:
    refused(text)


@given(
    st.dictionaries(
        st.sampled_from(["iss", "iat", "exp", "nbf", "vct", "status", "cnf"]),
        st.none() | st.integers() | st.text() | st.floats() | st.lists(st.none()),
    )
)
def test_whatever_an_issuer_signs_is_refused_in_words(change: dict[str, Any]) -> None:
    token = jose.sign(ISSUER, credential.TYP, SHOWN | change)
    if change.keys() - {"nbf", "cnf", "iat"}:
        with pytest.raises(RightsError) as caught:
            proofs.check(f"{token}~", Given(KEYS, listed()), fetch=nothing, now=NOW)
        assert caught.value.code is Code.INVALID
