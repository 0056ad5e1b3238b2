"""Segments as files: what was stored is loaded, and whatever is wrong with a file is refused."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint import mih, segments
from fingerprint.errors import SegmentError
from fingerprint.index import Index
from tests.processes import APART

IDS = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=50, unique=True)


def codes_of(ids: NDArray[np.int64]) -> NDArray[np.uint64]:
    return np.random.default_rng(1).integers(0, 2**64, (len(ids), 4), np.uint64)


def store(folder: Path, count: int = 500) -> Path:
    ids = np.arange(count)
    return segments.store(folder, ids, codes_of(ids))


@given(IDS)
def test_rows_and_ids_lead_to_each_other(numbers: list[int]) -> None:
    ids = np.array(sorted(numbers), np.int64)
    segment = segments.build(ids, codes_of(ids))
    others = np.setdiff1d(np.concatenate([ids - 1, ids + 1]), ids)

    np.testing.assert_array_equal(segment.ids(np.arange(len(ids))), ids)
    np.testing.assert_array_equal(segment.rows(ids), np.arange(len(ids)))
    assert (segment.rows(others) == -1).all()


def test_what_was_stored_is_loaded(tmp_path: Path) -> None:
    ids = np.concatenate([np.arange(5), np.arange(100, 400)])
    codes = codes_of(ids)

    segment = segments.load(segments.store(tmp_path, ids, codes))

    np.testing.assert_array_equal(segment.codes, codes)
    np.testing.assert_array_equal(segment.ids(np.arange(305)), ids)
    assert [path.suffix for path in tmp_path.iterdir()] == [segments.SUFFIX]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_that_turned_is_noticed_wherever_it_is(
    tmp_path: Path, place: float, bit: int
) -> None:
    path = store(tmp_path)
    body = bytearray(path.read_bytes())
    at = int(place * len(body))
    body[at] ^= 1 << bit
    path.write_bytes(body)
    unused = segments._HEAD.size <= at < segments.PAGE

    try:
        segments.load(path)
    except SegmentError:
        assert not unused
    else:
        assert unused


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(share=st.floats(0, 1, exclude_max=True), more=st.integers(0, 100))
def test_what_is_cut_off_or_goes_on_is_refused(tmp_path: Path, share: float, more: int) -> None:
    path = store(tmp_path)
    body = path.read_bytes()

    for wrong in (body[: int(share * len(body))], body + bytes(1 + more), bytes(len(body))):
        path.write_bytes(wrong)
        with pytest.raises(SegmentError):
            segments.load(path)


def die_while_storing(folder: Path) -> None:
    whole = mih.tables

    def tables(*args: Any) -> Iterator[bytes | memoryview]:
        yield next(whole(*args))
        os._exit(9)

    mih.tables = tables
    store(folder)


def test_a_process_that_dies_while_it_writes_leaves_nothing_that_counts(tmp_path: Path) -> None:
    child = APART.Process(target=die_while_storing, args=[tmp_path])
    child.start()
    child.join()
    assert child.exitcode == 9
    (left,) = tmp_path.iterdir()
    assert left.suffix == segments.PARTIAL

    index = Index(tmp_path)
    index.add(np.arange(9), codes_of(np.arange(9)).view(np.uint8))
    index.compact()

    assert not left.exists()
    assert len(segments.load(next(tmp_path.glob("*.segment")))) == 9


def test_a_damaged_file_is_deleted_and_made_anew(tmp_path: Path) -> None:
    path = store(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    ids = np.arange(500)

    index = Index(tmp_path)
    index.add(ids, codes_of(ids).view(np.uint8))
    index.compact()

    assert not path.exists()
    assert index.nbytes > 0
