"""A table of notices as CSV, read as it streams: one notice a line, all of one claimant.

What a column does not say of a line, the claimant has said for the whole file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from rightsd.domain import catalogue
from rightsd.domain.catalogue import Fault
from rightsd.domain.notice import NAME_LENGTH_MAX, TEXT_LENGTH_MAX
from rightsd.domain.regime import Kind

ROWS_MAX = 1_000
BYTES_MAX = 4 * 1024 * 1024
_TEXTS: Mapping[str, int] = {
    "location": 2_000,  # An id, a URL or a description.
    "work": NAME_LENGTH_MAX,
    "statement": TEXT_LENGTH_MAX,
}
_STATEMENTS = ("good_faith", "accurate", "authorised", "not_consented", "offence_against_child")
COLUMNS = ("kind", *_TEXTS, *_STATEMENTS)
_SAID = {"": None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One notice.

    Attributes:
        line: Where it begins, from 1.
        said: What it says, by the names of the fields of a claim.
    """

    line: int
    kind: Kind
    said: Mapping[str, str | bool]


def read(file: IO[bytes]) -> Iterator[Row | Fault]:
    """Yield the notices of a table, and a fault for each line that is none."""
    columns: tuple[str, ...] | None = None
    rows = 0
    for line, record in catalogue.records(file):
        if isinstance(record, str):
            yield Fault(line, record)
        elif columns is None:
            columns = tuple(cell.strip().lower() for cell in record)
            named = set(columns)
            if len(named) < len(columns) or not {"kind", "location"} <= named <= set(COLUMNS):
                names = ", ".join(COLUMNS)
                yield Fault(line, f"the first line names the columns, each once, of {names}")
                return
        elif record:
            rows += 1
            if rows > ROWS_MAX:
                yield Fault(line, f"the table has more than {ROWS_MAX:,} notices")
                return
            yield _row(line, columns, record)
    if columns is None:
        yield Fault(1, "the table has no first line that names its columns")


def _row(line: int, columns: tuple[str, ...], record: list[str]) -> Row | Fault:
    if len(record) != len(columns):
        return Fault(line, f"it has {len(record)} cells, and the first line names {len(columns)}")
    cells = {name: catalogue.plain(cell) for name, cell in zip(columns, record, strict=True)}
    try:
        kind = Kind(cells["kind"].lower())
    except ValueError:
        return Fault(line, f"its kind is none of {', '.join(Kind)}")
    said: dict[str, str | bool] = {}
    for name, most in _TEXTS.items():
        text = cells.get(name, "")
        shown = text.replace("\n", " ").replace("\t", " ")
        if len(text) > most or not shown.isprintable():
            return Fault(line, f"its {name} has more than {most:,} characters, or cannot be shown")
        if text:
            said[name] = text
    for name in _STATEMENTS:
        answer = cells.get(name, "").lower()
        if answer not in _SAID:
            return Fault(line, f"its {name} is neither yes nor no")
        if (value := _SAID[answer]) is not None:
            said[name] = value
    return Row(line, kind, said)
