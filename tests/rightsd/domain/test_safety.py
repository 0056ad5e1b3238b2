import pytest

from rightsd.domain import rulebook, safety, wording
from rightsd.domain.rulebook import books
from rightsd.domain.rulebook.books import Effect
from rightsd.domain.safety import Breach

TWO_LISTS = """
words.things.find = "zorb, quux"
words.places.find = "quux"
[[rule]]
id = "violence.zorbs"
version = 1
since = "3"
effect = "hold"
text.en = "Zorbs."
text.ja = "ゾーブ"
find = [{ all = ["things", "places"] }]
"""


def found(prompt: str, *territories: str, cast: bool = False, **banked: list[str]) -> list[Breach]:
    phrases = {
        rule.replace("__", "."): [wording.phrase(text) for text in texts]
        for rule, texts in banked.items()
    }
    return safety.breaches(
        wording.read(prompt),
        rulebook.CURRENT,
        territories=territories,
        cast=cast,
        banked=phrases,
    )


def rules(prompt: str, *territories: str, cast: bool = False, **banked: list[str]) -> list[str]:
    breaches = found(prompt, *territories, cast=cast, **banked)
    return [breach.rule.id for breach in breaches]


def test_a_breach_says_what_it_found_and_where_it_counts() -> None:
    (breach,) = found("at dawn a man snorts cocaine")

    reason = safety.reason(breach, "at dawn a man snorts cocaine")

    assert reason.evidence == {"found": "snorts … cocaine", "start": 14, "places": "JP"}
    assert breach.effect is Effect.REFUSE
    assert reason.detail.startswith(
        "“snorts … cocaine”: Taking and dealing hard drugs is reviewed first"
    )


@pytest.mark.parametrize(
    "disguised",
    ["s-e-x scene", "S3X scene", "ｓｅｘ scene", "p o r n in a barn", "p0rn"],
)
def test_disguises_count(disguised: str) -> None:
    assert "sexual.explicit" in rules(disguised)


@pytest.mark.parametrize(
    ("ordinary", "meant"),
    [
        ("a rap scene", "a rape scene"),
        ("ピエロの誘い", "エロ動画の誘い"),
        ("カップヌードル", "ヌードの写真"),
        ("とろりとしたチーズ、セクシー", "ロリ、セクシー"),
        ("nude lipstick", "nude, lipstick"),
        ("a naked man-sized statue of marble", "a naked man"),
    ],
)
def test_what_only_looks_like_a_word_is_none(ordinary: str, meant: str) -> None:
    assert rules(ordinary) == []
    assert rules(meant) != []


def test_words_far_apart_do_not_count_together() -> None:
    between = "the camera glides over hills, rivers, villages and a long road to the sea, " * 2

    assert rules("a crowd praises the firemen, terrorist attack") == ["extremism.praise"]
    assert rules(f"a crowd praises the firemen; {between} a terrorist attack") == []


def test_a_word_of_two_lists_hides_none_that_stands_beside_it() -> None:
    book = books.candidate(rulebook.CURRENT, TWO_LISTS)

    (breach,) = safety.breaches(
        wording.read("a zorb, a quux"), book, territories=(), cast=False, banked={}
    )

    assert breach.found == ((2, 6), (10, 14))
    assert not safety.breaches(wording.read("a quux"), book, territories=(), cast=False, banked={})


def test_a_banked_phrase_spares_what_stands_in_it_and_nothing_else() -> None:
    banked = {"violence__graphic": ["gore magala"]}

    assert rules("a huge gore magala") == ["violence.graphic"]
    assert rules("a huge gore magala", **banked) == []
    assert rules("gore magala, gore everywhere", **banked) == ["violence.graphic"]
    assert rules("gore magala", sexual__nudity=["gore magala"]) == ["violence.graphic"]


def test_some_rules_speak_only_when_someone_is_cast() -> None:
    assert rules("topless on a beach", cast=True) == ["sexual.person"]
    assert rules("topless on a beach") == []


def test_the_strictest_of_several_places_decides() -> None:
    weed = "friends smoke weed on a roof"

    assert [breach.effect for breach in found(weed, "US")] == []
    assert [breach.effect for breach in found(weed, "US", "FR")] == [Effect.HOLD]
    (breach,) = found(weed, "US", "FR", "JP")
    assert (breach.effect, breach.places) == (Effect.REFUSE, ("JP",))


def test_a_prompt_full_of_words_is_judged_by_every_rule() -> None:
    worst = ("naked schoolgirl snorts cocaine, " * 160)[:4000]

    assert {"sexual.minors", "sexual.nudity", "drugs.use"} <= set(rules(worst))
