import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain.signals import tdmrep
from rightsd.domain.signals.reservation import RESERVATIONS_MAX, SignalError, Stance, Use


def test_a_sites_file_gives_its_rules_in_their_order() -> None:
    rules = [
        {"location": "/a/", "tdm-reservation": 1, "tdm-policy": "https://example.org/policy.json"},
        {"location": "/a/*.jpg", "tdm-reservation": 0, "more": []},
    ]

    found = tdmrep.file(b"\xef\xbb\xbf" + json.dumps(rules).encode())

    assert [(each.scope, each.uses, each.policy_url) for each in found] == [
        ("/a/", {Use.MINE: Stance.DENY}, "https://example.org/policy.json"),
        ("/a/*.jpg", {Use.MINE: Stance.ALLOW}, None),
    ]


@pytest.mark.parametrize("value", [2, -1, "1", True, None, 1.0, [1], {}])
def test_a_value_other_than_0_and_1_says_nothing(value: object) -> None:
    assert tdmrep.file(json.dumps([{"location": "/", "tdm-reservation": value}]).encode()) == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b'[{"tdm-reservation": 1}]',
        b'[{"location": 1, "tdm-reservation": 1}]',
        b'[{"location": "/\\u0000", "tdm-reservation": 1}]',
        b'[{"location": "/", "tdm-reservation": 1}',
        b"\xff\xfe[\x00]\x00",
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b"[" + b"9" * 100_000 + b"]",
        b" " * (tdmrep.BYTES_MAX + 1),
        json.dumps([{"location": "/", "tdm-reservation": 1}] * (RESERVATIONS_MAX + 1)).encode(),
    ],
)
def test_what_is_no_file_of_rules_is_refused(data: bytes) -> None:
    with pytest.raises(SignalError):
        tdmrep.file(data)


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["location", "tdm-reservation", "tdm-policy"]), inner)
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_is_sent_it_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(SignalError):
        tdmrep.file(data)


def test_headers_are_read() -> None:
    (found,) = tdmrep.header({"tdm-reservation": " 1 ", "tdm-policy": "https://example.org/p"})

    assert found.uses == {Use.MINE: Stance.DENY}
    assert found.policy_url == "https://example.org/p"
    assert tdmrep.header({"tdm-reservation": "yes"}) == ()
    (twice,) = tdmrep.header({"tdm-reservation": "1, 0"})
    assert twice.reserves
    assert tdmrep.header({}) == ()


@pytest.mark.parametrize(
    "html",
    [
        '<meta name="tdm-reservation" content="1">',
        "<META content = '1' NAME = TDM-Reservation >",
        '<html><head><meta charset="utf-8"/><meta name=tdm-reservation content=1></head>',
        "<!-- <meta name=tdm-reservation content=0> --><meta name=tdm-reservation content=1>",
        f"<title>{'İNCİR ' * 20}</title><meta name=tdm-reservation content=1>",
    ],
)
def test_the_metadata_of_a_page_are_read(html: str) -> None:
    (found,) = tdmrep.page(html)

    assert found.uses == {Use.MINE: Stance.DENY}


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<meta name='tdm-reservation' content='2'>",
        "<!-- <meta name='tdm-reservation' content='1'> -->",
        "<!-- <meta name='tdm-reservation' content='1'>",
        "<meta name='tdm-reservation' content='1'",
        "<meta name='tdm-reservation'>",
        "<!--" * 60_000,
        "<meta" * 60_000,
        "<meta name=" + "a" * 200_000 + ">",
        "<meta " + "a = " * 1_000 + ">",
        "<meta a" + "  " * 2_000 + ">",
    ],
)
def test_a_page_without_metadata_says_nothing(html: str) -> None:
    assert tdmrep.page(html) == ()


@given(st.text(alphabet="<>metanc='\"!- =1", max_size=300) | st.text())
def test_any_page_is_read(html: str) -> None:
    tdmrep.page(html)
