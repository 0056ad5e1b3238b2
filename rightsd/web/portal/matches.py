"""Matches: what resembles one's references, where, how sure that is, and what can be done."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from rightsd.db.resemblances import Match
from rightsd.db.tx import Tx
from rightsd.domain import regime
from rightsd.domain.generation import State
from rightsd.domain.member import Member
from rightsd.domain.notice import SALT_BYTES
from rightsd.domain.principal import Role
from rightsd.domain.regime import LENGTHS, Claim, Kind
from rightsd.domain.resemblance import By
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, noticetroubles, paging, players, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.noticewords import KINDS, WORDS
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import matches, notices, works
from rightsd.workflows.matches import Channel, Stretch

router = APIRouter(include_in_schema=False)

PATH = "/matches"
ONE = PATH + "/{generation_id}/{reference_id}"
PAGE_MAX = 25  # What someone looks through at a time.
TONES: Mapping[State, str] = {
    State.HELD: "warn",
    State.REQUESTED: "warn",
    State.REFUSED: "good",
    State.FAILED: "",
    State.PUBLISHED: "bad",
    State.WITHDRAWN: "good",
}
# Notices are against what is, or was, out.
OUT = frozenset({State.PUBLISHED, State.WITHDRAWN})
GROUNDS = (Kind.COPYRIGHT, Kind.TRADEMARK)  # On which whoever owns a work gives notice.
STATEMENTS = ("good_faith", "accurate", "authorised")

# The drawing of two bars, in units of its own.
WIDTH, HEIGHT, BAR = 600.0, 96.0, 26.0


class ClaimForm(forms.Form):
    """What a notice says; what is missing in it can be added later."""

    kind: Said = Kind.COPYRIGHT.value
    location: Said = ""
    work: Said = ""
    statement: Said = ""
    name: Said = ""
    email: Said = ""
    telephone: Said = ""
    address: Said = ""
    signature: Said = ""
    good_faith: bool = False
    accurate: bool = False
    authorised: bool = False

    def claim(self, visitor: Visitor, salt: bytes) -> Claim:
        """Return what it says.

        Raises:
            RightsError: INVALID: it is on no ground of those who own works.
        """
        if self.kind not in set(GROUNDS):
            raise RightsError(Code.INVALID, "say whether it goes against a copyright or a mark")
        return Claim(kind=Kind(self.kind), salt=salt, language=visitor.language, **self.fields())

    def fields(self) -> dict[str, Any]:
        """Return what it says, by the fields of a claim."""
        texts = {name: forms.written(getattr(self, name)) for name in LENGTHS}
        return texts | {name: getattr(self, name) for name in STATEMENTS}


@dataclass(frozen=True, slots=True)
class Drawing:
    """The two clips as bars, the reference above, and what of them is alike.

    Attributes:
        reference: How long its bar is, to WIDTH.
        clip: The same of the clip.
        bands: Corners of what joins stretches that are alike, as SVG writes them.
    """

    channel: Channel
    reference: float
    clip: float
    bands: tuple[str, ...]


@router.get(PATH)
def show_matches(
    rt: Rt, visitor: Anyone, work_id: str = "", before: str = "", *, aside: bool = False
) -> HTMLResponse:
    """Show matches, newest first; those of one work; or those that were put aside."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        work = works.view(tx, actor, work_id) if work_id else None
        found = matches.page(
            tx,
            actor,
            work_id=work and work.id,
            aside=aside,
            before=paging.read(before),
            limit=PAGE_MAX + 1,
        )
        shown, last = paging.cut(found, PAGE_MAX)
        seen = matches.shown(tx, shown)
    return render.page(
        visitor,
        "matches.html",
        matches=shown,
        seen=seen,
        work=work,
        aside=aside,
        tones=TONES,
        first=not before,
        next=last and paging.mark(last.requested_at, last.mark),
    )


@router.get(ONE)
def show_match(rt: Rt, visitor: Anyone, generation_id: str, reference_id: str) -> HTMLResponse:
    """Show a match: both sides, which stretches are alike, why it is one, and what can be done."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        match = matches.view(tx, actor, generation_id, reference_id)
        seen = bool(matches.shown(tx, [match]))
        found = matches.stretches(tx, match)
    return render.page(
        visitor,
        "match.html",
        crumbs=_crumbs(visitor),
        match=match,
        seen=seen,
        stretches=found,
        bars=draw(match, found),
        width=WIDTH,
        height=HEIGHT,
        thickness=BAR,
        out=match.state in OUT,
        tones=TONES,
        strong=match.resemblance.strong,
        # What of a voice tells that it is one is told to nobody.
        score=None if match.by is By.VOICE else round(100 * match.score),
    )


@router.get(ONE + "/film")
def show_film(
    rt: Rt, visitor: Anyone, request: Request, generation_id: str, reference_id: str
) -> Response:
    """Return the clip of a match, or a stretch of it."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        output = matches.film(tx, actor, generation_id, reference_id)
    return players.play(rt, visitor, request, output)


