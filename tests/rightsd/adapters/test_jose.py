"""Tokens and keys: what is signed verifies, and nothing else is believed."""

import base64
import hmac
import json
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from rightsd.adapters import jose
from rightsd.errors import Code, RightsError
from tests.rightsd.adapters.signing import keys, signer

MINE, OTHER = signer(7), signer(8)
TYP = "example+jwt"
CLAIMS = {"iss": "https://a.example", "n": 1, "word": "日本"}


def token(
    header: dict[str, Any] | bytes, claims: Any = CLAIMS, *, by: jose.Signer = MINE, crop: int = 64
) -> str:
    """Return a token with whatever header, well signed."""
    written = header if isinstance(header, bytes) else json.dumps(header).encode()
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    signed = f"{jose.encode(written)}.{jose.encode(payload)}"
    return f"{signed}.{jose.encode(by.sign(signed.encode())[:crop])}"


def header(**more: Any) -> dict[str, Any]:
    return {"alg": "ES256", "typ": TYP, "kid": MINE.kid} | more


def refused(text: str, typ: str = TYP) -> str:
    with pytest.raises(RightsError) as caught:
        jose.verify(text, keys(MINE), typ=typ)
    assert caught.value.code is Code.INVALID
    return caught.value.detail


def test_what_is_signed_verifies() -> None:
    text = jose.sign(MINE, TYP, CLAIMS)

    signed = jose.verify(text, keys(OTHER, MINE), typ=TYP)

    assert (signed.typ, signed.kid, signed.claims) == (TYP, MINE.kid, CLAIMS)


def test_the_same_claims_are_the_same_bytes_whatever_their_order() -> None:
    texts = [jose.sign(MINE, TYP, claims) for claims in ({"a": 1, "b": 2}, {"b": 2, "a": 1})]

    assert len({text.rpartition(".")[0] for text in texts}) == 1


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "ES384", "es256", "", None, 1, ["ES256"]])
def test_another_algorithm_is_refused(alg: object) -> None:
    assert "not signed with ES256" in refused(token(header(alg=alg)))


def test_no_signature_is_refused() -> None:
    unsigned = ".".join([*token(header()).split(".")[:2], ""])

    assert "another length" in refused(unsigned)


def test_a_mac_under_the_public_key_is_refused() -> None:
    signed = ".".join(token(header(alg="HS256")).split(".")[:2])
    secret = json.dumps(jose.jwk(MINE.public)).encode()
    mac = jose.encode(hmac.digest(secret, signed.encode(), "sha256"))

    assert "not signed with ES256" in refused(f"{signed}.{mac}")


@pytest.mark.parametrize("typ", ["JWT", "statuslist+jwt", "EXAMPLE+JWT", None, 1])
def test_another_type_is_refused(typ: object) -> None:
    assert "not of the type" in refused(token(header(typ=typ)))


@pytest.mark.parametrize("kid", ["", "other", None, 1, [MINE.kid]])
def test_a_key_that_is_not_published_is_refused(kid: object) -> None:
    assert "names no key" in refused(token(header(kid=kid)))


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    brought = header(kid=MINE.kid, jwk=jose.jwk(OTHER.public), jku="https://a.example")

    assert "not that of the key" in refused(token(brought, by=OTHER))


@pytest.mark.parametrize("more", [{"crit": ["exp"]}, {"crit": []}, {"b64": False}])
def test_an_extension_is_refused(more: dict[str, Any]) -> None:
    assert "extension" in refused(token(header(**more)))


def test_another_length_of_signature_is_refused() -> None:
    for crop in (0, 1, 32, 63):
        assert "length" in refused(token(header(), crop=crop))


@pytest.mark.parametrize("zeros", [bytes(64), bytes(32) + b"\1" * 32, b"\xff" * 64])
def test_a_signature_of_zeros_is_refused(zeros: bytes) -> None:
    signed = token(header()).rpartition(".")[0]

    assert "not that of the key" in refused(f"{signed}.{jose.encode(zeros)}")


