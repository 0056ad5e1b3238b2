"""Offer: a holder licenses a work, or a likeness as a consent allows it, to whoever accepts.

An offer never changes. Whoever wants other terms or another price withdraws it and makes another;
licences that were issued under it stay what they are.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain import terms as terms_domain
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.price import Price
from rightsd.domain.terms import Audience, Terms
from rightsd.errors import Code, RightsError

WHOLE = 10_000  # Basis points.
SHARES_MAX = 20
SALT_BYTES = 32
# What terms of a licence can say beside whom it is offered to; the rest is for people alone.
_LIMITS = (
    *("purposes", "denied_topics", "territories", "platforms", "languages"),
    *("starts_at", "expires_at", "quota_total", "quota_30_days"),
)
OPEN = Terms(audience=Audience.EVERYONE)  # What an offer adds to a consent's own terms.


class State(StrEnum):
    """Where an offer stands."""

    PROPOSED = "proposed"  # Until everyone who shares in it has agreed.
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"  # For new licences; those that were issued stand.


MACHINE: Machine[State] = Machine(
    {
        (None, "offer.opened"): State.OFFERED,  # Nobody else had to agree.
        (None, "offer.proposed"): State.PROPOSED,
        (State.PROPOSED, "offer.joined"): State.PROPOSED,  # One of several agreed.
        (State.PROPOSED, "offer.opened"): State.OFFERED,  # The last one did.
        (State.PROPOSED, "offer.withdrawn"): State.WITHDRAWN,
        (State.OFFERED, "offer.withdrawn"): State.WITHDRAWN,
    }
)


class Ending(StrEnum):
    """Ends of a licence after which what was published under it may stay."""

    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Share:
    """What one account gets of what an offer earns.

    Attributes:
        basis_points: Of WHOLE.
        accepted: The account agreed to the split.
    """

    account_id: str
    basis_points: int
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer, as it stands now.

    Attributes:
        account_id: Who made it: the work's owner, or the person who granted the consent.
        work_id: The work; None: it is on a likeness.
        consent_id: The consent that says what of the likeness is allowed, and costs what.
        title: What the work is called; empty for a likeness.
        terms: Of a work's licence; OPEN for a likeness, whose consent limits it.
        terms_version: Which terms of this offer these are, counted from 1.
        stays_after: Ends of a licence after which what was published may stay.
        shares: By account id; their basis points sum to WHOLE.
        salt: SALT_BYTES that open the digest; empty once the person is erased.
        digest: The ledger's commitment to what creators are shown, hexadecimal.
    """

    id: str
    account_id: str
    work_id: str | None
    consent_id: str | None
    title: str
    terms: Terms
    terms_version: int
    price: Price
    stays_after: tuple[Ending, ...]
    shares: tuple[Share, ...]
    salt: bytes
    digest: str
    state: State
    made_at: datetime
    ended_at: datetime | None

    @property
    def thing_id(self) -> str:
        """The work or the consent that it is on."""
        thing_id = self.work_id or self.consent_id
        assert thing_id is not None
        return thing_id

    def has_run_out(self, now: datetime) -> bool:
        """Say whether its terms permit nothing any more."""
        return self.terms.expires_at is not None and now >= self.terms.expires_at

    def is_open_to(self, creator_id: str, now: datetime) -> bool:
        """Say whether an account may accept it, as far as the offer itself says."""
        return (
            self.state is State.OFFERED
            and not self.has_run_out(now)
            and (self.terms.audience is Audience.EVERYONE or creator_id in self.terms.grantees)
        )

    def concerns(self, account_id: str) -> bool:
        """Say whether an account made it or shares in it."""
        return account_id in {self.account_id, *(share.account_id for share in self.shares)}

    def awaits(self, account_id: str) -> bool:
        """Say whether an account has to agree to its share before this is open."""
        return self.state is State.PROPOSED and any(
            share.account_id == account_id and not share.accepted for share in self.shares
        )


