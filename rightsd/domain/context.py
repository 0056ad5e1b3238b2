"""Whether what stands around a common word tells that it is meant as a name."""

import re
from dataclasses import dataclass

from rightsd.domain.vocabulary import Vocabulary

REACH = 2  # Words on either side that are looked at, small ones not counted.
REACH_CHARACTERS = 8  # The same in Japanese and Chinese, which write no spaces.
_LOOKED_AT = 80  # Characters on either side that can hold those words.

_SMALL = frozenset({"a", "an", "the", "of", "from", "by", "in", "called", "named", "s", "for"})
# What is said of works and marks, and hardly of things.
_TELLING = frozenset((
    "movie", "movies", "film", "films", "franchise", "anime", "manga", "trademark", "logo",
    "logos", "cosplay", "cosplayer", "fanart", "merch", "merchandise", "trailer", "sequel",
    "prequel", "mascot",
))  # fmt: skip
# What is said of things as well: it tells something about a word with a capital.
_TELLING_OF_CAPITALS = frozenset((
    "character", "characters", "game", "games", "videogame", "cartoon", "show", "series",
    "episode", "brand", "branded", "poster", "ad", "advert", "commercial", "costume",
    "universe", "style", "heroine", "protagonist", "voice", "voiced", "narrator", "impression",
))  # fmt: skip
_TELLING_HERE = (
    "アニメ", "映画", "漫画", "マンガ", "ゲーム", "キャラ", "ロゴ", "コスプレ", "主人公",
    "登場人物", "ドラマ", "电影", "動漫", "动漫", "游戏", "영화", "게임",
)  # fmt: skip
_TITLE_MARKS = {"『": "』", "《": "》"}
_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[.!?;:。！？\n]")


@dataclass(frozen=True, slots=True)
class _Side:
    """The words on one side of a place, the nearest first; in `said` the nearest that matter."""

    words: tuple[str, ...]
    said: frozenset[str]


def tells(prompt: str, start: int, end: int, vocabulary: Vocabulary) -> bool:
    """Say whether the words around a place in a prompt tell that it is a name."""
    if _TITLE_MARKS.get(prompt[start - 1 : start]) == prompt[end : end + 1] != "":
        return True
    around = prompt[max(0, start - REACH_CHARACTERS) : end + REACH_CHARACTERS]
    if any(word in around for word in _TELLING_HERE):
        return True
    before, after = _before(prompt, start), _after(prompt, end)
    said = before.said | after.said
    if said & _TELLING:
        return True
    shown = prompt[start:end]
    if not shown[0].isupper() or prompt.isupper():
        return False
    return bool(said & _TELLING_OF_CAPITALS) or (
        # A capital in the midst of a sentence, where the neighbours have none.
        shown.lower() in vocabulary.common
        and shown.lower() not in vocabulary.called
        and bool(before.words)
        and not any(word[0].isupper() for word in (*before.words[:1], *after.words[:1]))
    )


def _before(prompt: str, start: int) -> _Side:
    text = _BREAK.split(prompt[max(0, start - _LOOKED_AT) : start])[-1]
    return _side(_WORD.findall(text)[::-1])


def _after(prompt: str, end: int) -> _Side:
    text = _BREAK.split(prompt[end : end + _LOOKED_AT])[0]
    return _side(_WORD.findall(text))


def _side(words: list[str]) -> _Side:
    said = [word.lower() for word in words if word.lower() not in _SMALL]
    return _Side(tuple(words), frozenset(said[:REACH]))
