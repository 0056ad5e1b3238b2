"""Remixes: an output with one of its shots changed, or made again with another seed.

Both stand and fall with what they are made of, and are decided on as any request: the words that
are judged are those of the output and those of the change.
"""

from dataclasses import dataclass, replace

from generator import storyboards
from generator.base import PROMPT_CHARS_MAX, Storyboard
from generator.base import Request as Drawing
from generator.errors import GeneratorError
from rightsd.db import storyboards as storyboard_rows
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation, Remix, Wanted
from rightsd.domain.principal import Principal
from rightsd.domain.terms import Use
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import requests


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be made anew.

    Attributes:
        shot: The shot that is changed, from 1; None: all of it, with another seed.
        prompt: What is to be in that shot; empty without one.
        cameos: Who comes in, by their handles.
    """

    shot: int | None
    prompt: str
    cameos: tuple[str, ...]


def wanted(
    tx: Tx,
    actor: Principal,
    generation_id: str,
    change: Change,
    *,
    seed: int,
    salt: bytes,
    use: Use,
) -> Wanted:
    """Return what is asked for by a change of an output: its size, its length, its people.

    Args:
        tx: The transaction.
        actor: Who asked for the output, and now for the change.
        generation_id: The output.
        change: What is to be made anew.
        seed: For all of it; of a changed shot the seed stays that of the output.
        salt: Opens the commitment to the words.
        use: What it is for.

    Raises:
        RightsError: NOT_FOUND; CONFLICT, when there is no output; INVALID, when it has no such
            shot, or the words of all of it are too many.
    """
    made = requests.owned(tx, actor, generation_id)
    found = storyboard_rows.find(tx, generation_id)
    if made.output is None or found is None:
        detail = f"there is nothing to make a remix of: this generation is {made.state}"
        raise RightsError(Code.CONFLICT, detail)
    count, prompt = len(found["shots"]), made.wanted.prompt
    if change.shot is not None:
        if change.shot > count:
            raise RightsError(Code.INVALID, f"this output has {count} shots")
        prompt = f"{prompt}\nShot {change.shot} anew: {change.prompt}"
    if len(prompt) > PROMPT_CHARS_MAX:
        detail = f"the words of the output and of the change are over {PROMPT_CHARS_MAX} characters"
        raise RightsError(Code.INVALID, detail)
    return replace(
        made.wanted,
        prompt=prompt,
        cameos=tuple(dict.fromkeys((*made.wanted.cameos, *change.cameos))),
        seed=seed if change.shot is None else made.wanted.seed,
        salt=salt,
        people=(),
        use=use,
        remix=Remix(generation_id, change.shot, change.prompt),
    )


def plan(rt: Runtime, generation: Generation, drawing: Drawing) -> Storyboard:
    """Return the storyboard of a generation: the engine's, or that of an output with a change.

    Raises:
        GeneratorError: The engine does not carry it out, or what it is made of is gone.
    """
    remix = generation.wanted.remix
    if remix is None:
        return rt.engine.plan(drawing)
    with rt.transaction() as tx:
        found = storyboard_rows.find(tx, remix.of)
    if found is None:
        raise GeneratorError("What this is a remix of is not there any more.")
    board = storyboards.from_json(found)
    if remix.shot is None:
        return replace(board, seed=drawing.seed)
    return rt.engine.revise(replace(drawing, prompt=remix.prompt), board, shot=remix.shot - 1)
