"""Keys in a key service: the transit engine of OpenBao or HashiCorp Vault.

The log's private keys are made there, sign there and never leave it. The passphrase of the home's
other keys lies in the home as a ciphertext that only the service can open. A key is used in its
first version, whatever versions are added later: the log has keys of its own number instead.
"""

import base64
import hashlib
import json
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from ledger.note import PUBLIC_KEY_BYTES, VerifierKey
from rightsd.adapters import disk, http
from rightsd.errors import Code, RightsError

SECONDS_MAX = 10.0  # Of one request; two keys sign in one transaction, far below its own limit.
ANSWER_BYTES_MAX = 65_536  # The public keys of a few hundred versions.
TOKEN_BYTES_MAX = 4096
CIPHERTEXT_BYTES_MAX = 4096
SIGNATURE_BYTES = 64
VERSION = 1
MISSING = 404
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TOKEN = re.compile(r"[!-~]+")
SEALED = re.compile(r"vault:v[0-9]{1,9}:([A-Za-z0-9+/]{1,4000}={0,2})")

_PASSPHRASE = "passphrase"  # noqa: S105 -- The name of a key.
_PASSPHRASE_FILE = "passphrase.transit"  # noqa: S105 -- The name of a file.
_CHECK_FILE = "check.secret"  # Sealed before anything else: adapters.keys.

Type = Literal["ed25519", "aes256-gcm96"]


@dataclass(frozen=True, slots=True)
class Transit:
    """The transit engine of one service, and the part of its keys that belongs to one log.

    Every method raises a `RightsError`: UNAVAILABLE, when the service does not answer, refuses, or
    answers with something else than what was asked for.

    Attributes:
        url: The service, without a slash at the end.
        token_file: Holds the token; read anew each time, so that an agent may renew it.
        prefix: What the names of the keys begin with, from the log's origin: `of_log`.
    """

    url: str
    token_file: Path
    prefix: str
    seconds_max: float = SECONDS_MAX
    guard: http.Guard = field(default_factory=lambda: http.Guard(allow_private=True), repr=False)

    def name(self, key: str) -> str:
        """Return the name that a key has in the service."""
        return f"{self.prefix}-{key}"

    def make(self, key: str, kind: Type) -> None:
        """Make a key, unless there is one: an operator may have made it, and allow no more."""
        if self._ask("GET", f"keys/{self.name(key)}") is None:
            self._ask("POST", f"keys/{self.name(key)}", type=kind, exportable=False)

    def public_key(self, key: str) -> bytes:
        """Return the public key of an Ed25519 key, 32 bytes."""
        match self._ask("GET", f"keys/{self.name(key)}"):
            case None:
                detail = f"the key service has no key {self.name(key)}"
                raise RightsError(Code.UNAVAILABLE, detail)
            case {"type": "ed25519", "keys": {"1": {"public_key": str(text)}}}:
                found = _decode(text)
            case _:
                found = None
        if found is None or len(found) != PUBLIC_KEY_BYTES:
            detail = f"{self.name(key)} in the key service is not an Ed25519 key in version 1"
            raise RightsError(Code.UNAVAILABLE, detail)
        return found

    def sign(self, key: str, data: bytes) -> bytes:
        """Return 64 bytes that should be an Ed25519 signature; whoever asks verifies it."""
        answer = self._ask(
            "POST", f"sign/{self.name(key)}", input=_encode(data), key_version=VERSION
        )
        return self._opened(answer, "signature", SIGNATURE_BYTES)

    def sign_es256(self, name: str, data: bytes) -> bytes:
        """Return what should be an ECDSA signature, DER, by a key that an operator made.

        Args:
            name: The key's whole name; it is of the type ecdsa-p256.
            data: What to sign; it is hashed there.
        """
        answer = self._ask(
            "POST",
            f"sign/{name}",
            input=_encode(data),
            key_version=VERSION,
            hash_algorithm="sha2-256",
            marshaling_algorithm="asn1",
        )
        match = SEALED.fullmatch(str((answer or {}).get("signature")))
        signature = None if match is None else _decode(match[1])
        if signature is None:
            raise self._nonsense()
        return signature

    def encrypt(self, key: str, plaintext: bytes) -> str:
        """Return a ciphertext, in the service's own writing."""
        answer = self._ask("POST", f"encrypt/{self.name(key)}", plaintext=_encode(plaintext))
        match answer:
            case {"ciphertext": str(text)} if SEALED.fullmatch(text):
                return text
            case _:
                raise self._nonsense()

    def decrypt(self, key: str, ciphertext: str) -> bytes:
        """Return what a ciphertext holds."""
        match self._ask("POST", f"decrypt/{self.name(key)}", ciphertext=ciphertext):
            case {"plaintext": str(text)} if (plaintext := _decode(text)) is not None:
                return plaintext
            case _:
                raise self._nonsense()

    def _opened(self, answer: Mapping[str, object] | None, member: str, size: int) -> bytes:
        match = SEALED.fullmatch(str((answer or {}).get(member)))
        data = None if match is None else _decode(match[1])
        if data is None or len(data) != size:
            raise self._nonsense()
        return data

    def _ask(
        self, method: Literal["GET", "POST"], path: str, **body: object
    ) -> Mapping[str, object] | None:
        """Return the data of an answer, or None where there is no such thing."""
        try:
            response = http.fetch(
                method,
                f"{self.url}/v1/transit/{path}",
                guard=self.guard,
                seconds_max=self.seconds_max,
                bytes_max=ANSWER_BYTES_MAX,
                body=json.dumps(body).encode() if body else b"",
                headers={"X-Vault-Token": _token(self.token_file), "X-Vault-Request": "true"},
            )
        except RightsError as error:
            raise RightsError(Code.UNAVAILABLE, f"the key service: {error.detail}") from error
        if response.status == MISSING and method == "GET":
            return None
        if response.status not in {200, 204}:
            detail = f"the key service answers {response.status} to {path}"
            raise RightsError(Code.UNAVAILABLE, detail)
        if not response.body:
            return {}
        try:
            answer = json.loads(response.body)
        except (ValueError, RecursionError) as error:
            raise self._nonsense() from error
        match answer:
            case {"data": dict()}:
                return cast("dict[str, dict[str, object]]", answer)["data"]
            case {"data": None}:
                return {}
            case _:
                raise self._nonsense()

    def _nonsense(self) -> RightsError:
        return RightsError(Code.UNAVAILABLE, f"{self.url} does not answer like a key service")


