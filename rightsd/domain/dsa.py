"""Statements of reasons, as the Transparency Database of the European Commission takes them.

One for every withdrawal of an output that was out: Regulation (EU) 2022/2065, Articles 17 and
24(5). They are drawn up from the log, and from whose notices are of trusted flaggers; they name
no one. Which law or term a withdrawal rests on is what this daemon assumes, and no legal advice.

Source: the fields and values of the database's own form, as of June 2026.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rightsd.domain.events import Event

BATCH_MAX = 100  # In one request to the database.
WITHDRAWN, PUBLISHED = "generation.withdrawn", "generation.published"

# The European Economic Area: an output is withdrawn everywhere.
TERRITORY = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
_TERMS = "Terms of service: an output is shown only while those whom it shows permit it"
_WORKS = "Terms of service: an output is shown only while the owners of works that it shows do"


class Category(StrEnum):
    """What it is about; those of the database's categories that occur here."""

    VIOLENCE = "STATEMENT_CATEGORY_CYBER_VIOLENCE"
    PRIVACY = "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
    MINORS = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS"
    WORKS = "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS"
    UNSPECIFIED = "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE"
    TERMS = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


class Source(StrEnum):
    """Who brought it up."""

    ARTICLE_16 = "SOURCE_ARTICLE_16"
    TRUSTED_FLAGGER = "SOURCE_TRUSTED_FLAGGER"
    OTHER = "SOURCE_TYPE_OTHER_NOTIFICATION"
    VOLUNTARY = "SOURCE_VOLUNTARY"


class Detected(StrEnum):
    """Whether machines found the output, and not whoever asked."""

    BY_MACHINE = "Yes"
    NAMED = "No"


