"""English spelling to phones: the letter-to-sound rules of the Naval Research Laboratory.

Source: H. S. Elovitz, R. W. Johnson, A. McHugh, J. E. Shore, "Automatic Translation of English Text
to Phonetics by Means of Letter-to-Sound Rules", NRL Report 7948 (1976), a work of the United States
Government and so in the public domain; the rules are written here in a notation of our own.

A rule is `left[letters]right=phones`. Phones are ARPABET, joined by dots. In a context a letter is
itself, and: `_` the edge of a word, `#` vowels, one or more; `:` consonants, none or more; `^`
one consonant; `.` one voiced consonant; `+` a front vowel; `&` a sibilant; `@` a consonant after
which a long u is `UW`; `%` one of the endings -e, -er, -es, -ed, -ely, -ing. The first rule that
fits is taken, and its letters are read.
"""

import re
from dataclasses import dataclass

RULES: dict[str, str] = {
    "a": "[A]_=AX _[ARE]_=AA.R _[AR]O=AX.R [AR]#=EH.R _^[AS]#=EY.S [A]WA=AX [AW]=AO "
    "_:[ANY]=EH.N.IY [A]^+#=EY #:[ALLY]=AX.L.IY _[AL]#=AX.L [AGAIN]=AX.G.EH.N #:[AG]E=IH.JH "
    "[A]^+:#=AE _:[A]^+_=EY [A]^%=EY _[ARR]=AX.R [ARR]=AE.R _:[AR]_=AA.R [AR]_=ER [AR]=AA.R "
    "[AIR]=EH.R [AI]=EY [AY]=EY [AU]=AO #:[AL]_=AX.L #:[ALS]_=AX.L.Z [ALK]=AO.K [AL]^=AO.L "
    "_:[ABLE]=EY.B.AX.L [ABLE]=AX.B.AX.L [ANG]+=EY.N.JH [A]=AE",
    "b": "_[BE]^#=B.IH [BEING]=B.IY.IH.NG _[BOTH]_=B.OW.TH _[BUS]#=B.IH.Z [BUIL]=B.IH.L B[B]= "
    "M[B]_= [B]=B",
    "c": "_[CH]^=K ^E[CH]=K [CH]=CH _S[CI]#=S.AY [CI]A=SH [CI]O=SH [CI]EN=SH C[C]+=S C[C]= [C]+=S "
    "[CK]=K [COM]%=K.AH.M [C]=K",
    "d": "#:[DED]_=D.IH.D .E[D]_=D #:^E[D]_=T _[DE]^#=D.IH _[DO]_=D.UW _[DOES]=D.AH.Z "
    "_[DOING]=D.UW.IH.NG _[DOW]=D.AW [DU]A=JH.UW D[D]= [DG]E=JH [D]=D",
    "e": "#:[E]_= '^:[E]_= _:[E]_=IY #[ED]_=D #:[E]D_= [EV]ER=EH.V [E]^%=IY [ERI]#=IY.R.IY "
    "[ERI]=EH.R.IH #:[ER]#=ER [ER]#=EH.R [ER]=ER _[EVEN]=IY.V.EH.N #:[E]W= @[EW]=UW [EW]=Y.UW "
    "[E]O=IY #:&[ES]_=IH.Z #:[E]S_= #:[ELY]_=L.IY #:[EMENT]=M.EH.N.T [EFUL]=F.UH.L [EE]=IY "
    "[EARN]=ER.N _[EAR]^=ER [EAD]=EH.D #:[EA]_=IY.AX [EA]SU=EH [EA]=IY [EIGH]=EY [EI]=IY "
    "_[EYE]=AY [EY]=IY [EU]=Y.UW [E]=EH",
    "f": "[FUL]=F.UH.L F[F]= [F]=F",
    "g": "[GIV]=G.IH.V _[G]I^=G [GE]T=G.EH SU[GGES]=G.JH.EH.S [GG]=G _B#[G]=G [G]+=JH "
    "[GREAT]=G.R.EY.T #[GH]= [GN]_=N _[GN]=N [G]=G",
    "h": "_[HAV]=HH.AE.V _[HERE]=HH.IY.R _[HOUR]=AW.ER [HOW]=HH.AW [H]#=HH [H]=",
    "i": "_[IN]=IH.N _[I]_=AY [IN]D_=AY.N [IER]=IY.ER #:R[IED]_=IY.D [IED]_=AY.D [IEN]=IY.EH.N "
    "[IE]T=AY.EH _:[I]%=AY [I]%=IY [IE]=IY [I]^+:#=IH [IR]#=AY.R [IZ]%=AY.Z [IS]%=AY.Z [I]D%=AY "
    "+^[I]^+=IH [I]T%=AY #:^[I]^+=IH [I]^+=AY [IR]=ER [IGH]=AY [ILD]=AY.L.D [IGN]_=AY.N "
    "[IGN]^=AY.N [IGN]%=AY.N [IQUE]=IY.K [I]=IH",
    "j": "[J]=JH",
    "k": "_[K]N= [K]=K",
    "l": "[LO]C#=L.OW L[L]= #:^[L]%=AX.L [LEAD]=L.IY.D [L]=L",
    "m": "[MOV]=M.UW.V M[M]= [M]=M",
    "n": "E[NG]+=N.JH [NG]R=NG.G [NG]#=NG.G [NGL]%=NG.G.AX.L [NG]=NG [NK]=NG.K _[NOW]_=N.AW N[N]= "
    "M[N]_= [N]=N",
    "o": "[OF]_=AX.V [OROUGH]=ER.OW #:[OR]_=ER #:[ORS]_=ER.Z [OR]=AO.R _[ONE]=W.AH.N [OW]=OW "
    "_[OVER]=OW.V.ER [OV]=AH.V [O]^%=OW [O]^EN=OW [O]^I#=OW [OL]D=OW.L [OUGHT]=AO.T [OUGH]=AH.F "
    "_[OU]=AW H[OU]S#=AW [OUS]=AX.S [OUR]=AO.R [OULD]=UH.D ^[OU]^L=AH [OUP]=UW.P [OU]=AW [OY]=OY "
    "[OING]=OW.IH.NG [OI]=OY [OOR]=AO.R [OOK]=UH.K [OOD]=UH.D [OO]=UW [O]E=OW [O]_=OW [OA]=OW "
    "_[ONLY]=OW.N.L.IY _[ONCE]=W.AH.N.S [ON'T]=OW.N.T C[O]N=AA [O]NG=AO _:^[O]N=AH I[ON]=AX.N "
    "#:[ON]_=AX.N #^[ON]=AX.N [O]ST_=OW [OF]^=AO.F [OTHER]=AH.DH.ER [OSS]_=AO.S #:^[OM]=AH.M "
    "[O]=AA",
    "p": "[PH]=F [PEOP]=P.IY.P [POW]=P.AW [PUT]_=P.UH.T P[P]= _[PN]=N _[PS]=S [P]=P",
    "q": "[QUAR]=K.W.AO.R [QU]=K.W [Q]=K",
    "r": "_[RE]^#=R.IY R[R]= [R]=R",
    "s": "[SH]=SH #[SION]=ZH.AX.N [SOME]=S.AH.M #[SUR]#=ZH.ER [SUR]#=SH.ER #[SU]#=ZH.UW "
    "#[SSU]#=SH.UW #[SED]_=Z.D #[S]#=Z [SAID]=S.EH.D ^[SION]=SH.AX.N [S]S= .[S]_=Z #:.E[S]_=Z "
    "#:^##[S]_=Z #:^#[S]_=S U[S]_=S _:#[S]_=Z _[SCH]=S.K [S]C+= #[SM]=Z.M #[SN]'=Z.AX.N [S]=S",
    "t": "_[THE]_=DH.AX [TO]_=T.UW [THAT]_=DH.AE.T _[THIS]_=DH.IH.S _[THEY]=DH.EY _[THERE]=DH.EH.R "
    "[THER]=DH.ER [THEIR]=DH.EH.R _[THAN]_=DH.AE.N _[THEM]_=DH.EH.M [THESE]_=DH.IY.Z "
    "_[THEN]=DH.EH.N [THROUGH]=TH.R.UW [THOSE]=DH.OW.Z [THOUGH]_=DH.OW _[THUS]=DH.AH.S [TH]=TH "
    "#:[TED]_=T.IH.D S[TI]#N=CH [TI]O=SH [TI]A=SH [TIEN]=SH.AX.N [TUR]#=CH.ER [TU]A=CH.UW "
    "_[TWO]=T.UW [TCH]=CH T[T]= [T]=T",
    "u": "_[UN]I=Y.UW.N _[UN]=AH.N _[UPON]=AX.P.AO.N @[UR]#=UH.R [UR]#=Y.UH.R [UR]=ER [U]^_=AH "
    "[U]^^=AH [UY]=AY _G[U]#= G[U]%= G[U]#=W #N[U]=Y.UW @[U]=UW [U]=Y.UW",
    "v": "[VIEW]=V.Y.UW [V]=V",
    "w": "_[WERE]=W.ER [WA]S=W.AA [WA]T=W.AA [WHERE]=W.EH.R [WHAT]=W.AA.T [WHOL]=HH.OW.L "
    "[WHO]=HH.UW [WH]=W [WAR]=W.AO.R [WOR]^=W.ER [WR]=R [W]=W",
    "x": "_[X]=Z [X]=K.S",
    "y": "[YOUNG]=Y.AH.NG _[YOU]=Y.UW _[YES]=Y.EH.S _[Y]=Y #:^[Y]_=IY #:^[Y]I=IY _:[Y]_=AY "
    "_:[Y]#=AY _:[Y]^+:#=IH _:[Y]^#=AY [Y]=IH",
    "z": "Z[Z]= [Z]=Z",
    "'": "[']=",
}

