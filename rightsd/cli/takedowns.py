"""Saying in plain words what the proof of a takedown proves, and what in it is only claimed."""

from rightsd.domain.acknowledgement import Outcome
from rightsd.domain.takedown import Proven
from rightsd.workflows.exports.verifying import Audited

NAMED_MAX = 5  # Outputs that are out again; the log has the others.


def told(found: Audited, proven: Proven) -> list[str]:
    """Return what a good proof says, line by line."""
    whose = "" if proven.platform_id is None else f", the part of {proven.platform_id}"
    return [
        f"good: proof of the takedown for {proven.cause_id}{whose}, in {found.origin}",
        *_vouched(found, proven),
        *_claimed(proven),
        "it cannot show that nothing else was withdrawn, or came back: only the whole log can",
    ]


def _vouched(found: Audited, proven: Proven) -> list[str]:
    index, decided = proven.decision.index, proven.decision.event
    lines = [
        f"proven: {decided.kind} is entry {index}, of {decided.at:%Y-%m-%d %H:%M:%S} UTC",
        f"proven: {found.entries} entries are here, and in the log of {found.size} entries",
    ]
    if proven.last_at is None:
        lines.append("proven: nothing; no output was withdrawn because of it")
    else:
        lines.append(
            f"proven: {proven.outputs} outputs were withdrawn because of it, "
            f"the last {proven.last_at:%Y-%m-%d %H:%M:%S} UTC"
        )
    if proven.shown:
        more = len(proven.shown) - NAMED_MAX
        rest = f" and {more} more" if more > 0 else ""
        names = ", ".join(proven.shown[:NAMED_MAX])
        lines.append(f"proven: {len(proven.shown)} of them were restored since: {names}{rest}")
    answered = sum(proven.answers.values())
    if answered:
        lines.append(
            f"proven: for {answered} deliveries platforms signed an answer, under keys in the log"
        )
    return lines


def _claimed(proven: Proven) -> list[str]:
    if not proven.told:
        return ["no platform was to be told"]
    taken, deliveries = proven.delivered
    ended = ", ".join(f"{proven.answers[outcome]} {outcome}" for outcome in Outcome)
    open_ = deliveries - sum(proven.answers.values())
    noted, removed = proven.copies
    return [
        f"claimed by the daemon: {taken} of {deliveries} deliveries were taken, and when that was",
        f"claimed by the daemon: these were for {len(proven.told)} platforms, and no others",
        f"claimed by the platforms: {ended}; {open_} are unanswered",
        f"claimed by the platforms: {noted} copies were noted, {removed} of them are removed",
    ]
