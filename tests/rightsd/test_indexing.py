"""A daemon whose fingerprint index is elsewhere says what one says that holds it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql

from fingerprint import descriptor, pdq
from fingerprint.index import Index
from fingerprint.shards import Part
from rightsd import bootstrap, indexing, shard
from rightsd.adapters import fingerprints as files
from rightsd.adapters import index
from rightsd.adapters.index import FingerprintIndex
from rightsd.adapters.media import Frames
from rightsd.cli import main
from rightsd.db import fingerprints
from rightsd.domain.principal import Role
from rightsd.domain.staydown import Kind, Staydown
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.shard import Shard
from rightsd.workflows import staydowns
from tests import indexed, people, pictures
from tests.conftest import runtime

FOX, OTHER, THIRD = (pictures.clouds(seed) for seed in (1, 2, 3))


@pytest.fixture
def shared(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a daemon that asks two shards, which this process serves."""
    token_file = tmp_path / "token"
    token_file.write_text(indexed.TOKEN)
    assert settings.database_url is not None
    with bootstrap.connect(settings.database_url, 4) as pool, ExitStack() as stack:
        held = [Shard(pool, Part(number, 2), lambda _: Index()) for number in range(2)]
        for one in held:
            one.catch_up()
        urls = [stack.enter_context(indexed.serving(one, token_file)) for one in held]
        yield settings.model_copy(
            update={"index_shards": " ".join(urls), "index_token_file": token_file}
        )


@pytest.fixture
def rt(shared: Settings) -> Iterator[Runtime]:
    with runtime(shared) as built:
        yield built


def beside(rt: Runtime) -> Runtime:
    """The same daemon with an index of its own."""
    return replace(rt, index=FingerprintIndex(), pdq=FingerprintIndex())


def publish(rt: Runtime, *frames: Frames) -> str:
    with rt.transaction() as tx:
        out = people.published(tx, people.account(tx, Role.CREATOR))
        fingerprints.insert(tx, out.id, [files.pack(pictures.content(*frames))])
        return out.id


def keep_down(rt: Runtime, frame: Frames) -> Staydown:
    with rt.transaction() as tx:
        staff = people.account(tx, Role.REVIEWER)
        shown = pictures.shown(frame)
        return staydowns.add(tx, staff, kind=Kind.PRIVACY, shown=shown, reason="So.")


@pytest.mark.parametrize("exact_max", [index.EXACT_MAX, 3], ids=["few", "many"])
def test_it_finds_the_same_matches_as_of_the_same_moment(
    rt: Runtime, exact_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "EXACT_MAX", exact_max)
    outputs = [publish(rt, *(pictures.clouds(seed + at) for at in range(4))) for seed in range(6)]
    entry = keep_down(rt, pictures.clouds(3))
    query = pictures.content(*(pictures.clouds(seed) for seed in range(2, 6)))

    found = rt.compare(query)

    assert found == beside(rt).compare(query)
    assert {match.asset_id for match in found.outputs} == set(outputs)
    assert [match.asset_id for match in found.references] == [entry.id]
    assert found.references_through > 0
    assert rt.match(query) == list(found.outputs)
    assert rt.compare(query, min_watermark=found.horizon) == found
    hashed = pdq.hash_frame(pictures.clouds(3))[0]
    assert rt.near(pdq.ALGORITHM, hashed, bits_max=31) == {entry.id: 0}


def test_what_was_committed_is_found_and_what_ended_is_not(rt: Runtime) -> None:
    entry = keep_down(rt, FOX)
    made = publish(rt, OTHER)

    assert [one.asset_id for one in rt.match_references(pictures.content(FOX))] == [entry.id]
    assert [one.asset_id for one in rt.match(pictures.content(OTHER))] == [made]
    with rt.transaction() as tx:
        staydowns.end(tx, people.account(tx, Role.REVIEWER), entry.id)

    assert rt.match_references(pictures.content(FOX)) == []
    assert rt.match(pictures.content(THIRD)) == []


def test_without_one_of_its_shards_nothing_is_compared(rt: Runtime, shared: Settings) -> None:
    publish(rt, FOX)
    assert shared.index_shards is not None
    first, second = shared.index_shards.split()
    swapped = shared.model_copy(update={"index_shards": f"{second} {first}"})

    with runtime(swapped) as other, pytest.raises(RightsError) as error:
        other.match(pictures.content(FOX))

    assert error.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"index_shards": "http://127.0.0.1:1"}, "need RIGHTSD_INDEX_TOKEN_FILE"),
        ({"index_shards": "nowhere", "index_token_file": Path(__file__)}, "must begin with"),
        ({"index_shards": " ", "index_token_file": Path(__file__)}, "1 to 256 shards"),
    ],
)
def test_shards_that_cannot_be_asked_keep_the_daemon_from_starting(
    settings: Settings, given: dict[str, object], why: str
) -> None:
    with (
        pytest.raises(RightsError, match=why),
        runtime(settings.model_copy(update=given)),
    ):
        pass