@router.get(ONE + "/thumbnail")
def show_thumbnail(rt: Rt, visitor: Anyone, generation_id: str, reference_id: str) -> Response:
    """Show a small picture of the clip of a match."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        jpeg = matches.thumbnail(tx, actor, generation_id, reference_id)
    return Response(jpeg, media_type="image/jpeg", headers=render.headers(visitor.nonce))


@router.post(ONE + "/aside")
def put_aside(
    rt: Rt,
    visitor: Anyone,
    generation_id: str,
    reference_id: str,
    form: Annotated[forms.Form, Form()],
) -> Response:
    """Let a match be: it is listed no more, but among those that were put aside."""

    def command(tx: Tx, member: Member) -> Done:
        matches.put_aside(tx, member.principal, generation_id, reference_id, aside=True)
        return Done(PATH, "matches.flash.aside")

    return forms.run(rt, visitor, form, command)


@router.post(ONE + "/again")
def take_up(
    rt: Rt,
    visitor: Anyone,
    generation_id: str,
    reference_id: str,
    form: Annotated[forms.Form, Form()],
) -> Response:
    """List a match again that was put aside."""

    def command(tx: Tx, member: Member) -> Done:
        matches.put_aside(tx, member.principal, generation_id, reference_id, aside=False)
        return Done(f"{PATH}/{generation_id}/{reference_id}", "matches.flash.again")

    return forms.run(rt, visitor, form, command)


@router.get(ONE + "/notice")
def show_form(rt: Rt, visitor: Anyone, generation_id: str, reference_id: str) -> HTMLResponse:
    """Show the form of a notice against the clip of a match, with what is known filled in."""
    return _form(rt, visitor, generation_id, reference_id, None)


@router.post(ONE + "/notice")
def give_notice(
    rt: Rt,
    visitor: Anyone,
    generation_id: str,
    reference_id: str,
    form: Annotated[ClaimForm, Form()],
) -> Response:
    """Give notice against the clip of a match, as the account."""
    salt = secrets.token_bytes(SALT_BYTES)

    def command(tx: Tx, member: Member) -> Done:
        match = matches.view(tx, member.principal, generation_id, reference_id)
        made = notices.receive(
            tx,
            claim=form.claim(visitor, salt),
            generation_id=match.generation_id,
            actor=member.principal,
        )
        return Done(f"/requests/{made.notice.id}", "matches.flash.noticed")

    return forms.run(
        rt,
        visitor,
        form,
        command,
        refused=lambda error: _form(rt, visitor, generation_id, reference_id, form, error),
    )


def draw(match: Match, found: Sequence[Stretch]) -> list[Drawing]:
    """Return the drawings of a match, of each channel that is alike.

    Both bars are to the same scale; a picture, which has no length, is as long as the clip.
    """
    clip = float(match.clip_seconds)
    reference = match.reference_seconds or clip
    ends = [end for one in found for end in (one.clip[1], one.reference[1])]
    scale = WIDTH / max(reference, clip, *ends)
    drawn: list[Drawing] = []
    for channel in Channel:
        bands = [_band(match, one, scale) for one in found if one.channel is channel]
        if bands:
            drawn.append(Drawing(channel, reference * scale, clip * scale, tuple(bands)))
    return drawn


def _band(match: Match, one: Stretch, scale: float) -> str:
    """Return the corners of what joins two stretches, from the upper bar to the lower one."""
    whole = (0.0, float(match.clip_seconds))
    above, below = (one.reference if match.reference_seconds else whole), one.clip
    corners = [(above[0], 0.0), (above[0], BAR), (below[0], HEIGHT - BAR), (below[0], HEIGHT)]
    corners += [(below[1], HEIGHT), (below[1], HEIGHT - BAR), (above[1], BAR), (above[1], 0.0)]
    return " ".join(f"{x * scale:.1f},{y:.1f}" for x, y in corners)


def _form(
    rt: Runtime,
    visitor: Visitor,
    generation_id: str,
    reference_id: str,
    typed: ClaimForm | None,
    error: RightsError | None = None,
) -> HTMLResponse:
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        match = matches.view(tx, actor, generation_id, reference_id)
    typed = typed or ClaimForm(location=match.generation_id, work=match.title)
    # What it is on is chosen among few, so what was chosen wrongly is not kept.
    kind = typed.kind if typed.kind in set(GROUNDS) else Kind.COPYRIGHT.value
    claim = typed.model_copy(update={"kind": kind})
    language = visitor.language
    above = Crumb(f"{PATH}/{generation_id}/{reference_id}", match.title)
    return render.page(
        visitor,
        "match_notice.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=[*_crumbs(visitor), above],
        match=match,
        out=match.state in OUT,
        claim=claim,
        kinds={kind: KINDS[language][kind] for kind in GROUNDS},
        needs={
            KINDS[language][kind]: [
                each.words[language] for each in regime.governing(kind).elements
            ]
            for kind in GROUNDS
        },
        words=WORDS[language],
        limits=LENGTHS,
        hint=regime.NO_ADVICE[language],
        error=error and noticetroubles.say(error, language, Kind(kind)),
    )


def _crumbs(visitor: Visitor) -> list[Crumb]:
    return [Crumb(PATH, wording_of(visitor.language).say("nav.matches"))]
