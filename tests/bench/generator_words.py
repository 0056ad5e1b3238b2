"""How much of what a prompt says is drawn, and whether what is called drawn is to be seen.

The words are those of `prompts`. What the film engine calls drawn is looked for in the id pass of
pictures of another size, at other moments than those at which the engine measured.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from generator import likeness, registry, storyboards
from generator.base import GRAMMAR_REASON, Fate, Request, Storyboard, Word
from generator.film import pictures, staging
from generator.film.casting import FilmHold
from generator.simulate import world as worlds
from tests.bench import prompts
from tests.bench.table import Row

SECONDS, FPS = 4.0, Fraction(12)
WIDTH, HEIGHT = 160, 90
LOOKS = (0.02, 0.2, 0.35, 0.65, 0.8, 0.98)  # Shares of a shot.
SHARE_MIN = 0.001
GOAL = 0.85
QUICK = {"english": prompts.ENGLISH[:1], "japanese": (), "looks": (0.35,)}


def run(
    folder: Path,
    *,
    english: Sequence[str] = prompts.ENGLISH,
    japanese: Sequence[str] = prompts.JAPANESE,
    looks: Sequence[float] = LOOKS,
) -> list[Row]:
    return [
        *_engine("procedural", english, japanese, looks),
        *_engine("film", english, japanese, looks),
    ]


def _engine(
    name: str, english: Sequence[str], japanese: Sequence[str], looks: Sequence[float]
) -> Iterator[Row]:
    boards = {prompt: _carried_out(name, prompt) for prompt in (*english, *japanese)}
    for language, some in (("English", english), ("Japanese", japanese), ("all", boards)):
        words = [word for prompt in some for word in _content(boards[prompt])]
        if not words:
            continue
        drawn = sum(word.fate is Fate.DRAWN for word in words) / len(words)
        what = f"{name}: {len(words)} content words of {len(some)} prompts, {language}, drawn"
        yield Row(what, 100 * drawn, "%", "the goal", 100 * GOAL, "≥ 85 %")
    if name == "film":
        claims = [
            (board, word)
            for board in boards.values()
            for word in _content(board)
            if word.fate is Fate.DRAWN and word.object is not None
        ]
        false = sum(not _seen(board, word, looks) for board, word in claims)
        yield Row(f"{name}: false among {len(claims)} words that are called drawn and name a thing",
                  float(false), "words", "those words", float(len(claims)), "0")  # fmt: skip


def _content(board: Storyboard) -> list[Word]:
    return [word for word in board.words if word.reason != GRAMMAR_REASON]


def _carried_out(name: str, prompt: str) -> Storyboard:
    """Return what the engine says of its own clip."""
    engine = registry.engine(name)
    asked = Request(prompt, 7, SECONDS, WIDTH, HEIGHT, FPS)
    clip = engine.generate(asked, engine.plan(asked), progress=lambda _: None)
    assert 0 <= storyboards.coverage(clip.storyboard) <= 1
    return clip.storyboard


def _seen(board: Storyboard, word: Word, looks: Sequence[float]) -> bool:
    """Say whether a word's thing covers a thousandth of any frame that is looked at."""
    world = worlds.build(
        board, likeness.looks(board.shots, (), seed=board.seed), seconds=SECONDS, hold=FilmHold()
    )
    production = staging.produce(world, aspect=WIDTH / HEIGHT, fps=float(FPS))
    for shot, start in enumerate(world.starts):
        if word.shot not in (None, shot):
            continue
        for look in looks:
            taken = staging.take(production, start + look * world.shots[shot].seconds)
            ids = pictures.frame(taken, width=WIDTH, height=HEIGHT).ids
            if (ids == word.object).mean() >= SHARE_MIN:
                return True
    return False
