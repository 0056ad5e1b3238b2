"""/v1/statements: statements of reasons, for the DSA Transparency Database."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query

from rightsd.db.dsa import Statement
from rightsd.domain.dsa import BATCH_MAX
from rightsd.web.api.fields import Out
from rightsd.web.auth import Actor, Rt
from rightsd.workflows import dsa

router = APIRouter(prefix="/v1/statements", tags=["transparency"])

INDEX_MAX = 2**63 - 1

After = Annotated[
    int, Query(ge=-1, le=INDEX_MAX, description="Index of the last one that you have")
]
Limit = Annotated[int, Query(ge=1, le=BATCH_MAX)]


class ReasonsOut(Out):
    """A statement of reasons, under the index of the withdrawal in the log."""

    index: int
    statement: dict[str, Any]
    submitted_at: datetime | None
    trouble: str | None

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """Return the public form."""
        return cls(
            index=statement.index,
            statement=dict(statement.written),
            submitted_at=statement.submitted_at,
            trouble=statement.trouble,
        )


class ReasonsPage(Out):
    """Statements in the order of the log. `after`: for the next page; None: this is the last."""

    statements: list[ReasonsOut]
    after: int | None


@router.get("")
def list_statements(
    actor: Actor, rt: Rt, after: After = -1, limit: Limit = BATCH_MAX
) -> ReasonsPage:
    """List the statements of reasons for withdrawals. Auditors and reviewers only."""
    with rt.transaction() as tx:
        found = dsa.page(tx, actor, after=after, limit=limit)
    return ReasonsPage(
        statements=[ReasonsOut.of(each) for each in found],
        after=found[-1].index if len(found) == limit else None,
    )
