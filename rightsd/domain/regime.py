"""Regimes: what a notice must hold by which law, and which clocks run. This is no legal advice.

The laws are data, in `regimes/*.toml`, each with its source and how well that is known to us:
primary (we have read the official text), secondary (a summary of it) or operator (no law says; it
is the operator's own rule). One regime governs each kind of notice: what it asks for decides
whether a notice is whole. Others may apply beside it, and the shortest clock of all wins.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from rightsd.domain import clocks, letter
from rightsd.domain.clocks import Calendar, Clock, SetBy, What, Window
from rightsd.domain.letter import Language
from rightsd.errors import Code, RightsError

NO_ADVICE: Mapping[Language, str] = {
    Language.EN: "This is no legal advice. Whoever gives a false notice may be liable for it.",
    Language.JA: "これは法的助言ではありません。虚偽の通知には法的責任を伴うことがあります。",
}
# How long what someone says may be, in characters, by the field.
LENGTHS: Mapping[str, int] = {
    "name": 200,
    "email": 254,
    "telephone": 200,
    "signature": 200,
    "address": 2_000,
    "work": 2_000,
    "location": 2_000,
    "statement": 4_000,
}
_HOLIDAYS: Mapping[str, Callable[[int], frozenset[date]]] = {
    "us-federal": clocks.us_federal,
    "target": clocks.target,
    "none": clocks.none,
}


class Kind(StrEnum):
    """On what ground a notice is given."""

    COPYRIGHT = "copyright"
    TRADEMARK = "trademark"
    LIKENESS = "likeness"  # Or voice.
    INTIMATE = "intimate"  # Intimate pictures of someone who did not consent, made up or not.
    PRIVACY = "privacy"
    ILLEGAL = "illegal"  # Whatever else is illegal.


class Confidence(StrEnum):
    """How well we know what a law says."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a notice says. Personal data; what was not said is empty.

    Attributes:
        salt: Opens the ledger's commitment to it.
        work: The work, mark or person whose right it is.
        location: Where the clip is, in whatever words.
        exact: The location is an id or a URL of ours, or a reviewer has found the clip.
        authorised: That they may act for whose right it is, under penalty of perjury.
        offence_against_child: It is about an offence of Directive 2011/93/EU, Articles 3 to 7.
        territory: The country from which they complain, ISO 3166-1.
        language: In which they are written to.
    """

    kind: Kind
    name: str
    email: str
    statement: str
    salt: bytes
    telephone: str = ""
    address: str = ""
    signature: str = ""
    work: str = ""
    location: str = ""
    exact: bool = False
    good_faith: bool = False
    accurate: bool = False
    authorised: bool = False
    not_consented: bool = False
    offence_against_child: bool = False
    territory: str = ""
    language: Language = Language.EN


@dataclass(frozen=True, slots=True)
class Counter:
    """What a counter-notice says. Personal data.

    Attributes:
        material: What was taken down, and where it was.
        mistaken: That this was a mistake, under penalty of perjury.
        jurisdiction: Consent to the jurisdiction of a court.
        service: That service of process is accepted.
    """

    name: str
    address: str
    telephone: str
    signature: str
    material: str
    statement: str
    salt: bytes
    mistaken: bool = False
    jurisdiction: bool = False
    service: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """Something that must be said.

    Attributes:
        fields: Of the claim or counter-notice; one of them is enough.
        cite: Where the law asks for it.
        waived_by: The field that makes it unnecessary.
        words: What it is, in plain words, by the language.
    """

    id: str
    fields: tuple[str, ...]
    cite: str
    words: Mapping[Language, str]
    waived_by: str | None = None

    def is_in(self, said: Claim | Counter) -> bool:
        """Return whether it is said, or need not be."""
        if self.waived_by is not None and getattr(said, self.waived_by):
            return True
        return any(getattr(said, name) for name in self.fields)


@dataclass(frozen=True, slots=True)
class Length:
    """How long a clock runs, and when it starts.

    Attributes:
        kinds: Of notices that it runs for.
        when_whole: It starts once nothing is missing; otherwise with the receipt of whatever came.
    """

    what: What
    kinds: frozenset[Kind]
    set_by: SetBy
    when_whole: bool
    hours: int | None
    days: int | None
    business_days: int | None


@dataclass(frozen=True, slots=True)
class Putback:
    """The right to a counter-notice: what it must say, and when the output is put back."""

    elements: tuple[Element, ...]
    business_days_min: int
    business_days_max: int


@dataclass(frozen=True, slots=True)
class Regime:
    """One law, or the operator's own terms.

    Attributes:
        governs: The kinds of notices of which it says whether they are whole.
        also: Kinds for which its clocks run beside those.
        territories: Where it applies; everywhere if there are none.
        counter: None where it knows no counter-notice.
        kept: For how long what people wrote in a notice that it governs is kept once that is
            closed, and nobody can appeal any more.
    """

    id: str
    title: Mapping[Language, str]
    source: str
    confidence: Confidence
    governs: frozenset[Kind]
    also: frozenset[Kind]
    territories: frozenset[str]
    calendar: Calendar
    elements: tuple[Element, ...]
    lengths: tuple[Length, ...]
    counter: Putback | None
    kept: timedelta

    def applies_to(self, claim: Claim) -> bool:
        """Return whether it applies to a notice."""
        there = not self.territories or claim.territory in self.territories
        return there and claim.kind in self.governs | self.also

    def missing(self, claim: Claim) -> tuple[Element, ...]:
        """Return what it asks for and a claim does not say."""
        return tuple(element for element in self.elements if not element.is_in(claim))

    def clock(self, length: Length, starts_at: datetime) -> Clock:
        """Return a clock of a length that starts now."""
        if length.hours is not None:
            due_at = clocks.after_hours(starts_at, length.hours)
        elif length.days is not None:
            due_at = clocks.after_days(starts_at, length.days, self.calendar)
        else:
            assert length.business_days is not None
            due_at = clocks.after_business_days(starts_at, length.business_days, self.calendar)
        return Clock(length.what, self.id, length.set_by, starts_at, due_at)


def governing(kind: Kind) -> Regime:
    """Return the regime that says whether a notice of a kind is whole."""
    return next(regime for regime in REGIMES if kind in regime.governs)


def require(claim: Claim) -> None:
    """Check what a notice says, however little that is.

    Raises:
        RightsError: INVALID: something is too long, or the e-mail address is none.
    """
    for name, most in LENGTHS.items():
        said = getattr(claim, name)
        if len(said) > most or "\0" in said:
            detail = f"{name} has at most {most:,} characters"
            raise RightsError(Code.INVALID, detail, {"field": name, "most": most})
    if claim.email and not letter.is_address(claim.email):
        detail = "this is no e-mail address that we can write to"
        raise RightsError(Code.INVALID, detail, {"field": "email"})


def missing(claim: Claim) -> tuple[Element, ...]:
    """Return what is missing in a notice before it is whole, in the order of the law."""
    return governing(claim.kind).missing(claim)


def missing_in_counter(kind: Kind, counter: Counter) -> tuple[Element, ...] | None:
    """Return what is missing in a counter-notice, or None where there is no right to one."""
    putback = governing(kind).counter
    if putback is None:
        return None
    return tuple(element for element in putback.elements if not element.is_in(counter))


def say(elements: Sequence[Element], language: Language) -> str:
    """Return what is missing as one sentence."""
    words = [element.words[language] for element in elements]
    if language is Language.JA:
        return f"不足している事項: {'、'.join(words)}。"
    return f"this is missing: {'; '.join(words)}"


def running(
    what: What, claim: Claim, *, received_at: datetime, whole_at: datetime | None
) -> tuple[Clock, ...]:
    """Return the clocks that run for a notice, the shortest first.

    Args:
        what: Which of them.
        claim: What it says.
        received_at: When it came, or when what is to be answered did.
        whole_at: When nothing was missing any more by what governs it; None: something is.
    """
    found = [
        regime.clock(length, start)
        for regime in REGIMES
        if regime.applies_to(claim)
        for length in regime.lengths
        if length.what is what and claim.kind in length.kinds
        if (start := whole_at if length.when_whole else received_at) is not None
    ]
    return tuple(sorted(found, key=lambda clock: (clock.due_at, clock.regime)))


def putback(kind: Kind, countered_at: datetime) -> Window:
    """Return when an output is put back that was countered, where there is a right to that."""
    regime = governing(kind)
    assert regime.counter is not None
    least, most = regime.counter.business_days_min, regime.counter.business_days_max
    return clocks.putback(countered_at, least, most, regime.calendar)


def _load() -> tuple[Regime, ...]:
    folder = files("rightsd.domain") / "regimes"
    paths = sorted(path.name for path in folder.iterdir() if path.name.endswith(".toml"))
    return tuple(_regime(tomllib.loads((folder / name).read_text("utf-8"))) for name in paths)


def _regime(read: Mapping[str, Any]) -> Regime:
    governs, also = _kinds(read["governs"]), _kinds(read["also"])
    counter = read.get("counter")
    return Regime(
        id=read["id"],
        title=_words(read["title"]),
        source=read["source"],
        confidence=Confidence(read["confidence"]),
        governs=governs,
        also=also,
        territories=frozenset(read.get("territories", ())),
        calendar=Calendar(
            ZoneInfo(read["zone"]),
            _HOLIDAYS[read["calendar"]],
            frozenset(read.get("holidays", ())),
        ),
        elements=tuple(map(_element, read["element"])),
        lengths=tuple(_length(each, governs | also) for each in read["clock"]),
        counter=counter
        and Putback(
            tuple(map(_element, counter["element"])),
            counter["business_days_min"],
            counter["business_days_max"],
        ),
        kept=timedelta(days=read["kept_days"]),
    )


def _element(read: Mapping[str, Any]) -> Element:
    words = _words(read["text"])
    fields = tuple(read["fields"])
    return Element(read["id"], fields, read["cite"], words, read.get("waived_by"))


def _length(read: Mapping[str, Any], kinds: frozenset[Kind]) -> Length:
    lengths = {name: read.get(name) for name in ("hours", "days", "business_days")}
    if sum(value is not None for value in lengths.values()) != 1:
        raise ValueError("a clock has a number of hours, days or business days")
    return Length(
        what=What(read["what"]),
        kinds=_kinds(read["kinds"]) if "kinds" in read else kinds,
        set_by=SetBy(read["set_by"]),
        when_whole={"whole": True, "received": False}[read["starts"]],
        **lengths,
    )


def _kinds(read: Sequence[str]) -> frozenset[Kind]:
    return frozenset(map(Kind, read))


def _words(read: Mapping[str, str]) -> Mapping[Language, str]:
    return {language: read[language.value] for language in Language}


REGIMES = _load()
