"""The daemon's keys, in files that are useless without the passphrase.

A file is `rsdk`, a version byte, the salt (16 bytes), the nonce (12 bytes), then the secret under
AES-256-GCM with a key that scrypt makes from the passphrase and the salt. Header and file name are
authenticated with it: a file that was edited, or put in the place of another, does not open.
Files are made on first use and never overwritten: whoever is first wins, also among processes.
"""

import functools
import re
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)

from ledger.note import Ed25519Signer
from rightsd.adapters import authority, claims, disk, jose
from rightsd.adapters.claims import ClaimSigner
from rightsd.errors import Code, RightsError

PASSPHRASE_BYTES_MIN = 12
# Far above any key; a file that is larger is not ours, and is not read into memory.
FILE_BYTES_MAX = 64 * 1024
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 16, 1024
WATERMARK_SECRETS_MAX = 16  # Each adds a fifth of a processor second to every look at a file.

_PASSPHRASE_FILE = "passphrase"  # noqa: S105 -- The name of a file.
_CHECK_FILE = "check.secret"
_MAGIC = b"rsdk\x01"
_SALT_BYTES = 16
_NONCE_BYTES = 12
_HEADER_BYTES = len(_MAGIC) + _SALT_BYTES
# Version 1 of the file means these costs (32 MiB, about 0.1 s); they are not read from the file,
# where an intruder could raise them until the daemon falls over.
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**15, 8, 1
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_LEAF_FILE = re.compile(r"c2pa-leaf-([0-9]{4})\.pem")
_CREDENTIAL_FILE = re.compile(r"credential-([0-9]{4})\.es256")
_WATERMARK_FILE = re.compile(r"watermark-([0-9]{4})\.secret")


def passphrase(folder: Path, setting: str | None) -> bytes:
    """Return the passphrase: from the settings, or for development from a file beside the keys.

    The file is made on first use, readable by its owner only. It protects nothing that the folder's
    permissions do not; it is there so that a first run needs no settings.

    Raises:
        RightsError: INVALID, when the setting is too short; UNAVAILABLE, when the file cannot be
            used or other users can read it.
    """
    if setting is not None:
        phrase = setting.encode()
    else:
        path = folder / _PASSPHRASE_FILE
        try:
            if not path.exists():
                disk.create_once(path, secrets.token_urlsafe(32).encode())
            phrase = _read(path)
            mode = path.stat().st_mode
        except OSError as error:
            raise _unusable(path, error) from error
        if stat.S_IMODE(mode) & 0o077:
            raise RightsError(
                Code.UNAVAILABLE,
                f"Other users may read {path}: make it private (chmod 600), or set a passphrase.",
            )
    if len(phrase) < PASSPHRASE_BYTES_MIN:
        raise RightsError(
            Code.INVALID, f"The passphrase must be at least {PASSPHRASE_BYTES_MIN} bytes long."
        )
    return phrase


