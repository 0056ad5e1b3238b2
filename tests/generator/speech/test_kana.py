import pytest

from generator.speech import kana, numbers
from generator.speech.kana import Mora


def said(text: str) -> str:
    beats, _ = kana.morae(text)
    return " ".join("".join(beat.phones) if isinstance(beat, Mora) else beat for beat in beats)


@pytest.mark.parametrize(
    ("text", "beats"),
    [
        ("さくら", "Sa Ku ra"), ("カタカナ", "Ka Ta Ka Na"),
        ("きょうと", "KYo o To"), ("しゅくだい", "SHu Ku Da i"), ("ちゃいろ", "CHa i ro"),
        ("がっこう", "Ga Q Ko o"), ("せんせい", "Se N: Se e"), ("ラーメン", "ra a Me N:"),
        ("ファイト", "fa i To"), ("パーティー", "Pa a Ti i"), ("ウェブ", "We Bu"),
        ("こんにちは", "Ko N: Ni CHi Wa"), ("これはペンです", "Ko re Wa Pe N: De Su"),
        ("3じ", "Sa N: JHi"), ("はい、どうぞ。", "HHa i , Do o Zo ."),
    ],
)  # fmt: skip
def test_kana_are_read_mora_by_mora(text: str, beats: str) -> None:
    assert said(text) == beats


def test_i_and_u_are_whispered_between_voiceless_sounds_only() -> None:
    beats, _ = kana.morae("わたしたちは、かくすです")
    whispered = ["".join(b.phones) for b in beats if isinstance(b, Mora) and b.whispered]

    assert whispered == ["SHi", "Ku", "Su"]


def test_kanji_are_not_spoken_and_are_named() -> None:
    beats, unspoken = kana.morae("今日はいい天気")

    assert unspoken == ("今日", "天気")
    assert [beat.phones for beat in beats if isinstance(beat, Mora)] == [("W", "a"), ("i",), ("i",)]


@pytest.mark.parametrize(
    ("digits", "read"),
    [
        ("0", "ぜろ"), ("10", "じゅう"), ("18", "じゅうはち"), ("300", "さんびゃく"),
        ("1000", "せん"), ("10000", "いちまん"), ("3.5", "さんてんご"), ("007", "ぜろぜろなな"),
    ],
)  # fmt: skip
def test_numbers_are_read_in_kana(digits: str, read: str) -> None:
    assert numbers.japanese(digits) == read
