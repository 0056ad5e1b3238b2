"""Clips as players fetch them."""

import pytest

from rightsd.web.portal import players


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bytes=0-", (0, 10)),
        ("bytes=3-5", (3, 6)),
        ("bytes=3-99", (3, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=-0", (10, 10)),
        ("bytes=10-", (10, 10)),
        ("bytes=5-3", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("", None),
        ("bytes=" + "9" * 40 + "-", None),
    ],
)
def test_stretches_are_read_as_the_standard_says(asked: str, found: tuple[int, int] | None) -> None:
    assert players.stretch(asked, 10) == found
