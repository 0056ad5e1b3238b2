"""Who may do what: every endpoint against every role, and against no account at all."""

from typing import Any

import pytest
from fastapi.routing import APIRoute

from rightsd.domain.principal import Role
from rightsd.web.app import PAGES, RESOURCES
from tests.people import ENROLMENT, GRANT
from tests.rightsd.web.conftest import Clients

ID = "0" * 32
NOTICE = {
    "generation_id": f"gen_{ID}",
    "kind": "copyright",
    "name": "A",
    "email": "a@example.org",
    "statement": "It is mine.",
    "good_faith": True,
    "accurate": True,
}
DECLARATION = {
    "title": "Nebula Fox",
    "owner": "A",
    "email": "a@example.org",
    "statement": "It is mine.",
    "good_faith": True,
}
EXEMPTION = {
    "thing": f"gen_{ID}",
    "account_id": f"acc_{ID}",
    "ground": "news",
    "reason": "so",
    "expires_at": "2030-01-01T00:00:00Z",
}
PLATFORM = {
    "name": "Clips",
    "url": "https://198.51.100.7/hook",  # For documentation: no public address.
    "contact": "desk@clips.example",
    "acknowledge_hours": 1,
    "remove_hours": 24,
}
ACKNOWLEDGEMENT = {
    "statement": {
        "delivery_id": f"dlv_{ID}",
        "event_id": f"evt_{ID}",
        "generation_id": f"gen_{ID}",
        "platform_id": f"plt_{ID}",
        "outcome": "removed",
        "at": "2030-01-01T00:00:00Z",
    },
    "signature": "A" * 86 + "==",
}
ALL = set(Role)
ACTING = {Role.PERSON, Role.RIGHTS_HOLDER}  # Rights holders act for people who let them.
PUBLIC = {*ALL, None}
WISH = {"prompt": "a ball"}
INTEGRATING = {Role.PLATFORM, Role.ADMIN}
REVOCATION = {"scope": "subject", "subject_id": f"sub_{ID}", "mode": "suspend"}
TAKING_BACK = {*ACTING, Role.REVIEWER, Role.ADMIN}
MAKERS: set[Role | None] = {Role.CREATOR, Role.PERSON}
STAFF: set[Role | None] = {Role.REVIEWER, Role.ADMIN}

# These take access tokens and no API keys: what each scope may do is in test_resolutions.py.
BY_TOKEN = {
    ("GET", "/sbr/v1/matches/byBinding"),
    ("POST", "/sbr/v1/matches/byBinding"),
    ("POST", "/sbr/v1/matches/byContent"),
    ("POST", "/sbr/v1/matches/byReference"),
    ("POST", "/sbr/v1/manifests"),
    ("GET", "/sbr/v1/manifests/{manifest_id}"),
    ("DELETE", "/sbr/v1/manifests/{manifest_id}"),
    ("GET", "/sbr/v1/manifests/{manifest_id}/receipts"),
    ("POST", "/sbr/v1/manifests/{manifest_id}/receipts"),
    ("POST", "/sbr/v1/bindings"),
    ("PUT", "/sbr/v1/bindings"),
}
# And these take neither, but a session, or what a form of one's own browser sends along.
SIGNED_IN = {
    (method, route.path)
    for module in PAGES
    for route in module.router.routes
    if isinstance(route, APIRoute)
    and route.path.startswith(
        (
            "/home",
            "/account",
            "/sign-",
            "/invites",
            "/likenesses",
            "/enrol",
            "/perm",
            "/uses",
            "/revoc",
            "/works",
            "/references",
            "/matches",
            "/requests",
            "/licences",
            "/generations",
            "/reviews",
            "/audit",
            "/platforms",
            "/incidents",
        )
    )
    for method in route.methods
} - {
    ("GET", "/sign-in"),
    ("GET", "/sign-in/sent"),
    ("GET", "/sign-in/{sign_in_id}/{token}"),
    ("GET", "/invites/{invite_id}/{token}"),
}
ISSUING = ("POST", "/oauth/token")  # And this one takes neither: see test_clients.py.

