"""The text gate's decision over more and more names, against one bare indexed SELECT.

On a machine that others use, times say little: so the growth is told by processor time.
"""

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.db.migrate import migrate
from rightsd.db.tx import Tx
from rightsd.domain import matching, neutral
from rightsd.domain.policy import wish_of
from rightsd.workflows.generations import deciding
from tests.bench.servers import cpu_seconds
from tests.bench.table import Row

SIZES = (1_000, 100_000, 1_000_000)
NAMES_OF_A_WORK = 5
WORST_ROUNDS = 10
PROMPTS = Path(__file__).parents[1] / "gate" / "prompts.ndjson"
ONSETS = ("b", "br", "ch", "d", "dr", "f", "g", "gl", "h", "j", "k", "l", "m", "n", "p", "qu", "r")
ONSETS = (*ONSETS, "s", "sh", "st", "t", "th", "tr", "v", "w", "y", "z", "")
VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "oo")
CODAS = ("", "", "l", "n", "r", "s", "m", "ck", "x", "nd")
REFERENCE = "one indexed SELECT"
WORST = {
    "300 characters of ordinary prompts": lambda chance: ". ".join(
        chance.choices(neutral.prompts(), k=10)
    )[:300],
    "1,500 single letters": lambda chance: " ".join(chance.choices("abcdefghijklmnop", k=1_500)),
    "4,000 characters of labelled prompts": lambda _: " ".join(prompts())[:4_000],
    "4,000 characters of words in no dictionary": lambda chance: " ".join(
        invented(chance) for _ in range(600)
    )[:4_000],
    "1,500 ideographs": lambda chance: "".join(chance.choices("星雲月風剣花雪影城海山", k=1_500)),
    "1,500 times the same letter": lambda _: "a " * 1_500,
}


def run(
    folder: Path, *, sizes: Sequence[int] = SIZES, worst_rounds: int = WORST_ROUNDS
) -> list[Row]:
    folder.chmod(0o755)
    with EmbeddedPostgres(folder / "pg") as server, psycopg.connect(server.dsn) as conn:
        migrate(conn)
        conn.commit()
        rows: list[Row] = []
        first: list[float] = []
        for before, size in zip((0, *sizes), sizes, strict=False):
            fill(conn, before, size)
            tx = Tx(conn, datetime.now(UTC), bytes(32))
            bare = [_timed(lambda: _bare(conn)) for _ in range(500)]
            # The first time, what Postgres has not read since the names came is read.
            anew, _ = _decisions(tx, server)
            cpu, times = _decisions(tx, server)
            first = first or [anew, cpu]
            rows += _ordinary(size, times, bare)
            for when, used, least in zip(("first time", "again"), (anew, cpu), first, strict=True):
                what = f"decision, {size:,} names, processor time of client and server, {when}"
                rows.append(Row(what, used, "ms", "the same with 1,000 names", least, "ratio < 2"))
            conn.commit()
        return rows + _worst(tx, server, worst_rounds)


def _ordinary(size: int, times: Sequence[float], bare: Sequence[float]) -> list[Row]:
    median = statistics.median
    return [
        Row(f"decision, {size:,} names, p50", median(times), "ms", REFERENCE, median(bare)),
        Row(
            f"decision, {size:,} names, p95",
            *(_quantile(times, 0.95), "ms", REFERENCE, _quantile(bare, 0.95), "≤ 5 ms"),
        ),
    ]


def _worst(tx: Tx, server: EmbeddedPostgres, rounds: int) -> list[Row]:
    rows: list[Row] = []
    for what, make in WORST.items():
        prompt = make(random.Random(what))
        before = _cpu(server)
        times = [_timed(lambda prompt=prompt: _decide(tx, prompt)) for _ in range(rounds)]
        cpu = (_cpu(server) - before) / rounds * 1e3
        rows.append(
            Row(
                f"decision, {SIZES[-1]:,} names, {what}",
                *(statistics.median(times), "ms", "its processor time, client and server", cpu),
                "bounded",
            )
        )
    return rows


def prompts() -> list[str]:
    return [json.loads(line)["prompt"] for line in PROMPTS.read_text().splitlines()]


def _decisions(tx: Tx, server: EmbeddedPostgres) -> tuple[float, list[float]]:
    """Return the processor time of a decision, and how long each took, in ms."""
    asked = prompts()
    before = _cpu(server)
    times = [_timed(lambda prompt=prompt: _decide(tx, prompt)) for prompt in asked]
    return (_cpu(server) - before) / len(times) * 1e3, times


def fill(conn: psycopg.Connection, before: int, size: int) -> None:
    """Register works with so many names in all, each opted out."""
    first, last = before // NAMES_OF_A_WORK, size // NAMES_OF_A_WORK
    conn.execute(
        "INSERT INTO rights.account VALUES ('acc_b', 'rights_holder', 'open', now()) "
        "ON CONFLICT DO NOTHING"
    )
    conn.execute(
        """
        INSERT INTO rights.work (id, account_id, kind, title, state, registered_at)
        SELECT 'wrk_' || number, 'acc_b', 'work', 'work ' || number, 'registered', now()
        FROM generate_series(%s::int, %s::int - 1) AS number
        """,
        (first, last),
    )
    conn.execute(
        """
        INSERT INTO rights.optout (id, work_id, account_id, state, registered_at)
        SELECT 'opt_' || number, 'wrk_' || number, 'acc_b', 'standing', now()
        FROM generate_series(%s::int, %s::int - 1) AS number
        """,
        (first, last),
    )
    # An index over many rows is made faster at once, and in memory.
    conn.execute("SET maintenance_work_mem = '1GB'")
    conn.execute("DROP INDEX rights.alias_by_near")
    with conn.cursor().copy("COPY rights.alias (work_id, shown, folded, key) FROM STDIN") as copy:
        for row in _names(random.Random(before), first, last):
            copy.write_row(row)
    conn.execute(
        "CREATE INDEX alias_by_near ON rights.alias USING gin (near) WITH (fastupdate = off)"
    )
    conn.commit()
    conn.autocommit = True
    conn.execute("VACUUM ANALYZE rights.alias")
    conn.execute("VACUUM ANALYZE rights.optout")
    conn.execute("VACUUM ANALYZE rights.work")
    conn.autocommit = False


def _names(chance: random.Random, first: int, last: int) -> Iterator[tuple[str, str, str, str]]:
    for work in range(first, last):
        shown = set[str]()
        while len(shown) < NAMES_OF_A_WORK:
            words = chance.choices((1, 2, 3), (6, 3, 1))[0]
            shown.add(" ".join(invented(chance) for _ in range(words)))
        for name in sorted(shown):
            folded = name.replace(" ", "")
            yield f"wrk_{work}", name, folded, matching.key(folded)


def invented(chance: random.Random) -> str:
    """Return a word that one can say, and that is hardly in a dictionary."""
    return "".join(
        chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(CODAS)
        for _ in range(chance.choice((2, 3, 3, 4)))
    )


def _bare(conn: psycopg.Connection) -> None:
    conn.execute("SELECT 1 FROM rights.alias WHERE skeleton = %s", ("vexwing",)).fetchone()


def _decide(tx: Tx, prompt: str) -> None:
    deciding.decide(tx, wish_of("acc_b", prompt, ()))


def _timed(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return (time.perf_counter() - start) * 1e3


def _cpu(server: EmbeddedPostgres) -> float:
    """Return the processor time of client and server: what does not depend on who else works."""
    return time.process_time() + cpu_seconds(server)


def _quantile(times: Sequence[float], part: float) -> float:
    return sorted(times)[int(len(times) * part)]
