"""Text as the numbers that BERT's English models read: words, and pieces of rarer ones.

Source: Devlin et al. 2018 and the tokenizer of its release (BasicTokenizer, then the greedy longest
match of WordPiece); tests/rightsd/adapters/minilm.json has what another implementation makes of
the same texts.
"""

import functools
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

PIECES_MAX = 256  # What the model was trained to read; the rest of a longer text is not read.
WORD_CHARS_MAX = 100  # Longer ones are no words.
_BEGIN, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_CONTINUES = "##"
_IDEOGRAPHS = (
    *((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F)),
    *((0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)),
)


class WordPiece:
    """A vocabulary, and what it makes of texts."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary
        self._unknown = vocabulary[_UNKNOWN]

    def encode(self, text: str) -> list[int]:
        """Return the numbers of a text's pieces, PIECES_MAX at most with those at its ends."""
        pieces: list[int] = [self._vocabulary[_BEGIN]]
        for word in _words(text):
            pieces += self._pieces(word)
            if len(pieces) >= PIECES_MAX:
                break
        return [*pieces[: PIECES_MAX - 1], self._vocabulary[_END]]

    def _pieces(self, word: str) -> Sequence[int]:
        whole = self._vocabulary.get(word)
        if whole is not None:
            return (whole,)
        if len(word) > WORD_CHARS_MAX:
            return (self._unknown,)
        pieces: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = (_CONTINUES if start else "") + word[start:end]
                number = self._vocabulary.get(piece)
                if number is not None:
                    break
            else:
                return (self._unknown,)
            pieces.append(number)
            start = end
        return pieces


def _words(text: str) -> Iterator[str]:
    """Yield the words and the signs of a text, without case and accents."""
    spaced = "".join(map(_spaced, text))
    bare = unicodedata.normalize("NFD", spaced)
    letters = "".join(letter for letter in bare if unicodedata.category(letter) != "Mn")
    for chunk in letters.lower().split():
        start = 0
        for place, letter in enumerate(chunk):
            if _is_sign(letter):
                if start < place:
                    yield chunk[start:place]
                yield letter
                start = place + 1
        if start < len(chunk):
            yield chunk[start:]


@functools.lru_cache(maxsize=4096)
def _spaced(letter: str) -> str:
    """Return a character as it counts: controls are gone, and ideographs stand apart."""
    if letter.isspace():
        return " "
    code = ord(letter)
    if code in {0, 0xFFFD} or unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cn", "Cs"}:
        return ""
    if any(first <= code <= last for first, last in _IDEOGRAPHS):
        return f" {letter} "
    return letter


@functools.lru_cache(maxsize=4096)
def _is_sign(letter: str) -> bool:
    """Say whether a character is punctuation; every ASCII one that is no letter or digit counts."""
    if letter.isascii():
        return not letter.isalnum()
    return unicodedata.category(letter).startswith("P")
