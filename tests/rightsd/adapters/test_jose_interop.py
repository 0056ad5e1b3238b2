"""Other people's readers and writers: joserfc for tokens and keys, a vector of another."""

import json
from pathlib import Path

import pytest

from rightsd.adapters import jose, sdjwt
from tests.rightsd.adapters.signing import keys, signer

VECTOR = Path(__file__).parents[3] / "api-specs" / "vectors" / "sd-jwt.json"
MINE = signer(7)
CLAIMS = {"iss": "https://a.example", "iat": 1, "word": "日本"}


def test_joserfc_reads_what_we_sign() -> None:
    joserfc = pytest.importorskip("joserfc", reason="of the extra dev")
    jwk, jwt = pytest.importorskip("joserfc.jwk"), pytest.importorskip("joserfc.jwt")
    assert joserfc
    published = jwk.KeySet.import_key_set(json.loads(jose.key_set([signer(8).public, MINE.public])))

    read = jwt.decode(jose.sign(MINE, "a+jwt", CLAIMS), published, algorithms=["ES256"])

    assert read.claims == CLAIMS
    assert read.header == {"alg": "ES256", "kid": MINE.kid, "typ": "a+jwt"}


def test_we_read_what_joserfc_signs() -> None:
    jwk, jwt = pytest.importorskip("joserfc.jwk"), pytest.importorskip("joserfc.jwt")
    key = jwk.ECKey.generate_key("P-256", auto_kid=True)
    published = {"keys": [key.as_dict(private=False)]}
    header = {"alg": "ES256", "kid": key.kid, "typ": "a+jwt"}

    found = jose.parse_key_set(json.dumps(published).encode())
    signed = jose.verify(jwt.encode(header, CLAIMS, key), found, typ="a+jwt")

    assert signed.claims == CLAIMS
    assert signed.kid == jose.thumbprint(found[key.kid]) == key.thumbprint()


@pytest.mark.parametrize("case", json.loads(VECTOR.read_text())["cases"], ids=lambda c: c["name"])
def test_we_read_what_another_implementation_issued(case: dict) -> None:
    issuer = jose.parse_key_set(json.dumps(case["keys"]).encode())

    presented = sdjwt.verify(case["presentation"], issuer, typ=case["typ"])

    assert presented.claims == case["claims"]
    assert (presented.binding is not None) == case["bound"]
    assert keys(MINE).keys().isdisjoint(issuer)
