"""An English line as phones with stress: numbers, exceptions, rules, and where the stress falls.

Where the stress falls is guessed from endings and beginnings, after the observations of E. Fudge,
"English Word-Stress" (1984); a word that is in EXCEPTIONS says so itself.
"""

import re
from dataclasses import dataclass

from generator.speech import letters, numbers
from generator.speech.phones import PHONES, Manner

# word:phones, with 1 after the vowel that is stressed. Words that the rules get wrong, and names
# that people say.
_TEXT = """
hello:HH.AX.L.OW1 hi:HH.AY1 world:W.ER1.L.D today:T.AX.D.EY1 tonight:T.AX.N.AY1.T
tomorrow:T.AX.M.AA1.R.OW friend:F.R.EH1.N.D friends:F.R.EH1.N.D.Z people:P.IY1.P.AX.L
water:W.AO1.T.ER love:L.AH1.V gone:G.AO1.N done:D.AH1.N come:K.AH1.M comes:K.AH1.M.Z
coming:K.AH1.M.IH.NG some:S.AH1.M live:L.IH1.V have:HH.AE.V very:V.EH1.R.IY many:M.EH1.N.IY
any:EH1.N.IY anything:EH1.N.IY.TH.IH.NG woman:W.UH1.M.AX.N women:W.IH1.M.IH.N
because:B.IH.K.AO1.Z goes:G.OW1.Z sure:SH.UH1.R sugar:SH.UH1.G.ER heart:HH.AA1.R.T great:G.R.EY1.T
break:B.R.EY1.K ready:R.EH1.D.IY minute:M.IH1.N.AX.T blood:B.L.AH1.D door:D.AO1.R your:Y.AO.R
our:AW.ER yours:Y.AO1.R.Z okay:OW.K.EY1 ok:OW.K.EY1 mr:M.IH1.S.T.ER mrs:M.IH1.S.IH.Z
dr:D.AA1.K.T.ER ms:M.IH1.Z camera:K.AE1.M.R.AX doctor:D.AA1.K.T.ER really:R.IY1.L.IY
idea:AY.D.IY1.AX listen:L.IH1.S.AX.N castle:K.AE1.S.AX.L answer:AE1.N.S.ER island:AY1.L.AX.N.D
though:DH.OW1 thought:TH.AO1.T enough:IH.N.AH1.F laugh:L.AE1.F cough:K.AO1.F
daughter:D.AO1.T.ER machine:M.AX.SH.IY1.N police:P.AX.L.IY1.S comfortable:K.AH1.M.F.T.ER.B.AX.L
interesting:IH1.N.T.R.AX.S.T.IH.NG different:D.IH1.F.R.AX.N.T family:F.AE1.M.L.IY
business:B.IH1.Z.N.AX.S believe:B.IH.L.IY1.V ocean:OW1.SH.AX.N special:S.P.EH1.SH.AX.L
music:M.Y.UW1.Z.IH.K city:S.IH1.T.IY father:F.AA1.DH.ER mother:M.AH1.DH.ER brother:B.R.AH1.DH.ER
half:HH.AE1.F calm:K.AA1.M hour:AW1.ER honest:AA1.N.AX.S.T beautiful:B.Y.UW1.T.AX.F.AX.L
wanted:W.AA1.N.T.IH.D want:W.AA1.N.T wants:W.AA1.N.T.S watch:W.AA1.CH rolling:R.OW1.L.IH.NG
roll:R.OW1.L rolls:R.OW1.L.Z both:B.OW1.TH put:P.UH1.T pull:P.UH1.L push:P.UH1.SH full:F.UH1.L
look:L.UH1.K good:G.UH1.D book:B.UH1.K foot:F.UH1.T goodbye:G.UH.D.B.AY1 bye:B.AY1 eye:AY1
eyes:AY1.Z whose:HH.UW1.Z lose:L.UW1.Z movie:M.UW1.V.IY again:AX.G.EH1.N against:AX.G.EH1.N.S.T
said:S.EH1.D says:S.EH1.Z does:D.AH1.Z doing:D.UW1.IH.NG been:B.IH.N being:B.IY1.IH.NG
touch:T.AH1.CH young:Y.AH1.NG country:K.AH1.N.T.R.IY couple:K.AH1.P.AX.L double:D.AH1.B.AX.L
trouble:T.R.AH1.B.AX.L group:G.R.UW1.P soup:S.UW1.P youth:Y.UW1.TH south:S.AW1.TH
head:HH.EH1.D bread:B.R.EH1.D dead:D.EH1.D instead:IH.N.S.T.EH1.D weather:W.EH1.DH.ER
feather:F.EH1.DH.ER leather:L.EH1.DH.ER heaven:HH.EH1.V.AX.N heavy:HH.EH1.V.IY
breath:B.R.EH1.TH death:D.EH1.TH early:ER1.L.IY heard:HH.ER1.D learn:L.ER1.N earth:ER1.TH
search:S.ER1.CH wear:W.EH1.R bear:B.EH1.R pear:P.EH1.R tear:T.IH1.R ever:EH1.V.ER every:EH1.V.R.IY
everyone:EH1.V.R.IY.W.AH.N everything:EH1.V.R.IY.TH.IH.NG never:N.EH1.V.ER seven:S.EH1.V.AX.N
eleven:IH.L.EH1.V.AX.N fourth:F.AO1.R.TH four:F.AO1.R fourteen:F.AO.R.T.IY1.N forty:F.AO1.R.T.IY
hundred:HH.AH1.N.D.R.AX.D thousand:TH.AW1.Z.AX.N.D million:M.IH1.L.Y.AX.N
hotel:HH.OW.T.EH1.L tiger:T.AY1.G.ER finger:F.IH1.NG.G.ER anger:AE1.NG.G.ER singer:S.IH1.NG.ER
sorry:S.AA1.R.IY please:P.L.IY1.Z thank:TH.AE1.NG.K thanks:TH.AE1.NG.K.S nothing:N.AH1.TH.IH.NG
something:S.AH1.M.TH.IH.NG someone:S.AH1.M.W.AH.N money:M.AH1.N.IY monkey:M.AH1.NG.K.IY
honey:HH.AH1.N.IY month:M.AH1.N.TH front:F.R.AH1.N.T wonderful:W.AH1.N.D.ER.F.AX.L
won:W.AH1.N son:S.AH1.N ton:T.AH1.N color:K.AH1.L.ER colour:K.AH1.L.ER computer:K.AX.M.P.Y.UW1.T.ER
moment:M.OW1.M.AX.N.T open:OW1.P.AX.N over:OW1.V.ER sword:S.AO1.R.D quiet:K.W.AY1.AX.T
wind:W.IH1.N.D kind:K.AY1.N.D find:F.AY1.N.D mind:M.AY1.N.D behind:B.IH.HH.AY1.N.D
wild:W.AY1.L.D child:CH.AY1.L.D children:CH.IH1.L.D.R.AX.N sign:S.AY1.N
bury:B.EH1.R.IY busy:B.IH1.Z.IY build:B.IH1.L.D guess:G.EH1.S guy:G.AY1 guys:G.AY1.Z
guitar:G.IH.T.AA1.R piano:P.IY.AE1.N.OW radio:R.EY1.D.IY.OW video:V.IH1.D.IY.OW
robot:R.OW1.B.AA.T pizza:P.IY1.T.S.AX tokyo:T.OW1.K.IY.OW japan:JH.AX.P.AE1.N
yes:Y.EH1.S yeah:Y.AE1 wow:W.AW1 oh:OW1 no:N.OW1 so:S.OW1 go:G.OW1 ago:AX.G.OW1
away:AX.W.EY1 about:AX.B.AW1.T around:AX.R.AW1.N.D alone:AX.L.OW1.N along:AX.L.AO1.NG
above:AX.B.AH1.V among:AX.M.AH1.NG other:AH1.DH.ER another:AX.N.AH1.DH.ER together:T.AX.G.EH1.DH.ER
always:AO1.L.W.EY.Z also:AO1.L.S.OW already:AO.L.R.EH1.D.IY all:AO1.L call:K.AO1.L small:S.M.AO1.L
image:IH1.M.IH.JH orange:AO1.R.AX.N.JH garage:G.AX.R.AA1.ZH perfect:P.ER1.F.EH.K.T
forever:F.AX.R.EH1.V.ER before:B.IH.F.AO1.R after:AE1.F.T.ER under:AH1.N.D.ER
little:L.IH1.T.AX.L own:OW1.N grown:G.R.OW1.N down:D.AW1.N town:T.AW1.N brown:B.R.AW1.N
now:N.AW1 how:HH.AW1 wow:W.AW1 cow:K.AW1 crowd:K.R.AW1.D flower:F.L.AW1.ER power:P.AW1.ER
shower:SH.AW1.ER tower:T.AW1.ER allow:AX.L.AW1 vowel:V.AW1.AX.L sure:SH.UH1.R
ball:B.AO1.L basketball:B.AE1.S.K.AX.T.B.AO.L football:F.UH1.T.B.AO.L umbrella:AH.M.B.R.EH1.L.AX
banana:B.AX.N.AE1.N.AX potato:P.AX.T.EY1.T.OW tomato:T.AX.M.EY1.T.OW hotel:HH.OW.T.EH1.L
i'm:AY.M i've:AY.V i'll:AY.L you're:Y.AO.R we're:W.IH.R they're:DH.EH.R isn't:IH1.Z.AX.N.T
doesn't:D.AH1.Z.AX.N.T didn't:D.IH1.D.AX.N.T wasn't:W.AA1.Z.AX.N.T couldn't:K.UH1.D.AX.N.T
wouldn't:W.UH1.D.AX.N.T can't:K.AE1.N.T won't:W.OW1.N.T don't:D.OW1.N.T
hmm:HH.AH1.M shh:SH psst:P.S.T let's:L.EH1.T.S it's:IH.T.S what's:W.AA.T.S that's:DH.AE.T.S
"""
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    word: tuple(phones.split("."))
    for word, _, phones in (entry.partition(":") for entry in _TEXT.split())
}
# Small words lean on the words beside them: they carry no stress.
_LEANING = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "and",
        "or",
        "but",
        "for",
        "from",
        "with",
        "by",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "am",
        "it",
        "its",
        "he",
        "she",
        "we",
        "they",
        "you",
        "i",
        "me",
        "him",
        "her",
        "us",
        "them",
        "my",
        "your",
        "his",
        "our",
        "their",
        "this",
        "that",
        "these",
        "those",
        "do",
        "did",
        "has",
        "have",
        "had",
        "can",
        "could",
        "will",
        "would",
        "shall",
        "should",
        "if",
        "than",
        "there",
        "i'm",
        "it's",
        "i've",
        "i'll",
        "you're",
        "we're",
        "they're",
        "that's",
        "what's",
    ]
)
_LETTERS: dict[str, str] = {
    "a": "EY", "b": "B.IY", "c": "S.IY", "d": "D.IY", "e": "IY", "f": "EH.F", "g": "JH.IY",
    "h": "EY.CH", "i": "AY", "j": "JH.EY", "k": "K.EY", "l": "EH.L", "m": "EH.M", "n": "EH.N",
    "o": "OW", "p": "P.IY", "q": "K.Y.UW", "r": "AA.R", "s": "EH.S", "t": "T.IY", "u": "Y.UW",
    "v": "V.IY", "w": "D.AH.B.AX.L.Y.UW", "x": "EH.K.S", "y": "W.AY", "z": "Z.IY",
}  # fmt: skip
_SPELT = frozenset({"USA", "UK", "AI", "CEO", "DIY", "UFO", "EU", "ID", "IQ", "FAQ", "UN"})
_STRESS_BEFORE = re.compile(r"(?:ions?|ic|ics|ical|ically|ity|ial|ian|ious|eous|ogy|graphy)$")
_STRESS_LAST = re.compile(r"(?:ee|eer|ese|ette|ique|oon|self|selves|teen)$")
_UNSTRESSED_START = re.compile(
    r"(?:a(?=[bcdgl][^e])|be|de|re(?![aeiou])|con|com|ex|pre|pro(?=[tvd])|dis|mis|un|in(?=[vst])|im|en|em)(?=.{3})"
)
_PIECE = re.compile(
    r"\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?|[A-Za-z](?:[A-Za-z'’]*[A-Za-z])?|[.!?…]+|[,;:—–]|\S"
)
_SYMBOLS = {"%": "percent", "&": "and", "+": "plus", "=": "equals", "$": "dollars", "@": "at"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word to say; `stress` is 1 on the vowel that carries it, at most one, else 0."""

    phones: tuple[str, ...]
    stress: tuple[int, ...]


def words(text: str) -> tuple[tuple[Word | str, ...], tuple[str, ...]]:
    """Return the words of an English line with its pauses, and what in it is not spoken.

    Args:
        text: NFKC text.

    Returns:
        Words and pauses in order, a pause being one of `,` `.` `?` `!`; then characters that are
        neither letters of English nor anything that has a name to say.
    """
    said: list[Word | str] = []
    unspoken: list[str] = []
    for piece in _PIECE.findall(text):
        if piece[0].isdigit() and piece[0].isascii():
            said += [pronounce(word) for word in numbers.english(piece).split()]
        elif piece[0].isascii() and piece[0].isalpha():
            said += _spell(piece) if _is_spelt(piece) else [pronounce(piece)]
        elif piece in _SYMBOLS:
            said.append(pronounce(_SYMBOLS[piece]))
        elif piece[0] in ".!?…":
            said.append("?" if "?" in piece else "!" if "!" in piece else ".")
        elif piece in ",;:—–":
            said.append(",")
        elif piece.isalnum():
            unspoken.append(piece)
    return tuple(said), tuple(unspoken)


def pronounce(word: str) -> Word:
    """Return the phones of a word and its stress."""
    low = word.lower().replace("’", "'")
    if low in EXCEPTIONS:
        marked = EXCEPTIONS[low]
        phones = tuple(phone.rstrip("1") for phone in marked)
        return Word(phones, tuple(int(phone.endswith("1")) for phone in marked))
    owner = low[:-2] if low.endswith("'s") else ""
    if owner:
        whole = pronounce(owner)
        return Word((*whole.phones, _genitive(whole.phones)), (*whole.stress, 0))
    phones = letters.sound_out(low)
    stress = [0] * len(phones)
    nuclei = [at for at, phone in enumerate(phones) if PHONES[phone].manner is Manner.VOWEL]
    if nuclei and low not in _LEANING:
        stress[_stressed(low, phones, nuclei)] = 1
    return Word(phones, tuple(stress))


def _genitive(phones: tuple[str, ...]) -> str:
    return "S" if phones and phones[-1] in {"P", "T", "K", "F", "TH"} else "Z"


def _stressed(word: str, phones: tuple[str, ...], nuclei: list[int]) -> int:
    """Return the place of the vowel that is stressed."""
    full = [at for at in nuclei if phones[at] != "AX"] or nuclei
    if len(full) == 1:
        return full[0]
    if _STRESS_LAST.search(word):
        return full[-1]
    if _STRESS_BEFORE.search(word):
        # The vowel before the ending's first.
        back = 3 if re.search(r"(?:ity|ical|ially|ically|ogy|graphy)$", word) else 2
        return nuclei[max(len(nuclei) - back, 0)]
    if _UNSTRESSED_START.match(word):
        return full[1]
    return full[0]


def _is_spelt(token: str) -> bool:
    """Say whether a word is an abbreviation that is read letter by letter."""
    if token.lower() in EXCEPTIONS or len(token) == 1:
        return False
    return token in _SPELT or not re.search("[AEIOUYaeiouy'’]", token)


def _spell(token: str) -> list[Word]:
    names = [tuple(_LETTERS[letter].split(".")) for letter in token.lower() if letter in _LETTERS]
    last = len(names) - 1
    return [
        Word(
            phones,
            tuple(int(number == last and at == len(phones) - 1) for at in range(len(phones))),
        )
        for number, phones in enumerate(names)
    ]
