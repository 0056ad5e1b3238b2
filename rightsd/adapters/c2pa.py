"""Content Credentials: signs outputs, and reads those of any file.

The one place that knows the C2PA library (pre-1.0, pinned), with `adapters.c2pa_child`.
"""

# The library has no types.
# pyright: reportUnknownMemberType=false

import io
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, cast

import c2pa
from cryptography import x509
from cryptography.x509.oid import NameOID

from rightsd.adapters import c2pa_child
from rightsd.adapters.c2pa_readers import ReaderError, Readers
from rightsd.domain.manifest import RIGHTS_LABEL, THUMBNAIL, RightsFacts, parse_rights
from rightsd.errors import Code, RightsError

# A whole file is hashed: 50 MB take 0.1 s. Larger ones than this are never ours.
FILE_BYTES_MAX = 2 * 1024**3
THUMBNAIL_BYTES_MAX = 1024**2
TEXT_CHARS_MAX = 256
URL_CHARS_MAX = 2048

_ES256_BYTES = 64
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

    TRUSTED: whole, and signed by someone whom a trust anchor vouches for. VALID: whole, but nobody
    vouches. INVALID: file or manifest were changed, or the certificate was not good. UNREADABLE:
    there may be something, but not for us. None of them means "these are the bytes that we signed":
    `ftyp` and the padding of the signature (10 kB) are nobody's. Compare the SHA-256 for that.
    """

    NONE = "none"
    TRUSTED = "trusted"
    VALID = "valid"
    INVALID = "invalid"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Signed:
    """A finished signing. `store` is the manifest store (JUMBF), as embedded in the file."""

    manifest_id: str
    store: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a file says about itself. All text is the file's: plain, bounded, and perhaps a lie.

    Attributes:
        state: See `State`.
        manifest_id: Label of the active manifest.
        signer: Common name and organisation in the signer's certificate.
        failures: C2PA status codes of what failed.
        remote_url: Where the file says that its manifest is. Never fetched.
        claim_signature_ours: The claim was signed by us, whatever became of the file since. While
            the certificate is valid, or with a trusted time-stamp: a signature that is older than
            its certificate's end, and has none, is nobody's.
        rights: Our statement, when we signed it and the manifest is as it was.
        assertions: Labels of the assertions in the active manifest.
        redacted: JUMBF URIs of the assertions of earlier manifests that it says are redacted.
        reason: One sentence, when unreadable.
        json: The manifest store as crJSON; empty when there is none, or a very large one.
    """

    state: State
    manifest_id: str | None = None
    signer: str | None = None
    failures: tuple[str, ...] = ()
    remote_url: str | None = None
    claim_signature_ours: bool = False
    rights: RightsFacts | None = None
    assertions: tuple[str, ...] = ()
    redacted: tuple[str, ...] = ()
    reason: str | None = None
    json: str = field(default="", repr=False)


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


