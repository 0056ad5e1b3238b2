"""/sbr/v1: the C2PA Soft Binding Resolution API 2.4. api-specs/resolution.md.

Paths, members and statuses are those of the standard. What is asked here by token, the public asks
without one: what a file is at /v1/verifications, and manifests of outputs at /v1/manifests.
"""

import hashlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rightsd.adapters import jumbf
from rightsd.db.tx import Tx
from rightsd.domain import resolution
from rightsd.domain.client import Access, Scope
from rightsd.domain.resolution import BASE, RESULTS, RESULTS_MAX, Match
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import commands, uploads
from rightsd.web.api.fields import Out
from rightsd.web.auth import Bearer, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.web.pace import Pace
from rightsd.workflows import deposits, manifests, resolutions
from rightsd.workflows.manifests import Served

router = APIRouter(tags=["resolution"])

STORE = "application/c2pa"
QUERY_VALUE_CHARS_MAX = 2000  # Of a GET: what proxies let through; longer ones are sent by POST.
RECEIPT_SECONDS = 5  # How long the answer waits for the log to hold what was stored.
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
PASSED_ON = frozenset({"link", "ledger-index"})
SEARCHED = ("image/", "video/", "application/mp4")
BINARY = {"schema": {"type": "string", "format": "binary"}}
STORE_CONTENT: dict[int | str, dict[str, Any]] = {200: {"content": {STORE: BINARY}}}
MEDIA_CONTENT: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"image/*": BINARY, "video/*": BINARY}}
}

queries = Pace("queries", per_minute=1200)
searches = Pace("searches by content", per_minute=30)
changes = Pace("changes", per_minute=600)

Label = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
Name = Annotated[Label, Path(description="Label of a manifest")]
Alg = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Value = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$")]
ContentType = Annotated[str, Header(include_in_schema=False)]
Results = Annotated[int, Query(ge=1, alias="maxResults")]


class Sent24(BaseModel):
    """What a client sends: members that are not known are left alone, as the standard may add."""

    model_config = ConfigDict(frozen=True)


class MatchOut(Out):
    """A manifest that was found."""

    manifestId: str  # noqa: N815 -- The standard's name, as are those below.
    similarityScore: int | None = None  # noqa: N815


class MatchesOut(Out):
    """Manifests that were found, the best first."""

    matches: list[MatchOut]


class BindingQuery(Sent24):
    """A soft binding, its value in base64."""

    alg: Alg
    value: Value


class Search(Sent24):
    """How a file is searched: by one algorithm of ours or all, and by a hint of one of others."""

    alg: Alg | None = None
    hintAlg: Alg | None = None  # noqa: N815
    hintValue: Value | None = None  # noqa: N815
    maxResults: Annotated[int, Field(ge=1)] = RESULTS  # noqa: N815


class ReferenceQuery(Sent24):
    """Where a file is. `region` is not looked at alone here, so it must be left out."""

    referenceUrl: Annotated[str, StringConstraints(pattern=r"^https?://", max_length=2048)]  # noqa: N815
    assetLength: Annotated[int, Field(ge=1)]  # noqa: N815
    assetType: str | None = None  # noqa: N815
    region: list[Any] | None = None


class BindingIn(Sent24):
    """A soft binding of a stored manifest."""

    bindingValue: Value  # noqa: N815
    manifestId: Label  # noqa: N815


class StoredOut(Out):
    """What a stored manifest goes by. `receipt`: if asked for, and the log has it already."""

    manifestId: str  # noqa: N815
    receipt: dict[str, Any] | None = None


class ReceiptOut(BaseModel):
    """A receipt, as C2PA 2.4 has it, and whether it is good."""

    context: dict[str, str] = Field(alias="@context")
    type: str = Field(alias="@type")
    repository: dict[str, str]
    anchor: dict[str, Any]
    verified: bool
    error: str | None = None


@router.get(BASE + "/matches/byBinding", response_model_exclude_none=True)
def query_by_binding(
    access: Bearer,
    rt: Rt,
    value: Annotated[Value, Query()],
    alg: Annotated[Alg, Query()],
    results: Results = RESULTS,
) -> MatchesOut:
    """Find manifests by a soft binding. Longer values go by POST."""
    if len(value) > QUERY_VALUE_CHARS_MAX:
        raise RightsError(Code.TOO_LARGE, "the value is too long for a query; send it by POST")
    return _by_binding(rt, access, alg, value, results)


@router.post(BASE + "/matches/byBinding", response_model_exclude_none=True)
def query_by_large_binding(
    access: Bearer, rt: Rt, body: BindingQuery, results: Results = RESULTS
) -> MatchesOut:
    """Find manifests by a soft binding."""
    return _by_binding(rt, access, body.alg, body.value, results)


