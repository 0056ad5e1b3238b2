import numpy as np
import pytest

from generator.language import lexicon
from generator.sound import beds, effects, foley, music
from generator.sound.tones import RATE

ROWS = [row for row in lexicon.CONCEPTS if row.slot in ("cue", "effect")]


@pytest.mark.parametrize("name", effects.EFFECTS)
def test_an_effect_sounds_at_its_level_and_by_its_seed(name: str) -> None:
    made = effects.EFFECTS[name]
    first, again, other = (effects.play(name, seconds=2.0, seed=seed) for seed in (1, 1, 2))

    assert len(first) == round((made.seconds or 2.0) * RATE)
    assert np.isfinite(first).all()
    loud = np.abs(first).max() if made.seconds else np.sqrt((first**2).mean())
    assert loud == pytest.approx(made.level, rel=0.05)
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_there_are_thirty_and_no_two_sound_alike() -> None:
    spectra = []
    for name in effects.EFFECTS:
        sound = effects.play(name, seconds=2.0, seed=1)
        power = np.abs(np.fft.rfft(sound, 4 * RATE)) ** 2
        bands = np.array([part.sum() for part in np.array_split(power, 400)])
        spectra.append(bands / np.linalg.norm(bands))

    assert len(spectra) >= 30
    alike = [
        (a, b)
        for a in range(len(spectra))
        for b in range(a)
        if float(spectra[a] @ spectra[b]) > 0.995
    ]
    names = list(effects.EFFECTS)
    # A gust and a street are told apart by their time, not by their spectrum.
    assert len(alike) <= 3, [(names[a], names[b]) for a, b in alike]


def test_every_effect_has_words_in_both_languages_and_every_word_a_sound() -> None:
    named = {row.name for row in ROWS}

    assert set(effects.EFFECTS) <= named
    assert {f"music-{mood}" for mood in music.MOODS} <= named
    assert all(row.english and row.japanese for row in ROWS)
    for row in ROWS:
        if row.name != "silence":
            assert beds.goes_on(row.name) == (row.slot == "cue"), row.name
            assert row.name in effects.EFFECTS or beds.is_music(row.name)


@pytest.mark.parametrize("mood", music.MOODS)
def test_a_mood_is_played_at_its_pace_and_level(mood: str) -> None:
    piece = music.play(mood, seconds=8.0, seed=3)

    assert piece.shape == (8 * RATE, 2)
    assert np.sqrt((piece**2).mean()) == pytest.approx(music.LEVEL, rel=1e-6)
    assert piece.tobytes() == music.play(mood, seconds=8.0, seed=3).tobytes()
    assert piece.tobytes() != music.play(mood, seconds=8.0, seed=4).tobytes()
    # Onsets come back in time: the energy is like itself after one, two or four beats.
    energy = np.log(np.square(piece).mean(axis=1).reshape(-1, 480).mean(axis=1) + 1e-8)
    rise = np.maximum(np.diff(energy), 0)[100:]
    rise -= rise.mean()
    match = np.correlate(rise, rise, "full")[len(rise) - 1 :]
    beat = 60 / music.MOODS[mood].beats * 100
    near = max(match[round(n * beat) - 3 : round(n * beat) + 4].max() for n in (1, 2, 4))
    assert near > 2 * np.abs(match[30:-100]).mean()


@pytest.mark.parametrize("hertz", [110.0, 220.0, 466.16])
def test_a_string_is_in_tune(hertz: float) -> None:
    string = music._string(hertz, 0.8, np.random.default_rng(1))[4800:28800]
    power = np.abs(np.fft.rfft(string * np.hanning(len(string)), 16 * RATE))
    bins = np.arange(len(power)) / 16

    near = (bins > 0.9 * hertz) & (bins < 1.1 * hertz)
    found = bins[near][np.argmax(power[near])]
    assert 1200 * abs(np.log2(found / hertz)) < 5  # Hundredths of a semitone.


@pytest.mark.parametrize("floor", ["wood", "stone", "grass", "sand", "snow", "vinyl", "asphalt"])
def test_steps_start_with_the_heel_and_no_two_are_alike(floor: str) -> None:
    one, two = (foley.step(floor, 1.3, seed=seed) for seed in (1, 5))

    assert np.abs(one[:96]).max() > 0.2 * np.abs(one).max()
    assert not np.array_equal(one, two)


def test_a_larger_thing_splashes_lower_and_longer() -> None:
    def centre(sound: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(sound)) ** 2
        return float((np.fft.rfftfreq(len(sound), 1 / RATE) * power).sum() / power.sum())

    drop, rock = foley.plop(2.0, 0.008, seed=1), foley.plop(4.0, 0.2, seed=1)

    assert len(rock) > 2 * len(drop)
    assert centre(rock) < centre(drop)


def test_rolling_is_as_loud_as_it_is_fast() -> None:
    speeds = np.concatenate([np.full(RATE, 2.0), np.full(RATE, 0.5), np.zeros(RATE)])
    sound = foley.roll(speeds, 0.12, "wood", seed=1)

    fast, slow, still = (sound[n * RATE : (n + 1) * RATE].std() for n in range(3))
    assert fast > 3 * slow > 0
    assert still == 0
