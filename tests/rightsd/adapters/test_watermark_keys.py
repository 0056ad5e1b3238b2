"""The secrets of watermarks: by number, sealed, the newest marks and all are looked for."""

from pathlib import Path

import pytest

from rightsd.adapters.keys import WATERMARK_SECRETS_MAX, Keys, WatermarkKeys
from rightsd.errors import Code, RightsError
from watermark import detect

PHRASE = b"correct horse battery"


def ring(folder: Path) -> WatermarkKeys:
    return WatermarkKeys(Keys(folder, PHRASE))


def test_the_first_secret_is_the_one_that_a_home_already_has(tmp_path: Path) -> None:
    before = Keys(tmp_path, PHRASE).secret("watermark")

    assert ring(tmp_path).newest() == before
    assert ring(tmp_path).all() == [before]


def test_the_next_secret_marks_at_once_in_whatever_process(tmp_path: Path) -> None:
    here, there = ring(tmp_path), ring(tmp_path)
    old = here.newest()

    assert there.rotate() == 2

    assert here.newest() == there.newest() != old
    assert here.all() == [there.newest(), old]


def test_two_secrets_that_change_places_do_not_open(tmp_path: Path) -> None:
    ring(tmp_path).newest()
    ring(tmp_path).rotate()

    (tmp_path / "watermark.secret").replace(tmp_path / "watermark-0002.secret")

    with pytest.raises(RightsError) as caught:
        ring(tmp_path).newest()
    assert caught.value.code is Code.UNAVAILABLE


def test_there_are_no_more_secrets_than_are_looked_for(tmp_path: Path) -> None:
    keys = ring(tmp_path)
    for _ in range(WATERMARK_SECRETS_MAX - 1):
        keys.rotate()

    with pytest.raises(RightsError) as caught:
        keys.rotate()

    assert caught.value.code is Code.CONFLICT
    assert len(set(keys.all())) == WATERMARK_SECRETS_MAX == detect.SECRETS_MAX
