"""Create: asking for a clip with the gate's answer beforehand, watching it being made, sharing it.

The answer, the storyboard and the price are looked up while one types, by static/live.js, or when
"check" is pressed: the same page, of which the module takes a part.
"""

import json
import secrets
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain.generation import MAKERS, SALT_BYTES, SECONDS_MAX, SEED_MAX, State, Wanted
from rightsd.domain.member import Member
from rightsd.domain.policy import Decision, wish_of
from rightsd.domain.terms import Purpose, use_of
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, paging, players, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows.generations import advice, planning, requests, shares
from rightsd.workflows.generations.advice import Advice, Alternative

router = APIRouter(include_in_schema=False)

PATH = "/generations"
PROMPT_LENGTH_MAX = 4000  # As the engine and the API have it.
PAGE_MAX = 25
TONES = {
    State.HELD: "warn",
    State.REQUESTED: "warn",
    State.REFUSED: "bad",
    State.FAILED: "bad",
    State.PUBLISHED: "good",
    State.WITHDRAWN: "bad",
}
# Pixels, by what people call the format. All are of a size that is made in seconds.
FORMATS = {"wide": (640, 360), "tall": (360, 640), "square": (480, 480)}
LENGTHS = (3, 5, 10, 20, 30, SECONDS_MAX)
# As the work notes them, in order, with the words that they are shown by.
STAGES = {
    "waiting": "waiting",
    "planning": "planning",
    "drawing": "drawing",
    "reading the marks back": "reading",
    "signing": "signing",
    "releasing": "releasing",
    "done": "done",
}
FLASHES = {
    State.REQUESTED: "generations.flash.requested",
    State.HELD: "generations.flash.held",
    State.REFUSED: "generations.flash.refused",
}
_DRAWS = secrets.SystemRandom()


class ClipForm(forms.Form):
    """A clip that is asked for.

    Attributes:
        territories: Codes of countries, with spaces or commas between; empty: everywhere.
        seed: Which of all clips that the prompt could be, so that what is looked at is made.
        instead: What is asked about instead, one of the alternatives, as JSON; empty: the rest.
    """

    prompt: Said = ""
    purpose: Said = Purpose.PERSONAL.value
    seconds: Said = "5"
    format: Said = "wide"
    territories: Said = ""
    platforms: Said = ""
    languages: Said = ""
    seed: Said = ""
    remix_of: Said = ""
    instead: Said = ""

    def wanted(self) -> Wanted:
        """Return what is asked for.

        Raises:
            RightsError: INVALID.
        """
        prompt = forms.text(self.prompt, what="prompt", limit=PROMPT_LENGTH_MAX)
        if self.purpose not in set(Purpose) or self.format not in FORMATS:
            raise RightsError(Code.INVALID, "choose what it is for, and its format")
        seconds, seed = _whole(self.seconds), _whole(self.seed)
        if not 1 <= seconds <= SECONDS_MAX or not 0 <= seed <= SEED_MAX:
            raise RightsError(Code.INVALID, f"a clip lasts 1 to {SECONDS_MAX} seconds")
        width, height = FORMATS[self.format]
        return Wanted(
            prompt=prompt,
            cameos=(),  # Whoever is cast stands in the prompt.
            seed=seed,
            seconds=seconds,
            width=width,
            height=height,
            salt=secrets.token_bytes(SALT_BYTES),
            use=use_of(
                Purpose(self.purpose),
                _codes(self.territories.upper()),
                _codes(self.platforms),
                _codes(self.languages),
            ),
        )

    def taken(self) -> "ClipForm":
        """Return the form with what is asked about instead put into it, if anything is."""
        if not self.instead:
            return self
        try:
            said = json.loads(self.instead)
            changed = {name: str(said[name]) for name in _CHANGED}
        except (ValueError, TypeError, KeyError) as error:
            raise RightsError(Code.INVALID, "this alternative cannot be read") from error
        return self.model_copy(update={**changed, "instead": ""})


_CHANGED = ("prompt", "purpose", "territories", "platforms", "languages")


