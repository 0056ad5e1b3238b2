"""/v1/rulebook."""

from datetime import date

from fastapi import APIRouter

from rightsd.domain import rulebook
from rightsd.domain.policy import Outcome
from rightsd.domain.rulebook import Book, Effect, Rule
from rightsd.domain.rulebook.books import Default, Standing
from rightsd.errors import Code, RightsError
from rightsd.web.api.fields import Out
from rightsd.web.auth import Actor, Rt
from rightsd.workflows import rulebooks

router = APIRouter(prefix="/v1/rulebook", tags=["rulebook"])


class CaseOut(Out):
    """A prompt that different places judge differently."""

    prompt: str
    outcomes: dict[str, Outcome]


class ExamplesOut(Out):
    """Prompts that a rule refuses, holds or lets pass when they are shown everywhere.

    `withheld`: those that it stops are not for everyone to read.
    """

    refused: tuple[str, ...]
    held: tuple[str, ...]
    allowed: tuple[str, ...]
    cases: tuple[CaseOut, ...]
    withheld: bool


class RuleOut(Out):
    """A rule.

    `since`: the version of the rulebook that it came with. `effects`: what it does in the
    territories of a pack, where that differs; null: nothing.
    """

    id: str
    version: int
    effect: Effect
    effects: dict[str, Effect | None]
    since: str
    text: dict[str, str]
    about_words: bool
    examples: ExamplesOut


class PackOut(Out):
    """What differs in some countries. `works`: what holds for works whose owner said nothing."""

    id: str
    countries: list[str]
    name: dict[str, str]
    works: Default
    works_by_kind: dict[str, Default]


class VersionOut(Out):
    """A version of the rulebook, and what is new in it."""

    version: str
    date: date
    standing: Standing
    changes: dict[str, tuple[str, ...]]


class RulebookOut(VersionOut):
    """A version of the rulebook, and the changelog of all."""

    rules: list[RuleOut]
    packs: list[PackOut]
    versions: list[VersionOut]


class ShadowOut(Out):
    """How many requests a rulebook that is tried out judged alike.

    `live`: what was decided. `outcome` and `rules`: what it says, and the rules that it cites.
    """

    rulebook: str
    live: Outcome
    outcome: Outcome
    rules: list[str]
    requests: int


@router.get("")
def show_rulebook() -> RulebookOut:
    """Show the rules that decide now."""
    return _out(rulebook.CURRENT)


@router.get("/shadow")
def show_shadow(actor: Actor, rt: Rt) -> list[ShadowOut]:
    """Count what rulebooks that are tried out say. Reviewers and admins only."""
    with rt.transaction() as tx:
        return [ShadowOut.model_validate(count) for count in rulebooks.shadow_counts(tx, actor)]


@router.get("/{version}")
def show_version(version: str) -> RulebookOut:
    """Show the rules of a version, past ones and those that are tried out too."""
    book = rulebook.BOOKS.get(version)
    if book is None:
        raise RightsError(Code.NOT_FOUND, "there is no such version of the rulebook")
    return _out(book)


def _out(book: Book) -> RulebookOut:
    return RulebookOut(
        version=book.version,
        date=book.date,
        standing=book.standing,
        changes=dict(book.changes),
        rules=[_rule(rule) for rule in book.rules.values()],
        packs=[
            PackOut(
                id=pack.id,
                countries=sorted(pack.countries),
                name=dict(pack.names),
                works=pack.default,
                works_by_kind=dict(pack.kinds),
            )
            for pack in book.packs.values()
        ],
        versions=[VersionOut.model_validate(each) for each in rulebook.BOOKS.values()],
    )


def _rule(rule: Rule) -> RuleOut:
    return RuleOut(
        id=rule.id,
        version=rule.version,
        effect=rule.effect,
        effects=dict(rule.effects),
        since=rule.since,
        text=dict(rule.texts),
        about_words=bool(rule.patterns),
        examples=ExamplesOut.model_validate(rule.examples.public),
    )
