import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import matching
from rightsd.errors import Code, RightsError

ALIASES = ("Nebula Fox", "星雲キツネ", "Lilo", "ana", "Area 51", "si")


def found(prompt: str, alias: str) -> list[str]:
    folded = matching.fold(alias)
    return [
        prompt[run.start : run.end]
        for run in matching.runs(prompt)
        if run.key == matching.key(folded) and matching.spells(run.folded, folded)
    ]


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
    runs = list(matching.runs(text))

    # Compatibility forms can be many characters long (U+FDFA has 18).
    assert len(runs) <= matching.RUN_LENGTH_MAX * 18 * len(text)
    for run in runs:
        assert 0 <= run.start < run.end <= len(text)
        assert 0 < len(run.folded) <= matching.RUN_LENGTH_MAX


@given(st.text(min_size=1, max_size=70))
def test_every_name_that_can_be_registered_is_found_in_any_normal_form(name: str) -> None:
    if 0 < len(matching.fold(name)) <= matching.RUN_LENGTH_MAX:
        for form in ("NFC", "NFD"):
            written = unicodedata.normalize(form, name)
            assert found(f"a {written} b", name), form


@pytest.mark.parametrize("name", ["뽀로로친구", "ポケット" * 16, "q" * 64])
def test_long_and_decomposed_names_are_found(name: str) -> None:
    assert found(unicodedata.normalize("NFD", name), name)
    assert found(" ".join(name), name)


def test_a_text_of_too_many_words_is_refused() -> None:
    with pytest.raises(RightsError) as caught:
        list(matching.runs("a " * (matching.TOKENS_MAX + 1)))
    assert caught.value.code is Code.TOO_LARGE


@given(st.text(alphabet="abcil01!@$z", min_size=1, max_size=12))
def test_whatever_spells_an_alias_has_its_key(text: str) -> None:
    folded = matching.fold(text)
    for alias in ("cab", "ill", "lib", "zoo", "basil"):
        if matching.spells(folded, alias):
            assert matching.key(folded) == matching.key(alias)


@given(st.sampled_from(ALIASES), st.text(max_size=20), st.text(max_size=20))
def test_an_alias_between_spaces_is_always_found(alias: str, before: str, after: str) -> None:
    assert alias in found(f"{before} . {alias} . {after}", alias)
