"""Importing: what is registered, what it rests on, what follows, and that nothing is half done."""

import itertools
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from rightsd.domain.evidence import Kind
from rightsd.domain.principal import Principal, Role
from rightsd.domain.work import ALIKE_MAX
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, optouts
from rightsd.workflows.exports import verifying, writing
from rightsd.workflows.imports import applying, preparing
from tests import people
from tests.daemon import settle
from tests.rightsd.workflows.importing import count, refused, tally


def test_a_table_registers_works_names_and_opt_outs(rt: Runtime, table: Any) -> None:
    imported = table("title,aliases,optout", "Nebula Fox,Neffi|ネビュラ狐,yes", "Orbit,,no")

    assert tally(imported) == {"works": 2, "names": 4, "opted_out": 1}
    assert refused(rt, "the n e f f i jumps")
    assert refused(rt, "ネビュラ狐")
    assert not refused(rt, "an orbit")


def test_the_same_table_again_changes_nothing(table: Any) -> None:
    lines = ("title,optout", "Nebula Fox,yes", "Orbit,no")
    table(*lines)

    assert tally(table(*lines)) == {"unchanged": 2}


def test_a_table_adds_names_and_lifts_what_it_says(rt: Runtime, table: Any) -> None:
    table("title", "Nebula Fox", "Orbit")

    imported = table("title,aliases,optout", "Nebula Fox,Neffi,yes", "Orbit,,no")

    assert tally(imported) == {"names": 1, "lifted": 1, "unchanged": 1}
    assert refused(rt, "neffi")
    assert not refused(rt, "orbit")


def test_works_that_were_registered_one_by_one_are_found(
    rt: Runtime, brand: Principal, table: Any
) -> None:
    with rt.transaction() as tx:
        people.work(tx, brand, "Nebula Fox")
        people.work(tx, people.account(tx, Role.RIGHTS_HOLDER), "Orbit")

    imported = table("title,kind", "Nebula Fox,character", "Orbit,character")

    assert tally(imported) == {"works": 1, "names": 1, "opted_out": 2}


def test_names_that_differ_in_repeated_letters_alone_are_refused_when_they_are_many(
    rt: Runtime, table: Any
) -> None:
    alike = [
        "v" * v + "e" * e + "x" * x + "wing"
        for v, e, x in itertools.islice(itertools.product(range(1, 20), repeat=3), ALIKE_MAX + 1)
    ]
    table("title", *alike[:ALIKE_MAX])

    with pytest.raises(RightsError, match="line 3: more than 1000 of your names") as caught:
        table("title", "Orbit", alike[-1])

    assert caught.value.code is Code.INVALID
    assert caught.value.extra["faults"][0]["line"] == 3
    assert not refused(rt, "orbit")
    assert refused(rt, "a vexwing")


def test_a_work_in_two_lines_is_one_work(table: Any) -> None:
    lines = ["title,aliases", *(f"Work {n % 1500:04},alias {n:05}" for n in range(4000))]

    imported = table(*lines)

    assert tally(imported) == {"works": 1500, "names": 5500, "opted_out": 1500}


def test_works_of_many_names_are_written_in_small_batches(rt: Runtime, table: Any) -> None:
    written: list[int] = []

    def progress(stage: str, done: int, _total: int | None) -> None:
        if stage == "writing":
            written.append(done)

    names = (" | ".join(f"alias {work} {n:03}" for n in range(200)) for work in range(120))
    lines = (f"Work {work:03},{aliases}" for work, aliases in enumerate(names))
    imported = table("title,aliases", *lines, progress=progress)

    assert tally(imported) == {"works": 120, "names": 120 * 201, "opted_out": 120}
    assert written == [50, 100, 120]
    assert refused(rt, "alias 119 199")


@pytest.mark.parametrize("apart", [0, 3000])
def test_lines_that_contradict_each_other_are_refused_by_their_number(
    rt: Runtime, table: Any, apart: int
) -> None:
    before = count(rt)
    between = [f"Filler {n:05},yes" for n in range(apart)]

    with pytest.raises(RightsError, match="opposite") as caught:
        table("title,optout", "Nebula Fox,yes", *between, "Nebula Fox,no")

    assert caught.value.extra["faults"][0]["line"] == 3 + apart
    assert count(rt) == before


def test_the_first_faults_are_named_by_line_and_the_others_counted(rt: Runtime, table: Any) -> None:
    before = count(rt)

    with pytest.raises(RightsError, match="line 3") as caught:
        table("title", "Orbit", *["x"] * 250, "Nebula")

    assert caught.value.code is Code.INVALID
    assert caught.value.extra["faults_total"] == 250
    assert [fault["line"] for fault in caught.value.extra["faults"]] == list(range(3, 103))
    assert count(rt) == before


def test_a_preview_says_what_an_import_does_and_leaves_nothing(rt: Runtime, table: Any) -> None:
    table("title", "Orbit")
    before = count(rt)
    lines = ("title,optout", "Orbit,no", "Nebula Fox,yes", "Comet,yes")

    previewed = table(*lines, dry=True)

    assert count(rt) == before
    applied = table(*lines)
    assert (
        tally(previewed)
        == tally(applied)
        == {
            "works": 2,
            "names": 2,
            "opted_out": 2,
            "lifted": 1,
        }
    )
    assert previewed.changes == applied.changes
    assert [(each.line, each.change.value) for each in applied.changes] == [
        (2, "lifted"),
        (3, "registered"),
        (4, "registered"),
    ]