class Keys:
    """The keys of one folder.

    Every method makes what it is asked for on first use, and raises a `RightsError`: INVALID for a
    name that is not one, UNAVAILABLE for a file that cannot be used: the passphrase is another one,
    the file was changed, or the disk said no.
    """

    def __init__(self, folder: Path, phrase: bytes) -> None:
        self._folder = folder
        self._phrase = phrase
        self._derived: dict[bytes, bytes] = {}

    def secret(self, name: str, size: int = 32) -> bytes:
        """Return a named random secret of `size` bytes; the same for the life of the folder."""
        assert SECRET_BYTES_MIN <= size <= SECRET_BYTES_MAX
        secret = self._get(f"{_named(name)}.secret", lambda: secrets.token_bytes(size))
        if len(secret) != size:
            raise RightsError(
                Code.UNAVAILABLE,
                f"The secret {name} was made with {len(secret)} bytes, not {size}.",
            )
        return secret

    def ed25519(self, name: str) -> Ed25519PrivateKey:
        """Return a named Ed25519 key."""
        seed = self._get(f"{_named(name)}.ed25519", lambda: secrets.token_bytes(32))
        return Ed25519PrivateKey.from_private_bytes(seed)

    def made_ed25519(self, name: str) -> Ed25519PrivateKey:
        """Return a named Ed25519 key that was made before: alone among these, this makes none."""
        file = f"{_named(name)}.ed25519"
        path = self._folder / file
        try:
            return Ed25519PrivateKey.from_private_bytes(self._open(file, _read(path)))
        except OSError as error:
            raise _unusable(path, error) from error

    def pem(self, name: str, create: Callable[[], str]) -> str:
        """Return a named PEM text, from `create` on first use."""
        return self._get(f"{_named(name)}.pem", lambda: create().encode()).decode()

    def es256(self, name: str) -> jose.Signer:
        """Return a named ES256 key."""
        key = load_der_private_key(self._get(f"{_named(name)}.es256", _create_es256), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return jose.Signer(key.public_key(), lambda data: claims.es256(key, data))

    def numbers(self, file: re.Pattern[str]) -> list[int]:
        """Return the numbers, the group of a pattern, of the files that it matches, in order."""
        try:
            names = [path.name for path in self._folder.iterdir()]
        except FileNotFoundError:
            names = []  # Made with the first key.
        except OSError as error:
            raise _unusable(self._folder, error) from error
        return sorted(int(match[1]) for match in map(file.fullmatch, names) if match)

    def claim_signer(self, now: datetime) -> ClaimSigner:
        """Return the C2PA credential of the development authority, with a leaf that will last.

        Leaves are numbered files; the next is made when the latest is due. Two processes that
        notice at once make the same number, and so end up with the same leaf.
        """
        issuer = self._authority(now)
        number = max(self.numbers(_LEAF_FILE), default=1)
        leaf = self._leaf(number, issuer, now)
        if authority.is_due(leaf, issuer.issuing, now):
            leaf = self._leaf(number + 1, issuer, now)
        key = load_pem_private_key(leaf.key_pem.encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return ClaimSigner(
            chain_pem=leaf.certificate_pem + issuer.issuing.certificate_pem,
            sign=lambda data: claims.es256(key, data),
        )

    def claim_root(self, now: datetime) -> str:
        """Return the root of the development authority, as PEM."""
        return self._authority(now).root_pem

    def rotate_claim_signer(self, now: datetime) -> ClaimSigner:
        """Make the next leaf of the development authority, which signs from now on."""
        number = max(self.numbers(_LEAF_FILE), default=0) + 1
        self._leaf(number, self._authority(now), now)
        return self.claim_signer(now)

    def _authority(self, now: datetime) -> authority.Authority:
        return authority.parse_authority(
            self.pem("c2pa-authority", lambda: authority.authority_pem(authority.create(now)))
        )

    def _leaf(self, number: int, issuer: authority.Authority, now: datetime) -> authority.Identity:
        pem = self.pem(
            f"c2pa-leaf-{number:04d}",
            lambda: authority.identity_pem(authority.issue(issuer.issuing, now)),
        )
        return authority.parse_identity(pem)

    def _get(self, file: str, create: Callable[[], bytes]) -> bytes:
        path = self._folder / file
        try:
            if not path.exists():
                if file != _CHECK_FILE:
                    # Nothing new is sealed before the passphrase has opened something old:
                    # otherwise a mistyped one would leave a folder that no passphrase opens.
                    self._get(_CHECK_FILE, lambda: secrets.token_bytes(32))
                disk.create_once(path, self._seal(file, create()))
            # Read it also after making it: another process may have been first.
            return self._open(file, _read(path))
        except OSError as error:
            raise _unusable(path, error) from error

    def _seal(self, file: str, secret: bytes) -> bytes:
        # One salt a folder, that of the check file: one derivation opens everything.
        salt = next(iter(self._derived), None) or secrets.token_bytes(_SALT_BYTES)
        header = _MAGIC + salt
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self._key(salt)).encrypt(nonce, secret, header + file.encode())
        return header + nonce + sealed

    def _open(self, file: str, content: bytes) -> bytes:
        header, rest = content[:_HEADER_BYTES], content[_HEADER_BYTES:]
        if not header.startswith(_MAGIC) or len(rest) <= _NONCE_BYTES:
            raise RightsError(Code.UNAVAILABLE, f"{self._folder / file} is not a key file.")
        cipher = AESGCM(self._key(header[len(_MAGIC) :]))
        try:
            return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], header + file.encode())
        except InvalidTag as error:
            raise RightsError(
                Code.UNAVAILABLE,
                f"{self._folder / file} does not open: the passphrase is not the one that it was "
                "made with, or the file was changed.",
            ) from error

    def _key(self, salt: bytes) -> bytes:
        if salt not in self._derived:
            self._derived[salt] = _derive(self._phrase, salt)
        return self._derived[salt]