@dataclass(frozen=True, slots=True)
class TransitSigner:
    """A signer whose private key is in the service."""

    name: str
    transit: Transit
    key: str
    public_key: bytes

    @property
    def vkey(self) -> str:
        """The public key as a vkey."""
        return VerifierKey(self.name, self.public_key).vkey

    def sign(self, text: bytes, /) -> bytes:
        """Return the Ed25519 signature over `text`, 64 bytes."""
        return self.transit.sign(self.key, text)


@dataclass(frozen=True, slots=True)
class TransitLogKeys:
    """The log's keys in the service: `…-log`, `…-log-2`, `…-log-3`."""

    origin: str
    transit: Transit
    # Public keys of first versions never change; asking for them once a process is enough.
    _signers: dict[int, TransitSigner] = field(default_factory=dict[int, TransitSigner], repr=False)

    def make(self, number: int) -> TransitSigner:
        """Return a key, made if there is none."""
        if number not in self._signers:
            self.transit.make(self._name(number), "ed25519")
        return self.signer(number)

    def signer(self, number: int) -> TransitSigner:
        """Return a key that was made before."""
        if number not in self._signers:
            key = self._name(number)
            public_key = self.transit.public_key(key)
            self._signers[number] = TransitSigner(self.origin, self.transit, key, public_key)
        return self._signers[number]

    def place(self, number: int) -> str:
        """Return where the private key is."""
        return f"the transit key {self.transit.name(self._name(number))} of {self.transit.url}"

    def _name(self, number: int) -> str:
        return "log" if number == 1 else f"log-{number}"


def of_log(url: str, token_file: Path, origin: str) -> Transit:
    """Return the keys that belong to a log.

    Raises:
        RightsError: INVALID, when the URL would show the token to the network, or is none.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if host is None or parts.query or parts.fragment or "@" in parts.netloc:
        raise RightsError(Code.INVALID, "The key service's URL is https:// and a host.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        detail = "The key service's URL must begin with https://, unless it is on this machine."
        raise RightsError(Code.INVALID, detail)
    digest = hashlib.sha256(origin.encode()).hexdigest()
    return Transit(url.rstrip("/"), token_file, f"rightsd-{digest[:12]}")


def passphrase(folder: Path, transit: Transit) -> bytes:
    """Return the passphrase of a folder of keys: drawn once, and kept there as a ciphertext.

    Raises:
        RightsError: UNAVAILABLE: the service does not open it, the file cannot be used, or the
            folder holds keys that another passphrase has sealed.
    """
    path = folder / _PASSPHRASE_FILE
    try:
        if not path.exists():
            if (folder / _CHECK_FILE).exists():
                detail = f"The keys in {folder} are sealed by a passphrase, not by the key service."
                raise RightsError(Code.UNAVAILABLE, detail)
            transit.make(_PASSPHRASE, "aes256-gcm96")
            drawn = secrets.token_urlsafe(32).encode()
            ciphertext = transit.encrypt(_PASSPHRASE, drawn)
            # Nothing is to be sealed under what the service cannot give back.
            if transit.decrypt(_PASSPHRASE, ciphertext) != drawn:
                detail = "the key service does not give back what it was given to keep"
                raise RightsError(Code.UNAVAILABLE, detail)
            disk.create_once(path, ciphertext.encode())
        # Read it also after making it: another process may have been first.
        with path.open("rb") as file:
            sealed = file.read(CIPHERTEXT_BYTES_MAX + 1).decode("ascii", errors="replace")
    except OSError as error:
        detail = f"{path} cannot be used: {error.strerror}."
        raise RightsError(Code.UNAVAILABLE, detail) from error
    if not SEALED.fullmatch(sealed):
        raise RightsError(Code.UNAVAILABLE, f"{path} is not a ciphertext of the key service.")
    return transit.decrypt(_PASSPHRASE, sealed)


def _token(path: Path) -> str:
    try:
        with path.open("rb") as file:
            token = file.read(TOKEN_BYTES_MAX + 1).decode("ascii", errors="replace").strip()
        mode = path.stat().st_mode
    except OSError as error:
        raise RightsError(Code.UNAVAILABLE, f"{path} cannot be read: {error.strerror}") from error
    # A group may: agents write for the group of whoever they serve.
    if stat.S_IMODE(mode) & 0o007:
        raise RightsError(Code.UNAVAILABLE, f"everyone may read {path}: make it private")
    if len(token) > TOKEN_BYTES_MAX or not TOKEN.fullmatch(token):
        raise RightsError(Code.UNAVAILABLE, f"{path} does not hold a token")
    return token


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None