@router.post(
    BASE + "/matches/byContent", response_model_exclude_none=True, openapi_extra=MEDIA_CONTENT
)
def query_by_content(
    access: Bearer,
    rt: Rt,
    request: Request,
    search: Annotated[Search, Query()],
    content_type: ContentType = "",
) -> MatchesOut:
    """Find manifests by a video or a picture, and then by a hint of an algorithm of others."""
    access.require(Scope.FETCH)
    _require_searched(content_type)
    searches.step(access.client_id, rt.clock())
    with uploads.received(rt, request) as path, uploads.turn():
        found = resolutions.by_content(rt, path, alg=search.alg)
    return _matches(rt, found + _hinted(rt, search), search.maxResults)


@router.post(BASE + "/matches/byReference", response_model_exclude_none=True)
def query_by_reference(
    access: Bearer,
    rt: Rt,
    body: ReferenceQuery,
    search: Annotated[Search, Query()],
) -> MatchesOut:
    """Find manifests by a video or a picture at a public https address."""
    access.require(Scope.FETCH)
    if body.region:
        raise RightsError(Code.INVALID, "whole files are searched here; leave `region` out")
    if body.assetType is not None:
        _require_searched(body.assetType)
    searches.step(access.client_id, rt.clock())
    # Whoever is slow to send it keeps nobody from having a file looked at.
    with uploads.arriving():
        fetched = resolutions.fetch(rt, body.referenceUrl, length=body.assetLength)
    with uploads.turn(), tempfile.NamedTemporaryFile(dir=rt.work_folder) as file:
        file.write(fetched)
        file.flush()
        found = resolutions.by_content(rt, File(file.name), alg=search.alg)
    return _matches(rt, found + _hinted(rt, search), search.maxResults)


@router.post(BASE + "/manifests", response_model=StoredOut, response_model_exclude_none=True)
def store_manifest(
    access: Bearer,
    rt: Rt,
    sent: Sent,
    body: Annotated[bytes, Body(media_type=STORE)],
    *,
    returned: Annotated[bool, Query(alias="returnReceipt")] = False,
    content_type: ContentType = "",
) -> Response:
    """Keep a manifest store under the name of its active manifest."""
    access.require(Scope.STORE)
    if _bare(content_type) != STORE:
        raise RightsError(Code.UNSUPPORTED, f"a manifest store is sent as {STORE}")
    changes.step(access.client_id, rt.clock())

    def command(tx: Tx) -> Answer:
        made = deposits.store(tx, access, data=body, anything=rt.deposit_anything)
        return Answer(200, {"manifestId": made.manifest_id})

    if returned:  # Then the answer waits for the log, as if that was preferred.
        sent = replace(sent, wait_seconds=max(sent.wait_seconds, RECEIPT_SECONDS))
    digest = hashlib.sha256(body).hexdigest()
    answer = commands.run(rt, sent, access.account_id, digest, command)
    return _with_receipt(rt, answer) if returned else answer


@router.get(BASE + "/manifests/{manifest_id}", response_class=Response, responses=STORE_CONTENT)
def fetch_manifest(
    access: Bearer,
    rt: Rt,
    manifest_id: Name,
    *,
    alone: Annotated[bool, Query(alias="returnActiveManifest")] = False,
) -> Response:
    """Return a manifest store, or its active manifest alone; of an output, as it may be shown."""
    access.require(Scope.FETCH)
    queries.step(access.client_id, rt.clock())
    with rt.transaction() as tx:
        store = _served(tx, manifest_id).store
    content = jumbf.only_active(store) if alone else store
    return Response(content, media_type=STORE, headers=HEADERS)


@router.delete(BASE + "/manifests/{manifest_id}", status_code=204, response_class=Response)
def remove_manifest(access: Bearer, rt: Rt, sent: Sent, manifest_id: Name) -> Response:
    """Remove a manifest store of one's own, with its bindings."""
    access.require(Scope.STORE)
    changes.step(access.client_id, rt.clock())

    def command(tx: Tx) -> Answer:
        deposits.remove(tx, access, manifest_id)
        return Answer(204, {})

    return _empty(commands.run(rt, sent, access.account_id, "", command))


@router.post(BASE + "/bindings", status_code=204, response_class=Response)
def bind(access: Bearer, rt: Rt, sent: Sent, body: BindingIn) -> Response:
    """Let a soft binding lead to a manifest that one has stored."""
    access.require(Scope.BIND)
    changes.step(access.client_id, rt.clock())

    def command(tx: Tx) -> Answer:
        deposits.bind(tx, access, value=body.bindingValue, manifest_id=body.manifestId)
        return Answer(204, {})

    return _empty(commands.run(rt, sent, access.account_id, body, command))


