"""What a file's Content Credentials say: a reader's report, with nothing about it believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.x509.oid import NameOID

from rightsd.domain.manifest import RightsFacts, parse_rights

TEXT_CHARS_MAX = 256
URL_CHARS_MAX = 2048
# The status code of C2PA for it.
REVOKED = "signingCredential.ocsp.revoked"
# A time-stamp may tell no more than the second (RFC 3161 section 2.4.2), and cuts the rest off.
STAMP_RESOLUTION = timedelta(seconds=1)

_IDENTIFYING = (
    ("C", NameOID.COUNTRY_NAME),
    ("O", NameOID.ORGANIZATION_NAME),
    ("CN", NameOID.COMMON_NAME),
)
_IMAGE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1"})
# What fails when only the pictures were changed. Then the manifest is still as it was signed.
_CONTENT_FAILURES = frozenset(
    {
        "assertion.bmffHash.mismatch",
        "assertion.boxesHash.mismatch",
        "assertion.dataHash.mismatch",
    }
)


class State(StrEnum):
    """What the Content Credentials of a file are worth.

    TRUSTED: whole, and signed by someone whom a trust anchor of today vouches for. VALID: whole,
    but nobody vouches, today. INVALID: file or manifest were changed, or the certificate was not
    good. UNREADABLE: there may be something, but not for us. None of them means "these are the
    bytes that we signed": `ftyp` and the padding of the signature (10 kB) are nobody's. Compare the
    SHA-256 for that.
    """

    NONE = "none"
    TRUSTED = "trusted"
    VALID = "valid"
    INVALID = "invalid"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """When a time-stamping authority saw the signature; worth something only if it is trusted."""

    at: datetime
    trusted: bool


@dataclass(frozen=True, slots=True)
class Credential:
    """What a file says about itself. All text is the file's: plain, bounded, and perhaps a lie.

    Attributes:
        state: See `State`.
        manifest_id: Label of the active manifest.
        signer: Common name and organisation in the signer's certificate.
        serial: Serial number of the signer's certificate, hexadecimal, without zeros before it.
        time_stamp: When it was signed, if someone says so.
        trusted_now: A trust anchor of today vouches for the signer, whose certificate is not known
            to be revoked. Says nothing of the file.
        trusted_then: The same of the anchors that we had when it was signed. None when that is not
            known: it has no trusted time-stamp, or is older than what we keep track of.
        failures: C2PA status codes of what failed.
        remote_url: Where the file says that its manifest is. Never fetched.
        signed: The claim was signed by someone whom a trust anchor of today, or of then, vouches
            for, whatever became of the file since.
        claim_signature_ours: The claim was signed by us, whatever became of the file since. While
            the certificate is valid, or with a trusted time-stamp: a signature that is older than
            its certificate's end, and has none, is nobody's.
        rights: Our statement, when we signed it and the manifest is as it was.
        assertions: Labels of the assertions in the active manifest.
        present: JUMBF URIs of the assertions in all manifests of the store.
        redacted: JUMBF URIs of the assertions of earlier manifests that it says are redacted.
        reason: One sentence, when unreadable.
        json: The manifest store as crJSON; empty when there is none, or a very large one.
    """

    state: State
    manifest_id: str | None = None
    signer: str | None = None
    serial: str | None = None
    time_stamp: TimeStamp | None = None
    trusted_now: bool = False
    trusted_then: bool | None = None
    failures: tuple[str, ...] = ()
    remote_url: str | None = None
    signed: bool = False
    claim_signature_ours: bool = False
    rights: RightsFacts | None = None
    assertions: tuple[str, ...] = ()
    present: tuple[str, ...] = field(default=(), repr=False)
    redacted: tuple[str, ...] = ()
    reason: str | None = None
    json: str = field(default="", repr=False)

    @property
    def vouched(self) -> bool:
        """Whole, and signed by someone whom we trust, or did when it was signed."""
        return self.state is State.TRUSTED or (
            self.state is State.VALID and bool(self.trusted_then)
        )


def media_type(path: Path) -> str | None:
    """Return the media type that a file's first bytes say, if it is one that we read."""
    with path.open("rb") as file:
        head = file.read(12)
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    brand = head[8:12]
    if head[4:8] != b"ftyp" or brand in _IMAGE_BRANDS:
        return None
    return "video/quicktime" if brand == b"qt  " else "video/mp4"


