"""Where members begin: what waits for them, and three numbers that say how well this works."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rightsd.db.tx import Tx
from rightsd.domain.generation import State
from rightsd.domain.member import Member
from rightsd.domain.principal import Role
from rightsd.domain.rates import By
from rightsd.web.auth import Rt
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Anyone
from rightsd.workflows import escalations, reviews, turnarounds
from rightsd.workflows.generations import uses

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for a member.

    Attributes:
        key: Of the words that say what.
        path: Where it is done; None: by the API alone, so far.
    """

    key: str
    count: int
    path: str | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How well this works.

    Attributes:
        wrong: Requests that were refused and should not have been, of `of` that were looked at.
        share: Of what should be allowed, how much was refused, 0 to 1; None: nothing was looked at.
        seconds: In which 95 of 100 removals were done by the slowest platform; None: none was.
        platforms: That have acknowledged something lately.
    """

    wrong: int
    of: int
    share: float | None
    low: float
    high: float
    seconds: float | None
    platforms: int


@router.get("/home")
def show_home(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show what waits for whoever is signed in, and the numbers."""
    member = visitor.require()
    with rt.transaction() as tx:
        needs = [need for need in _NEEDS[member.role](tx, member) if need.count]
        numbers = _numbers(tx)
    total = sum(need.count for need in needs)
    return render.page(visitor, "home.html", needs=needs, total=total, numbers=numbers)


def _of_people(tx: Tx, member: Member) -> list[Need]:
    found = uses.mine(tx, member.principal, before=None)
    waiting = sum(use.generation.state is State.HELD for use in found)
    return [Need("home.need.uses", waiting, "/uses" if member.role is Role.PERSON else None)]


def _of_reviewers(tx: Tx, member: Member) -> list[Need]:
    return [Need("home.need.reviews", len(reviews.queue(tx, member.principal)), "/reviews")]


def _of_admins(tx: Tx, member: Member) -> list[Need]:
    return [
        Need("home.need.escalations", len(escalations.listed(tx, member.principal)), "/platforms")
    ]


def _of_others(tx: Tx, member: Member) -> list[Need]:
    del tx, member
    return []


_NEEDS: Mapping[Role, Callable[[Tx, Member], list[Need]]] = {
    Role.PERSON: _of_people,
    Role.RIGHTS_HOLDER: _of_people,
    Role.CREATOR: _of_others,
    Role.PLATFORM: _of_others,
    Role.REVIEWER: _of_reviewers,
    Role.AUDITOR: _of_others,
    Role.ADMIN: _of_admins,
}


def _numbers(tx: Tx) -> Numbers:
    gate = next(each for each in reviews.rates(tx) if each.by is By.ALL).false_positive
    lines = [line for line in turnarounds.table(tx) if line.turnaround.counts]
    slowest = [line.turnaround.removed.p95 for line in lines]
    known = [seconds for seconds in slowest if seconds is not None]
    return Numbers(
        wrong=gate.wrong,
        of=gate.of,
        share=gate.share,
        low=gate.low,
        high=gate.high,
        seconds=max(known, default=None),
        platforms=len(lines),
    )
