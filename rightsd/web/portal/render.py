"""Pages from templates, under a Content-Security-Policy that runs nothing but our own files."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import jinja2
from fastapi.responses import HTMLResponse, RedirectResponse

from rightsd.domain.letter import Language
from rightsd.domain.principal import Role
from rightsd.web.portal import visitors, wording
from rightsd.web.portal.visitors import BROWSER, FLASH, MINUTE, YEAR, Visitor

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(str(files("rightsd") / "web" / "portal" / "templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# Where the bar leads who is signed in, by the role of the account: home, these, account.
OF_ROLE: Mapping[Role, Sequence[str]] = {
    Role.PERSON: ("likenesses", "permissions", "uses", "revocations", "generations"),
    Role.RIGHTS_HOLDER: ("works", "matches", "requests", "licences"),
    Role.CREATOR: ("generations",),
    Role.PLATFORM: ("platforms",),
    Role.REVIEWER: ("reviews", "incidents", "platforms", "entries", "invites"),
    Role.AUDITOR: ("entries", "incidents"),
    Role.ADMIN: ("incidents", "platforms", "entries", "invites"),
}
PUBLIC: Mapping[str, str] = {
    "verify": "/",
    "watch": "/watch",
    "report": "/notices/new",
    "opt_out": "/optouts/new",
    "rules": "/rules",
    "notices": "/transparency",
}
PATHS: Mapping[str, str] = {
    "home": "/home",
    "likenesses": "/likenesses",
    "permissions": "/permissions",
    "uses": "/uses",
    "revocations": "/revocations",
    "works": "/works",
    "matches": "/matches",
    "requests": "/requests",
    "licences": "/licences",
    "generations": "/generations",
    "reviews": "/reviews",
    "entries": "/audit",
    "platforms": "/platforms",
    "incidents": "/incidents",
    "invites": "/invites",
    "account": "/account",
} | PUBLIC
LED = 303  # To another page, after something was done.
_STYLE = (files("rightsd") / "web" / "portal" / "static" / "style.css").read_bytes()
STYLE_VERSION = hashlib.sha256(_STYLE).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A page above this one."""

    path: str
    shown: str


def headers(nonce: str) -> dict[str, str]:
    """Return what every page is sent with.

    Source: W3C Content Security Policy Level 3; OWASP Secure Headers. Scripts are our own files,
    and named by the page that asks for them.
    """
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self';"
            " media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
            " frame-ancestors 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": (
            "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(),"
            " publickey-credentials-get=(self), publickey-credentials-create=(self)"
        ),
        # Addresses of pages hold secrets of links.
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def page(
    visitor: Visitor,
    template: str,
    status: int = 200,
    *,
    crumbs: Sequence[Crumb] = (),
    remembers: bool = False,
    **values: object,
) -> HTMLResponse:
    """Return a page; everything that goes into it is escaped.

    Args:
        visitor: Who looks at it.
        template: The page.
        status: Of HTTP.
        crumbs: The pages above it.
        remembers: Have the browser keep what its forms are bound to: where nobody is signed in.
        values: What the page shows. `language`: in which, if not in the visitor's.
    """
    language = Language(str(values.pop("language", visitor.language)))
    said = wording.of(language)
    flash = visitor.flash if visitor.flash and said.knows(visitor.flash) else None
    text = _templates.get_template(template).render(
        **said.names(),
        visitor=visitor,
        member=visitor.member,
        language=language.value,
        languages=[each.value for each in Language],
        bar=_bar(visitor),
        public=PUBLIC,
        paths=PATHS,
        crumbs=crumbs,
        flash=flash,
        form_token=secrets.token_hex(16),
        style_version=STYLE_VERSION,
        **values,
    )
    response = HTMLResponse(text, status_code=status, headers=headers(visitor.nonce))
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "Accept-Language, Cookie"
    if visitor.flash is not None:
        visitor.clear(response, FLASH)
    if remembers and visitor.is_new:
        visitor.set(response, BROWSER, visitor.browser, keep=YEAR)
    return response


def lead(visitor: Visitor, path: str, *, flash: str | None = None) -> RedirectResponse:
    """Return what leads on to another page of ours, and says there what has been done."""
    response = RedirectResponse(
        visitors.local(path), status_code=LED, headers={"Cache-Control": "no-store"}
    )
    if flash is not None:
        visitor.set(response, FLASH, flash, keep=MINUTE)
    return response


def _bar(visitor: Visitor) -> Sequence[str]:
    if visitor.member is None:
        return tuple(PUBLIC)
    return ("home", *OF_ROLE[visitor.member.role], "account")
