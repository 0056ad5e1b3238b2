"""Keys in a hardware token, by PKCS #11.

The token's module, a library of its maker, is loaded into this process, and is trusted with it.
"""

import contextlib
import hashlib
import stat
import threading
from pathlib import Path

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass, PKCS11Error, exceptions
from pkcs11.types import SignMixin

from rightsd.domain.pkcs11 import TokenKey
from rightsd.errors import Code, RightsError

PIN_BYTES_MAX = 255

# The binding does not tell modules that there are threads: so for them there are none.
_ONE_AT_A_TIME = threading.Lock()
_PIN_TROUBLE = (
    exceptions.PinIncorrect,
    exceptions.PinInvalid,
    exceptions.PinLenRange,
    exceptions.PinExpired,
    exceptions.PinLocked,
    exceptions.UserPinNotInitialized,
)
_TOKEN_TROUBLE = (
    exceptions.NoSuchToken,
    exceptions.TokenNotPresent,
    exceptions.TokenNotRecognised,
    exceptions.SlotIDInvalid,
    exceptions.DeviceRemoved,
)


class Key:
    """A private key on P-256 that signs in its token. May be shared by threads.

    The session stays open. One that is lost is opened anew, once for each signature; the PIN is
    read again for that. A token counts wrong PINs and locks itself, so one that it has refused is
    never shown to it again.
    """

    def __init__(self, where: TokenKey) -> None:
        self._where = where
        self._key: SignMixin | None = None
        self._refused: str | None = None

    def sign_es256(self, data: bytes) -> bytes:
        """Return what should be an ES256 signature, r || s; whoever asks verifies it.

        Raises:
            RightsError: UNAVAILABLE: no module, no token, no key, a PIN that is refused, or a token
                that does not sign.
        """
        digest = hashlib.sha256(data).digest()
        with _ONE_AT_A_TIME:
            try:
                return self._sign(digest)
            except PKCS11Error:
                # The session may be gone, and the token with it for a while. A module that starts
                # over looks for tokens again, and has forgotten who had logged in.
                return self._sign_anew(digest)

    def _sign(self, digest: bytes) -> bytes:
        if self._key is None:
            self._key = self._open()
        return self._key.sign(digest, mechanism=Mechanism.ECDSA)

    def _sign_anew(self, digest: bytes) -> bytes:
        self._key = None
        try:
            module = pkcs11.lib(str(self._where.module))
            with contextlib.suppress(PKCS11Error):
                module.finalize()
            module.initialize()
            return self._sign(digest)
        except PKCS11Error as error:
            self._key = None
            raise RightsError(Code.UNAVAILABLE, self._explain(error)) from error

    def _open(self) -> SignMixin:
        pin = _pin(Path(self._where.pin_file))
        if pin == self._refused:
            raise self._pin_refused()
        module = pkcs11.lib(str(self._where.module))
        serial = None if self._where.serial is None else self._where.serial.encode()
        token = module.get_token(token_label=self._where.token, token_serial=serial)
        try:
            session = token.open(user_pin=pin)
        except _PIN_TROUBLE as error:
            self._refused = pin
            raise self._pin_refused() from error
        wanted = {
            Attribute.CLASS: ObjectClass.PRIVATE_KEY,
            Attribute.LABEL: self._where.label,
            Attribute.ID: self._where.id,
        }
        named = {attribute: value for attribute, value in wanted.items() if value is not None}
        # Read to the end: a search that is left unfinished fails when it is collected.
        found = list(session.get_objects(named))
        if not found:
            raise exceptions.NoSuchKey
        if len(found) > 1:
            raise exceptions.MultipleObjectsReturned
        key = found[0]
        if not isinstance(key, SignMixin):
            detail = f"the token {self._where.token_name} does not let {self._where.name} sign"
            raise RightsError(Code.UNAVAILABLE, detail)
        return key

    def _pin_refused(self) -> RightsError:
        detail = (
            f"the token {self._where.token_name} refuses the PIN in {self._where.pin_file}, "
            "which it is not shown again"
        )
        return RightsError(Code.UNAVAILABLE, detail)

    def _explain(self, error: PKCS11Error) -> str:
        token, key = self._where.token_name, self._where.name
        match error:
            case _ if isinstance(error, _TOKEN_TROUBLE):
                return f"{self._where.module} sees no token {token}"
            case exceptions.MultipleTokensReturned():
                return f"there are several tokens {token}: name one by serial="
            case exceptions.NoSuchKey():
                return f"the token {token} has no private key {key}"
            case exceptions.MultipleObjectsReturned():
                return f"the token {token} has several private keys {key}: name one by id="
            case _ if type(error) is PKCS11Error:  # The binding's own: of loading a library.
                return f"{self._where.module} cannot be used as a PKCS #11 module"
            case _:
                return f"the token {token} does not sign by its key {key}: {type(error).__name__}"


def _pin(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(PIN_BYTES_MAX + 2)
        mode = path.stat().st_mode
    except OSError as error:
        raise RightsError(Code.UNAVAILABLE, f"{path} cannot be read: {error.strerror}") from error
    if stat.S_IMODE(mode) & 0o007:
        detail = f"everyone may read {path}: make it private (chmod 600)"
        raise RightsError(Code.UNAVAILABLE, detail)
    try:
        pin = content.decode().removesuffix("\n")
    except UnicodeDecodeError:
        pin = ""
    if not 0 < len(pin) <= PIN_BYTES_MAX or "\n" in pin:
        raise RightsError(Code.UNAVAILABLE, f"{path} does not hold a PIN, in one line")
    return pin
