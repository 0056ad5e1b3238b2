"""Holds a claim-signing certificate against the profile that C2PA publishes for it.

What makes signatures fail here is refused (`require_usable`); what only the conformance programme
asks for is told (`departures`): a private CA may do without, and then nobody else trusts it.

Source: claim-signing leaf profiles, assurance levels 1 and 2, of the conformance programme 0.2.
"""

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

from rightsd.errors import Code, RightsError

T = TypeVar("T", bound=x509.ExtensionType)

CHAIN_MAX = 8
LEVELS = {
    b"\x06\x0a\x2b\x06\x01\x04\x01\x83\xe8\x5e\x03\x0a": 366,  # 1.3.6.1.4.1.62558.3.10, in days
    b"\x06\x0a\x2b\x06\x01\x04\x01\x83\xe8\x5e\x03\x14": 90,  # 1.3.6.1.4.1.62558.3.20
}
RSA_BITS_MIN = 2048
UNREADABLE = "it has parts that cannot be read"

CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
POLICY = ObjectIdentifier("1.3.6.1.4.1.62558.1.1")
LEVEL = ObjectIdentifier("1.3.6.1.4.1.62558.3")
RECORD = ObjectIdentifier("1.3.6.1.4.1.62558.4")

_UTF8_OF_36 = b"\x0c\x24"  # DER of a UTF8String with 36 bytes begins like this.
_SIGNATURES = frozenset(
    {
        "1.2.840.113549.1.1.11",
        "1.2.840.113549.1.1.12",
        "1.2.840.113549.1.1.13",
        "1.2.840.113549.1.1.10",
        "1.2.840.10045.4.3.2",
        "1.2.840.10045.4.3.3",
        "1.2.840.10045.4.3.4",
        "1.3.101.112",
    }
)
_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
_NAMES = (
    (NameOID.COUNTRY_NAME, "C"),
    (NameOID.ORGANIZATION_NAME, "O"),
    (NameOID.COMMON_NAME, "CN"),
)


def require_usable(
    chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], now: datetime
) -> None:
    """Check that what is signed under a chain will validate, for whoever has these anchors.

    Args:
        chain: The leaf first.
        anchors: Who is trusted.
        now: When.

    Raises:
        RightsError: INVALID, saying what is wrong with it; UNAVAILABLE, when it is only out of
            date.
    """
    for code, wrongs in (
        (Code.INVALID, _defects(chain, anchors)),
        (Code.UNAVAILABLE, _out_of_date(chain, now)),
    ):
        wrong = next(wrongs, None)
        if wrong is not None:
            raise RightsError(code, f"The claim-signing chain cannot be used: {wrong}.")


def departures(leaf: x509.Certificate) -> list[str]:
    """Return in what a certificate departs from the published profile; nothing: it conforms."""
    if not _is_readable(leaf):
        return [UNREADABLE]
    return [*_of_names_and_keys(leaf), *_of_extensions(leaf), *_of_programme(leaf)]


def _defects(
    chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]
) -> Iterator[str]:
    if len(chain) > CHAIN_MAX:
        yield f"it has more than {CHAIN_MAX} certificates"
        return
    if not all(map(_is_readable, chain)):
        yield UNREADABLE
        return
    leaf = chain[0]
    key = leaf.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        yield "the key of its first certificate is not on P-256"
    yield from _of_extensions(leaf)
    for one, issuer in itertools.pairwise(chain):
        if not _issued(one, issuer):
            yield f"{_name(one)} was not issued by {_name(issuer)}, which follows it"
    last = chain[-1]
    if not any(last == anchor or _issued(last, anchor) for anchor in anchors):
        yield f"no trust anchor vouches for {_name(last)}"


def _out_of_date(chain: Sequence[x509.Certificate], now: datetime) -> Iterator[str]:
    for each in chain:
        start, end = each.not_valid_before_utc, each.not_valid_after_utc
        if not start <= now < end:
            yield f"{_name(each)} is good from {start:%Y-%m-%d} until {end:%Y-%m-%d}"


