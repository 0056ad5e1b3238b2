"""Remembers signatures over what many ask for, so that each is made once, and few at a time.

The log's key may be far away and slow, and whoever wants a receipt needs no account.
"""

import threading
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger import note
from ledger.note import Signer
from rightsd.errors import Code, RightsError

KEPT_MAX = 256  # One for each checkpoint that is asked about.
AT_ONCE_MAX = 4  # Each takes one of the server's threads, of which there are forty.
WAIT_SECONDS_MAX = 0.2  # A key that is here has signed many by then.


@dataclass(frozen=True, slots=True)
class _Remembering:
    """A signer that does not sign the same twice."""

    signer: Signer
    signatures: "Signatures"

    @property
    def name(self) -> str:
        return self.signer.name

    @property
    def vkey(self) -> str:
        return self.signer.vkey

    def sign(self, text: bytes, /) -> bytes:
        return self.signatures.sign(self.signer, text)


class Signatures:
    """The signatures that were made last."""

    def __init__(self) -> None:
        """Begin with none."""
        self._turns = threading.BoundedSemaphore(AT_ONCE_MAX)
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, bytes], bytes] = {}

    def remembering(self, signer: Signer) -> Signer:
        """Return a signer with the same key, whose signatures are remembered."""
        return _Remembering(signer, self)

    def sign(self, signer: Signer, text: bytes) -> bytes:
        """Return the signature over a text, made now or before.

        Raises:
            RightsError: BUSY: as many are being made as may be. UNAVAILABLE: the key cannot sign.
        """
        key = (signer.vkey, text)
        if (signature := self._kept.get(key)) is not None:
            return signature
        if not self._turns.acquire(timeout=WAIT_SECONDS_MAX):
            raise RightsError(Code.BUSY, "the log's key is signing for others; try again soon")
        try:
            # Whoever had the turn before may have signed just this.
            if (signature := self._kept.get(key)) is None:
                signature = signer.sign(text)
                if _is_good(signer.vkey, text, signature):
                    self._keep(key, signature)
            return signature
        finally:
            self._turns.release()

    def _keep(self, key: tuple[str, bytes], signature: bytes) -> None:
        with self._lock:
            self._kept[key] = signature
            if len(self._kept) > KEPT_MAX:
                del self._kept[next(iter(self._kept))]


def _is_good(vkey: str, text: bytes, signature: bytes) -> bool:
    try:
        public_key = Ed25519PublicKey.from_public_bytes(note.parse_vkey(vkey).public_key)
        public_key.verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True
