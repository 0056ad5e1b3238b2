"""Two transactions, one of which must wait for the other."""

import threading
from collections.abc import Callable

from rightsd.db.tx import Tx
from rightsd.runtime import Runtime


def waits(rt: Runtime) -> bool:
    """Wait until some session waits for a lock, or nothing can wait any more."""
    for _ in range(2000):
        with rt.transaction() as tx:
            row = tx.conn.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchone()
        if row != (0,):
            return True
    return False


def race(rt: Runtime, hold: Callable[[Tx], object], end: Callable[[Tx], object]) -> list[str]:
    """Return in which order the commit of `hold` and the end of `end` happened."""
    order: list[str] = []

    def ending() -> None:
        with rt.transaction() as tx:
            end(tx)
        order.append("ended")

    thread = threading.Thread(target=ending)
    with rt.transaction() as tx:
        hold(tx)
        thread.start()
        assert waits(rt), "nothing kept the other side from committing in between"
        order.append("released")
    thread.join()
    return order
