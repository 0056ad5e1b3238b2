"""The post-mortem of an incident as Markdown: what staff, auditors and the public desk read.

It names things by their ids and people by their accounts' ids, so nobody is named in it whom its
own words do not name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from rightsd.domain.events import Event
from rightsd.domain.incident import Done, Incident, Link, Note, Part
from rightsd.domain.runbook import Runbook, Strand

Language = Literal["en", "ja"]


@dataclass(frozen=True, slots=True)
class Happened:
    """Something in the timeline.

    Attributes:
        strand: Of the link; None for what happened to the incident itself.
    """

    event: Event
    strand: Strand | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that there is of an incident.

    Attributes:
        states: Where each linked thing stands, by its id.
        timeline: What happened to all of it, in order.
        whole: Whether that is everything, or the newest of it.
        notes: None for those who do not see them.
    """

    incident: Incident
    runbook: Runbook
    links: Sequence[Link]
    states: Mapping[str, str]
    parts: Mapping[Part, str]
    steps: Sequence[Done]
    timeline: Sequence[Happened]
    whole: bool
    notes: Sequence[Note] | None


_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Post-mortem", "事後報告"),
    "severity": ("Severity", "重大度"),
    "state": ("State", "状態"),
    "detected": ("Detected", "検知"),
    "opened": ("Opened", "開始"),
    "contained": ("Contained", "封じ込め"),
    "resolved": ("Resolved", "解決"),
    "closed": ("Closed", "終了"),
    "after": ("after detection", "検知から"),
    "who": ("Who did what", "担当"),
    "things": ("What it was about", "対象"),
    "steps": ("Runbook", "手順"),
    "late": ("late", "遅延"),
    "open": ("not done", "未実施"),
    "timeline": ("Timeline", "経過"),
    "cut": ("Only the newest events are shown.", "最新の記録のみを表示しています。"),
    "notes": ("Notes", "記録"),
    "impact": ("Impact", "影響"),
    "cause": ("Cause", "原因"),
    "worked": ("What worked", "うまくいったこと"),
    "changes": ("What will change", "今後の変更"),
}


def render(dossier: Dossier, language: Language) -> str:
    """Return the post-mortem; before an incident is closed, what there is of it so far."""

    def say(name: str) -> str:
        return _WORDS[name][("en", "ja").index(language)]

    incident = dossier.incident
    lines = [
        f"# {say('title')}: {_line(incident.title)}",
        "",
        f"- `{incident.id}`",
        f"- {say('severity')}: {incident.severity}",
        f"- {say('state')}: {incident.state}",
        *_times(incident, say("after"), [say(each) for each in _TIMES]),
        *_section(say("who"), [f"- {part}: `{who}`" for part, who in dossier.parts.items()]),
        *_section(
            say("things"),
            [
                f"- {link.strand}: `{link.thing_id}` ({dossier.states[link.thing_id]})"
                for link in dossier.links
            ],
        ),
        *_section(say("steps"), _steps(dossier, language, say("late"), say("open"))),
        *_section(say("timeline"), _timeline(dossier, say("cut"))),
        *_section(say("notes"), _notes(dossier.notes or ())),
    ]
    if incident.lessons is not None:
        for name in ("impact", "cause", "worked", "changes"):
            lines += _section(say(name), [_block(getattr(incident.lessons, name))])
    return "\n".join(lines) + "\n"


_TIMES = ("detected", "opened", "contained", "resolved", "closed")


def _times(incident: Incident, after: str, names: Sequence[str]) -> list[str]:
    moments = [getattr(incident, f"{name}_at") for name in _TIMES]
    return [
        f"- {name}: {_moment(moment)} ({_span(moment - incident.detected_at)} {after})"
        for name, moment in zip(names, moments, strict=True)
        if moment is not None
    ]


def _steps(dossier: Dossier, language: Language, late: str, missing: str) -> list[str]:
    done = {each.step_id: each for each in dossier.steps}
    lines: list[str] = []
    for step in dossier.runbook.steps:
        made = done.get(step.id)
        due = dossier.incident.opened_at + step.within
        if made is None:
            said = f"{missing} (≤ {_moment(due)})"
        else:
            said = f"{_moment(made.done_at)}{'' if made.done_at <= due else f', {late}'}"
        lines.append(f"- [{' ' if made is None else 'x'}] {step.title[language]} — {said}")
    return lines


def _timeline(dossier: Dossier, cut: str) -> list[str]:
    lines = [] if dossier.whole else [cut, ""]
    for each in dossier.timeline:
        strand = f" · {each.strand}" if each.strand else ""
        event = each.event
        lines.append(f"- {_moment(event.at)} `{event.kind}` `{event.subject}`{strand}")
    return lines


def _notes(notes: Sequence[Note]) -> list[str]:
    return [
        f"- {_moment(note.noted_at)} {note.strand} `{note.account_id}`: {_line(note.text or '')}"
        for note in notes
    ]


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"## {title}", "", *lines] if lines else []


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _span(span: timedelta) -> str:
    hours, seconds = divmod(int(span.total_seconds()), 3600)
    return f"{hours} h {seconds // 60:02} min"


def _line(text: str) -> str:
    """Return words as one line that cannot become a heading, a list, a link or markup."""
    return " ".join(_plain(text).split())


def _block(text: str) -> str:
    """Return words as a quotation, so that whatever begins a line in them stays inside."""
    return "\n".join(f"> {line}" for line in _plain(text).splitlines())


def _plain(text: str) -> str:
    return "".join(f"\\{each}" if each in "\\`*_[]<>#|!" else each for each in text)