@router.put(BASE + "/bindings", status_code=204, response_class=Response)
def rebind(access: Bearer, rt: Rt, sent: Sent, body: BindingIn) -> Response:
    """Let a soft binding that one has stored lead to another manifest."""
    access.require(Scope.BIND)
    changes.step(access.client_id, rt.clock())

    def command(tx: Tx) -> Answer:
        deposits.rebind(tx, access, value=body.bindingValue, manifest_id=body.manifestId)
        return Answer(204, {})

    return _empty(commands.run(rt, sent, access.account_id, body, command))


@router.get(BASE + "/manifests/{manifest_id}/receipts", response_model=ReceiptOut)
def show_receipt(access: Bearer, rt: Rt, manifest_id: Name) -> JSONResponse:
    """Return the receipt of a manifest store: the log's entry with its digest, and its proof."""
    access.require(Scope.FETCH)
    queries.step(access.client_id, rt.clock())
    said = _receipt(rt, manifest_id)
    if said is None:
        detail = "the log has no entry of this manifest store, or not yet: ask again in a moment"
        raise RightsError(Code.NOT_FOUND, detail)
    return JSONResponse({**said, "verified": True}, headers=HEADERS)


@router.post(BASE + "/manifests/{manifest_id}/receipts", response_model=ReceiptOut)
def check_receipt(access: Bearer, rt: Rt, manifest_id: Name, body: dict[str, Any]) -> JSONResponse:
    """Say whether a receipt is good for the manifest store that is kept by a name."""
    access.require(Scope.FETCH)
    queries.step(access.client_id, rt.clock())
    with rt.transaction() as tx:
        served = _served(tx, manifest_id)
        fault = resolutions.fault_of(rt, tx, body, served.manifest_id, served.store)
    said = {name: body[name] for name in resolution.RECEIPT_MEMBERS if name in body}
    verdict = {"verified": True} if fault is None else {"verified": False, "error": fault}
    return JSONResponse(said | verdict, headers=HEADERS)


def _by_binding(rt: Runtime, access: Access, alg: str, value: str, results: int) -> MatchesOut:
    access.require(Scope.FETCH)
    queries.step(access.client_id, rt.clock())
    return _matches(rt, resolutions.by_binding(rt, alg=alg, value=value), results)


def _hinted(rt: Runtime, search: Search) -> list[Match]:
    """Return what a hint leads to; one of an algorithm of ours knows no more than the file does."""
    alg, value = search.hintAlg, search.hintValue
    if alg is None or value is None or alg in resolutions.ALGORITHMS:
        return []
    return resolutions.by_binding(rt, alg=alg, value=value)


def _matches(rt: Runtime, found: list[Match], results: int) -> MatchesOut:
    """Return matches by the names of the manifests that are served now, each once."""
    with rt.transaction() as tx:
        names = manifests.names(tx, [each.generation_id for each in found if each.generation_id])
    scores: dict[str, int | None] = {}
    for match in found:
        name = match.manifest_id or names.get(match.generation_id or "")
        if name is not None:
            scores.setdefault(name, match.score)
    shown = list(scores.items())[: min(results, RESULTS_MAX)]
    return MatchesOut(
        matches=[MatchOut(manifestId=name, similarityScore=score) for name, score in shown]
    )


def _served(tx: Tx, manifest_id: str) -> Served:
    """Return a manifest store: of an output of ours, else what was deposited by its name."""
    try:
        return manifests.show(tx, manifest_id)
    except RightsError as error:
        if error.code is not Code.NOT_FOUND:
            raise
    deposit, store = deposits.find(tx, manifest_id)
    return Served(deposit.manifest_id, store)


def _receipt(rt: Runtime, manifest_id: str) -> dict[str, Any] | None:
    with rt.transaction() as tx:
        served = _served(tx, manifest_id)
        return resolutions.receipt(
            tx,
            served.manifest_id,
            served.store,
            policy=rt.witness_policy,
            repository=rt.issuer.url,
        )


def _with_receipt(rt: Runtime, answer: JSONResponse) -> JSONResponse:
    """Return the answer to a store with its receipt, if the log has it soon enough."""
    said: dict[str, Any] = json.loads(bytes(answer.body))
    receipt = _receipt(rt, said["manifestId"])
    return JSONResponse(
        said if receipt is None else said | {"receipt": receipt}, headers=_kept(answer)
    )


def _empty(answer: JSONResponse) -> Response:
    """Return an answer without its body, which one with the status 204 must not have."""
    return Response(status_code=answer.status_code, headers=_kept(answer))


def _kept(answer: JSONResponse) -> dict[str, str]:
    """Return the headers of an answer that hold for another body as well."""
    return {name: value for name, value in answer.headers.items() if name in PASSED_ON}


def _require_searched(media_type: str) -> None:
    if not _bare(media_type).startswith(SEARCHED):
        raise RightsError(Code.UNSUPPORTED, "videos and pictures are searched here, nothing else")


def _bare(media_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()
