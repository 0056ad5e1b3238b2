"""The name of a key in a hardware token: a PKCS #11 URI.

Source: RFC 7512. Its attributes by which a key of an operator is found are known here, and any
other is refused: one that was left out would make the URI name more than it says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes

from rightsd.errors import Code, RightsError

URI_CHARS_MAX = 2_000

_SCHEME = "pkcs11:"
# What the RFC lets stand as it is, in the path or the query; everything else is written as %XX.
_ATTRIBUTE = re.compile(
    r"([a-z][a-z0-9-]{0,40})=((?:[A-Za-z0-9._~:\[\]@!$'()*+,&/?|-]|%[0-9A-Fa-f]{2})+)"
)
_PATH = frozenset({"token", "serial", "object", "id", "type"})
_QUERY = frozenset({"module-path", "pin-source"})


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A private key in a token, and how to get at it.

    Attributes:
        module: The library that speaks for the token.
        pin_file: Holds the PIN.
        token: The token's label; None: any.
        serial: The token's serial number; None: any. One of the two is there.
        label: The key's label; None: any.
        id: The key's id; None: any. One of the two is there.
    """

    module: PurePosixPath
    pin_file: PurePosixPath
    token: str | None
    serial: str | None
    label: str | None
    id: bytes | None

    @property
    def token_name(self) -> str:
        """The token, as a person would call it."""
        return self.token or f"with the serial number {self.serial}"

    @property
    def name(self) -> str:
        """The key, as a person would call it."""
        return self.label or f"with the id {(self.id or b'').hex()}"


def parse(uri: str) -> TokenKey:
    """Return what a URI names.

    Raises:
        RightsError: INVALID; the detail does not repeat the URI, which may hold a PIN.
    """
    if not uri.startswith(_SCHEME) or len(uri) > URI_CHARS_MAX:
        raise _bad(f"begins with {_SCHEME} and has {URI_CHARS_MAX} characters at most")
    path, _, query = uri.removeprefix(_SCHEME).partition("?")
    if "pin-value=" in query:
        raise _bad("must not hold the PIN: pin-source=file:/… says where it is")
    found = _attributes(filter(None, path.split(";")), _PATH)
    asked = _attributes(filter(None, query.split("&")), _QUERY)
    token, serial, label = (_text(found.get(name)) for name in ("token", "serial", "object"))
    if token is None and serial is None:
        raise _bad("names a token, by token= or serial=")
    if label is None and "id" not in found:
        raise _bad("names a key, by object= or id=")
    if found.get("type", b"private") != b"private":
        raise _bad("is that of a private key: type=private")
    module, pin_file = _text(asked.get("module-path")), _text(asked.get("pin-source"))
    return TokenKey(
        _absolute(module, "module-path=/…, the library that speaks for the token"),
        _absolute(_file(pin_file), "pin-source=file:/…, a file with the PIN"),
        token=token,
        serial=serial,
        label=label,
        id=found.get("id"),
    )


def _attributes(parts: Iterable[str], known: frozenset[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in parts:
        match = _ATTRIBUTE.fullmatch(part)
        if match is None or match[1] not in known or match[1] in found:
            raise _bad(f"has, before or after its ?, each once and no other: {_listed(known)}")
        found[match[1]] = unquote_to_bytes(match[2])
    return found


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError as error:
        raise _bad("is written in UTF-8") from error


def _file(source: str | None) -> str | None:
    if source is None or not source.startswith("file:"):
        return None
    return re.sub(r"\A///", "/", source.removeprefix("file:"))


def _absolute(path: str | None, what: str) -> PurePosixPath:
    if path is None or "\0" in path or not PurePosixPath(path).is_absolute():
        raise _bad(f"has {what}")
    return PurePosixPath(path)


def _bad(what: str) -> RightsError:
    return RightsError(Code.INVALID, f"The PKCS #11 URI (RFC 7512) of a key {what}.")
