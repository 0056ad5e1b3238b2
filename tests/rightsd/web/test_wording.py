"""The catalogues: whole in every language, with nothing missing and nothing left over."""

import re
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rightsd.domain.letter import Language
from rightsd.web.portal import wording

PORTAL = Path(wording.__file__).parent
TEMPLATES = sorted((PORTAL / "templates").glob("*.html"))
MODULES = sorted(PORTAL.glob("*.py"))
NAMED = re.compile(r'"([a-z_]+(?:\.[a-z_-]+){1,3})"')
# Of these, what is written for all languages alike: names and marks.
ALIKE = re.compile(r"^(rightsd|API|English|日本語)$")
# These pages have words of their own, in a module beside them, with tests of their own.
OWN = {"notice.html", "notice_fields.html", "notice_form.html", "noticed.html"}


def texts(language: Language) -> dict[str, str]:
    return dict(wording.of(language)._texts)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def uses() -> tuple[set[str], set[str]]:
    """Return keys that pages name, and patterns of those that they put together."""
    exact: set[str] = set()
    joined: set[str] = set()
    for path in TEMPLATES:
        for call in re.finditer(r"\b(tn?)\(((?:[^()]|\([^()]*\))*)\)", path.read_text()):
            many, arguments = call[1] == "tn", call[2].split(",")[0].strip()
            parts = [part.strip() for part in arguments.split("~")]
            if parts[0][:1] not in "\"'":
                continue  # A variable: `t(flash)`, whose keys the modules name.
            pattern = "".join(
                re.escape(part.strip("\"'")) if part[:1] in "\"'" else "[a-z0-9_-]+"
                for part in parts
            )
            pattern += "[.](one|other)" if many else ""
            (joined if len(parts) > 1 or many else exact).add(
                pattern if len(parts) > 1 or many else parts[0].strip("\"'")
            )
    for path in MODULES:
        for key in NAMED.findall(path.read_text()):
            named = {key, f"{key}.one", f"{key}.other"}
            exact |= named & set(texts(Language.EN))
    return exact, joined


@pytest.mark.parametrize("language", Language)
def test_every_language_says_all_of_it_and_fills_in_the_same(language: Language) -> None:
    english, other = texts(Language.EN), texts(language)

    assert set(english) == set(other)
    assert {key for key in english if places(english[key]) != places(other[key])} == set()
    assert {key for key, text in other.items() if not text.strip()} == set()


def test_what_is_japanese_is_no_english() -> None:
    english, japanese = texts(Language.EN), texts(Language.JA)

    same = {key for key in english if english[key] == japanese[key]}
    assert {key for key in same if not ALIKE.match(english[key])} == set()
    assert {
        key
        for key, text in japanese.items()
        if not ALIKE.match(text) and not re.search("[\u3040-\u30ff\u4e00-\u9fff]", text)
    } == set()


def test_pages_say_what_there_is_and_nothing_is_left_over() -> None:
    known = set(texts(Language.EN))
    exact, joined = uses()

    assert len(exact) > 50
    assert exact - known == set()
    said = exact | {key for key in known for each in joined if re.fullmatch(each, key)}
    assert known - said == set()
    assert {each for each in joined if not any(re.fullmatch(each, key) for key in known)} == set()


@pytest.mark.parametrize("path", [each for each in TEMPLATES if each.name not in OWN], ids=str)
def test_no_page_has_words_of_its_own(path: Path) -> None:
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(), flags=re.DOTALL)
    shown = re.sub(r"<[^>]*>", " ", text)

    assert re.findall(r"[A-Za-z\u3040-\u30ff\u4e00-\u9fff]{2,}", shown) == []
    attributes = re.findall(r'(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"', text)
    assert [each for each in attributes if re.search("[A-Za-z]", each)] == []


def test_numbers_and_days_are_written_as_readers_write_them() -> None:
    at = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    english, japanese = wording.of(Language.EN), wording.of(Language.JA)

    assert english.moment(at) == "2 January 2030 03:04 UTC"
    assert japanese.moment(at) == "2030年1月2日 03:04 UTC"
    assert english.number(1234567) == "1,234,567"
    assert english.count("members.left", 1, most="4").startswith("You can let one more")
