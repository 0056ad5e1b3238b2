"""Credentials whose holder may keep parts back, and may add nothing."""

import itertools
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.adapters import jose, sdjwt
from rightsd.errors import Code, RightsError
from tests.rightsd.adapters.signing import keys, signer

ISSUER, HOLDER, OTHER = signer(7), signer(8), signer(9)
TYP = "dc+sd-jwt"
SHOWN = {"iss": "https://a.example", "vct": "https://a.example/v1", "exp": 2_000_000_000}
HIDDEN = {"subject_id": "sub_1", "grantee_id": "acc_1", "terms": {"topics": ["dance"]}}
BOUND = SHOWN | {"cnf": {"jwk": jose.public_members(HOLDER.public)}}


def issued(shown: dict[str, Any] = SHOWN, hidden: dict[str, Any] = HIDDEN) -> str:
    salts = itertools.count()
    return sdjwt.issue(
        ISSUER, TYP, shown, disclosable=hidden, salt=lambda: next(salts).to_bytes(16, "big")
    )


def made(claims: dict[str, Any], *disclosures: Any, binding: str = "") -> str:
    """Return a credential with whatever claims and disclosures, well signed."""
    written = [each if isinstance(each, str) else disclosed(*each) for each in disclosures]
    return "~".join([jose.sign(ISSUER, TYP, claims), *written, binding])


def disclosed(*parts: Any) -> str:
    return jose.encode(json.dumps(list(parts)).encode())


def digest(*parts: Any) -> str:
    return sdjwt.digest(disclosed(*parts))


def bound(text: str, by: jose.Signer = HOLDER, typ: str = "kb+jwt", **change: Any) -> str:
    claims = {"iat": 1, "aud": "https://b.example", "nonce": "n", "sd_hash": sdjwt.digest(text)}
    said = {name: value for name, value in (claims | change).items() if value is not None}
    return text + jose.sign(by, typ, said)


def verify(text: str) -> sdjwt.Presented:
    return sdjwt.verify(text, keys(ISSUER), typ=TYP)


def refused(text: str) -> str:
    with pytest.raises(RightsError) as caught:
        verify(text)
    assert caught.value.code is Code.INVALID
    return caught.value.detail


def test_all_that_was_issued_comes_back() -> None:
    presented = verify(issued())

    assert presented.claims == SHOWN | HIDDEN
    assert presented.disclosed == tuple(sorted(HIDDEN))
    assert presented.binding is None


@given(st.sets(st.sampled_from([0, 1, 2])))
def test_any_part_may_be_kept_back(kept: set[int]) -> None:
    token, *disclosures, _ = sdjwt.split(issued())
    shown = [each for place, each in enumerate(disclosures) if place not in kept]

    presented = verify("~".join([token, *shown, ""]))

    names = [name for place, name in enumerate(sorted(HIDDEN)) if place not in kept]
    assert presented.claims == SHOWN | {name: HIDDEN[name] for name in names}


def test_what_is_kept_back_is_not_in_the_signed_part() -> None:
    signed = jose.unverified(sdjwt.split(issued())[0])

    assert not any(word in json.dumps(signed) for word in ("sub_1", "acc_1", "dance", "terms"))
    assert signed["_sd"] == sorted(signed["_sd"])


def test_but_for_signature_and_salts_a_credential_is_always_the_same() -> None:
    first, second = issued(), issued()

    assert sdjwt.split(first)[1:] == sdjwt.split(second)[1:]
    assert first.split(".")[:2] == second.split(".")[:2]


def test_a_disclosure_that_was_not_issued_is_refused() -> None:
    assert "belongs to nothing" in refused(issued() + disclosed("s", "role", "admin") + "~")


def test_a_disclosure_that_was_changed_is_refused() -> None:
    token, first, *rest = sdjwt.split(issued())
    salt, name, _ = json.loads(jose.decode(first))

    changed = "~".join([token, disclosed(salt, name, "sub_2"), *rest])

    assert "belongs to nothing" in refused(changed)


def test_a_disclosure_that_stands_twice_is_refused() -> None:
    token, first, *rest = sdjwt.split(issued())

    assert "stands twice" in refused("~".join([token, first, first, *rest]))


def test_a_digest_that_stands_twice_is_refused() -> None:
    claim = ("s", "a", 1)
    twice = {"_sd": [digest(*claim)] * 2}
    apart = {"_sd": [digest(*claim)], "b": {"_sd": [digest(*claim)]}}

    for claims in (twice, apart):
        assert "digest stands twice" in refused(made(claims, claim))
        assert "digest stands twice" in refused(made(claims))


@pytest.mark.parametrize("name", ["sha-512", "md5", "SHA-256", "", None, 1, ["sha-256"]])
def test_another_hash_is_refused(name: object) -> None:
    assert "not hashed with sha-256" in refused(made({"_sd_alg": name}))


def test_what_issuer_and_holder_both_say_is_refused() -> None:
    claim = ("s", "vct", "another")

    assert "in the place" in refused(made({"vct": "v", "_sd": [digest(*claim)]}, claim))


