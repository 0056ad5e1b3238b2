"""Puts the web together."""

import re
from functools import partial

from fastapi import FastAPI

from rightsd.domain import declaration, noticefile
from rightsd.domain.resolution import BASE
from rightsd.runtime import Runtime
from rightsd.web.api import (
    accounts,
    acknowledgements,
    allowances,
    batches,
    clients,
    consents,
    consenttexts,
    contests,
    copies,
    credentials,
    declarations,
    delegations,
    dsa,
    enrolments,
    exemptions,
    exports,
    flaggers,
    follows,
    generations,
    hashes,
    health,
    imports,
    incidents,
    licences,
    likenesses,
    log,
    manifests,
    matcher,
    noticefiles,
    notices,
    offers,
    optouts,
    platforms,
    references,
    regimes,
    reservations,
    resolutions,
    reviews,
    revocations,
    rulebooks,
    services,
    staydowns,
    stopwatches,
    subjects,
    takedowns,
    tokens,
    transparency,
    turnarounds,
    uses,
    verifications,
    works,
)
from rightsd.web.limits import BodyLimit, Paced, PaceLimit
from rightsd.web.pace import Pace
from rightsd.web.portal import (
    accounts as account_pages,
)
from rightsd.web.portal import (
    apikeys,
    assets,
    entries,
    front,
    home,
    languages,
    members,
    passkeys,
    permissions,
    sessions,
    signins,
    troubles,
    verify,
    watch,
)
from rightsd.web.portal import declarations as declaration_pages
from rightsd.web.portal import generations as generation_pages
from rightsd.web.portal import imports as import_pages
from rightsd.web.portal import incidents as incident_pages
from rightsd.web.portal import invites as invite_pages
from rightsd.web.portal import licences as licence_pages
from rightsd.web.portal import likenesses as likeness_pages
from rightsd.web.portal import matches as match_pages
from rightsd.web.portal import notices as notice_pages
from rightsd.web.portal import platforms as platform_pages
from rightsd.web.portal import references as reference_pages
from rightsd.web.portal import requests as request_pages
from rightsd.web.portal import reviews as review_pages
from rightsd.web.portal import revocations as revocation_pages
from rightsd.web.portal import rulebooks as rules_page
from rightsd.web.portal import takebacks as takeback_pages
from rightsd.web.portal import transparency as transparency_page
from rightsd.web.portal import uses as use_pages
from rightsd.web.portal import works as work_pages
from rightsd.web.uploads import UPLOAD_BYTES_MAX
from rightsd.workflows.deposits import STORE_BYTES_MAX
from rightsd.workflows.enrolments.limits import BYTES_MAX as ENROLMENT_BYTES_MAX
from rightsd.workflows.imports.drafting import TABLE_BYTES_MAX

