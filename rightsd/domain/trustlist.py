"""Reads lists of whom to trust: PEM, or what C2PA publishes (ETSI TS 119 602, as JSON).

The list is taken from a file of the operator's: how it got there, and that it is the right one, is
theirs to see to. A signature over it is not looked at.
"""

import base64
import binascii
import json
import re
import textwrap
from collections.abc import Iterator
from typing import cast

LIST_BYTES_MAX = 4 * 1024**2
CERTIFICATES_MAX = 500

_TRUSTED = "http://c2pa.org/conformance/trust-list/trusted"
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----")


class TrustListError(ValueError):
    """It is no list of certificates. The message goes on after "it"."""


def parse(data: bytes) -> str:
    """Return the certificates of a list, as PEM in one form, each once, in its order.

    Of a list of C2PA, services count whose status is "trusted"; whatever else it says is not read.

    Raises:
        TrustListError: It is none, has none, or has too many.
    """
    if len(data) > LIST_BYTES_MAX:
        raise TrustListError(f"has more than {LIST_BYTES_MAX} bytes")
    written = _written_in_json(data) if data.lstrip()[:1] == b"{" else _written_in_pem(data)
    found = list(dict.fromkeys(_pem(each) for each in written))
    if not found:
        raise TrustListError("names no certificate that is trusted")
    if len(found) > CERTIFICATES_MAX:
        raise TrustListError(f"names more than {CERTIFICATES_MAX} certificates")
    return "".join(found)


def _written_in_pem(data: bytes) -> Iterator[str]:
    for match in _PEM.finditer(data):
        yield "".join(match[1].decode("ascii").split())


def _written_in_json(data: bytes) -> Iterator[str]:
    try:
        document: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise TrustListError("is not JSON") from error
    for entity in _list(document, "LoTE", "TrustedEntitiesList"):
        for service in _list(entity, "TrustedEntityServices"):
            if _at(service, "ServiceInformation", "ServiceStatus") != _TRUSTED:
                continue
            identity = ("ServiceInformation", "ServiceDigitalIdentity", "X509Certificates")
            for certificate in _list(service, *identity):
                text = _at(certificate, "val")
                if not isinstance(text, str):
                    raise TrustListError("has a certificate without a value")
                yield text


def _pem(text: str) -> str:
    try:
        der = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise TrustListError("has a certificate that is not base64") from error
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def _list(value: object, *path: str) -> list[object]:
    found = _at(value, *path)
    if not isinstance(found, list):
        raise TrustListError(f"has no list {'.'.join(path)} where one should be")
    return cast("list[object]", found)


def _at(value: object, *path: str) -> object:
    for name in path:
        value = cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None
    return value
