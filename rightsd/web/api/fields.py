"""Kinds of fields that several resources have."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from rightsd.domain import characters
from rightsd.domain.price import AMOUNT_MAX, Per, Price


def _printable(text: str) -> str:
    """Refuse characters that a reader cannot see or a database cannot hold."""
    if (found := characters.hidden(text)) is not None:
        raise ValueError(f"holds the control character {found}")
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


class PriceIn(Body):
    """A price in whole minor units of a currency (ISO 4217); 0 is for nothing."""

    amount: Annotated[int, Field(ge=0, le=AMOUNT_MAX)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$")]
    per: Per

    def price(self) -> Price:
        """Return the price, as it was sent."""
        return Price(self.amount, self.currency, self.per)


class PriceOut(Out):
    """A price in whole minor units of a currency (ISO 4217)."""

    amount: int
    currency: str
    per: Per