def parse_report(report: Mapping[str, object], *, ours: Mapping[str, object]) -> Credential:
    """Return what a report says, believing nothing about its types and sizes.

    Args:
        report: A `c2pa_child.Report`, if the reader is to be believed.
        ours: Who we are, from `subject`.
    """
    state = report.get("state")
    if not isinstance(state, str) or state not in set(State):
        return unreadable("The reader gave an answer that is none.")
    named = report.get("subject")
    names = cast("dict[str, object]", named) if isinstance(named, dict) else {}
    trusted = report.get("trusted") is True
    signed = trusted and report.get("signed") is True
    signed_by_us = signed and all(names.get(key) == value for key, value in ours.items())
    codes = report.get("failures")
    failures = tuple(
        _text(code) or "unknown"
        for code in (cast("list[object]", codes) if isinstance(codes, list) else [])
    )
    unchanged = signed_by_us and set(failures) <= _CONTENT_FAILURES
    error = _text(report.get("error"))
    crjson = report.get("json")
    return Credential(
        state=State(state),
        manifest_id=_text(report.get("manifest_id")),
        signer=", ".join(text for key in ("CN", "O") if (text := _text(names.get(key)))) or None,
        serial=_serial(report.get("serial")),
        time_stamp=_time_stamp(report),
        trusted_now=trusted,
        failures=failures,
        remote_url=_text(report.get("remote_url"), chars_max=URL_CHARS_MAX),
        signed=signed,
        claim_signature_ours=signed_by_us,
        rights=parse_rights(report.get("rights")) if unchanged else None,
        assertions=_texts(report.get("assertions")),
        present=_texts(report.get("present")),
        redacted=_texts(report.get("redacted")),
        reason=error and f"The C2PA library cannot read the file ({error}).",
        json=crjson if isinstance(crjson, str) else "",
    )


def subject(leaf: x509.Certificate) -> dict[str, object]:
    """Return who a certificate is for, keyed as in crJSON.

    Country, organisation and common name: the programme has them listed once for each product, so
    they stay ours when the leaf is renewed, even by another CA.
    """
    found = {name: leaf.subject.get_attributes_for_oid(oid) for name, oid in _IDENTIFYING}
    return {name: attributes[0].value if attributes else None for name, attributes in found.items()}


def with_then(now: Credential, then: Credential) -> Credential:
    """Return what a file says, with what it said to whoever trusted as we did when it was signed.

    Args:
        now: Read with the anchors of today.
        then: Read with the anchors of then.
    """
    return replace(
        now,
        trusted_then=then.trusted_now,
        signed=now.signed or then.signed,
        claim_signature_ours=now.claim_signature_ours or then.claim_signature_ours,
        rights=now.rights or then.rights,
    )


def with_revocation(credential: Credential, revoked_from: datetime | None) -> Credential:
    """Return what a file says, knowing that its signer's certificate was revoked.

    What was signed before that stays as good as it was, if a trusted time-stamp says that it was.
    Anything else may have been signed by whoever has the key now.

    Args:
        credential: As read.
        revoked_from: From when on the certificate is not good; None: it is.
    """
    if revoked_from is None:
        return credential
    stamp = credential.time_stamp
    if stamp is not None and stamp.trusted and stamp.at + STAMP_RESOLUTION <= revoked_from:
        return replace(credential, trusted_now=False)
    return replace(
        credential,
        state=State.INVALID,
        trusted_now=False,
        trusted_then=False if credential.trusted_then is not None else None,
        failures=(*credential.failures, REVOKED),
        signed=False,
        claim_signature_ours=False,
        rights=None,
    )


def with_signer(credential: Credential, serial: str | None) -> Credential:
    """Return what a file says, knowing under which certificate we signed the output that it names.

    What another certificate says of that output is not ours, be it one of ours: its key may be in
    other hands. What that certificate says is, by whatever name we signed then.

    Args:
        credential: As read.
        serial: Of that certificate; None: the file names no output, or we did not keep track.
    """
    if serial is None:
        return credential
    ours = credential.signed and credential.serial == serial
    return replace(
        credential, claim_signature_ours=ours, rights=credential.rights if ours else None
    )


def unreadable(reason: str) -> Credential:
    """Return the credential of a file that we cannot read.

    Args:
        reason: One sentence.
    """
    return Credential(State.UNREADABLE, reason=reason)


def _time_stamp(report: Mapping[str, object]) -> TimeStamp | None:
    text = _text(report.get("time_stamp"))
    try:
        at = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None
    if at is None or at.tzinfo is None:
        return None
    return TimeStamp(at, trusted=report.get("time_stamp_trusted") is True)


def _serial(value: object) -> str | None:
    """Return a serial number in the one form in which it is compared with others."""
    text = _text(value)
    try:
        return None if text is None else f"{int(text, 16):x}"
    except ValueError:
        return None


def _texts(value: object) -> tuple[str, ...]:
    """Return those members of what should be a list that can be shown on a line."""
    found = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(text for one in found if (text := _text(one)) is not None)


def _text(value: object, *, chars_max: int = TEXT_CHARS_MAX) -> str | None:
    """Return a value if it is text that can be shown on a line."""
    if isinstance(value, str) and 0 < len(value) <= chars_max and value.isprintable():
        return value
    return None
