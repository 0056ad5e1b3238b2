import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain.signals import markup, rsl
from rightsd.domain.signals.reservation import SignalError


def document(*contents: str) -> bytes:
    return f'<rsl xmlns="{rsl.NAMESPACE}">{"".join(contents)}</rsl>'.encode()


def uses(*licences: str, content: str = '<content url="/">') -> dict[str, str]:
    found = rsl.parse(document(content, *licences, "</content>"))
    return {use.value: stance.value for each in found for use, stance in each.uses.items()}


def licence(*elements: str) -> str:
    return f"<license>{''.join(elements)}</license>"


def test_what_is_prohibited_is_denied_and_what_is_not_named_is_not_said() -> None:
    found = uses(
        licence(
            '<permits type="usage">search</permits>',
            '<prohibits type="usage">ai-train ai-input</prohibits>',
        )
    )

    assert found == {"search": "allow", "train": "deny", "input": "deny"}


def test_a_prohibition_wins_over_a_permission_in_whatever_licence() -> None:
    permits = licence('<permits type="usage">ai-train</permits>')
    prohibits = licence('<prohibits type="usage">ai-train</prohibits>')

    assert uses(permits, prohibits) == uses(prohibits, permits) == {"train": "deny"}


def test_what_is_paid_for_or_asked_of_a_server_is_allowed_on_terms() -> None:
    permits = '<permits type="usage">ai-input</permits>'
    paid = licence(permits, '<payment type="use"><amount currency="USD">1</amount></payment>')

    assert uses(paid) == {"input": "constrained"}
    assert uses(licence(permits), content='<content url="/" server="https://l.example">') == {
        "input": "constrained"
    }
    assert uses(licence(permits, '<payment type="free"/>')) == {"input": "allow"}
    assert uses(paid, licence(permits)) == {"input": "allow"}


@pytest.mark.parametrize(
    "condition",
    [
        '<permits type="user">education</permits>',
        '<permits type="geo">US</permits>',
        '<prohibits type="user">commercial</prohibits>',
    ],
)
def test_what_is_permitted_to_some_only_is_allowed_on_terms(condition: str) -> None:
    permits = '<permits type="usage">ai-train</permits>'

    assert uses(licence(permits, condition)) == {"train": "constrained"}
    assert uses(licence(permits, condition), licence(permits)) == {"train": "allow"}


def test_a_price_alone_is_the_price_of_everything() -> None:
    found = uses(licence('<payment type="subscription"/>'))

    assert set(found.values()) == {"constrained"}
    assert {"train", "input"} <= set(found)


def test_other_types_and_other_namespaces_say_nothing_of_uses() -> None:
    assert (
        uses(licence('<prohibits type="geo">US</prohibits>', "<permits type='user'>a</permits>"))
        == {}
    )
    foreign = '<prohibits xmlns="https://other.example" type="usage">ai-train</prohibits>'
    assert uses(licence(foreign)) == {}


def test_holder_contact_and_terms_are_those_of_the_asset() -> None:
    (found,) = rsl.parse(
        document(
            '<content url="/a/*"><copyright contactEmail="x@example.org">Example</copyright>',
            "<terms>https://example.org/terms</terms>",
            licence('<prohibits type="usage">all</prohibits>'),
            "</content>",
        )
    )

    assert (found.scope, found.holder) == ("/a/*", "Example")
    assert (found.contact, found.policy_url) == ("x@example.org", "https://example.org/terms")


BOMB = (
    '<!DOCTYPE rsl [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100,
        b"<rsl/>",
        b'<rsl xmlns="https://other.example"/>',
        document("<content/>"),
        document("<content url='/'>"),
        document("&nbsp;"),
        BOMB.encode() + document("&a8;"),
        b'<!DOCTYPE rsl SYSTEM "file:///etc/passwd">' + document(),
        b'<!DOCTYPE rsl [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]>' + document(),
        document("<a>" * 100_000),
        document("<a/>" * (markup.ELEMENTS_MAX + 1)),
        document("<a " + " ".join(f'b{n}=""' for n in range(markup.ATTRIBUTES_MAX + 1)) + "/>"),
        document("x" * markup.BYTES_MAX),
        document("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"))[:-3],
        '<?xml version="1.0" encoding="utf-16"?>'.encode("utf-16") + document(),
        document().replace(b">", b"\xff>", 1),
        document('<content url="/\n"/>').replace(b"\n", b"&#0;"),
    ],
)
def test_hostile_and_broken_documents_are_refused(data: bytes) -> None:
    with pytest.raises(SignalError):
        rsl.parse(data)


@pytest.mark.parametrize("encoding", ["utf-7", "idna", "rot13", "x-unknown", "shift_jis"])
def test_the_encoding_that_a_document_names_is_not_believed(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + document()

    assert rsl.parse(data) == ()


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for candidate in (data, document(data.decode("latin-1"))):
        with contextlib.suppress(SignalError):
            rsl.parse(candidate)


PIECES = ["<content url='/'>", "</content>", "<license>", "</license>", "<permits>", "</permits>"]


@given(st.lists(st.sampled_from([*PIECES, "<payment/>", "<terms>x</terms>", "all", "<rsl>"])))
def test_elements_in_any_order_are_read_or_refused(pieces: list[str]) -> None:
    with contextlib.suppress(SignalError):
        rsl.parse(document(*pieces))


@pytest.mark.parametrize(
    ("field", "page"),
    [
        ('</cc>; rel="license"', ""),
        ('</a>; rel="next"; type="application/rsl+xml"', ""),
        ("", '<link rel="license" href="/cc">'),
        ("", '<!-- <link rel="license" type="application/rsl+xml" href="/a"> -->'),
        ("", '<link rel="license" type="application/rsl+xml">'),
        ("<" * 20_000, "<link" * 60_000),
        ('<a>;x="' * 3_000, '<link a="' * 30_000),
    ],
)
def test_other_links_are_no_licences(field: str, page: str) -> None:
    assert rsl.linked(field, page) == ()


@given(st.text(alphabet='<>link rel="icense;,=/', max_size=300), st.text())
def test_any_page_is_searched_for_links(field: str, page: str) -> None:
    rsl.linked(field, page)
    rsl.linked(page, field)
