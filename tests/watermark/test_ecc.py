import hashlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from watermark import ecc
from watermark.payload import PAYLOAD_BITS

WORDS = st.binary(min_size=PAYLOAD_BITS // 8, max_size=PAYLOAD_BITS // 8).map(
    lambda octets: np.unpackbits(np.frombuffer(octets, dtype=np.uint8))
)


def send(word: ecc.Bits, seed: int, *, decibels: float) -> ecc.Reals:
    """Return the log-likelihood ratios of a word after Gaussian noise, at this Eb/N0."""
    sigma = (2 * PAYLOAD_BITS / ecc.CODE_BITS * 10 ** (decibels / 10)) ** -0.5
    noise = sigma * np.random.default_rng(seed).standard_normal(ecc.CODE_BITS)
    return 2 * (1.0 - 2.0 * ecc.encode(word) + noise) / sigma**2


@settings(max_examples=15, deadline=None)
@given(WORDS)
def test_a_clean_word_comes_back_first(word: ecc.Bits) -> None:
    found = ecc.decode(8.0 * (1.0 - 2.0 * ecc.encode(word)))

    assert found.shape == (ecc.LIST_SIZE, PAYLOAD_BITS)
    assert np.array_equal(found[0], word)
    assert len(np.unique(found, axis=0)) == ecc.LIST_SIZE


@settings(max_examples=15, deadline=None)
@given(WORDS, st.integers(0, 2**32 - 1))
def test_a_word_survives_any_200_erasures_at_random(word: ecc.Bits, seed: int) -> None:
    ratios = 8.0 * (1.0 - 2.0 * ecc.encode(word))
    ratios[np.random.default_rng(seed).permutation(ecc.CODE_BITS)[:200]] = 0.0

    assert np.array_equal(ecc.decode(ratios)[0], word)


@given(WORDS, WORDS)
def test_the_code_is_linear(first: ecc.Bits, second: ecc.Bits) -> None:
    assert np.array_equal(ecc.encode(first ^ second), ecc.encode(first) ^ ecc.encode(second))


def test_the_list_holds_the_word_at_two_decibels() -> None:
    """Shannon's limit at this rate is -0.9 dB; a list of one fails here about half the time."""
    random = np.random.default_rng(0)
    held = 0
    for seed in range(30):
        word = random.integers(0, 2, PAYLOAD_BITS, dtype=np.uint8)
        held += bool((ecc.decode(send(word, seed, decibels=2.0)) == word).all(axis=1).any())

    assert held >= 29


def test_the_code_is_pinned_to_the_version() -> None:
    word = np.arange(PAYLOAD_BITS, dtype=np.uint8) % 3 % 2

    assert hashlib.sha256(ecc.encode(word).tobytes()).hexdigest()[:16] == WORD


WORD = "d424221dc631009f"