class Decided(StrEnum):
    """How far no person decided."""

    FULLY = "AUTOMATED_DECISION_FULLY"
    PARTIALLY = "AUTOMATED_DECISION_PARTIALLY"
    BY_PEOPLE = "AUTOMATED_DECISION_NOT_AUTOMATED"


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a withdrawal rests.

    Attributes:
        law: The law, if the output is held to be illegal; else the terms were broken.
        text: The law or the term.
        explanation: Why, in a sentence.
    """

    law: bool
    text: str
    explanation: str
    category: Category
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class How:
    """How it came about; `facts` says what happened, in a sentence or two."""

    facts: str
    source: Source
    detected: Detected
    decided: Decided


# By the kind of notice, as `notice.received` has it.
NOTICES: Mapping[str, Ground] = {
    "copyright": Ground(
        law=True,
        text="Directive 2001/29/EC, Articles 2 and 3",
        explanation="The generated video reproduces a protected work without permission.",
        category=Category.WORKS,
        keywords=("KEYWORD_COPYRIGHT_INFRINGEMENT",),
    ),
    "trademark": Ground(
        law=True,
        text="Regulation (EU) 2017/1001, Article 9, and Directive (EU) 2015/2436, Article 10",
        explanation="The generated video uses a protected mark without permission.",
        category=Category.WORKS,
        keywords=("KEYWORD_TRADEMARK_INFRINGEMENT",),
    ),
    "likeness": Ground(
        law=True,
        text="National law on the right to one's own image and voice",
        explanation="The generated video imitates a person who did not permit it.",
        category=Category.VIOLENCE,
        keywords=("KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE",),
    ),
    "intimate": Ground(
        law=True,
        text="Directive (EU) 2024/1385, Article 5",
        explanation="The generated video shows a person intimately who did not permit it.",
        category=Category.VIOLENCE,
        keywords=(
            "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING",
            "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE",
        ),
    ),
    "privacy": Ground(
        law=True,
        text="Regulation (EU) 2016/679, Articles 6 and 17",
        explanation="The generated video has personal data of someone who did not permit it.",
        category=Category.PRIVACY,
        keywords=("KEYWORD_RIGHT_TO_BE_FORGOTTEN",),
    ),
    "illegal": Ground(
        law=True,
        text="The law that the notice names, under Regulation (EU) 2022/2065, Article 16",
        explanation="The notice was found to be right in that the generated video is illegal.",
        category=Category.UNSPECIFIED,
    ),
}
# Of a notice of any kind that says so, once a person has found it to be right.
AGAINST_CHILD = Ground(
    law=True,
    text="Directive 2011/93/EU, Articles 3 to 7",
    explanation="The notice was found to be right in that the generated video is about the sexual"
    " abuse or exploitation of a child.",
    category=Category.MINORS,
    keywords=("KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL",),
)
_PERSON = Ground(
    law=False,
    text=_TERMS,
    explanation="Someone who is in the generated video does not permit it any more.",
    category=Category.PRIVACY,
    keywords=("KEYWORD_MISSING_PROCESSING_GROUND",),
)
_WORK = Ground(
    law=False,
    text=_WORKS,
    explanation="The owner of a work in the generated video does not permit it.",
    category=Category.WORKS,
    keywords=("KEYWORD_COPYRIGHT_INFRINGEMENT",),
)
_ANY = Ground(
    law=False,
    text="Terms of service",
    explanation="The generated video may not be shown any more.",
    category=Category.TERMS,
)
_FOUND_IN_RECORDS = " The outputs that this concerns were found in the records, by machine."
_FOUND_BY_MATCHING = " The output was found by comparing names, texts or pictures, by machine."

# By the first letters of the id of what an output goes against. Notices and revocations: below.
_GROUNDS: Mapping[str, tuple[Ground, How]] = {
    "con": (
        _PERSON,
        How(
            f"A person ended the consent that the output rests on.{_FOUND_IN_RECORDS}",
            *(Source.OTHER, Detected.BY_MACHINE, Decided.FULLY),
        ),
    ),
    "sub": (
        _PERSON,
        How(
            "A person in the output objected to it.",
            *(Source.OTHER, Detected.NAMED, Decided.FULLY),
        ),
    ),
    "lik": (
        _PERSON,
        How(
            "The output shows or sounds like someone who has enrolled and is not cast in it. It was"
            " found by comparing likenesses, by machine.",
            *(Source.VOLUNTARY, Detected.BY_MACHINE, Decided.FULLY),
        ),
    ),
    "lic": (
        _WORK,
        How(
            f"The licence that the output rests on was ended by who gave it.{_FOUND_IN_RECORDS}",
            *(Source.OTHER, Detected.BY_MACHINE, Decided.FULLY),
        ),
    ),
    **dict.fromkeys(
        ("opt", "evd", "wrk", "ref"),
        (
            _WORK,
            How(
                f"The owner of a work has opted out.{_FOUND_BY_MATCHING}",
                *(Source.OTHER, Detected.BY_MACHINE, Decided.FULLY),
            ),
        ),
    ),
    "rev": (
        _WORK,
        How(
            f"A reviewer found that the output shows a work that is opted out.{_FOUND_BY_MATCHING}",
            *(Source.VOLUNTARY, Detected.BY_MACHINE, Decided.PARTIALLY),
        ),
    ),
}
_LAPSED = {"consent.expired": _PERSON, "licence.expired": _WORK}
_OF_WORKS = frozenset({"work", "licence"})  # What a revocation is of; else it is of a person.


def statement(
    withdrawn: Event, published: Event | None, history: Sequence[Event], *, trusted: bool
) -> dict[str, object]:
    """Return the statement of reasons for a withdrawal.

    Args:
        withdrawn: The withdrawal.
        published: The publication before it.
        history: All that happened to what the output goes against, in order; may be empty.
        trusted: That is a notice of a trusted flagger.
    """
    ground, how = _reasons(withdrawn, history, Source.TRUSTED_FLAGGER if trusted else None)
    said: dict[str, object] = {
        "puid": withdrawn.id,
        # The clip is kept, and shown again if the reason goes away.
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"],
        "content_type": ["CONTENT_TYPE_VIDEO", "CONTENT_TYPE_SYNTHETIC_MEDIA"],
        "category": ground.category.value,
        "territorial_scope": list(TERRITORY),
        "content_date": (published or withdrawn).at.date().isoformat(),
        "application_date": withdrawn.at.date().isoformat(),
        "decision_facts": how.facts,
        "source_type": how.source.value,
        "automated_detection": how.detected.value,
        "automated_decision": how.decided.value,
    }
    if ground.keywords:
        said["category_specification"] = list(ground.keywords)
    if ground.law:
        return said | {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": ground.text,
            "illegal_content_explanation": ground.explanation,
        }
    return said | {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": ground.text,
        "incompatible_content_explanation": ground.explanation,
        "incompatible_content_illegal": "No",
    }


def cause_of(withdrawn: Event) -> str:
    """Return the id of what a withdrawn output goes against."""
    return str(withdrawn.data.get("because_of", ""))


def _reasons(
    withdrawn: Event, history: Sequence[Event], flagger: Source | None
) -> tuple[Ground, How]:
    kind = cause_of(withdrawn).partition("_")[0]
    if kind == "ntc" and history:
        return _by_notice(withdrawn.subject, history, flagger or Source.ARTICLE_16)
    if kind == "rvk" and history:
        return _by_revocation(history[0])
    ended = history[-1].kind if history else ""
    if ended in _LAPSED:
        facts = f"What permitted the output had a term, which has ended.{_FOUND_IN_RECORDS}"
        return _LAPSED[ended], How(facts, Source.VOLUNTARY, Detected.BY_MACHINE, Decided.FULLY)
    if kind in _GROUNDS:
        return _GROUNDS[kind]
    facts = "The output was withdrawn."
    return _ANY, How(facts, Source.VOLUNTARY, Detected.NAMED, Decided.FULLY)


def _by_notice(generation_id: str, history: Sequence[Event], source: Source) -> tuple[Ground, How]:
    said = {name: value for event in history for name, value in event.data.items() if value}
    ground = NOTICES.get(str(said.get("kind")), NOTICES["illegal"])
    if said.get("offence_against_child"):
        ground = AGAINST_CHILD
    if said.get("generation_id") != generation_id:
        facts = (
            "A notice against another output was found to be right, and this one was found to be a"
            " copy of it by comparing pictures, by machine."
        )
        return ground, How(facts, source, Detected.BY_MACHINE, Decided.PARTIALLY)
    if said.get("reviewer_id"):
        facts = "A notice was given against the output, and a person found it to be right."
        return ground, How(facts, source, Detected.NAMED, Decided.BY_PEOPLE)
    facts = "A notice was given against the output, and a rule took it to be right, by machine."
    return ground, How(facts, source, Detected.NAMED, Decided.FULLY)


def _by_revocation(made: Event) -> tuple[Ground, How]:
    # Older entries say the scope, and name what it is of.
    scope = str(made.data.get("scope"))
    single = made.data.get("single") or scope == "generation"
    found = Detected.NAMED if single else Detected.BY_MACHINE
    where = _FOUND_IN_RECORDS if found is Detected.BY_MACHINE else ""
    how = How(
        f"Permission for the output was taken back.{where}",
        # Staff do so in an emergency, of their own accord.
        *(Source.VOLUNTARY if made.data.get("by_staff") else Source.OTHER, found, Decided.FULLY),
    )
    of_work = made.data.get("about") == "work" or scope in _OF_WORKS or made.data.get("work_id")
    return (_WORK if of_work else _PERSON), how
