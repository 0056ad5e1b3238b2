"""The gate's decision over more and more descriptions of opted-out works, and what it refuses.

Every prompt is new to the process, as most are: its passages are read by the model. The works are
put together from lists, the prompts are the labelled ones that describe nothing.
"""

import itertools
import json
import random
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.adapters.minilm import MiniLM
from rightsd.db import descriptions
from rightsd.db.descriptions import Description
from rightsd.db.migrate import migrate
from rightsd.db.tx import Tx
from rightsd.db.vectors import Vectors
from rightsd.domain.policy import Outcome, wish_of
from rightsd.workflows.generations import deciding
from tests.bench.servers import cpu_seconds
from tests.bench.table import Row

SIZES = (1_000, 10_000)
GATE = Path(__file__).parents[1] / "gate"
INNOCENT = (("refused", Outcome.REFUSE, 1.0), ("held", Outcome.HOLD, 5.0))  # Per cent at most.
REFERENCE = "one text of ten words through the model"
LOOKS = "plump/lanky/tiny/enormous/three-eyed/hairless/velvet/glass/rusty/striped/winged/one-armed"
BEINGS = (
    "fox/knight/robot/mermaid/baker/dragon/owl/pirate/snail/ghost/tailor/bear/witch/goblin/girl"
)
WEARS = (
    "a crown of forks/a coat of postcards/copper boots/a scarf of smoke/a clock in the chest/"
    "antlers of coral/a lantern for a head/gloves of ice/a mask of bark/six mirrors on the back"
)
DOES = (
    "mends broken stars/sells bottled thunder/guards a library of shells/hunts lost shadows/"
    "sails a teacup/collects the last words of kings/teaches clouds to swim/paints doors on walls/"
    "races trains at night/keeps bees made of paper/digs tunnels to the moon/cooks with lava"
)
WHERE = (
    "in a drowned city/on the rim of a volcano/under a carnival/in the belly of a whale/"
    "on a bridge without end/in a desert of salt/behind a waterfall/on a floating market"
)


def run(folder: Path, *, sizes: Sequence[int] = SIZES, prompts_max: int | None = None) -> list[Row]:
    folder.chmod(0o755)
    model = MiniLM()
    asked = innocent()[:prompts_max]
    with EmbeddedPostgres(folder / "pg") as server, psycopg.connect(server.dsn) as conn:
        migrate(conn)
        conn.commit()
        rows: list[Row] = []
        for before, size in itertools.pairwise((0, *sizes)):
            fill(Tx(conn, datetime.now(UTC), bytes(32), vectors=Vectors(model)), before, size)
            conn.commit()
            rows += _measure(conn, server, size, asked)
        return rows


def _measure(
    conn: psycopg.Connection, server: EmbeddedPostgres, size: int, asked: Sequence[str]
) -> list[Row]:
    model = MiniLM()  # That remembers nothing.
    tx = Tx(conn, datetime.now(UTC), bytes(32), vectors=Vectors(model))
    begun = time.perf_counter()
    deciding.decide(tx, wish_of("acc_b", "a small red ball bounces slowly through a park", ()))
    first = (time.perf_counter() - begun) * 1e3
    bare = [_timed(model, f"a red ball number {n} bounces through a green park") for n in range(99)]
    times, outcomes = list[float](), list[Outcome]()
    used = time.process_time() + cpu_seconds(server)
    for prompt in asked:
        begun = time.perf_counter()
        outcomes.append(deciding.decide(tx, wish_of("acc_b", prompt, ())).outcome)
        times.append((time.perf_counter() - begun) * 1e3)
    cpu = (time.process_time() + cpu_seconds(server) - used) / len(asked) * 1e3
    reference, what = (REFERENCE, statistics.median(bare)), f"{size:,} descriptions"
    share = 100 / len(asked)
    return [
        Row(f"first decision of a process, {what}", first, "ms", *reference),
        Row(f"decision, {what}, p50", statistics.median(times), "ms", *reference),
        Row(f"decision, {what}, p95", _p95(times), "ms", REFERENCE, _p95(bare), "≤ 30 ms"),
        Row(f"its processor time, client and server, {what}", cpu, "ms", *reference),
        *(
            Row(
                f"innocent prompts {said}, {what}",
                outcomes.count(outcome) * share,
                "%",
                "goal",
                most,
            )
            for said, outcome, most in INNOCENT
        ),
    ]


def innocent() -> list[str]:
    """Return the labelled prompts that describe no work and name none."""
    lines = [*_lines("prompts.ndjson"), *_lines("described.ndjson")]
    found = [row["prompt"] for row in lines if not row.get("names") and not row.get("describes")]
    return list(dict.fromkeys(found))


def _lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (GATE / name).read_text().splitlines()]


def fill(tx: Tx, before: int, size: int) -> None:
    """Register works with so many descriptions in all, each opted out."""
    tx.conn.execute(
        "INSERT INTO rights.account VALUES ('acc_b', 'rights_holder', 'open', now()) "
        "ON CONFLICT DO NOTHING"
    )
    chance = random.Random(before)
    for number in range(before, size):
        tx.conn.execute(
            "INSERT INTO rights.work (id, account_id, kind, title, state, registered_at)"
            " VALUES (%s, 'acc_b', 'work', 'x', 'registered', now())",
            (f"wrk_{number}",),
        )
        text = described(chance)
        vector, (common, _) = tx.vectors.embed(text), tx.vectors.common(text)
        work_id = f"wrk_{number}"
        row = Description(f"dsc_{number}", work_id, text, text, common, tx.now)
        descriptions.insert(tx, row, vector)
    tx.conn.execute(
        """
        INSERT INTO rights.optout (id, work_id, account_id, state, registered_at)
        SELECT 'opt_' || number, 'wrk_' || number, 'acc_b', 'standing', now()
        FROM generate_series(%s::int, %s::int - 1) AS number
        """,
        (before, size),
    )


def described(chance: random.Random) -> str:
    """Return what some invented work is like."""
    look, being, wears, does, where = (
        chance.choice(written.split("/")) for written in (LOOKS, BEINGS, WEARS, DOES, WHERE)
    )
    return f"A {look} {being} with {wears} who {does} {where}."


def _timed(model: MiniLM, text: str) -> float:
    begun = time.perf_counter()
    model.embed(text)
    return (time.perf_counter() - begun) * 1e3


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
