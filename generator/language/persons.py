# ruff: noqa: SIM905 - a word list is prose.
"""Who is who: which words name the same figure, and which another."""

from collections.abc import Mapping
from types import MappingProxyType

from generator.language.lexicon import Concept

# Words for one figure; every other word for a figure names one of its own.
_ALIKE: tuple[tuple[str, ...], ...] = (
    ("man", "men", "guy", "男性", "男"),
    ("woman", "women", "lady", "女性", "女"),
    ("child", "children", "kid", "kids", "子供", "子ども"),
    ("boy", "少年", "男の子"),
    ("girl", "少女", "女の子"),
    ("person", "people", "someone", "figure", "人物", "人", "誰か"),
    ("friend", "友達", "友人"),
    ("mother", "mum", "mom", "母", "母親"),
    ("father", "dad", "父", "父親"),
    ("robot", "ロボット", "🤖"),
    ("old man", "elderly man", "おじいさん"),
    ("old woman", "elderly woman", "おばあさん"),
    ("teacher", "先生"), ("student", "学生"), ("king", "王様"), ("soldier", "兵士"),
    ("grandfather", "grandpa", "祖父"), ("grandmother", "grandma", "祖母"),
    ("sister", "姉", "妹"), ("brother", "兄", "弟"), ("wife", "妻"), ("husband", "夫"),
)  # fmt: skip
_LEMMAS: Mapping[str, str] = MappingProxyType(
    {form: forms[0] for forms in _ALIKE for form in forms}
)
_HE = frozenset(
    "man boy father brother uncle husband actor king wizard grandfather son guy old_man "
    "tall_man big_man heavy_man stout_man chubby_man 大男 おじさん 男".split()
)
_SHE = frozenset(
    "woman girl mother sister aunt wife girlfriend actress queen daughter grandmother lady "
    "old_woman tall_woman big_woman heavy_woman chubby_woman おばさん 女".split()
)
_PLURALS = frozenset({"men", "women", "children", "people", "cacti", "snowmen", "人々"})
_ENDINGS = (("ies", "y"), ("ves", "f"), ("es", ""), ("s", ""))
# What may point back to a figure by another word; "the queen" is never "a king".
_LOOSE = frozenset({"man", "woman", "child", "person"})
PRONOUNS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"he": _HE, "彼": _HE, "she": _SHE, "彼女": _SHE}
)
GROUPS = frozenset({"they", "both", "彼ら", "二人"})  # All who were named last.


def lemma(form: str, concept: Concept) -> str:
    """Return the word that stands for all that name the same figure as a form does."""
    one = singular(form, concept)
    return _LEMMAS.get(one, _LEMMAS.get(form, one))


def is_he_or_she(lemma: str, pronoun: str) -> bool:
    """Say whether a pronoun may mean a figure."""
    return lemma.replace(" ", "_") in PRONOUNS[pronoun]


def singular(form: str, concept: Concept) -> str:
    """Return the form that a plural is of, if the concept has it; else the form itself."""
    for ending, instead in _ENDINGS:
        stem = form.removesuffix(ending) + instead
        if form.endswith(ending) and stem != form and stem in concept.english:
            return stem
    return form


def is_plural(form: str, concept: Concept) -> bool:
    """Say whether a form names more than one."""
    return form in _PLURALS or singular(form, concept) != form


class Company:
    """The figures that a prompt has named, over all its shots.

    The first of a body has the body's name, as storyboards always called it; others a number.
    """

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}
        self._bodies: dict[str, int] = {}
        self._lemmas: dict[str, str] = {}

    def lemma(self, name: str) -> str:
        """Return the word by which a figure is known."""
        return self._lemmas.get(name, "")

    def find(self, lemma: str, body: str, *, back: bool) -> list[str]:
        """Return the figures that a word may mean, in the order they were named.

        Args:
            lemma: The word.
            body: The body it asks for.
            back: Whether it points back, as "the kid" does to a boy.
        """
        names = self._names.get(lemma, [])
        if names or not back:
            return names
        if lemma not in _LOOSE:
            return []
        ends = [name for name, known in self._lemmas.items() if known.endswith(f" {lemma}")]
        alike = [name for name in self._lemmas if name == body or name.startswith(f"{body} ")]
        return (ends or alike)[-1:]

    def add(self, lemma: str, body: str) -> str:
        """Return the name of one more figure."""
        number = self._bodies[body] = self._bodies.get(body, 0) + 1
        name = body if number == 1 else f"{body} {number}"
        self._names.setdefault(lemma, []).append(name)
        self._lemmas[name] = lemma
        return name