def evolve(offer: Offer | None, event: Event, *, made: Offer | None = None) -> Offer:
    """Return the offer after an event.

    Args:
        offer: As it stood; None before it was made.
        event: What happened; "offer.joined" and a later "offer.opened" are by one of the shares.
        made: The offer that an event makes.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(offer and offer.state, event.kind)
    if offer is None:
        assert made is not None
        return replace(made, state=state)
    assert offer.id == event.subject
    return replace(offer, state=state, ended_at=event.at if state is State.WITHDRAWN else None)


def joined(offer: Offer, account_id: str) -> tuple[Share, ...]:
    """Return the shares once an account has agreed to its own.

    Raises:
        RightsError: CONFLICT, when it agreed before; NOT_FOUND, when it has no share.
    """
    own = [share for share in offer.shares if share.account_id == account_id]
    if not own:
        raise RightsError(Code.NOT_FOUND, "there is no such offer")
    if own[0].accepted:
        raise RightsError(Code.CONFLICT, "you have agreed to this offer; others are still asked")
    return tuple(
        replace(share, accepted=True) if share.account_id == account_id else share
        for share in offer.shares
    )


def checked_terms(terms: Terms) -> Terms:
    """Return terms that a work can be licensed under.

    Raises:
        RightsError: INVALID.
    """
    terms = terms_domain.checked(terms)
    limits = {name: getattr(terms, name) for name in _LIMITS}
    if terms != Terms(audience=terms.audience, grantees=terms.grantees, **limits):
        raise RightsError(Code.INVALID, "these terms are for people, not for works")
    if terms.audience not in {Audience.EVERYONE, Audience.APPROVED}:
        detail = "an offer is for everyone, or for the creators that it names (“approved”)"
        raise RightsError(Code.INVALID, detail)
    return terms


def checked_shares(
    shares: Sequence[Share], account_id: str, *, by: str | None = None
) -> tuple[Share, ...]:
    """Return the shares of an offer, by account id; who makes it has agreed to theirs.

    Args:
        shares: The split; empty: all is of the account.
        account_id: Whose offer it is.
        by: Who makes it for them, if it is someone else: a split that takes anything from them is
            one that they agree to, like everyone who shares in it.

    Raises:
        RightsError: INVALID.
    """
    shares = shares or (Share(account_id, WHOLE),)
    if len(shares) > SHARES_MAX or len({share.account_id for share in shares}) < len(shares):
        detail = f"an offer is split between {SHARES_MAX} accounts at most, each named once"
        raise RightsError(Code.INVALID, detail)
    total = sum(share.basis_points for share in shares)
    if total != WHOLE or any(share.basis_points < 1 for share in shares):
        detail = f"shares are basis points, 1 at least, that sum to {WHOLE}; these sum to {total}"
        raise RightsError(Code.INVALID, detail)
    makers = {by or account_id}
    if by is not None:
        if account_id not in {share.account_id for share in shares}:
            raise RightsError(Code.INVALID, "who is licensed has a share in what that earns")
        if len(shares) == 1:
            makers.add(account_id)
    return tuple(
        replace(share, accepted=share.account_id in makers)
        for share in sorted(shares, key=lambda share: share.account_id)
    )


def shown(offer: Offer, terms: Terms) -> bytes:
    """Return what creators are shown of an offer: what its digest commits to.

    Args:
        offer: The offer.
        terms: Its own, or those of the consent that it is on.
    """
    hidden = {"audience", "grantees", "blocked", "price"}
    limits = {n: value for n, value in terms_domain.written(terms).items() if n not in hidden}
    for name in ("starts_at", "expires_at"):
        limits[name] = limits[name] and str(limits[name]).replace("+00:00", "Z")
    said = {
        "offer_id": offer.id,
        "work_id": offer.work_id,
        "consent_id": offer.consent_id,
        "terms": limits,
        "terms_version": offer.terms_version,
        "price": asdict(offer.price),
        "stays_after": sorted(offer.stays_after),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
