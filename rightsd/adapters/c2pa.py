"""Content Credentials: signs outputs, and reads those of any file.

The C2PA library (pre-1.0, pinned) is known here, in `adapters.c2pa_signing` and in
`adapters.c2pa_child`, and nowhere else.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from cryptography import x509

from rightsd.adapters import c2pa_child, c2pa_signing
from rightsd.adapters.c2pa_credential import (
    Credential,
    State,
    media_type,
    parse_report,
    subject,
    unreadable,
)
from rightsd.adapters.c2pa_readers import ReaderError, Readers
from rightsd.domain import preflight
from rightsd.domain.ingredient import Ingredient
from rightsd.domain.manifest import RIGHTS_LABEL
from rightsd.errors import Code, RightsError

# A whole file is hashed: 50 MB take 0.1 s. Larger ones than this are never ours.
FILE_BYTES_MAX = 2 * 1024**3
THUMBNAIL_BYTES_MAX = 1024**2


@dataclass(frozen=True, slots=True)
class Signed:
    """A finished signing. `store` is the manifest store (JUMBF), as embedded in the file."""

    manifest_id: str
    store: bytes = field(repr=False)


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
        self._subject = subject(leaf)
        self._settings = c2pa_child.context(trust_anchors_pem)
        self._signer = c2pa_signing.Signer(chain_pem, sign, self._settings, tsa_url=tsa_url)
        self._readers = Readers(
            {"trust_anchors_pem": trust_anchors_pem, "rights_label": RIGHTS_LABEL}
        )

    def sign(
        self,
        source: Path,
        target: Path,
        *,
        definition: dict[str, object],
        thumbnail: bytes | None,
        ingredients: Sequence[Ingredient] = (),
    ) -> Signed:
        """Write a signed copy of a file. It appears under its name only when it has validated.

        Args:
            source: What to sign; stays as it is.
            target: Where to; replaced if it is there.
            definition: See `domain.manifest`.
            thumbnail: JPEG, up to THUMBNAIL_BYTES_MAX; None: there is none.
            ingredients: Those that the definition was made with.

        Raises:
            RightsError: UNSUPPORTED, for a type of file that we do not sign; INVALID, when the
                manifest would not pass (`domain.preflight`); UNAVAILABLE, when the key or the
                time-stamping authority did not answer, the certificate is not good, or the result
                did not validate.
        """
        preflight.check(definition, [one.said() for one in ingredients])
        assert thumbnail is None or len(thumbnail) <= THUMBNAIL_BYTES_MAX
        kind = _kind(source)
        partial = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        try:
            store = self._signer.embed(
                source,
                partial,
                kind,
                definition=definition,
                thumbnail=thumbnail,
                ingredients=ingredients,
            )
            report = c2pa_child.inspect(partial, kind, self._settings, rights_label=RIGHTS_LABEL)
            credential = self._parse(report)
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
            RightsError: UNSUPPORTED, for a type of file that we do not sign; INVALID, when the
                manifest would not pass (`domain.preflight`); UNAVAILABLE, when the key or the
                time-stamping authority did not answer, or what came of it does not validate over
                the file, or still holds what it says is redacted.
        """
        preflight.check(definition, update=True)
        kind = _kind(source)
        store = self._signer.update(source, kind, definition)
        report = c2pa_child.inspect(
            source, kind, self._settings, rights_label=RIGHTS_LABEL, store=store
        )
        credential = self._parse(report)
        wanted = cast("list[str]", definition["redactions"])
        kept = set(credential.redacted) & set(credential.present)
        if (
            credential.state is not State.TRUSTED
            or credential.manifest_id is None
            # The library has an order of its own.
            or sorted(credential.redacted) != sorted(wanted)
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
            return unreadable(f"The file is larger than {FILE_BYTES_MAX} bytes.")
        try:
            report = self._readers.report(path, kind)
        except ReaderError as error:
            return unreadable(str(error))
        return self._parse(report)

    def close(self) -> None:
        """End the processes that read. A later `read` starts new ones."""
        self._readers.close()

    def _parse(self, report: Mapping[str, object]) -> Credential:
        return parse_report(report, ours=self._subject)


def _kind(path: Path) -> str:
    kind = media_type(path)
    if kind is None:
        raise RightsError(Code.UNSUPPORTED, "Only MP4, QuickTime, JPEG and PNG can be signed.")
    return kind
