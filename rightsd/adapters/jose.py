"""JSON Web Signatures in the compact form, with ES256 alone, and the keys that verify them.

Sources: RFC 7515 for signatures, RFC 7517 and 7518 section 6.2 for keys, RFC 7638 for their names,
RFC 8725 for what a reader must insist on: one algorithm, an explicit type, one key by its name.
What a reader is shown comes from anyone. Every function here that reads raises a `RightsError`,
INVALID, for what is not exactly what was asked for, and reads nothing without a limit.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from rightsd.errors import Code, RightsError

ALGORITHM = "ES256"
TOKEN_CHARS_MAX = 262_144  # A status list of 2^17 two-bit entries that does not compress: 60 KB.
KEY_SET_BYTES_MAX = 65_536
KEYS_MAX = 64  # Of one set; an issuer that rotates every month needs five years for as many.
DEPTH_MAX = 32  # Of objects in objects; ours have five.
COORDINATE_BYTES = 32
SIGNATURE_BYTES = 64

PublicKey = ec.EllipticCurvePublicKey
KeySet = Mapping[str, PublicKey]
Members = dict[str, Any]

_TEXT = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs.

    Attributes:
        sign: Signs bytes with ES256; returns r || s, SIGNATURE_BYTES.
    """

    public: PublicKey
    sign: Callable[[bytes], bytes] = field(repr=False)

    @property
    def kid(self) -> str:
        """The name of the key: its thumbprint, so that no two keys share one."""
        return thumbprint(self.public)


@dataclass(frozen=True, slots=True)
class Signed:
    """A token whose signature is good."""

    typ: str
    kid: str
    claims: Members


def sign(signer: Signer, typ: str, claims: Mapping[str, object]) -> str:
    """Return a token of a type over claims, written in one way only: keys in order, no spaces."""
    header = {"alg": ALGORITHM, "kid": signer.kid, "typ": typ}
    signed = f"{encode(write(header))}.{encode(write(claims))}"
    return f"{signed}.{encode(signer.sign(signed.encode()))}"


def verify(token: str, keys: KeySet, *, typ: str) -> Signed:
    """Return what a token of one type says, once the key that it names has signed it.

    Raises:
        RightsError: INVALID, with what is wrong.
    """
    header, claims, signed, signature = _parts(token)
    if header.get("typ") != typ:
        raise invalid(f"the token is not of the type {typ}")
    kid = header.get("kid")
    if not isinstance(kid, str) or kid not in keys:
        raise invalid("the token names no key that the issuer publishes")
    _require_signature(keys[kid], signed, signature)
    return Signed(typ, kid, claims)


def verify_by(key: PublicKey, token: str, *, typ: str) -> Members:
    """Return the claims of a token that one key must have signed, whatever it calls the key."""
    header, claims, signed, signature = _parts(token)
    if header.get("typ") != typ:
        raise invalid(f"the token is not of the type {typ}")
    _require_signature(key, signed, signature)
    return claims


def typ_of(token: str) -> str:
    """Return the type that a token claims to have, before anything of it is believed."""
    typ = _parts(token)[0].get("typ")
    if not isinstance(typ, str):
        raise invalid("the token says no type")
    return typ


def unverified(token: str) -> Members:
    """Return the claims of a token, to find its issuer: nothing of them is to be believed."""
    return _parts(token)[1]


def jwk(key: PublicKey) -> dict[str, str]:
    """Return a public key as a JWK, with its name and what it is for."""
    return {**public_members(key), "kid": thumbprint(key), "alg": ALGORITHM, "use": "sig"}


