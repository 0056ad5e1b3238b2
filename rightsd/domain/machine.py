"""State machines as tables.

A machine is a mapping from (state, event kind) to the next state; the state before a thing exists
is None. The same table drives the live system, the replay of the ledger, the tests and the
diagrams in rightsd/README.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from rightsd.errors import Code, RightsError

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Machine(Generic[S]):
    """The states that one kind of thing can be in, and what leads from one to the next."""

    edges: Mapping[tuple[S | None, str], S]

    def next(self, state: S | None, kind: str) -> S:
        """Return the state after an event.

        Raises:
            RightsError: CONFLICT, when this event cannot happen in this state.
        """
        try:
            return self.edges[state, kind]
        except KeyError:
            noun, _, participle = kind.partition(".")
            detail = f"this {noun} is {state}, so it cannot be {participle.replace('_', ' ')}"
            raise RightsError(Code.CONFLICT, detail) from None

    def mermaid(self) -> str:
        """Return the table as a Mermaid state diagram."""
        lines = [
            f"    {state or '[*]'} --> {after}: {kind.partition('.')[2]}"
            for (state, kind), after in self.edges.items()
        ]
        return "\n".join(["stateDiagram-v2", *lines])
