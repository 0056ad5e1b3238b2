"""What a benchmark says: each number beside a reference that was measured in the same run."""

from collections.abc import Sequence
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


def render(rows: Sequence[Row]) -> str:
    """Return the measurements as a Markdown table."""
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


def _number(value: float) -> str:
    """Return three digits at least, and never an exponent of ten."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
