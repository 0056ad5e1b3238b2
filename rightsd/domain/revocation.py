"""Revocation: what someone had let others do is taken back, for now or for good.

Suspended, it can be lifted again. Revoked, it is final for what there is: what is granted after
that counts.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain import places, rulebook
from rightsd.domain.consent import Consent
from rightsd.domain.delegation import Verb
from rightsd.domain.events import Event, Value
from rightsd.domain.licence import Licence
from rightsd.domain.machine import Machine
from rightsd.domain.offer import Offer
from rightsd.domain.principal import Role
from rightsd.domain.rulebook import Reason
from rightsd.errors import Code, RightsError

SALT_BYTES = 32
STAFF = (Role.REVIEWER, Role.ADMIN)  # In an emergency, with a reason, and never for good.
MAKERS = (Role.PERSON, Role.RIGHTS_HOLDER, *STAFF)


class Scope(StrEnum):
    """How much is taken back."""

    GENERATION = "generation"  # One use.
    REQUESTER = "requester"  # One creator's uses of a person or a work.
    PLATFORM = "platform"  # Uses of a person or a work on one platform.
    CONSENT = "consent"
    LICENCE = "licence"
    SUBJECT = "subject"  # Everything of a person.
    WORK = "work"


class State(StrEnum):
    """Where a revocation stands."""

    SUSPENDED = "suspended"
    REVOKED = "revoked"
    LIFTED = "lifted"


class Mode(StrEnum):
    """How it is taken back."""

    SUSPEND = "suspend"
    REVOKE = "revoke"


MACHINE: Machine[State] = Machine(
    {
        (None, "revocation.suspended"): State.SUSPENDED,
        (None, "revocation.revoked"): State.REVOKED,
        (State.SUSPENDED, "revocation.lifted"): State.LIFTED,
        (State.SUSPENDED, "revocation.revoked"): State.REVOKED,
    }
)
KINDS: Mapping[Mode, str] = {
    Mode.SUSPEND: "revocation.suspended",
    Mode.REVOKE: "revocation.revoked",
}
# Whoever may pause a person may suspend for them.
VERBS: Mapping[Mode, Verb] = {Mode.SUSPEND: Verb.PAUSE, Mode.REVOKE: Verb.REVOKE}
# What each scope names; of a person or of a work, where it is of either.
_NAMED: Mapping[Scope, tuple[str, ...]] = {
    Scope.GENERATION: ("generation_id",),
    Scope.REQUESTER: ("requester_id",),
    Scope.PLATFORM: ("platform",),
    Scope.CONSENT: ("consent_id",),
    Scope.LICENCE: ("licence_id",),
    Scope.SUBJECT: ("subject_id",),
    Scope.WORK: ("work_id",),
}
_OF_EITHER = frozenset({Scope.REQUESTER, Scope.PLATFORM})


@dataclass(frozen=True, slots=True)
class Target:
    """What is taken back.

    Attributes:
        platform: As uses name it: see `domain.places.is_platform`.
    """

    scope: Scope
    generation_id: str | None = None
    requester_id: str | None = None
    platform: str | None = None
    consent_id: str | None = None
    licence_id: str | None = None
    subject_id: str | None = None
    work_id: str | None = None

    def facts(self) -> dict[str, Value]:
        """Return what everyone may know of it: nobody's name, and not of whom it is taken."""
        of_work = self.work_id is not None or self.scope is Scope.LICENCE
        about = "work" if of_work else "person"
        return {"about": about, "single": self.scope is Scope.GENERATION}

    def named(self) -> dict[str, str]:
        """Return the members that are set, but for the scope."""
        members = (*(name for names in _NAMED.values() for name in names),)
        return {name: value for name in members if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment of the ledger, so that the log tells nobody who took what from whom.

    Attributes:
        said: Who did it, for whom, and of what: the canonical JSON that is committed to.
        salt: SALT_BYTES.
    """

    said: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class Revocation:
    """One revocation, as it stands now.

    Attributes:
        account_id: Who made it.
        by_staff: In an emergency; only staff lift it again.
        turned_at: Since when it stands as it does.
        reason: Of staff; None: they gave none, or it was erased.
        opening: Of how it was made, and with the same salt of the reason; None: it was erased.
        turned_by: Who made it final or lifted it.
        turning: Of how that was.
    """

    id: str
    target: Target
    account_id: str
    by_staff: bool
    state: State
    made_at: datetime
    turned_at: datetime
    reason: str | None = None
    opening: Opening | None = None
    turned_by: str | None = None
    turning: Opening | None = None

    def covers(self, at: datetime) -> bool:
        """Say whether it is about what was given or asked for at a time: for good, not later."""
        if self.state is State.REVOKED:
            return at <= self.turned_at
        return self.state is State.SUSPENDED


@dataclass(frozen=True, slots=True)
class Licensed:
    """A licence that a clip rests on.

    Attributes:
        work_id: On which work; None: on a likeness.
        offered_at: Since when there is its offer, which anyone may accept whom it is for.
        stays: Its offer lets outputs stay when the licence is revoked.
    """

    work_id: str | None
    offered_at: datetime
    stays: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A clip that was asked for, as far as revocations are about it.

    Attributes:
        people: Ids of the subjects whom it would cast.
        platforms: Where it is to be shown; none: anywhere.
        consents: Ids of those that it rests on.
        licences: Those that it rests on, by id.
        is_out: It is published.
    """

    generation_id: str
    creator_id: str
    requested_at: datetime
    is_out: bool = False
    people: Collection[str] = ()
    platforms: Collection[str] = ()
    consents: Collection[str] = ()
    licences: Mapping[str, Licensed] = field(default_factory=dict[str, Licensed])


@dataclass(frozen=True, slots=True)
class Asked:
    """A use that is decided on, as far as revocations are about it.

    Attributes:
        generation_id: Of which; None: there is none yet.
        requested_at: When it was asked for.
        people: Handles of those whom it would cast, by the id of the subject.
        platforms: Where it is to be shown; none: anywhere.
    """

    generation_id: str | None
    creator_id: str
    requested_at: datetime
    people: Mapping[str, str]
    platforms: Collection[str]


def target(scope: Scope, named: Mapping[str, str | None]) -> Target:
    """Return what a revocation of a scope is of.

    Args:
        scope: How much.
        named: What was named, by member of `Target`; None: it was not.

    Raises:
        RightsError: INVALID: too much is named for the scope, or too little.
    """
    given = {name: value for name, value in named.items() if value is not None}
    needed = set(_NAMED[scope])
    thing = {"subject_id", "work_id"} & set(given) if scope in _OF_EITHER else set[str]()
    if set(given) != needed | thing or (scope in _OF_EITHER and len(thing) != 1):
        wanted = " and ".join(_NAMED[scope])
        either = ", and either subject_id or work_id" if scope in _OF_EITHER else ""
        raise RightsError(Code.INVALID, f"a revocation of scope {scope} names {wanted}{either}")
    if "platform" in given:
        given["platform"] = given["platform"].lower()
        if not places.is_platform(given["platform"]):
            detail = "a platform is named by a domain or a word of a-z, 0-9, . and -"
            raise RightsError(Code.INVALID, detail)
    return Target(scope, **given)


def make(
    event: Event,
    of: Target,
    *,
    account_id: str,
    by_staff: bool,
    reason: str | None,
    opening: Opening | None,
) -> Revocation:
    """Return the revocation that an event makes."""
    state = MACHINE.next(None, event.kind)
    return Revocation(
        *(event.subject, of, account_id, by_staff, state, event.at, event.at, reason, opening)
    )


def turn(revocation: Revocation, event: Event, *, by: str, opening: Opening) -> Revocation:
    """Return the revocation after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    assert revocation.id == event.subject
    state = MACHINE.next(revocation.state, event.kind)
    return replace(revocation, state=state, turned_at=event.at, turned_by=by, turning=opening)


def against(revocations: Sequence[Revocation], made: Made) -> list[str]:
    """Return ids of the revocations that stand against a clip that was asked for, in order.

    Of those for platforms, all that it is for must be taken back: it is shown on the others.
    """
    reaching = [each for each in revocations if _reaches(each, made)]
    stopped = {each.target.platform for each in reaching if each.target.scope is Scope.PLATFORM}
    everywhere = bool(made.platforms) and stopped.issuperset(made.platforms)
    return sorted(
        each.id
        for each in reaching
        if each.target.scope is not Scope.PLATFORM
        or (everywhere and each.target.platform in made.platforms)
    )


def without_platforms(revocations: Sequence[Revocation], made: Made) -> dict[str, list[str]]:
    """Return the platforms on which a clip may not be shown, each with the ids of what says so."""
    found: dict[str, list[str]] = {}
    for each in revocations:
        if each.target.platform is not None and _reaches(each, made):
            found.setdefault(each.target.platform, []).append(each.id)
    return found


def lets(revocations: Sequence[Revocation], consent: Consent, asked: Asked) -> bool:
    """Say whether a consent counts for a use: whether nothing takes it back."""
    return not any(_takes_consent(each, consent, asked) for each in revocations)


def lets_licence(revocations: Sequence[Revocation], licence: Licence, asked: Asked) -> bool:
    """Say whether a licence counts for a use: whether nothing takes it back."""
    return not any(_takes_licence(each, licence, asked) for each in revocations)


def lets_offer(revocations: Sequence[Revocation], offer: Offer, asked: Asked) -> bool:
    """Say whether a licence would count for a use that was issued under an offer now."""
    return not any(_takes_work(each, offer, asked) for each in revocations)


def reasons(
    revocations: Sequence[Revocation], asked: Asked, consenting: Collection[str]
) -> Iterator[Reason]:
    """Yield why revocations refuse a use, beside taking back consents and licences.

    What is taken back from one creator alone is not told: it is as if there were no consent.

    Args:
        revocations: Those that may be about it.
        asked: The use.
        consenting: Ids of the subjects of whom a consent is left that counts.
    """
    for each in revocations:
        of = each.target
        handle = asked.people.get(of.subject_id or "")
        if of.scope is Scope.GENERATION and of.generation_id == asked.generation_id is not None:
            yield _reason(each, "this very use was taken back")
        elif of.scope is Scope.SUBJECT and each.state is State.SUSPENDED and handle:
            yield _reason(each, f"@{handle} is not to be cast at present")
        elif of.scope is Scope.PLATFORM and handle and _is_meant(each, asked):
            if of.subject_id in consenting:
                continue  # They have consented since.
            where = f"on {of.platform}; say where else it will be shown"
            yield _reason(each, f"@{handle} is not to be shown {where}")


def _reason(revocation: Revocation, detail: str) -> Reason:
    return rulebook.reason(rulebook.REVOCATION_STANDS, detail, {"revocation_id": revocation.id})


def _reaches(revocation: Revocation, made: Made) -> bool:
    """Say whether a revocation is about a clip that was asked for, wherever that is shown."""
    of, suspended = revocation.target, revocation.state is State.SUSPENDED
    cast = of.subject_id in made.people and revocation.covers(made.requested_at)
    match of.scope:
        case Scope.GENERATION:
            return of.generation_id == made.generation_id
        case Scope.CONSENT:  # For good, the consent itself says so.
            return suspended and of.consent_id in made.consents
        case Scope.LICENCE:
            licensed = made.licences.get(of.licence_id or "")
            stays = made.is_out and licensed is not None and licensed.stays
            return suspended and licensed is not None and not stays
        case Scope.REQUESTER if of.requester_id != made.creator_id:
            return False
        case _:  # Words that name a work go against its opt-out.
            return cast or _rests_on(revocation, made)


def _rests_on(revocation: Revocation, made: Made) -> bool:
    """Say whether a clip rests on a licence of the work that a revocation takes back."""
    return revocation.target.work_id is not None and any(
        licensed.work_id == revocation.target.work_id and revocation.covers(licensed.offered_at)
        for licensed in made.licences.values()
    )


def _takes_consent(revocation: Revocation, consent: Consent, asked: Asked) -> bool:
    of, suspended = revocation.target, revocation.state is State.SUSPENDED
    if of.scope is Scope.CONSENT:
        return suspended and of.consent_id == consent.id
    if of.subject_id != consent.subject_id or (of.scope is Scope.SUBJECT and suspended):
        return False  # Whoever is suspended is not cast whatever they have granted: see `reasons`.
    if of.scope in _OF_EITHER and not _is_meant(revocation, asked):
        return False
    # What was asked for before does not go on under a consent of after.
    return revocation.covers(consent.granted_at) or revocation.covers(asked.requested_at)


def _takes_licence(revocation: Revocation, licence: Licence, asked: Asked) -> bool:
    of = revocation.target
    if of.scope is Scope.LICENCE:
        return revocation.state is State.SUSPENDED and of.licence_id == licence.id
    return _takes_work(revocation, licence.offer, asked)


def _takes_work(revocation: Revocation, offer: Offer, asked: Asked) -> bool:
    """Say whether it is about a use under an offer: what its owner gives is the offer."""
    of = revocation.target
    if of.work_id is None or of.work_id != offer.work_id:
        return False
    if of.scope in _OF_EITHER and not _is_meant(revocation, asked):
        return False
    return revocation.covers(offer.made_at) or revocation.covers(asked.requested_at)


def _is_meant(revocation: Revocation, asked: Asked) -> bool:
    """Say whether it is about this creator, or a platform that a use is for or may be for."""
    of = revocation.target
    if of.scope is Scope.PLATFORM:
        return not asked.platforms or of.platform in asked.platforms
    return of.requester_id == asked.creator_id
