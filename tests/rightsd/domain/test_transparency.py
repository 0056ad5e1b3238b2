"""The tables of what is published are whole, and lean towards publishing less."""

import pytest

from rightsd.domain import transparency
from rightsd.domain.letter import Language
from rightsd.domain.notice import State
from rightsd.domain.regime import Kind
from rightsd.web.portal import wording


def test_every_kind_and_state_is_decided_about_and_has_a_name() -> None:
    kinds, states = {kind.value for kind in Kind}, {state.value for state in State}

    assert kinds <= set(transparency.PUBLISHED)
    assert states <= set(transparency.DECIDED)
    for language in Language:
        words = wording.of(language)
        for kind in transparency.PUBLISHED:
            assert words.knows(f"transparency.kinds.{kind}")
        for state in transparency.DECIDED:
            assert words.knows(f"transparency.states.{state}")


@pytest.mark.parametrize("kind", ["likeness", "intimate", "privacy", "illegal", "what comes next"])
def test_what_is_about_people_is_never_told_in_words(kind: str) -> None:
    assert not any(transparency.has_text(kind, state) for state in transparency.DECIDED)


@pytest.mark.parametrize("state", ["received", "deficient", "retracted", "what comes next"])
def test_what_nobody_has_decided_on_is_not_told_in_words(state: str) -> None:
    assert not any(transparency.has_text(kind, state) for kind in transparency.PUBLISHED)
