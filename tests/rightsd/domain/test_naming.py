import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import matching, naming
from rightsd.domain.naming import Tier
from rightsd.errors import RightsError
from tests.rightsd.domain.names import WORDS, found, mentions, name


def tiers(prompt: str, shown: str, **fields: object) -> list[Tier]:
    return [mention.tier for mention in mentions(prompt, name(shown, **fields))]


@pytest.mark.parametrize(
    ("prompt", "tier"),
    [
        ("draw Vexwing", Tier.EXACT),
        ("draw v3xwing", Tier.DISGUISED),
        ("draw v e x w i n g", Tier.DISGUISED),
        ("draw Vexxxwing", Tier.DISGUISED),
        ("draw Vexwign", Tier.MISSPELT),
        ("draw Вексвинг", Tier.MISSPELT),
    ],
)
def test_a_mention_says_how_it_was_found(prompt: str, tier: Tier) -> None:
    assert tiers(prompt, "Vexwing") == [tier]


def test_several_works_in_one_prompt_are_found_in_their_order() -> None:
    seen = mentions("Blipkin and Vexwing", name("Vexwing"), name("Blipkin"))

    assert [mention.name.shown for mention in seen] == ["Blipkin", "Vexwing"]


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("food in the harbour", "Foodin"),
        ("batten the hatch", "Baten"),
        ("the iceman's helmet", "Shelmet"),
        ("my 5un hat", "Sun"),
    ],
)
def test_plain_english_that_only_looks_like_a_name_is_none(prompt: str, shown: str) -> None:
    assert found(prompt, shown, WORDS) == []


def test_a_name_of_plain_words_is_found_but_not_in_a_longer_word() -> None:
    assert found("a new Nebula Fox", "Nebula Fox", WORDS) == ["Nebula Fox"]
    assert found("a nebula fox-hole", "Nebula Fox", WORDS) == []


def test_a_name_of_plain_words_ends_with_the_sentence_or_the_member_of_a_list() -> None:
    assert found("a vast nebula. Fox cubs sleep", "Nebula Fox", WORDS) == []
    assert found("nebula, fox, snow", "Nebula Fox", WORDS) == []
    assert found("Star. Lantern rises", "Star. Lantern", WORDS) == ["Star. Lantern"]
    assert found("Mr. Fox paints", "Mr Fox", WORDS) == ["Mr. Fox"]


@pytest.mark.parametrize("plural", ["foxes", "FOXES", "foxes'", "f0xes"])
def test_names_that_end_in_a_hiss_have_a_plural_with_es(plural: str) -> None:
    assert len(found(f"draw nebula {plural}", "Nebula Fox", WORDS)) == 1


@pytest.mark.parametrize(
    "prompt", ["Ve\u3164xwing", "ve\u2800xwing", "v\u115fe\u1160xwing", "ᐯex\uffa0wing", "Vǝxᗯing"]
)
def test_letters_that_show_nothing_or_only_look_alike_hide_nothing(prompt: str) -> None:
    assert found(f"draw {prompt}", "Vexwing") == [prompt]


@pytest.mark.parametrize(
    "prompt",
    [
        "the movie Thaw",
        "a Thaw poster",
        "a lake, drawn in the look of Thaw and ice",
        "『Thaw』",
        "th4w on the lake",
        "T h a w on the lake",
    ],
)
def test_a_common_word_counts_in_context(prompt: str) -> None:
    assert found(prompt, "Thaw", WORDS)


@pytest.mark.parametrize(
    "prompt", ["ice thaw on a lake", "Thaw on the lake", "a movie. The thaw came"]
)
def test_a_common_word_does_not_count_without_context(prompt: str) -> None:
    assert found(prompt, "Thaw", WORDS) == []


