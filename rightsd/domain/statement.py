"""Statement: what licences earned in a period, and whose that is. Nothing is paid here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.domain import catalogue
from rightsd.domain.offer import WHOLE, Share
from rightsd.domain.price import Price

COLUMNS = (
    *("licence_id", "offer_id", "creator_id", "uses", "seconds", "price", "per", "currency"),
    *("amount", "share_basis_points", "share_amount"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What was used of one licence in a period.

    Attributes:
        uses: Outputs that were released.
        seconds: Of these together.
        amount: Minor units: of the uses, and of the licence itself if it was issued in the period.
    """

    licence_id: str
    offer_id: str
    creator_id: str
    price: Price
    shares: tuple[Share, ...]
    uses: int
    seconds: int
    amount: int


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as one account is shown it.

    Attributes:
        basis_points: The account's share; None for the creator, who owes the whole.
        share_amount: What that is, in minor units.
    """

    entry: Entry
    basis_points: int | None
    share_amount: int | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What concerns one account in a period.

    Attributes:
        totals: By currency, in minor units: what the holder gets, or the creator owes.
    """

    begins: datetime
    ends: datetime
    lines: tuple[Line, ...]
    totals: Mapping[str, int]


def state(
    entries: Sequence[Entry], account_id: str, *, begins: datetime, ends: datetime
) -> Statement:
    """Return the statement of an account."""
    lines = tuple(_line(entry, account_id) for entry in entries)
    totals: dict[str, int] = {}
    for line in lines:
        due = line.entry.amount if line.share_amount is None else line.share_amount
        currency = line.entry.price.currency
        totals[currency] = totals.get(currency, 0) + due
    return Statement(begins, ends, lines, dict(sorted(totals.items())))


def split(amount: int, shares: Sequence[Share]) -> tuple[int, ...]:
    """Return an amount in parts that sum to it, each within one unit of its share.

    By largest remainder: every part is rounded down, and the units that are left go one each to
    those who lost most, the larger share first, then in the order of the accounts' ids.
    """
    assert amount >= 0
    assert sum(share.basis_points for share in shares) == WHOLE
    parts = [amount * share.basis_points // WHOLE for share in shares]
    lost = sorted(
        range(len(shares)),
        key=lambda place: (
            -(amount * shares[place].basis_points % WHOLE),
            -shares[place].basis_points,
            shares[place].account_id,
        ),
    )
    for place in lost[: amount - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def table(statement: Statement) -> Iterator[str]:
    """Yield a statement as lines of CSV (RFC 4180)."""
    yield catalogue.write(COLUMNS)
    for line in statement.lines:
        entry, price = line.entry, line.entry.price
        cells = (
            *(entry.licence_id, entry.offer_id, entry.creator_id, entry.uses, entry.seconds),
            *(price.amount, price.per.value, price.currency, entry.amount),
            *(line.basis_points, line.share_amount),
        )
        yield catalogue.write(["" if cell is None else str(cell) for cell in cells])


def _line(entry: Entry, account_id: str) -> Line:
    if account_id == entry.creator_id:
        return Line(entry, None, None)
    parts = split(entry.amount, entry.shares)
    for share, part in zip(entry.shares, parts, strict=True):
        if share.account_id == account_id:
            return Line(entry, share.basis_points, part)
    raise AssertionError("an entry concerns the account that it is read for")