_VOWEL, _CONSONANT = "[aeiouy]", "[bcdfghjklmnpqrstvwxz]"
_CONTEXT: dict[str, str] = {
    "_": r"(?![a-z'])", "#": f"{_VOWEL}+", ":": f"{_CONSONANT}*", "^": _CONSONANT,
    ".": "[bdgjlmnrvwz]", "+": "[eiy]", "&": "(?:[scgzxj]|ch|sh)", "@": "(?:[tsrdlznj]|th|ch|sh)",
    "%": "(?:er|es|ed|ely|ing|e)(?![a-z])",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    left: re.Pattern[str]
    letters: str
    right: re.Pattern[str]
    phones: tuple[str, ...]


def sound_out(word: str) -> tuple[str, ...]:
    """Return the phones of an English word by rule, ARPABET without stress.

    Args:
        word: Lower-case letters a-z and apostrophes; other characters are silent.
    """
    phones: list[str] = []
    at = 0
    while at < len(word):
        rule = next((rule for rule in _RULES.get(word[at], ()) if _fits(rule, word, at)), None)
        phones += rule.phones if rule else ()
        at += len(rule.letters) if rule else 1
    return tuple(phones)


def _fits(rule: _Rule, word: str, at: int) -> bool:
    end = at + len(rule.letters)
    return (
        word.startswith(rule.letters, at)
        and rule.right.match(word, end) is not None
        and rule.left.search(word[:at]) is not None
    )


def _compiled(text: str) -> _Rule:
    pattern, _, phones = text.rpartition("=")
    left, _, rest = pattern.partition("[")
    letters, _, right = rest.partition("]")
    before = "".join("^" if sign == "_" else _sign(sign) for sign in left)
    after = "".join(_sign(sign) for sign in right)
    return _Rule(
        re.compile(f"(?:{before})$"),
        letters.lower(),
        re.compile(after),
        tuple(phone for phone in phones.split(".") if phone),
    )


def _sign(sign: str) -> str:
    return _CONTEXT.get(sign) or re.escape(sign.lower())


_RULES: dict[str, tuple[_Rule, ...]] = {
    letter: tuple(_compiled(rule) for rule in rules.split()) for letter, rules in RULES.items()
}