@dataclass(frozen=True, slots=True)
class Preflight:
    """What the gate would say, what it would cost, and what would be drawn."""

    decision: Decision
    said: Advice
    storyboard: dict[str, Any] | None


@router.get(PATH)
def show_generations(rt: Rt, visitor: Anyone, before: str = "") -> HTMLResponse:
    """Show one's clips, newest first."""
    actor = visitor.actor(*MAKERS)
    with rt.transaction() as tx:
        found = requests.mine(tx, actor, before=paging.read(before), limit=PAGE_MAX + 1)
        shown = found[:PAGE_MAX]
        pictured = requests.pictured(tx, shown)
    last = shown[-1] if len(found) > PAGE_MAX else None
    return render.page(
        visitor,
        "generations.html",
        generations=shown,
        pictured=pictured,
        tones=TONES,
        first=not before,
        next=last and paging.mark(last.requested_at, last.id),
    )


@router.get(PATH + "/new")
def show_form(rt: Rt, visitor: Anyone, again: str = "", remix_of: str = "") -> HTMLResponse:
    """Show the form of a clip: empty, as one's own was asked for, or for a remix."""
    actor = visitor.actor(*MAKERS)
    typed = ClipForm(seed=str(secrets.randbelow(SEED_MAX)), remix_of=remix_of[: forms.FIELD_MAX])
    if again:
        with rt.transaction() as tx:
            wanted = requests.view(tx, actor, again).generation.wanted
        typed = typed.model_copy(update=_typed(wanted))
    return _form(rt, visitor, typed)


@router.post(PATH + "/check")
def check(rt: Rt, visitor: Anyone, form: Annotated[ClipForm, Form()]) -> Response:
    """Show what the gate would say, and what would be drawn; nothing is asked for."""
    if (back := forms.unsent(visitor, form)) is not None:
        return back
    try:
        form = form.taken()
        return _form(rt, visitor, form, preflight=_preflight(rt, visitor, form))
    except RightsError as error:
        return _form(rt, visitor, form, error=error)


@router.post(PATH + "/new")
def request_generation(rt: Rt, visitor: Anyone, form: Annotated[ClipForm, Form()]) -> Response:
    """Ask for a clip; a refusal is put on record, and shown on the page of the clip."""

    def command(tx: Tx, member: Member) -> Done:
        generation = requests.request(
            tx,
            member.principal,
            wanted=form.wanted(),
            remix_of=form.remix_of or None,
            sampling=replace(rt.sampling, draw=_DRAWS.random()),
        )
        return Done(f"{PATH}/{generation.id}", FLASHES[generation.state])

    return forms.run(
        rt, visitor, form, command, refused=lambda error: _form(rt, visitor, form, error=error)
    )


@router.get(PATH + "/{generation_id}")
def show_generation(rt: Rt, visitor: Anyone, generation_id: str) -> HTMLResponse:
    """Show a clip: how far it is, or what came of it, with its credentials and what was drawn."""
    actor = visitor.actor(*MAKERS)
    with rt.transaction() as tx:
        view = requests.view(tx, actor, generation_id)
        lineage = shares.lineage_of(tx, generation_id)
        pictured = bool(requests.pictured(tx, [view.generation]))
    return render.page(
        visitor,
        "generation.html",
        crumbs=[_crumb(visitor)],
        view=view,
        generation=view.generation,
        tones=TONES,
        stages=STAGES,
        lineage=lineage,
        pictured=pictured,
        shareable=_is_shareable(view),
        board=planning.board(view.storyboard),
    )


@router.get(PATH + "/{generation_id}/file")
def play(rt: Rt, visitor: Anyone, request: Request, generation_id: str) -> Response:
    """Play one's clip, if at this moment it may be shown."""
    actor = visitor.actor(*MAKERS)
    with rt.transaction() as tx:
        output = requests.download(tx, actor, generation_id)
    return players.play(rt, visitor, request, output)


