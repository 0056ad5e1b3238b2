"""Kinds of fields that several resources have."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

_HIDDEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _printable(text: str) -> str:
    """Refuse characters that a reader cannot see or a database cannot hold."""
    for character in text:
        if character in _HIDDEN or (
            unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\r\t"
        ):
            raise ValueError(f"holds the control character U+{ord(character):04X}")
    return text


Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(_printable),
]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    AfterValidator(_printable),
]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True), AfterValidator(_printable)
]  # May be empty; whoever uses it sets the limit.
Code = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, strip_whitespace=True),
    AfterValidator(_printable),
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}_[0-9a-f]{32}$")]
TextId = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,32}\.[0-9]{1,6}\.[a-zA-Z-]{2,16}$")]

PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}  # Of pictures.


class Body(BaseModel):
    """What is sent: members that are not known are refused, so that no typing error is lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What is answered."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class ReasonOut(Out):
    """Why: a rule in its version, and the evidence."""

    rule: str
    version: int
    detail: str
    evidence: dict[str, str | int]


class ShownOut(Out):
    """A consent text that someone was shown, and the SHA-256 of its words."""

    id: str
    sha256: str
