import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain.signals import robots
from rightsd.domain.signals.reservation import (
    RESERVATIONS_MAX,
    SignalError,
    Source,
    Stance,
    Use,
)


def parse(*lines: str) -> list[tuple[str, str, dict[str, str], tuple[str, ...]]]:
    found = robots.parse("\n".join(lines).encode()).reservations
    return [
        (
            each.source.value,
            each.scope,
            {u.value: s.value for u, s in each.uses.items()},
            each.agents,
        )
        for each in found
    ]


def test_a_crawler_that_trains_and_may_not_crawl_is_a_reservation() -> None:
    found = parse("User-agent: GPTBot", "User-agent: ccbot", "Disallow: /", "Allow: /open/")

    assert found == [("robots", "/", {"train": "deny"}, ("gptbot", "ccbot"))]


def test_a_version_behind_a_crawlers_name_is_none_of_it() -> None:
    assert parse("User-agent: GPTBot/1.2 (beta)", "Disallow: /") == [
        ("robots", "/", {"train": "deny"}, ("gptbot",))
    ]


def test_what_everyone_and_search_engines_may_not_crawl_reserves_nothing() -> None:
    assert parse("User-agent: *", "Disallow: /admin/", "User-agent: Googlebot", "Disallow: /") == []


def test_an_empty_disallow_reserves_nothing() -> None:
    assert parse("User-agent: GPTBot", "Disallow:") == []


def test_a_rule_ends_the_list_of_a_groups_agents_and_other_lines_do_not() -> None:
    found = parse(
        "User-agent: GPTBot",
        "Sitemap: https://example.org/map.xml",
        "User-agent: CCBot",
        "Disallow: /a",
        "User-agent: Diffbot",
        "Disallow: /b",
    )

    assert [(scope, agents) for _, scope, _, agents in found] == [
        ("/a", ("gptbot", "ccbot")),
        ("/b", ("diffbot",)),
    ]


def test_rules_before_any_agent_are_nobodys() -> None:
    assert parse("Disallow: /", "Content-Usage: train-ai=n") == []


def test_preferences_stand_with_their_paths_and_for_whom_they_are() -> None:
    found = parse(
        "User-Agent: *",
        "Content-Usage: train-ai=n",
        "content-usage : /open/ train-ai=y # comment",
        "Content-Usage: /broken/ TRAIN-AI=n",
        "Content-Usage: /nothing/",
        "User-Agent: ExampleBot",
        "Content-Usage: search=n",
    )

    assert found == [
        ("aipref", "/", {"train": "deny"}, ()),
        ("aipref", "/open/", {"train": "allow"}, ()),
        ("aipref", "/", {"search": "deny"}, ("examplebot",)),
    ]


def test_of_two_preferences_for_one_path_the_denial_holds() -> None:
    found = parse("User-agent: *", "Content-Usage: train-ai=n", "Content-Usage: train-ai=y")

    assert found == [("aipref", "/", {"train": "deny"}, ())]


def test_content_signals_are_read() -> None:
    found = parse("User-agent: *", "Content-Signal: search=yes, ai-input=no ,AI-Train=no, x=no, y")

    uses = {"search": "allow", "input": "deny", "train": "deny"}
    assert found == [("content_signal", "/", uses, ())]


def test_licences_are_found_wherever_they_stand() -> None:
    said = robots.parse(b"License: https://example.org/rsl.xml\nUser-agent: *\nlicense: /b.xml\n")

    assert said.licences == ("https://example.org/rsl.xml", "/b.xml")


def test_a_byte_order_mark_other_line_ends_and_nuls_do_no_harm() -> None:
    data = "\ufeffUser-agent: GPTBot\r\nDisallow: /\r\rUser-\x00agent: x\xff".encode(
        "utf-8", "replace"
    )

    assert [each.scope for each in robots.parse(data + b"\xff\xfe").reservations] == ["/"]


def test_only_search_denied_reserves_nothing_from_a_generator() -> None:
    (found,) = robots.parse(b"User-agent: *\nContent-Usage: search=n").reservations

    assert found.uses == {Use.SEARCH: Stance.DENY}
    assert found.source is Source.AIPREF
    assert not found.reserves


@given(st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    robots.parse(data)


@given(
    st.lists(
        st.sampled_from(
            ["User-agent: *", "User-agent: gptbot", "Disallow: /", "Content-Usage: ", "\x00", ":::"]
        )
        | st.text(max_size=30)
    )
)
def test_any_lines_are_read(lines: list[str]) -> None:
    robots.parse("\n".join(lines).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "data",
    [
        b"a" * (robots.BYTES_MAX + 1),
        b"\n" * (robots.LINES_MAX + 1),
        b"User-agent: a\nAllow: /\n" * (robots.GROUPS_MAX + 1),
        b"License: /a\n" * (robots.LICENCES_MAX + 1),
        b"User-agent: gptbot\n" + b"Disallow: /\n" * (RESERVATIONS_MAX + 1),
    ],
)
def test_what_is_beyond_a_limit_is_refused_and_not_cut(data: bytes) -> None:
    with pytest.raises(SignalError):
        robots.parse(data)


@pytest.mark.parametrize(
    "line", [b"#" * 500_000, b":" * 500_000, b"content-usage:" + b"a;" * 250_000]
)
def test_one_huge_line_takes_no_time(line: bytes) -> None:
    for _ in range(20):
        assert robots.parse(b"User-agent: *\n" + line).reservations == ()
