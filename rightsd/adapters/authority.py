"""A certificate authority for development, so that signing works before anyone has bought anything.

Root, issuing CA and claim-signing leaf, all P-256. Pure functions: they return PEM and store
nothing (`adapters.keys` does). Nobody but the install that made it trusts it, and its names say so.

Source: C2PA certificate profiles of the conformance programme 0.2, less what only a real CA can
state: OCSP, assurance level, the record in the list of conforming products.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rightsd.errors import Code, RightsError

ROOT_DAYS = 3650
# The most that the programme gives an issuing CA and a leaf.
ISSUING_DAYS = 1827
LEAF_DAYS = 365
ROTATION_DAYS = 30
# A verifier whose clock is a little behind must not find the certificate from the future.
CLOCK_SKEW = timedelta(minutes=5)

_ORGANISATION = "rightsd (development)"
_CLAIM_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
_CERTIFICATE_POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.62558.1.1")
_PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----\n[A-Za-z0-9+/=\n]+-----END \1-----\n")


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its private key (PKCS #8), both PEM."""

    certificate_pem: str
    key_pem: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authority:
    """A root and the one CA under it. The root's key is gone: it signed once and was dropped."""

    root_pem: str
    issuing: Identity


@dataclass(frozen=True, slots=True)
class _Profile:
    name: x509.Name
    days: int
    ca: bool
    path_length: int | None
    claim_signing: bool


def create(now: datetime) -> Authority:
    """Return a new authority, unlike any other: its names carry a part of its root's key."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    issuing_key = ec.generate_private_key(ec.SECP256R1())
    mark = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()).digest.hex()[:8]
    root_name, issuing_name = _name(f"development root {mark}"), _name(f"development CA {mark}")
    root_profile = _Profile(root_name, ROOT_DAYS, ca=True, path_length=1, claim_signing=False)
    root = _certify(
        root_profile, root_key.public_key(), issuer=root_name, issuer_key=root_key, now=now
    )
    issuing_profile = _Profile(
        issuing_name, ISSUING_DAYS, ca=True, path_length=0, claim_signing=True
    )
    issuing = _certify(
        issuing_profile, issuing_key.public_key(), issuer=root_name, issuer_key=root_key, now=now
    )
    return Authority(root_pem=_pem(root), issuing=Identity(_pem(issuing), _key_pem(issuing_key)))


def issue(issuing: Identity, now: datetime) -> Identity:
    """Return a new claim-signing leaf (ES256), which ends no later than the CA that issues it.

    Raises:
        RightsError: UNAVAILABLE, when the CA itself has ended.
    """
    ca = x509.load_pem_x509_certificate(issuing.certificate_pem.encode())
    if ca.not_valid_after_utc <= now:
        raise RightsError(
            Code.UNAVAILABLE,
            f"The development authority ended on {ca.not_valid_after_utc:%Y-%m-%d}: "
            "configure a real claim-signing certificate, or start with a new key folder.",
        )
    ca_key = load_pem_private_key(issuing.key_pem.encode(), password=None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    # The mark of the authority is the last word of its name.
    mark = str(ca.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value).rsplit(" ", 1)[-1]
    name = _name(f"development claim signer {mark}")
    leaf = _certify(
        _Profile(name, LEAF_DAYS, ca=False, path_length=None, claim_signing=True),
        key.public_key(),
        issuer=ca.subject,
        issuer_key=ca_key,
        now=now,
        not_after=ca.not_valid_after_utc,
    )
    return Identity(_pem(leaf), _key_pem(key))


def is_due(leaf: Identity, issuing: Identity, now: datetime) -> bool:
    """Tell whether a new leaf should take over: few days remain, and the CA can give more."""
    leaf_end = x509.load_pem_x509_certificate(leaf.certificate_pem.encode()).not_valid_after_utc
    issuing_end = x509.load_pem_x509_certificate(
        issuing.certificate_pem.encode()
    ).not_valid_after_utc
    return leaf_end - now < timedelta(days=ROTATION_DAYS) and leaf_end < issuing_end


def authority_pem(authority: Authority) -> str:
    """Return an authority as one text: root, issuing certificate, issuing key."""
    return authority.root_pem + identity_pem(authority.issuing)


def parse_authority(pem: str) -> Authority:
    """Return the authority that `authority_pem` wrote."""
    root, certificate, key = _blocks(pem)
    return Authority(root, Identity(certificate, key))


def identity_pem(identity: Identity) -> str:
    """Return an identity as one text: certificate, key."""
    return identity.certificate_pem + identity.key_pem


def parse_identity(pem: str) -> Identity:
    """Return the identity that `identity_pem` wrote."""
    certificate, key = _blocks(pem)
    return Identity(certificate, key)


def _certify(
    profile: _Profile,
    public_key: ec.EllipticCurvePublicKey,
    *,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    not_after: datetime | None = None,
) -> x509.Certificate:
    """Return a certificate. `not_after` cuts its life short."""
    end = now + timedelta(days=profile.days) - CLOCK_SKEW
    builder = (
        x509.CertificateBuilder()
        .subject_name(profile.name)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(min(end, not_after or end))
        .add_extension(
            x509.BasicConstraints(ca=profile.ca, path_length=profile.path_length), critical=True
        )
        .add_extension(_key_usage(ca=profile.ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if profile.claim_signing:
        # Both uses: a verifier with the older trust list knows only e-mail protection.
        uses = x509.ExtendedKeyUsage([_CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
        policy = x509.PolicyInformation(_CERTIFICATE_POLICY, None)
        builder = builder.add_extension(uses, critical=False)
        builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _blocks(pem: str) -> list[str]:
    return [match.group() for match in _PEM_BLOCK.finditer(pem)]
