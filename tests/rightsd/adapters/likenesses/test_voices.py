"""Voices of nobody: tests/voices.py makes them."""

import numpy as np
import pytest

from rightsd.adapters.likenesses.local import Local
from rightsd.domain import template
from rightsd.domain.template import Level, Template
from rightsd.errors import Code, RightsError
from tests import voices
from tests.likenesses import models
from tests.voices import ADA, BOB, say

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def local() -> Local:
    return models()


@pytest.fixture(scope="module")
def ada(local: Local) -> Template:
    return local.embed_voice(say(ADA), voices.RATE)


def level(local: Local, one: Template, other: Template, *, search: bool = False) -> Level:
    assert local.voice_model is not None
    score = template.compare(local.voice_model, [one], other, search=search)
    assert score is not None
    return score.level


def test_a_voice_is_the_same_whatever_it_says(local: Local, ada: Template) -> None:
    for seed in (1, 2):
        again = local.embed_voice(say(ADA, seed=seed), voices.RATE)

        assert level(local, ada, again, search=True) is Level.ACCEPT


def test_another_voice_is_not(local: Local, ada: Template) -> None:
    assert level(local, ada, local.embed_voice(say(BOB), voices.RATE)) is Level.NONE


def test_neither_loudness_nor_channels_nor_pauses_matter(local: Local, ada: Template) -> None:
    sound = say(ADA, seed=3)
    quiet = np.stack([sound * 0.05, sound * 0.05], axis=1)
    halting = np.concatenate([sound[:48_000], np.zeros(64_000, np.float32), sound[48_000:]])

    for changed in (quiet, halting):
        assert level(local, ada, local.embed_voice(changed, voices.RATE)) is Level.ACCEPT


def test_each_of_two_speakers_is_heard(local: Local, ada: Template) -> None:
    assert local.voice_model is not None
    both = np.concatenate([say(ADA, seed=4), say(BOB, seed=5)])

    heard = template.gather(local.voice_model, local.voices(both, voices.RATE))

    main = sorted(heard, key=lambda sighting: -sighting.looks)[:2]
    first, second = sorted(main, key=lambda sighting: sighting.at_seconds)
    assert (first.at_seconds, second.at_seconds) == pytest.approx((0, 6), abs=1)
    assert level(local, ada, first.template, search=True) is Level.ACCEPT
    assert level(local, ada, second.template) is Level.NONE


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (np.zeros(16_000 * 5, np.float32), "0.0 s of sound"),
        (say(ADA, seconds=0.1), "0.1 s of sound"),
        (np.full(16_000, np.nan, np.float32), "no numbers"),
        (np.zeros(0, np.float32), "not sound"),
    ],
    ids=["silence", "a tenth of a second", "NaN", "nothing"],
)
def test_what_holds_no_voice_is_refused(local: Local, sound: np.ndarray, words: str) -> None:
    with pytest.raises(RightsError, match=words) as caught:
        local.embed_voice(sound, voices.RATE)

    assert caught.value.code is Code.INVALID


def test_silence_has_no_windows(local: Local) -> None:
    assert local.voices(np.zeros(16_000 * 3, np.float32), voices.RATE) == []


def test_noise_and_tones_are_nobody(local: Local) -> None:
    noise = np.random.default_rng(1).standard_normal(16_000 * 4) * 0.1
    tone = np.sin(np.arange(16_000 * 4) * 0.2) * 0.3
    for sound in (noise, tone):
        samples = sound.astype(np.float32)

        assert local.voices(samples, voices.RATE) == []
        with pytest.raises(RightsError, match="nobody is heard") as caught:
            local.embed_voice(samples, voices.RATE)
        assert caught.value.code is Code.INVALID