def test_an_import_that_breaks_off_in_the_middle_leaves_nothing(
    rt: Runtime, dsn: str, table: Any
) -> None:
    before = count(rt)
    lines = ["title", *(f"Work {n:05}" for n in range(2 * preparing.BATCH_ROWS + 1))]
    written: list[int] = []

    def cut(_stage: str, done: int, _total: int | None) -> None:
        written.append(done)
        if len(written) == 2:
            with psycopg.connect(dsn, autocommit=True) as conn:
                conn.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND state = 'idle in transaction'
                    """
                )

    with pytest.raises(RightsError) as caught:
        table(*lines, progress=cut)

    assert caught.value.code is Code.UNAVAILABLE
    assert written == [preparing.BATCH_ROWS, 2 * preparing.BATCH_ROWS]
    assert count(rt) == before
    assert list(rt.work_folder.glob("import-*")) == []


def test_evidence_is_kept_and_opt_outs_refer_to_it(
    rt: Runtime, brand: Principal, table: Any
) -> None:
    (evidence,) = table("title", "Nebula Fox").evidence

    kept = b"".join(rt.blobs.open(evidence.sha256))
    assert kept == b"title\nNebula Fox"
    with rt.transaction() as tx:
        (listed,) = applying.mine(tx, brand)
        (optout,) = optouts.mine(tx, brand)
    assert listed == evidence
    assert listed.origin is not None
    assert (listed.kind, listed.origin.source, listed.fetched) == (
        Kind.CATALOGUE,
        "table.csv",
        False,
    )
    assert optout.evidence_id == evidence.id


def test_the_log_tells_every_opt_out_and_no_source(rt: Runtime, table: Any, tmp_path: Path) -> None:
    table("title", "Nebula Fox", "Orbit")
    table("title,optout", "Orbit,no")
    settle(rt)
    bundle = tmp_path / "audit.tar"
    with bundle.open("wb") as file:
        writing.audit(rt, file)

    # The replay has every opt-out, lifted and standing, as the rows have it.
    assert verifying.verify(bundle, None).things == count(rt)["optouts"] + 2 + 2 + 1
    assert b"table.csv" not in bundle.read_bytes()


def test_what_is_published_is_withdrawn_by_one_job_for_all(rt: Runtime, table: Any) -> None:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        hit = people.published(tx, creator, "a nebula fox runs")
        people.published(tx, creator, "a red ball")
    settle(rt)

    imported = table("title", "Nebula Fox", *(f"Work {n:05}" for n in range(1000)))
    while checkpoints.sequence(rt):
        pass
    with rt.transaction() as tx:
        jobs = tx.conn.execute(
            "SELECT task_name, args->>'subject' FROM procrastinate_jobs WHERE status = 'todo'"
        ).fetchall()
        people.account(tx, Role.CREATOR)
    settle(rt)

    with rt.transaction() as tx:
        states = dict(tx.conn.execute("SELECT id, state FROM rights.generation").fetchall())
    assert states.pop(hit.id) == "withdrawn"
    assert list(states.values()) == ["published"]
    assert jobs == [("generation.recheck_for_optout", imported.evidence[0].id)]


def test_a_name_that_is_added_to_what_was_opted_out_withdraws_as_well(
    rt: Runtime, table: Any
) -> None:
    table("title,aliases", "Nebula Fox,")
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        hit, other = (
            people.published(tx, creator, prompt) for prompt in ("the moonvulp runs", "a red ball")
        )

    table("title,aliases", "Nebula Fox,Moonvulp")
    settle(rt)

    with rt.transaction() as tx:
        states = dict(tx.conn.execute("SELECT id, state FROM rights.generation").fetchall())
    assert states == {hit.id: "withdrawn", other.id: "published"}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.RIGHTS_HOLDER}))
def test_no_one_else_imports(rt: Runtime, tmp_path: Path, role: Role) -> None:
    path = tmp_path / "table.csv"
    path.write_text("title\nNebula")
    actor = Principal("acc_x", role)

    for prepare in (
        preparing.from_table(rt, actor, path, source="x"),
        preparing.from_site(rt, actor, "https://a.example/", names=()),
        preparing.from_statement(rt, actor, path, kind=Kind.RSL, source="x", title="abc", names=()),
    ):
        with pytest.raises(RightsError) as caught, prepare:
            pass
        assert caught.value.code is Code.FORBIDDEN


@pytest.mark.slow
def test_many_rows_take_no_more_memory_than_some(
    rt: Runtime, brand: Principal, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    with path.open("w") as file:
        file.write("title,aliases\n")
        file.writelines(f"Nebula {n:07},Fox of {n:07}\n" for n in range(20_000))
    process = psutil.Process()
    seen: dict[str, list[int]] = {"reading": [], "writing": []}

    def progress(stage: str, done: int, _total: int | None) -> None:
        seen[stage].append(process.memory_info().rss)

    with preparing.from_table(rt, brand, path, source="x", progress=progress) as prepared:
        applying.keep(rt, prepared)
        with rt.transaction() as tx:
            imported = applying.apply(tx, brand, prepared, lift=False, progress=progress)

    assert tally(imported) == {"works": 20_000, "names": 40_000, "opted_out": 20_000}
    for sizes in seen.values():
        assert len(sizes) >= 10
        assert max(sizes) - sizes[0] < 32 * 1024 * 1024
