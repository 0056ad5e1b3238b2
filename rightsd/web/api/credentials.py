"""Credentials, status lists, receipts, and the keys that verify them: api-specs/credentials.md."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from rightsd.adapters import jose, statuslist
from rightsd.domain import credential, status
from rightsd.errors import Code, RightsError
from rightsd.web import problems
from rightsd.web.api.fields import Id
from rightsd.web.auth import Actor, Rt
from rightsd.workflows import credentials

router = APIRouter(tags=["credentials"])

CREDENTIAL = f"application/{credential.TYP}"
RECEIPT = "application/jwt"
KEY_SET = "application/jwk-set+json"
# A new key signs at once: whoever meets its name and does not know it asks again.
KEYS_CACHE = "public, max-age=300"
STATUS_CACHE = f"public, max-age={status.TTL_SECONDS}"
PRIVATE = {"Cache-Control": "no-store"}
# Lists and keys are for everyone, also for pages that other people's browsers have open.
EVERYONE = {"Access-Control-Allow-Origin": "*"}
HOLDER_CHARS_MAX = 1000

Holder = Annotated[
    str | None,
    Query(
        alias="holder",
        max_length=HOLDER_CHARS_MAX,
        description="Bind it to a key: a public JWK (EC, P-256), JSON in base64url",
    ),
]


def _content(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {"type": "string"}}}}}


@router.get(
    "/v1/consents/{consent_id}/credential",
    response_class=Response,
    responses=_content(CREDENTIAL),
)
def show_credential(actor: Actor, rt: Rt, consent_id: Id, holder: Holder = None) -> Response:
    """Return a standing consent as an SD-JWT VC. Its owner and its grantee only."""
    key = None if holder is None else jose.parse_key(jose.read(jose.decode(holder)))
    token = credentials.consent_credential(rt, actor, consent_id, holder=key)
    return Response(token, media_type=CREDENTIAL, headers=PRIVATE)


@router.get(
    "/v1/consents/{consent_id}/receipt", response_class=Response, responses=_content(RECEIPT)
)
def show_consent_receipt(actor: Actor, rt: Rt, consent_id: Id) -> Response:
    """Return a signed receipt of a consent and what became of it. The person who granted it only.

    The members are those of ISO/IEC TS 27560, as far as there is something on record.
    """
    token = credentials.consent_receipt(rt, actor, consent_id)
    return Response(token, media_type=RECEIPT, headers=PRIVATE)


@router.get(
    "/v1/generations/{generation_id}/decision",
    response_class=Response,
    responses=_content(RECEIPT),
)
def show_decision(actor: Actor, rt: Rt, generation_id: Id) -> Response:
    """Return a signed receipt of the newest decision on one's request, with its reasons."""
    token = credentials.decision_receipt(rt, actor, generation_id)
    return Response(token, media_type=RECEIPT, headers=PRIVATE)


@router.get(
    credential.STATUS_LISTS_PATH + "/{number}",
    response_class=Response,
    responses=_content(statuslist.MEDIA_TYPE),
)
def show_status_list(rt: Rt, number: str) -> Response:
    """Return which consents of a list stand, now: a token status list."""
    known = number.isascii() and number.isdecimal() and str(int(number[:20])) == number
    token = credentials.status_list(rt, int(number)) if known else None
    if token is None:
        missing = RightsError(Code.NOT_FOUND, "there is no such status list")
        answer = problems.response(missing)
        answer.headers.update({"Cache-Control": STATUS_CACHE, **EVERYONE})
        return answer
    headers = {"Cache-Control": STATUS_CACHE, **EVERYONE}
    return Response(token, media_type=statuslist.MEDIA_TYPE, headers=headers)


@router.get(credential.KEYS_PATH, response_class=Response, responses=_content(KEY_SET))
def show_keys(rt: Rt) -> Response:
    """Return the public keys of the daemon's credentials, lists and receipts, a JWK Set."""
    headers = {"Cache-Control": KEYS_CACHE, **EVERYONE}
    return Response(credentials.key_set(rt), media_type=KEY_SET, headers=headers)


@router.get("/.well-known/jwt-vc-issuer", response_model=dict[str, str])
def show_issuer(rt: Rt) -> JSONResponse:
    """Return where the issuer's keys are, as draft-ietf-oauth-sd-jwt-vc has it."""
    said: Mapping[str, str] = credentials.metadata(rt)
    return JSONResponse(dict(said), headers={"Cache-Control": KEYS_CACHE, **EVERYONE})
