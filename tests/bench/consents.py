"""What asking the gate about a person costs, by what their consents say; in one transaction each.

Each check is what a release does: everything that it rests on is held until the transaction ends.
The search for opted-out works is not part of it, nor the commit: nothing was written.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.db import follows
from rightsd.db.migrate import migrate
from rightsd.db.tx import Tx
from rightsd.domain import policy
from rightsd.domain.policy import Outcome, Wish
from rightsd.domain.principal import Principal, Role
from rightsd.domain.terms import PERSONAL, Audience, Purpose, Use
from rightsd.domain.topics import Topic
from rightsd.workflows import consents
from rightsd.workflows.generations import deciding
from tests import people
from tests.bench.table import Row

ROUNDS = 300
CONSENTS = 2_000  # Of one person, each to another creator, of which half are revoked.
USED = 500  # Of a quota.
PROMPT = (
    "Shot 1: @ada waves beside a bouncing red ball in a park while the sun goes down behind the"
    " old town. Shot 2: @ada up close, laughing, as the wind moves the leaves."
)
GOAL = "p95 ≤ 2 ms"
Times = tuple[float, float]  # By the clock, and of our own processor time, in seconds.
QUANTILES = (("p50", 0, 0.5), ("p95", 0, 0.95), ("p95 of our own processor time", 1, 0.95))
REFERENCE = "SELECT 1 on the same connection"


@dataclass(frozen=True, slots=True)
class Case:
    """A wish, and what the gate should say to it."""

    what: str
    wish: Wish
    outcome: Outcome


def run(
    folder: Path, *, rounds: int = ROUNDS, count: int = CONSENTS, used: int = USED
) -> list[Row]:
    with EmbeddedPostgres(folder / "postgres") as postgres, psycopg.connect(postgres.dsn) as conn:
        migrate(conn)
        with conn.transaction():
            cases = _fill(Tx(conn, datetime.now(UTC), bytes(32)), count, used)
        conn.execute("ANALYZE")
        conn.commit()
        times: dict[str, list[Times]] = {case.what: [] for case in cases} | {REFERENCE: []}
        for _ in range(rounds):  # In turns, so that all meet the same load.
            times[REFERENCE].append(_timed(conn, lambda tx: tx.conn.execute("SELECT 1")))
            for case in cases:
                times[case.what].append(_timed(conn, _check(case)))
    return [
        Row(
            f"{case.what}, {name}",
            *(_quantile(times[case.what], of, part), "ms", REFERENCE),
            *(_quantile(times[REFERENCE], of, part), GOAL if name == "p95" else ""),
        )
        for case in cases
        for name, of, part in QUANTILES
    ]


def _timed(conn: psycopg.Connection, step: Callable[[Tx], object]) -> Times:
    with conn.transaction():
        tx = Tx(conn, datetime.now(UTC), bytes(32))
        used, begun = time.thread_time(), time.perf_counter()
        step(tx)
        return time.perf_counter() - begun, time.thread_time() - used


def _check(case: Case) -> Callable[[Tx], None]:
    def check(tx: Tx) -> None:
        facts = deciding.facts_about_people(tx, case.wish, of=None, hold=True)
        assert policy.decide(case.wish, facts, tx.now).outcome is case.outcome, case.what

    return check


def _quantile(times: list[Times], of: int, part: float) -> float:
    return sorted(each[of] for each in times)[int(len(times) * part)] * 1e3


def _fill(tx: Tx, count: int, used: int) -> list[Case]:
    person = people.account(tx, Role.PERSON)
    ada, ben, cleo = (people.subject(tx, person, handle) for handle in ("ada", "ben", "cleo"))
    granted, revoked = people.account(tx, Role.CREATOR), people.account(tx, Role.CREATOR)
    for number in range(count):
        to = (granted, revoked)[number] if number < 2 else people.account(tx, Role.CREATOR)
        given = people.consent(tx, person, ada, to)
        if number % 2:
            consents.revoke(tx, person, given.id)
    people.consent(
        tx,
        person,
        ben,
        audience=Audience.MUTUALS,
        purposes=(Purpose.PERSONAL, Purpose.EDITORIAL),
        denied_topics=tuple(Topic),
        territories=("JP", "US"),
        platforms=("tube.example",),
        languages=("en", "ja"),
        quota_total=1000,
        quota_30_days=100,
        strict=True,
        restrictions="no snakes, spiders and heights; not with Eve Miller; only waves",
    )
    follows.insert(tx, granted.account_id, person.account_id)
    follows.insert(tx, person.account_id, granted.account_id)
    people.consent(tx, person, cleo, audience=Audience.EVERYONE, quota_total=1000)
    creator = people.account(tx, Role.CREATOR)
    for _ in range(used):
        people.published(tx, creator, "@cleo waves")
    everywhere = Use(Purpose.PERSONAL, ("JP",), ("tube.example",), ("en",))
    of = f"one of {count:,} consents of a person"
    return [
        Case(f"granted, {of}", _wish(granted), Outcome.ALLOW),
        Case(f"revoked, {of}", _wish(revoked), Outcome.REFUSE),
        Case("never granted", _wish(creator), Outcome.REFUSE),
        Case("every term there is", _wish(granted, "ben", everywhere), Outcome.ALLOW),
        Case("every term there is, and not met", _wish(granted, "ben"), Outcome.REFUSE),
        Case(f"a quota of which {used:,} are used", _wish(creator, "cleo"), Outcome.ALLOW),
    ]


def _wish(creator: Principal, handle: str = "ada", use: Use = PERSONAL) -> Wish:
    prompt = PROMPT.replace("@ada", f"@{handle}")
    return policy.wish_of(creator.account_id, prompt, [], use)
