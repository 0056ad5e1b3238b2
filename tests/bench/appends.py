"""Durable, acknowledged appends against bare INSERTs by the same client, in turns.

No sequencer runs beside them; `sequencing` has one.
"""

import re
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from rightsd.adapters import postgres_programs
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from tests.bench.servers import BODY, cpu_seconds, fsyncs_a_second, log_server
from tests.bench.table import Row
from tests.bench.writers import KIND, SUBJECT, Round, writers

WRITERS = (8, 32)
TURNS = 8
SECONDS = 1.5
GOAL = "≥ 60 % of bare, ≥ 4,000/s on two idle cores"
TABLES = {"bare": "bare", "append": "ledger.intake"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One round and what it cost the server, in seconds."""

    round: Round
    server_cpu: float

    @property
    def server_us(self) -> float:
        return self.server_cpu / len(self.round.answered) * 1e6

    @property
    def client_us(self) -> float:
        return self.round.client_cpu / len(self.round.answered) * 1e6


def run(
    folder: Path,
    *,
    counts: Sequence[int] = WRITERS,
    rounds: int = TURNS,
    seconds: float = SECONDS,
) -> list[Row]:
    with log_server(folder) as server:
        rows = [row for count in counts for row in _compare(server, folder, count, rounds, seconds)]
        return rows + [_compare_in_c(server, folder, count, rounds, seconds) for count in counts]


def _compare(
    server: EmbeddedPostgres, folder: Path, count: int, rounds: int, seconds: float
) -> list[Row]:
    order = ["bare", "append"] * rounds
    turns: dict[str, list[Turn]] = {"bare": [], "append": []}
    syncs = [fsyncs_a_second(folder)]
    with writers(server.dsn, count, order, seconds) as ready:
        for way in order:
            before = cpu_seconds(server)
            done = ready.run()
            turns[way].append(Turn(done, cpu_seconds(server) - before))
    syncs.append(fsyncs_a_second(folder))
    rates = _rates(turns)
    reference = "bare one-row INSERT, same client"
    rate = statistics.median(rates["append"])
    return [
        Row(
            f"appends, {count} writers",
            *(rate, "/s", reference, statistics.median(rates["bare"]), GOAL),
        ),
        Row(
            f"appends, {count} writers, best of {rounds} rounds",
            *(max(rates["append"]), "/s", reference, max(rates["bare"])),
        ),
        *(
            Row(
                f"wait for one, {count} writers, {name}",
                *(_wait(turns["append"], part), "ms", reference, _wait(turns["bare"], part)),
            )
            for name, part in (("p50", 0.5), ("p99", 0.99))
        ),
        Row(
            f"server's processor time for one, {count} writers",
            *(statistics.median(turn.server_us for turn in turns["append"]), "µs", reference),
            statistics.median(turn.server_us for turn in turns["bare"]),
        ),
        Row(
            f"client's processor time for one, {count} writers",
            *(statistics.median(turn.client_us for turn in turns["append"]), "µs", reference),
            statistics.median(turn.client_us for turn in turns["bare"]),
        ),
        Row(
            f"appends, {count} writers",
            *(rate, "/s", "write and fdatasync of a page, one after another"),
            statistics.median(syncs),
        ),
    ]


def _rates(turns: Mapping[str, Sequence[Turn]]) -> dict[str, list[float]]:
    return {way: [turn.round.rate for turn in each] for way, each in turns.items()}


def _wait(turns: Sequence[Turn], part: float) -> float:
    """Return a quantile of all waits in milliseconds."""
    waits = sorted(wait for turn in turns for wait in turn.round.waits)
    return waits[int(len(waits) * part)] * 1e3


def _compare_in_c(
    server: EmbeddedPostgres, folder: Path, count: int, rounds: int, seconds: float
) -> Row:
    """The same in pgbench, whose own processor time is next to nothing."""
    rates: dict[str, list[float]] = {"bare": [], "append": []}
    for _ in range(rounds):
        for way, table in TABLES.items():
            rates[way].append(_pgbench(server, folder, count, table, seconds))
    return Row(
        f"appends, {count} writers, client in C",
        *(statistics.median(rates["append"]), "/s", "bare one-row INSERT, same client"),
        statistics.median(rates["bare"]),
        "≥ 60 % of bare",
    )


def _pgbench(
    server: EmbeddedPostgres, folder: Path, count: int, table: str, seconds: float
) -> float:
    script = folder / "script.sql"
    script.write_text(
        f"INSERT INTO {table} (event_id, kind, subject, body) VALUES ("
        "'evt_' || replace(gen_random_uuid()::text, '-', ''), "
        f"'{KIND}', '{SUBJECT}', '\\x{BODY.hex()}');\n"
    )
    where = conninfo_to_dict(server.dsn)
    programs = postgres_programs.binaries(postgres_programs.account(server._data))
    done = subprocess.run(
        [
            *(programs / "pgbench", "--no-vacuum", "--protocol=prepared", "--jobs=2"),
            *(f"--client={count}", f"--time={seconds + 0.5:.0f}", f"--file={script}"),
            *("-h", str(where["host"]), "-p", str(where["port"]), "-U", "postgres", "rightsd"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])
