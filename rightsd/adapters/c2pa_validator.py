"""Validates one file as a harness asks for it: under given trust lists, as of a given time.

A process of its own, started by `adapters.c2pa_readers`: like `adapters.c2pa_child`, but that it
may change what the library takes for the time, and hands out the library's crJSON.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# The library has no types.

import json
import os
import sys
from pathlib import Path
from typing import Any

import c2pa

from rightsd.adapters import c2pa_child, c2pa_clock
from rightsd.adapters.c2pa_child import CLAIMS, TIME_STAMPS, Report, is_by
from rightsd.adapters.c2pa_clock import ClockError

CRJSON_CHARS_MAX = 1024**2
LIBRARY = Path(c2pa.__file__).with_name("libs") / "libc2pa_c.so"


def validate(path: Path, media_type: str, anchors: dict[str, str]) -> Report:
    """Return the crJSON of a file, in which neither list of anchors counts for the other."""
    try:
        text = _read(path, media_type, c2pa_child.context(**anchors))
        if text is None:
            return {"state": "none"}
        if len(text) > CRJSON_CHARS_MAX:
            return {"state": "unreadable", "error": "TooLarge"}
        found = json.loads(text)
        stamps = anchors["time_stamps_pem"]
        by_stamps = _read(path, media_type, c2pa_child.context("", stamps)) if stamps else None
    except c2pa.C2paError as error:
        return c2pa_child.refusal(error)
    tell_lists_apart(found, json.loads(by_stamps or '{"manifests": []}'))
    return {"state": "read", "json": json.dumps(found)}


def tell_lists_apart(document: dict[str, Any], by_stamps: dict[str, Any]) -> None:
    """Take back what the library says in crJSON by the wrong list.

    Args:
        document: By both lists.
        by_stamps: By that of time-stamping authorities alone.
    """
    stamped = {
        status["url"]: status
        for manifest in by_stamps["manifests"]
        for status in manifest.get("validationResults", {}).get("success", [])
        if status["code"] == "timeStamp.trusted"
    }
    for manifest in document["manifests"]:
        results = manifest.get("validationResults", {})
        kept: list[dict[str, Any]] = []
        for status in results.get("success", []):
            voucher, url = status.get("explanation", ""), status.get("url")
            match status["code"]:
                case "signingCredential.trusted" if not is_by(CLAIMS, voucher):
                    turned = _turned(status, "signingCredential.untrusted")
                    results.setdefault("failure", []).append(turned)
                case "timeStamp.trusted" if url in stamped:
                    kept.append(stamped[url])
                case "timeStamp.trusted" if not is_by(TIME_STAMPS, voucher):
                    turned = _turned(status, "timeStamp.untrusted")
                    results.setdefault("informational", []).append(turned)
                case _:
                    kept.append(status)
        if "success" in results:
            results["success"] = kept


def _turned(status: dict[str, Any], code: str) -> dict[str, Any]:
    return status | {"code": code, "explanation": "only the other trust list vouches for it"}


def _read(path: Path, media_type: str, settings: c2pa.Context) -> str | None:
    with path.open("rb") as file:
        reader = c2pa.Reader.try_create(media_type, file, None, settings)
        if reader is None:
            return None
        with reader:
            return reader.crjson()


def _serve() -> None:
    # What the library might print must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    c2pa_child.confine()
    configuration, request = (json.loads(sys.stdin.readline()) for _ in range(2))
    try:
        if configuration["at"] is not None:
            c2pa_clock.hold(LIBRARY, configuration["at"])
    except ClockError as error:
        report: Report = {"state": "unreadable", "error": str(error)}
    else:
        report = validate(Path(request["path"]), request["media_type"], configuration["anchors"])
    answers.write(json.dumps(report) + "\n")
    answers.flush()


if __name__ == "__main__":
    _serve()