@pytest.mark.parametrize("name", sorted(sdjwt.ALWAYS_SHOWN))
def test_what_is_never_kept_back_cannot_be_disclosed(name: str) -> None:
    claim = ("s", name, {})

    assert "in the place" in refused(made({"_sd": [digest(*claim)]}, claim))


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg", 1, None, ["a"]])
def test_a_disclosure_of_no_claim_is_refused(name: object) -> None:
    claim = ("s", name, [])

    assert "names no claim" in refused(made({"_sd": [digest(*claim)]}, claim))


@pytest.mark.parametrize(
    "disclosure",
    [
        disclosed(),
        disclosed("s"),
        disclosed("s", "a", 1, 2),
        disclosed(1, "a", 2),
        "e30",
        "IA",
        "*",
    ],
)
def test_what_is_no_disclosure_is_refused(disclosure: str) -> None:
    refused(made({"_sd": [sdjwt.digest(disclosure)]}, disclosure))


def test_a_claim_and_an_element_cannot_stand_for_one_another() -> None:
    claim, element = ("s", "a", 1), ("s", 1)

    assert "a name" in refused(made({"_sd": [digest(*element)]}, element))
    assert "a salt and a value" in refused(made({"l": [{"...": digest(*claim)}]}, claim))


@pytest.mark.parametrize(
    "claims", [{"_sd": 1}, {"_sd": [1]}, {"_sd": ["x"]}, {"l": [{"...": 1}]}, {"...": "x"}]
)
def test_what_is_no_digest_is_refused(claims: dict[str, Any]) -> None:
    refused(made(claims))


def test_parts_of_parts_come_back_in_their_places() -> None:
    inner, element = ("s1", "city", "Kyoto"), ("s2", "JP")
    outer = ("s3", "address", {"_sd": [digest(*inner)], "country": "JP"})
    claims = {
        "_sd": [digest(*outer), digest("decoy", "x", 1)],
        "nations": [{"...": digest(*element)}, {"...": digest("decoy", 2)}, "FR"],
    }

    presented = verify(made(claims, inner, element, outer))

    assert presented.claims == {
        "address": {"city": "Kyoto", "country": "JP"},
        "nations": ["JP", "FR"],
    }


def test_the_parts_of_a_part_that_is_kept_back_are_refused() -> None:
    inner = ("s1", "city", "Kyoto")
    outer = ("s2", "address", {"_sd": [digest(*inner)]})

    assert "belongs to nothing" in refused(made({"_sd": [digest(*outer)]}, inner))


def test_parts_that_are_nested_too_deep_are_refused() -> None:
    claim: tuple[Any, ...] = ("s", "a", 1)
    claims = [claim]
    for _ in range(40):
        claim = ("s", "a", {"_sd": [digest(*claim)]})
        claims.append(claim)

    assert "levels deep" in refused(made({"_sd": [digest(*claim)]}, *claims))


def test_too_many_or_too_long_disclosures_are_refused() -> None:
    many = [("s", f"c{number}", 1) for number in range(sdjwt.DISCLOSURES_MAX + 1)]
    long = ("s", "a", "x" * sdjwt.DISCLOSURE_CHARS_MAX)

    assert "at most" in refused(made({"_sd": [digest(*each) for each in many]}, *many))
    assert "at most" in refused(made({"_sd": [digest(*long)]}, long))
    assert "at most" in refused("x" * (jose.TOKEN_CHARS_MAX + 1))


def test_a_token_without_a_tilde_is_no_credential() -> None:
    assert "tilde" in refused(issued().partition("~")[0])


def test_the_holder_of_the_key_signs_what_is_presented() -> None:
    token, *_ = sdjwt.split(issued(BOUND))

    presented = verify(bound(f"{token}~"))

    assert presented.binding is not None
    assert presented.binding["nonce"] == "n"


def test_a_signature_of_someone_else_is_refused() -> None:
    assert "not that of the key" in refused(bound(issued(BOUND), by=OTHER))


def test_a_signature_over_another_presentation_is_refused() -> None:
    text = issued(BOUND)
    token = sdjwt.split(text)[0]
    binding = bound(text).removeprefix(text)

    assert "another presentation" in refused(f"{token}~{binding}")


def test_a_signature_without_a_key_in_the_credential_is_refused() -> None:
    assert "bound to no key" in refused(bound(issued()))


@pytest.mark.parametrize("change", [{"iat": None}, {"aud": None}, {"nonce": 1}, {"sd_hash": None}])
def test_a_signature_that_says_too_little_is_refused(change: dict[str, Any]) -> None:
    refused(bound(issued(BOUND), **change))


def test_a_token_of_another_type_is_no_signature_of_the_holder() -> None:
    assert "type" in refused(bound(issued(BOUND), typ=TYP))


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_credential_with_another_character_is_refused(place: int, character: str) -> None:
    text = issued()
    at = place % len(text)
    changed = text[:at] + character + text[at + 1 :]

    if changed != text:
        refused(changed)


@given(st.lists(st.text(alphabet="abcWyI019-_.~", max_size=60), max_size=8))
def test_anything_is_refused_in_words(parts: list[str]) -> None:
    refused("~".join(parts))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "a", "cnf"]), inner)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "a", "cnf"]), json_values))
def test_whatever_an_issuer_signs_is_read_or_refused_in_words(claims: dict[str, Any]) -> None:
    with suppress(RightsError):
        verify(made(claims))
