"""The public log of notices. Nobody is asked who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from rightsd.db import accounts, generations, notices, standing, subjects, transparency, vocabulary
from rightsd.db.transparency import Row
from rightsd.db.tx import Tx
from rightsd.domain import transparency as domain
from rightsd.domain.notice import Notice
from rightsd.domain.transparency import MONTHS_MAX, Count, Told
from rightsd.domain.withholding import Withheld, withhold

NOTHING = Withheld("", 0)


@dataclass(frozen=True, slots=True)
class Page:
    """Notices, newest first, and the last one's id if there are more."""

    notices: list[Told]
    before: str | None


def page(tx: Tx, *, before: str | None, limit: int) -> Page:
    """Return what everyone is told of notices, those before one that was shown.

    Args:
        tx: The transaction.
        before: The last notice of the page before; one that is not known has nothing before it.
        limit: How many.
    """
    rows = transparency.page(tx, before=before, limit=limit + 1)
    shown = rows[:limit]
    targets = [row.generation_id for row in shown if row.generation_id is not None]
    upheld = {each for ids in standing.upheld_notices(tx, targets).values() for each in ids}
    told = [_told(tx, row, down=row.id in upheld) for row in shown]
    return Page(told, shown[-1].id if len(rows) > limit else None)


def counts(tx: Tx) -> list[Count]:
    """Return how many notices there were in the last months, by kind and where they stand."""
    first = tx.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since = (first - timedelta(days=30 * MONTHS_MAX)).replace(day=1)
    return transparency.counts(tx, since=since)


def _told(tx: Tx, row: Row, *, down: bool) -> Told:
    withheld = _withheld(tx, row) if domain.has_text(row.kind, row.state) else NOTHING
    return Told(
        id=row.id,
        kind=row.kind,
        state=row.state,
        down=down,
        received_on=row.received_at.date(),
        decided_on=row.decided_at and row.decided_at.date(),
        generation_id=row.generation_id if domain.PUBLISHED.get(row.kind, False) else None,
        text=withheld.text or None,
        withheld=withheld.times,
    )


def _withheld(tx: Tx, row: Row) -> Withheld:
    notice = notices.find(tx, row.id)
    if notice is None:
        return NOTHING
    return withhold(notice.claim.statement, _parties(tx, notice), vocabulary.load())


def _parties(tx: Tx, notice: Notice) -> Sequence[str]:
    """Return what is not published of whoever the notice is between: names and addresses."""
    parties = [notice.claim] if notice.counter is None else [notice.claim, notice.counter]
    found = [
        each for one in parties for each in (one.name, one.address, one.telephone, one.signature)
    ]
    found.append(notice.claim.email)
    generation_id = notice.generation_id
    generation = None if generation_id is None else generations.find(tx, generation_id)
    if generation is not None:
        creator = accounts.find(tx, generation.account_id)
        found += [] if creator is None else [creator.name]
        cast = subjects.people(tx, generation.wanted.people)
        found += [person.handle for person in cast.values()]
    return found
