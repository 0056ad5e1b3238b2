import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rightsd.domain.signals import fields
from rightsd.domain.signals.reservation import SignalError


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("", {}),
        ("  a=b  ", {"a": "b"}),
        ("a=y,b=n", {"a": "y", "b": "n"}),
        ("a \t,\t b=c", {"a": None, "b": "c"}),
        ("a=1, b=-1.5, c=@17, d=:aGk=:, e=?1", dict.fromkeys("abcde")),
        ('a="x, y=n", b=z', {"a": None, "b": "z"}),
        ('a=%"f%c3%bc"', {"a": None}),
        ("a=(b c;d=1  e), f=g", {"a": None, "f": "g"}),
        ("a=()", {"a": None}),
        ("a=y;p;q=2, a=n", {"a": "n"}),
        ("*x.y-z_1=a/b:c", {"*x.y-z_1": "a/b:c"}),
    ],
)
def test_a_dictionary_gives_its_tokens(text: str, members: dict[str, str | None]) -> None:
    assert fields.tokens_of(text) == members


@pytest.mark.parametrize(
    "text",
    [
        "A=y",
        "a=",
        "a=y,",
        "a=y b=n",
        ",a=y",
        "a=(b",
        "a=(b c",
        "a=(b,c)",
        'a="b',
        'a="\\x"',
        "a=1.",
        "a=1234567890123456",
        "a=y;",
        "a=y;P",
        "a=é",
        "\ta=y",
        "a\x00=y",
        '="',
    ],
)
def test_what_is_wrong_anywhere_is_no_dictionary(text: str) -> None:
    with pytest.raises(SignalError):
        fields.tokens_of(text)


@given(st.text(max_size=200) | st.text(alphabet='ab=,; \t()"\\?:@.1%*', max_size=200))
@example('a="' + "\\\\" * 80)
def test_whatever_is_sent_it_is_a_dictionary_or_refused(text: str) -> None:
    try:
        members = fields.tokens_of(text)
    except SignalError:
        return
    assert all(isinstance(name, str) for name in members)


@pytest.mark.parametrize(
    "piece", ["a,", "a=(b ", 'a="\\"', ";a", "a=", "(", '"', "a=1.", ":a", "a ;", 'a=%"%41']
)
def test_long_input_takes_time_in_proportion_to_its_length(piece: str) -> None:
    text = (piece * fields.FIELD_CHARS_MAX)[: fields.FIELD_CHARS_MAX]

    # Would time out, were it quadratic: hundreds of runs of the longest that is read.
    for _ in range(50):
        with pytest.raises(SignalError):
            fields.tokens_of("!" + text)
        with contextlib.suppress(SignalError):
            fields.tokens_of(text)


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(SignalError, match="characters"):
        fields.tokens_of("a" * (fields.FIELD_CHARS_MAX + 1))
    with pytest.raises(SignalError, match="members"):
        fields.tokens_of(",".join(f"a{n}" for n in range(fields.MEMBERS_MAX + 1)))
