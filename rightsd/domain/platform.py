"""Platform: a service that shows our outputs, and is told when one may not be shown any more."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain import webhook
from rightsd.domain.events import Event, Value
from rightsd.domain.machine import Machine
from rightsd.domain.webhook import Scheme
from rightsd.errors import Code, RightsError

HOURS_MAX = 720
OVERLAP_MAX = timedelta(days=7)


class State(StrEnum):
    """Where a platform stands."""

    REGISTERED = "registered"
    DISABLED = "disabled"  # Nothing is sent; what is so still is told when it is enabled.
    CLOSED = "closed"


class Because(StrEnum):
    """Why a platform is disabled."""

    ASKED = "asked"
    GONE = "gone"  # It answered 410.
    UNREACHABLE = "unreachable"  # It took nothing for as long as one delivery is tried.


class Capability(StrEnum):
    """What a platform says it does when it is told."""

    REMOVE = "remove"  # It takes copies of an output out of sight.
    RESTORE = "restore"  # It shows them again when the output is restored.
    MATCH = "match"  # It looks for copies that it was not given by us.


MACHINE: Machine[State] = Machine(
    {
        (None, "platform.registered"): State.REGISTERED,
        (State.REGISTERED, "platform.changed"): State.REGISTERED,
        (State.DISABLED, "platform.changed"): State.DISABLED,
        (State.REGISTERED, "platform.disabled"): State.DISABLED,
        (State.DISABLED, "platform.enabled"): State.REGISTERED,
        (State.REGISTERED, "platform.closed"): State.CLOSED,
        (State.DISABLED, "platform.closed"): State.CLOSED,
    }
)


@dataclass(frozen=True, slots=True)
class Integration:
    """What a platform says of itself.

    Attributes:
        name: Of the service; everyone may read it.
        url: Where webhooks are sent to; it may hold a secret of theirs.
        contact: Whom to turn to.
        types: What it wants to be told of, in order.
        schemes: How what it is sent is signed, in order.
        capabilities: In order.
        acknowledge_hours: Within which it says that it has been told.
        remove_hours: Within which it has removed what was withdrawn.
        acknowledgement_key: What it signs acknowledgements with, `whpk_…`.
    """

    name: str
    url: str
    contact: str
    types: tuple[str, ...]
    schemes: tuple[Scheme, ...]
    capabilities: tuple[Capability, ...]
    acknowledge_hours: int
    remove_hours: int
    acknowledgement_key: str | None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a platform's webhooks are signed with.

    Attributes:
        secret: Of `v1`.
        previous: The secret before, or None.
        key_number: Of the key of `v1a`; the one before has the number before.
        overlap_until: Until when the previous secret and key sign as well.
    """

    secret: bytes = field(repr=False)
    previous: bytes | None = field(default=None, repr=False)
    key_number: int = 1
    overlap_until: datetime | None = None

    def rotated(self, secret: bytes, until: datetime) -> "Secrets":
        """Return these with another secret and key; those of now sign as well for a while."""
        return Secrets(secret, self.secret, self.key_number + 1, until)

    def all(self, now: datetime) -> list[tuple[bytes, int]]:
        """Return secrets and key numbers that sign now, the current ones first."""
        signing = [(self.secret, self.key_number)]
        overlaps = self.overlap_until is not None and now < self.overlap_until
        if self.previous is not None and overlaps:
            signing.append((self.previous, self.key_number - 1))
        return signing


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform, as it stands now."""

    id: str
    account_id: str
    integration: Integration
    secrets: Secrets
    state: State
    disabled_because: Because | None
    registered_at: datetime
    ended_at: datetime | None


_FORGOTTEN = Secrets(b"")


def checked(integration: Integration) -> Integration:
    """Return an integration that can be registered, its lists in order.

    The endpoint is not looked at: that needs the network.

    Raises:
        RightsError: INVALID.
    """
    unknown = set(integration.types) - webhook.TYPES
    if unknown or not integration.types:
        detail = f"types are some of: {', '.join(sorted(webhook.TYPES))}"
        raise RightsError(Code.INVALID, detail)
    if not integration.schemes:
        raise RightsError(Code.INVALID, "webhooks are signed: name a scheme, v1 or v1a")
    if integration.acknowledge_hours > integration.remove_hours:
        detail = "a platform says that it has been told before it has removed: these hours do not"
        raise RightsError(Code.INVALID, detail)
    if integration.acknowledgement_key is not None:
        webhook.parse_public_key(integration.acknowledgement_key)
    return replace(
        integration,
        types=tuple(sorted(set(integration.types))),
        schemes=tuple(sorted(set(integration.schemes))),
        capabilities=tuple(sorted(set(integration.capabilities))),
    )


def facts(account_id: str, integration: Integration) -> dict[str, Value]:
    """Return what the log says of an integration: what it promises, and what proves its word."""
    return {
        "account_id": account_id,
        "types": integration.types,
        "acknowledge_hours": integration.acknowledge_hours,
        "remove_hours": integration.remove_hours,
        "acknowledgement_key": integration.acknowledgement_key,
    }


def register(event: Event, integration: Integration, secret: bytes) -> Platform:
    """Return the platform that an event registers."""
    return Platform(
        id=event.subject,
        account_id=str(event.data["account_id"]),
        integration=integration,
        secrets=Secrets(secret),
        state=MACHINE.next(None, event.kind),
        disabled_because=None,
        registered_at=event.at,
        ended_at=None,
    )


def evolve(
    platform: Platform,
    event: Event,
    *,
    integration: Integration | None = None,
    secrets: Secrets | None = None,
) -> Platform:
    """Return the platform after an event; one that is closed has no endpoint or secret any more.

    Args:
        platform: As it stood.
        event: What happened.
        integration: What it says of itself now, if that has changed.
        secrets: What signs now, if that has changed.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    assert platform.id == event.subject
    state = MACHINE.next(platform.state, event.kind)
    after = replace(
        platform,
        integration=integration or platform.integration,
        secrets=secrets or platform.secrets,
        state=state,
    )
    if state is State.CLOSED:
        emptied = replace(after.integration, url="", contact="")
        return replace(
            after,
            integration=emptied,
            secrets=replace(_FORGOTTEN, key_number=after.secrets.key_number),
            disabled_because=None,
            ended_at=event.at,
        )
    if event.kind == "platform.disabled":
        return replace(after, disabled_because=Because(str(event.data["because"])))
    return after if state is State.DISABLED else replace(after, disabled_because=None)
