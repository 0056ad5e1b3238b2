"""Claim-signing certificates for tests: as the programme wants them, and otherwise."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

from rightsd.adapters.profile import CLAIM_SIGNING, LEVEL, POLICY, RECORD

NOW = datetime.now(UTC).replace(microsecond=0)
CA_KEY = ec.generate_private_key(ec.SECP256R1())
KEY = ec.generate_private_key(ec.SECP256R1())
RECORD_VALUE = b"\x0c\x24" + b"0e1b9c52-7d5a-4f0e-8f7e-0a1b2c3d4e5f"
LEVEL_1 = bytes.fromhex("060a2b0601040183e85e030a")
Extensions = Mapping[str, tuple[x509.ExtensionType, bool] | None]


def usage(**changes: bool) -> x509.KeyUsage:
    bits = {
        "digital_signature": True,
        "content_commitment": True,
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "key_cert_sign": False,
        "crl_sign": False,
        "encipher_only": False,
        "decipher_only": False,
    }
    return x509.KeyUsage(**(bits | changes))


def uses(*oids: ObjectIdentifier) -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage(oids)


def access(ocsp: str = "http://ocsp.example/") -> x509.AuthorityInformationAccess:
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp)
            ),
            x509.AccessDescription(
                AuthorityInformationAccessOID.CA_ISSUERS,
                x509.UniformResourceIdentifier("http://ca.example/ca.crt"),
            ),
        ]
    )


def conforming(key: Any = KEY) -> dict[str, tuple[x509.ExtensionType, bool] | None]:
    """Return the extensions that the programme wants, each with whether it is critical."""
    return {
        "subject_key": (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        "authority_key": (
            x509.AuthorityKeyIdentifier.from_issuer_public_key(CA_KEY.public_key()),
            False,
        ),
        "usage": (usage(), True),
        "basic": (x509.BasicConstraints(ca=False, path_length=None), True),
        "uses": (uses(CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION), False),
        "policies": (x509.CertificatePolicies([x509.PolicyInformation(POLICY, None)]), False),
        "access": (access(), False),
        "level": (x509.UnrecognizedExtension(LEVEL, LEVEL_1), False),
        "record": (x509.UnrecognizedExtension(RECORD, RECORD_VALUE), False),
    }


def leaf(
    extensions: Extensions | None = None,
    *,
    days: int = 365,
    key: Any = KEY,
    without: ObjectIdentifier | None = None,
    name: str = "Example signer",
) -> x509.Certificate:
    """Return a conforming certificate, but for these extensions, and a name of its subject."""
    named = [
        x509.NameAttribute(oid, value)
        for oid, value in (
            (NameOID.COUNTRY_NAME, "XX"),
            (NameOID.ORGANIZATION_NAME, "Example"),
            (NameOID.COMMON_NAME, name),
        )
        if oid != without
    ]
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example CA")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(named))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=days - 1))
    )
    for found in (conforming(key) | dict(extensions or {})).values():
        if found is not None:
            builder = builder.add_extension(found[0], critical=found[1])
    return builder.sign(CA_KEY, hashes.SHA256())


def decoded(certificate: x509.Certificate) -> dict[str, Any]:
    """Return a certificate in the form that the programme's schemas are about."""
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    signature = {"algorithm": _oid(certificate.signature_algorithm_oid)}
    return {
        "format": "certificate",
        "decoded": {
            "tbsCertificate": {
                "version": {"value": 2},
                "serialNumber_hex": hex(certificate.serial_number),
                "signature": signature,
                "issuer": _named(certificate.issuer),
                "validity": {
                    "notBefore": {"_encoding": "UTCTime", "value": start.isoformat()},
                    "notAfter": {"_encoding": "UTCTime", "value": end.isoformat()},
                    "computedValidityDays": (end - start).days,
                },
                "subject": _named(certificate.subject),
                "subjectPublicKeyInfo": {"publicKey": _key(certificate.public_key())},
                "extensions": [
                    {
                        "extnID": _oid(each.oid),
                        "critical": each.critical,
                        "extnValue": _value(each.value),
                    }
                    for each in certificate.extensions
                ],
            },
            "signatureAlgorithm": signature,
            "signatureValue_hex": certificate.signature.hex(),
        },
    }


def _oid(oid: ObjectIdentifier) -> dict[str, str]:
    return {"oid": oid.dotted_string, "name": oid.dotted_string}


def _named(name: x509.Name) -> list[list[dict[str, Any]]]:
    return [[{"type": _oid(each.oid), "value": each.value} for each in rdn] for rdn in name.rdns]


def _key(key: Any) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPublicKey):
        oid, facts = "1.2.840.113549.1.1.1", {"modulus_bits": key.key_size}
    else:
        oid, facts = (
            "1.2.840.10045.2.1",
            {"curve": key.curve.name, "key_size_bits": key.curve.key_size},
        )
    algorithm = {"algorithm": {"oid": oid, "name": oid}}
    return {"spki_algorithm": algorithm, "raw_spki_hex": "00", **facts}


def _value(value: Any) -> dict[str, Any]:
    found: dict[str, Any]
    match value:
        case x509.SubjectKeyIdentifier(digest=digest):
            found = {"keyIdentifier_hex": digest.hex()}
        case x509.AuthorityKeyIdentifier(key_identifier=digest):
            found = {} if digest is None else {"keyIdentifier_hex": digest.hex()}
        case x509.KeyUsage():
            found = {
                "digitalSignature": value.digital_signature,
                "contentCommitment": value.content_commitment,
                "keyEncipherment": value.key_encipherment,
                "dataEncipherment": value.data_encipherment,
                "keyAgreement": value.key_agreement,
                "keyCertSign": value.key_cert_sign,
                "cRLSign": value.crl_sign,
                "encipherOnly": False,
                "decipherOnly": False,
            }
        case x509.BasicConstraints():
            found = {"cA": value.ca, "pathLenConstraint": value.path_length}
        case x509.ExtendedKeyUsage():
            found = {"extendedKeyUsage": [_oid(each) for each in value]}
        case x509.CertificatePolicies():
            found = {
                "certificatePolicies": [
                    {"policyIdentifier": _oid(each.policy_identifier)} for each in value
                ]
            }
        case x509.AuthorityInformationAccess():
            found = {
                "authorityInfoAccess": [
                    {
                        "accessMethod": _oid(each.access_method),
                        "accessLocation": {
                            "_type": "uniformResourceIdentifier",
                            "value": each.access_location.value,
                        },
                    }
                    for each in value
                ]
            }
        case x509.UnrecognizedExtension(oid=oid, value=der) if oid == RECORD:
            found = {"_pyasn1_decoded": {"_asn1_type": "UTF8String", "value": der[2:].decode()}}
        case _:
            numbers = value.value[2:]
            text = "1.3.6.1.4.1.62558.3." + str(numbers[-1])
            found = {"_pyasn1_decoded": {"_asn1_type": "ObjectIdentifier", "value": text}}
    return found
