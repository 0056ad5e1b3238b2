"""A phrase is found in its forms and disguises, and not in other words."""

import time

import pytest

from rightsd.domain import topics, wording
from rightsd.domain.topics import Topic


def found(text: str, *phrases: str) -> str | None:
    place = wording.find(wording.read(text), wording.index(map(wording.phrase, phrases)))
    return None if place is None else place.words


@pytest.mark.parametrize(
    ("text", "phrase", "words"),
    [
        ("a man smokes", "smoking", "smokes"),
        ("she SMOKED it", "smoke", "SMOKED"),
        ("a p0l1tical rally", "political", "p0l1tical"),
        ("ｐｏｌｉｔｉｃａｌ", "political", "ｐｏｌｉｔｉｃａｌ"),
        ("роlitics", "politics", "роlitics"),
        ("poli\u200btics", "politics", "poli\u200btics"),
        ("s-m-o-k-i-n-g", "smoking", "s-m-o-k-i-n-g"),
        ("g u n s", "gun", "g u n s"),
        ("gun-fight", "gunfight", "gun-fight"),
        ("a pub-crawl", "pub crawl", "pub-crawl"),
        ("街頭で選挙の演説", "選挙", "選挙"),
        ("ｷﾞｬﾝﾌﾞﾙ", "ギャンブル", "ｷﾞｬﾝﾌﾞﾙ"),
        ("with @bob_x there", "@bob_x", "@bob_x"),
    ],
)
def test_a_phrase_is_found_where_it_stands(text: str, phrase: str, words: str) -> None:
    assert found(text, phrase) == words


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("a bun in the oven", "gun"),
        ("begun", "gun"),
        ("a caring nurse", "car"),
        ("a king in spring", "k"),
        ("the pub is closed, crawl home", "pub crawl"),
        ("", "gun"),
        ("51 51", "si"),
        ("is a b", "isab"),
    ],
)
def test_a_phrase_is_not_found_in_other_words(text: str, phrase: str) -> None:
    assert found(text, phrase) is None


INNOCENT = [
    "黄色いドローンが飛ぶ",
    "イエローのドレス",
    "カップヌードルを食べる",
    "エレガントなカーディガン",
    "大きすぎる帽子",
    "生まれたばかりの子犬",
    "がんばれと応援する",
    "個性的な髪型",
    "中性的な魅力",
    "裸足で砂浜を歩く",
    "テキストを読むエキスパート",
    "パキスタンの山",
    "ピエロの帽子",
    "モビールが揺れる",
    "株式会社の受付",
    "バカンスを楽しむ",
    "はげしい雨",
    "白い息を吐く",
    "ハゲワシが舞う",
    "彫刻刀で木を彫る",
    "art for the sake of art",
    "a joint venture",
    "god rays through the trees",
    "a shooting star",
    "a bald eagle soars",
    "on a photo shoot",
    "the killer whale jumps",
    "bullet train to Kyoto",
    "fruit punch in a bowl",
    "with the naked eye",
]
MEANT = [
    "クラフトビールを飲む",
    "スパークリングワインで乾杯",
    "住宅ローンの広告",
    "キスをする",
    "ｷｽシーン",
    "エロいポーズ",
    "ヌード写真",
    "たばこを吸う",
    "バカと言われる",
    "ハゲの男",
    "肺がんの話",
    "性的な場面",
    "裸の男",
    "株式に投資",
    "drinks sake",
    "a gun and god",
    "a bald man",
    "two knives",
    "a zombie",
    "zombies everywhere",
    "the killer",
    "naked",
    "a photo of a shooting",
]
EVERYTHING = [*topics.FOUND_BY.values(), topics.STRICT]


@pytest.mark.parametrize("text", INNOCENT)
def test_a_word_within_another_is_not_meant(text: str) -> None:
    reading = wording.read(text)

    found = [wording.find(reading, each, but=topics.INNOCENT) for each in EVERYTHING]

    assert [each for each in found if each] == []


@pytest.mark.parametrize("text", MEANT)
def test_a_word_that_is_meant_is_found_beside_other_words(text: str) -> None:
    reading = wording.read(text)

    assert any(wording.find(reading, each, but=topics.INNOCENT) for each in EVERYTHING)


def test_what_is_passed_over_is_found_when_it_is_asked_for_itself() -> None:
    asked = wording.index([wording.phrase("ドローン")])

    found = wording.find(wording.read("ドローンが飛ぶ"), asked, but=topics.INNOCENT)

    assert found is not None
    assert found.words == "ドローン"


def test_the_place_is_that_in_the_text_as_it_was_written() -> None:
    text = "Ada, very tired, gambles"

    place = wording.find(wording.read(text), topics.FOUND_BY[Topic.GAMBLING])

    assert place is not None
    assert text[place.start : place.start + len(place.words)] == place.words == "gambles"


@pytest.mark.parametrize("topic", Topic)
def test_every_word_of_a_topic_is_found(topic: Topic) -> None:
    assert all(topics.PHRASES[topic])
    for word in topics._WORDS[topic].split(","):
        assert wording.find(wording.read(f"so: {word.strip()}"), topics.FOUND_BY[topic]), word
    assert topics.named(wording.phrase(topic)) is topic


@pytest.mark.parametrize(
    "text", ["a" * 4000, "a-" * 2000, "a " * 2000, "(a+)+$" * 600, "酒" * 4000]
)
def test_no_text_takes_long(text: str) -> None:
    before = time.process_time()

    found(text, "no such phrase here")

    assert time.process_time() - before < 1
