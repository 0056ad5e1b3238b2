"""Reads Content Credentials with the C2PA library: a stranger's file in a process of its own.

As a process it is started by `adapters.c2pa`, by path and isolated (`python -I c2pa_child.py`), so
it imports nothing of ours. One JSON line comes in: the configuration. Then one line comes in and
one goes out for every file. It ends when its input ends. The library is Rust and its inputs are
hostile: a crash, a flood of memory or an endless loop must stay in here, and the caller's deadline
ends it.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# The library has no types; `inspect` gives one to everything that leaves it.

import json
import os
import re
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import c2pa

# 450 MB are mapped before the first file; the library buffers files while hashing.
MEMORY_BYTES_MAX = 2 * 1024**3
# Of the process over all its files; the caller's deadline is the tighter limit.
CPU_SECONDS_MAX = 600
OPEN_FILES_MAX = 32
# A crJSON that is larger is not parsed; ours have 10 kB.
CRJSON_CHARS_MAX = 4 * 1024**2
# What is handed on to the caller.
JSON_CHARS_MAX = 256 * 1024
FAILURES_MAX = 32
ASSERTIONS_MAX = 128  # Of one manifest; ours have nine, and one for each ingredient.
# Of all manifests of a store: eight remixes of each other with a dozen shots each have 1,100.
PRESENT_MAX = 4096
NAME_CHARS_MAX = 256
# Superboxes in a file: those of 1,100 assertions are 1,600. The library takes 18 s over 4,000
# ingredients, and four times that over twice as many.
BOXES_MAX = 2048
# A manifest may be compressed; this is how far one may blow up.
MANIFEST_MEGABYTES_MAX = 16

# E-mail protection, document signing, C2PA claim signing, time-stamping. Replaces the default list.
_KEY_USES = "1.3.6.1.5.5.7.3.4\n1.3.6.1.5.5.7.3.36\n1.3.6.1.4.1.62558.2.1\n1.3.6.1.5.5.7.3.8\n"
# Names of the lists of anchors, that of those in both lists among them: what the library trusts by
# several lists it trusts by any of them, by chance.
CLAIMS, TIME_STAMPS = "urn:rightsd:claims", "urn:rightsd:time-stamps"
_BOTH = "urn:rightsd:claims-and-time-stamps"
_END = "-----END CERTIFICATE-----"
# With fetching off, this message is how the library says that a manifest lies elsewhere.
_REMOTE = re.compile(r"must fetch remote manifests from url (\S+)")
_DESCRIPTION = b"jumd"  # Every superbox has one.
_PIECE_BYTES = 1024**2


class Report(TypedDict):
    """What was found in a file, in words of the library. `state` alone is always there."""

    state: str
    error: NotRequired[str]
    remote_url: NotRequired[str]
    manifest_id: NotRequired[object]
    subject: NotRequired[object]
    serial: NotRequired[object]
    time_stamp: NotRequired[object]
    time_stamp_trusted: NotRequired[bool]
    time_stamp_doubtful: NotRequired[bool]
    signed: NotRequired[bool]
    trusted: NotRequired[bool]
    failures: NotRequired[list[object]]
    rights: NotRequired[object]
    assertions: NotRequired[list[str]]
    redacted: NotRequired[list[str]]
    present: NotRequired[list[str]]
    json: NotRequired[str]


def context(claims_pem: str, time_stamps_pem: str = "") -> c2pa.Context:
    """Return the library's settings: nothing from the network, our anchors, our kind of claims.

    Args:
        claims_pem: Who may vouch for whoever signs claims.
        time_stamps_pem: Who may vouch for time-stamping authorities. `inspect` lets neither count
            for the other; the library does, and says whose anchors they were (`is_by`).
    """
    claims, time_stamps = _certificates(claims_pem), _certificates(time_stamps_pem)
    anchors = [
        {"trust_kind": kind, "trust_uri": uri, "trust_anchors": "".join(pems)}
        for kind, uri, pems in (
            ("manifest", CLAIMS, [pem for pem in claims if pem not in time_stamps]),
            ("tsa", TIME_STAMPS, [pem for pem in time_stamps if pem not in claims]),
            ("manifest", _BOTH, [pem for pem in claims if pem in time_stamps]),
        )
        if pems
    ]
    return c2pa.Context.from_dict(
        {
            "trust": {"anchors": anchors, "trust_config": _KEY_USES},
            "verify": {
                # Fetching is on by default: any upload could make the daemon call any address.
                "remote_manifest_fetch": False,
                "ocsp_fetch": False,
                # What was signed is read back like any file, which asks for more: adapters.c2pa.
                "verify_after_sign": False,
            },
            "core": {
                "allowed_network_hosts": [],
                "allow_redirects": False,
                "max_decompressed_manifest_size_in_mb": MANIFEST_MEGABYTES_MAX,
            },
            "builder": {
                # The library files what it makes itself under "gathered" unless told.
                "created_assertion_labels": ["c2pa.thumbnail.claim", "c2pa.ingredient"],
                # By default bytes may be added in a free box without breaking the hash.
                "bmff_hash_exclude_free_and_skip_boxes": False,
            },
        }
    )


def contexts(
    claims_pem: str, time_stamps_pem: str = ""
) -> tuple[c2pa.Context, c2pa.Context | None]:
    """Return the settings, and those that `inspect` asks about time-stamps alone."""
    return (
        context(claims_pem, time_stamps_pem),
        context("", time_stamps_pem) if time_stamps_pem else None,
    )


def inspect(
    path: Path,
    media_type: str,
    settings: c2pa.Context,
    *,
    rights_label: str,
    time_stamps: c2pa.Context | None = None,
    store: bytes | None = None,
) -> Report:
    """Return what the library finds in a file, be it nothing.

    Args:
        path: The file.
        media_type: What its first bytes say.
        settings: From `context`.
        rights_label: The assertion to hand out, if the active manifest has it.
        time_stamps: From `context`, with no anchors but those of time-stamps; None: there are none.
        store: A manifest store to hold against the file instead of its own.
    """
    try:
        with path.open("rb") as file:
            reader = c2pa.Reader.try_create(media_type, file, store, settings)
            if reader is None:
                return {"state": "none"}
            with reader:
                report = _report(reader, rights_label)
            if report.get("time_stamp_doubtful") and time_stamps is not None:
                # An anchor of claims vouches for it. One of time-stamps may do so as well.
                file.seek(0)
                with c2pa.Reader(media_type, file, store, time_stamps) as reader:
                    report["time_stamp_trusted"] = _is_time_stamp_trusted(reader)
    except c2pa.C2paError as error:
        return refusal(error)
    return report


def refusal(error: c2pa.C2paError) -> Report:
    """Return what is said of a file that the library does not read."""
    if remote := _REMOTE.search(str(error)):
        return {"state": "none", "remote_url": remote[1]}
    return {"state": "unreadable", "error": type(error).__name__.removeprefix("_C2pa")}


def _report(reader: c2pa.Reader, rights_label: str) -> Report:
    text = reader.crjson()
    if len(text) > CRJSON_CHARS_MAX:
        return {"state": "unreadable", "error": "TooLarge"}
    try:
        label = (reader.get_active_manifest() or {}).get("label")
    except KeyError:
        # The store names an active manifest that it does not hold.
        return {"state": "unreadable", "error": "ActiveManifestMissing"}
    manifests: list[dict[str, Any]] = json.loads(text)["manifests"]
    manifest = next(manifest for manifest in manifests if manifest["label"] == label)
    # A signature that does not parse has no certificate.
    signature = manifest.get("signature", {})
    certificate = signature.get("certificateInfo", {})
    results: dict[str, Any] = reader.get_validation_results() or {}
    succeeded = {
        status["code"]: status.get("explanation") or ""
        for status in results["activeManifest"]["success"]
    }
    ingredients = [delta["validationDeltas"] for delta in results.get("ingredientDeltas") or []]
    failed, failed_in_ingredients = (
        [status["code"] for statuses in each for status in statuses["failure"]]
        for each in ([results["activeManifest"]], ingredients)
    )
    trusted = is_by(CLAIMS, succeeded.get("signingCredential.trusted", ""))
    state = str(reader.get_validation_state()).lower()
    if state == "invalid":
        failed += failed_in_ingredients
    elif trusted and not failed:
        # All that can fail is that nobody vouches any more for whoever signed an ingredient. When
        # it was put in, somebody did; whose file this is does not change with that.
        state = "trusted"
    elif state == "trusted":
        state = "valid"
        failed.insert(0, "signingCredential.untrusted")
    report: Report = {
        "state": state,
        "manifest_id": label,
        "subject": certificate.get("subject"),
        "serial": certificate.get("serialNumber"),
        "signed": "claimSignature.validated" in succeeded,
        "trusted": trusted,
        "failures": list(dict.fromkeys(failed))[:FAILURES_MAX],
        "rights": manifest.get("assertions", {}).get(rights_label),
        "assertions": _short(manifest.get("assertions", {})),
        "redacted": _short(manifest.get("claim.v2", {}).get("redacted_assertions") or []),
        "present": _short(
            (
                f"self#jumbf=/c2pa/{each['label']}/c2pa.assertions/{name}"
                for each in manifests
                for name in each.get("assertions", {})
            ),
            most=PRESENT_MAX,
        ),
        "json": text if len(text) <= JSON_CHARS_MAX else "",
    }
    if "timeStamp.validated" in succeeded:
        report["time_stamp"] = signature.get("timeStampInfo", {}).get("timestamp")
        voucher = succeeded.get("timeStamp.trusted", "")
        report["time_stamp_trusted"] = is_by(TIME_STAMPS, voucher)
        report["time_stamp_doubtful"] = is_by(CLAIMS, voucher)
    if url := reader.get_remote_url():
        report["remote_url"] = url
    return report


def is_by(anchors: str, explanation: str) -> bool:
    """Return whether it is anchors of this name that the library explains its trust by.

    The name stands at the end. Before it stands what a certificate calls its owner, in their words.
    """
    return explanation.endswith(
        tuple(
            end
            for name in (anchors, _BOTH)
            for end in (f"trust list: {name}", f"found in [{name}] trust anchors")
        )
    )


def _certificates(pem: str) -> list[str]:
    """Return the certificates of a list, each as `domain.trustlist` and OpenSSL write it."""
    return [f"{each.strip()}\n{_END}\n" for each in pem.split(_END) if each.strip()]


def _is_time_stamp_trusted(reader: c2pa.Reader) -> bool:
    results: dict[str, Any] = reader.get_validation_results() or {}
    return any(
        status["code"] == "timeStamp.trusted" for status in results["activeManifest"]["success"]
    )


def _has_too_many_boxes(path: Path) -> bool:
    """Tell whether a file has more superboxes than any that we read, wherever they are in it."""
    count, end = 0, b""
    with path.open("rb") as file:
        while count <= BOXES_MAX and (piece := file.read(_PIECE_BYTES)):
            count += (end + piece).count(_DESCRIPTION)
            end = piece[1 - len(_DESCRIPTION) :]
    return count > BOXES_MAX


def _short(names: Iterable[str], *, most: int = ASSERTIONS_MAX) -> list[str]:
    """Return names of assertions, as many and as long as anyone needs."""
    return [name for name in names if len(name) <= NAME_CHARS_MAX][:most]


def confine() -> None:
    """Take from this process what no file needs, before it sees one."""
    limits = (
        (resource.RLIMIT_AS, MEMORY_BYTES_MAX),
        (resource.RLIMIT_CPU, CPU_SECONDS_MAX),
        (resource.RLIMIT_NOFILE, OPEN_FILES_MAX),
        # It writes no files, and a core dump would be one, with a stranger's upload in it.
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for limit, most in limits:
        resource.setrlimit(limit, (most, most))


def _serve() -> None:
    # What the library might print must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    confine()
    configuration = json.loads(sys.stdin.readline())
    usual = contexts(**configuration["anchors"])
    for line in sys.stdin:
        request = json.loads(line)
        anchors = request["anchors"]
        settings, time_stamps = usual if anchors is None else contexts(**anchors)
        path = Path(request["path"])
        report: Report = {"state": "unreadable", "error": "TooManyBoxes"}
        if not _has_too_many_boxes(path):
            report = inspect(
                path,
                request["media_type"],
                settings,
                rights_label=configuration["rights_label"],
                time_stamps=time_stamps,
            )
        answers.write(json.dumps(report) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve()
