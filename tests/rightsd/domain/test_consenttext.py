"""Texts that people are shown are what was published, and replaced ones run out."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.domain import consenttext
from rightsd.domain.consenttext import GRACE, PUBLISHED, About, Text
from rightsd.errors import Code, RightsError
from tests.conftest import NOW

FIRST = Text(About.GRANT, 1, "en", "a" * 64, NOW)
SECOND = replace(FIRST, version=2, since=NOW + timedelta(days=10))
TEXTS = (FIRST, SECOND)


@pytest.mark.parametrize("text", PUBLISHED, ids=lambda text: text.id)
def test_every_published_text_is_there_and_unchanged(text: Text) -> None:
    assert hashlib.sha256(consenttext.words(text).encode()).hexdigest() == text.sha256
    assert consenttext.accepted(text.id, text.about, NOW).sha256 == text.sha256


def test_every_text_is_there_in_english_and_japanese() -> None:
    assert {(text.about, text.language) for text in consenttext.standing(NOW)} == {
        (about, language) for about in About for language in ("en", "ja")
    }


def test_a_file_that_was_changed_is_not_shown() -> None:
    with pytest.raises(ValueError, match="is not the text"):
        consenttext.words(replace(PUBLISHED[2], sha256="b" * 64))


def test_a_replaced_text_is_taken_a_while_longer_and_then_no_more() -> None:
    def standing(days: int) -> list[int]:
        found = consenttext.standing(NOW + timedelta(days=days), TEXTS)
        return [text.version for text in found]

    assert standing(0) == [1]
    assert standing(10) == [2, 1]
    assert standing(10 + GRACE.days - 1) == [2, 1]
    assert standing(10 + GRACE.days) == [2]


@pytest.mark.parametrize(
    ("text_id", "about", "days"),
    [
        ("grant.9.en", About.GRANT, 0),
        ("grant.2.en", About.GRANT, 9),  # Not yet.
        ("grant.1.en", About.ENROLMENT, 0),
        ("grant.1.en", About.GRANT, 40),
        ("", About.GRANT, 0),
    ],
)
def test_no_consent_is_given_to_another_text(text_id: str, about: About, days: int) -> None:
    with pytest.raises(RightsError) as caught:
        consenttext.accepted(text_id, about, NOW + timedelta(days=days), TEXTS)
    assert caught.value.code is Code.INVALID