@functools.lru_cache(maxsize=4)
def _derive(phrase: bytes, salt: bytes) -> bytes:
    """Return the key that a passphrase gives; slow on purpose, so once for all of a process."""
    kdf = Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
    return kdf.derive(phrase)


@dataclass(frozen=True, slots=True)
class FolderLogKeys:
    """The log's keys as sealed files: `log`, `log-2`, `log-3`."""

    origin: str
    keys: Keys

    def make(self, number: int) -> Ed25519Signer:
        """Return a key, made if there is none."""
        return Ed25519Signer(self.origin, self.keys.ed25519(self._name(number)))

    def signer(self, number: int) -> Ed25519Signer:
        """Return a key that was made before."""
        return Ed25519Signer(self.origin, self.keys.made_ed25519(self._name(number)))

    def place(self, number: int) -> str:
        """Return where the private key is."""
        return f"the file {self._name(number)}.ed25519 in the folder keys of the home"

    def _name(self, number: int) -> str:
        return "log" if number == 1 else f"log-{number}"


@dataclass(frozen=True, slots=True)
class CredentialKeys:
    """The keys that sign credentials, status lists and receipts: `credential-0001`, and so on.

    The newest signs; all of them are published, so that what an older one has signed verifies for
    as long as its file lies there. The folder is read each time: what `rotate` makes signs at once,
    in every process.
    """

    keys: Keys
    _made: dict[int, jose.Signer] = field(default_factory=dict[int, jose.Signer], repr=False)

    def signer(self) -> jose.Signer:
        """Return the key that signs, made on first use."""
        return self.all()[-1]

    def all(self) -> list[jose.Signer]:
        """Return every key, the oldest first; at least one."""
        return [self._signer(number) for number in self._numbers() or [1]]

    def rotate(self) -> jose.Signer:
        """Make the next key and return it. Two that rotate at once make the same."""
        return self._signer(max(self._numbers(), default=0) + 1)

    def _numbers(self) -> list[int]:
        return self.keys.numbers(_CREDENTIAL_FILE)

    def _signer(self, number: int) -> jose.Signer:
        if number not in self._made:
            self._made[number] = self.keys.es256(f"credential-{number:04d}")
        return self._made[number]


@dataclass(frozen=True, slots=True)
class WatermarkKeys:
    """The secrets of watermarks: `watermark`, `watermark-0002`, and so on.

    The newest marks what is made; marks of all of them are found, for as long as their files lie
    there. The folder is read each time, as for credentials.
    """

    keys: Keys
    _opened: dict[int, bytes] = field(default_factory=dict[int, bytes], repr=False)

    def newest(self) -> bytes:
        """Return the secret that marks what is made, made on first use."""
        return self._secret(max(self._numbers(), default=1))

    def all(self) -> list[bytes]:
        """Return every secret, the newest first; at least one."""
        return [self._secret(number) for number in sorted({1, *self._numbers()}, reverse=True)]

    def rotate(self) -> int:
        """Make the next secret and return its number. Two that rotate at once make the same.

        Raises:
            RightsError: CONFLICT, when there are as many as a detector looks for.
        """
        number = max(self._numbers(), default=1) + 1
        if len(self.all()) >= WATERMARK_SECRETS_MAX:
            detail = (
                f"There are {WATERMARK_SECRETS_MAX} watermark secrets, and no more are looked for."
            )
            raise RightsError(Code.CONFLICT, detail)
        self._secret(number)
        return number

    def _numbers(self) -> list[int]:
        return self.keys.numbers(_WATERMARK_FILE)

    def _secret(self, number: int) -> bytes:
        if number not in self._opened:
            name = "watermark" if number == 1 else f"watermark-{number:04d}"
            self._opened[number] = self.keys.secret(name)
        return self._opened[number]


def _create_es256() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise RightsError(
            Code.INVALID, "A key's name has lower case letters, digits and hyphens, 64 at most."
        )
    return name


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise RightsError(Code.UNAVAILABLE, f"{path} is too large to be a key file.")
    return content


def _unusable(path: Path, error: OSError) -> RightsError:
    return RightsError(Code.UNAVAILABLE, f"{path} cannot be used: {error.strerror}.")
