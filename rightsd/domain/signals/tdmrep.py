"""TDMRep: reservations of text and data mining, in a site's file, in headers and in pages.

Source: W3C TDM Reservation Protocol, final community group report. The later overrides the earlier:
the file, the header, the page; a value other than 0 and 1 says nothing.
"""

import json
from collections.abc import Mapping
from typing import cast

from rightsd.domain.signals import pages
from rightsd.domain.signals.reservation import (
    Reservation,
    SignalError,
    Source,
    Stance,
    Use,
    require_few,
    shown,
)

BYTES_MAX = 1024 * 1024

_STANCES = {0: Stance.ALLOW, 1: Stance.DENY}
_CODES = {"0": 0, "1": 1}


def file(data: bytes) -> tuple[Reservation, ...]:
    """Return what a `/.well-known/tdmrep.json` says, the most specific first.

    Raises:
        SignalError: It is not a JSON array of objects, or is beyond a limit.
    """
    if len(data) > BYTES_MAX:
        raise SignalError(f"it has more than {BYTES_MAX} bytes")
    try:
        rules = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SignalError("it is not JSON") from error
    if not isinstance(rules, list):
        raise SignalError("it is not an array of rules")
    found: list[Reservation] = []
    for number, rule in enumerate(cast("list[object]", rules), 1):
        if not isinstance(rule, dict):
            raise SignalError(f"its rule {number} is not an object")
        fields = cast("dict[str, object]", rule)
        location, code = fields.get("location"), fields.get("tdm-reservation")
        if not isinstance(location, str) or shown(location) is None:
            raise SignalError(f"its rule {number} has no location")
        policy = fields.get("tdm-policy")
        # JSON's true is Python's 1, and no value of this protocol.
        if isinstance(code, int) and not isinstance(code, bool) and code in _STANCES:
            found.append(_reservation(location, code, policy))
    return require_few(found)


def header(headers: Mapping[str, str]) -> tuple[Reservation, ...]:
    """Return what the header fields of an answer say of its content; names in lower case."""
    values = headers.get("tdm-reservation", "").split(",")  # It may stand several times.
    codes = [_CODES[value.strip()] for value in values if value.strip() in _CODES]
    return (_reservation("", max(codes), headers.get("tdm-policy")),) if codes else ()


def page(text: str) -> tuple[Reservation, ...]:
    """Return what the metadata of an HTML page say of it."""
    named: dict[str, str] = {}
    for attributes in pages.elements(text, "meta"):
        if "name" in attributes and "content" in attributes:
            named.setdefault(attributes["name"].lower(), attributes["content"])
    code = _CODES.get(named.get("tdm-reservation", "").strip())
    return () if code is None else (_reservation("", code, named.get("tdm-policy")),)


def _reservation(scope: str, code: int, policy: object) -> Reservation:
    return Reservation(
        source=Source.TDMREP,
        scope=scope,
        uses={Use.MINE: _STANCES[code]},
        policy_url=shown(policy) if isinstance(policy, str) else None,
    )
