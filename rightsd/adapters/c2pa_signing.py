"""Signs Content Credentials: into a copy of a file, or beside it.

Signing runs in this process, where the key is.
"""

# The library has no types.
# pyright: reportUnknownMemberType=false

import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import c2pa

from rightsd.adapters import claims
from rightsd.adapters.claims import SIGNATURE_BYTES, ClaimSigner
from rightsd.domain.certificate import Certificate
from rightsd.domain.ingredient import Ingredient
from rightsd.domain.manifest import THUMBNAIL
from rightsd.errors import Code, RightsError

# The library reads and writes in small pieces. Larger ones take a fifth off signing 50 MB, and with
# that pay for most of the validation that follows, which hashes the file once more and cannot cost
# less: tests/bench/results/signing.md.
_BUFFER_BYTES = 256 * 1024
_MISFIT = (
    "The output was not signed: file, manifest, certificate and key do not fit together, "
    "or the certificate has ended."
)


class NoTimeStampError(Exception):
    """A time-stamp was asked for, and nothing came of it: perhaps through no fault of ours."""


class Signer:
    """Signs as whoever is to sign at that moment. May be shared by threads."""

    def __init__(self, signer: Callable[[], ClaimSigner], settings: c2pa.Context) -> None:
        self._signer = signer
        self._settings = settings

    def embed(
        self,
        source: Path,
        target: Path,
        kind: str,
        *,
        definition: dict[str, object],
        thumbnail: bytes | None,
        ingredients: Sequence[Ingredient],
        tsa_url: str | None,
    ) -> tuple[bytes, Certificate]:
        """Sign into a new file, and return the manifest store, and what was signed under.

        Raises:
            NoTimeStampError: With a `tsa_url`; without it, it may work.
            RightsError: UNAVAILABLE.
        """
        builder = self._builder(definition, thumbnail, ingredients)
        with (
            source.open("rb", buffering=_BUFFER_BYTES) as original,
            target.open("x+b", buffering=_BUFFER_BYTES) as copy,
        ):
            return self._sign(builder, kind, original, copy, tsa_url)

    def update(
        self, source: Path, kind: str, *, definition: dict[str, object], tsa_url: str | None
    ) -> tuple[bytes, Certificate]:
        """Return the manifest store of a file with an update manifest, and what was signed under.

        The file stays as it is.

        Raises:
            NoTimeStampError: With a `tsa_url`; without it, it may work.
            RightsError: UNAVAILABLE.
        """
        with source.open("rb") as original, tempfile.TemporaryFile(dir=source.parent) as copy:
            builder = self._builder(definition)
            builder.set_intent(c2pa.C2paBuilderIntent.UPDATE)
            builder.set_no_embed()
            return self._sign(builder, kind, original, copy, tsa_url)

    def _builder(
        self,
        definition: dict[str, object],
        thumbnail: bytes | None = None,
        ingredients: Sequence[Ingredient] = (),
    ) -> c2pa.Builder:
        said = dict(definition)
        if thumbnail is not None:
            said["thumbnail"] = {"format": "image/jpeg", "identifier": THUMBNAIL}
        # Those without a file are part of the definition: to add one, the library wants a file.
        said["ingredients"] = [one.said() for one in ingredients if one.file is None]
        try:
            builder = c2pa.Builder(said, self._settings)
            if thumbnail is not None:
                builder.add_resource(THUMBNAIL, io.BytesIO(thumbnail))
            for one in ingredients:
                if one.file is not None:
                    with one.file.open("rb") as file:
                        builder.add_ingredient(one.said(), one.media_type, file)
        except c2pa.C2paError as error:
            raise RightsError(Code.UNAVAILABLE, _MISFIT) from error
        return builder

    def _sign(
        self,
        builder: c2pa.Builder,
        kind: str,
        original: IO[bytes],
        copy: IO[bytes],
        tsa_url: str | None,
    ) -> tuple[bytes, Certificate]:
        """Sign what a builder makes of a file."""
        claim_signer = self._signer()
        certificate = claims.describe(claims.leaf(claim_signer.chain_pem))
        answered, refusal = False, None

        def sign(data: bytes) -> bytes:
            nonlocal answered, refusal
            try:
                signature = claim_signer.sign(data)
            except RightsError as error:  # It would be lost in the library.
                refusal = error
                return b""
            answered = len(signature) == SIGNATURE_BYTES
            # An empty answer makes the library give up.
            return signature if answered else b""

        try:
            signer = c2pa.Signer.from_callback(
                sign, c2pa.C2paSigningAlg.ES256, claim_signer.chain_pem, tsa_url
            )
            with signer:
                return builder.sign(signer, kind, original, copy), certificate
        except c2pa.C2paError as error:
            if refusal is not None:
                detail = f"The output was not signed: {refusal.detail}."
                raise RightsError(Code.UNAVAILABLE, detail) from refusal
            if not answered:
                detail = "The output was not signed: the signing key gave no ES256 signature."
                raise RightsError(Code.UNAVAILABLE, detail) from error
            if tsa_url is not None:
                # The library's words do not tell an authority that answers nonsense, or the wrong
                # year, from anything else.
                raise NoTimeStampError from error
            raise RightsError(Code.UNAVAILABLE, _MISFIT) from error
