"""SD-JWTs: signed claims, some of which their holder may keep to themselves.

A claim that may be kept back is in the signed part as a digest over a salt, its name and its value;
salt, name and value follow the signed part as a *disclosure*, which the holder leaves out or not.

Sources: RFC 9901, of which section 7.1 is `verify`; draft-ietf-oauth-sd-jwt-vc for what an issuer
may not let be kept back.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from rightsd.adapters import jose
from rightsd.adapters.jose import KeySet, Members, PublicKey, Signer, invalid

DISCLOSURES_MAX = 64  # A credential of ours has seven.
DISCLOSURE_CHARS_MAX = 16_384
SALT_BYTES = 16  # RFC 9901 section 9.3.
HASH = "sha-256"
KEY_BINDING = "kb+jwt"
# What a reader needs to trust the rest is never kept back (draft-ietf-oauth-sd-jwt-vc).
ALWAYS_SHOWN = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"})

_RESERVED = frozenset({"_sd", "..."})
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Presented:
    """What the holder of a credential shows.

    Attributes:
        claims: What the issuer signed, with what was disclosed in its place.
        disclosed: Names of the claims that were disclosed.
        binding: Claims of the holder's own signature over just this presentation; None without.
    """

    claims: Members
    disclosed: tuple[str, ...]
    binding: Members | None


def issue(
    signer: Signer,
    typ: str,
    claims: Mapping[str, object],
    *,
    disclosable: Mapping[str, object],
    salt: Callable[[], bytes],
) -> str:
    """Return a credential with all its disclosures; but for salts and signature always the same.

    Args:
        signer: Whose word it is.
        typ: The type of the token.
        claims: What is always shown.
        disclosable: What the holder may keep back.
        salt: Draws SALT_BYTES, anew for each.
    """
    assert not ALWAYS_SHOWN & disclosable.keys()
    assert not _RESERVED & (disclosable.keys() | claims.keys())
    disclosures = [
        jose.encode(jose.write([jose.encode(salt()), name, value]))
        for name, value in sorted(disclosable.items())
    ]
    # In the order of the digests, so that the places tell nothing of the names.
    digests = sorted(digest(disclosure) for disclosure in disclosures)
    token = jose.sign(signer, typ, {**claims, "_sd": digests, "_sd_alg": HASH})
    return "".join(f"{part}~" for part in (token, *disclosures))


def verify(text: str, keys: KeySet, *, typ: str) -> Presented:
    """Return what a presentation says, once every part of it fits what the issuer signed.

    Raises:
        RightsError: INVALID, with what is wrong.
    """
    if len(text) > jose.TOKEN_CHARS_MAX:
        raise invalid(f"a credential has at most {jose.TOKEN_CHARS_MAX} characters")
    token, *disclosures, binding = split(text)
    if len(disclosures) > DISCLOSURES_MAX:
        raise invalid(f"a credential has at most {DISCLOSURES_MAX} disclosures")
    claims = jose.verify(token, keys, typ=typ).claims
    if claims.pop("_sd_alg", HASH) != HASH:
        raise invalid(f"the disclosures are not hashed with {HASH}")
    resolving = _Resolving({digest(each): _parse(each) for each in disclosures})
    if len(resolving.offered) != len(disclosures):
        raise invalid("a disclosure stands twice")
    resolved = resolving.resolve(claims, jose.DEPTH_MAX)
    if resolving.offered.keys() - resolving.used:
        raise invalid("a disclosure belongs to nothing that the issuer signed")
    assert isinstance(resolved, dict)
    whole = cast("Members", resolved)
    bound = None if not binding else _verify_binding(text, binding, whole)
    return Presented(whole, tuple(sorted(resolving.names)), bound)


def split(text: str) -> list[str]:
    """Return the issuer's token, the disclosures, and the key binding, which may be empty."""
    parts = text.split("~")
    if len(parts) < 2:
        raise invalid("a credential is a token and its disclosures, with a tilde after each")
    return parts


def digest(disclosure: str) -> str:
    """Return the digest that stands for a disclosure in the signed part."""
    return jose.encode(hashlib.sha256(disclosure.encode()).digest())