def test_a_shard_that_has_not_read_everything_says_so(settings: Settings) -> None:
    assert settings.database_url is not None
    with bootstrap.connect(settings.database_url, 2) as pool:
        held = Shard(pool, Part(0, 1), lambda _: Index())

        with pytest.raises(RightsError, match="not read everything yet") as error:
            held.count(Part(0, 1), f"{pdq.ALGORITHM}.{shard.OUTPUTS}")

        assert error.value.code is Code.UNAVAILABLE
        assert not held.ready


def test_a_shard_needs_no_more_than_to_read_one_table(settings: Settings, dsn: str) -> None:
    name = f"reader_{psycopg.conninfo.conninfo_to_dict(dsn)['dbname']}"
    reader = sql.Identifier(name)
    with psycopg.connect(dsn, autocommit=True) as conn:
        indexed.forget_owners(dsn)
        indexed.add_output(dsn, np.zeros((2, 32), np.uint8))
        conn.execute(sql.SQL("CREATE ROLE {} LOGIN").format(reader))
        conn.execute(sql.SQL("GRANT USAGE ON SCHEMA rights TO {}").format(reader))
        conn.execute(sql.SQL("GRANT SELECT ON rights.fingerprint TO {}").format(reader))
        try:
            as_reader = psycopg.conninfo.make_conninfo(dsn, user=name)
            with bootstrap.connect(as_reader, 2) as pool:
                held = Shard(pool, Part(0, 1), indexing.code_indexes(settings, Part(0, 1)))
                held.catch_up()

                assert held.count(Part(0, 1), f"{descriptor.ALGORITHM}.{shard.OUTPUTS}") == 2
        finally:
            conn.execute(sql.SQL("DROP OWNED BY {}").format(reader))
            conn.execute(sql.SQL("DROP ROLE {}").format(reader))


@pytest.mark.parametrize(
    ("part", "environment", "why"),
    [
        ("4/4", {}, "one of 1 to 256"),
        ("first", {}, "0/4"),
        ("0/4", {}, "need RIGHTSD_INDEX_TOKEN_FILE"),
        ("0/4", {"RIGHTSD_INDEX_TOKEN_FILE": "nowhere"}, "cannot be read"),
    ],
)
def test_a_shard_that_cannot_serve_does_not_start(
    part: str, environment: dict[str, str], why: str
) -> None:
    ended = CliRunner().invoke(main, ["index", "serve", "--shard", part], env=environment)

    assert ended.exit_code in {1, 2}
    assert why in ended.output


@contextmanager
def held_in_milvus(settings: Settings, url: str) -> Iterator[Shard]:
    told = settings.model_copy(update={"milvus_url": url})
    assert settings.database_url is not None
    with bootstrap.connect(settings.database_url, 2) as pool:
        one = Shard(pool, Part(0, 1), indexing.code_indexes(told, Part(0, 1)))
        one.catch_up()
        yield one


@pytest.mark.slow
def test_a_shard_takes_up_what_its_milvus_has_and_corrects_it(
    settings: Settings, dsn: str, tmp_path: Path
) -> None:
    indexed.forget_owners(dsn)
    codes = np.random.default_rng(0).integers(0, 256, (9, 32), np.uint8)
    outputs = shard.collection(descriptor.ALGORITHM, shard.OUTPUTS)
    with indexed.milvus_server(tmp_path) as server:
        stays, goes = (indexed.add_output(dsn, some) for some in (codes[:3], codes[3:6]))
        with held_in_milvus(settings, server.url) as before:
            assert before.count(Part(0, 1), outputs) == 6
        with psycopg.connect(dsn) as conn:
            conn.execute(
                """
                UPDATE rights.fingerprint
                SET codes = 0, data = NULL, written_by = pg_current_xact_id() WHERE id = %s
                """,
                (int(goes[0]) // indexed.ROWS_MAX,),
            )
        late = indexed.add_output(dsn, codes[6:])
        collection = indexed.open_milvus(server.url, "rightsd_0_of_1_" + outputs.replace(".", "_"))
        collection.remove(stays[2:])  # As if the process had ended in the midst of adding.

        with held_in_milvus(settings, server.url) as after:
            assert after.count(Part(0, 1), outputs) == 6

    assert len(late) == 3
