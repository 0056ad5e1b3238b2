"""A table of works and opt-outs as CSV: read as it streams, and written so that it stays a table.

Source: RFC 4180, as UTF-8, with or without a byte order mark. The first line names the columns.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from rightsd.domain import matching
from rightsd.domain.work import ALIASES_MAX, TITLE_LENGTH_MAX, Kind

ROWS_MAX = 1_000_000
LINE_BYTES_MAX = 128 * 1024  # A work with all its names, in whatever script; a record too.
COLUMNS = ("title", "kind", "aliases", "optout")
# A spreadsheet takes a cell that begins with one of these for a formula, and runs it.
FORMULA = tuple("=+-@\t\r＝＋－＠")
_OPTED_OUT = {"": True, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a work: as it is shown, and in the forms by which it is found."""

    shown: str
    folded: str
    key: str


@dataclass(frozen=True, slots=True)
class Row:
    """A work, its names, and whether it is opted out.

    Attributes:
        line: Where it begins, from 1.
        names: The title's first, then the aliases', each folded form once.
    """

    line: int
    kind: Kind
    title: str
    names: tuple[Name, ...]
    opted_out: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which line, from 1."""

    line: int
    what: str


class RowError(ValueError):
    """A row that cannot be taken, and why."""


class _LineError(Exception):
    pass


class _Lines:
    """The lines of a file as text, and the number of the last one.

    A record can have many lines, and its reader holds them all: so they are bounded together.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._record_bytes = 0
        self.number = 0

    def begin_record(self) -> int:
        """Return the number of the line that comes next, with which a record begins."""
        self._record_bytes = 0
        return self.number + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LINE_BYTES_MAX + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > LINE_BYTES_MAX:
            while line and not line.endswith(b"\n"):
                line = self._file.readline(LINE_BYTES_MAX)
            raise _LineError(f"the line has more than {LINE_BYTES_MAX} bytes")
        self._record_bytes += len(line)
        if self._record_bytes > LINE_BYTES_MAX:
            raise _LineError(f"the lines of one record have more than {LINE_BYTES_MAX} bytes")
        try:
            return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise _LineError("the line is not UTF-8") from None


def read(file: IO[bytes]) -> Iterator[Row | Fault]:
    """Yield the rows of a table, and a fault for each that is none; a line at a time."""
    columns: tuple[str, ...] | None = None
    rows = 0
    for line, record in records(file):
        if isinstance(record, str):
            yield Fault(line, record)
        elif columns is None:
            columns = tuple(cell.strip().lower() for cell in record)
            if len(set(columns)) < len(columns) or not {"title"} <= set(columns) <= set(COLUMNS):
                names = ", ".join(COLUMNS)
                yield Fault(line, f"the first line names the columns, each once, of {names}")
                return
        elif record:
            rows += 1
            if rows > ROWS_MAX:
                yield Fault(line, f"the table has more than {ROWS_MAX} works")
                return
            try:
                yield _row(line, columns, record)
            except RowError as error:
                yield Fault(line, str(error))
    if columns is None:
        yield Fault(1, "the table has no first line that names its columns")


def records(file: IO[bytes]) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the line in which each record begins, and its cells or what is wrong with it."""
    lines = _Lines(file)
    found = csv.reader(lines, strict=True)
    while True:
        line = lines.begin_record()
        try:
            yield line, next(found)
        except StopIteration:
            return
        except (csv.Error, _LineError) as error:
            yield line, str(error)


def plain(cell: str) -> str:
    """Return what a cell says, without the apostrophe that kept it from running as a formula."""
    cell = cell.strip()
    unquoted = cell.removeprefix("'")
    return unquoted if unquoted.startswith(FORMULA) else cell


def row(
    *, kind: Kind, title: str, aliases: Sequence[str], opted_out: bool = True, line: int = 1
) -> Row:
    """Return a work as a row.

    Raises:
        RowError: A name is too long, too short, or cannot be shown.
    """
    if len(aliases) > ALIASES_MAX:
        raise RowError(f"a work has at most {ALIASES_MAX} aliases")
    names = [_name(shown) for shown in (title, *aliases)]
    once = {name.folded: name for name in reversed(names)}
    return Row(line, kind, names[0].shown, tuple(reversed(once.values())), opted_out)


def dump(row: Row) -> str:
    """Return a row as a line of JSON, for `load`."""
    names = [[name.shown, name.folded, name.key] for name in row.names]
    return json.dumps([row.line, row.kind, row.title, row.opted_out, names], ensure_ascii=False)


def load(line: str) -> Row:
    """Return the row that was dumped as a line."""
    number, kind, title, opted_out, names = json.loads(line)
    return Row(number, Kind(kind), title, tuple(Name(*name) for name in names), opted_out)


def write(cells: Sequence[str]) -> str:
    """Return a line of CSV.

    A cell that would run as a formula gets an apostrophe, which `read` takes away again.
    """
    text = io.StringIO()
    safe = [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]
    csv.writer(text, lineterminator="\r\n").writerow(safe)
    return text.getvalue()


def join(aliases: Sequence[str]) -> str:
    """Return aliases in one cell; a bar within one is doubled."""
    return " | ".join(alias.replace("|", "||") for alias in aliases)


def _row(line: int, columns: Sequence[str], record: Sequence[str]) -> Row:
    if len(record) != len(columns):
        raise RowError(f"it has {len(record)} cells, and the first line names {len(columns)}")
    cells = {name: plain(cell) for name, cell in zip(columns, record, strict=True)}
    try:
        kind = Kind(cells.get("kind", "").lower() or Kind.WORK)
    except ValueError:
        raise RowError(f"its kind is none of {', '.join(Kind)}") from None
    opted_out = _OPTED_OUT.get(cells.get("optout", "").lower())
    if opted_out is None:
        raise RowError("its optout is neither yes nor no")
    aliases = _split(cells.get("aliases", ""))
    return row(kind=kind, title=cells["title"], aliases=aliases, opted_out=opted_out, line=line)


def _split(cell: str) -> list[str]:
    """Return the aliases of a cell: bars part them, and a doubled bar is one that is meant."""
    # No cell that is taken holds this character: names must be printable.
    parts = cell.replace("||", "\x00").split("|")
    return [part.replace("\x00", "|").strip() for part in parts if part.strip()]


def _name(shown: str) -> Name:
    shown = shown.strip()
    if not shown.isprintable():
        raise RowError("a name holds a character that cannot be shown")
    if len(shown) > TITLE_LENGTH_MAX:
        raise RowError(f"a name has more than {TITLE_LENGTH_MAX} characters")
    folded = matching.fold(shown)
    if len(folded) > matching.RUN_LENGTH_MAX:
        raise RowError(f"“{shown[:40]}…” has more than {matching.RUN_LENGTH_MAX} letters")
    if matching.is_too_short(folded):
        raise RowError(f"“{shown}” is too short for a name")
    return Name(shown, folded, matching.key(folded))