def test_a_common_name_counts_beside_another_name_of_its_work() -> None:
    milo, badger = name("Milo", work="w"), name("Bramblewick", work="w")

    assert mentions("Milo on the lake", milo, badger) == []
    together = mentions("Milo and Bramblewick on the lake", milo, badger)
    assert [(mention.name.shown, mention.tier) for mention in together] == [
        ("Milo", Tier.IN_CONTEXT),
        ("Bramblewick", Tier.EXACT),
    ]


def test_its_owner_can_say_that_a_name_counts_only_in_context() -> None:
    assert tiers("vexwing on the lake", "Vexwing", common=True) == []
    assert tiers("vexwing logo", "Vexwing", common=True) == [Tier.IN_CONTEXT]


def test_its_owner_can_say_that_a_common_word_counts_everywhere() -> None:
    assert tiers("ice thaw on a lake", "Thaw", common=False) == [Tier.EXACT]


def test_a_name_does_not_count_inside_an_excluded_phrase() -> None:
    excluded = ("star lantern festival",)

    assert tiers("the Star-Lantern festival by the lake", "Star Lantern", excluded=excluded) == []
    assert tiers("a Star Lantern poster", "Star Lantern", excluded=excluded) == [Tier.EXACT]
    both = "the star lantern festival, and Star Lantern"
    assert tiers(both, "Star Lantern", excluded=excluded) == [Tier.EXACT]


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("マリオネットの劇", "マリオ"),
        ("スーパーレゴリス", "レゴ"),
        ("これごときで", "レゴ"),
        ("海王星の写真", "海王"),
        ("아기토끼", "토끼"),
    ],
)
def test_a_name_is_not_found_inside_a_longer_word_of_a_script_without_spaces(
    prompt: str, shown: str
) -> None:
    assert found(prompt, shown) == []


def test_long_vowels_of_kana_may_be_written_in_any_way() -> None:
    assert found("ごうれんじゃあが来た", "ゴーレンジャア") == ["ごうれんじゃあ"]


@pytest.mark.parametrize("prompt", ["a bexwing", "vexw", "two vexinga rings"])
def test_a_slip_in_a_short_names_first_letter_or_two_slips_are_another_word(prompt: str) -> None:
    assert tiers(prompt, "Vexwing") == []


@given(
    st.text(max_size=200), st.sampled_from(["Vexwing", "ゴルマスク", "Nebula Fox", "별토끼 루루"])
)
def test_a_mention_points_into_the_prompt(text: str, shown: str) -> None:
    prompt = f"{text} {shown} {text}"

    for mention in mentions(prompt, name(shown)):
        assert 0 <= mention.start < mention.end <= len(prompt)
        folded = matching.fold(prompt[mention.start : mention.end])
        assert mention.tier is Tier.MISSPELT or folded


@pytest.mark.parametrize(
    "prompt",
    [
        "a " * 1_500,
        "\ufdfa" * 4_000,
        "x" * 4_000,
        "qzx-" * 1_000,
        "'s" * 1_400,
        "ー" * 1_500,
        "\u0301" * 4_000,
        "я" * 4_000,
    ],
)
def test_what_is_looked_up_for_the_longest_prompts_is_bounded(prompt: str) -> None:
    try:
        reading = naming.read(prompt[:4_000], WORDS)
    except RightsError:
        return
    assert len(reading.texts) <= 2 * matching.TOKENS_MAX
    assert sum(map(len, reading.texts)) <= 2 * matching.TOKENS_MAX * matching.RUN_LENGTH_MAX
    assert len(reading.slips) <= 2 * (4_000 + matching.TOKENS_MAX) * naming.WINDOW_TOKENS_MAX


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [("a " * 1_500, "aaa"), ("thaw " * 800, "Thaw"), ("vexwin " * 600, "Vexwing")],
)
def test_a_prompt_full_of_one_name_takes_no_long_time(prompt: str, shown: str) -> None:
    before = time.process_time()

    mentions(prompt, name(shown))

    assert time.process_time() - before < 2  # It takes a tenth of that.
