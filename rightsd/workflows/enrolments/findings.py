"""What a check of some media finds: templates and numbers, or why it does not hold."""

from dataclasses import dataclass, field

from rightsd.domain.enrolment import Evidence, Fault
from rightsd.domain.template import Template


@dataclass(frozen=True, slots=True)
class Findings:
    """What holds of some media.

    Attributes:
        templates: What the person is recognised by.
        evidence: What was measured: numbers, no media.
    """

    templates: tuple[Template, ...]
    evidence: Evidence = field(default_factory=dict[str, int])

    def with_more(self, other: "Findings") -> "Findings":
        """Return both together."""
        return Findings((*self.templates, *other.templates), {**self.evidence, **other.evidence})


class UnfitError(Exception):
    """Something that was sent does not hold.

    Attributes:
        detail: Why, in a sentence for the person.
        evidence: What was measured.
    """

    def __init__(self, fault: Fault, detail: str, evidence: Evidence | None = None) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail
        self.evidence = evidence or {}
