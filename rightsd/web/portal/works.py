"""Works: what an account has registered, how it stands, and opting it out and in again."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.adapters.sites import CLAIM_PATH
from rightsd.db.tx import Tx
from rightsd.domain.member import Member
from rightsd.domain.principal import Role
from rightsd.domain.work import ALIASES_MAX, TITLE_LENGTH_MAX, Kind, Ownership, Standing
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, paging, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import optouts, references, works

router = APIRouter(include_in_schema=False)

PATH = "/works"
PAGE_MAX = 25  # What someone looks through at a time.
CONFLICTS_MAX = 50  # The same, of lines that are read one after the other.
SOUGHT_MAX = TITLE_LENGTH_MAX
DIGEST_CHARS = 64
TONES: Mapping[Standing, str] = {
    Standing.CLAIMED: "good",
    Standing.OWNED: "good",
    Standing.CONTESTED: "warn",
    Standing.WAITING: "warn",
    Standing.LOST: "bad",
}


class WorkForm(forms.Form):
    """A work that is to be registered."""

    kind: Said = ""
    title: Said = ""
    aliases: Said = ""  # One a line.

    def names(self) -> list[str]:
        """Return the further names.

        Raises:
            RightsError: INVALID.
        """
        names = [line.strip() for line in self.aliases.splitlines() if line.strip()]
        if len(names) > ALIASES_MAX:
            raise RightsError(Code.INVALID, f"a work has {ALIASES_MAX} further names at most")
        for name in (self.title.strip(), *names):
            if not name.isprintable():
                raise RightsError(Code.INVALID, "a name holds a character that cannot be shown")
        return names

    def what(self) -> Kind:
        """Return what it is.

        Raises:
            RightsError: INVALID.
        """
        if self.kind not in set(Kind):
            raise RightsError(Code.INVALID, "say what it is")
        return Kind(self.kind)


class DocumentForm(forms.Form):
    """What proves whose a work is."""

    registry: Said = ""
    number: Said = ""
    sha256: Said = ""

    def line(self, name: str) -> str:
        """Return a field that has to be there, on one line.

        Raises:
            RightsError: INVALID.
        """
        text = str(getattr(self, name)).strip()
        if not text or len(text) > TITLE_LENGTH_MAX or not text.isprintable():
            detail = f"the registry and the number have 1 to {TITLE_LENGTH_MAX} characters"
            raise RightsError(Code.INVALID, detail)
        return text

    def digest(self) -> str:
        """Return the digest of the document.

        Raises:
            RightsError: INVALID.
        """
        digest = self.sha256.strip().lower()
        if len(digest) != DIGEST_CHARS or set(digest) - set("0123456789abcdef"):
            raise RightsError(Code.INVALID, "a SHA-256 has 64 digits, 0 to 9 and a to f")
        return digest


EMPTY, NO_DOCUMENT = WorkForm(), DocumentForm()


@router.get(PATH)
def show_works(rt: Rt, visitor: Anyone, q: str = "", before: str = "") -> HTMLResponse:
    """Show the works of the account, newest first; only those that go by a name."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    sought = q.strip()[:SOUGHT_MAX].replace("\0", "")
    with rt.transaction() as tx:
        found = works.page(tx, actor, sought=sought, before=paging.read(before), limit=PAGE_MAX + 1)
    shown, last = paging.cut(found, PAGE_MAX)
    return render.page(
        visitor,
        "works.html",
        works=shown,
        sought=sought,
        first=not before,
        next=last and paging.mark(last.registered_at, last.id),
    )


@router.get(PATH + "/new")
def show_form(visitor: Anyone) -> HTMLResponse:
    """Show the form of a work."""
    visitor.actor(Role.RIGHTS_HOLDER)
    return _form(visitor, EMPTY)


@router.post(PATH + "/new")
def register(rt: Rt, visitor: Anyone, form: Annotated[WorkForm, Form()]) -> Response:
    """Register a work."""

    def command(tx: Tx, member: Member) -> Done:
        made = works.register(
            tx, member.principal, kind=form.what(), title=form.title, aliases=form.names()
        )
        return Done(f"{PATH}/{made.id}", "works.flash.registered")

    return forms.run(rt, visitor, form, command, refused=lambda error: _form(visitor, form, error))