# What each endpoint is sent, and who may send it. Anyone else is told 401 or 403.
MATRIX: dict[tuple[str, str], tuple[Any, set[Role | None]]] = {
    ("POST", "/v1/accounts"): ({"role": "person", "name": "A"}, {Role.ADMIN}),
    ("POST", "/v1/accounts/{account_id}/keys"): ({}, {Role.ADMIN}),
    ("GET", "/v1/accounts/{account_id}/keys"): (None, {Role.ADMIN}),
    ("POST", "/v1/accounts/{account_id}/keys/{key_id}/revoke"): ({}, {Role.ADMIN}),
    ("GET", "/v1/accounts/me"): (None, ALL),
    ("POST", "/v1/subjects"): (ENROLMENT | {"handle": "ada"}, {Role.PERSON}),
    ("GET", "/v1/subjects"): (None, {Role.PERSON}),
    ("GET", "/v1/subjects/{subject_id}"): (None, ACTING),
    ("POST", "/v1/enrolments"): (
        {"subject_id": f"sub_{ID}", "consent_text": "enrolment.1.en"},
        ACTING,
    ),
    ("GET", "/v1/enrolments/{enrolment_id}"): (None, ACTING),
    ("PUT", "/v1/enrolments/{enrolment_id}/media"): (None, ACTING),
    ("POST", "/v1/subjects/{subject_id}/pause"): (None, ACTING),
    ("POST", "/v1/subjects/{subject_id}/resume"): (None, ACTING),
    ("POST", "/v1/subjects/{subject_id}/unenrol"): (None, ACTING),
    ("POST", "/v1/consents"): (
        GRANT | {"subject_id": f"sub_{ID}", "grantee_id": f"acc_{ID}"},
        ACTING,
    ),
    ("POST", "/v1/consents/preview"): ({"audience": "everyone"}, ACTING),
    ("GET", "/v1/consents"): (None, {*ACTING, Role.CREATOR}),
    ("GET", "/v1/consent-texts"): (None, PUBLIC),
    ("POST", "/v1/delegations"): (
        {
            "subject_id": f"sub_{ID}",
            "delegate_id": f"acc_{ID}",
            "kind": "agent",
            "verbs": ["see"],
        },
        {Role.PERSON},
    ),
    ("GET", "/v1/delegations"): (None, ACTING),
    ("POST", "/v1/delegations/{delegation_id}/accept"): (None, ACTING),
    ("POST", "/v1/delegations/{delegation_id}/decline"): (None, ACTING),
    ("POST", "/v1/delegations/{delegation_id}/end"): (None, {*ACTING, Role.REVIEWER}),
    ("POST", "/v1/delegations/{delegation_id}/activate"): ({"evidence": "so"}, {Role.REVIEWER}),
    ("POST", "/v1/consents/{consent_id}/revoke"): (None, ACTING),
    ("GET", "/v1/consents/{consent_id}/credential"): (None, {Role.PERSON, Role.CREATOR}),
    ("GET", "/v1/consents/{consent_id}/receipt"): (None, {Role.PERSON}),
    ("GET", "/v1/generations/{generation_id}/decision"): (None, MAKERS),
    ("GET", "/v1/statuslists/{number}"): (None, PUBLIC),
    ("GET", "/.well-known/jwks.json"): (None, PUBLIC),
    ("GET", "/.well-known/jwt-vc-issuer"): (None, PUBLIC),
    ("GET", "/v1/uses"): (None, ACTING),
    ("GET", "/v1/likenesses"): (None, ACTING),
    ("GET", "/v1/uses/{generation_id}/thumbnail"): (None, ACTING),
    ("POST", "/v1/uses/{generation_id}/approve"): (None, ACTING),
    ("POST", "/v1/uses/{generation_id}/object"): (None, ACTING),
    ("POST", "/v1/follows"): ({"account_id": f"acc_{ID}"}, {Role.PERSON, Role.CREATOR}),
    ("GET", "/v1/follows"): (None, {Role.PERSON, Role.CREATOR}),
    ("POST", "/v1/follows/{account_id}/unfollow"): (None, {Role.PERSON, Role.CREATOR}),
    ("POST", "/v1/works"): ({"kind": "mark", "title": "Nebula"}, {Role.RIGHTS_HOLDER}),
    ("GET", "/v1/works"): (None, {Role.RIGHTS_HOLDER}),
    ("POST", "/v1/works/{work_id}/descriptions"): ({"text": "a fox"}, {Role.RIGHTS_HOLDER}),
    ("POST", "/v1/works/{work_id}/references"): (None, {Role.RIGHTS_HOLDER}),
    ("GET", "/v1/works/{work_id}/references"): (None, {Role.RIGHTS_HOLDER}),
    ("POST", "/v1/works/{work_id}/references/{reference_id}/remove"): (
        None,
        {Role.RIGHTS_HOLDER},
    ),
    ("GET", "/v1/references/{reference_id}/thumbnail"): (
        None,
        {Role.RIGHTS_HOLDER, Role.REVIEWER},
    ),
    ("POST", "/v1/references"): (None, MAKERS),
    ("POST", "/v1/works/{work_id}/reservation"): ({"least": "opt_in"}, {Role.RIGHTS_HOLDER}),
    ("GET", "/v1/works/{work_id}/reservation"): (None, {Role.RIGHTS_HOLDER}),
    ("POST", "/v1/optouts"): ({"work_id": f"wrk_{ID}"}, {Role.RIGHTS_HOLDER}),
    ("POST", "/v1/works/{work_id}/documents"): (
        {"registry": "EUIPO", "number": "1", "sha256": "0" * 64},
        {Role.RIGHTS_HOLDER},
    ),
    ("POST", "/v1/works/{work_id}/verify-site"): (
        {"url": "https://a.example/"},
        {Role.RIGHTS_HOLDER},
    ),
    ("POST", "/v1/platforms"): (PLATFORM, {Role.PLATFORM}),
    ("GET", "/v1/platforms"): (None, INTEGRATING),
    ("GET", "/v1/platforms/{platform_id}"): (None, INTEGRATING),
    ("PUT", "/v1/platforms/{platform_id}"): (PLATFORM, {Role.PLATFORM}),
    ("POST", "/v1/platforms/{platform_id}/rotate"): ({}, {Role.PLATFORM}),
    ("POST", "/v1/platforms/{platform_id}/disable"): (None, INTEGRATING),
    ("POST", "/v1/platforms/{platform_id}/enable"): (None, INTEGRATING),
    ("POST", "/v1/platforms/{platform_id}/close"): (None, INTEGRATING),
    ("POST", "/v1/platforms/{platform_id}/ping"): (None, INTEGRATING),
    ("GET", "/v1/platforms/{platform_id}/deliveries"): (None, INTEGRATING),
    ("POST", "/v1/platforms/{platform_id}/replay"): ({}, INTEGRATING),
    ("GET", "/v1/platforms/turnaround"): (None, PUBLIC),
    ("GET", "/v1/platforms/escalations"): (None, STAFF),
    ("POST", "/v1/deliveries/{delivery_id}/acknowledgements"): (
        ACKNOWLEDGEMENT,
        {Role.PLATFORM},
    ),
    ("GET", "/v1/deliveries/{delivery_id}/acknowledgements"): (
        None,
        {*STAFF, Role.PLATFORM, Role.AUDITOR},
    ),
    ("POST", "/v1/copies"): (
        {"sha256": "0" * 64, "url": "https://a.example/", "published_at": "2030-01-01T00:00:00Z"},
        {Role.PLATFORM},
    ),
    ("GET", "/v1/copies"): (None, {*STAFF, Role.PLATFORM}),
    ("POST", "/v1/copies/{copy_id}/remove"): (None, {Role.PLATFORM}),
    ("GET", "/v1/takedowns/{cause_id}/proof"): (None, ALL),
    ("POST", "/v1/incidents"): ({"title": "A case", "severity": "high"}, STAFF),
    ("GET", "/v1/incidents"): (None, {*STAFF, Role.AUDITOR}),
    ("GET", "/v1/incidents/{incident_id}"): (None, {*STAFF, Role.AUDITOR}),
    ("GET", "/v1/incidents/{incident_id}/postmortem"): (None, {*STAFF, Role.AUDITOR}),
    ("POST", "/v1/incidents/{incident_id}/link"): (
        {"thing_id": f"sub_{ID}", "strand": "consent"},
        STAFF,
    ),
    ("POST", "/v1/incidents/{incident_id}/unlink"): ({"thing_id": f"sub_{ID}"}, STAFF),
    ("POST", "/v1/incidents/{incident_id}/assign"): (
        {"part": "scribe", "account_id": f"acc_{ID}"},
        STAFF,
    ),
    ("POST", "/v1/incidents/{incident_id}/notes"): ({"strand": "safety", "text": "so"}, STAFF),
    ("POST", "/v1/incidents/{incident_id}/advance"): ({"step_id": "stop"}, STAFF),
    ("POST", "/v1/incidents/{incident_id}/turn"): ({"state": "contained"}, STAFF),
    ("POST", "/v1/incidents/{incident_id}/close"): (
        {"impact": "a", "cause": "b", "worked": "c", "changes": "d"},
        STAFF,
    ),
    ("GET", "/v1/reviews"): (None, {Role.REVIEWER}),
    ("POST", "/v1/reviews"): ({"generation_id": f"gen_{ID}"}, {Role.CREATOR, Role.PERSON}),
    ("GET", "/v1/reviews/mine"): (None, {Role.CREATOR, Role.PERSON, Role.RIGHTS_HOLDER}),
    ("GET", "/v1/reviews/rates"): (None, PUBLIC),
    ("GET", "/v1/reviews/{review_id}"): (None, {Role.REVIEWER}),
    ("GET", "/v1/reviews/{review_id}/thumbnail"): (None, {Role.REVIEWER}),
    ("GET", "/v1/reviews/{review_id}/references/{reference_id}/thumbnail"): (
        None,
        {Role.REVIEWER},
    ),
    ("POST", "/v1/reviews/{review_id}/claim"): (None, {Role.REVIEWER}),
    ("POST", "/v1/reviews/{review_id}/release"): (None, {Role.REVIEWER}),
    ("POST", "/v1/reviews/{review_id}/decide"): (
        {"finding": "allow", "reason": "so"},
        {Role.REVIEWER},
    ),
    ("POST", "/v1/reviews/{review_id}/appeal"): (
        {"objection": "no"},
        {Role.CREATOR, Role.PERSON, Role.RIGHTS_HOLDER},
    ),
    ("POST", "/v1/revocations"): (REVOCATION, TAKING_BACK),
    ("POST", "/v1/revocations/preview"): (REVOCATION, TAKING_BACK),
    ("GET", "/v1/revocations"): (None, TAKING_BACK),
    ("GET", "/v1/revocations/{revocation_id}"): (None, {*TAKING_BACK, Role.AUDITOR}),
    ("POST", "/v1/revocations/{revocation_id}/lift"): (None, TAKING_BACK),
    ("POST", "/v1/revocations/{revocation_id}/revoke"): (None, ACTING),
    ("GET", "/v1/stopwatches"): (None, {Role.REVIEWER, Role.AUDITOR}),
    ("GET", "/v1/stopwatches/{cause_id}"): (None, {*ACTING, Role.REVIEWER, Role.AUDITOR}),
    ("GET", "/v1/optouts"): (None, {Role.RIGHTS_HOLDER}),
    ("GET", "/v1/optouts/export.csv"): (None, {Role.RIGHTS_HOLDER}),
    ("POST", "/v1/optouts/{optout_id}/lift"): (None, {Role.RIGHTS_HOLDER}),
    ("POST", "/v1/optouts/public"): (DECLARATION, PUBLIC),
    ("GET", "/v1/optouts/public/{declaration_id}"): (None, PUBLIC),
    ("POST", "/v1/optouts/public/{declaration_id}/confirm"): (None, PUBLIC),
    ("POST", "/v1/optouts/public/{declaration_id}/lift"): (None, PUBLIC),
    ("GET", "/optouts/new"): (None, PUBLIC),
    ("POST", "/optouts/new"): (None, PUBLIC),
    ("GET", "/optouts/{declaration_id}/{token}"): (None, PUBLIC),
    ("POST", "/optouts/{declaration_id}/{token}/confirm"): (None, PUBLIC),
    ("POST", "/optouts/{declaration_id}/{token}/lift"): (None, PUBLIC),
    ("GET", "/notices/new"): (None, PUBLIC),
    ("POST", "/notices/new"): (None, PUBLIC),
    ("GET", "/notices/{notice_id}/{token}"): (None, PUBLIC),
    ("POST", "/notices/{notice_id}/{token}/confirm"): (None, PUBLIC),
    ("POST", "/notices/{notice_id}/{token}/retract"): (None, PUBLIC),
    ("POST", "/notices/{notice_id}/{token}/complete"): (None, PUBLIC),
    ("POST", "/notices/{notice_id}/{token}/file-action"): (None, PUBLIC),
    ("POST", "/notices/{notice_id}/{token}/appeal"): (None, PUBLIC),
    ("GET", "/v1/rulebook"): (None, PUBLIC),
    ("GET", "/v1/rulebook/{version}"): (None, PUBLIC),
    ("GET", "/v1/rulebook/shadow"): (None, {Role.REVIEWER, Role.ADMIN}),
    ("POST", "/v1/allowances"): (
        {"rule": "violence.graphic", "phrase": "gore magala", "reason": "a monster of a game"},
        {Role.REVIEWER, Role.ADMIN},
    ),
    ("GET", "/v1/allowances"): (None, {Role.REVIEWER, Role.ADMIN}),
    ("POST", "/v1/allowances/{allowance_id}/lift"): (None, {Role.REVIEWER, Role.ADMIN}),
    ("POST", "/v1/imports"): ({"url": "http://a.example/"}, {Role.RIGHTS_HOLDER}),
    ("POST", "/v1/imports/files"): (None, {Role.RIGHTS_HOLDER}),
    ("GET", "/v1/imports"): (None, {Role.RIGHTS_HOLDER}),
    ("POST", "/v1/offers"): (
        {"work_id": f"wrk_{ID}", "price": {"amount": 5, "currency": "EUR", "per": "clip"}},
        {Role.RIGHTS_HOLDER},
    ),
    ("GET", "/v1/offers"): (None, {Role.PERSON, Role.RIGHTS_HOLDER}),
    ("GET", "/v1/offers/open"): (None, MAKERS),
    ("POST", "/v1/offers/{offer_id}/join"): (None, {Role.PERSON, Role.RIGHTS_HOLDER}),
    ("POST", "/v1/offers/{offer_id}/withdraw"): (None, {Role.PERSON, Role.RIGHTS_HOLDER}),
    ("POST", "/v1/offers/{offer_id}/accept"): ({"digest": "0" * 64}, MAKERS),
    ("GET", "/v1/licences"): (None, {Role.PERSON, Role.RIGHTS_HOLDER, Role.CREATOR}),
    ("GET", "/v1/licences/statements"): (
        None,
        {Role.PERSON, Role.RIGHTS_HOLDER, Role.CREATOR},
    ),
    ("GET", "/v1/licences/statements.csv"): (
        None,
        {Role.PERSON, Role.RIGHTS_HOLDER, Role.CREATOR},
    ),
    ("POST", "/v1/licences/{licence_id}/revoke"): (None, {Role.PERSON, Role.RIGHTS_HOLDER}),
    ("POST", "/v1/generations"): (WISH, MAKERS),
    ("POST", "/v1/generations/preflight"): (WISH, MAKERS),
    ("GET", "/v1/generations"): (None, MAKERS),
    ("GET", "/v1/generations/{generation_id}"): (None, MAKERS),
    ("GET", "/v1/generations/{generation_id}/file"): (None, MAKERS),
    ("POST", "/v1/generations/{generation_id}/remixes"): ({}, MAKERS),
    ("GET", "/watch"): (None, PUBLIC),
    ("GET", "/watch/{generation_id}"): (None, PUBLIC),
    ("GET", "/watch/{generation_id}/file"): (None, PUBLIC),
    ("GET", "/watch/{generation_id}/thumbnail"): (None, PUBLIC),
    ("POST", "/v1/verifications"): (None, PUBLIC),
    ("POST", "/v1/verifications/batches"): ({"urls": ["https://a.example/"]}, {Role.PLATFORM}),
    ("GET", "/v1/verifications/batches"): (None, {Role.PLATFORM}),
    ("GET", "/v1/verifications/batches/{batch_id}"): (None, {Role.PLATFORM}),
    ("GET", "/v1/verifications/batches/{batch_id}/results"): (None, {Role.PLATFORM}),
    ("POST", "/v1/verifications/batches/{batch_id}/cancel"): (None, {Role.PLATFORM}),
    ("GET", "/v1/manifests/{manifest_id}"): (None, PUBLIC),
    ("POST", "/v1/clients"): ({"scopes": ["fetch:manifests"]}, INTEGRATING),
    ("GET", "/v1/clients"): (None, INTEGRATING),
    ("POST", "/v1/clients/{client_id}/close"): (None, INTEGRATING),
    ("GET", "/.well-known/oauth-authorization-server"): (None, PUBLIC),
    ("GET", "/.well-known/c2pa-soft-binding-resolution"): (None, PUBLIC),
    ("GET", "/sbr/v1/services/supportedAlgorithms"): (None, PUBLIC),
    ("GET", "/sbr/v1/services/capabilities"): (None, PUBLIC),
    ("GET", "/sbr/v1/services/status"): (None, PUBLIC),
    ("POST", "/v1/notices"): (NOTICE, PUBLIC),
    ("GET", "/v1/notices"): (None, {Role.REVIEWER}),
    ("GET", "/v1/notices/regimes"): (None, PUBLIC),
    ("GET", "/v1/notices/accuracy"): (None, PUBLIC),
    ("GET", "/v1/notices/mine"): (None, ALL),
    ("POST", "/v1/notices/candidates"): (None, PUBLIC),
    ("POST", "/v1/notices/media"): (None, PUBLIC),
    ("POST", "/v1/notices/files"): (None, ALL),
    ("GET", "/v1/notices/{notice_id}"): (None, PUBLIC),
    ("GET", "/v1/notices/{notice_id}/statements"): (None, ALL),
    ("POST", "/v1/notices/{notice_id}/complete"): ({"work": "It"}, PUBLIC),
    ("POST", "/v1/notices/{notice_id}/confirm"): (None, PUBLIC),
    ("POST", "/v1/notices/{notice_id}/retract"): (None, PUBLIC),
    ("POST", "/v1/notices/{notice_id}/counter"): ({}, ALL),
    ("POST", "/v1/notices/{notice_id}/file-action"): ({"reason": "so"}, PUBLIC),
    ("POST", "/v1/notices/{notice_id}/appeal"): ({"reason": "so"}, ALL),
    ("POST", "/v1/notices/{notice_id}/appeal-suspension"): ({"reason": "so"}, PUBLIC),
    ("POST", "/v1/notices/{notice_id}/identify"): (
        {"generation_id": f"gen_{ID}"},
        {Role.REVIEWER},
    ),
    ("POST", "/v1/notices/{notice_id}/identify-media"): (None, {Role.REVIEWER}),
    ("POST", "/v1/notices/{notice_id}/restore"): ({"reason": "so"}, {Role.REVIEWER}),
    ("POST", "/v1/notices/{notice_id}/affirm"): ({"reason": "so"}, {Role.REVIEWER}),
    ("POST", "/v1/notices/{notice_id}/reverse"): ({"reason": "so"}, {Role.REVIEWER}),
    ("POST", "/v1/flaggers"): ({"name": "A", "account_id": f"acc_{ID}"}, {Role.ADMIN}),
    ("GET", "/v1/flaggers"): (None, PUBLIC),
    ("POST", "/v1/flaggers/{flagger_id}/end"): (None, {Role.ADMIN}),
    ("GET", "/v1/suspensions"): (None, {Role.REVIEWER}),
    ("POST", "/v1/suspensions/{suspension_id}/decide"): (
        {"lift": True, "reason": "so"},
        {Role.REVIEWER},
    ),
    ("POST", "/v1/notices/{notice_id}/uphold"): ({"reason": "so"}, {Role.REVIEWER}),
    ("POST", "/v1/notices/{notice_id}/reject"): ({"reason": "so"}, {Role.REVIEWER}),
    ("POST", "/v1/staydowns"): (None, {Role.REVIEWER}),
    ("GET", "/v1/staydowns"): (None, {Role.REVIEWER}),
    ("GET", "/v1/staydowns/precision"): (None, {Role.REVIEWER}),
    ("POST", "/v1/staydowns/{staydown_id}/end"): (None, {Role.REVIEWER}),
    ("POST", "/v1/exemptions"): (EXEMPTION, {Role.REVIEWER}),
    ("GET", "/v1/exemptions"): (None, {Role.REVIEWER}),
    ("POST", "/v1/exemptions/{exemption_id}/end"): (None, {Role.REVIEWER}),
    ("GET", "/v1/hashes"): (None, {Role.PLATFORM, Role.AUDITOR}),
    ("POST", "/v1/hashes/{thing}/feedback"): ({"feedback": "Blocked"}, {Role.PLATFORM}),
    ("GET", "/m/raw_lookup"): (None, {Role.PLATFORM, Role.AUDITOR}),
    ("GET", "/m/index/status"): (None, {Role.PLATFORM, Role.AUDITOR}),
    ("GET", "/v1/statements"): (None, {Role.AUDITOR, Role.REVIEWER, Role.ADMIN}),
    ("GET", "/v1/transparency/notices"): (None, PUBLIC),
    ("GET", "/v1/transparency/counts"): (None, PUBLIC),
    ("GET", "/transparency"): (None, PUBLIC),
    ("GET", "/v1/exports/audit.tar"): (None, {Role.AUDITOR, Role.ADMIN}),
    ("GET", "/v1/ledger/proofs/{event_id}"): (None, PUBLIC),
    ("HEAD", "/v1/ledger/proofs/{event_id}"): (None, PUBLIC),
    ("GET", "/v1/ledger/receipts/{event_id}"): (None, PUBLIC),
    ("HEAD", "/v1/ledger/receipts/{event_id}"): (None, PUBLIC),
    ("GET", "/log/checkpoint"): (None, PUBLIC),
    ("HEAD", "/log/checkpoint"): (None, PUBLIC),
    ("GET", "/log/tile/{path:path}"): (None, PUBLIC),
    ("HEAD", "/log/tile/{path:path}"): (None, PUBLIC),
    ("GET", "/healthz"): (None, PUBLIC),
    ("GET", "/readyz"): (None, PUBLIC),
    ("GET", "/"): (None, PUBLIC),
    ("GET", "/static/{name}"): (None, PUBLIC),
    ("GET", "/language/{language}"): (None, PUBLIC),
    ("GET", "/sign-in"): (None, PUBLIC),
    ("GET", "/sign-in/sent"): (None, PUBLIC),
    ("GET", "/sign-in/{sign_in_id}/{token}"): (None, PUBLIC),
    ("GET", "/invites/{invite_id}/{token}"): (None, PUBLIC),
    ("GET", "/rules"): (None, PUBLIC),
    ("GET", "/verify"): (None, PUBLIC),
    ("POST", "/verify"): (None, PUBLIC),
}
PREFIX = {
    "account": "acc",
    "subject": "sub",
    "consent": "con",
    "reference": "ref",
    "optout": "opt",
    "declaration": "dec",
    "generation": "gen",
    "notice": "ntc",
    "flagger": "flg",
    "suspension": "sus",
    "delegation": "del",
    "enrolment": "enr",
    "offer": "off",
    "licence": "lic",
    "work": "wrk",
    "review": "rev",
    "incident": "inc",
    "revocation": "rvk",
    "cause": "con",
    "allowance": "alw",
    "staydown": "std",
    "exemption": "exm",
    "platform": "plt",
    "delivery": "dlv",
    "copy": "cpy",
    "client": "cli",
    "batch": "bat",
}
QUERY = {  # For those that need it.
    "licences/statements": {"from": "2030-01-01T00:00:00Z", "to": "2031-01-01T00:00:00Z"},
    "raw_lookup": {"signal": "0" * 64, "signal_type": "pdq"},
}


