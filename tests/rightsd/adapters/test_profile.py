"""A claim-signing certificate is held against the published profile."""

import base64
import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rightsd.adapters import authority, claims, profile
from rightsd.adapters.profile import CLAIM_SIGNING, LEVEL, RECORD
from rightsd.errors import Code, RightsError
from tests.rightsd.adapters import leaves
from tests.rightsd.adapters.leaves import NOW

SCHEMA = (
    Path(__file__).parents[4]
    / "shared/standards/data/c2pa/conformance-public/docs/v0.2/cert-profiles"
    / "claimSigningLeaf.al1.cert.schema.json"
)
EMAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION
OTHER = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")

# What is wrong with a certificate, and how it gets to be so.
WRONG: dict[str, dict[str, Any]] = {
    "no subject key": {"extensions": {"subject_key": None}},
    "no authority key": {"extensions": {"authority_key": None}},
    "no key usage": {"extensions": {"usage": None}},
    "a key usage that is not critical": {"extensions": {"usage": (leaves.usage(), False)}},
    "no repudiation": {"extensions": {"usage": (leaves.usage(content_commitment=False), True)}},
    "agrees keys": {"extensions": {"usage": (leaves.usage(key_agreement=True), True)}},
    "no basic constraints": {"extensions": {"basic": None}},
    "a CA": {"extensions": {"basic": (x509.BasicConstraints(ca=True, path_length=0), True)}},
    "no extended use": {"extensions": {"uses": None}},
    "claim signing alone": {"extensions": {"uses": (leaves.uses(CLAIM_SIGNING), False)}},
    "e-mail alone": {"extensions": {"uses": (leaves.uses(EMAIL), False)}},
    "critical uses": {"extensions": {"uses": (leaves.uses(CLAIM_SIGNING, EMAIL), True)}},
    "no policy": {"extensions": {"policies": None}},
    "another policy": {
        "extensions": {
            "policies": (x509.CertificatePolicies([x509.PolicyInformation(OTHER, None)]), False)
        }
    },
    "no OCSP": {"extensions": {"access": None}},
    "OCSP elsewhere": {"extensions": {"access": (leaves.access("ldap://ocsp.example/"), False)}},
    "no assurance level": {"extensions": {"level": None}},
    "an assurance level of its own": {
        "extensions": {
            "level": (
                x509.UnrecognizedExtension(LEVEL, bytes.fromhex("060a2b0601040183e85e0363")),
                False,
            )
        }
    },
    "no record": {"extensions": {"record": None}},
    "a short record": {
        "extensions": {"record": (x509.UnrecognizedExtension(RECORD, b"\x0c\x02ab"), False)}
    },
    "good for too long": {"days": 368},
    "no country": {"without": NameOID.COUNTRY_NAME},
    "no organisation": {"without": NameOID.ORGANIZATION_NAME},
    "no common name": {"without": NameOID.COMMON_NAME},
    "a curve of its own": {"key": ec.generate_private_key(ec.SECP256K1())},
    "a short RSA key": {"key": rsa.generate_private_key(65537, 1024)},
}


@pytest.fixture(scope="module")
def schema() -> jsonschema.protocols.Validator:
    if not SCHEMA.exists():
        pytest.skip("the programme's schemas are not here")
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_bytes()))


def test_what_the_programme_wants_conforms() -> None:
    assert profile.departures(leaves.leaf()) == []


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_every_departure_is_found(wrong: dict[str, Any]) -> None:
    assert len(profile.departures(leaves.leaf(**wrong))) == 1


def test_the_published_schema_accepts_what_conforms(
    schema: jsonschema.protocols.Validator,
) -> None:
    assert list(schema.iter_errors(leaves.decoded(leaves.leaf()))) == []


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_the_published_schema_finds_the_same_departures(
    schema: jsonschema.protocols.Validator, wrong: dict[str, Any]
) -> None:
    assert not schema.is_valid(leaves.decoded(leaves.leaf(**wrong)))


def test_a_higher_assurance_level_is_shorter() -> None:
    level = x509.UnrecognizedExtension(LEVEL, bytes.fromhex("060a2b0601040183e85e0314"))

    short, long = (leaves.leaf({"level": (level, False)}, days=days) for days in (90, 92))

    assert profile.departures(short) == []
    assert len(profile.departures(long)) == 1


def test_the_development_certificate_lacks_only_what_a_real_ca_states() -> None:
    issuer = authority.create(NOW)
    leaf = x509.load_pem_x509_certificate(
        authority.issue(issuer.issuing, NOW).certificate_pem.encode()
    )

    found = profile.departures(leaf)

    assert [each.split(" (")[0] for each in found] == [
        "it does not say where OCSP is to be asked, at http://",
        "it states no assurance level",
        "it names no record of the list of conforming products",
    ]


def chain() -> tuple[list[x509.Certificate], list[x509.Certificate]]:
    """Return a development chain, and its root."""
    issuer = authority.create(NOW)
    leaf = authority.issue(issuer.issuing, NOW)
    return (
        claims.chain(leaf.certificate_pem + issuer.issuing.certificate_pem),
        claims.chain(issuer.root_pem),
    )


def test_a_chain_to_an_anchor_can_be_used() -> None:
    certificates, anchors = chain()

    profile.require_usable(certificates, anchors, NOW)
    profile.require_usable(certificates, certificates[1:], NOW)


def test_what_does_not_hold_together_cannot_be_used() -> None:
    certificates, anchors = chain()
    others, other_anchors = chain()
    refused = {
        "no trust anchor vouches": (certificates, other_anchors, NOW),
        "was not issued by": ([certificates[0], others[1]], other_anchors, NOW),
        "key usage": (certificates[1:], anchors, NOW),
        "more than 8 certificates": (certificates * 5, anchors, NOW),
    }

    for said, arguments in refused.items():
        with pytest.raises(RightsError, match=said) as caught:
            profile.require_usable(*arguments)
        assert caught.value.code is Code.INVALID


def test_a_chain_that_has_run_out_cannot_be_used_until_it_is_renewed() -> None:
    certificates, anchors = chain()

    with pytest.raises(RightsError, match="is good from") as caught:
        profile.require_usable(certificates, anchors, NOW + timedelta(days=366))

    assert caught.value.code is Code.UNAVAILABLE


# Of serial numbers below zero it warns, and reads them.
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_a_broken_certificate_is_refused_in_a_sentence() -> None:
    rng, whole = random.Random(6), leaves.leaf().public_bytes(Encoding.DER)
    _, anchors = chain()
    read, unreadable = 0, 0

    for _ in range(800):
        changed = bytearray(whole)
        for _ in range(rng.choice([1, 1, 2, 4])):
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        try:
            certificate = x509.load_der_x509_certificate(bytes(changed))
        except (ValueError, x509.InvalidVersion):
            continue  # Who reads the file says so.
        read += 1
        departures = profile.departures(certificate)
        unreadable += departures == [profile.UNREADABLE]
        with pytest.raises(RightsError) as caught:
            profile.require_usable([certificate], anchors, NOW)
        assert caught.value.code in {Code.INVALID, Code.UNAVAILABLE}

    assert 0 < unreadable < read


def test_a_certificate_of_another_version_is_none() -> None:
    der = leaves.leaf().public_bytes(Encoding.DER)
    other = der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x05", 1)
    body = base64.encodebytes(other).decode()

    with pytest.raises(RightsError, match="not a list of certificates"):
        claims.chain(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
