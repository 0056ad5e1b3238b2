"""Content Credentials: signs outputs, and reads those of any file.

The C2PA library (pre-1.0, pinned) is known here, in `adapters.c2pa_signing` and in
`adapters.c2pa_child`, and nowhere else.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from cryptography import x509

from rightsd.adapters import c2pa_child, c2pa_readers, c2pa_signing, claims
from rightsd.adapters.c2pa_credential import (
    Credential,
    State,
    TimeStamp,
    media_type,
    parse_report,
    subject,
    unreadable,
    with_then,
)
from rightsd.adapters.c2pa_readers import ReaderError, Readers
from rightsd.adapters.c2pa_signing import NoTimeStampError
from rightsd.adapters.claims import ClaimSigner
from rightsd.domain import preflight
from rightsd.domain.certificate import Certificate
from rightsd.domain.ingredient import Ingredient
from rightsd.domain.manifest import RIGHTS_LABEL
from rightsd.domain.trust import Anchors, Snapshot, Stamping, in_force
from rightsd.errors import Code, RightsError

# A whole file is hashed: 50 MB take 0.1 s. Larger ones than this are never ours.
FILE_BYTES_MAX = 2 * 1024**3
THUMBNAIL_BYTES_MAX = 1024**2
TIME_MAX = 2**33  # In the year 2242; far below where a date cannot be written any more.


@dataclass(frozen=True, slots=True)
class Signed:
    """A finished signing.

    Attributes:
        manifest_id: Label of the manifest.
        store: The manifest store (JUMBF), as embedded in the file.
        certificate: What it was signed under.
        time_stamp: None when there was none to be had, and none had to be.
    """

    manifest_id: str
    store: bytes = field(repr=False)
    certificate: Certificate
    time_stamp: TimeStamp | None

    @property
    def time_stamped_at(self) -> datetime | None:
        """When a time-stamping authority that we trust saw it; None: none did."""
        stamp = self.time_stamp
        return stamp.at if stamp is not None and stamp.trusted else None


class ContentCredentials:
    """Signs and reads. May be shared by threads; `close` ends the processes that read.

    Signing runs here, where the key is; strangers' files are read in processes of their own.

    Attributes:
        anchors: Whom it trusts, public as they are.
    """

    def __init__(
        self,
        signer: Callable[[], ClaimSigner],
        anchors: Anchors,
        *,
        tsa_url: str | None = None,
        stamping: Stamping = Stamping.NONE,
    ) -> None:
        """Take a credential.

        Args:
            signer: Returns who signs, anew for every signing: certificates are renewed.
            anchors: Whom to trust: whoever vouches for us, for others, and for time-stamps.
            tsa_url: RFC 3161 time-stamping authority.
            stamping: Whether it has to give a time-stamp.

        Raises:
            RightsError: UNAVAILABLE, when the certificates cannot be read.
        """
        assert stamping is Stamping.NONE or tsa_url is not None
        try:
            for pem in filter(None, (anchors.claims_pem, anchors.time_stamps_pem)):
                x509.load_pem_x509_certificates(pem.encode())
        except (ValueError, x509.InvalidVersion) as error:
            detail = "A trust anchor is not a certificate."
            raise RightsError(Code.UNAVAILABLE, detail) from error
        self.anchors = anchors
        self._claim_signer = signer
        self._subject = subject(claims.leaf(signer().chain_pem))
        self._tsa_url = tsa_url
        self._stamping = stamping
        self._settings, self._time_stamps = c2pa_child.contexts(**asdict(anchors))
        self._signer = c2pa_signing.Signer(signer, self._settings)
        self._history: Sequence[Snapshot] = ()
        self._readers = Readers({"anchors": asdict(anchors), "rights_label": RIGHTS_LABEL})

    def remember(self, history: Sequence[Snapshot]) -> None:
        """Be told whom we trusted when, the oldest first; the newest are the anchors of now."""
        self._history = tuple(history)

    def certificate(self) -> Certificate:
        """Return the certificate that signs at this moment."""
        return claims.describe(claims.leaf(self._claim_signer().chain_pem))

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

            def embed(tsa_url: str | None) -> Signed:
                partial.unlink(missing_ok=True)
                store, certificate = self._signer.embed(
                    source,
                    partial,
                    kind,
                    definition=definition,
                    thumbnail=thumbnail,
                    ingredients=ingredients,
                    tsa_url=tsa_url,
                )

                credential = self._parse(self._inspect(partial, kind))
                manifest_id = _require_valid(credential, stamped=tsa_url is not None)
                return Signed(manifest_id, store, certificate, credential.time_stamp)

            signed = self._stamped(embed)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return signed

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
        wanted = cast("list[str]", definition["redactions"])

        def update(tsa_url: str | None) -> Signed:
            store, certificate = self._signer.update(
                source, kind, definition=definition, tsa_url=tsa_url
            )
            credential = self._parse(self._inspect(source, kind, store))
            manifest_id = _require_valid(credential, stamped=tsa_url is not None)
            # The library has an order of its own.
            if sorted(credential.redacted) != sorted(wanted) or (
                set(credential.redacted) & set(credential.present)
            ):
                detail = "The update manifest does not redact what it was to, so it is not used."
                raise RightsError(Code.UNAVAILABLE, detail)
            return Signed(manifest_id, store, certificate, credential.time_stamp)

        return self._stamped(update)

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
            credential = self._parse(self._readers.report(path, kind))
            anchors = self._anchors_then(credential)
            if anchors is None:
                return credential
            if anchors == self.anchors:
                return with_then(credential, credential)
            report = self._readers.report(path, kind, anchors=asdict(anchors))
            return with_then(credential, self._parse(report))
        except ReaderError as error:
            return unreadable(str(error))

    def close(self) -> None:
        """End the processes that read. A later `read` starts new ones."""
        self._readers.close()

    def _stamped(self, sign: Callable[[str | None], Signed]) -> Signed:
        """Sign with a time-stamp, or without one if that is how it is to be."""
        try:
            signed = sign(None if self._stamping is Stamping.NONE else self._tsa_url)
        except NoTimeStampError as error:
            if self._stamping is Stamping.PREFERRED:
                return sign(None)
            detail = (
                "The output was not signed: the time-stamping authority gave no time-stamp, or "
                "file, manifest, certificate and key do not fit together."
            )
            raise RightsError(Code.UNAVAILABLE, detail) from error
        if self._stamping is Stamping.REQUIRED and signed.time_stamped_at is None:
            detail = "The output was not signed: nobody whom we trust vouches for its time-stamp."
            raise RightsError(Code.UNAVAILABLE, detail)
        return signed

    def _anchors_then(self, credential: Credential) -> Anchors | None:
        """Return whom we trusted when a file was signed; None when that cannot be said.

        Who is not trusted to tell the time today is not believed what time it was then: an
        authority whose key was stolen writes any time.
        """
        stamp = credential.time_stamp
        return in_force(self._history, stamp.at) if stamp and stamp.trusted else None

    def _inspect(self, path: Path, kind: str, store: bytes | None = None) -> c2pa_child.Report:
        """Read what we made ourselves, here."""
        return c2pa_child.inspect(
            path,
            kind,
            self._settings,
            rights_label=RIGHTS_LABEL,
            time_stamps=self._time_stamps,
            store=store,
        )

    def _parse(self, report: Mapping[str, object]) -> Credential:
        return parse_report(report, ours=self._subject)


def _require_valid(credential: Credential, *, stamped: bool) -> str:
    """Return the manifest of what was signed, once it has validated.

    Raises:
        NoTimeStampError: It has not, and has a time-stamp: of another year, perhaps.
        RightsError: UNAVAILABLE: it has not.
    """
    if credential.state is State.TRUSTED and credential.manifest_id is not None:
        return credential.manifest_id
    if stamped:
        raise NoTimeStampError
    raise RightsError(
        Code.UNAVAILABLE,
        "What was signed did not validate, so it is not used: "
        f"{', '.join(credential.failures) or credential.state}.",
    )


def crjson(path: Path, anchors: Anchors, *, at: datetime | None = None) -> str:
    """Return what the C2PA library makes of a file, as crJSON; for a harness, and on nothing else.

    Args:
        path: The file.
        anchors: Whom to trust.
        at: The time of validation; None: now.

    Raises:
        RightsError: INVALID, UNSUPPORTED or TOO_LARGE: there is none, in a sentence.
    """
    kind = media_type(path)
    if kind is None:
        detail = "Only MP4, QuickTime, JPEG and PNG can be validated."
        raise RightsError(Code.UNSUPPORTED, detail)
    if path.stat().st_size > FILE_BYTES_MAX:
        raise RightsError(Code.TOO_LARGE, f"The file is larger than {FILE_BYTES_MAX} bytes.")
    seconds = None if at is None else int(at.timestamp())
    if seconds is not None and not 0 <= seconds < TIME_MAX:
        raise RightsError(Code.INVALID, f"{at} is not a time at which C2PA could be validated.")
    try:
        return c2pa_readers.validate(path, kind, anchors=asdict(anchors), at=seconds)
    except ReaderError as error:
        raise RightsError(Code.INVALID, str(error)) from error


def _kind(path: Path) -> str:
    kind = media_type(path)
    if kind is None:
        raise RightsError(Code.UNSUPPORTED, "Only MP4, QuickTime, JPEG and PNG can be signed.")
    return kind