@router.get(PATH + "/conflicts")
def show_conflicts(rt: Rt, visitor: Anyone, after: str = "") -> HTMLResponse:
    """Show the names that others claim as well."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    work_id, _, name = after.replace("\0", "").partition(paging.SEPARATOR)
    with rt.transaction() as tx:
        found = works.conflicts(tx, actor, after=(work_id, name), limit=CONFLICTS_MAX + 1)
    shown, last = paging.cut(found, CONFLICTS_MAX)
    return render.page(
        visitor,
        "conflicts.html",
        crumbs=crumbs(visitor),
        conflicts=shown,
        tones=TONES,
        next=last and f"{last.work_id}{paging.SEPARATOR}{last.shown}",
    )


@router.get(PATH + "/{work_id}")
def show_work(rt: Rt, visitor: Anyone, work_id: str) -> HTMLResponse:
    """Show one work, by what it is recognised, and what can be done about it."""
    return page_of(rt, visitor, work_id)


@router.post(PATH + "/{work_id}/opt-out")
def opt_out(rt: Rt, visitor: Anyone, work_id: str, form: Annotated[forms.Form, Form()]) -> Response:
    """Opt a work out, at once."""

    def command(tx: Tx, member: Member) -> Done:
        optouts.register(tx, member.principal, work_id=work_id, cap=rt.claim_cap)
        return Done(f"{PATH}/{work_id}", "works.flash.opted_out")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{work_id}/opt-in")
def opt_in(rt: Rt, visitor: Anyone, work_id: str, form: Annotated[forms.Form, Form()]) -> Response:
    """Lift the opt-out that stands over a work."""

    def command(tx: Tx, member: Member) -> Done:
        works.view(tx, member.principal, work_id)
        optout = optouts.over(tx, member.principal, work_id)
        if optout is None:
            raise RightsError(Code.CONFLICT, "this work is not opted out")
        optouts.lift(tx, member.principal, optout.id)
        return Done(f"{PATH}/{work_id}", "works.flash.lifted")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{work_id}/documents")
def add_document(
    rt: Rt, visitor: Anyone, work_id: str, form: Annotated[DocumentForm, Form()]
) -> Response:
    """Add what proves whose a work is."""

    def command(tx: Tx, member: Member) -> Done:
        works.document(
            tx,
            member.principal,
            work_id,
            registry=form.line("registry"),
            number=form.line("number"),
            sha256=form.digest(),
        )
        return Done(f"{PATH}/{work_id}", "works.flash.documented")

    return forms.run(
        rt,
        visitor,
        form,
        command,
        refused=lambda error: page_of(rt, visitor, work_id, error=error, typed=form),
    )


@router.post(PATH + "/{work_id}/verify-site")
def verify_site(
    rt: Rt, visitor: Anyone, work_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Read on the site itself that it is the account's."""
    if (back := forms.unsent(visitor, form)) is not None:
        return back
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    try:
        with rt.transaction() as tx:
            host = works.view(tx, actor, work_id).title
        sha256 = works.read_claim(rt, actor, work_id, url=f"https://{host}/")
    except RightsError as error:
        return page_of(rt, visitor, work_id, error=error)

    def command(tx: Tx, member: Member) -> Done:
        works.verify_site(tx, member.principal, work_id, sha256=sha256)
        return Done(f"{PATH}/{work_id}", "works.flash.verified")

    return forms.run(rt, visitor, form, command)


def page_of(
    rt: Runtime,
    visitor: Visitor,
    work_id: str,
    *,
    error: RightsError | None = None,
    typed: DocumentForm = NO_DOCUMENT,
) -> HTMLResponse:
    """Return the page of one work."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        work = works.view(tx, actor, work_id)
        optout = optouts.over(tx, actor, work_id)
        names = works.names_of(tx, [work]).get(work_id, [])
        kept = references.of_work(tx, actor, work_id)
        conflicts = works.conflicts(tx, actor, work_id=work_id, limit=CONFLICTS_MAX)
        documents = works.documents(tx, actor, work_id)
    return render.page(
        visitor,
        "work.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=crumbs(visitor),
        work=work,
        optout=optout,
        names=names,
        references=kept,
        references_max=references.OF_WORK_MAX,
        bytes_max=references.LIMITS.bytes_max,
        seconds_max=references.LIMITS.seconds_max,
        conflicts=conflicts,
        documents=documents,
        claim_path=CLAIM_PATH,
        verified=work.ownership is Ownership.VERIFIED,
        tones=TONES,
        typed=typed,
        error=error and error.detail,
    )


def crumbs(visitor: Visitor) -> list[Crumb]:
    """Return what is above the pages of works."""
    return [Crumb(PATH, wording_of(visitor.language).say("nav.works"))]


def _form(visitor: Visitor, typed: WorkForm, error: RightsError | None = None) -> HTMLResponse:
    return render.page(
        visitor,
        "work_form.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=crumbs(visitor),
        kinds=list(Kind),
        typed=typed,
        title_max=TITLE_LENGTH_MAX,
        error=error and error.detail,
    )
