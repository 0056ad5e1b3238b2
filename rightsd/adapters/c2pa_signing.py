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

from rightsd.domain.ingredient import Ingredient
from rightsd.domain.manifest import THUMBNAIL
from rightsd.errors import Code, RightsError

_ES256_BYTES = 64
# The library reads and writes in small pieces. Larger ones take a fifth off signing 50 MB, and with
# that pay for most of the validation that follows: tests/bench/results/signing.md.
_BUFFER_BYTES = 256 * 1024


class Signer:
    """Signs with one chain and key. May be shared by threads."""

    def __init__(
        self,
        chain_pem: str,
        sign: Callable[[bytes], bytes],
        settings: c2pa.Context,
        *,
        tsa_url: str | None,
    ) -> None:
        self._chain_pem = chain_pem
        self._sign = sign
        self._settings = settings
        self._tsa_url = tsa_url

    def embed(
        self,
        source: Path,
        target: Path,
        kind: str,
        *,
        definition: dict[str, object],
        thumbnail: bytes | None,
        ingredients: Sequence[Ingredient],
    ) -> bytes:
        """Sign into a new file, and return the manifest store."""
        said = dict(definition)
        if thumbnail is not None:
            said["thumbnail"] = {"format": "image/jpeg", "identifier": THUMBNAIL}
        # Those without a file are part of the definition: to add one, the library wants a file.
        said["ingredients"] = [one.said() for one in ingredients if one.file is None]

        def build() -> c2pa.Builder:
            builder = c2pa.Builder(said, self._settings)
            if thumbnail is not None:
                builder.add_resource(THUMBNAIL, io.BytesIO(thumbnail))
            for one in ingredients:
                if one.file is not None:
                    with one.file.open("rb") as file:
                        builder.add_ingredient(one.said(), one.media_type, file)
            return builder

        with (
            source.open("rb", buffering=_BUFFER_BYTES) as original,
            target.open("x+b", buffering=_BUFFER_BYTES) as copy,
        ):
            return self._build(build, kind, original, copy)

    def update(self, source: Path, kind: str, definition: dict[str, object]) -> bytes:
        """Return the manifest store of a file with an update manifest; the file stays as it is."""

        def build() -> c2pa.Builder:
            builder = c2pa.Builder(definition, self._settings)
            builder.set_intent(c2pa.C2paBuilderIntent.UPDATE)
            builder.set_no_embed()
            return builder

        with source.open("rb") as original, tempfile.TemporaryFile(dir=source.parent) as copy:
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
