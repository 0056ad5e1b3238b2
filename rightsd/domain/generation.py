"""Generation: a request, the decision on it, and the output that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.policy import Decision, Outcome
from rightsd.domain.principal import Role
from rightsd.domain.terms import PERSONAL, Use
from rightsd.errors import Code, RightsError

MAKERS = (Role.CREATOR, Role.PERSON)  # People cast themselves, and whoever lets them.
SECONDS_MAX = 60
PIXELS_MAX = 1920 * 1080
SIDE_MIN = 64
SIDE_MAX = 1920
SEED_MAX = 2**31 - 1
SALT_BYTES = 32


class State(StrEnum):
    """Where a generation stands."""

    HELD = "held"  # Until everyone who wants to see a use first, and any reviewer, has said yes.
    REQUESTED = "requested"
    REFUSED = "refused"
    FAILED = "failed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


MACHINE: Machine[State] = Machine(
    {
        (None, "generation.requested"): State.REQUESTED,
        (None, "generation.refused"): State.REFUSED,
        (None, "generation.held"): State.HELD,
        # One of several, or a reviewer, said yes, or what it waits for has changed.
        (State.HELD, "generation.endorsed"): State.HELD,
        (State.HELD, "generation.approved"): State.REQUESTED,
        (State.HELD, "generation.refused"): State.REFUSED,
        # It rests on another consent now, or a doubt has come up.
        (State.REQUESTED, "generation.held"): State.HELD,
        (State.REQUESTED, "generation.refused"): State.REFUSED,  # A later decision said no.
        # On appeal a second reviewer finds otherwise than the one who refused it.
        (State.REFUSED, "generation.reinstated"): State.HELD,
        (State.REQUESTED, "generation.failed"): State.FAILED,
        (State.REQUESTED, "generation.published"): State.PUBLISHED,
        # It resembles an opted-out work, not closely enough to be withdrawn unseen.
        (State.PUBLISHED, "generation.doubted"): State.PUBLISHED,
        (State.PUBLISHED, "generation.withdrawn"): State.WITHDRAWN,
        # On appeal a second reviewer finds that it does not show the work after all.
        (State.WITHDRAWN, "generation.restored"): State.PUBLISHED,
        # On one platform it may not be shown, and is out on the others.
        (State.PUBLISHED, "generation.delisted"): State.PUBLISHED,
        (State.PUBLISHED, "generation.relisted"): State.PUBLISHED,
        (State.WITHDRAWN, "generation.relisted"): State.WITHDRAWN,
        # Whoever asked for it shows it to everyone, or no more.
        (State.PUBLISHED, "generation.shared"): State.PUBLISHED,
        (State.PUBLISHED, "generation.unshared"): State.PUBLISHED,
        (State.WITHDRAWN, "generation.unshared"): State.WITHDRAWN,
    }
)
UNDER_WAY = frozenset({State.HELD, State.REQUESTED})
LIVE = UNDER_WAY | {State.PUBLISHED}
BEGINNING: Mapping[Outcome, State] = {
    Outcome.ALLOW: State.REQUESTED,
    Outcome.HOLD: State.HELD,
    Outcome.REFUSE: State.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for. The prompt is personal data; the ledger holds a commitment to it.

    Attributes:
        seconds: Length of the clip, 1..SECONDS_MAX.
        width: Pixels, even.
        height: Pixels, even.
        salt: 32 bytes that open the commitment.
        people: Ids of the subjects that it would cast, as far as there are any by these handles.
        use: What it is for, as they say.
    """

    prompt: str
    cameos: tuple[str, ...]
    seed: int
    seconds: int
    width: int
    height: int
    salt: bytes
    people: tuple[str, ...] = ()
    use: Use = PERSONAL


@dataclass(frozen=True, slots=True)
class Output:
    """The released file.

    Attributes:
        sha256: Of the whole file, hexadecimal; its name in the blob store.
        size: Bytes.
        manifest_id: URN of its C2PA manifest.
        event_id: The event that published it.
    """

    sha256: str
    size: int
    manifest_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation, as it stands now.

    Attributes:
        watermark_id: What its watermark says, 60 bits; None when it was refused at once.
        reason: Why it was refused later, failed or was withdrawn, in one sentence.
        because_of: Id of what it was refused or withdrawn for: what it relied on, or what stands
            against it; None: it was the decision on the request itself, or nothing by name.
    """

    id: str
    account_id: str
    wanted: Wanted
    decision: Decision
    watermark_id: int | None
    state: State
    requested_at: datetime
    ended_at: datetime | None
    output: Output | None
    reason: str | None
    because_of: str | None = None

    @property
    def about(self) -> tuple[str, ...]:
        """Ids of all whom the request is about: who asked, then whom it would cast.

        When one of them is erased, so are its words, and the prompt is empty.
        """
        return (self.account_id, *self.wanted.people)


def evolve(
    generation: Generation | None,
    event: Event,
    *,
    wanted: Wanted | None = None,
    decision: Decision | None = None,
    watermark_id: int | None = None,
    output: Output | None = None,
    reason: str | None = None,
) -> Generation:
    """Return the generation after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(generation and generation.state, event.kind)
    if generation is None:
        assert wanted is not None
        assert decision is not None
        assert state is BEGINNING[decision.outcome]
        return Generation(
            id=event.subject,
            account_id=str(event.data["account_id"]),
            wanted=wanted,
            decision=decision,
            watermark_id=watermark_id,
            state=state,
            requested_at=event.at,
            ended_at=None if state in UNDER_WAY else event.at,
            output=None,
            reason=reason,
        )
    assert generation.id == event.subject
    cause = event.data.get("because_of") if state in {State.REFUSED, State.WITHDRAWN} else None
    return replace(
        generation,
        state=state,
        decision=decision or generation.decision,
        output=output or generation.output,
        reason=reason,
        ended_at=None if state in UNDER_WAY else event.at,
        because_of=str(cause) if cause is not None else None,
    )


def require_shareable(generation: Generation) -> None:
    """Check that an output can be shown to everyone: there is one, and it is for everywhere.

    Raises:
        RightsError: CONFLICT.
    """
    MACHINE.next(generation.state, "generation.shared")
    use = generation.wanted.use
    if use.territories or use.platforms:
        detail = "it was asked for to be shown in certain places alone, and here everyone sees it"
        raise RightsError(Code.CONFLICT, detail)


def withdrawal_causes(facts: Mapping[str, list[str]]) -> str | None:
    """Return why an output may no longer be shown, or None when nothing stands against it.

    Args:
        facts: Ids by what they are: "revocations", "optouts" and "notices" that stand, "consents"
            and "licences" that ended; as "references" the opt-outs of works that it shows; as
            "outputs" what keeps those from being shown that it is made of, and as "staydowns" why
            what it is a copy of is to stay down.
    """
    words = {
        "revocations": "what it relied on was taken back",
        "consents": "a consent that it relied on has ended",
        "licences": "a licence that it relied on has ended",
        "optouts": "a work that it names has been opted out",
        "references": "it shows a work that has been opted out",
        "notices": "a takedown notice against it was upheld",
        "staydowns": "it is a copy of what is to stay down",
        "outputs": "a clip that it is made of is not shown any more",
    }
    causes = [words[name] for name in words if facts.get(name)]
    return "; ".join(causes) or None