@pytest.mark.parametrize(
    "claims",
    [
        b"",
        b"[]",
        b"null",
        b'"a"',
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":1e999}',
        b'{"a":"\\ud800"}',
        b"\xff",
        b"{",
        b'{"a":' + b"1" * 5000 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' + b"[" * 40 + b"]" * 40 + b"}",
    ],
)
def test_what_is_not_an_object_of_json_is_refused(claims: bytes) -> None:
    refused(token(header(), claims))
    refused(token(claims))


def test_a_token_that_is_too_long_is_refused() -> None:
    assert "at most" in refused(token(header(), {"a": "x" * jose.TOKEN_CHARS_MAX}))


def test_a_last_character_that_stands_for_the_same_bytes_is_refused() -> None:
    text = token(header())
    same = {text[:-1] + last for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}
    forms = [
        each
        for each in same
        if base64.urlsafe_b64decode(each.split(".")[2] + "==")
        == base64.urlsafe_b64decode(text.split(".")[2] + "==")
    ]

    assert len(forms) > 1
    for each in forms:
        if each != text:
            assert "bits left over" in refused(each)


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_token_with_another_character_is_refused(place: int, character: str) -> None:
    text = token(header())
    at = place % len(text)
    changed = text[:at] + character + text[at + 1 :]

    if changed != text:
        refused(changed)


@given(st.text() | st.text(alphabet="abcXYZ019-_.~", max_size=200))
def test_anything_is_refused_in_words(text: str) -> None:
    refused(text)


@given(st.binary())
def test_a_key_set_of_anything_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(RightsError):
        jose.parse_key_set(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.sampled_from([{}, jose.jwk(MINE.public)]),
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "d", "kid"]), json_values),
)
def test_a_key_of_anything_is_read_or_refused_in_words(
    key: dict[str, Any], members: dict[str, Any]
) -> None:
    with suppress(RightsError):
        jose.parse_key(key | members)


def test_a_key_comes_back_from_its_set() -> None:
    found = jose.parse_key_set(jose.key_set([MINE.public, OTHER.public]))

    assert [key.public_numbers() for key in found.values()] == [
        MINE.public.public_numbers(),
        OTHER.public.public_numbers(),
    ]
    assert list(found) == [MINE.kid, OTHER.kid]


def test_keys_of_other_kinds_are_left_out() -> None:
    mine = jose.jwk(MINE.public)
    listed = [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "a"}, {"kty": "RSA"}, 1, mine]

    assert list(jose.parse_key_set(json.dumps({"keys": listed}).encode())) == [MINE.kid]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"d": "AA"}, "private"),
        ({"x": jose.encode(bytes(32))}, "no point"),
        ({"x": jose.encode(bytes(31))}, "32 bytes"),
        ({"x": jose.encode(b"\xff" * 32)}, "no point"),
        ({"crv": "P-384"}, "P-256"),
        ({"kty": "RSA"}, "kty EC"),
        ({"y": 1}, "x and y"),
        ({"y": "=="}, "base64url"),
    ],
)
def test_a_bad_key_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(RightsError, match=words):
        jose.parse_key(jose.jwk(MINE.public) | change)


def test_a_set_that_names_a_key_twice_is_refused() -> None:
    twice = json.dumps({"keys": [jose.jwk(MINE.public)] * 2}).encode()

    with pytest.raises(RightsError, match="same kid"):
        jose.parse_key_set(twice)


def test_a_set_that_is_too_large_is_refused() -> None:
    many = json.dumps({"keys": [jose.jwk(MINE.public) | {"kid": str(n)} for n in range(65)]})

    for data in (many.encode(), b" " * (jose.KEY_SET_BYTES_MAX + 1)):
        with pytest.raises(RightsError, match="at most"):
            jose.parse_key_set(data)


def test_a_private_key_is_never_shown() -> None:
    assert "d" not in jose.jwk(MINE.public)
    assert isinstance(MINE.public, ec.EllipticCurvePublicKey)
