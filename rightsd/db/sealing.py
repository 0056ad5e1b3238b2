"""Personal data under the keys of those whom it is about: a key destroyed, the data are gone.

Everyone has a data key, which lies in Postgres under the key-encryption key (AES-256-GCM). What is
about several people is sealed under a key made of all of theirs, so that whichever of them leaves,
it opens no more: neither here, nor in a replica, nor in an old copy of the table that it lay in.

Sources: NIST SP 800-38D for GCM; RFC 5869 for HKDF; SP 800-57 part 1 section 8.3.4 on destroying
keys as a way to destroy data.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rightsd.db.tx import Tx
from rightsd.errors import Code, RightsError

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"  # The first byte of whatever is sealed, and of a wrapped key.
OWNERS_MAX = 8  # Whom one row can be about: an account, and the people in a clip.


def make_key(tx: Tx, owner_id: str) -> None:
    """Give someone a data key, before anything is sealed for them."""
    wrapped = _close(tx.kek, secrets.token_bytes(KEY_BYTES), _key_place(owner_id))
    tx.conn.execute(
        "INSERT INTO rights.data_key (owner_id, wrapped) VALUES (%s, %s)",
        (owner_id, wrapped),
    )


def destroy_key(tx: Tx, owner_id: str) -> None:
    """Destroy someone's data key: from the commit on nothing that was sealed for them opens."""
    tx.conn.execute("DELETE FROM rights.data_key WHERE owner_id = %s", (owner_id,))


def seal(
    tx: Tx,
    data: object,
    *,
    about: Sequence[str],
    place: str,
    keys: Sequence[bytes | None] | None = None,
) -> bytes:
    """Return data, sealed.

    Args:
        tx: The transaction.
        data: Whatever JSON can write.
        about: Ids of all whom it is about, 1 to OWNERS_MAX, in the order in which they will be
            named when it is opened.
        place: The row and column that it is for; it opens nowhere else.
        keys: Their wrapped keys, in this order, as `rights.keys_of` returns them; None: not read.

    Raises:
        RightsError: CONFLICT: one of them has left meanwhile, so nothing can be kept about them.
    """
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return seal_bytes(tx, written.encode(), about=about, place=place, keys=keys)


def seal_bytes(
    tx: Tx,
    content: bytes,
    *,
    about: Sequence[str],
    place: str,
    keys: Sequence[bytes | None] | None = None,
) -> bytes:
    """Return bytes, sealed: as `seal`, for what is not JSON."""
    assert 1 <= len(about) <= OWNERS_MAX
    key = _key(tx, about, _wrapped(tx, about) if keys is None else keys)
    if key is None:
        raise RightsError(
            Code.CONFLICT, "someone whom this is about has just left; nothing is kept"
        )
    return _close(key, content, place.encode())


def unseal(
    tx: Tx,
    sealed: bytes | None,
    *,
    about: Sequence[str],
    keys: Sequence[bytes | None],
    place: str,
) -> Any:
    """Return what was sealed, or None when it was erased.

    Args:
        tx: The transaction.
        sealed: What `seal` returned; None when the row was cleared.
        about: As it was sealed.
        keys: The wrapped keys of these, in this order: what `rights.keys_of` returns.
        place: As it was sealed.

    Raises:
        RightsError: UNAVAILABLE: it was changed, moved from another row, or the key-encryption key
            is another one.
    """
    key = None if sealed is None else _key(tx, about, keys)
    if sealed is None or key is None:
        return None
    return json.loads(_open(key, sealed, place.encode()))


def unseal_bytes(tx: Tx, sealed: bytes, *, about: Sequence[str], place: str) -> bytes | None:
    """Return what `seal_bytes` sealed, or None when a key of theirs was destroyed.

    Raises:
        RightsError: UNAVAILABLE, as for `unseal`.
    """
    key = _key(tx, about, _wrapped(tx, about))
    return None if key is None else _open(key, sealed, place.encode())


def index_of(tx: Tx, column: str, text: str) -> bytes:
    """Return what a sealed text is found by: a MAC that tells nothing without our key, 32 bytes."""
    key = hmac.digest(tx.kek, b"rightsd index key v1", hashlib.sha256)
    return hmac.digest(key, f"{column}\0{text}".encode(), hashlib.sha256)


def require_kek(tx: Tx) -> None:
    """Check that the database's personal data are sealed under this key-encryption key.

    The first to ask decides: a process with another home would seal what no one else opens.

    Raises:
        RightsError: INVALID, when it is another one.
    """
    mine = hmac.digest(tx.kek, b"rightsd key check v1", hashlib.sha256)
    tx.conn.execute(
        "INSERT INTO rights.key_check (mac) VALUES (%s) ON CONFLICT (singleton) DO NOTHING", (mine,)
    )
    row = tx.conn.execute("SELECT mac FROM rights.key_check").fetchone()
    if row is None or not hmac.compare_digest(bytes(row[0]), mine):
        detail = (
            "The keys in this home are not those that the database's personal data are sealed "
            "with: copy the folder keys from the home that began with it."
        )
        raise RightsError(Code.INVALID, detail)


def _key_place(owner_id: str) -> bytes:
    return f"data key\0{owner_id}".encode()


def _wrapped(tx: Tx, about: Sequence[str]) -> list[bytes | None]:
    row = tx.conn.execute("SELECT rights.keys_of(%s::text[])", (list(about),)).fetchone()
    assert row is not None
    return row[0]


def _key(tx: Tx, about: Sequence[str], wrapped: Sequence[bytes | None]) -> bytes | None:
    """Return the key of all of them together, or None when one of theirs was destroyed."""
    assert len(about) == len(wrapped)
    keys = [
        None if one is None else _open(tx.kek, one, _key_place(owner_id))
        for owner_id, one in zip(about, wrapped, strict=True)
    ]
    present = [key for key in keys if key is not None]
    if len(present) != len(keys):
        return None
    kdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=b"rightsd sealed v1")
    return kdf.derive(b"".join(present))


def _close(key: bytes, content: bytes, place: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, content, VERSION + place)


def _open(key: bytes, closed: bytes, place: bytes) -> bytes:
    start = len(VERSION) + NONCE_BYTES
    nonce, content = closed[len(VERSION) : start], closed[start:]
    try:
        return AESGCM(key).decrypt(nonce, content, closed[: len(VERSION)] + place)
    except (InvalidTag, ValueError) as error:
        detail = "personal data do not open: they were changed, or the key is another one"
        raise RightsError(Code.UNAVAILABLE, detail) from error