@router.get(PATH + "/{generation_id}/thumbnail")
def show_thumbnail(rt: Rt, visitor: Anyone, generation_id: str) -> Response:
    """Show a small picture of one's clip."""
    actor = visitor.actor(*MAKERS)
    with rt.transaction() as tx:
        jpeg = requests.thumbnail(tx, actor, generation_id)
    return Response(jpeg, media_type="image/jpeg", headers=render.headers(visitor.nonce))


@router.post(PATH + "/{generation_id}/share")
def share(
    rt: Rt, visitor: Anyone, generation_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Show a clip to everyone."""

    def command(tx: Tx, member: Member) -> Done:
        shares.share(tx, member.principal, generation_id)
        return Done(f"{PATH}/{generation_id}", "generations.flash.shared")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{generation_id}/unshare")
def unshare(
    rt: Rt, visitor: Anyone, generation_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Show a clip to nobody else any more."""

    def command(tx: Tx, member: Member) -> Done:
        shares.unshare(tx, member.principal, generation_id)
        return Done(f"{PATH}/{generation_id}", "generations.flash.unshared")

    return forms.run(rt, visitor, form, command)


def _preflight(rt: Runtime, visitor: Visitor, form: ClipForm) -> Preflight:
    actor = visitor.actor(*MAKERS)
    wanted = form.wanted()
    wish = wish_of(actor.account_id, wanted.prompt, wanted.cameos, wanted.use)
    with rt.transaction() as tx:
        decision = requests.preflight(
            tx,
            actor,
            prompt=wanted.prompt,
            cameos=wanted.cameos,
            use=wanted.use,
            remix_of=form.remix_of or None,
        )
        said = advice.on(tx, wish, decision, seconds=wanted.seconds)
    return Preflight(decision, said, planning.preview(rt, wanted, wish, decision))


def _form(
    rt: Runtime,
    visitor: Visitor,
    typed: ClipForm,
    *,
    error: RightsError | None = None,
    preflight: Preflight | None = None,
) -> HTMLResponse:
    actor = visitor.actor(*MAKERS)
    parent = None
    if typed.remix_of:
        with rt.transaction() as tx:
            parent = requests.remixed(tx, actor, typed.remix_of)
    return render.page(
        visitor,
        "generation_form.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=[_crumb(visitor)],
        typed=typed,
        parent=parent,
        purposes=list(Purpose),
        lengths=LENGTHS,
        formats=FORMATS,
        preflight=preflight,
        board=planning.board(preflight.storyboard) if preflight else None,
        alternatives=[_alternative(each) for each in preflight.said.alternatives]
        if preflight
        else [],
        error=error and error.detail,
    )


def _alternative(each: Alternative) -> dict[str, object]:
    use = each.wish.use
    instead = {
        "prompt": each.wish.prompt,
        "purpose": use.purpose.value,
        "territories": " ".join(use.territories),
        "platforms": " ".join(use.platforms),
        "languages": " ".join(use.languages),
    }
    return {
        "instead": json.dumps(instead, ensure_ascii=False),
        "use": use,
        "prompt": each.wish.prompt,
        "leave_out": each.leave_out,
        "costs": each.costs,
    }


def _is_shareable(view: requests.View) -> bool:
    try:
        domain.require_shareable(view.generation)
    except RightsError:
        return False
    return view.why_not is None


def _typed(wanted: Wanted) -> dict[str, str]:
    sizes = {size: name for name, size in FORMATS.items()}
    return {
        "prompt": wanted.prompt,
        "purpose": wanted.use.purpose.value,
        "seconds": str(wanted.seconds),
        "format": sizes.get((wanted.width, wanted.height), "wide"),
        "territories": " ".join(wanted.use.territories),
        "platforms": " ".join(wanted.use.platforms),
        "languages": " ".join(wanted.use.languages),
    }


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def _whole(text: str) -> int:
    return (
        int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(SEED_MAX)) else -1
    )


def _crumb(visitor: Visitor) -> Crumb:
    return Crumb(PATH, wording_of(visitor.language).say("nav.generations"))