def public_members(key: PublicKey) -> dict[str, str]:
    """Return the members of a JWK that are the key itself, and nothing about it."""
    numbers = key.public_numbers()
    x, y = (encode(number.to_bytes(COORDINATE_BYTES, "big")) for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def thumbprint(key: PublicKey) -> str:
    """Return the SHA-256 thumbprint of a key (RFC 7638), 43 characters."""
    return encode(hashlib.sha256(write(public_members(key))).digest())


def key_set(keys: Iterable[PublicKey]) -> bytes:
    """Return a JWK Set."""
    return write({"keys": [jwk(key) for key in keys]})


def parse_key(found: object) -> PublicKey:
    """Return the public key of a JWK: P-256, on the curve, and no private key by mistake."""
    if "d" in _object(found):
        raise invalid("this is a private key: keep it to yourself, and send the public one")
    match found:
        case {"kty": "EC", "crv": "P-256", "x": str(x), "y": str(y)}:
            coordinates = decode(x), decode(y)
        case _:
            raise invalid("a key is a JWK with kty EC, crv P-256, x and y")
    if any(len(coordinate) != COORDINATE_BYTES for coordinate in coordinates):
        raise invalid("a coordinate of a P-256 key has 32 bytes")
    first, second = (int.from_bytes(coordinate, "big") for coordinate in coordinates)
    try:
        return ec.EllipticCurvePublicNumbers(first, second, ec.SECP256R1()).public_key()
    except ValueError as error:
        raise invalid("the key is no point of the curve P-256") from error


def parse_key_set(data: bytes) -> dict[str, PublicKey]:
    """Return the keys of a JWK Set by their names, those that verify ES256; others are left out."""
    if len(data) > KEY_SET_BYTES_MAX:
        raise invalid(f"a key set has at most {KEY_SET_BYTES_MAX} bytes")
    found = _object(read(data)).get("keys")
    if not isinstance(found, list) or len(cast("list[object]", found)) > KEYS_MAX:
        raise invalid(f"a key set has the member keys, a list of at most {KEYS_MAX}")
    keys: dict[str, PublicKey] = {}
    for each in cast("list[object]", found):
        match each:
            case {"kty": "EC", "crv": "P-256", "kid": str(kid)}:
                if kid in keys:
                    raise invalid("two keys of the set have the same kid")
                keys[kid] = parse_key(each)
            case _:
                continue
    return keys


def write(value: object) -> bytes:
    """Return JSON with keys in order and no spaces, in UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def read(data: bytes) -> object:
    """Return what JSON says: no member twice, no half of a surrogate pair, no NaN, not too deep."""
    try:
        value: object = json.loads(
            data.decode(), object_pairs_hook=_members, parse_constant=_refuse_constant
        )
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise invalid("the token or key holds something that is not JSON") from error
    require_shallow(value)
    return value


def require_shallow(value: object, depth: int = DEPTH_MAX) -> None:
    """Refuse what has more than `depth` levels of objects and lists."""
    level = [value]
    for _ in range(depth + 1):
        level = [item for each in level for item in _items(each)]
        if not level:
            return
    raise invalid(f"the token is more than {depth} levels deep")


def encode(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of base64url without padding, written in the one way they can be."""
    if not _TEXT.fullmatch(text) or len(text) % 4 == 1:
        raise invalid("the token or key holds something that is not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:  # Bits that stand for nothing would give one signature two forms.
        raise invalid("the token or key holds base64url with bits left over")
    return data


def invalid(detail: str) -> RightsError:
    """Return the error for a token or key that is not good."""
    return RightsError(Code.INVALID, detail)


def _parts(token: str) -> tuple[Members, Members, bytes, bytes]:
    """Return header, claims, the bytes that are signed and the signature; all but believed."""
    if len(token) > TOKEN_CHARS_MAX:
        raise invalid(f"a token has at most {TOKEN_CHARS_MAX} characters")
    parts = token.split(".")
    if len(parts) != 3:
        raise invalid("a token has three parts with a full stop between them")
    header, claims = (_object(read(decode(part))) for part in parts[:2])
    if header.get("alg") != ALGORITHM:
        raise invalid(f"the token is not signed with {ALGORITHM}")
    if "crit" in header or "b64" in header:
        raise invalid("the token asks for an extension that is not known here")
    return header, claims, f"{parts[0]}.{parts[1]}".encode(), decode(parts[2])


def _require_signature(key: PublicKey, signed: bytes, signature: bytes) -> None:
    if len(signature) != SIGNATURE_BYTES:
        raise invalid("the signature has another length than one of ES256")
    half = SIGNATURE_BYTES // 2
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    try:
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise invalid("the signature is not that of the key") from error


def _object(value: object) -> Members:
    if not isinstance(value, dict):
        raise invalid("a part of the token, or a key, is not a JSON object")
    return cast("Members", value)


def _members(pairs: list[tuple[str, Any]]) -> Members:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _items(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return cast("Members", value).values()
    return cast("list[object]", value) if isinstance(value, list) else ()


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")
