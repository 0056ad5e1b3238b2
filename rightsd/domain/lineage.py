"""Lineage: outputs that are made of others stand and fall with them."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from rightsd.domain import rulebook
from rightsd.domain.rulebook import Reason

DEPTH_MAX = 8  # Outputs in a line, each made of the next: whoever is shown the last asks for all.
CITED_MAX = 20  # Clips cited in one refusal; more help nobody.


class By(StrEnum):
    """How it is known that one clip is made of another."""

    NAMED = "named"  # The request says so.
    SHOWN = "shown"  # A reference of the request shows it.


def reasons(ended: Mapping[str, str | None]) -> Iterator[Reason]:
    """Yield why nothing may be made of clips.

    Args:
        ended: What keeps each from being shown, by id of the clip; None: nothing by name.
    """
    for generation_id, because_of in sorted(ended.items())[:CITED_MAX]:
        evidence = {"generation_id": generation_id}
        if because_of is not None:
            evidence["because_of"] = because_of
        detail = "a clip that it is made of may not be shown any more"
        yield rulebook.reason(rulebook.REMIX_ENDED, detail, evidence)


def reasons_of_platforms(barred: Mapping[str, str]) -> Iterator[Reason]:
    """Yield why something is not to be shown where it would be, because of what it is made of.

    Args:
        barred: The revocations by which that is so, by platform.
    """
    for platform, revocation_id in sorted(barred.items())[:CITED_MAX]:
        detail = f"what it is made of is not to be shown on {platform}; say where else it will be"
        yield rulebook.reason(rulebook.REVOCATION_STANDS, detail, {"revocation_id": revocation_id})
