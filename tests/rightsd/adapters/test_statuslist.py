"""Status lists: the draft's vectors byte for byte, and what hostile ones do."""

import json
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.adapters import jose, statuslist
from rightsd.errors import Code, RightsError

SPECS = Path(__file__).parents[3] / "api-specs" / "vectors"
DATA = Path(__file__).parents[4] / "shared" / "standards" / "data" / "vc" / "token-status-list"
OURS = json.loads((SPECS / "status-list.json").read_text())["lists"]
SECTION = re.compile(
    r"^## (\d)-bit Status List\n.*?~~~~~~~~~~\n(.*?)~~~~~~~~~~", re.MULTILINE | re.DOTALL
)
LINE = re.compile(r"^status\[(\d+)\] ?= ?0b([01]+)$", re.MULTILINE)


def drafts() -> list[tuple[int, list[tuple[int, int]]]]:
    if not DATA.exists():
        return []
    text = (DATA / "testvectors-appendix.md").read_text()
    return [
        (int(bits), [(int(index), int(status, 2)) for index, status in LINE.findall(lines)])
        for bits, lines in SECTION.findall(text)
    ]


@pytest.mark.skipif(not DATA.exists(), reason="the vectors of others are not here")
@pytest.mark.parametrize(("bits", "statuses"), drafts())
def test_the_lists_of_the_draft_are_ours(bits: int, statuses: list[tuple[int, int]]) -> None:
    names = {1: "1_long", 2: "2_long", 4: "4", 8: "8"}
    text = (DATA / f"status_list_encoding{names[bits]}_json.md").read_text()
    theirs = json.loads(re.sub(r"\n\s*(?=[^\s\"}])", "", text))
    packed = statuslist.pack(statuses, size=2**20, bits=bits)

    assert len(statuses) >= 11
    assert statuslist.unpack(theirs["lst"]) == packed
    assert statuslist.claim(packed, bits=bits) == theirs
    for index, status in statuses:
        assert statuslist.status_of(theirs, index) == status


@pytest.mark.parametrize("vector", OURS, ids=lambda vector: vector["name"])
def test_the_published_vectors(vector: dict[str, Any]) -> None:
    packed = statuslist.pack(
        [tuple(pair) for pair in vector["statuses"]], size=vector["size"], bits=vector["bits"]
    )

    found = statuslist.claim(packed, bits=vector["bits"])

    assert found == {"bits": vector["bits"], "lst": vector["lst"]}
    if "bytes_hex" in vector:
        assert packed.hex() == vector["bytes_hex"]
    for index, status in vector["statuses"]:
        assert statuslist.status_of(found, index) == status


@given(st.sampled_from([1, 2, 4, 8]), st.data())
def test_every_status_comes_back(bits: int, data: st.DataObject) -> None:
    statuses = data.draw(st.dictionaries(st.integers(0, 255), st.integers(0, 2**bits - 1)))
    found = statuslist.claim(statuslist.pack(statuses.items(), size=256, bits=bits), bits=bits)

    assert [statuslist.status_of(found, index) for index in range(256)] == [
        statuses.get(index, 0) for index in range(256)
    ]


def refused(found: object, index: int = 0) -> str:
    with pytest.raises(RightsError) as caught:
        statuslist.status_of(found, index)
    assert caught.value.code is Code.INVALID
    return caught.value.detail


@pytest.mark.parametrize("index", [-1, 16, 2**70])
def test_an_index_that_is_not_in_the_list_is_refused(index: int) -> None:
    found = statuslist.claim(bytes(2), bits=1)

    assert "does not reach" in refused(found, index)


def test_a_list_that_inflates_to_gigabytes_is_refused() -> None:
    bomb = zlib.compress(bytes(64 * statuslist.LIST_BYTES_MAX), 9)

    assert len(bomb) < 100_000
    assert "too long" in refused({"bits": 1, "lst": jose.encode(bomb)})


def test_the_largest_list_is_read() -> None:
    found = statuslist.claim(bytes(statuslist.LIST_BYTES_MAX), bits=8)

    assert statuslist.status_of(found, statuslist.LIST_BYTES_MAX - 1) == 0


@pytest.mark.parametrize("change", [b"", b"x", b"cut"])
def test_a_list_that_is_not_one_stream_is_refused(change: bytes) -> None:
    whole = zlib.compress(bytes(100), 9)
    data = {b"": b"", b"x": whole + b"x", b"cut": whole[:-1]}[change]

    refused({"bits": 1, "lst": jose.encode(data)})


@pytest.mark.parametrize(
    "found",
    [None, {}, [], {"bits": 3, "lst": "eNrbuRgAAhcBXQ"}, {"bits": True, "lst": "eNrbuRgAAhcBXQ"}],
)
def test_what_is_no_list_is_refused(found: object) -> None:
    assert "bits" in refused(found)


@given(st.binary(), st.sampled_from([1, 2, 4, 8]))
def test_a_list_of_anything_is_read_or_refused_in_words(data: bytes, bits: int) -> None:
    with suppress(RightsError):
        statuslist.status_of({"bits": bits, "lst": jose.encode(data)}, 0)


@pytest.mark.parametrize(
    "status",
    [
        1,
        {},
        {"status_list": {"idx": "0", "uri": "u"}},
        {"status_list": {"idx": True, "uri": "u"}},
        {"status_list": {"idx": 0}},
    ],
)
def test_a_status_that_is_in_no_list_is_refused(status: object) -> None:
    with pytest.raises(RightsError, match="not in a status list"):
        statuslist.place_of({"status": status})