def _path(path: str) -> str:
    for noun, prefix in PREFIX.items():
        path = path.replace(f"{{{noun}_id}}", f"{prefix}_{ID}")
    return (
        path.replace("{event_id}", f"evt_{ID}")
        .replace("{thing}", f"gen_{ID}")
        .replace("{path:path}", "0/000")
        .replace("{key_id}", f"key_{ID[:16]}")
        .replace("{act}", "note")
        .replace("{number}", "0")
        .replace("{manifest_id}", f"urn:c2pa:{ID}")
        .replace("{version}", "3")
    )


def test_the_matrix_has_every_endpoint() -> None:
    found = {
        (method, route.path)
        for module in (*RESOURCES, *PAGES)
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }

    assert found - SIGNED_IN == {*MATRIX, *BY_TOKEN, ISSUING}


@pytest.mark.parametrize(("method", "path"), MATRIX)
def test_only_those_who_may_get_in(everyone: Clients, method: str, path: str) -> None:
    body, allowed = MATRIX[method, path]
    for role in (*Role, None):
        params = next((query for name, query in QUERY.items() if name in path), None)
        answer = everyone(role).request(method, _path(path), json=body, params=params)
        if role in allowed:
            assert answer.status_code not in {401, 403}, role
        else:
            assert answer.status_code == (401 if role is None else 403), role
            assert answer.headers["content-type"] == "application/problem+json"
        assert answer.status_code < 500, (role, answer.text)


@pytest.mark.parametrize(("method", "path"), sorted(SIGNED_IN))
def test_an_api_key_signs_nobody_in(everyone: Clients, method: str, path: str) -> None:
    for role in (*Role, None):
        answer = everyone(role).request(method, _path(path))
        refused = {401, 403, 429} if path != "/sign-out" else {200, 303}
        assert answer.status_code in refused, role


@pytest.mark.parametrize(("method", "path"), sorted(BY_TOKEN))
def test_an_api_key_is_no_access_token(everyone: Clients, method: str, path: str) -> None:
    for role in (*Role, None):
        answer = everyone(role).request(method, _path(path))
        assert answer.status_code == 401, role
