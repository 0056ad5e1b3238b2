"""What a benchmark says: each number beside a reference that was measured in the same run."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement.

    Attributes:
        what: What was measured, in words.
        value: The number, a median unless `what` says otherwise.
        unit: Of both numbers, as in "1/s" or "ms".
        reference: What it is compared with: a peer, a bare library call, the physical limit.
        reference_value: The reference's number, from the same run.
        goal: What should be reached, in words; empty when nothing was promised.
    """

    what: str
    value: float
    unit: str
    reference: str
    reference_value: float
    goal: str = ""

    @property
    def ratio(self) -> float:
        return self.value / self.reference_value


@dataclass(frozen=True, slots=True)
class Grid:
    """The same measured of many things, in many ways.

    Attributes:
        title: What the cells say.
        columns: Over the cells, the first over the names of the lines.
        lines: The cells of each line, by its name.
    """

    title: str
    columns: Sequence[str]
    lines: Mapping[str, Sequence[str]]


def render(measured: Sequence[Row | Grid]) -> str:
    """Return measurements as Markdown: rows that follow one another as one table, a grid as one."""
    tables: list[str] = []
    for is_grid, some in itertools.groupby(measured, key=lambda each: isinstance(each, Grid)):
        if is_grid:
            tables += [_grid(each) for each in some if isinstance(each, Grid)]
        else:
            tables.append(_rows([each for each in some if isinstance(each, Row)]))
    return "\n".join(tables)


def _rows(rows: Sequence[Row]) -> str:
    lines = [
        "| what | measured | reference | measured | ratio | goal |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.what} | {_number(row.value)} {row.unit} | {row.reference} "
        f"| {_number(row.reference_value)} {row.unit} | {row.ratio:.2f} | {row.goal} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _grid(grid: Grid) -> str:
    lines = [f"| {' | '.join(grid.columns)} |", "|---" * len(grid.columns) + "|"]
    lines += [f"| {' | '.join((name, *cells))} |" for name, cells in grid.lines.items()]
    return f"{grid.title}\n\n" + "\n".join(lines) + "\n"


def _number(value: float) -> str:
    """Return three digits at least, and never an exponent of ten."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
