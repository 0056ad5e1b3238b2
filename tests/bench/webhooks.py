"""How soon platforms are told, and what comes over a platform that was away.

The daemon's worker and the receiver are processes of their own. For the second part the receiver
answers 503 until everything waits and the line rests for as long as it ever does: it has then been
away for as good as an hour, since nothing changes any more but the clock. Then it is back. The
reference is one loop that posts to the same receiver, which has to verify that as well.
"""

import contextlib
import itertools
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from rightsd.adapters import webhooks
from rightsd.db import platforms
from rightsd.db.platforms import Sending
from rightsd.domain.delivery import FAILURES_BEFORE_REST, PERMITS_MAX
from rightsd.domain.events import Event
from rightsd.domain.webhook import Scheme
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows.platforms import View
from tests import telling
from tests.bench.servers import running
from tests.bench.table import Row
from tests.fakes import platform as fake
from tests.fakes.platform import Receiver

SINGLES = 200
EVENTS, OBJECTS = 100_000, 20_000
POSTS = 2_000  # Of the reference.
BATCH = 5_000
KINDS = itertools.cycle(("generation.withdrawn", "generation.restored"))
FAILURES = FAILURES_BEFORE_REST + 4  # In a row: 5, 10, 20, 40 seconds of rest, then the longest.
PAUSE_SECONDS = 0.05  # Between looks at one delivery.
WATCHING_SECONDS = 1.0  # Between looks at very many, so that watching costs them nothing.
SAYING_SECONDS = 10.0
PATIENCE_SECONDS = 600.0  # For everything to wait, and for everything to be told.


def run(
    folder: Path,
    *,
    singles: int = SINGLES,
    events: int = EVENTS,
    objects: int = OBJECTS,
    posts: int = POSTS,
    failures: int = FAILURES,
) -> list[Row]:
    with (
        fake.running() as receiver,
        running(folder, webhook_private=True) as (settings, rt),
        _worker(settings),
    ):
        _, view = telling.registered(rt, receiver)
        bare = _post(receiver, view, posts)
        rows = _first_attempts(rt, receiver, singles, bare)
        happened = _leave(rt, receiver, view, events, objects, failures)
        return rows + _return(receiver, happened, events, len(bare) / sum(bare))


def _first_attempts(rt: Runtime, receiver: Receiver, singles: int, bare: list[float]) -> list[Row]:
    first, *generation_ids = telling.published(rt, 1 + singles)
    telling.withdraw(rt, first)
    _await(lambda: any(one["data"].get("generation_id") == first for one in receiver.received))
    committed: dict[str, float] = {}
    receiver.forget()
    for generation_id in generation_ids:
        before = receiver.taken
        telling.withdraw(rt, generation_id)
        committed[generation_id] = time.time()
        _await(lambda before=before: receiver.taken > before)
    waited = sorted(
        one["at"] - committed[one["data"]["generation_id"]] for one in receiver.received
    )
    return [
        Row(
            f"commit to first attempt, {name}",
            max(_quantile(waited, part), 0.0) * 1e3,
            "ms",
            "a bare POST to the receiver",
            _quantile(sorted(bare), part) * 1e3,
            goal,
        )
        for name, part, goal in (("p50", 0.5, ""), ("p95", 0.95, "≤ 1 s"))
    ]


def _leave(
    rt: Runtime, receiver: Receiver, view: View, events: int, objects: int, failures: int
) -> dict[str, list[str]]:
    """Have the receiver away until everything waits, and the line rests."""
    receiver.behave(503)
    happened = _happen(rt, events, objects)
    _watch("waiting", events, lambda: _sending(rt, view).waiting)
    _watch("failures in a row", failures, lambda: _sending(rt, view).failures)
    return happened


def _return(
    receiver: Receiver, happened: dict[str, list[str]], events: int, bare_rate: float
) -> list[Row]:
    receiver.forget(brief=True)
    taken = receiver.taken
    receiver.behave("take")
    back = time.time()
    _watch("taken", events, lambda: receiver.taken - taken)
    taken_now = [one for one in receiver.received if one["taken"]]
    at = [one["at"] for one in taken_now]
    told = [(one["data"]["generation_id"], one["data"]["event_id"]) for one in taken_now]
    by_object: dict[str, list[str]] = {}
    for generation_id, event_id in told:
        by_object.setdefault(generation_id, []).append(event_id)
    lost = sum(len(ids) for ids in happened.values()) - len(set(told))
    wrong = sum(by_object.get(name) != ids for name, ids in happened.items())
    by_second = Counter(int(moment - at[0]) for moment in at)
    loop = "a bare loop of POSTs"
    return [
        Row("after the return: lost", lost, "", "events that waited", events, "0"),
        Row("objects told in another order", wrong, "", "objects", len(happened), "0"),
        Row("most under way at once", receiver.peak, "", "permits", PERMITS_MAX, "no more"),
        Row("from the return to the first", (at[0] - back), "s", "longest rest, jitter", 72.0),
        Row("taken in the first second", by_second[0], "1/s", loop, bare_rate, "no herd"),
        Row("in the busiest second", max(by_second.values()), "1/s", loop, bare_rate),
        Row("taken, over all", len(at) / max(at[-1] - at[0], 1e-3), "1/s", loop, bare_rate),
    ]


