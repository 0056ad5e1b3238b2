"""Statements of reasons: drawn up as the log goes on, exported, and sent where the law wants them.

Two steps that every worker runs: `draw_up` follows the log by index, one process at a time, and
`submit_due` sends what the DSA Transparency Database does not have yet.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta

from rightsd.adapters.dsa import Taken, TransparencyDatabase
from rightsd.db import dsa
from rightsd.db.dsa import Statement
from rightsd.db.tx import Tx
from rightsd.domain import dsa as domain
from rightsd.domain.dsa import BATCH_MAX
from rightsd.domain.principal import Principal, Role
from rightsd.errors import RightsError
from rightsd.runtime import Runtime

ENTRIES_BATCH = 1000  # Of the log, in one transaction.
LEASE = timedelta(minutes=5)  # More than a batch and as many questions can take.
RETRY = timedelta(minutes=1)  # After the first attempt; twice as long after each.
RETRY_MAX = timedelta(hours=6)
NOT_TAKEN = "the database says that it is not as it should be"

logger = logging.getLogger(__name__)


def draw_up(rt: Runtime) -> int:
    """Draw up the statements for the withdrawals since the last time; return how many."""
    drawn = 0
    while not rt.stopping.is_set():
        with rt.transaction() as tx:
            turn = dsa.lock_turn(tx, batch=ENTRIES_BATCH)
            if turn is None:
                return drawn
            drawn += _draw_up(tx, *turn)
        if turn[1] - turn[0] < ENTRIES_BATCH:
            break
    return drawn


def page(tx: Tx, actor: Principal, *, after: int, limit: int) -> list[Statement]:
    """Return statements in the order of the log, those after an index. Auditors and reviewers."""
    actor.require(Role.AUDITOR, Role.REVIEWER, Role.ADMIN)
    return dsa.page(tx, after=after, limit=limit)


def batches(rt: Runtime) -> Iterator[list[Statement]]:
    """Yield all statements, as many at a time as the database takes in one request."""
    after = -1
    while True:
        with rt.transaction() as tx:
            batch = dsa.page(tx, after=after, limit=BATCH_MAX)
        if not batch:
            return
        yield batch
        after = batch[-1].index


def submit_due(rt: Runtime, database: TransparencyDatabase) -> int:
    """Send the statements that are due, once each; return how many the database has got by this.

    What was sent before without an answer may have arrived: the database is asked before that is
    sent again, and names every statement by its puid.
    """
    sent = 0
    while not rt.stopping.is_set():
        with rt.transaction() as tx:
            due = dsa.take(tx, until=tx.now + LEASE, limit=BATCH_MAX)
        if not due:
            break
        try:
            sent += _submit(rt, database, due)
        except RightsError as error:
            logger.warning("statements of reasons could not be sent: %s", error.detail)
            _put_off(rt, due, error.detail)
            break
    return sent


def _draw_up(tx: Tx, start: int, end: int) -> int:
    found = dsa.withdrawals(tx, start, end)
    published = dsa.publications(tx, [withdrawn.subject for _, withdrawn in found])
    ids = sorted({domain.cause_of(withdrawn) for _, withdrawn in found})
    causes, trusted = dsa.histories(tx, ids), dsa.of_flaggers(tx, ids)
    for index, withdrawn in found:
        cause = domain.cause_of(withdrawn)
        said = domain.statement(
            withdrawn,
            published.get(withdrawn.subject),
            [event for event in causes.get(cause, []) if event.at <= withdrawn.at],
            trusted=cause in trusted,
        )
        dsa.insert(tx, index, said)
    dsa.move_on(tx, end)
    return len(found)


def _submit(rt: Runtime, database: TransparencyDatabase, due: list[Statement]) -> int:
    there = [each for each in due if each.attempts > 1 and database.has(each.puid)]
    _settle(rt, there)
    rest = [each for each in due if each not in there]
    if not rest:
        return len(there)
    if database.submit([each.written for each in rest]) is Taken.TAKEN:
        _settle(rt, rest)
        return len(due)
    # One of them is at fault, or is there already: each is on its own now.
    taken = [each for each in rest if _is_taken(database, each)]
    _settle(rt, taken)
    refused = [each for each in rest if each not in taken]
    for each in refused:
        logger.error("the statement of reasons %s is not taken", each.puid)
    _put_off(rt, refused, NOT_TAKEN)
    return len(there) + len(taken)


def _is_taken(database: TransparencyDatabase, statement: Statement) -> bool:
    return database.submit([statement.written]) is Taken.TAKEN or database.has(statement.puid)


def _settle(rt: Runtime, statements: list[Statement]) -> None:
    with rt.transaction() as tx:
        dsa.settle(tx, [each.puid for each in statements], trouble=None, due_at=None)


def _put_off(rt: Runtime, statements: list[Statement], trouble: str) -> None:
    with rt.transaction() as tx:
        for each in statements:
            wait = min(RETRY_MAX, RETRY * 2 ** min(each.attempts - 1, 10))
            dsa.settle(tx, [each.puid], trouble=trouble, due_at=tx.now + wait)
