"""What an audit bundle says beside the entries, and what follows from the entries alone.

Whoever writes a bundle and whoever verifies it use the same functions, so that neither can leave
something out that the other would not miss. api-specs/ledger.md describes both files.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from rightsd.domain.events import Event
from rightsd.domain.replay import Happened

# The members of an event's data that are stated, by the kinds of events that state something.
STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "generation.refused": ("outcome", "rulebook", "rules"),
    "notice.upheld": (),
    "notice.rejected": (),
    "notice.affirmed": (),
    "notice.reversed": (),
    "notice.restored": (),
    "key.introduced": ("statement",),
}
# And those that the check of the log's keys needs, by the kind.
KEYS: Mapping[str, tuple[str, ...]] = {
    "key.introduced": ("number", "old_vkey", "new_vkey"),
    "key.retired": ("vkey",),
}
RELIED = ("consents", "licences")  # What generations rest on.
NOTICE, GENERATION = "notice", "generation"

_ENCODER = json.JSONEncoder(sort_keys=True)  # Made once: it is asked for every other entry.

# history(id) returns what happened to a thing, in order.
History = Callable[[str], Sequence[Happened]]


def facts_of(event: Event) -> str | None:
    """Return what is needed of an event later, as JSON; None when its kind says it all."""
    noun = event.kind.partition(".")[0]
    facts: dict[str, object] = {}
    if event.kind in STATEMENTS:
        stated = STATEMENTS[event.kind]
        facts = {name: event.data[name] for name in stated if name in event.data}
        facts |= {"event_id": event.id, "at": event.body()["at"]}
    for name in KEYS.get(event.kind, ()):
        if name in event.data:
            facts[name] = event.data[name]
    for name in RELIED if noun == GENERATION else ():
        if event.data.get(name):
            facts[name] = event.data[name]
    if noun == NOTICE and event.data.get("generation_id"):
        facts["generation_id"] = event.data["generation_id"]
    if event.kind == "notice.received":
        facts["ground"] = event.data.get("kind")
    return _ENCODER.encode(facts) if facts else None


def subjects_of_case(notice_id: str, history: History) -> list[str]:
    """Return the things that a case is about, in order.

    They are the notice, the generation that it is against by any of its entries, and every consent
    and licence that this generation ever relied on by its own.
    """
    found = {notice_id}
    for notice in _facts(history(notice_id)):
        target = notice.get("generation_id")
        if isinstance(target, str):
            found.add(target)
            for made in _facts(history(target)):
                for relied in map(made.get, RELIED):
                    if isinstance(relied, list):
                        found.update(
                            one for one in cast("list[object]", relied) if isinstance(one, str)
                        )
    return sorted(found)


def statements(subject: str, happened: Sequence[Happened]) -> Iterator[dict[str, object]]:
    """Yield the decisions on record about a thing, in order."""
    if not any(event.kind in STATEMENTS for event in happened):
        return
    ground: object = None
    for event in happened:
        facts = _read(event.facts)
        ground = facts.get("ground", ground)
        if event.kind in STATEMENTS:
            statement: dict[str, object] = {
                "kind": event.kind,
                "subject": subject,
                "index": event.index,
                "event_id": facts["event_id"],
                "at": facts["at"],
            }
            for name in STATEMENTS[event.kind]:
                if name in facts:
                    statement[name] = facts[name]
            if event.kind.startswith(f"{NOTICE}."):
                statement |= {"ground": ground, "outcome": event.kind.partition(".")[2]}
            yield statement


def _facts(happened: Sequence[Happened]) -> Iterator[dict[str, Any]]:
    return (_read(event.facts) for event in happened if event.facts is not None)


def _read(facts: str | None) -> dict[str, Any]:
    return {} if facts is None else json.loads(facts)
