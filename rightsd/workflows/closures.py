"""Closure: what a revocation would end, counted before it is made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rightsd.db import copies, generations, lineages, platforms, revocations, revokers
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain import revocation as domain
from rightsd.domain.events import Event
from rightsd.domain.generation import State
from rightsd.domain.principal import Principal
from rightsd.domain.revocation import MAKERS, Mode, Revocation, Scope, Target

REACHED_MAX = 10_000  # Clips that a preview counts.
OPENED_MAX = 1_000  # Sealed requests that it opens, of scopes where that depends on what they say.
FIRST_MAX = 20  # Ids that it shows of each kind.
PAGE = 500
# Of these the rows do not say whether a clip would end: for which platforms it is, or whether it
# may stay out. What rests on anything else that is taken back, whatever it says, ends.
_OPENED = frozenset({Scope.PLATFORM, Scope.LICENCE})
_KINDS = ("in_flight", "held", "drafts", "published", "delisted")


@dataclass(frozen=True, slots=True)
class Some:
    """How many there are, and the first of them.

    Attributes:
        first: Ids, FIRST_MAX at most.
    """

    count: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closure:
    """What a revocation would end.

    Attributes:
        in_flight: Clips that are being made or wait to be.
        held: Those that wait for someone's approval or review, and were not drawn yet.
        drafts: Those that wait likewise, and were drawn.
        published: Outputs.
        delisted: Outputs, and remixes of these, that are taken from one platform and stay out on
            others.
        remixes: Live clips that are made of any of these, at any remove.
        copies: Copies of these outputs and remixes that platforms have noted; of what is taken from
            one platform, its own.
        whole: All were counted; otherwise there are more than REACHED_MAX, or OPENED_MAX.
    """

    in_flight: Some
    held: Some
    drafts: Some
    published: Some
    delisted: Some
    remixes: Some
    copies: Some
    whole: bool


def preview(tx: Tx, actor: Principal, *, of: Target, mode: Mode) -> Closure:
    """Return what a revocation would end, as far as it rests on what is taken back.

    What only names an opted-out work in its words is found when the opt-out is there.
    """
    actor.require(*MAKERS)
    revokers.require(tx, actor, domain.VERBS[mode], of)
    # What rests on a consent or a licence ends alike, whether that is suspended or ends itself.
    itself = of.scope in {Scope.CONSENT, Scope.LICENCE}
    kind = domain.KINDS[Mode.SUSPEND if itself else mode]
    event = Event(kind, ids.new("rvk"), tx.now, {})
    supposed = domain.make(
        *(event, of), account_id=actor.account_id, by_staff=False, reason=None, opening=None
    )
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    after, seen, most = "", 0, OPENED_MAX if of.scope in _OPENED else REACHED_MAX
    while seen < most:
        page = revocations.reached(tx, of, after=after, limit=PAGE)
        for each, kind in _about(tx, supposed, page):
            found[kind].append(each)
        if len(page) < PAGE:
            break
        after, seen = page[-1].id, seen + len(page)
    delisted = found.pop("delisted")
    remixes = _remixes(tx, [each for kind in found.values() for each in kind])
    delisted += [each for each in _remixes(tx, delisted) if each not in remixes]
    on = platforms.known_as(tx, [of.platform]).get(of.platform, []) if of.platform else []
    noted, first = copies.noted_of(
        tx, [*found["published"], *remixes], delisted, on=on, first=FIRST_MAX
    )
    return Closure(
        **{name: _some(each) for name, each in found.items()},
        delisted=_some(delisted),
        remixes=_some(remixes),
        copies=Some(noted, tuple(first)),
        whole=seen < most and len(remixes) < REACHED_MAX,
    )


def _remixes(tx: Tx, generation_ids: Sequence[str]) -> list[str]:
    if not generation_ids:
        return []
    return lineages.remixes(tx, generation_ids, after="", most=REACHED_MAX)


def _some(ids_found: Sequence[str]) -> Some:
    return Some(len(ids_found), tuple(ids_found[:FIRST_MAX]))


def _about(
    tx: Tx, supposed: Revocation, page: list[revocations.Reached]
) -> Iterator[tuple[str, str]]:
    """Yield those of a page that a revocation would be about: each id, and as what it counts."""
    if supposed.target.scope not in _OPENED:
        yield from ((each.id, _kind(each)) for each in page)
        return
    found = generations.with_ids(tx, [each.id for each in page])
    made = {each.generation_id: each for each in revocations.made(tx, found)}
    for each in page:
        if domain.against([supposed], made[each.id]):
            yield each.id, _kind(each)
        elif each.state is State.PUBLISHED and domain.without_platforms([supposed], made[each.id]):
            yield each.id, "delisted"


def _kind(each: revocations.Reached) -> str:
    if each.state is State.PUBLISHED:
        return "published"
    if each.state is State.REQUESTED:
        return "in_flight"
    return "drafts" if each.drawn else "held"
