"""Who looks at a page: a member who is signed in, or anybody; in which language, in which browser.

Cookies are HttpOnly and SameSite=Lax; under TLS their names begin with `__Host-`, so that no other
host can set them (RFC 6265bis, section 4.1.3.2).
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import Response

from rightsd.domain.letter import Language
from rightsd.domain.member import Member
from rightsd.domain.passkey import Party, party
from rightsd.domain.principal import Principal, Role
from rightsd.domain.session import LIFETIME
from rightsd.domain.signin import BROWSER_BYTES
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import auth
from rightsd.workflows import sessions

SESSION, BROWSER, LANGUAGE, FLASH, NEXT = "session", "browser", "language", "flash", "next"
FOREIGN = frozenset({"cross-site", "same-site"})  # W3C Fetch Metadata, section 2.4: not ours.
YEAR = timedelta(days=365)
MINUTE = timedelta(minutes=1)
ACCEPT_CHARS_MAX = 1000
PATH_CHARS_MAX = 500
_RANGE = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?")
_LOCAL = re.compile(
    r"/(?![/\\])[!-\[\]-~]*"
)  # Printable ASCII, and no backslash, which browsers fold.
_LANG = re.compile(r"(?:^|&)lang=[^&]*")
_FLASH = re.compile(r"[a-z_]{1,40}(?:\.[a-z_]{1,40}){1,3}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page.

    Attributes:
        member: Who is signed in; None: nobody.
        session_id: Of the session by which they are.
        secret: What only this browser knows: forms are bound to it. Under a session its token.
        browser: What only this browser knows, whoever is signed in.
        is_new: Whether it has to be told that.
        is_foreign: Whether a page of another host has it send this, as far as it says.
        chosen: The language that the address asks for, if it does.
        path: What is looked at, with its query, less the language.
        flash: Key of what has just been done, to be said once.
        nonce: Of the scripts of the page, fresh for each.
        party: Us, as passkeys know us; None: there are none here.
    """

    member: Member | None
    session_id: str | None
    secret: str = field(repr=False)
    browser: str = field(repr=False)
    is_new: bool
    is_foreign: bool
    language: Language
    chosen: Language | None
    path: str
    flash: str | None
    next_path: str
    nonce: str
    secure: bool
    party: Party | None

    @property
    def csrf(self) -> str:
        """What a form of this browser, or of this session, sends along."""
        return hmac.digest(self.secret.encode(), b"form", hashlib.sha256).hex()

    def has_sent(self, csrf: str) -> bool:
        """Say, in constant time, whether a form comes from a page of this browser or session."""
        return hmac.compare_digest(csrf.encode(), self.csrf.encode())

    @property
    def asker(self) -> bytes:
        """By whom a challenge is asked for: this session, or this browser."""
        return self.secret.encode()

    def require(self, *roles: Role) -> Member:
        """Return who is signed in, if it is a member of an account of one of these roles, or any.

        Raises:
            RightsError: UNAUTHENTICATED, FORBIDDEN.
        """
        if self.member is None:
            raise RightsError(Code.UNAUTHENTICATED, "sign in to see this page")
        if roles:
            self.member.principal.require(*roles)
        return self.member

    def actor(self, *roles: Role) -> Principal:
        """Return the account of who is signed in: as `require`."""
        return self.require(*roles).principal

    def set(self, response: Response, name: str, value: str, *, keep: timedelta) -> None:
        """Have the browser keep a cookie."""
        response.set_cookie(
            self._name(name),
            value,
            max_age=int(keep.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response, name: str) -> None:
        """Have the browser forget a cookie."""
        response.delete_cookie(
            self._name(name), path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def sign_in(self, response: Response, token: str) -> None:
        """Have the browser keep a session."""
        self.set(response, SESSION, token, keep=LIFETIME)
        self.clear(response, NEXT)

    def _name(self, name: str) -> str:
        return _cookie(name, secure=self.secure)


def of(request: Request, rt: Runtime) -> Visitor:
    """Return who sends a request.

    Raises:
        RightsError: UNAVAILABLE: the database does not answer.
    """
    secure = _is_secure(rt)
    token = request.cookies.get(_cookie(SESSION, secure=secure), "")
    found = None
    if token:
        with rt.transaction() as tx:
            found = sessions.find(tx, token)
    return _visitor(request, rt, token, found and found[0].id, found and found[1])


def stranger(request: Request) -> Visitor:
    """Return who sends a request, without asking who is signed in: for when that is in doubt."""
    return _visitor(request, auth.runtime(request), "", None, None)


def local(path: str) -> str:
    """Return a path on this host, or where everyone begins if it is none."""
    return path if len(path) <= PATH_CHARS_MAX and _LOCAL.fullmatch(path) else "/home"


def preferred(accepted: str) -> Language:
    """Return the language that a reader prefers, of those that there are (RFC 9110, 12.5.4)."""
    weights = {language.value: 0.0 for language in Language}
    for part in accepted[:ACCEPT_CHARS_MAX].split(","):
        found = _RANGE.fullmatch(part.strip())
        if found and (name := found[1].lower()) in weights:
            weights[name] = max(weights[name], float(found[2] or 1))
    return Language(max(weights, key=weights.__getitem__))


def _visitor(
    request: Request, rt: Runtime, token: str, session_id: str | None, member: Member | None
) -> Visitor:
    secure = _is_secure(rt)

    def cookie(name: str) -> str:
        return request.cookies.get(_cookie(name, secure=secure), "")

    browser = cookie(BROWSER)
    is_new = len(browser) < BROWSER_BYTES
    if is_new:
        browser = secrets.token_urlsafe(BROWSER_BYTES)
    flash = cookie(FLASH)
    asked = request.query_params.get("lang", "")
    query = _LANG.sub("", request.url.query).strip("&")
    return Visitor(
        member=member,
        session_id=session_id,
        secret=browser if member is None else token,
        browser=browser,
        is_new=is_new,
        is_foreign=request.headers.get("sec-fetch-site") in FOREIGN,
        language=_language(request, cookie(LANGUAGE), member),
        chosen=Language(asked) if asked in set(Language) else None,
        path=request.url.path + (f"?{query}" if query else ""),
        flash=flash if _FLASH.fullmatch(flash) else None,
        next_path=local(cookie(NEXT)),
        nonce=secrets.token_urlsafe(16),
        secure=secure,
        party=party(rt.issuer.url, rt.issuer.operator),
    )


def _language(request: Request, kept: str, member: Member | None) -> Language:
    """Return what the address says, then what was chosen here, then the member's, then asked."""
    for chosen in (request.query_params.get("lang", ""), kept):
        if chosen in set(Language):
            return Language(chosen)
    if member is not None and member.language is not None:
        return member.language
    return preferred(request.headers.get("accept-language", ""))


def _is_secure(rt: Runtime) -> bool:
    return urlsplit(rt.issuer.url).scheme == "https"


def _cookie(name: str, *, secure: bool) -> str:
    return f"__Host-rights_{name}" if secure else f"rights_{name}"


def _of(request: Request, rt: auth.Rt) -> Visitor:
    return of(request, rt)


Anyone = Annotated[Visitor, Depends(_of)]