def _happen(rt: Runtime, events: int, objects: int) -> dict[str, list[str]]:
    """Have outputs withdrawn and restored in turns; return the ids of the events of each.

    Nobody's words and no file stand behind them: what else follows from the events ends at once.
    """
    (model,) = telling.published(rt, 1)
    with rt.transaction() as tx:
        tx.conn.execute(
            "CREATE TEMPORARY TABLE model ON COMMIT DROP AS"
            " SELECT * FROM rights.generation WHERE id = %s",
            (model,),
        )
        rows = tx.conn.execute(
            """
            INSERT INTO rights.generation
            SELECT (jsonb_populate_record(model, jsonb_build_object(
                'id', 'gen_' || md5(number::text), 'manifest_id', 'urn:c2pa:' || number,
                'watermark_id', NULL, 'state', 'withdrawn', 'sealed', NULL,
                'event_id', 'evt_' || md5(number::text)))).*
            FROM model, generate_series(1, %s) AS number RETURNING id
            """,
            (objects,),
        ).fetchall()
    happened: dict[str, list[str]] = {row[0]: [] for row in rows}
    made = 0
    for kind in KINDS:
        names = list(happened)[: events - made]
        for start in range(0, len(names), BATCH):
            with rt.transaction() as tx:
                batch = [
                    Event(kind, name, tx.now, {"because_of": "con_1"})
                    for name in names[start : start + BATCH]
                ]
                tx.record_all(batch)
            for event in batch:
                happened[event.subject].append(event.id)
        made += len(names)
        if made >= events:
            return happened
    raise AssertionError


def _post(receiver: Receiver, view: View, posts: int) -> list[float]:
    """Return how long each of some POSTs took, one after another."""
    times: list[float] = []
    body = b'{"type":"platform.pinged","data":{}}'
    for number in range(posts):
        headers = webhooks.headers(
            f"png_{number}",
            body,
            datetime.now(UTC),
            schemes=(Scheme.HMAC,),
            secrets=[view.platform.secrets.secret],
            keys=[],
        )
        begun = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", receiver.port)
        connection.request("POST", "/hook", body, headers)
        assert connection.getresponse().status == 204
        connection.close()
        times.append(time.perf_counter() - begun)
    return times


@contextlib.contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    said = {
        "RIGHTSD_HOME": str(settings.home),
        "RIGHTSD_DATABASE_URL": str(settings.database_url),
        "RIGHTSD_BLOBS_URL": str(settings.blobs_url),
        "RIGHTSD_WEBHOOK_PRIVATE": "true",
    }
    command = [sys.executable, "-m", "rightsd", "worker", "--attached"]
    with subprocess.Popen(command, env=os.environ | said, stdin=subprocess.PIPE) as process:
        yield
        assert process.stdin is not None
        process.stdin.close()


def _sending(rt: Runtime, view: View) -> Sending:
    with rt.transaction() as tx:
        return platforms.sending(tx, [view.platform.id])[view.platform.id]


def _watch(what: str, whole: int, count: Callable[[], int]) -> None:
    """Wait until there are so many, and say how it goes."""
    begun, said_at = time.monotonic(), 0.0
    while (found := count()) < whole:
        seconds = time.monotonic() - begun
        assert seconds < PATIENCE_SECONDS, f"{found} of {whole} {what}"
        if seconds - said_at >= SAYING_SECONDS:
            said_at = seconds
            print(f"{found:,} of {whole:,} {what} after {seconds:.0f} s", file=sys.stderr)
        time.sleep(min(WATCHING_SECONDS, max(seconds / 10, PAUSE_SECONDS)))


def _await(is_so: Any) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(PAUSE_SECONDS)


def _quantile(times: list[float], part: float) -> float:
    return times[int(len(times) * part)]
