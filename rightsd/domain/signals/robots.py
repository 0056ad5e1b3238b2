"""robots.txt: who may crawl what, and the preferences that stand beside it.

Sources: RFC 9309 for groups; draft-ietf-aipref-attach for Content-Usage; the Content-Signal lines
that a large network adds; RSL 1.0 for License. What crawlers that feed no generator are told, or
everyone, is about load and search, and reserves nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rightsd.domain.signals import aipref
from rightsd.domain.signals.reservation import (
    Reservation,
    SignalError,
    Source,
    Stance,
    Use,
    combine,
    require_few,
    shown,
)

BYTES_MAX = 512 * 1024  # RFC 9309 asks for 500 KiB at least.
LINES_MAX = 50_000
GROUPS_MAX = 2_000
LICENCES_MAX = 8

# What is done with what each of these fetches, by their operators' own words. In lower case.
CRAWLERS: Mapping[str, Use] = {
    "ai2bot": Use.TRAIN,
    "amazonbot": Use.TRAIN,
    "anthropic-ai": Use.TRAIN,
    "applebot-extended": Use.TRAIN,
    "bytespider": Use.TRAIN,
    "ccbot": Use.TRAIN,
    "chatgpt-user": Use.INPUT,
    "claude-user": Use.INPUT,
    "claudebot": Use.TRAIN,
    "cohere-ai": Use.INPUT,
    "cohere-training-data-crawler": Use.TRAIN,
    "diffbot": Use.MINE,
    "facebookbot": Use.TRAIN,
    "google-extended": Use.TRAIN,
    "gptbot": Use.TRAIN,
    "imagesiftbot": Use.TRAIN,
    "img2dataset": Use.TRAIN,
    "meta-externalagent": Use.TRAIN,
    "meta-externalfetcher": Use.INPUT,
    "mistralai-user": Use.INPUT,
    "omgili": Use.MINE,
    "omgilibot": Use.MINE,
    "pangubot": Use.TRAIN,
    "perplexity-user": Use.INPUT,
    "timpibot": Use.TRAIN,
}
_SIGNALS = {"ai-train": Use.TRAIN, "ai-input": Use.INPUT, "search": Use.SEARCH}
_WORDS = {"yes": Stance.ALLOW, "no": Stance.DENY}


@dataclass(frozen=True, slots=True)
class Robots:
    """What a robots.txt says.

    Attributes:
        reservations: Its statements.
        licences: Where it says that its RSL documents are, as it was written.
    """

    reservations: tuple[Reservation, ...]
    licences: tuple[str, ...]


@dataclass(slots=True)
class _Group:
    agents: list[str] = field(default_factory=list[str])
    rules: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def parse(data: bytes) -> Robots:
    """Return what a robots.txt says; lines that mean nothing are passed over.

    Raises:
        SignalError: It is beyond a limit.
    """
    if len(data) > BYTES_MAX:
        raise SignalError(f"it has more than {BYTES_MAX} bytes")
    groups: list[_Group] = []
    licences: list[str] = []
    for key, value in _lines(data):
        if key == "user-agent":
            if not groups or groups[-1].rules:
                groups.append(_Group())
            # RFC 9309 has a bare name; what follows one, as in "GPTBot/1.0", is none of it.
            groups[-1].agents.append(value.lower().partition("/")[0].strip())
        elif key == "license" and value:
            licences.append(value)
        elif key in {"allow", "disallow", "content-usage", "content-signal"} and groups:
            groups[-1].rules.append((key, value))
        if len(groups) > GROUPS_MAX or len(licences) > LICENCES_MAX:
            raise SignalError("it has too many groups or licences")
    found = [each for group in groups for each in _reservations(group)]
    return Robots(require_few(found), tuple(dict.fromkeys(licences)))


def _lines(data: bytes) -> Iterator[tuple[str, str]]:
    lines = data.decode("utf-8-sig", "replace").replace("\r", "\n").split("\n", LINES_MAX)
    if len(lines) > LINES_MAX:
        raise SignalError(f"it has more than {LINES_MAX} lines")
    for line in lines:
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _reservations(group: _Group) -> Iterator[Reservation]:
    crawlers = tuple(dict.fromkeys(agent for agent in group.agents if agent in CRAWLERS))
    crawling = {CRAWLERS[crawler]: Stance.DENY for crawler in crawlers}
    everyone = not group.agents or "*" in group.agents
    agents = () if everyone else tuple(dict.fromkeys(filter(shown, group.agents)))
    stated: dict[tuple[Source, str], list[dict[Use, Stance]]] = {}
    for key, value in group.rules:
        if key == "disallow" and value and crawling:
            yield Reservation(source=Source.ROBOTS, scope=value, uses=crawling, agents=crawlers)
        elif key == "content-usage":
            scope, uses = _with_path(value)
            stated.setdefault((Source.AIPREF, scope), []).append(aipref.preferences(uses))
        elif key == "content-signal":
            stated.setdefault((Source.CONTENT_SIGNAL, "/"), []).append(_signals(value))
    for (source, scope), statements in stated.items():
        if uses := combine(statements):
            yield Reservation(source=source, scope=scope, uses=uses, agents=agents)


def _with_path(value: str) -> tuple[str, str]:
    """Split "/path train-ai=n"; without a path it is about everything."""
    if not value.startswith("/"):
        return "/", value
    path, *rest = value.split(None, 1)
    return path, rest[0] if rest else ""


def _signals(value: str) -> dict[Use, Stance]:
    pairs = (pair.partition("=") for pair in value.lower().split(","))
    said = [(label.strip(), word.strip()) for label, _, word in pairs]
    return combine(
        {_SIGNALS[label]: _WORDS[word]}
        for label, word in said
        if label in _SIGNALS and word in _WORDS
    )