FORM_BYTES_MAX = 64 * 1024  # What multipart puts around a file.
UPLOADS: dict[str, int] = {
    **dict.fromkeys(
        (
            "/v1/verifications",
            "/v1/imports/files",
            "/verify",
            "/v1/notices/candidates",
            "/v1/notices/media",
        ),
        UPLOAD_BYTES_MAX + FORM_BYTES_MAX,
    ),
    "/v1/verifications/batches": batches.BODY_BYTES_MAX,
    "/v1/notices/files": noticefile.BYTES_MAX + 2 * FORM_BYTES_MAX,
    "/v1/works/{id}/references": references.OF_WORK_BYTES_MAX + FORM_BYTES_MAX,
    "/works/{id}/references": references.OF_WORK_BYTES_MAX + FORM_BYTES_MAX,
    "/works/import/table": TABLE_BYTES_MAX + FORM_BYTES_MAX,
    "/v1/enrolments/{id}/media": ENROLMENT_BYTES_MAX + FORM_BYTES_MAX,
    "/enrolments/{id}/media": ENROLMENT_BYTES_MAX + FORM_BYTES_MAX,
    "/v1/staydowns": staydowns.BYTES_MAX + FORM_BYTES_MAX,
    f"{BASE}/matches/byContent": UPLOAD_BYTES_MAX,
    f"{BASE}/manifests": STORE_BYTES_MAX,
    "/v1/references": references.OF_REQUEST_BYTES_MAX + FORM_BYTES_MAX,
}
RESOURCES = (
    accounts,
    subjects,
    consents,
    consenttexts,
    delegations,
    enrolments,
    credentials,
    uses,
    likenesses,
    follows,
    works,
    references,
    declarations,
    reservations,
    optouts,
    imports,
    rulebooks,
    allowances,
    offers,
    licences,
    generations,
    batches,
    verifications,
    manifests,
    clients,
    tokens,
    resolutions,
    services,
    revocations,
    stopwatches,
    regimes,
    noticefiles,
    contests,
    notices,
    staydowns,
    exemptions,
    hashes,
    matcher,
    flaggers,
    turnarounds,  # Before the platforms, whose ids would be these names.
    platforms,
    acknowledgements,
    copies,
    takedowns,
    reviews,
    incidents,
    exports,
    dsa,
    transparency,
    log,
    health,
)
PAGES = (
    assets,
    languages,
    front,
    home,
    verify,
    rules_page,
    transparency_page,
    declaration_pages,
    notice_pages,
    signins,
    invite_pages,
    likeness_pages,
    permissions,
    use_pages,
    revocation_pages,
    import_pages,  # Before the works, whose ids would be these names.
    work_pages,
    reference_pages,
    takeback_pages,
    match_pages,
    request_pages,
    licence_pages,
    generation_pages,
    watch,
    review_pages,
    entries,
    platform_pages,
    incident_pages,
    account_pages,
    sessions,
    passkeys,
    members,
    apikeys,
)


LOOKED_AT_PER_MINUTE = 60
MANIFESTS_PER_MINUTE = 600
# What everyone may send to be looked at: each takes seconds of a core.
LOOKED_AT = re.compile("/v1/verifications|/verify|/v1/notices/(candidates|media)")
MANIFEST = re.compile("/v1/manifests/[^/]+")
SIGN_INS_PER_MINUTE = 30
SIGN_IN = re.compile("/sign-in(/.*)?|/invites/[^/]+/[^/]+")


def create_app(rt: Runtime, *, looked_at_per_minute: int = LOOKED_AT_PER_MINUTE) -> FastAPI:
    """Return the ASGI application over a runtime.

    Args:
        rt: The runtime.
        looked_at_per_minute: How many files one network address may have looked at.
    """
    app = FastAPI(
        title="rightsd",
        version="1",
        docs_url=None,  # These pages would load other people's scripts.
        redoc_url=None,
        description="A gate, marks, a takedown desk and a proof around a video generator.",
    )
    app.state.runtime = rt
    app.state.turnarounds = turnarounds.Remembered()
    troubles.install(app)
    app.add_middleware(BodyLimit, bytes_max=UPLOADS, refuse=troubles.refuse)
    app.add_middleware(PaceLimit, paced=_paced(rt, looked_at_per_minute), refuse=troubles.refuse)
    for module in (*RESOURCES, *PAGES):
        app.include_router(module.router)
    app.webhooks.include_router(platforms.webhooks)
    return app


def _paced(rt: Runtime, looked_at_per_minute: int) -> list[Paced]:
    """Return what is counted by the network address that it comes from."""
    files = Pace("requests to look at a file", per_minute=looked_at_per_minute)
    manifests = Pace("requests for manifests", per_minute=MANIFESTS_PER_MINUTE)

    signing_in = Pace("attempts to sign in", per_minute=SIGN_INS_PER_MINUTE)

    def step(pace: Pace, address: str) -> None:
        pace.step(declaration.origin(address), rt.clock())

    return [
        Paced("POST", LOOKED_AT, partial(step, files)),
        Paced("GET", MANIFEST, partial(step, manifests)),
        Paced("POST", SIGN_IN, partial(step, signing_in)),
    ]
