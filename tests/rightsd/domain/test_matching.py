import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import matching, naming
from rightsd.errors import Code, RightsError
from tests.rightsd.domain.names import NO_WORDS, found

ALIASES = ("Nebula Fox", "星雲キツネ", "Lilo", "ana", "Area 51", "si")


@pytest.mark.parametrize(
    "disguise",
    [
        "Nebula Fox",
        "NEBULA FOX",
        "nebulafox",
        "n e b u l a f o x",
        "n-e-b-u-l-a  f.o.x",
        "Ｎｅｂｕｌａ Ｆｏｘ",
        "n3bul4 f0x",
        "N€8ul@ F0x",
        "Nébülä Föx",
        "neb\u200bula\u00ad fox",
        "Νebula Fоx",  # Greek Nu, Cyrillic o.
        "𝓝𝓮𝓫𝓾𝓵𝓪 𝕱𝕺𝖝",
    ],
)
def test_a_disguised_name_is_found_where_it_stands(disguise: str) -> None:
    prompt = f"please draw {disguise}, running"

    assert disguise in found(prompt, "Nebula Fox")


@pytest.mark.parametrize("disguise", ["星雲きつね", "星雲ｷﾂﾈ", "星 雲 キ ツ ネ"])
def test_a_japanese_name_is_found_inside_a_sentence(disguise: str) -> None:
    assert found(f"夜空を走る{disguise}が見たい", "星雲キツネ") == [disguise]


def test_voiced_and_unvoiced_kana_are_different_letters() -> None:
    assert found("ハカ", "バガ") == []
    assert found("ﾊﾞｶﾞ", "バガ") == ["ﾊﾞｶﾞ"]


@pytest.mark.parametrize(
    ("prompt", "alias"),
    [
        ("a banana on a table", "ana"),
        ("the year 51", "si"),
        ("mail the tall man", "Lilo"),
        ("a nebula and a fox", "Nebula Fox"),
        ("area 15", "Area 51"),
    ],
)
def test_an_innocent_prompt_is_not_found(prompt: str, alias: str) -> None:
    assert found(prompt, alias) == []


def test_a_digit_may_be_read_as_either_letter() -> None:
    assert found("1ilo", "Lilo") == ["1ilo"]
    assert found("L1l0", "Lilo") == ["L1l0"]


def test_the_end_of_a_sentence_is_not_a_letter() -> None:
    assert found("draw Nebula Fox!", "Nebula Fox") == ["Nebula Fox"]


@given(st.text(max_size=300))
def test_any_text_has_bounded_runs_in_place(text: str) -> None:
    reading = naming.read(text, NO_WORDS)

    for runs in reading.views:
        for token in runs.tokens:
            assert 0 <= token.start < token.end <= len(text)
        for start in runs.starts:
            folded = sum(len(token.folded) for token in runs.tokens[start.first : start.last + 1])
            assert len(start.skeleton) <= folded <= matching.RUN_LENGTH_MAX
    tokens = sum(len(runs.tokens) for runs in reading.views)
    assert len(reading.texts) <= tokens
    letters = sum(len(token.folded) for runs in reading.views for token in runs.tokens)
    assert len(reading.slips) <= naming.WINDOW_TOKENS_MAX * (letters + tokens) * 2


@given(st.text(alphabet="abiil1 5$ーうおこ星é'бк", max_size=30))
def test_the_skeleton_of_neighbours_is_that_of_their_letters(text: str) -> None:
    tokens = matching.read(text)
    runs = matching.runs(tokens)

    for start in runs.starts:
        for last in range(start.first, start.last + 1):
            folded = "".join(token.folded for token in tokens[start.first : last + 1])
            assert runs.skeleton(start, last) == matching.skeleton(folded)
            assert last in runs.lasts(start, len(matching.skeleton(folded)), len(folded))


@given(st.text(min_size=1, max_size=70))
def test_every_name_that_can_be_registered_is_found_in_any_normal_form(name: str) -> None:
    folded = matching.fold(name)
    can_be = matching.skeleton(folded) != "" and len(folded) <= matching.RUN_LENGTH_MAX
    if can_be and naming.why_in_context(name, NO_WORDS) is None:
        for form in ("NFC", "NFD"):
            written = unicodedata.normalize(form, name)
            assert found(f"a {written} b", name), form


@pytest.mark.parametrize("name", ["뽀로로친구", "ポケット" * 16, "q" * 64])
def test_long_and_decomposed_names_are_found(name: str) -> None:
    assert found(unicodedata.normalize("NFD", name), name)
    assert found(" ".join(name), name)


def test_a_text_of_too_many_words_is_refused() -> None:
    with pytest.raises(RightsError) as caught:
        matching.read("a " * (matching.TOKENS_MAX + 1))
    assert caught.value.code is Code.TOO_LARGE


SIGNS = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "gb",
    "8": "b",
    "@": "a",
    "!": "il",
}


def readings(run: str) -> set[str]:
    """Every way to read a run: the slow reference."""
    if not any(character.isalpha() for character in run):
        return {run}
    ways = [character + SIGNS.get(character, "") for character in run]
    return {"".join(way) for way in itertools.product(*ways)}


@given(
    st.text(alphabet="abeil013568@!", min_size=1, max_size=6),
    st.text(alphabet="abeil013568@!", min_size=1, max_size=6),
)
def test_a_run_spells_what_is_among_its_readings(run: str, alias: str) -> None:
    assert matching.spells(run, alias) == (alias in readings(run))
    for reading in readings(run):
        assert matching.spells(run, reading)
        assert matching.key(run) == matching.key(reading)


def distance(one: str, other: str) -> int:
    """Optimal string alignment: the slow reference."""
    rows = [[row + column for column in range(len(other) + 1)] for row in range(len(one) + 1)]
    for row, column in itertools.product(range(1, len(one) + 1), range(1, len(other) + 1)):
        same = one[row - 1] == other[column - 1]
        rows[row][column] = min(
            rows[row - 1][column] + 1,
            rows[row][column - 1] + 1,
            rows[row - 1][column - 1] + (not same),
        )
        swapped = one[row - 2 : row] == other[column - 2 : column][::-1]
        if min(row, column) > 1 and swapped:
            rows[row][column] = min(rows[row][column], rows[row - 2][column - 2] + 1)
    return rows[-1][-1]


@given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7))
def test_a_slip_is_a_distance_of_at_most_one(one: str, other: str) -> None:
    assert matching.slips(one, other) == (distance(one, other) <= 1)


@given(st.sampled_from(ALIASES), st.text(max_size=20), st.text(max_size=20))
def test_an_alias_between_spaces_is_always_found(alias: str, before: str, after: str) -> None:
    assert alias in found(f"{before} . {alias} . {after}", alias)
