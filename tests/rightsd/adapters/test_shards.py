"""Shards that do not answer, or not as they should: then there is no answer, not a part of one."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import psycopg
import pytest

from fingerprint import descriptor, shards
from fingerprint.index import Hit, Index
from fingerprint.shards import Part
from rightsd import bootstrap, shard
from rightsd.adapters.shards import Found, Shards, parse, read_token
from rightsd.db import fingerprints
from rightsd.errors import Code, RightsError
from rightsd.shard import Shard
from tests import indexed
from tests.conftest import create_database
from tests.rightsd.adapters import loopback
from tests.rightsd.adapters.loopback import Behaviour, endless, reply, replying, silent

OUTPUTS = shard.collection(descriptor.ALGORITHM, shard.OUTPUTS)
PARTS = (Part(0, 2), Part(1, 2))
CODES = np.random.default_rng(0).integers(0, 256, (4, 32), np.uint8)


@pytest.fixture(scope="module")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("token") / "token"
    file.write_text(f"{indexed.TOKEN}\n")
    return file


@pytest.fixture(scope="module")
def database(server: str, template: str) -> Iterator[str]:
    with create_database(server, template) as dsn:
        indexed.forget_owners(dsn)
        yield dsn


@pytest.fixture(scope="module")
def held(database: str) -> Iterator[list[Shard]]:
    """Two shards of this process that read when they are asked."""
    with bootstrap.connect(database, 6) as pool:
        both = [Shard(pool, part, lambda _: Index()) for part in PARTS]
        for one in both:
            one.catch_up()
        yield both


@pytest.fixture(scope="module")
def urls(held: list[Shard], token_file: Path) -> Iterator[list[str]]:
    with ExitStack() as stack:
        yield [stack.enter_context(indexed.serving(one, token_file)) for one in held]


@pytest.fixture(scope="module")
def rows(database: str) -> list[int]:
    """A row of each of CODES, in two shards."""
    made = [int(indexed.add_output(database, code[None])[0]) for code in CODES]
    assert {indexed.owner(row, 2) for row in made} == {0, 1}
    return made


@pytest.fixture
def asker(urls: list[str], token_file: Path) -> Shards:
    return Shards(tuple((url,) for url in urls), token_file, OUTPUTS, seconds_max=20.0)


def test_what_all_shards_find_is_one_answer(asker: Shards, rows: list[int]) -> None:
    assert asker.search(CODES, 30) == [Hit(at, row, 0) for at, row in enumerate(rows)]
    assert len(asker) == len(rows)
    assert rows[0] in asker
    assert rows[0] + 1 not in asker


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    "behave",
    [
        replying(reply(200, b"garbage")),
        replying(reply(200, b"")),
        replying(reply(500)),
        replying(reply(301, location="http://127.0.0.1:1/")),
        replying(b"no HTTP at all\r\n\r\n"),
        endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536),
        silent,
    ],
    ids=["garbage", "empty", "error", "elsewhere", "no HTTP", "endless", "silent"],
)
def test_one_bad_answer_is_no_answer_at_all(
    asker: Shards, behave: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    with loopback.serving(behave) as bad:
        seconds = 1.0 if behave is silent else 20.0
        asked = replace(asker, shards=(asker.shards[0], (bad.url,)), seconds_max=seconds, _first={})

        with pytest.raises(RightsError, match="shard 1/2 of the fingerprint index") as error:
            asked.search(CODES, 30)

    assert error.value.code is Code.UNAVAILABLE
    assert bad.url in caplog.text
    assert indexed.TOKEN not in caplog.text


def test_a_replica_answers_for_another_and_is_asked_first_from_then_on(
    asker: Shards, rows: list[int]
) -> None:
    with loopback.serving(replying(reply(500))) as bad:
        asked = replace(asker, shards=((bad.url, *asker.shards[0]), asker.shards[1]), _first={})

        for _ in range(3):
            assert [hit.row_id for hit in asked.search(CODES, 30)] == rows

        assert len(bad.requests) == 1


def test_a_shard_that_is_gone_makes_an_answer_impossible_until_it_is_back(
    asker: Shards, held: list[Shard], token_file: Path, rows: list[int]
) -> None:
    with indexed.serving(held[1], token_file) as url:
        asked = replace(asker, shards=(asker.shards[0], (url,)), _first={})
        assert [hit.row_id for hit in asked.search(CODES, 30)] == rows

    with pytest.raises(RightsError, match="shard 1/2") as error:
        asked.search(CODES[:1], 30)
    assert error.value.code is Code.UNAVAILABLE
    with pytest.raises(RightsError, match="shard 1/2"):
        len(asked)


def test_one_shard_twice_is_not_taken_for_two(asker: Shards, rows: list[int]) -> None:
    assert rows
    twice = replace(asker, shards=(asker.shards[0], asker.shards[0]), _first={})

    with pytest.raises(RightsError, match="shard 1/2"):
        twice.search(CODES, 30)


def test_shards_of_another_division_are_not_asked_into_one(asker: Shards, rows: list[int]) -> None:
    assert rows
    three = replace(asker, shards=(*asker.shards, asker.shards[0]), _first={})

    with pytest.raises(RightsError, match="shard 0/3"):
        three.search(CODES, 30)


@pytest.mark.parametrize("token", ["another-token-that-is-as-long-as-that-one", indexed.TOKEN[:-1]])
def test_a_wrong_token_opens_nothing(asker: Shards, tmp_path: Path, token: str) -> None:
    file = tmp_path / "token"
    file.write_text(token)

    with pytest.raises(RightsError) as error:
        replace(asker, token_file=file, _first={}).search(CODES, 30)

    assert error.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize(
    "content", [None, "", "short", "with spaces in it, however long it may be"]
)
def test_without_a_good_token_nobody_is_asked(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content)

    with pytest.raises(RightsError) as error:
        read_token(file)

    assert error.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize("row_id", [1 << 63, -1])
def test_a_number_that_no_row_has_is_refused(urls: list[str], row_id: int) -> None:
    answer = httpx.get(
        f"{urls[0]}/v1/shards/{PARTS[0]}/{OUTPUTS}/{row_id}",
        headers={"Authorization": f"Bearer {indexed.TOKEN}"},
    )

    assert answer.status_code == 422
    assert answer.json()["detail"] == "the number of a row has 63 bits at most, and no sign"


def test_a_collection_that_is_none_is_not_empty(asker: Shards) -> None:
    with pytest.raises(RightsError, match="does not answer"):
        replace(asker, collection="pdq.others", _first={}).search(CODES, 30)


def test_the_answer_says_how_much_of_everything_was_searched(
    asker: Shards, database: str, rows: list[int]
) -> None:
    with psycopg.connect(database) as open_for_long:
        open_for_long.execute("SELECT pg_current_xact_id()")
        added = indexed.add_output(database, CODES[:1])

        found = asker.find(CODES[:1], 0)
        with indexed.transaction(database) as tx:
            horizon = fingerprints.horizon(tx)

        assert {hit.row_id for hit in found.hits} == {rows[0], *added.tolist()}
        assert found.horizon == horizon  # The long transaction may still add what is older.
        with pytest.raises(RightsError, match="does not answer"):
            asker.find(CODES[:1], 0, min_watermark=horizon + 1)

    assert asker.find(CODES[:1], 0, min_watermark=horizon + 1).horizon > horizon
    assert asker.find(CODES[:0], 0) == Found([], asker.find(CODES[:0], 0).horizon, 0)
    with indexed.transaction(database) as tx:
        tx.conn.execute(
            """
            UPDATE rights.fingerprint
            SET codes = 0, data = NULL, written_by = pg_current_xact_id() WHERE id = %s
            """,
            (int(added[0]) // indexed.ROWS_MAX,),
        )


def test_sql_and_python_agree_on_who_holds_what(database: str) -> None:
    numbers = [*range(1, 200), 2**31 - 1, 2**31, 2**40 + 5, 2**44]
    with indexed.transaction(database) as tx:
        found = tx.conn.execute(
            """
            SELECT (((id & 2147483647) * 2654435769) >> 20) %% 7 FROM unnest(%s::bigint[]) AS id
            """,
            (numbers,),
        ).fetchall()

    assert [row[0] for row in found] == shards.owners(np.array(numbers), 7).tolist()


def test_addresses_are_read_as_they_are_written() -> None:
    assert parse("http://a:1,https://b http://c") == (("http://a:1", "https://b"), ("http://c",))
    for text in ("", "ftp://a", "http://a/", "http://a,,http://b", "http://a " * 257):
        with pytest.raises(RightsError) as error:
            parse(text)
        assert error.value.code is Code.INVALID
