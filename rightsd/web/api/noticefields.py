"""What notices look like in requests and answers."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from rightsd.domain import location, regime
from rightsd.domain.clocks import Clock, SetBy, What
from rightsd.domain.letter import Language
from rightsd.domain.notice import (
    EMAIL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    Notice,
    Party,
    State,
)
from rightsd.domain.regime import Claim, Counter, Element, Kind
from rightsd.web.api.fields import Body, Id, Out, Text, Words

Short = Annotated[Words, Field(max_length=NAME_LENGTH_MAX)]
Long = Annotated[Words, Field(max_length=TEXT_LENGTH_MAX)]
Place = Annotated[Words, Field(max_length=2_000)]
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]


class SaidIn(Body):
    """What a notice says. Whatever its kind asks for and is left out is named in the answer.

    `location`: an id, a URL or a description; `generation_id` goes before it. `authorised`: may act
    for whose right it is, under penalty of perjury. `not_consented`: the person shown did not.
    `territory`: ISO 3166-1, where a complaint under the law of a country is meant.
    """

    generation_id: Id | None = None
    location: Place = ""
    name: Short = ""
    email: Annotated[Words, Field(max_length=EMAIL_LENGTH_MAX)] = ""
    telephone: Short = ""
    address: Place = ""
    signature: Short = ""
    work: Place = ""
    statement: Long = ""
    good_faith: bool = False
    accurate: bool = False
    authorised: bool = False
    not_consented: bool = False
    offence_against_child: bool = False
    territory: Country = ""
    language: Language = Language.EN

    def target(self, url: str) -> str | None:
        """Return the id of the output that it names, if it names one."""
        return self.generation_id or location.output_at(self.location, url)

    def said(self) -> dict[str, Any]:
        """Return what was sent, by the fields of a claim."""
        return {name: getattr(self, name) for name in self.model_fields_set - {"generation_id"}}


class NoticeIn(SaidIn):
    """A notice. Nothing in it is required but its kind: a deficient one is kept."""

    kind: Kind

    def claim(self, salt: bytes) -> Claim:
        """Return what it says."""
        said: dict[str, Any] = self.model_dump(exclude={"generation_id"})
        said |= {"salt": salt, "kind": self.kind, "language": self.language}
        return Claim(**said)


class CounterIn(Body):
    """A counter-notice (17 U.S.C. 512(g)(3)): whatever is missing is named, and nothing kept."""

    name: Short = ""
    address: Place = ""
    telephone: Short = ""
    signature: Short = ""
    material: Place = ""
    statement: Long = ""
    mistaken: bool = False
    jurisdiction: bool = False
    service: bool = False

    def counter(self, salt: bytes) -> Counter:
        """Return what it says."""
        return Counter(**self.model_dump(), salt=salt)


class ReasonIn(Body):
    """Why it is decided so, or contested."""

    reason: Text


class RejectionIn(ReasonIn):
    """Why a notice is rejected. `abusive`: it is manifestly unfounded; that is a strike."""

    abusive: bool = False


class ElementOut(Out):
    """Something that the law asks for: in plain words, and where."""

    id: str
    cite: str
    en: str
    ja: str

    @classmethod
    def of(cls, element: Element) -> Self:
        """Return the public form."""
        words = element.words
        return cls(id=element.id, cite=element.cite, en=words[Language.EN], ja=words[Language.JA])


class ClockOut(Out):
    """A clock that runs. `set_by`: the law, or the operator where the law names no number."""

    what: What
    regime: str
    set_by: SetBy
    starts_at: datetime
    due_at: datetime
    not_before: datetime | None
    overdue: bool

    @classmethod
    def of(cls, clock: Clock, now: datetime) -> Self:
        """Return the public form."""
        return cls(
            what=clock.what,
            regime=clock.regime,
            set_by=clock.set_by,
            starts_at=clock.starts_at,
            due_at=clock.due_at,
            not_before=clock.not_before,
            overdue=clock.overdue(now),
        )


class NoticeOut(Out):
    """A notice. `stands`: the output is down because of it. `clocks`: the shortest first.

    `token` is shown once: with it the claimant comes back, or with the key of the account that gave
    the notice. `reason`: null where nobody decided, but the time after a counter-notice was over.
    `appealed_by`: which sides have appealed, in order. `hint` is no legal advice.
    """

    id: str
    generation_id: str | None
    kind: Kind
    regime: str
    state: State
    stands: bool
    received_at: datetime
    decided_at: datetime | None
    reason: str | None
    missing: list[ElementOut]
    clocks: list[ClockOut]
    appealable_until: datetime | None
    appealed_by: list[Party]
    hint: str
    token: str | None = None

    @classmethod
    def of(cls, notice: Notice, now: datetime) -> Self:
        """Return what its claimant and the creator see."""
        return cls(**_shown(notice, now))


class NoticeForClaimant(NoticeOut):
    """A notice as its claimant sees it, with the counter-notice if there is one."""

    counter: dict[str, str] | None
    confirmed: bool

    @classmethod
    def of(cls, notice: Notice, now: datetime) -> Self:
        """Return the form for the claimant."""
        counter = notice.counter and {
            name: getattr(notice.counter, name)
            for name in ("name", "address", "telephone", "signature", "material", "statement")
        }
        confirmed = notice.claimant.confirmed_at is not None
        return cls(**_shown(notice, now), counter=counter, confirmed=confirmed)


class NoticeForReview(NoticeOut):
    """A notice as a reviewer sees it. `confirmed`: the claimant is who they say, or has a key.

    `objections`: why it was appealed, by each whose appeal is decided now; `objection` is the last.
    """

    claimant_name: str
    claimant_email: str
    statement: str
    work: str
    location: str
    trusted: bool
    confirmed: bool
    objection: str | None
    objections: list[str]

    @classmethod
    def of(cls, notice: Notice, now: datetime) -> Self:
        """Return the form for reviewers."""
        claim, claimant = notice.claim, notice.claimant
        return cls(
            **_shown(notice, now),
            claimant_name=claim.name,
            claimant_email=claim.email,
            statement=claim.statement,
            work=claim.work,
            location=claim.location,
            trusted=claimant.flagger_id is not None,
            confirmed=claimant.account_id is not None or claimant.confirmed_at is not None,
            objection=notice.objections[-1] if notice.objections else None,
            objections=list(notice.objections),
        )


class StateOut(Out):
    """Where a notice stands, to someone who has no business with the rest."""

    id: str
    state: State
    stands: bool


def _shown(notice: Notice, now: datetime) -> dict[str, Any]:
    deficient = notice.state is State.DEFICIENT
    missing = regime.missing(notice.claim) if deficient else ()
    return {
        "id": notice.id,
        "generation_id": notice.generation_id,
        "kind": notice.kind,
        "regime": regime.governing(notice.kind).id,
        "state": notice.state,
        "stands": notice.stands,
        "received_at": notice.received_at,
        "decided_at": notice.decided_at,
        "reason": notice.reason,
        "missing": [ElementOut.of(element) for element in missing],
        "clocks": [ClockOut.of(clock, now) for clock in notice.clocks],
        "appealable_until": notice.appealable_until(),
        "appealed_by": list(notice.appealed_by),
        "hint": regime.NO_ADVICE[notice.claim.language],
    }
