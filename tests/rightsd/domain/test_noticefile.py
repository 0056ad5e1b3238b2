"""Tables of notices: each line by itself, and nothing unbounded."""

import io

from rightsd.domain import noticefile
from rightsd.domain.catalogue import Fault
from rightsd.domain.noticefile import Row
from rightsd.domain.regime import Kind


def read(text: str) -> list[Row | Fault]:
    return list(noticefile.read(io.BytesIO(text.encode())))


def test_a_line_says_what_its_columns_say() -> None:
    rows = read('kind,location,work,accurate\ncopyright,gen_1,"A, B",yes\nprivacy,x,,no\n')

    assert rows == [
        Row(2, Kind.COPYRIGHT, {"location": "gen_1", "work": "A, B", "accurate": True}),
        Row(3, Kind.PRIVACY, {"location": "x", "accurate": False}),
    ]


def test_a_line_that_is_none_is_a_fault_and_the_next_is_read() -> None:
    rows = read(
        "kind,location,accurate\n"
        "nonsense,x,yes\n"
        "privacy,x,perhaps\n"
        "privacy,x\n"
        "privacy,a\x01b,yes\n"
        "privacy,x,yes\n"
    )

    assert [(each.line, type(each)) for each in rows] == [
        (2, Fault),
        (3, Fault),
        (4, Fault),
        (5, Fault),
        (6, Row),
    ]


def test_the_first_line_names_the_columns() -> None:
    for first in ("", "kind\n", "kind,location,location\n", "kind,location,salt\n"):
        (fault,) = read(first + "privacy,x,y\n" if first else "")

        assert isinstance(fault, Fault)


def test_a_table_is_bounded() -> None:
    many = "kind,location\n" + "privacy,x\n" * (noticefile.ROWS_MAX + 5)
    long = f"kind,location\nprivacy,{'x' * 2_001}\nprivacy,{'x' * 200_000}\n"

    assert isinstance(read(many)[-1], Fault)
    assert len(read(many)) == noticefile.ROWS_MAX + 1
    assert all(isinstance(each, Fault) for each in read(long))
