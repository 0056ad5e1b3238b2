"""What the engine is asked to draw, and what it would make of that, before anything is made."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from generator import storyboards
from generator.base import GRAMMAR_REASON, Cameo, Fate, Look
from generator.base import Request as Drawing
from generator.errors import GeneratorError
from rightsd.db import subjects
from rightsd.domain.generation import Wanted
from rightsd.domain.policy import Decision, Outcome, Wish
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import marking


@dataclass(frozen=True, slots=True)
class Board:
    """A storyboard as people look at it.

    Attributes:
        shots: In order, as api-specs/storyboard.schema.json has them.
        drawn: How many of `of` words that could be drawn are drawn as they stand.
        lost: Words that are not drawn, each once, and why.
        near: Words that are drawn as something like them, and why.
    """

    shots: Sequence[Mapping[str, Any]]
    drawn: int
    of: int
    lost: Sequence[tuple[str, str]]
    near: Sequence[tuple[str, str]]


def drawing(rt: Runtime, wanted: Wanted, *, permit: str) -> Drawing:
    """Return what the engine is asked for.

    Args:
        rt: The runtime.
        wanted: What is wanted, with the people whom it casts.
        permit: Names the decision that allows this very casting.
    """
    with rt.transaction() as tx:
        people = subjects.people(tx, wanted.people)
    cameos = tuple(
        Cameo(handle=person.handle, token=permit, look=Look(**asdict(person.likeness)))
        for person in people.values()
    )
    return Drawing(
        prompt=wanted.prompt,
        seed=wanted.seed,
        seconds=wanted.seconds,
        width=wanted.width,
        height=wanted.height,
        fps=marking.FPS,
        cameos=cameos,
    )


def preview(rt: Runtime, wanted: Wanted, wish: Wish, decision: Decision) -> dict[str, Any] | None:
    """Return the storyboard that a wish would get, or None if the gate refuses it.

    Nothing of a person is read for somebody who may not cast them.

    Raises:
        RightsError: INVALID: the engine cannot make anything of it.
    """
    if decision.outcome is Outcome.REFUSE:
        return None
    asked = drawing(rt, _with_people(rt, wanted, wish.cameos), permit="preview")
    try:
        return storyboards.to_json(rt.engine.plan(asked))
    except GeneratorError as error:
        raise RightsError(Code.INVALID, str(error)) from error


def board(storyboard: Mapping[str, Any] | None) -> Board | None:
    """Return a storyboard as people look at it; None, where there is none."""
    if storyboard is None:
        return None
    words = [word for word in storyboard["words"] if word["reason"] != GRAMMAR_REASON]
    return Board(
        storyboard["shots"],
        sum(word["fate"] == Fate.DRAWN for word in words),
        len(words),
        _once(words, Fate.NOT_DRAWN),
        _once(words, Fate.APPROXIMATED),
    )


def _once(words: Sequence[Mapping[str, Any]], fate: Fate) -> list[tuple[str, str]]:
    told = [(word["text"], word["reason"]) for word in words if word["fate"] == fate]
    return list(dict.fromkeys(told))


def _with_people(rt: Runtime, wanted: Wanted, handles: Sequence[str]) -> Wanted:
    with rt.transaction() as tx:
        people = subjects.with_handles(tx, handles)
    ids = tuple(subject.id for subject in people.values())
    return replace(wanted, people=ids)