def _of_names_and_keys(leaf: x509.Certificate) -> Iterator[str]:
    if leaf.signature_algorithm_oid.dotted_string not in _SIGNATURES:
        yield "its issuer's signature is not of an algorithm that C2PA allows"
    for oid, name in _NAMES:
        if not leaf.subject.get_attributes_for_oid(oid):
            yield f"its subject has no {name}"
    match leaf.public_key():
        case ec.EllipticCurvePublicKey(curve=curve):
            if curve.name not in _CURVES:
                yield "its key is not on P-256, P-384 or P-521"
        case rsa.RSAPublicKey(key_size=bits):
            if bits < RSA_BITS_MIN:
                yield f"its RSA key has fewer than {RSA_BITS_MIN} bits"
        case ed25519.Ed25519PublicKey():
            pass
        case _:
            yield "its key is of a kind that C2PA does not allow"


def _of_extensions(leaf: x509.Certificate) -> Iterator[str]:
    """Yield what is wrong with those extensions that every verifier looks at."""
    if _find(leaf, x509.SubjectKeyIdentifier, critical=False) is None:
        yield "it has no subject key identifier, or a critical one"
    issuer = _find(leaf, x509.AuthorityKeyIdentifier, critical=False)
    if issuer is None or issuer.key_identifier is None:
        yield "it has no authority key identifier, or a critical one"
    usage = _find(leaf, x509.KeyUsage, critical=True)
    if usage is None or not _signs_only(usage):
        yield "its key usage is not critical, or not digitalSignature and nonRepudiation alone"
    basic = _find(leaf, x509.BasicConstraints, critical=True)
    if basic is None or basic.ca:
        yield "its basic constraints are not critical, or it is a CA"
    uses = _find(leaf, x509.ExtendedKeyUsage, critical=False)
    named = frozenset(() if uses is None else uses)
    others = {ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING}
    if CLAIM_SIGNING not in named or not named & others:
        yield (
            "its extended key usage is critical, or not c2pa-kp-claimSigning beside "
            "emailProtection or documentSigning"
        )


def _of_programme(leaf: x509.Certificate) -> Iterator[str]:
    """Yield what only a CA of the conformance programme would have done otherwise."""
    policies = _find(leaf, x509.CertificatePolicies, critical=False)
    if POLICY not in {each.policy_identifier for each in policies or ()}:
        yield f"it does not name the certificate policy of C2PA ({POLICY.dotted_string})"
    access = _find(leaf, x509.AuthorityInformationAccess, critical=False)
    if not any(_is_ocsp(each) for each in access or ()):
        yield "it does not say where OCSP is to be asked, at http://"
    level = _raw(leaf, LEVEL)
    if level not in LEVELS:
        yield f"it states no assurance level ({LEVEL.dotted_string})"
    days = (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days
    if days > LEVELS.get(level or b"", max(LEVELS.values())):
        yield f"it is good for {days} days, which is longer than its assurance level allows"
    record = _raw(leaf, RECORD)
    if record is None or len(record) != 38 or not record.startswith(_UTF8_OF_36):
        yield f"it names no record of the list of conforming products ({RECORD.dotted_string})"


def _is_readable(certificate: x509.Certificate) -> bool:
    """Say whether the parts can be read that are looked at here: the library reads them late."""
    try:
        _ = (
            certificate.subject,
            certificate.public_key(),
            certificate.signature_algorithm_oid,
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            certificate.extensions,
        )
    except (
        ValueError,
        TypeError,
        UnsupportedAlgorithm,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ):
        return False
    return True


def _find(leaf: x509.Certificate, kind: type[T], *, critical: bool) -> T | None:
    """Return an extension, if it is there and as critical as it has to be."""
    try:
        found = leaf.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None
    return found.value if found.critical is critical else None


def _raw(leaf: x509.Certificate, oid: ObjectIdentifier) -> bytes | None:
    """Return the DER of an extension of C2PA, unless it is critical."""
    for each in leaf.extensions:
        if each.oid == oid and not each.critical:
            return each.value.public_bytes()
    return None


def _signs_only(usage: x509.KeyUsage) -> bool:
    return (
        usage.digital_signature
        and usage.content_commitment
        and not usage.key_cert_sign
        and not usage.crl_sign
        and not usage.key_encipherment
        and not usage.data_encipherment
        and not usage.key_agreement
    )


def _is_ocsp(access: x509.AccessDescription) -> bool:
    where = access.access_location
    return (
        access.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(where, x509.UniformResourceIdentifier)
        and where.value.startswith("http://")
    )


def _issued(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
