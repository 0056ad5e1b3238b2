"""Terms and wishes for tests: what one person's one consent says to one wish."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rightsd.domain import policy
from rightsd.domain.casting import Used
from rightsd.domain.consent import Consent, State
from rightsd.domain.policy import Decision, Facts
from rightsd.domain.terms import PERSONAL, Audience, Purpose, Terms, Use, checked
from rightsd.domain.topics import Topic

NOW = datetime(2030, 1, 2, tzinfo=UTC)
CREATOR = "acc_creator"
OWNER = "acc_owner"


def terms(**given: object) -> Terms:
    """Return checked terms; everyone may cast, unless they say otherwise."""
    given = ({} if "grantees" in given else {"audience": Audience.EVERYONE}) | given
    given["audience"] = Audience(given.get("audience", Audience.APPROVED))
    given["purposes"] = tuple(map(Purpose, given.get("purposes", ())))
    given["denied_topics"] = tuple(map(Topic, given.get("denied_topics", ())))
    return checked(Terms(**given))


def consent(given: Terms, consent_id: str = "con_1") -> Consent:
    return Consent(consent_id, "sub_ada", OWNER, given, 1, b"", State.GRANTED, NOW, None)


def decide(
    *consents: Consent,
    prompt: str = "@ada waves",
    use: Use = PERSONAL,
    creator_id: str = CREATOR,
    mutual: bool = False,
    used: Used | None = None,
    approved: bool = False,
    paused: bool = False,
    cameos: Sequence[str] = (),
    now: datetime = NOW,
) -> Decision:
    others = [handle for handle in cameos if handle != "ada"]
    facts = Facts(
        consents={"ada": consents} | {handle: [consent(terms(), "con_other")] for handle in others},
        opted_out=(),
        paused=["ada"] if paused else [],
        mutuals=[OWNER] if mutual else [],
        used={} if used is None else {each.id: used for each in consents},
        approved=[each.id for each in consents] if approved else [],
    )
    wish = policy.wish_of(creator_id, prompt, ["ada", *others], use)
    return policy.decide(wish, facts, now)


def said(decision: Decision) -> str:
    """Return "allow", or the rules that it cites."""
    rules = [f"{reason.rule}@{reason.version}" for reason in decision.reasons]
    return " ".join([decision.outcome.value, *rules])