def holder_of(claims: Members) -> PublicKey | None:
    """Return the key that a credential is bound to, if it is bound to one."""
    match claims.get("cnf"):
        case None:
            return None
        case {"jwk": key}:
            return jose.parse_key(cast("object", key))
        case _:
            raise invalid("the credential is bound to something that is not a key")


@dataclass(slots=True)
class _Resolving:
    """Puts disclosures into their places, each once.

    Attributes:
        offered: The disclosures by digest: salt, name and value, or salt and value.
        seen: Every digest of the signed part and of what was disclosed so far.
        names: Of the claims that were disclosed.
    """

    offered: Mapping[str, Sequence[object]]
    seen: set[str] = field(default_factory=set[str])
    used: set[str] = field(default_factory=set[str])
    names: set[str] = field(default_factory=set[str])

    def resolve(self, value: object, depth: int) -> object:
        """Return a value with its digests replaced by what they stand for, or dropped."""
        if depth == 0:
            raise invalid(f"the credential is more than {jose.DEPTH_MAX} levels deep")
        if isinstance(value, dict):
            return self._members(cast("Members", value), depth)
        if isinstance(value, list):
            return self._elements(cast("list[object]", value), depth)
        return value

    def _members(self, members: Members, depth: int) -> Members:
        if "..." in members:
            raise invalid("a digest of a list's element stands where there is none")
        found = {
            name: self.resolve(value, depth - 1) for name, value in members.items() if name != "_sd"
        }
        digests = members.get("_sd", [])
        if not isinstance(digests, list):
            raise invalid("_sd is not a list")
        for each in cast("list[object]", digests):
            disclosure = self._take(each)
            if disclosure is None:
                continue
            if len(disclosure) != 3:
                raise invalid("the disclosure of a claim has a salt, a name and a value")
            name = disclosure[1]
            if not isinstance(name, str) or name in _RESERVED or name == "_sd_alg":
                raise invalid("a disclosure names no claim")
            if name in found or (depth == jose.DEPTH_MAX and name in ALWAYS_SHOWN):
                raise invalid("a disclosure would stand in the place of what the issuer shows")
            found[name] = self.resolve(disclosure[2], depth - 1)
            self.names.add(name)
        return found

    def _elements(self, elements: list[object], depth: int) -> list[object]:
        found: list[object] = []
        for element in elements:
            if not isinstance(element, dict) or element.keys() != {"..."}:
                found.append(self.resolve(cast("object", element), depth - 1))
                continue
            disclosure = self._take(cast("Members", element)["..."])
            if disclosure is None:
                continue
            if len(disclosure) != 2:
                raise invalid("the disclosure of an element has a salt and a value")
            found.append(self.resolve(disclosure[1], depth - 1))
        return found

    def _take(self, each: object) -> Sequence[object] | None:
        if not isinstance(each, str) or not _DIGEST.fullmatch(each):
            raise invalid("a digest is not one of SHA-256")
        if each in self.seen:
            raise invalid("a digest stands twice")
        self.seen.add(each)
        disclosure = self.offered.get(each)
        if disclosure is not None:
            self.used.add(each)
        return disclosure


def _parse(disclosure: str) -> Sequence[object]:
    if len(disclosure) > DISCLOSURE_CHARS_MAX:
        raise invalid(f"a disclosure has at most {DISCLOSURE_CHARS_MAX} characters")
    found = jose.read(jose.decode(disclosure))
    if not isinstance(found, list) or len(cast("list[Any]", found)) not in {2, 3}:
        raise invalid("a disclosure is a list of two or three")
    items = cast("list[object]", found)
    if not isinstance(items[0], str):
        raise invalid("the salt of a disclosure is a string")
    return items


def _verify_binding(text: str, binding: str, claims: Members) -> Members:
    """Return the claims of the holder's signature over what is presented (RFC 9901, 4.3)."""
    holder = holder_of(claims)
    if holder is None:
        raise invalid("someone has signed the presentation, but it is bound to no key")
    bound = jose.verify_by(holder, binding, typ=KEY_BINDING)
    if bound.get("sd_hash") != digest(text[: -len(binding)]):
        raise invalid("the holder has signed another presentation")
    if not isinstance(bound.get("iat"), int):
        raise invalid("the holder's signature says no time")
    if not all(isinstance(bound.get(name), str) for name in ("aud", "nonce")):
        raise invalid("the holder's signature says not whom it is for, or carries no nonce")
    return bound