class ContentCredentials:
    """Signs and reads. May be shared by threads; `close` ends the processes that read.

    Signing runs here, where the key is; strangers' files are read in processes of their own.

    Attributes:
        trust_anchors_pem: The roots that are trusted, public as they are.
    """

    def __init__(
        self,
        chain_pem: str,
        sign: Callable[[bytes], bytes],
        trust_anchors_pem: str,
        *,
        tsa_url: str | None = None,
    ) -> None:
        """Take a credential.

        Args:
            chain_pem: Leaf, then the CAs up to the root, without it.
            sign: ES256 over the bytes it is given; returns r || s, 64 bytes. May ask a KMS.
            trust_anchors_pem: Roots to trust: ours, other people's, and those of time-stamps.
            tsa_url: RFC 3161 time-stamping authority. When it is given and does not answer,
                nothing is signed: an output without the time-stamp that was asked for is none.

        Raises:
            RightsError: UNAVAILABLE, when the certificates cannot be read.
        """
        try:
            leaf = x509.load_pem_x509_certificates(chain_pem.encode())[0]
            x509.load_pem_x509_certificates(trust_anchors_pem.encode())
        except ValueError as error:
            raise RightsError(
                Code.UNAVAILABLE, "The claim-signing chain or a trust anchor is not a certificate."
            ) from error
        self.trust_anchors_pem = trust_anchors_pem
        self._subject = _subject(leaf)
        self._chain_pem = chain_pem
        self._sign = sign
        self._tsa_url = tsa_url
        self._settings = c2pa_child.context(trust_anchors_pem)
        self._readers = Readers(
            {"trust_anchors_pem": trust_anchors_pem, "rights_label": RIGHTS_LABEL}
        )

    def sign(
        self, source: Path, target: Path, *, definition: dict[str, object], thumbnail: bytes
    ) -> Signed:
        """Write a signed copy of a file. It appears under its name only when it has validated.

        Args:
            source: What to sign; stays as it is.
            target: Where to; replaced if it is there.
            definition: See `domain.manifest`.
            thumbnail: JPEG, up to THUMBNAIL_BYTES_MAX.

        Raises:
            RightsError: UNSUPPORTED, for a type of file that we do not sign; UNAVAILABLE, when the
                key or the time-stamping authority did not answer, the certificate is not good, or
                the result did not validate.
        """
        assert len(thumbnail) <= THUMBNAIL_BYTES_MAX
        kind = _kind(source)
        partial = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        try:
            store = self._embed(source, partial, kind, definition, thumbnail)
            report = c2pa_child.inspect(partial, kind, self._settings, rights_label=RIGHTS_LABEL)
            credential = self._credential(report)
            if credential.state is not State.TRUSTED or credential.manifest_id is None:
                raise RightsError(
                    Code.UNAVAILABLE,
                    "The signed output did not validate, so it was removed: "
                    f"{', '.join(credential.failures) or credential.state}.",
                )
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return Signed(credential.manifest_id, store)

    def redact(self, source: Path, *, definition: dict[str, object]) -> Signed:
        """Return the manifest store of a file with an update manifest that redacts it.

        The file stays as it is, and the store is not written into a copy: in MP4 the library puts
        an update manifest beside the original store and leaves that whole, with what is redacted.

        Args:
            source: An output, signed by `sign`.
            definition: See `domain.manifest.redaction`.

        Raises:
            RightsError: UNSUPPORTED, for a type of file that we do not sign; UNAVAILABLE, when the
                key or the time-stamping authority did not answer, or what came of it does not
                validate over the file, or still holds what it says is redacted.
        """
        kind = _kind(source)

        def build() -> c2pa.Builder:
            builder = c2pa.Builder(definition, self._settings)
            builder.set_intent(c2pa.C2paBuilderIntent.UPDATE)
            builder.set_no_embed()
            return builder

        with source.open("rb") as original, tempfile.TemporaryFile(dir=source.parent) as copy:
            store = self._build(build, kind, original, copy)
        report = c2pa_child.inspect(
            source, kind, self._settings, rights_label=RIGHTS_LABEL, store=store
        )
        credential, wanted = self._credential(report), definition["redactions"]
        kept = set(credential.redacted) & set(report.get("present", ()))
        if (
            credential.state is not State.TRUSTED
            or credential.manifest_id is None
            or list(credential.redacted) != wanted
            or kept
        ):
            raise RightsError(
                Code.UNAVAILABLE,
                "The redacted manifest did not validate: "
                f"{', '.join(credential.failures) or credential.state}.",
            )
        return Signed(credential.manifest_id, store)

    def read(self, path: Path) -> Credential:
        """Return what a file says about itself; for any bytes whatsoever, in bounded time.

        Raises:
            RightsError: BUSY, when every reader stays busy for long.
        """
        kind = media_type(path)
        if kind is None:
            return Credential(State.NONE)
        if path.stat().st_size > FILE_BYTES_MAX:
            return _unreadable(f"The file is larger than {FILE_BYTES_MAX} bytes.")
        try:
            report = self._readers.report(path, kind)
        except ReaderError as error:
            return _unreadable(str(error))
        return self._credential(report)

    def close(self) -> None:
        """End the processes that read. A later `read` starts new ones."""
        self._readers.close()

    def _embed(
        self,
        source: Path,
        target: Path,
        kind: str,
        definition: dict[str, object],
        thumbnail: bytes,
    ) -> bytes:
        """Sign into a new file, and return the manifest store."""
        with source.open("rb") as original, target.open("x+b") as copy:

            def build() -> c2pa.Builder:
                builder = c2pa.Builder(definition, self._settings)
                builder.add_resource(THUMBNAIL, io.BytesIO(thumbnail))
                return builder

            return self._build(build, kind, original, copy)

    def _build(
        self, build: Callable[[], c2pa.Builder], kind: str, original: IO[bytes], copy: IO[bytes]
    ) -> bytes:
        """Sign what a builder makes of a file, and return the manifest store."""
        answered = False

        def sign(data: bytes) -> bytes:
            nonlocal answered
            signature = self._sign(data)
            answered = len(signature) == _ES256_BYTES
            # An empty answer makes the library give up.
            return signature if answered else b""

        try:
            builder = build()
            signer = c2pa.Signer.from_callback(
                sign, c2pa.C2paSigningAlg.ES256, self._chain_pem, self._tsa_url
            )
            with signer:
                return builder.sign(signer, kind, original, copy)
        except c2pa.C2paError as error:
            raise RightsError(
                Code.UNAVAILABLE, self._blame(str(error), answered=answered)
            ) from error

    def _blame(self, message: str, *, answered: bool) -> str:
        if not answered:
            return "The output was not signed: the signing key gave no ES256 signature."
        if self._tsa_url is not None and "http resolver" in message:
            return "The output was not signed: the time-stamping authority did not answer."
        return (
            "The output was not signed: file, manifest, certificate and key do not fit together, "
            "or the certificate has ended."
        )

    def _credential(self, report: Mapping[str, object]) -> Credential:
        """Return what a report says, believing nothing about its types and sizes."""
        state = report.get("state")
        if not isinstance(state, str) or state not in set(State):
            return _unreadable("The reader gave an answer that is none.")
        subject = report.get("subject")
        names = cast("dict[str, object]", subject) if isinstance(subject, dict) else {}
        ours = report.get("signed") is True and all(
            names.get(key) == value for key, value in self._subject.items()
        )
        codes = report.get("failures")
        failures = tuple(
            _text(code) or "unknown"
            for code in (cast("list[object]", codes) if isinstance(codes, list) else [])
        )
        unchanged = ours and set(failures) <= _CONTENT_FAILURES
        error = _text(report.get("error"))
        crjson = report.get("json")
        return Credential(
            state=State(state),
            manifest_id=_text(report.get("manifest_id")),
            signer=", ".join(text for key in ("CN", "O") if (text := _text(names.get(key))))
            or None,
            failures=failures,
            remote_url=_text(report.get("remote_url"), chars_max=URL_CHARS_MAX),
            claim_signature_ours=ours,
            rights=parse_rights(report.get("rights")) if unchanged else None,
            assertions=_texts(report.get("assertions")),
            redacted=_texts(report.get("redacted")),
            reason=error and f"The C2PA library cannot read the file ({error}).",
            json=crjson if isinstance(crjson, str) else "",
        )


def _subject(leaf: x509.Certificate) -> dict[str, object]:
    """Return who a certificate is for, keyed as in crJSON.

    Country, organisation and common name: the programme has them listed once for each product, so
    they stay ours when the leaf is renewed, even by another CA.
    """
    subject = {name: leaf.subject.get_attributes_for_oid(oid) for name, oid in _IDENTIFYING}
    return {
        name: attributes[0].value if attributes else None for name, attributes in subject.items()
    }


def _kind(path: Path) -> str:
    kind = media_type(path)
    if kind is None:
        raise RightsError(Code.UNSUPPORTED, "Only MP4, QuickTime, JPEG and PNG can be signed.")
    return kind


def _texts(value: object) -> tuple[str, ...]:
    """Return those members of what should be a list that can be shown on a line."""
    found = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(text for one in found if (text := _text(one)) is not None)


def _text(value: object, *, chars_max: int = TEXT_CHARS_MAX) -> str | None:
    """Return a value if it is text that can be shown on a line."""
    if isinstance(value, str) and 0 < len(value) <= chars_max and value.isprintable():
        return value
    return None


def _unreadable(reason: str) -> Credential:
    return Credential(State.UNREADABLE, reason=reason)
